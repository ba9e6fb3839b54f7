"""How a page comes to be: a path, the right it takes, and a function that draws it.

    @page("/team", Right.TEAM, lambda words: words.team, icon="groups", order=20)
    async def team(ctx: Context) -> None:
        ui.label(...)

What is registered here is all that the console serves beside sign-in; the role matrix of the tests goes through it. A
page is drawn inside the frame of `bot.console.shell`; with an `icon` it has a place in the navigation. An endpoint
answers plain HTTP: a picture, a file to download.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse
from nicegui import app, ui

from bot.console import shell
from bot.console.context import Context
from bot.console.parts import Parts, Visit
from bot.console.rights import Forbidden, Right, may, require
from bot.console.words import INDONESIAN, WORDS, Words
from conversation.tickets import Agent

SCOPE = "tanggap.desk"
"""Where a request's scope holds the `Opening` that let it in."""

log = logging.getLogger(__name__)


class NotFound(Exception):
    """What a page is about is not there, or is hidden from who asks: both look the same."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A request of somebody who is signed in."""

    parts: Parts
    visit: Visit


LOOK: ContextVar[tuple[str, bool | None]] = ContextVar("look", default=("id", None))
"""Language of whoever asks, and whether they want it dark (None: as their system)."""


def set_look(locale: str, theme: str) -> None:
    """What pages that are drawn for this request look like; `theme` as the browser's cookie has it."""
    LOOK.set((locale, {"dark": True, "light": False}.get(theme)))


def always(parts: Parts) -> bool:
    """A page that every service has."""
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page as it is registered.

    `order` is its place in the navigation, where it has one, and `mark` draws what stands beside it there. `there` says
    whether a service has anything that the page could be about.
    """

    path: str
    right: Right
    title: Callable[[Words], str]
    icon: str = ""
    order: int = 0
    there: Callable[[Parts], bool] = always
    mark: Callable[[Context], None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """Something that is fetched or sent over plain HTTP."""

    path: str
    method: str
    right: Right


PAGES: dict[str, Page] = {}
ENDPOINTS: dict[tuple[str, str], Endpoint] = {}


class _Page(ui.page):
    """NiceGUI's page, in the language and the colours of whoever asks for it."""

    def resolve_language(self) -> Any:
        return LOOK.get()[0] if LOOK.get()[0] == "id" else "en-US"

    def resolve_dark(self) -> bool | None:
        return LOOK.get()[1]


Build = Callable[..., Awaitable[None] | None]


def page(
    path: str,
    right: Right,
    title: Callable[[Words], str],
    *,
    icon: str = "",
    order: int = 0,
    there: Callable[[Parts], bool] = always,
    mark: Callable[[Context], None] | None = None,
) -> Callable[[Build], Build]:
    """Register a page. The function is given the context, and what its path holds in braces."""
    entry = Page(path=path, right=right, title=title, icon=icon, order=order, there=there, mark=mark)

    def register(build: Build) -> Build:
        async def show(request: Request, **arguments: Any) -> None:
            opening = _opening(request)
            client = ui.context.client
            ctx = Context(opening.parts, opening.visit, client)
            try:
                ctx.require(right)
                if not there(ctx.parts):
                    raise NotFound
                with shell.frame(ctx, entry, PAGES):
                    waits = build(ctx, **arguments)
                    if waits is not None:
                        await waits
            except (Forbidden, NotFound) as error:
                forbidden = isinstance(error, Forbidden)
                client.status_code = 403 if forbidden else 404
                if forbidden:
                    await ctx.record("forbidden", about=path)
                client.content.clear()
                with client.content, shell.frame(ctx, None, PAGES):
                    shell.problem(ctx, "forbidden" if forbidden else "not_found")
            except Exception:  # Whatever a page does, its reader is told so, and the log says what it was.
                log.exception("a page could not be shown", extra={"action": "page_failed", "path": path})
                client.status_code = 500
                client.content.clear()
                with client.content, shell.frame(ctx, None, PAGES):
                    shell.problem(ctx, "failed")

        _take_arguments(show, build)
        _Page(path)(show)
        PAGES[path] = entry
        return build

    return register


def endpoint(path: str, right: Right, *, method: str = "GET") -> Callable[[Callable[..., Awaitable[Response]]], Any]:
    """Register a function `(parts, agent, request, …) -> Response`; it checks departments itself.

    It may raise `Forbidden` (403) and `NotFound` (404).
    """
    entry = Endpoint(path=path, method=method, right=right)

    def register(answer: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
        async def serve(request: Request, **arguments: Any) -> Response:
            opening = _opening(request)
            agent = opening.parts.people.known.get(opening.visit.agent_id)
            words = words_of(agent)
            try:
                agent = require(agent, right, words=words.forbidden)
                return await answer(opening.parts, agent, request, **arguments)
            except Forbidden as error:
                return PlainTextResponse(str(error), status_code=403)
            except NotFound:
                return PlainTextResponse(words.not_found, status_code=404)

        _take_arguments(serve, answer, given=3)
        app.add_api_route(path, serve, methods=[method], response_model=None)
        ENDPOINTS[method, path] = entry
        return answer

    return register


def words_of(agent: Agent | None) -> Words:
    """What an agent (None: nobody) is told in."""
    return WORDS.get(agent.locale, INDONESIAN) if agent else INDONESIAN


def first_page(agent: Agent) -> str:
    """Where somebody lands: the first page of their navigation."""
    shown = sorted((each for each in PAGES.values() if each.icon), key=lambda each: each.order)
    return next((each.path for each in shown if may(agent, each.right)), "/profile")


def _opening(request: Request) -> Opening:
    opening = request.scope[SCOPE]
    assert isinstance(opening, Opening)
    return opening


def _take_arguments(show: Any, build: Callable[..., Any], given: int = 1) -> None:
    """Let `show` take the request, and what `build` takes beside the `given` first."""
    named = list(inspect.signature(build, eval_str=True).parameters.values())[given:]
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
    show.__signature__ = inspect.Signature([request, *(each.replace(kind=each.KEYWORD_ONLY) for each in named)])
    show.__name__, show.__module__ = build.__name__, build.__module__
