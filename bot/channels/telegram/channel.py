"""Telegram as a channel: what comes in is read, what goes out is sent within Telegram's limits.

How updates are fetched or received is in `polling` and `webhook`; both hand them to `receive`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from telegram import Bot, User
from telegram.constants import ChatAction
from telegram.error import InvalidToken, TelegramError

from bot.channels.plugin import Take
from bot.channels.telegram.commands import register_commands
from bot.channels.telegram.groups import GOODBYE, Strangers, moved_staff_chat
from bot.channels.telegram.limits import Limits, is_group
from bot.channels.telegram.pacing import Pacer
from bot.channels.telegram.reading import event_of
from bot.channels.telegram.receipts import TOPIC_CLOSED, TOPIC_NOT_MODIFIED, HalfSent, Unsendable, receipt_of, says
from bot.channels.telegram.request import AiohttpRequest, NoAnswer, NotSent
from bot.channels.telegram.sending import carry_out, parts_of
from bot.channels.telegram.updates import KINDS, NAME, Raw, is_update, update_of
from conversation.effects import ChangeTopic, EditText, Effect, LeaveChat, SendText
from conversation.errors import ChannelError
from conversation.messages import CustomerEvent
from conversation.ports import Receipt, ReceiptStatus, Target, Update
from conversation.sharing_ports import Reserve
from conversation.tickets import StaffEvent

BATCH = 100
"""Updates fetched at once: Telegram's most."""

WEBHOOK_CONNECTIONS = 100
BACKGROUND_LIMIT = 50
"""Signs of work and goodbyes under way at most; more are left out, as they are courtesies."""

MOVE_TRAVELS = 3.0
"""Seconds in which a worker hears from another one that a strange group is a staff group which has moved."""

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN_REMEDY = "Check TELEGRAM_TOKEN against what @BotFather shows for the bot, and telegram.api_base_url."

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramOptions:
    """Settings of the channel. `staff_chats` are ids of the groups in which the desk works."""

    token: str = field(repr=False)
    api_base_url: str = "https://api.telegram.org/bot"
    file_base_url: str = "https://api.telegram.org/file/bot"
    staff_chats: frozenset[str] = frozenset()
    messages_per_second: float = 30.0
    group_messages_per_minute: float = 20.0
    poll_timeout_seconds: int = 30
    connect_timeout_seconds: float = 10.0
    answer_timeout_seconds: float = 30.0


class _QuietBot(Bot):
    """The library's bot, with its token kept out of what is printed."""

    def __repr__(self) -> str:
        return "Bot[token=…]"


class TelegramChannel:
    """One bot on Telegram. To be started before anything is sent or fetched."""

    name = NAME
    reads_fragments = True

    def __init__(self, options: TelegramOptions, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        # The library logs the bot's address, token and all, and what is said, at DEBUG.
        logging.getLogger("telegram.Bot").setLevel(logging.WARNING)
        self.options = options
        self.clock = clock
        self.username = ""
        # Long polls have a connection of their own, so that they hold up no message.
        self._poll_request = _requests(options, connections=1)
        self._request = _requests(options, connections=100)
        self._bot = _QuietBot(
            options.token or "-",
            base_url=options.api_base_url,
            base_file_url=options.file_base_url,
            request=self._request,
            get_updates_request=self._poll_request,
        )
        self._staff_chats = set(options.staff_chats)
        self._pacer = Pacer(Limits(overall=options.messages_per_second, group=options.group_messages_per_minute))
        self._strangers = Strangers()
        self._tell_move: Callable[[str, str], None] = lambda old, new: None
        self._before_leaving = 0.0
        self._background: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"TelegramChannel({self.options!r})"

    @property
    def staff_chats(self) -> frozenset[str]:
        """The staff groups, with the ids that they moved to."""
        return frozenset(self._staff_chats)

    async def start(self) -> User:
        """Connect, and make sure that the token works; returns the bot's own account.

        Raises:
            ChannelError: it does not, or the server cannot be reached.
        """
        if not _TOKEN.fullmatch(self.options.token):
            raise ChannelError("the Telegram token is not of the form 123456:letters-and-digits", remedy=_TOKEN_REMEDY)
        await self._poll_request.initialize()
        await self._request.initialize()
        try:
            me = await self._bot.get_me()
        except TelegramError as error:
            await self.stop()
            raise self._trouble(error) from None
        self.username = me.username or ""
        self._in_background(self._register_commands())
        return me

    async def stop(self) -> None:
        """Close the connections. Courtesies under way are dropped."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._request.shutdown()
        await self._poll_request.shutdown()

    def share(self, reserve: Reserve, moved: Callable[[str, str], None]) -> None:
        """See `SharedChannel`."""
        self._pacer.share(reserve)
        self._tell_move, self._before_leaving = moved, MOVE_TRAVELS

    def staff_moved(self, moves: Mapping[str, str]) -> None:
        """Learn of chats that moved, old to new, in an earlier run or as another worker tells: a staff group that did
        is still one."""
        self._staff_chats |= {new for old, new in moves.items() if old in self._staff_chats}

    def read(self, update: Update) -> CustomerEvent | StaffEvent | None:
        """What an update says; None for what is of no interest.

        Raises:
            ValueError: the payload is not what Telegram sends.
        """
        return event_of(update, self._staff_chats)

    async def ready(self, target: Target, effect: Effect) -> None:
        """Wait for Telegram's limits of the chat and of the bot. Answers to presses have none.

        What a group is shown of a ticket's state waits until nobody's words wait for that group.
        """
        parts = parts_of(effect)
        if parts:
            decoration = is_group(target.chat) and isinstance(effect, EditText | ChangeTopic)
            await self._pacer.turn(target.chat, parts, decoration=decoration)

    def ready_now(self, target: Target, effect: Effect) -> bool:
        """See `Prompt`."""
        return self._pacer.take_now(target.chat, parts_of(effect))

    async def perform(self, target: Target, effect: Effect) -> Receipt:
        """Carry out one effect; what Telegram says to it is the receipt.

        In a topic that somebody closed, it is opened again for the effect.
        """
        receipt = await self._tried(target, effect)
        refused_by_topic = receipt.status is ReceiptStatus.REJECTED and TOPIC_CLOSED in receipt.error.lower()
        if refused_by_topic and await self._reopened(target):
            receipt = await self._tried(target, effect)
        if receipt.status is ReceiptStatus.RETRY and receipt.retry_after:
            self._pacer.penalise(target.chat, receipt.retry_after)
        if receipt.status is ReceiptStatus.MOVED and target.chat in self._staff_chats:
            self._staff_chats.add(receipt.new_chat)
        return receipt

    async def file(self, file_id: str) -> bytes:
        """What Telegram keeps under a `file_id`, up to its 20 MB.

        Raises:
            ChannelError: it has no such file any more, it is larger, or there was no answer.
        """
        try:
            found = await self._bot.get_file(file_id)
            return bytes(await found.download_as_bytearray())
        except TelegramError as error:
            raise self._trouble(error) from None

    async def show_working(self, chat: str) -> None:
        """Show "typing…" in a chat, unless messages are waiting to be sent. Returns at once."""
        if not self._pacer.is_busy:
            self._in_background(self._typing(chat))

    async def receive(self, raws: Sequence[Raw], take: Take) -> None:
        """Have raw updates kept; when this returns they may be acknowledged. Foreign groups are left then.

        Raises:
            StorageError: nothing was kept.
        """
        now = self.clock()
        await take([update_of(raw, now) for raw in raws])
        for raw in raws:
            self._look_around(raw)

    async def fetch(self, offset: int) -> list[Raw]:
        """The updates from `offset` on, as raw as they come; waits for one as long as a long poll lasts.

        By asking, everything below `offset` is acknowledged.

        Raises:
            TelegramError: there was no answer, or it was no.
        """
        # Not `Bot.get_updates`: one update that it cannot parse would hold up all the others.
        timeout = self.options.poll_timeout_seconds
        query = {"offset": offset, "limit": BATCH, "timeout": timeout, "allowed_updates": json.dumps(KINDS)}
        url = f"{self._bot.base_url}/getUpdates?{urlencode(query)}"
        result = await self._poll_request.post(url, read_timeout=timeout + self.options.answer_timeout_seconds)
        return [raw for raw in result if is_update(raw)] if isinstance(result, list) else []

    async def drop_webhook(self) -> None:
        """Stop a webhook that was set before, keeping what waits to be fetched.

        Raises:
            TelegramError: that could not be done.
        """
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have Telegram send updates to `url`, with `secret` in a header.

        Raises:
            ChannelError: the secret is not one, or Telegram refuses.
        """
        if not _SECRET.fullmatch(secret):
            raise ChannelError(
                "the webhook secret must be 1 to 256 letters, digits, '_' or '-'",
                remedy="Set TELEGRAM_WEBHOOK_SECRET, for example to the output of `openssl rand -hex 32`.",
            )
        try:
            await self._bot.set_webhook(
                url, secret_token=secret, max_connections=WEBHOOK_CONNECTIONS, allowed_updates=KINDS
            )
        except TelegramError as error:
            raise self._trouble(error) from None

    async def _tried(self, target: Target, effect: Effect) -> Receipt:
        try:
            external_id = await carry_out(self._bot, target, effect)
        except (TelegramError, Unsendable, HalfSent) as error:
            return receipt_of(error)
        except Exception as error:  # An answer that the library cannot parse says that something was done.
            log.exception("an answer of Telegram cannot be read", extra={"action": "answer_unreadable"})
            return Receipt(status=ReceiptStatus.UNCERTAIN, error=f"unreadable answer: {type(error).__name__}")
        return Receipt(status=ReceiptStatus.DONE, external_id=external_id)

    async def _reopened(self, target: Target) -> bool:
        try:
            await self._bot.reopen_forum_topic(int(target.chat), int(target.thread))
        except TelegramError as error:
            return says(error, TOPIC_NOT_MODIFIED)
        return True

    def _look_around(self, raw: Raw) -> None:
        """Follow a staff group that moves, and leave groups that the bot was not made for."""
        moved = moved_staff_chat(raw, self._staff_chats)
        if moved is not None:
            self._staff_chats.add(moved)
            self._tell_move(str(raw["message"].get("migrate_from_chat_id") or raw["message"]["chat"]["id"]), moved)
        chat = self._strangers.to_leave(raw, self._staff_chats)
        if chat is not None:
            self._in_background(self._leave(str(chat)))

    async def _leave(self, chat: str) -> None:
        """Say goodbye, if the bot may speak there, and go."""
        await asyncio.sleep(self._before_leaving)
        if chat in self._staff_chats:
            return
        target = Target(chat=chat)
        goodbye = SendText(text=GOODBYE.format(chat=chat))
        await self.ready(target, goodbye)
        await self.perform(target, goodbye)
        receipt = await self.perform(target, LeaveChat())
        log.info(
            "left group %s, which is not in telegram.staff_chat_id: %s",
            chat,
            receipt.status.value,
            extra={"action": "group_left"},
        )

    async def _typing(self, chat: str) -> None:
        with suppress(TelegramError):
            await self._bot.send_chat_action(int(chat), ChatAction.TYPING)

    async def _register_commands(self) -> None:
        try:
            await register_commands(self._bot, sorted(self._staff_chats))
        except TelegramError as error:
            log.warning("the command menu was not set: %s", error, extra={"action": "commands_failed"})

    def _in_background(self, courtesy: Coroutine[Any, Any, None]) -> None:
        """Do something on the side that nobody waits for, unless too much of it is under way."""
        if len(self._background) >= BACKGROUND_LIMIT:
            courtesy.close()
            return
        task = asyncio.ensure_future(courtesy)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _trouble(self, error: TelegramError) -> ChannelError:
        """What keeps the channel from working, for the person who starts it."""
        server = urlsplit(self.options.api_base_url).netloc or self.options.api_base_url
        if isinstance(error, InvalidToken):
            return ChannelError("Telegram refuses the bot token", remedy=_TOKEN_REMEDY)
        if isinstance(error, NotSent | NoAnswer):
            return ChannelError(
                f"the Bot API server {server} cannot be used: {error.message}",
                remedy="Check the network, and telegram.api_base_url.",
            )
        return ChannelError(f"the Bot API server {server} refuses: {error.message}")


def _requests(options: TelegramOptions, *, connections: int) -> AiohttpRequest:
    return AiohttpRequest(
        connections=connections,
        connect_timeout=options.connect_timeout_seconds,
        answer_timeout=options.answer_timeout_seconds,
    )
