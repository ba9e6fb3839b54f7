"""The server as tests and authors use it: starting and stopping, people and groups, waiting, faults.

Puts the parts together; HTTP is the business of ``transport``, and what people do that of ``people``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import aiohttp
from aiohttp import web

from bot.testing.bot_api import shown
from bot.testing.bot_api.clock import Clock
from bot.testing.bot_api.control import Control
from bot.testing.bot_api.errors import NotPossible, NotShown, Refused
from bot.testing.bot_api.faults import Fault, FaultBook, FaultRule
from bot.testing.bot_api.groups import Group
from bot.testing.bot_api.ledger import Ledger
from bot.testing.bot_api.limits import Limits
from bot.testing.bot_api.people import Customer
from bot.testing.bot_api.shown import Message
from bot.testing.bot_api.state import Bot, Chat
from bot.testing.bot_api.transport import TOKEN, Transport
from bot.testing.bot_api.updates import UpdateQueue
from bot.testing.bot_api.world import FIRST_UPDATE_ID, World

DEFAULT_TOKEN = "123456789:token-untuk-uji-coba_0000000000000"


class BotApiServer:
    """A Bot API server for one bot (``token``) or several (``tokens``), on its own port while it is entered.

    ``limits`` enforces Telegram's sending limits; ``time_scale`` is how many real seconds one of Telegram's
    waiting seconds takes; ``ledger`` is a file to which every accepted call is appended as a JSON line.
    """

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        tokens: Sequence[str] = (),
        host: str = "127.0.0.1",
        port: int = 0,
        ledger: Path | None = None,
        limits: bool | Limits = False,
        time_scale: float = 1.0,
        first_update_id: int = FIRST_UPDATE_ID,
    ) -> None:
        self.clock = Clock(time_scale=time_scale)
        self.world = World(clock=self.clock, first_update_id=first_update_id)
        self.ledger = Ledger(ledger)
        self.faults = FaultBook()
        self.token = tokens[0] if tokens else token
        for each in tokens or (token,):
            if not TOKEN.fullmatch(each):
                raise ValueError("a bot token looks like 123456:letters-and-digits")
            self.world.add_bot(each)
        self._limits = Limits() if limits is True else limits or None
        self._host = host
        self._port = port
        self._runner: web.ServerRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens; a port of 0 is replaced by a free one."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        transport = Transport(
            world=self.world,
            ledger=self.ledger,
            faults=self.faults,
            limits=self._limits,
            control=Control(self),
            session=self._session,
        )
        self._runner = web.ServerRunner(transport.server(), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stops listening, delivering and writing; the world and the ledger can still be read."""
        for bot in self.world.bots.values():
            if bot.webhook is not None:
                bot.webhook.stop()
            bot.updates.end_poll("the server is going away")
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()
        self.ledger.close()

    @property
    def root(self) -> str:
        """Scheme, host and port."""
        return f"http://{self._host}:{self._port}"

    @property
    def url(self) -> str:
        """The base URL of the methods, to which a client appends the token."""
        return f"{self.root}/bot"

    @property
    def file_url(self) -> str:
        """The base URL of file downloads, to which a client appends token and path."""
        return f"{self.root}/file/bot"

    def bot(self, token: str | None = None) -> Bot:
        """The account of a token; the first bot's without one."""
        try:
            return self.world.bots[token or self.token]
        except KeyError:
            raise NotPossible("this server has no bot with that token") from None

    @property
    def updates(self) -> UpdateQueue:
        """The update queue of the first bot."""
        return self.bot().updates

    def customer(
        self,
        name: str = "Sari",
        *,
        token: str | None = None,
        user_id: int | None = None,
        username: str | None = None,
        started: bool = True,
    ) -> Customer:
        """A user with a private chat; with ``started`` False the bot must wait for their first message."""
        user = self.world.add_user(name, user_id=user_id, username=username)
        chat = self.world.private_chat(self.bot(token), user)
        chat.started = started
        return Customer(self.world, chat, user)

    def group(
        self,
        title: str = "Staf",
        *,
        kind: str = "supergroup",
        forum: bool = True,
        bot_is_admin: bool = True,
        with_bots: bool = True,
        chat_id: int | None = None,
    ) -> Group:
        """A group; ``with_bots`` puts every bot into it from the start (and tells none of them)."""
        chat = self.world.add_group(title, kind=kind, forum=forum and kind == "supergroup", chat_id=chat_id)
        if with_bots:
            status = "administrator" if bot_is_admin else "member"
            chat.members = {bot.bot_id: status for bot in self.world.bots.values()}
        return Group(self.world, chat)

    def chat(self, chat_id: int, *, token: str | None = None) -> Chat:
        """The state of a chat. Raises :class:`NotPossible` when there is none of that id."""
        try:
            return self.world.find_chat(self.bot(token), chat_id)
        except Refused as error:
            raise NotPossible(f"there is no chat {chat_id}") from error

    def messages(self, chat_id: int, thread: int | None = None, *, token: str | None = None) -> list[Message]:
        """What a chat, or one topic of it, shows: edits applied, deleted messages gone, oldest first."""
        return shown.messages(self.chat(chat_id, token=token), thread)

    async def wait_for_message(
        self,
        chat_id: int,
        *,
        containing: str = "",
        timeout: float = 10.0,  # noqa: ASYNC109
        thread: int | None = None,
        after: int = 0,
        token: str | None = None,
    ) -> Message:
        """The first message of a bot, with an id above ``after``, that contains the text; waits for it.

        Raises :class:`NotShown`, a ``TimeoutError``, after ``timeout`` real seconds.
        """
        reader = shown.Reader(self.chat(chat_id, token=token), from_start=True)
        return await reader.next(
            containing=containing,
            thread_id=thread,
            timeout=timeout,
            matching=lambda message: message.message_id > after,
        )

    async def until_confirmed(self, *, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Waits until the first bot has acknowledged every update."""
        try:
            await asyncio.wait_for(self.updates.until_confirmed(), timeout)
        except TimeoutError as error:
            waiting = [update.update_id for update in self.updates.pending]
            raise NotShown(f"updates {waiting} are still not confirmed") from error

    def fail(
        self,
        *,
        with_: Fault,
        method: str | None = None,
        chat_id: int | None = None,
        thread: int | None = None,
        times: int | None = 1,
        skip: int = 0,
    ) -> FaultRule:
        """Spoils the next ``times`` calls that fit (None: all of them), after letting ``skip`` pass."""
        return self.faults.add(
            FaultRule(fault=with_, method=method, chat_id=chat_id, thread_id=thread, remaining=times, skip=skip)
        )

    def redeliver_callbacks(self) -> int:
        """Sends every callback query that is unanswered and alive again, under a new update id; how many."""
        count = 0
        for bot in self.world.bots.values():
            for press in bot.presses.values():
                if not press.answered and press.expires > self.clock.now():
                    self.world.deliver_press(bot, press)
                    count += 1
        return count

    def advance(self, seconds: float) -> None:
        """Moves the server's clock forward, see :class:`Clock`."""
        self.clock.advance(seconds)
