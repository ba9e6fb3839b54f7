"""Reads the parameters of one call, however they were encoded: query string, form, multipart or JSON.

Brings them to one shape, so that the ledger shows the same call the same way whoever made it. Does not know
which method needs which parameter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.testing.bot_api.errors import bad_request

Wire = dict[str, Any]
"""A JSON object as it travels. Stored ones are never changed in place: an edit makes a new one."""

_INTEGERS = frozenset(
    (
        "chat_id",
        "from_chat_id",
        "message_id",
        "message_thread_id",
        "reply_to_message_id",
        "user_id",
        "offset",
        "limit",
        "timeout",
        "max_connections",
        "cache_time",
        "duration",
        "width",
        "height",
        "icon_color",
    )
)
_NUMBERS = frozenset(
    (
        "latitude",
        "longitude",
        "horizontal_accuracy",
    )
)
_FLAGS = frozenset(
    (
        "drop_pending_updates",
        "show_alert",
        "disable_notification",
        "protect_content",
        "is_big",
        "allow_sending_without_reply",
        "has_spoiler",
        "disable_web_page_preview",
        "revoke_messages",
    )
)
_OBJECTS = frozenset(
    (
        "reply_markup",
        "reply_parameters",
        "entities",
        "caption_entities",
        "allowed_updates",
        "commands",
        "scope",
        "reaction",
        "media",
        "message_ids",
        "link_preview_options",
    )
)
_YES = frozenset(("true", "1", "yes", "True"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file sent along with a call."""

    name: str
    mime: str
    content: bytes


class Parameters:
    """The parameters of one call under their Bot API names, and its files under their field names."""

    __slots__ = ("uploads", "values")

    def __init__(self, values: Wire, uploads: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.uploads = uploads or {}

    def text(self, name: str) -> str:
        """A string; empty when absent."""
        value = self.values.get(name)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        return value if isinstance(value, int) else default

    def number(self, name: str) -> float:
        value = self.values.get(name)
        if not isinstance(value, (int, float)):
            raise bad_request(f"{name} is empty" if value is None else f"{name} must be a number")
        return float(value)

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name))

    def mapping(self, name: str) -> Wire | None:
        """A JSON object, or None when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value

    def array(self, name: str) -> list[Any] | None:
        """A JSON array, or None when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, list):
            raise bad_request(f"expected an Array of {name.replace('_', ' ')}")
        return value

    def for_ledger(self) -> Wire:
        """The values, with each uploaded file told by name and size."""
        if not self.uploads:
            return self.values
        files = {
            field: {"file_name": upload.name, "size": len(upload.content)} for field, upload in self.uploads.items()
        }
        return {**self.values, **files}


async def read_parameters(request: web.BaseRequest) -> Parameters:
    """Parameters of a GET or POST, the query string included; what cannot be read is refused."""
    _, _, query = request.raw_path.partition("?")
    raw: Wire = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    uploads: dict[str, Upload] = {}
    if request.body_exists:
        kind = request.headers.get("Content-Type", "")
        if kind.startswith("multipart/"):
            for name, field in (await request.post()).items():
                if isinstance(field, web.FileField):
                    uploads[name] = Upload(name=field.filename, mime=field.content_type, content=field.file.read())
                else:
                    raw[name] = field.decode() if isinstance(field, (bytes, bytearray)) else field
        elif kind.startswith("application/json"):
            raw.update(_json_object(await request.read()))
        else:
            raw.update(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))
    return Parameters({name: _shape(name, value) for name, value in raw.items() if value is not None}, uploads)


def _json_object(body: bytes) -> Wire:
    try:
        value = json.loads(body) if body else {}
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return value


def _shape(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in _INTEGERS:
        digits = value.strip()
        if digits.lstrip("-").isdigit():
            return int(digits)
        if name.endswith("chat_id"):
            return value
        raise bad_request(f"{name} must be an integer")
    if name in _OBJECTS and value:
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error
    if name in _FLAGS:
        return value in _YES
    if name in _NUMBERS:
        try:
            return float(value)
        except ValueError as error:
            raise bad_request(f"{name} must be a number") from error
    return value
