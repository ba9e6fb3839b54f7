"""Settings: read once, checked whole, and every mistake named with its remedy."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import Secrets, read_secrets, read_settings, render_settings
from bot.settings import AgentSettings, Section, Settings
from conversation.errors import SettingError

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refusal(config: Path, text: str, environ: dict[str, str] | None = None) -> SettingError:
    """The error that reading these settings ends in."""
    config.write_text(text, encoding="utf-8")
    with pytest.raises(SettingError) as raised:
        read_settings(config, environ or {})
    return raised.value


# What is right


def test_without_a_file_there_are_the_defaults() -> None:
    settings = read_settings(None, {})
    assert settings.model_dump() == Settings().model_dump()
    assert settings.base == Path.cwd()


def test_a_file_changes_what_it_names_and_nothing_else(config: Path) -> None:
    config.write_text('[bot]\nname = "Rara"\n\n[dialogue]\nepisode_idle_hours = 12\n', encoding="utf-8")
    settings = read_settings(config, {})
    assert (settings.bot.name, settings.dialogue.episode_idle_hours) == ("Rara", 12)
    assert settings.bot.sapaan == "Kak"


def test_a_file_saved_by_notepad_is_read_too(config: Path) -> None:
    config.write_text('[bot]\nname = "Rara"\n', encoding="utf-8-sig")
    assert read_settings(config, {}).bot.name == "Rara"


def test_agents_are_read_from_the_file(config: Path) -> None:
    config.write_text(
        '[desk]\nagents = [{ telegram_id = 7, name = "Sari", departments = ["retur"] }]\n', encoding="utf-8"
    )
    assert read_settings(config, {}).desk.agents == [AgentSettings(telegram_id=7, name="Sari", departments=["retur"])]


def test_paths_start_at_the_folder_of_the_file(config: Path) -> None:
    config.write_text("", encoding="utf-8")
    settings = read_settings(config, {})
    assert settings.path("data/model.tgm") == config.parent.resolve() / "data" / "model.tgm"
    assert settings.path("/srv/model.tgm") == Path("/srv/model.tgm")
    assert settings.path("~/model.tgm") == Path.home().resolve() / "model.tgm"


def test_answers_may_name_shop_and_bot_and_whatever_is_added(config: Path) -> None:
    config.write_text('[shop]\nnama_toko = "Toko Maju"\ntambahan = { kota = "Solo" }\n', encoding="utf-8")
    placeholders = read_settings(config, {}).placeholders()
    assert (placeholders["nama_toko"], placeholders["kota"]) == ("Toko Maju", "Solo")
    assert (placeholders["sapaan"], placeholders["nama_bot"]) == ("Kak", "Nusa")
    assert "tambahan" not in placeholders


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().bot.name = "Rara"


# The file itself


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"nirgends\.toml: there is no such file") as raised:
        read_settings(tmp_path / "nirgends.toml", {})
    assert "tanggap init" in raised.value.remedy


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be read") as raised:
        read_settings(tmp_path, {})
    assert raised.value.remedy


@pytest.mark.parametrize("text", ["[bot\n", "[bot]\nname = Rara\n", "[bot]\nname = 'a'\nname = 'b'\n"])
def test_broken_toml_is_named_with_its_line(config: Path, text: str) -> None:
    error = refusal(config, text)
    assert "not valid TOML" in str(error)
    assert "line" in str(error)
    assert error.remedy


def test_a_file_that_is_no_text_is_named(config: Path) -> None:
    config.write_bytes(b"\xff\xfe\x00bot")
    with pytest.raises(SettingError, match="not valid TOML"):
        read_settings(config, {})


# What stands in it


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ('[bot]\nnama = "x"\n', "bot.nama = 'x'", "bot.name"),
        ("[server]\nprot = 80\n", "server.prot = 80", "server.port"),
        ("[telegram]\nstaff_chat = 1\n", "telegram.staff_chat = 1", "telegram.staff_chat_id"),
        ("[servr]\nport = 80\n", "servr", "server"),
        ("port = 80\n", "port = 80", "server.port"),
        ("[bot]\nport = 80\n", "bot.port = 80", "server.port"),
        ('[desk]\nagents = [{ telegram_id = 1, nama = "S", name = "S" }]\n', "desk.agents.0.nama", "desk.agents.name"),
    ],
)
def test_an_unknown_name_is_shown_with_the_nearest_known_one(config: Path, text: str, key: str, near: str) -> None:
    error = refusal(config, text)
    assert str(error).startswith(f"{config}: unknown setting {key}")
    assert error.remedy == f"Did you mean {near}?"


def test_an_unknown_name_like_no_other_is_to_be_deleted(config: Path) -> None:
    assert "Delete it" in refusal(config, "[xyzzy]\n").remedy


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('[server]\nport = "8080"\n', "server.port = '8080': input should be a valid integer"),
        ("[server]\nport = true\n", "server.port = True: input should be a valid integer"),
        ("[server]\nport = 8080.5\n", "server.port = 8080.5: input should be a valid integer"),
        ("[server]\nport = 70000\n", "server.port = 70000: input should be less than or equal to 65535"),
        ("[bot]\nname = 3\n", "bot.name = 3: input should be a valid string"),
        ('[bot]\nname = ""\n', "bot.name = '': string should have at least 1 character"),
        ('[bot]\nlanguage = "jv"\n', "bot.language = 'jv': input should be 'id' or 'en'"),
        ("[dialogue]\nanger_before_handoff = 1.5\n", "dialogue.anger_before_handoff = 1.5: "),
        ("[dialogue]\nfailures_before_handoff = 0\n", "dialogue.failures_before_handoff = 0: "),
        ('[dialogue]\nfragment_pause_seconds = "0.8"\n', "dialogue.fragment_pause_seconds = '0.8': "),
        ("[understanding]\ntarget_wrong = 0\n", "understanding.target_wrong = 0: "),
        ('[understanding]\nlexicon = "kata.tsv"\n', "understanding.lexicon = 'kata.tsv': "),
        ('[telegram]\nwebhook_path = "telegram"\n', "telegram.webhook_path = 'telegram': "),
        ("[shop]\ntambahan = { harga = 3 }\n", "shop.tambahan.harga = 3: input should be a valid string"),
        ('[desk]\nagents = [{ telegram_id = "x", name = "S" }]\n', "desk.agents.0.telegram_id = 'x': "),
        ("[desk]\nagents = [{ telegram_id = 1 }]\n", "desk.agents.0.name: field required"),
        ("bot = 3\n", "bot = 3: "),
    ],
)
def test_a_bad_value_is_shown_with_its_key_and_what_is_wrong_with_it(config: Path, text: str, shown: str) -> None:
    assert str(refusal(config, text)).startswith(f"{config}: {shown}")


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("[server]\nport = 70000\n", "Port to listen on; 0 takes a free one."),
        ("[desk]\nagents = [{ telegram_id = 1 }]\n", "What customers and colleagues read."),
    ],
)
def test_the_remedy_of_a_bad_value_is_what_the_setting_is_for(config: Path, text: str, remedy: str) -> None:
    assert refusal(config, text).remedy == remedy


@pytest.mark.parametrize("key", ["token", "bot_token", "webhook_secret", "password"])
def test_a_secret_in_the_file_is_refused_without_being_shown(config: Path, key: str) -> None:
    error = refusal(config, f'[telegram]\n{key} = "123456:CANARY"\n')
    assert f"unknown setting telegram.{key}" in str(error)
    assert "CANARY" not in str(error) + error.remedy
    assert "TELEGRAM_TOKEN" in error.remedy


def test_nor_is_a_secret_in_an_unknown_table(config: Path) -> None:
    assert "CANARY" not in str(refusal(config, '[telegran]\ntoken = "123456:CANARY"\n'))


# The environment


@pytest.mark.parametrize(
    ("variable", "value", "path", "expected"),
    [
        ("TANGGAP_BOT__NAME", "Rara", "bot.name", "Rara"),
        ("TANGGAP_SERVER__PORT", "0", "server.port", 0),
        ("TANGGAP_DIALOGUE__FRAGMENT_PAUSE_SECONDS", "0.05", "dialogue.fragment_pause_seconds", 0.05),
        ("TANGGAP_UNDERSTANDING__LEXICON", '["a.tsv", "b.tsv"]', "understanding.lexicon", ["a.tsv", "b.tsv"]),
        ("TANGGAP_SHOP__TAMBAHAN", '{"kota": "Solo"}', "shop.tambahan", {"kota": "Solo"}),
        ("TANGGAP_BOT__NAME", "[Rara]", "bot.name", "[Rara]"),
        ("TANGGAP_TELEGRAM__STAFF_CHAT_ID", "-1001", "telegram.staff_chat_id", -1001),
        (
            "TANGGAP_DESK__AGENTS",
            '[{"telegram_id": 7, "name": "Sari"}]',
            "desk.agents",
            [AgentSettings(telegram_id=7, name="Sari")],
        ),
    ],
)
def test_the_environment_overrides_the_file(
    config: Path, variable: str, value: str, path: str, expected: object
) -> None:
    config.write_text('[bot]\nname = "Nusa"\n[server]\nport = 9000\n', encoding="utf-8")
    found: object = read_settings(config, {variable: value})
    for name in path.split("."):
        found = getattr(found, name)
    assert found == expected


def test_the_environment_works_without_a_file() -> None:
    assert read_settings(None, {"TANGGAP_SERVER__PORT": "0"}).server.port == 0


@pytest.mark.parametrize("variable", ["TANGGAP", "TANGGAP_HOME", "SERVER__PORT", "PATH"])
def test_other_variables_are_none_of_our_business(variable: str) -> None:
    assert read_settings(None, {variable: "x"}) == read_settings(None, {})


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        ("TANGGAP_SERVER__PORT", "viele", "server.port = 'viele': input should be a valid integer"),
        ("TANGGAP_SERVER__PORT", "70000", "server.port = '70000': input should be less than"),
        ("TANGGAP_BOT__NAMA", "Rara", "unknown setting bot.nama = 'Rara'"),
        ("TANGGAP_SERVR__PORT", "80", "unknown setting servr"),
        ("TANGGAP_UNDERSTANDING__LEXICON", "a.tsv", "understanding.lexicon = 'a.tsv': input should be a valid list"),
        ("TANGGAP_DESK__AGENTS", '[{"name": "S"}]', "desk.agents.0.telegram_id: field required"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(config: Path, variable: str, value: str, shown: str) -> None:
    error = refusal(config, "[server]\nport = 9000\n", {"TANGGAP_BOT__NAME": "Rara", variable: value})
    assert str(error).startswith(f"{variable}: {shown}")


def test_a_mistake_in_the_file_names_the_file_whatever_the_environment_says(config: Path) -> None:
    error = refusal(config, "[server]\nport = 70000\n", {"TANGGAP_SERVER__PORT": "0"})
    assert str(error).startswith(f"{config}: server.port = 70000")


# Secrets


def test_secrets_come_from_the_environment_and_hide_themselves() -> None:
    secrets = read_secrets({"TELEGRAM_TOKEN": " 123:CANARY ", "TELEGRAM_WEBHOOK_SECRET": "CANARY-too"})
    assert secrets.telegram_token is not None
    assert secrets.telegram_token.get_secret_value() == "123:CANARY"
    shown = f"{secrets!r} {secrets} {secrets.model_dump()} {secrets.model_dump_json()}"
    assert "CANARY" not in shown
    assert "**" in shown


@pytest.mark.parametrize("environ", [{}, {"TELEGRAM_TOKEN": "", "TELEGRAM_WEBHOOK_SECRET": "  "}])
def test_an_empty_secret_is_none(environ: dict[str, str]) -> None:
    assert read_secrets(environ) == Secrets(telegram_token=None, webhook_secret=None)


# The page of settings


def test_the_config_that_ships_is_rendered_from_the_settings() -> None:
    assert (ROOT / "config.toml").read_text(encoding="utf-8") == render_settings()


def test_the_config_that_ships_says_what_holds_without_it() -> None:
    assert read_settings(ROOT / "config.toml", {}).model_dump() == Settings().model_dump()


def test_every_setting_stands_in_it_with_a_comment() -> None:
    lines = render_settings().splitlines()
    table = tomllib.loads(render_settings())
    for section, values in table.items():
        assert lines[lines.index(f"[{section}]") - 1].startswith("# ")
        for key in values:
            (place,) = [
                n for n, line in enumerate(lines) if line.startswith(f"{key} = ") and section_at(lines, n) == section
            ]
            assert lines[place - 1].startswith("# "), f"{section}.{key} has no comment"
    assert {name: sorted(values) for name, values in table.items()} == {
        name: sorted(values) for name, values in Settings().model_dump(mode="json").items()
    }


def section_at(lines: list[str], place: int) -> str:
    return next(line[1:-1] for line in reversed(lines[:place]) if line.startswith("["))


def sections() -> list[type[BaseModel]]:
    return [section for section in Section.__subclasses__() if section is not Settings]


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.__name__)
def test_every_setting_has_a_description_and_its_section_too(section: type[BaseModel]) -> None:
    assert section.__doc__
    assert [name for name, field in section.model_fields.items() if not field.description] == []
