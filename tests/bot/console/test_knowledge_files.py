"""The knowledge base over HTTP: what is taken home, and what is sent; and what the pages make of texts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from nicegui import Client, ui
from nicegui.page import page as nicegui_page

from bot.console import nicegui_app
from bot.console.context import Context
from bot.console.knowledge_diff import summary
from bot.console.knowledge_file_words import TEST_WORDS
from bot.console.knowledge_files import dry_run, read_sent
from bot.console.knowledge_release_words import RELEASE_WORDS
from bot.console.knowledge_review_dialogs import slug
from bot.console.knowledge_tests import read_pasted
from bot.console.parts import Visit
from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.knowledge.project_files import LARGEST
from bot.settings import Settings
from bot.testing.memory_store import MemoryStore
from bot.testing.small_console import ADMIN, DEWI, SmallConsole, now, small_console
from conversation.errors import Refusal
from conversation.tickets import Agent
from intents.content import TestMessage
from intents.differences import Difference, Kind
from intents.gate import Limits
from tests.bot.console.conftest import Caller

assert nicegui_app.PAGE_MODULES

SHOP = Path(__file__).parents[2] / "shop"
FORMULA = "=HYPERLINK(1)"
OWN, PIECES = TEST_WORDS["id"], RELEASE_WORDS["id"]


@pytest.fixture
async def console() -> AsyncIterator[SmallConsole]:
    store = MemoryStore()
    library = Library(store, Loader(Settings.model_validate({"bot": {"knowledge": str(SHOP)}})), now, limits=Limits())
    draft = await library.view()
    value = draft.pieces["intent/jam_buka"]
    assert isinstance(value, dict)
    await library.edit("intent/jam_buka", {**value, "examples": [FORMULA, *value["examples"]]}, 0, "Sari")
    async with small_console(store=store, library=library) as opened:
        yield opened


@contextmanager
def page_of(console: SmallConsole, agent: Agent) -> Iterator[Context]:
    visit = Visit(token_hash="", agent_id=agent.id)
    with Client(nicegui_page("/"), request=None) as client:
        ui.label("")
        yield Context(console.console.parts, visit, client)
    client.delete()


async def send(caller: Caller, name: str, data: bytes) -> httpx.Response:
    origin = {"origin": caller.console.address}
    return await caller.http.post(
        caller.console.url("/knowledge/files"), params={"name": name}, content=data, headers=origin
    )


async def test_the_draft_is_taken_home_as_files_that_do_not_reckon(console: SmallConsole, caller: Caller) -> None:
    await caller.sign_in(DEWI)
    table = await caller.get("/knowledge/export/tabel.csv")
    assert f"'{FORMULA}" in table.text
    assert table.headers["content-disposition"] == 'attachment; filename="tabel.csv"'
    packed = (await caller.get("/knowledge/export/rasa.zip")).content
    assert any(FORMULA in text.decode() for text in _texts(packed))
    assert (await caller.get("/knowledge/export/lain.zip")).status_code == 404
    taken = [entry.about for entry in await console.store.audit_trail() if entry.action == "kb_export"]
    assert taken == ["rasa.zip", "tabel.csv"]


def _texts(packed: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return [archive.read(name) for name in archive.namelist()]


async def test_what_is_sent_is_read_once_and_only_by_who_sent_it(console: SmallConsole, caller: Caller) -> None:
    await caller.sign_in(ADMIN)
    id = (await send(caller, "toko.csv", b"text,intent\nada promo?,promo\n")).text
    other = Agent(id=ADMIN.id + "2", name="Lain", login="lain", role=ADMIN.role)  # type: ignore[arg-type]
    await console.store.save_agent(other)
    await console.console.look()
    with page_of(console, other) as ctx, pytest.raises(Refusal, match="tidak terkirim"):
        await read_sent(ctx, id)
    with page_of(console, ADMIN) as ctx:
        name, imported = await read_sent(ctx, id)
        trial = await dry_run(ctx, imported)
        with pytest.raises(Refusal, match="tidak terkirim"):
            await read_sent(ctx, id)
    assert (name, summary(PIECES, trial.differences)) == ("toko.csv", "intent promo baru")
    assert len(await console.store.changes()) == 1


async def test_what_is_too_large_is_not_even_taken_in(caller: Caller) -> None:
    await caller.sign_in(ADMIN)
    assert (await send(caller, "besar.zip", bytes(LARGEST + 1))).status_code == 413
    assert (await send(caller, "kecil.zip", b"PK")).status_code == 200


async def test_a_damaged_file_is_refused_in_a_sentence(console: SmallConsole, caller: Caller) -> None:
    await caller.sign_in(ADMIN)
    id = (await send(caller, "<b>.zip", b"PK")).text
    with page_of(console, ADMIN) as ctx, pytest.raises(Refusal, match=r"<b>\.zip: rusak, atau terkunci\. Kemas lagi"):
        await read_sent(ctx, id)


def test_pasted_lines_become_test_messages() -> None:
    there = [TestMessage(text="halo", intent="salam")]
    text = "halo\tsalam\nbuka  jam\t brp\tjam_buka\n\nrendang\t-\nrendang\t-\n"
    found = read_pasted(text, there, {"salam": {}, "jam_buka": {}}, OWN)
    assert found.new == (TestMessage(text="buka jam brp", intent="jam_buka"), TestMessage(text="rendang"))
    assert (found.there, found.problems) == (2, ())


def test_what_is_no_test_message_is_told_by_its_line() -> None:
    found = read_pasted("halo\nhalo\tsalamm\n", [], {"salam": {}}, OWN)
    assert found.problems == ("Baris 1: bukan teks, tab, dan intent.", "Baris 2: tidak ada intent salamm.")


def test_a_difference_is_told_in_a_line() -> None:
    changed = [Difference(piece=f"intent/{name}", kind=Kind.CHANGED) for name in "abc"]
    added = [Difference(piece="intent/promo", kind=Kind.ADDED), Difference(piece="rules", kind=Kind.REMOVED)]
    assert summary(PIECES, [*changed, *added]) == "intent promo baru; aturan dihapus; 3 diubah"


@pytest.mark.parametrize(
    ("name", "intent"), [("Warna merah!", "warna_merah"), ("24 jam", "intent_24_jam"), ("<b>", "b"), ("🙂", "intent")]
)
def test_the_name_of_a_group_becomes_one_of_an_intent(name: str, intent: str) -> None:
    assert slug(name) == intent
