"""`tanggap doctor`: looks at every part a service needs, and says what to do about what it finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.config import TOKEN_VARIABLE, read_secrets, read_settings
from bot.mind import knowledge_path, outdated, read_knowledge, read_model, require_answers
from bot.settings import Settings
from bot.storage import check, open_store
from bot.storage.tables import HEAD
from conversation.errors import TanggapError
from conversation.knowledge_ports import knowledge_of
from intents.content import ORDER, content_hash, pieces_of
from intents.formats import load_content, load_knowledge
from intents.tone import check_tone

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do if it is not well."""

    level: Level
    subject: str
    message: str
    remedy: str = ""


ChannelCheck = Callable[[Settings, str], Awaitable[str]]


async def examine(config: Path | None, check_channel: ChannelCheck) -> list[Finding]:
    """Look at everything; `check_channel` opens a channel and says who it is, asking Telegram whose the token is."""
    try:
        settings = read_settings(config)
    except TanggapError as error:
        return [_failed("config", error)]
    source = str(config) if config else "defaults"
    findings = [Finding(level="ok", subject="config", message=f"{source}: every setting is known and valid")]
    stored = await check(settings.storage_url())
    findings += _knowledge(settings)
    released = await _released(settings) if any(found.message.endswith(f"revision {HEAD}") for found in stored) else []
    findings += released or _model(settings)
    findings += [
        Finding(
            level="warning" if found.level == "ok" and found.remedy else found.level,
            subject="storage",
            message=found.message,
            remedy=found.remedy,
        )
        for found in stored
    ]
    findings += [await _channel(settings, name, check_channel) for name in settings.bot.channels]
    findings += _desk(settings)
    return findings


def _failed(subject: str, error: TanggapError) -> Finding:
    return Finding(level="error", subject=subject, message=str(error), remedy=error.remedy)


def _knowledge(settings: Settings) -> list[Finding]:
    try:
        loaded = load_knowledge(knowledge_path(settings), strict=False)
        knowledge = read_knowledge(settings)
        silent = require_answers(knowledge)
    except TanggapError as error:
        return [_failed("knowledge", error)]
    rows = sum(1 for _ in knowledge.examples())
    findings = [Finding(level="ok", subject="knowledge", message=f"{len(knowledge.intents)} intents, {rows} examples")]
    for found in loaded.report:
        if found.level.value != "info":
            findings.append(Finding(level="warning", subject="knowledge", message=str(found), remedy=found.remedy))
    findings += [
        Finding(
            level="warning",
            subject="knowledge",
            message=f"{intent} has no answer",
            remedy=f"Write utter_{intent} into a domain file.",
        )
        for intent in silent
    ]
    for intent, answers in loaded.knowledge.answers.items():
        findings += [
            Finding(level="warning", subject="tone", message=f"utter_{intent}: {problem}", remedy="See docs/tone.md.")
            for answer in answers
            for problem in check_tone(answer.text)
        ]
    return findings


async def _released(settings: Settings) -> list[Finding]:
    """The release that is served in place of the files; none before the first."""
    store = None
    try:
        store = await open_store(settings.storage_url(), create=False)
        known = knowledge_of(store)
        active = await known.active() if known else None
        if known is None or active is None:
            return []
        release, changes = await known.release(active.release_id), await known.changes()
    except TanggapError as error:
        return [_failed("release", error)]
    finally:
        if store is not None:
            await store.close()
    found = [Finding(level="ok", subject="release", message=f"release {active.release_id} is active")]
    if release and release.content_hash != _hash_of_files(settings):
        found.append(
            Finding(
                level="warning",
                subject="release",
                message=f"the files say something else than release {active.release_id}, which is served",
                remedy="`tanggap kb diff` shows how; `tanggap kb push` or `tanggap kb pull` takes one side over.",
            )
        )
    if edits := [change for change in changes if change.piece != ORDER]:
        message = f"{len(edits)} pieces of the draft are not published"
        found.append(Finding(level="ok", subject="release", message=message))
    return found


def _hash_of_files(settings: Settings) -> str:
    """What a release of the configured files would be known by; "" where they cannot be read."""
    try:
        return content_hash(pieces_of(load_content(knowledge_path(settings))[0]))
    except TanggapError:
        return ""


def _model(settings: Settings) -> list[Finding]:
    try:
        model = read_model(settings)
        reason = outdated(settings, model, read_knowledge(settings))
    except TanggapError as error:
        return [_failed("model", error)]
    if reason:
        return [Finding(level="warning", subject="model", message=reason, remedy="Run `tanggap train`.")]
    measured = model.report.accuracy
    accuracy = f", cross-validated accuracy {measured:.1%}" if measured is not None else ""
    return [Finding(level="ok", subject="model", message=f"{len(model.report.intents)} intents{accuracy}")]


async def _channel(settings: Settings, name: str, check_channel: ChannelCheck) -> Finding:
    if name == "telegram" and read_secrets().telegram_token is None:
        return Finding(
            level="warning",
            subject=name,
            message=f"{TOKEN_VARIABLE} is not in the environment: only the terminal can be served",
            remedy="Get a token from @BotFather and export it.",
        )
    try:
        title = await check_channel(settings, name)
    except TanggapError as error:
        return _failed(name, error)
    return Finding(level="ok", subject=name, message=title or "it can be opened")


def _desk(settings: Settings) -> list[Finding]:
    desk, telegram = settings.desk, settings.telegram
    if telegram.staff_chat_id and not desk.agents:
        return [
            Finding(
                level="warning",
                subject="desk",
                message="there is a staff group, but nobody may serve in it",
                remedy="List the agents under [desk] in config.toml.",
            )
        ]
    if not telegram.staff_chat_id:
        return [
            Finding(
                level="warning",
                subject="desk",
                message="telegram.staff_chat_id is not set: tickets appear in `tanggap tickets` only",
                remedy="Make a supergroup with topics, add the bot as administrator, and set its id.",
            )
        ]
    return [Finding(level="ok", subject="desk", message=f"{len(desk.agents)} agents")]
