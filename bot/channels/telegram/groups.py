"""Groups and channels that the bot was not made for: which updates tell of one, and each is left once.

It decides and remembers; the channel says goodbye and goes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Mapping
from typing import Any

from bot.channels.telegram.updates import Raw

GOODBYE = (
    "Halo, terima kasih sudah mengundang saya. Saya asisten layanan pelanggan dan hanya melayani chat pribadi, "
    "jadi saya pamit dari grup ini ya. (ID grup ini: {chat})"
)
"""What is said before leaving. Whoever sets up a staff group reads its id here."""

_REMEMBERED = 1_000
_PRESENT = ("member", "administrator", "creator", "restricted")


class Strangers:
    """Remembers, for the latest groups, that they were left already."""

    def __init__(self) -> None:
        self._left: OrderedDict[int, None] = OrderedDict()

    def to_leave(self, raw: Raw, staff_chats: Container[str]) -> int | None:
        """The chat that an update asks to be left, unless that was done; only being added again undoes that."""
        try:
            chat, added = _foreign(raw, staff_chats)
        except (KeyError, TypeError, AttributeError):
            return None  # Whoever reads the update will say what is wrong with it.
        if chat is None or (chat in self._left and not added):
            return None
        self._left[chat] = None
        self._left.move_to_end(chat)
        while len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return chat


def _foreign(raw: Raw, staff_chats: Container[str]) -> tuple[int | None, bool]:
    """The foreign chat in an update, if any, and whether the bot was added to it just now."""
    member = raw.get("my_chat_member")
    chat: Mapping[str, Any] = (member or raw["message"])["chat"]
    if chat["type"] == "private" or str(chat["id"]) in staff_chats:
        return None, False
    if not member:
        # Once the group has moved, the bot is in the new one only.
        return (None if "migrate_to_chat_id" in raw["message"] else chat["id"]), False
    is_there = member["new_chat_member"]["status"] in _PRESENT
    was_there = member["old_chat_member"]["status"] in _PRESENT
    return (chat["id"] if is_there else None), is_there and not was_there


def moved_staff_chat(raw: Raw, staff_chats: Container[str]) -> str | None:
    """The new id of a staff chat, from the message by which Telegram tells that it became a supergroup."""
    message = raw.get("message")
    if not isinstance(message, Mapping) or not isinstance(message.get("chat"), Mapping):
        return None
    here, old, new = message["chat"].get("id"), message.get("migrate_from_chat_id"), message.get("migrate_to_chat_id")
    if new and str(here) in staff_chats:
        return str(new)
    if old and str(old) in staff_chats:
        return str(here)
    return None
