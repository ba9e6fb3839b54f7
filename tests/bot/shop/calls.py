"""Calls such as a dialogue makes, and orders put into a shop by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from conversation.actions import Call
from conversation.messages import Contact
from conversation.state import Conversation, DialogueState

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""A Sunday morning in Bandung."""


def insert_order(path: Path, number: str, status: str, eta: str | None = None, tracking_number: str = "") -> None:
    """Put one more order into the shop."""
    row = (number, "0000", "Panci set", status, "JNE", tracking_number, NOW.isoformat(), eta)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def call_of(action: str, language: str = "", **slots: object) -> Call:
    """A call of an action with these slots, for a customer of this language."""
    dialogue = DialogueState(slots=slots, language=language)
    conversation = Conversation(contact=Contact(channel="terminal", address="budi"), dialogue=dialogue)
    return Call(key="k", action=action, conversation=conversation, now=NOW, slots=slots)
