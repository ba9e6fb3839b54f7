"""The control API under ``/_control/``: lets another process play the people and script the faults.

Every call is a POST with a JSON object of keyword arguments, named as in the Python API, and is answered with
``{"ok": true, "result": …}`` or a 400 that says what was wrong. Knows the Python API by name only.
"""

from __future__ import annotations

import base64
import inspect
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.testing.bot_api import faults
from bot.testing.bot_api.errors import BotApiError, NotPossible
from bot.testing.bot_api.groups import Group, StaffMember
from bot.testing.bot_api.people import Customer, Person
from bot.testing.bot_api.shown import Message
from bot.testing.bot_api.state import Press, Topic
from bot.testing.bot_api.updates import Update

if TYPE_CHECKING:
    from bot.testing.bot_api.server import BotApiServer

Arguments = dict[str, Any]

_PERSON = frozenset(
    (
        "sends",
        "sends_photo",
        "sends_document",
        "sends_voice",
        "sends_video",
        "sends_sticker",
        "sends_location",
        "sends_contact",
        "sends_album",
        "edits",
        "presses",
        "shows",
        "receives",
    )
)
_DEEDS: dict[type[Person], frozenset[str]] = {
    Customer: _PERSON | {"blocks_bot", "unblocks_bot"},
    StaffMember: _PERSON | {"writes", "opens_topic", "closes_topic", "reopens_topic", "deletes_topic"},
}


class Control:
    """Carries out control calls on one server; remembers the people and groups it made."""

    def __init__(self, server: BotApiServer) -> None:
        self._server = server
        self._people: dict[tuple[int, int], Person] = {}
        self._groups: dict[int, Group] = {}
        self._commands: dict[str, Callable[..., Any]] = {
            "customer": self._customer,
            "group": self._group,
            "staff": self._staff,
            "do": self._do,
            "add_bot": self._add_bot,
            "remove_bot": self._remove_bot,
            "migrate": self._migrate,
            "topics": self._topics,
            "messages": server.messages,
            "wait_for_message": server.wait_for_message,
            "ledger": self._ledger,
            "refused": self._refused,
            "updates": self._updates,
            "replay": self._replay,
            "restart_updates": self._restart_updates,
            "until_confirmed": server.until_confirmed,
            "redeliver_callbacks": server.redeliver_callbacks,
            "fail": self._fail,
            "heal": server.faults.clear,
            "advance": server.advance,
        }

    async def answer(self, request: web.BaseRequest, name: str) -> web.Response:
        """The answer to one control request; an unknown command is told the known ones."""
        try:
            if (command := self._commands.get(name)) is None:
                raise NotPossible(f"unknown command {name!r}; there are {sorted(self._commands)}")
            result = await _carry_out(command, _arguments(await request.read()))
        except (BotApiError, TypeError, ValueError) as error:
            return web.json_response({"ok": False, "description": str(error)}, status=400)
        return web.json_response({"ok": True, "result": _plain(result)})

    def _customer(self, **arguments: Any) -> Customer:
        customer = self._server.customer(**arguments)
        self._people[customer.chat_id, customer.user_id] = customer
        return customer

    def _group(self, **arguments: Any) -> Group:
        group = self._server.group(**arguments)
        self._groups[group.chat_id] = group
        return group

    def _staff(self, *, chat_id: int, name: str, **arguments: Any) -> StaffMember:
        member = self._known_group(chat_id).staff(name, **arguments)
        self._people[chat_id, member.user_id] = member
        return member

    async def _do(self, *, user_id: int, deed: str, chat_id: int | None = None, **arguments: Any) -> Any:
        person = self._people.get((chat_id or user_id, user_id))
        if person is None:
            raise NotPossible(f"nobody with user_id {user_id} in chat {chat_id or user_id} was made here")
        if deed not in (deeds := _DEEDS[type(person)]):
            raise NotPossible(f"unknown deed {deed!r}; there are {sorted(deeds)}")
        if "data" in arguments:
            arguments["data"] = base64.b64decode(arguments["data"])
        return await _carry_out(getattr(person, deed), arguments)

    def _add_bot(self, *, chat_id: int, admin: bool = True, token: str | None = None) -> None:
        self._known_group(chat_id).adds_bot(self._server.bot(token), admin=admin)

    def _remove_bot(self, *, chat_id: int, token: str | None = None) -> None:
        self._known_group(chat_id).removes_bot(self._server.bot(token))

    def _migrate(self, *, chat_id: int) -> Group:
        new = self._known_group(chat_id).migrates()
        self._groups[new.chat_id] = new
        return new

    def _topics(self, *, chat_id: int) -> list[Topic]:
        return self._known_group(chat_id).topics

    def _ledger(self, *, method: str | None = None, chat_id: int | None = None, after: int = 0) -> list[Any]:
        return [entry.wire() for entry in self._server.ledger.calls(method, chat_id=chat_id, after=after)]

    def _refused(self) -> list[Any]:
        return [entry.wire() for entry in self._server.ledger.refused]

    def _updates(self, *, token: str | None = None) -> Arguments:
        queue = self._server.bot(token).updates
        return {"pending": queue.pending, "confirmed": queue.confirmed}

    def _replay(self, *, update_id: int, token: str | None = None) -> Update:
        return self._server.bot(token).updates.replay(update_id)

    def _restart_updates(self, *, at: int, token: str | None = None) -> None:
        self._server.bot(token).updates.restart_at(at)

    def _fail(self, *, with_: Arguments, **arguments: Any) -> None:
        details = dict(with_)
        kind = str(details.pop("kind", ""))
        if kind not in faults.KINDS:
            raise NotPossible(f"unknown fault {kind!r}; there are {sorted(faults.KINDS)}")
        if "body" in details:
            details["body"] = str(details["body"]).encode()
        self._server.fail(with_=faults.KINDS[kind](**details), **arguments)

    def _known_group(self, chat_id: int) -> Group:
        if chat_id not in self._groups:
            raise NotPossible(f"no group {chat_id} was made here")
        return self._groups[chat_id]


async def _carry_out(command: Callable[..., Any], arguments: Arguments) -> Any:
    inspect.signature(command).bind(**arguments)
    result = command(**arguments)
    return await result if inspect.isawaitable(result) else result


def _arguments(body: bytes) -> Arguments:
    arguments = json.loads(body) if body else {}
    if not isinstance(arguments, dict):
        raise NotPossible("the body must be a JSON object of keyword arguments")
    return arguments


def _plain(value: Any) -> Any:
    """A result as JSON."""
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, Press):
        return {"callback_id": value.callback_id, "answer": value.answer}
    if isinstance(value, Update):
        return value.wire()
    if isinstance(value, Topic):
        return {"thread_id": value.thread_id, "name": value.name, "closed": value.closed}
    if isinstance(value, Person):
        return {"user_id": value.user_id, "chat_id": value.chat_id}
    if isinstance(value, Group):
        return {"chat_id": value.chat_id}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
