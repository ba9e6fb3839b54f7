"""The examples of docs/actions.md, run as they stand."""

from __future__ import annotations

import re
import runpy
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.actions.running import Actions
from bot.plugins import ACTIONS
from bot.settings import ActionSettings
from bot.testing.action_contract import KNOWLEDGE, call
from conversation.actions import Failure, Result, Saying, SlotSet
from intents.forms import Form, Slot
from tests.bot.actions.hosts import ROOT, opened

PAGE = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FORM = "pengaduan"
KNOWN = replace(
    KNOWLEDGE,
    slots={name: Slot(name=name) for name in ("nama", "kota", "poin", "nomor_pesanan")},
    forms={FORM: Form(name=FORM, slots=("nomor_pesanan",))},
)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(PAGE) if kind == language]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A project with all modules of the page."""
    names = set[str]()
    for text in blocks("python"):
        file = re.match(r"# (\w+)\.py", text)
        assert file, text
        names.add(file[1])
        (tmp_path / f"{file[1]}.py").write_text(text, encoding="utf-8")
    path = [*sys.path]
    yield tmp_path
    sys.path[:] = path
    for name in names:
        sys.modules.pop(name, None)


def settings(first: str) -> dict[str, Any]:
    """The section `[actions]` of the page that begins to use this."""
    (text,) = (text for text in blocks("toml") if first in text and text.startswith("[actions]"))
    section: dict[str, Any] = tomllib.loads(text)["actions"]
    ActionSettings.model_validate(section, strict=True)
    return section


async def run(actions: Actions, name: str, **parts: Any) -> Result:
    return await actions.run(call(name, **parts))


async def test_actions_in_plain_python(folder: Path) -> None:
    options = settings('"toko:*"')
    async with opened(*options.pop("use"), base=folder, knowledge=KNOWN, **options) as actions:
        assert actions.names == {"action_status", "action_batalkan", "validate_pengaduan"}
        status = await run(actions, "action_status", slots={"nomor_pesanan": "INV/1"})
        assert status.says == (Saying(text="Pesanan INV/1 sedang dikirim."),)
        cancelled = await run(actions, "action_batalkan", slots={"nomor_pesanan": "INV/1"})
        assert cancelled.says == (Saying(response="utter_dibatalkan", values={"nama": "Sari"}),)
        assert cancelled.events == (SlotSet(name="nomor_pesanan", value=None),)
        assert (await run(actions, "action_status")).failure is Failure.REJECTED
        refused = await run(actions, "validate_pengaduan", form=FORM, proposed={"nomor_pesanan": "INV/9"})
        assert refused.says == (Saying(text="Nomor itu tidak kami temukan, Kak. Boleh dicek lagi?"),)
        assert refused.events == (SlotSet(name="nomor_pesanan", value=None),)


def test_an_authors_test(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(folder)
    runpy.run_path(str(folder / "test_toko.py"))


@pytest.mark.parametrize("attribute", ["all_actions", "StockAction"])
async def test_an_action_that_takes_a_context(folder: Path, attribute: str) -> None:
    options = settings("gudang:all_actions")
    assert options.pop("use") == ["gudang:all_actions"]
    async with opened(f"gudang:{attribute}", base=folder, **options) as actions:
        stock = await run(actions, "action_stok")
        assert stock.says == (Saying(text="Stok dibaca dari stok.csv."),)


def test_a_package_offers_them_by_the_group_that_is_looked_in() -> None:
    (text,) = (text for text in blocks("toml") if not text.startswith("[actions]"))
    assert tomllib.loads(text) == {"project": {"entry-points": {ACTIONS.group: {"gudang": "gudang:all_actions"}}}}


async def test_actions_of_rasa_sdk(folder: Path) -> None:
    options = settings('"tindakan:*"')
    async with opened(*options.pop("use"), base=folder, knowledge=KNOWN, **options) as actions:
        points = await run(actions, "action_poin", slots={"nama": "Sari"})
        assert points == Result(says=(Saying(text="Poin Sari: 120"),), events=(SlotSet(name="poin", value=120),))
        kept = await run(actions, "validate_pengaduan", form=FORM, proposed={"nomor_pesanan": "INV/9"})
        assert kept.events == (SlotSet(name="nomor_pesanan", value="INV/9"),)
        refused = await run(actions, "validate_pengaduan", form=FORM, proposed={"nomor_pesanan": "9"})
        assert refused.says == (Saying(text="Nomornya diawali INV, Kak."),)


def test_the_settings_of_a_server_are_settings() -> None:
    assert settings("server_url")["server_url"] == "http://localhost:5055"


def test_every_failure_is_explained() -> None:
    table = PAGE[PAGE.index("| failure |") :]
    assert {failure.value for failure in Failure} == set(re.findall(r"^\| `(\w+)` \| ", table, re.MULTILINE))
