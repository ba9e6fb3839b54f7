"""The console beside a service that the command line starts, and the account with which the demo lets one in."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from bot.app import Service, now_utc
from bot.channels.plugin import OpenChannel
from bot.console.inbox_aids import Aids, KeepsFiles
from bot.desk.feed import Feed
from bot.desk.suggestions import Suggestion, suggestions
from bot.knowledge import review
from bot.knowledge.review import ReviewStore
from bot.settings import Settings
from bot.uploads import uploads_of
from conversation.messages import ConversationId, MessageId
from conversation.tickets import Agent, Role

if TYPE_CHECKING:
    from bot.console.site import Console

DEMO_LOGIN = "admin"


@asynccontextmanager
async def console_beside(
    settings: Settings, service: Service, opened: Sequence[OpenChannel], feed: Feed
) -> AsyncIterator[Console | None]:
    """The console of a service, or None where the settings want none."""
    if not settings.console.enabled:
        yield None
        return
    from bot.console.codes import by_channel
    from bot.console.site import open_console

    telegram = next((each.channel for each in opened if each.channel.name == "telegram"), None)
    send_code = by_channel(telegram) if telegram else None
    aids = aids_of(settings, service, opened)
    async with open_console(
        settings,
        service.store,
        service.desk,
        feed,
        now_utc,
        send_code=send_code,
        aids=aids,
        library=service.library,
        quarantine=service.quarantine,
    ) as console:
        yield console


def aids_of(settings: Settings, service: Service, opened: Sequence[OpenChannel]) -> Aids:
    """What the inbox is helped with: the mind of the service, the files of its channels, and a folder for its own."""

    async def suggest(text: str) -> tuple[Suggestion, ...]:
        mind = service.serving.mind()
        understanding = await asyncio.to_thread(mind.understand, text) if mind.blocking else mind.understand(text)
        return suggestions(understanding, mind.knowledge)

    def titles() -> dict[str, str]:
        return {name: intent.title for name, intent in service.serving.mind().knowledge.intents.items()}

    async def flag(conversation_id: ConversationId, message_id: MessageId, agent: Agent, right_intent: str) -> None:
        store, knowledge = cast(ReviewStore, service.store), service.serving.mind().knowledge
        await review.flag(store, knowledge, conversation_id, message_id, right_intent=right_intent)

    fetch = {each.channel.name: each.channel.file for each in opened if isinstance(each.channel, KeepsFiles)}
    return Aids(suggest=suggest, fetch=fetch, uploads=uploads_of(settings), titles=titles, flag=flag)


async def let_admin_in(console: Console) -> str:
    """Give the account of the demo a new password, good until the next start; returns it."""
    from bot.console.accounts import account_id, let_in
    from bot.console.passwords import generate_password, hash_password

    password = generate_password()
    admin = Agent(id=account_id(DEMO_LOGIN), name="Admin", login=DEMO_LOGIN, role=Role.ADMIN)
    await let_in(console.parts.store, admin, hash_password(password))
    await console.look()
    return password


def on_a_free_port(settings: Settings) -> Settings:
    """The settings, with any free port where the one they name is in use: a demo need not fail for that."""
    server = settings.server
    try:
        socket.create_server((server.host, server.port)).close()
    except OSError:
        return settings.model_copy(update={"server": server.model_copy(update={"port": 0})})
    return settings
