"""The reception: how somebody comes in and goes out, over plain HTTP, without NiceGUI.

Login and password, or a code by Telegram; sign-out; and word from a page that somebody is still there. What does not
fit is answered alike whether the login is known or not, and each attempt is written down.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Message, Send

from bot.console import sign_in
from bot.console.accounts import by_login
from bot.console.codes import GOOD_FOR, Codes, SendCode
from bot.console.parts import Parts, Visit
from bot.console.passwords import PasswordCheck, is_outdated
from bot.console.sessions import Sessions
from bot.console.throttle import Throttle, network
from bot.console.times import span
from bot.console.words import WORDS, Words
from conversation.desk_ports import AuditEntry
from conversation.tickets import Agent, AgentId

COOKIE = "tanggap_desk"
CODE_COOKIE = "tanggap_code"
LOCALE_COOKIE = "tanggap_locale"
THEME_COOKIE = "tanggap_theme"
LONGEST_BODY = 8_192
A_YEAR = 365 * 86_400

log = logging.getLogger(__name__)

_NEXT = re.compile(r"/(?!/)[A-Za-z0-9/_.?=&-]*")


@dataclass(kw_only=True)
class Reception:
    """Answers everything that takes no session, or makes or ends one."""

    parts: Parts
    sessions: Sessions
    expect: Callable[[], None]
    """Called when somebody is about to come in, so that what waits inside can be made ready."""
    send_code: SendCode | None = None
    secure: bool = False
    throttle: Throttle = field(default_factory=Throttle)
    codes: Codes = field(default_factory=Codes)
    check: PasswordCheck = field(default_factory=PasswordCheck)
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    async def answer(self, request: Request, path: str) -> Response | None:
        """The answer, or None where a request is none of its business."""
        steps = {
            ("GET", "/sign-in"): self._show,
            ("POST", "/sign-in"): self._by_password,
            ("POST", "/sign-in-code"): self._send_code,
            ("POST", "/sign-in-telegram"): self._by_code,
            ("POST", "/sign-out"): self._sign_out,
            ("POST", "/session"): self._still_there,
        }
        step = steps.get((request.method.replace("HEAD", "GET"), path))
        return await step(request) if step else None

    def turned_away(self, connection: HTTPConnection, path: str) -> Response:
        """For who is not signed in: the way to the sign-in page, and from there to where they wanted to go."""
        if connection.scope["method"] != "GET" or path.startswith("/_nicegui"):
            return PlainTextResponse("not signed in", status_code=HTTPStatus.UNAUTHORIZED)
        wanted = path if path != "/" and _NEXT.fullmatch(path) else ""
        there = connection.scope["root_path"] + "/sign-in" + (f"?next={wanted}" if wanted else "")
        return RedirectResponse(there, HTTPStatus.SEE_OTHER)

    def locale_of(self, visit: Visit) -> str:
        """The language that a signed-in agent reads."""
        agent = self.parts.people.known.get(visit.agent_id)
        return agent.locale if agent and agent.locale in WORDS else "id"

    def with_cookie(self, connection: HTTPConnection, send: Send, token: str) -> Send:
        """Let an answer bring the browser its new token, if there is one."""
        if not token:
            return send

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", self._cookie(connection, token))
            await send(message)

        return sending

    async def _show(self, request: Request) -> Response:
        self.expect()
        visit = await self.sessions.visit(request.cookies.get(COOKIE, ""))
        if visit is not None and self.parts.people.welcome(visit.agent_id) and "ended" not in request.query_params:
            return self._go(request, _next(request.query_params.get("next", "")))
        if request.query_params.get("way") == "telegram" and self.send_code:
            return self._page(request, sign_in.login_form)
        error = self._words(request).sign_in_expired if "ended" in request.query_params else ""
        return self._password_page(request, error, next_path=_next(request.query_params.get("next", "")))

    async def _by_password(self, request: Request) -> Response:
        form = await _form(request)
        login, password, there = (
            form.get("login", "").strip().casefold(),
            form.get("password", ""),
            _next(form.get("next", "")),
        )
        if held := await self._held_back(request, login):
            return self._password_page(request, held, HTTPStatus.TOO_MANY_REQUESTS, login=login, next_path=there)
        found = await self.parts.store.password_hash(login)
        fits = await self.check.matches(password, found[1] if found else None)
        await self.parts.people.refresh()
        agent = self.parts.people.known.get(found[0]) if found else None
        if not fits or found is None or agent is None or agent.disabled:
            await self._record("sign_in_failed", request, found[0] if found else None)
            wrong = self._words(request).sign_in_wrong
            return self._password_page(request, wrong, HTTPStatus.UNAUTHORIZED, login=login, next_path=there)
        if is_outdated(found[1]):
            await self.parts.store.save_agent(agent, await self.check.hash(password))
        return await self._come_in(request, agent, login, there, "sign_in")

    async def _send_code(self, request: Request) -> Response:
        """Have the bot send a code. Whether there was anybody to send one to does not show, nor take longer."""
        login = (await _form(request)).get("login", "").strip().casefold()
        if self.send_code is None:
            return PlainTextResponse("no Telegram here", status_code=HTTPStatus.NOT_FOUND)
        if held := await self._held_back(request, login):
            return self._page(request, sign_in.login_form, HTTPStatus.TOO_MANY_REQUESTS, error=held)
        agent = by_login(self.parts.people.known.values(), login)
        reachable = agent if agent and agent.telegram_id and not agent.disabled else None
        code, ticket = self.codes.issue(reachable.id if reachable else None, self.parts.clock())
        if reachable and reachable.telegram_id:
            text = WORDS[reachable.locale].code_message.format(code=f"{code[:4]} {code[4:]}")
            task = asyncio.create_task(self.send_code(reachable.telegram_id, text))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        response = self._page(request, sign_in.code_form)
        response.set_cookie(
            CODE_COOKIE,
            ticket,
            max_age=int(GOOD_FOR.total_seconds()),
            path=request.scope["root_path"] or "/",
            secure=self._is_secure(request),
            httponly=True,
            samesite="strict",
        )
        return response

    async def _by_code(self, request: Request) -> Response:
        code = (await _form(request)).get("code", "")
        agent_id = self.codes.redeem(request.cookies.get(CODE_COOKIE, ""), code, self.parts.clock())
        await self.parts.people.refresh()
        agent = self.parts.people.known.get(agent_id) if agent_id else None
        if agent is None or agent.disabled:
            await self._record("sign_in_failed", request, None)
            wrong = self._words(request).code_wrong
            return self._page(request, sign_in.code_form, HTTPStatus.UNAUTHORIZED, error=wrong)
        return await self._come_in(request, agent, agent.login, "/", "sign_in_telegram")

    async def _come_in(self, request: Request, agent: Agent, login: str, there: str, action: str) -> Response:
        self.throttle.succeeded(login, _address(request))
        token = await self.sessions.open(agent.id, request.cookies.get(COOKIE, ""))
        await self._record(action, request, agent.id)
        response = self._go(request, there)
        response.headers.append("set-cookie", self._cookie(request, token))
        response.delete_cookie(CODE_COOKIE, path=request.scope["root_path"] or "/")
        return response

    async def _sign_out(self, request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        if (visit := await self.sessions.visit(token)) is not None:
            await self._record("sign_out", request, visit.agent_id)
            await self.sessions.end(token)
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        response.delete_cookie(COOKIE, path=request.scope["root_path"] or "/")
        return response

    async def _still_there(self, request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        visit = await self.sessions.visit(token)
        if visit is None or not self.parts.people.welcome(visit.agent_id):
            return PlainTextResponse("not signed in", status_code=HTTPStatus.UNAUTHORIZED)
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        if fresh := await self.sessions.act(token):
            response.headers.append("set-cookie", self._cookie(request, fresh))
        return response

    async def _held_back(self, request: Request, login: str) -> str:
        """What to tell who has tried too often; "" lets them try."""
        held = self.throttle.begin(login, _address(request), self.parts.clock())
        if held is None:
            return ""
        if held.first:  # Once for each wait: the trail is not to be filled by whoever hammers at the door.
            agent = by_login(self.parts.people.known.values(), login)
            await self._record("sign_in_throttled", request, agent.id if agent else None)
        words = self._words(request)
        return words.sign_in_wait.format(wait=span(words, held.wait + timedelta(seconds=1)))

    def _password_page(
        self,
        request: Request,
        error: str = "",
        status: HTTPStatus = HTTPStatus.OK,
        *,
        login: str = "",
        next_path: str = "/",
    ) -> Response:
        by_code = self.send_code is not None
        return self._page(
            request, sign_in.password_form, status, error=error, login=login, next_path=next_path, by_code=by_code
        )

    def _page(
        self, request: Request, form: Callable[..., str], status: HTTPStatus = HTTPStatus.OK, **what: object
    ) -> Response:
        locale = self._locale(request)
        theme, shop = request.cookies.get(THEME_COOKIE, ""), self.parts.settings.shop.nama_toko
        html = form(WORDS[locale], locale=locale, theme=theme, shop=shop, **what)
        headers = {
            "cache-control": "no-store",
            "content-security-policy": (
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
                "frame-ancestors 'none'"
            ),
        }
        response = HTMLResponse(html, status_code=status, headers=headers)
        if request.query_params.get("lang") in WORDS:
            response.set_cookie(LOCALE_COOKIE, locale, max_age=A_YEAR, path=request.scope["root_path"] or "/")
        return response

    def _go(self, request: Request, there: str) -> Response:
        return RedirectResponse(request.scope["root_path"] + there, HTTPStatus.SEE_OTHER)

    def _locale(self, request: Request) -> str:
        chosen = request.query_params.get("lang") or request.cookies.get(LOCALE_COOKIE) or ""
        return chosen if chosen in WORDS else self.parts.settings.bot.language

    def _words(self, request: Request) -> Words:
        return WORDS[self._locale(request)]

    def _cookie(self, connection: HTTPConnection, token: str) -> str:
        path = connection.scope["root_path"] or "/"
        secure = "; Secure" if self._is_secure(connection) else ""
        return f"{COOKIE}={token}; Path={path}; HttpOnly; SameSite=Lax{secure}"

    def _is_secure(self, connection: HTTPConnection) -> bool:
        return self.secure or connection.scope["scheme"] in ("https", "wss")

    async def _record(self, action: str, request: Request, agent_id: AgentId | None) -> None:
        entry = AuditEntry(at=self.parts.clock(), agent_id=agent_id, action=action, detail=_address(request))
        await self.parts.store.record(entry)
        log.info("%s", action, extra={"action": action, "who": agent_id or ""})


def _next(path: str) -> str:
    """Where to go after sign-in: within the console, whatever was asked for."""
    return path if _NEXT.fullmatch(path) else "/"


def _address(request: Request) -> str:
    return network(request.client.host) if request.client else ""


async def _form(request: Request) -> dict[str, str]:
    """What a form of ours sent; nothing for what is too long to be one."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1].replace("\x00", "") for name, values in fields.items()}
