"""Which actions are found by what the settings name, and what is said where they cannot be."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.actions import ActionError, action
from bot.settings import ActionSettings
from bot.testing.action_contract import KNOWLEDGE, call
from conversation.actions import Failure, Saying
from conversation.errors import SettingError
from intents.forms import Slot
from tests.bot.actions.hosts import NATIVE, RASA, ROOT, Options, opened

PROJECT = """
from conversation.actions import Call, Result, Saying
from bot.actions import ActionContext, action, validates

class Lookup:
    name = "action_cari"
    repeatable = True

    def __init__(self, context: ActionContext) -> None:
        self.says = f"{context.settings['toko']} {context.base.name} {context.secret('KUNCI')}"

    async def run(self, call: Call) -> Result:
        return Result(says=(Saying(text=self.says),))

class Plain:
    name = "action_polos"
    repeatable = True

    async def run(self, call: Call) -> Result:
        return Result()

class Helper:
    pass

class Needy(Plain):
    def __init__(self, database) -> None:
        pass

@action("action_fungsi")
async def function() -> str:
    return "Halo"

@validates("reservasi", "masakan")
def masakan(value: str) -> str:
    return value

def make(context: ActionContext):
    return [Lookup(context), function]

def make_one():
    return Plain

def broken():
    raise OSError("tidak ada")

def makes_makers():
    return make_one

instance = Plain()
several = (Plain, function)
number = 42
nothing = None
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A folder with a module of actions beside the settings, imported as its users import it."""
    modules = set(sys.modules)
    path = [*sys.path]
    (tmp_path / "tindakan_toko.py").write_text(PROJECT, encoding="utf-8")
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.startswith("tindakan"):
            del sys.modules[name]


async def names(*use: str, **options: Any) -> frozenset[str]:
    async with opened(*use, **options) as actions:
        return actions.names


async def refusal(*use: str, **options: Any) -> ActionError:
    with pytest.raises(ActionError) as raised:
        await names(*use, **options)
    assert raised.value.remedy
    return raised.value


def test_the_settings_are_what_the_actions_are_opened_with() -> None:
    assert set(ActionSettings.model_fields) == set(Options.__dataclass_fields__)


async def test_nothing_configured_is_nothing_to_run() -> None:
    async with opened() as actions:
        assert actions.names == frozenset()
        assert (await actions.run(call("action_sapa"))).failure is Failure.UNKNOWN_ACTION


# What can be named


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("function", {"action_fungsi"}),
        ("instance", {"action_polos"}),
        ("Plain", {"action_polos"}),
        ("Lookup", {"action_cari"}),
        ("several", {"action_polos", "action_fungsi"}),
        ("make", {"action_cari", "action_fungsi"}),
        ("make_one", {"action_polos"}),
        ("masakan", {"validate_reservasi"}),
    ],
)
async def test_an_attribute_of_a_module_is_made_into_actions(project: Path, attribute: str, expected: set[str]) -> None:
    assert await names(f"tindakan_toko:{attribute}", base=project, settings={"toko": "Toko"}) == expected


async def test_a_star_takes_all_that_a_module_defines_and_nothing_that_it_imports(
    tmp_path: Path, project: Path
) -> None:
    source = """
        from tindakan_toko import Helper, Lookup, function, instance
        from bot.actions import action

        class Own:
            name = "action_sendiri"
            repeatable = False

            async def run(self, call):
                return None

        @action("action_baru")
        async def new() -> None: ...

        def factory():
            raise AssertionError
    """
    (project / "tindakan_lain.py").write_text(textwrap.dedent(source), encoding="utf-8")
    assert await names("tindakan_lain:*", base=project) == {"action_sendiri", "action_baru"}


async def test_what_is_made_is_given_settings_folder_and_secrets(project: Path) -> None:
    async with opened("tindakan_toko:Lookup", base=project, settings={"toko": "Toko"}) as actions:
        result = await actions.run(call("action_cari"))
    assert result.says == (Saying(text=f"Toko {project.name} the KUNCI"),)


async def test_an_installed_package_is_named_without_a_colon() -> None:
    @action("action_paket")
    async def packaged() -> str:
        return "Halo"

    assert await names("paket", installed={"paket": packaged}.__getitem__) == {"action_paket"}
    assert await names("paket", installed={"paket": lambda: [packaged]}.__getitem__) == {"action_paket"}


async def test_rasas_classes_are_named_in_the_same_way() -> None:
    module = RASA.partition(":")[0]
    assert await names(f"{module}:ActionSapa", f"{module}:ValidateReservasi") == {"action_sapa", "validate_reservasi"}


async def test_a_validator_that_is_named_twice_counts_once(project: Path) -> None:
    use = ("tindakan_toko:masakan", "tindakan_toko:masakan")
    assert await names(*use, base=project) == {"validate_reservasi"}


# What cannot


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("tindakan_toko:tidak_ada", "has no 'tidak_ada'"),
        ("tindakan_hilang:x", "cannot be imported: ModuleNotFoundError"),
        ("tindakan_toko:number", "is a int, and no action"),
        ("tindakan_toko:nothing", "is a NoneType, and no action"),
        ("tindakan_toko:Helper", "no action"),
        ("tindakan_toko:Needy", "nobody knows what to give it for database"),
        ("tindakan_toko:broken", "cannot be made: OSError: tidak ada"),
        ("tindakan_toko:makes_makers", "makes something that has to be made"),
    ],
)
async def test_what_is_named_and_cannot_be_used_is_explained(project: Path, name: str, says: str) -> None:
    error = str(await refusal(name, base=project))
    assert says in error
    assert name.partition(":")[0] in error


@pytest.mark.parametrize("source", ["import sys; sys.exit(3)", "1 / 0", "def", "import tidak_ada_modul"])
async def test_a_module_that_cannot_be_imported_stops_the_start_with_its_name(project: Path, source: str) -> None:
    (project / "tindakan_rusak.py").write_text(source, encoding="utf-8")
    assert "tindakan_rusak cannot be imported" in str(await refusal("tindakan_rusak:x", base=project))


async def test_an_error_in_a_signature_is_passed_on_as_it_is(project: Path) -> None:
    source = "from bot.actions import action\n@action('action_x')\ndef x(nomor): ...\n"
    (project / "tindakan_salah.py").write_text(source, encoding="utf-8")
    assert "the parameter 'nomor' has no type" in str(await refusal("tindakan_salah:x", base=project))


async def test_what_an_installed_package_lacks_is_told_by_whoever_looks_for_it() -> None:
    def missing(name: str) -> object:
        raise SettingError(f"no package offers {name}")

    with pytest.raises(SettingError, match="no package offers paket"):
        await names("paket", installed=missing)


async def test_one_name_for_two_actions_is_refused_with_both_origins() -> None:
    module = RASA.partition(":")[0]
    error = str(await refusal(NATIVE, f"{module}:ActionSapa"))
    assert "action_sapa" in error
    assert "native_examples:sapa" in error
    assert "rasa_examples:ActionSapa" in error


@pytest.mark.parametrize(
    "source",
    [
        "class A(Action):\n    def name(self): return 5\n    def run(self, d, t, domain): return []",
        "class A(Action):\n    def name(self): return 'a'\n    def run(self, d): return []",
        "class A(Action):\n    def name(self): raise ValueError\n    def run(self, d, t, domain): return []",
        "class A(Action):\n    def run(self, d, t, domain): return []",
    ],
)
async def test_a_class_that_rasa_would_not_take_is_refused_with_its_name(project: Path, source: str) -> None:
    (project / "tindakan_rasa.py").write_text(f"from rasa_sdk import Action\n{source}\n", encoding="utf-8")
    assert "tindakan_rasa:A" in str(await refusal("tindakan_rasa:*", base=project))


async def test_a_parameter_that_is_no_slot_is_refused_with_the_nearest_one(project: Path) -> None:
    source = "from bot.actions import action\n@action('action_x')\ndef x(pesenan: list): ...\n"
    (project / "tindakan_slot.py").write_text(source, encoding="utf-8")
    error = await refusal("tindakan_slot:x", base=project)
    assert "'pesenan' is no slot" in str(error)
    assert error.remedy == "Did you mean pesanan?"


@pytest.mark.parametrize(
    ("decorator", "says"),
    [
        ("validates('reservsi', 'masakan')", "'reservsi', which is no form"),
        ("validates('reservasi', 'masakn')", "'masakn', which is no slot"),
    ],
)
async def test_a_validator_of_something_unknown_is_refused(project: Path, decorator: str, says: str) -> None:
    source = f"from bot.actions import validates\n@{decorator}\ndef x(value: str) -> str: ...\n"
    (project / "tindakan_v.py").write_text(source, encoding="utf-8")
    assert says in str(await refusal("tindakan_v:x", base=project))


async def test_an_unknown_name_among_the_repeatable_ones_is_refused() -> None:
    error = await refusal(NATIVE, repeatable=("action_catet",))
    assert error.remedy == "Did you mean action_catat?"


async def test_an_action_that_is_named_as_repeatable_is_run_again() -> None:
    async with opened(NATIVE, repeatable=("action_catat",)) as actions:
        first = await actions.run(call("action_catat", key="k"))
        assert (await actions.run(call("action_catat", key="k"))).says != first.says


async def test_a_slot_that_the_knowledge_base_gains_can_be_a_parameter(project: Path) -> None:
    source = "from bot.actions import action\n@action('action_x')\nasync def x(kota: str) -> str: return kota\n"
    (project / "tindakan_kota.py").write_text(source, encoding="utf-8")
    knowledge = replace(KNOWLEDGE, slots={**KNOWLEDGE.slots, "kota": Slot(name="kota")})
    async with opened("tindakan_kota:x", base=project, knowledge=knowledge) as actions:
        assert (await actions.run(call("action_x", slots={"kota": "Bandung"}))).says == (Saying(text="Bandung"),)


def test_neither_rasa_sdk_nor_httpx_is_imported_unless_it_is_needed() -> None:
    code = f"""
import asyncio, sys
from tests.bot.actions.hosts import opened
from bot.testing.action_contract import call
for name in ("httpx", "rasa_sdk"):
    for loaded in [each for each in sys.modules if each.split(".")[0] == name]:
        del sys.modules[loaded]
async def main():
    async with opened("{NATIVE}") as actions:
        await actions.run(call("action_sapa", slots={{"nama": "Sari"}}))
asyncio.run(main())
print(sorted({{each.split(".")[0] for each in sys.modules}} & {{"httpx", "rasa_sdk", "sanic"}}))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
