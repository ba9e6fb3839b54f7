"""The door of the console: the ASGI application that every request for it goes through before NiceGUI sees any of it.

Whoever is not signed in gets the sign-in page and the style sheets, and nothing else. What changes something must come
from a page of ours (its origin is checked, for the websocket too), and a page belongs to the session that opened it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.assets import asset
from bot.console.parts import Parts, Visit
from bot.console.reception import COOKIE, THEME_COOKIE, Reception

Load = Callable[[], Awaitable["Inside"]]

_PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' {sockets}; font-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_FORWARDED = (b"x-forwarded-prefix", b"x-forwarded-host", b"forwarded")
"""Headers that NiceGUI would believe; `console.public_url` says what they would."""


@dataclass(frozen=True, kw_only=True)
class Inside:
    """NiceGUI, loaded. `opening` is what a request's scope is to hold for it."""

    app: ASGIApp
    is_known: Callable[[Scope], bool]
    first_page: Callable[[Visit], str]
    scope_key: str
    opening: Callable[[Visit], Any]
    look: Callable[[str, str], None]


@dataclass(kw_only=True)
class Door:
    """The application."""

    parts: Parts
    reception: Reception
    load: Load
    public_url: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return
        mounted = scope.get("root_path", "")
        path = scope["path"].removeprefix(mounted) or "/"
        root = urlsplit(self.public_url).path.rstrip("/") + mounted if self.public_url else mounted
        scope = {
            **scope,
            "root_path": root,
            "path": root + path,
            "headers": [(name, value) for name, value in scope["headers"] if name not in _FORWARDED],
        }
        connection = HTTPConnection(scope)
        if scope["type"] == "websocket":
            await self._websocket(connection, path, receive, send)
            return
        secured = _secured(send, self._sockets(connection))
        response = await self._outside(Request(scope, receive), path)
        if response is not None:
            await response(scope, receive, secured)
            return
        await self._inside(connection, path, receive, secured)

    async def _outside(self, request: Request, path: str) -> Response | None:
        """What is answered without NiceGUI; None where it is its turn."""
        if request.method not in ("GET", "HEAD") and not self._is_ours(request):
            return PlainTextResponse("cross-origin request", status_code=HTTPStatus.FORBIDDEN)
        if path.startswith("/static/"):
            return self._static(path.removeprefix("/static/"))
        if path == "/favicon.ico":
            return self._static("favicon.svg")
        return await self.reception.answer(request, path)

    async def _inside(self, connection: HTTPConnection, path: str, receive: Receive, send: Send) -> None:
        inside, scope = await self.load(), connection.scope
        if _is_library(path):
            await inside.app(scope, receive, send)
            return
        token = connection.cookies.get(COOKIE, "")
        visit = await self.reception.sessions.visit(token)
        if visit is None or not self.parts.people.welcome(visit.agent_id):
            response: Response = self.reception.turned_away(connection, path)
        elif not self._owns(visit, path, connection):
            response = PlainTextResponse("not your page", status_code=HTTPStatus.FORBIDDEN)
        elif path == "/":
            response = RedirectResponse(scope["root_path"] + inside.first_page(visit), HTTPStatus.SEE_OTHER)
        else:
            if scope["method"] == "GET" and not inside.is_known(scope):
                scope["path"] = scope["root_path"] + "/not-found"
            fresh = await self.reception.sessions.act(token) if _is_navigation(connection, path) else ""
            scope[inside.scope_key] = inside.opening(visit)
            inside.look(self.reception.locale_of(visit), connection.cookies.get(THEME_COOKIE, ""))
            await inside.app(scope, receive, self.reception.with_cookie(connection, send, fresh))
            return
        await response(scope, receive, send)

    async def _websocket(self, connection: HTTPConnection, path: str, receive: Receive, send: Send) -> None:
        visit = await self.reception.sessions.visit(connection.cookies.get(COOKIE, ""))
        welcome = visit is not None and self.parts.people.welcome(visit.agent_id)
        if visit is None or not welcome or not self._is_ours(connection) or not self._owns(visit, path, connection):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        inside = await self.load()
        connection.scope[inside.scope_key] = inside.opening(visit)
        await inside.app(connection.scope, receive, send)

    def _owns(self, visit: Visit, path: str, connection: HTTPConnection) -> bool:
        """Whether what a request says of an open page is said by the session that has it open."""
        named = ""
        if path.startswith("/_nicegui_ws/"):
            query = parse_qs(connection.scope["query_string"].decode("latin-1"))
            named = query.get("client_id", [""])[0]
        elif path.startswith("/_nicegui/client/"):
            named = path.split("/")[3]
        others = (other for other in self.reception.sessions.visits.values() if other is not visit)
        return not any(named in other.pages for other in others)

    def _is_ours(self, connection: HTTPConnection) -> bool:
        """Whether a request comes from a page of this console."""
        origin = connection.headers.get("origin")
        return origin is not None and origin == self._origin(connection)

    def _origin(self, connection: HTTPConnection) -> str:
        if self.public_url:
            return "{}://{}".format(*urlsplit(self.public_url))
        scheme = connection.scope["scheme"].replace("ws", "http")
        return f"{scheme}://{connection.headers.get('host', '')}"

    def _sockets(self, connection: HTTPConnection) -> str:
        return self._origin(connection).replace("http", "ws", 1)

    def _static(self, name: str) -> Response:
        found = asset(name)
        if found is None:
            return PlainTextResponse("no such file", status_code=HTTPStatus.NOT_FOUND)
        content, kind = found
        return Response(content, media_type=kind, headers={"cache-control": "public, max-age=3600"})


def _is_library(path: str) -> bool:
    """NiceGUI's own scripts and styles, the same for everybody: `/_nicegui/<version>/…`."""
    parts = path.split("/")
    return parts[1] == "_nicegui" and parts[2:3] != ["client"] and parts[3:4] != ["dynamic_resources"]


def _is_navigation(connection: HTTPConnection, path: str) -> bool:
    return (
        connection.scope["method"] == "GET"
        and not path.startswith("/_nicegui")
        and "text/html" in connection.headers.get("accept", "")
    )


def _secured(send: Send, sockets: str) -> Send:
    """Add to every answer what keeps browsers careful."""

    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _PAGE_HEADERS.items():
                headers.setdefault(name, value.replace("{sockets}", sockets))
        await send(message)

    return secured
