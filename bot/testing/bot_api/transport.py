"""The HTTP side: finds the bot and the method of a request, lets faults happen, answers as Telegram does.

Knows tokens, connections, faults, limits and the ledger; what a method does is in ``sending``, ``changing``,
``administration`` and ``receiving``.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from bot.testing.bot_api import administration, changing, receiving, sending
from bot.testing.bot_api.content import MAX_UPLOAD
from bot.testing.bot_api.control import Control
from bot.testing.bot_api.errors import Refused
from bot.testing.bot_api.faults import DropAfterAccept, DropBefore, FaultBook, Garbage, Refusal, SlowAnswer
from bot.testing.bot_api.ledger import Ledger
from bot.testing.bot_api.limits import Limits, Meter
from bot.testing.bot_api.parameters import Parameters, read_parameters
from bot.testing.bot_api.registry import Call
from bot.testing.bot_api.state import Bot
from bot.testing.bot_api.world import World

TOKEN = re.compile(r"\d+:[\w-]+")

_METHODS = sending.METHODS | changing.METHODS | administration.METHODS
_JSON = {"Content-Type": "application/json"}
_MAX_REQUEST = MAX_UPLOAD + 2 * 1024 * 1024


class Transport:
    """Answers HTTP requests out of a world. ``session`` carries updates to webhooks."""

    def __init__(
        self,
        *,
        world: World,
        ledger: Ledger,
        faults: FaultBook,
        limits: Limits | None,
        control: Control,
        session: aiohttp.ClientSession,
    ) -> None:
        self._world = world
        self._ledger = ledger
        self._faults = faults
        self._limits = limits
        self._control = control
        self._session = session
        self._meters: dict[int, Meter] = {}

    def server(self) -> web.Server:
        """The aiohttp server to run; a poll ends when its client goes away."""
        return web.Server(self._answer, request_factory=self._make_request, handler_cancellation=True, access_log=None)

    def _make_request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        loop = asyncio.get_running_loop()
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_MAX_REQUEST)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if path.startswith("/bot"):
            token, _, name = path[4:].partition("/")
            return await self._call(request, unquote(token) if "%" in token else token, name)
        if path.startswith("/file/bot"):
            token, _, file_path = unquote(path[9:]).partition("/")
            return self._file(token, file_path)
        if path.startswith("/_control/"):
            return await self._control.answer(request, path.removeprefix("/_control/"))
        return _refusal(Refused(404, "Not Found"))

    def _file(self, token: str, file_path: str) -> web.Response:
        stored = self._world.paths.get(file_path)
        if token not in self._world.bots or stored is None:
            return _refusal(Refused(404, "Not Found"))
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _call(self, request: web.BaseRequest, token: str, name: str) -> web.StreamResponse:
        bot = self._world.bots.get(token)
        if bot is None:
            known_shape = TOKEN.fullmatch(token)
            return _refusal(Refused(401, "Unauthorized") if known_shape else Refused(404, "Not Found"))
        try:
            parameters = await read_parameters(request)
        except Refused as error:
            return _refusal(error)
        except web.HTTPRequestEntityTooLarge:
            return _refusal(Refused(413, "Request Entity Too Large"))
        values = parameters.values
        fault = self._faults.meet(name.lower(), values.get("chat_id"), values.get("message_thread_id"))
        if isinstance(fault, DropBefore):
            return _hang_up(request)
        spoilt_by = type(fault).__name__ if fault else None
        try:
            if isinstance(fault, Refusal):
                raise fault.refusal()
            result, noted = await self._perform(bot, name.lower(), parameters)
        except Refused as error:
            self._ledger.refuse(
                time=self._world.clock.today(),
                bot_id=bot.bot_id,
                method=name,
                parameters=parameters.for_ledger(),
                error=error.description,
                fault=spoilt_by,
            )
            return _refusal(error)
        self._ledger.accept(
            time=self._world.clock.today(),
            bot_id=bot.bot_id,
            method=name,
            parameters=parameters.for_ledger(),
            result=noted,
            fault=spoilt_by,
        )
        if isinstance(fault, DropAfterAccept):
            return _hang_up(request)
        if isinstance(fault, Garbage):
            return web.Response(body=fault.body, status=fault.status)
        if isinstance(fault, SlowAnswer):
            await asyncio.sleep(fault.seconds)
        return web.Response(body=json.dumps({"ok": True, "result": result}).encode(), headers=_JSON)

    async def _perform(self, bot: Bot, name: str, parameters: Parameters) -> tuple[Any, Any]:
        """Carries a call out; what to answer, and what to write into the ledger."""
        call = Call(world=self._world, bot=bot, parameters=parameters)
        if name == "getupdates":
            batch = await receiving.get_updates(call)
            return [update.wire() for update in batch], [update.update_id for update in batch]
        if name == "setwebhook":
            done = receiving.set_webhook(call, self._session)
        elif name == "deletewebhook":
            done = receiving.delete_webhook(call)
        elif (method := _METHODS.get(name)) is None:
            raise Refused(404, "Not Found")
        else:
            chat_id = parameters.values.get("chat_id")
            if self._limits and name in sending.SENDING and isinstance(chat_id, int):
                self._meter(bot, self._limits).admit(chat_id)
            result = method(call)
            return result, result
        return done, done

    def _meter(self, bot: Bot, limits: Limits) -> Meter:
        if bot.bot_id not in self._meters:
            self._meters[bot.bot_id] = Meter(limits, self._world.clock)
        return self._meters[bot.bot_id]


def _refusal(error: Refused) -> web.Response:
    return web.Response(body=json.dumps(error.wire()).encode(), status=error.code, headers=_JSON)


def _hang_up(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()
