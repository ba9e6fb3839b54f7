"""Raw updates as they come from Telegram, made into what the inbox keeps: cheap, and never failing.

It looks only at what names an update and its conversation; what it says is read later, by `reading`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeGuard

from pydantic_core import from_json

from conversation.ports import Update

NAME = "telegram"

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that the bot asks Telegram for."""

LONGEST_NAME = 200
"""Letters of a key or a lane; those of real updates have some dozens, and a database's index takes only so many."""

Raw = Mapping[str, Any]

_ENCODER = json.JSONEncoder(separators=(",", ":"))


def parsed(text: str | bytes) -> Any:
    """What a JSON text says. Pydantic's parser takes a fifth of the time of Python's, which gets what is odd, such
    as half a surrogate pair.

    Raises:
        ValueError, RecursionError: it is no JSON.
    """
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)


def is_update(raw: object) -> TypeGuard[Raw]:
    """Whether this can be an update at all: an object with a number."""
    return isinstance(raw, dict) and isinstance(number := raw.get("update_id"), int) and abs(number) < 2**63


def update_of(raw: Raw, now: datetime, body: bytes = b"") -> Update:
    """The inbox's view of a raw update (one of which `is_update` holds), which came as the JSON `body`, if that is
    at hand.

    What is not understood is kept under its own number, so that it can be looked at.
    """
    try:
        key, lane = _named(raw)
        storable = all(name.isascii() and name.isprintable() and len(name) <= LONGEST_NAME for name in (key, lane))
    except (KeyError, TypeError, AttributeError):
        storable = False
    if not storable:
        key, lane = f"update:{raw['update_id']}:{_digest(raw)}", f"{NAME}:"
    return Update(
        channel=NAME,
        key=key,
        lane=lane,
        # ASCII: half a surrogate pair in a text must not keep the inbox from storing it.
        payload=body.decode("ascii") if body and body.isascii() else _ENCODER.encode(raw),
        received_at=now,
        update_id=raw["update_id"],
    )


def _named(raw: Raw) -> tuple[str, str]:
    """Key and lane. Raises KeyError, TypeError or AttributeError where something is missing."""
    if message := raw.get("message"):
        return f"message:{message['chat']['id']}:{message['message_id']}", _lane(message)
    if message := raw.get("edited_message"):
        # Two edits may fall into one second.
        name = f"{message['chat']['id']}:{message['message_id']}:{message.get('edit_date', 0)}"
        return f"edit:{name}:{_digest(message)}", _lane(message)
    if press := raw.get("callback_query"):
        # An unanswered press comes again under a new update id, with this id.
        return f"press:{press['id']}", _lane(press["message"])
    member = raw["my_chat_member"]
    chat = member["chat"]["id"]
    return f"member:{chat}:{member['date']}:{member['new_chat_member']['status']}", f"{NAME}:{chat}"


def _lane(message: Raw) -> str:
    chat = message["chat"]
    if chat.get("type") == "private":
        return f"{NAME}:{chat['id']}"
    return f"{NAME}:{chat['id']}:{thread_of(message)}"


def thread_of(message: Raw) -> int | str:
    """The forum topic a raw message stands in; "" outside of one (replies in plain groups have threads too)."""
    return message.get("message_thread_id", "") if message.get("is_topic_message") else ""


def _digest(value: Raw) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
