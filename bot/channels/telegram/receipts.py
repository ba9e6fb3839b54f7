"""What Telegram's refusals and silences mean for an effect, as receipts.

python-telegram-bot derives both `TimedOut` and `BadRequest` from `NetworkError`: only what is named here as
surely not done is tried again, everything that nobody can be sure of is `UNCERTAIN`.
"""

from __future__ import annotations

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram.request import NotSent, TooManyRequests
from conversation.ports import Receipt, ReceiptStatus

REFUSED_TOKEN_WAIT = 60.0
"""Seconds to wait while the token is refused: somebody has to put in a new one."""

NOT_MODIFIED = "message is not modified"
ALREADY_GONE = ("message to delete not found",)
NO_TEXT = "there is no text in the message to edit"
TOPIC_NOT_MODIFIED = "topic_not_modified"
TOPIC_CLOSED = "topic_closed"
PRESS_EXPIRED = ("query is too old", "query id is invalid")
TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_id_invalid")
NOT_IN_CHAT = ("bot is not a member", "bot was kicked", "chat not found")


class Unsendable(ValueError):
    """An effect that Telegram cannot show as it stands. Nothing was sent."""


class HalfSent(Exception):
    """Some parts of a long message went out, and then one did not."""


def says(error: TelegramError, *reasons: str) -> bool:
    """Whether Telegram gave one of `reasons` (in lower case; the library changes the capitals)."""
    message = error.message.lower()
    return any(reason in message for reason in reasons)


def receipt_of(error: TelegramError | Unsendable | HalfSent) -> Receipt:
    """The receipt of an effect that ended in an error."""
    text = str(error)
    match error:
        case TooManyRequests(seconds=seconds):
            return Receipt(status=ReceiptStatus.RETRY, retry_after=seconds, error=text)
        case NotSent():
            return Receipt(status=ReceiptStatus.RETRY, error=text)
        case InvalidToken():
            return Receipt(status=ReceiptStatus.RETRY, retry_after=REFUSED_TOKEN_WAIT, error="the token is refused")
        case ChatMigrated(new_chat_id=new_chat):
            return Receipt(status=ReceiptStatus.MOVED, new_chat=str(new_chat), error=text)
        case Forbidden():
            return Receipt(status=ReceiptStatus.BLOCKED, error=text)
        case BadRequest() if says(error, *TOPIC_GONE):
            return Receipt(status=ReceiptStatus.TOPIC_GONE, error=text)
        case BadRequest() | Conflict() | Unsendable():
            return Receipt(status=ReceiptStatus.REJECTED, error=text)
        case _:
            # Time-outs, disconnects, 5xx, answers that are none, and half a message.
            return Receipt(status=ReceiptStatus.UNCERTAIN, error=text)
