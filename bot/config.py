"""Reads the settings: one `config.toml` in which every setting stands with its default, read once, checked whole.

Which settings there are, `bot.settings` says; the commented `config.toml` is rendered from it. Secrets come from the
environment alone and hide themselves in `repr`. Nothing else in the project reads the environment or a
configuration file.
"""

from __future__ import annotations

import difflib
import json
import os
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from bot.settings import EMBEDDINGS_VARIABLE, AgentSettings, Section, Settings
from bot.storage.urls import shown
from conversation.errors import SettingError

ENV_PREFIX = "TANGGAP_"
_WHERE_TRACES_GO = ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
TOKEN_VARIABLE = "TELEGRAM_TOKEN"
WEBHOOK_SECRET_VARIABLE = "TELEGRAM_WEBHOOK_SECRET"
_SECRET_WORDS = ("token", "secret", "password", "api_key")


class Secrets(BaseModel):
    """What only the environment may hold. `repr` and logs show asterisks."""

    model_config = ConfigDict(frozen=True)

    telegram_token: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    embeddings_key: SecretStr | None = None


def read_secret(name: str, environ: Mapping[str, str] = os.environ) -> SecretStr | None:
    """A secret of the environment; an empty variable counts as absent."""
    value = environ.get(name, "").strip()
    return SecretStr(value) if value else None


def read_secrets(environ: Mapping[str, str] = os.environ) -> Secrets:
    """The secrets of the environment that the framework itself needs."""
    return Secrets(
        telegram_token=read_secret(TOKEN_VARIABLE, environ),
        webhook_secret=read_secret(WEBHOOK_SECRET_VARIABLE, environ),
        embeddings_key=read_secret(EMBEDDINGS_VARIABLE, environ),
    )


def traces_wanted(settings: Settings, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether traces shall be sent: as the setting says, or as the standard variables of OpenTelemetry imply."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    named = any(environ.get(name) for name in _WHERE_TRACES_GO)
    return settings.log.traces == "on" or (settings.log.traces == "auto" and named)


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
        _refuse_password(values, str(path))
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


def _refuse_password(values: Mapping[str, Any], where: str) -> None:
    """A file is copied and kept under version control; what opens the database is not for it."""
    url = values.get("storage", {}).get("url", "")
    if shown(url) != url:
        raise SettingError(
            f"{where}: storage.url holds a password: {shown(url)}",
            remedy="Take it out, and export it as PGPASSWORD (or the whole URL as TANGGAP_STORAGE__URL).",
        )


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
