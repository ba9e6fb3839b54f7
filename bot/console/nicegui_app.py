"""NiceGUI itself: told once a process how to be, with all pages registered, and running while a console is open.

Importing this module imports NiceGUI and every page: 0.4 s and 27 MB. `bot.console.site` does so in a thread, when
somebody first comes to sign in.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from nicegui import app, ui
from nicegui.translations import translations
from starlette.routing import Match
from starlette.types import Scope

from bot.console import (
    accounts_page,
    audit_page,
    canned,
    inbox,
    inbox_files,
    knowledge_acts,
    knowledge_files,
    knowledge_intent,
    knowledge_page,
    knowledge_releases,
    knowledge_review,
    knowledge_tests,
    profile_page,
    quarantine_page,
    reports_page,
    search,
    team,
)
from bot.console.pages import PAGES
from bot.console.words import WORDS

PAGE_MODULES = (
    accounts_page,
    audit_page,
    canned,
    inbox,
    inbox_files,
    knowledge_acts,
    knowledge_files,
    knowledge_intent,
    knowledge_page,
    knowledge_releases,
    knowledge_review,
    knowledge_tests,
    profile_page,
    quarantine_page,
    reports_page,
    search,
    team,
)
"""Importing them registers their pages and methods."""

RECONNECT_SECONDS = 15.0
"""How long a page may be without connection and go on where it was."""

log = logging.getLogger(__name__)


def _configure() -> None:
    # NiceGUI's own log quotes what pages say; what fails in ours is logged by `Context`.
    logging.getLogger("nicegui").disabled = True
    app.on_exception(_failed)
    app.config.socket_io_js_transports = ["websocket"]
    app.config.quasar_config["brand"] = {"primary": "#0f766e", "dark": "#161c1b", "dark-page": "#0f1413"}
    for locale, language in (("id", "id"), ("en", "en-US")):
        translations[language] = {  # type: ignore[index]  # `id` is one of Quasar's languages.
            "connection_lost": WORDS[locale].connection_lost,
            "trying_to_reconnect": WORDS[locale].reconnecting,
            "message_too_long": WORDS[locale].failed,
            "message_too_long_body": WORDS[locale].failed_help,
        }
    # NiceGUI is reached through `bot.console.door`, which stands before it; this application serves nobody.
    ui.run_with(
        FastAPI(),
        dark=None,
        tailwind=False,
        reconnect_timeout=RECONNECT_SECONDS,
        show_welcome_message=False,
        storage_secret=None,
    )


def _failed(error: Exception) -> None:
    log.error("the console failed", exc_info=error, extra={"action": "console_failed"})


@asynccontextmanager
async def running() -> AsyncIterator[FastAPI]:
    """NiceGUI at work; gives its application."""
    async with app.router.lifespan_context(app):
        yield app


def is_known(scope: Scope) -> bool:
    """Whether there is anything at a request's path."""
    return any(route.matches(scope)[0] is not Match.NONE for route in app.router.routes)


_configure()
assert PAGES
