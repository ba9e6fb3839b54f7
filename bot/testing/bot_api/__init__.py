"""A Bot API server for tests and for playing by hand: real HTTP, Telegram's semantics, scripted faults.

    async with BotApiServer(token="123:ABC") as server:
        sari = server.customer("Sari")
        sari.sends("jam buka?")
        reply = await sari.receives(containing="buka")

Point ``telegram.api_base_url`` (or ``base_url`` of a ``telegram.Bot``) at ``server.url``.
"""

from bot.testing.bot_api.errors import BotApiError, NoSuchButton, NotPossible, NotShown
from bot.testing.bot_api.faults import (
    BadRequest,
    DropAfterAccept,
    DropBefore,
    Fault,
    FaultRule,
    Forbidden,
    Garbage,
    Migrated,
    ServerError,
    SlowAnswer,
    TooManyRequests,
)
from bot.testing.bot_api.groups import Group, StaffMember
from bot.testing.bot_api.ledger import Entry, Ledger
from bot.testing.bot_api.limits import Limits
from bot.testing.bot_api.people import Customer
from bot.testing.bot_api.server import DEFAULT_TOKEN, BotApiServer
from bot.testing.bot_api.shown import Button, Message
from bot.testing.bot_api.state import Press, Topic
from bot.testing.bot_api.updates import Update, UpdateQueue

__all__ = [
    "DEFAULT_TOKEN",
    "BadRequest",
    "BotApiError",
    "BotApiServer",
    "Button",
    "Customer",
    "DropAfterAccept",
    "DropBefore",
    "Entry",
    "Fault",
    "FaultRule",
    "Forbidden",
    "Garbage",
    "Group",
    "Ledger",
    "Limits",
    "Message",
    "Migrated",
    "NoSuchButton",
    "NotPossible",
    "NotShown",
    "Press",
    "ServerError",
    "SlowAnswer",
    "StaffMember",
    "TooManyRequests",
    "Topic",
    "Update",
    "UpdateQueue",
]
