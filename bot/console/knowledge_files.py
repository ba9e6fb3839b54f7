"""The knowledge base as files: taken home from the draft, and read into it after a look at what that would change."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse
from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.assets import VERSION
from bot.console.components import button, chip
from bot.console.context import Context
from bot.console.knowledge_diff import draw_differences, summary
from bot.console.knowledge_file_words import FILE_WORDS
from bot.console.knowledge_frame import knowledge_frame
from bot.console.knowledge_release_words import RELEASE_WORDS
from bot.console.knowledge_releases import STYLE
from bot.console.pages import NotFound, endpoint, page, words_of
from bot.console.parts import Parts
from bot.console.rights import Right, guarded
from bot.knowledge.error_words import error_words, told
from bot.knowledge.project_files import LARGEST, Imported, read_files, sheet_of, zip_of
from bot.knowledge.remark_words import remark_words
from conversation.desk_ports import AuditEntry
from conversation.errors import Refusal, TanggapError
from conversation.tickets import Agent, AgentId
from intents.content import Content, pieces_of
from intents.differences import Difference, differences
from intents.formats import Finding, Level
from intents.knowledge import KnowledgeBase

SCRIPT = (
    '<script defer src="{prefix}/static/knowledge_files.js?v={version}" data-prefix="{prefix}" '
    'data-largest="{largest}"></script>'
)

MOST_WAITING = 4
"""Files that were sent and that nobody has read yet; an older one is forgotten."""

MOST_FINDINGS = 200
"""Remarks that are drawn."""

LONGEST_NAME = 120
MEGABYTES = LARGEST >> 20

_LEVELS = {Level.ERROR: "bad", Level.WARNING: "warn", Level.INFO: ""}
_TAKES = {
    "rasa.zip": ("application/zip", zip_of),
    "tabel.csv": ("text/csv; charset=utf-8; header=present", sheet_of),
    "tabel.tsv": ("text/tab-separated-values; charset=utf-8", lambda content: sheet_of(content, delimiter="\t")),
}
_ICONS = {"rasa.zip": "folder_zip", "tabel.csv": "table_chart", "tabel.tsv": "table_chart"}

_waiting: OrderedDict[str, tuple[AgentId, str, bytes]] = OrderedDict()


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What the draft would be after an import, and how that differs from what it is."""

    content: Content
    differences: tuple[Difference, ...]


@page("/knowledge/files", Right.KNOWLEDGE_READ, lambda words: words.knowledge)
async def knowledge_files(ctx: Context) -> None:
    """The page."""
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    ui.add_head_html(SCRIPT.format(prefix=ctx.prefix, version=VERSION, largest=LARGEST))
    async with knowledge_frame(ctx, "/knowledge/files") as library:
        if library is None:
            return
        with ui.element("div").classes("kr-files"):
            _take(ctx)
            if ctx.may(Right.KNOWLEDGE):
                _Send(ctx)


def _take(ctx: Context) -> None:
    own = FILE_WORDS[ctx.locale]
    with ui.element("section").classes("desk-panel kr-panel"):
        with ui.element("div").classes("kr-panel-head"), ui.element("div"):
            ui.label(own.take).classes("desk-subtitle").props("role=heading aria-level=2")
            ui.label(own.take_help).classes("desk-help")
        with ui.element("div").classes("kr-panel-body"):
            for name, (title, help) in own.takes.items():
                with ui.link(target=f"/knowledge/export/{name}").classes("kr-file-link") as link:
                    ui.icon(_ICONS[name])
                    with ui.element("div"):
                        ui.label(title)
                        ui.label(help).classes("desk-help")
                link.props(f'download="{name}"')


class _Send:
    """What is sent: read as a trial, shown, and put into the draft."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.own = ctx, FILE_WORDS[ctx.locale]
        self.name = ""
        self.imported: Imported | None = None
        self.trial: Trial | None = None
        with ui.element("section").classes("desk-panel kr-panel"):
            with ui.element("div").classes("kr-panel-head"), ui.element("div"):
                ui.label(self.own.send).classes("desk-subtitle").props("role=heading aria-level=2")
                ui.label(self.own.send_help).classes("desk-help")
            with ui.element("div").classes("kr-panel-body"):
                self._choosing()
        self.dry = ui.element("div").classes("kr-dry").style("grid-column: 1 / -1")

    def _choosing(self) -> None:
        with ui.element("label").classes("kr-drop-zone") as zone:
            ui.icon("upload_file")
            self.said = ui.label(self.own.choose).props("role=status")
            ui.label(self.own.kinds.format(most=MEGABYTES)).classes("desk-help")
            field = ui.element("input").props('type=file accept=".zip,.yml,.yaml,.md,.csv,.tsv,.txt"')
        field.on("change", self._heard, js_handler="(event) => kbSend(event, emit)")
        zone.on("drop", self._heard, js_handler="(event) => { kbOver(event, false); kbSend(event, emit); }")
        zone.on("dragover", js_handler="(event) => kbOver(event, true)")
        zone.on("dragleave", js_handler="(event) => kbOver(event, false)")

    async def _heard(self, event: Any) -> None:
        said: Mapping[str, str] = event.args
        if "reading" in said:
            self.dry.clear()
            self.said.set_text(self.own.reading.format(name=said["reading"][:LONGEST_NAME]))
            return
        self.said.set_text(self.own.choose)
        if "id" not in said:
            text = self.own.too_large if said.get("error") == "too_large" else self.own.failed
            raise Refusal(text.format(most=MEGABYTES))
        self.said.set_text(self.own.reading.format(name=""))
        try:
            self.name, self.imported = await read_sent(self.ctx, said["id"])
        finally:
            self.said.set_text(self.own.choose)
        await self._try(instead=False)

    async def _try(self, *, instead: bool) -> None:
        """Show what was read, and what it would change."""
        assert self.imported is not None
        self.trial = await dry_run(self.ctx, self.imported, instead=instead)
        self.dry.clear()
        with self.dry:
            self._change(self.imported, self.trial, instead)
            self._report(self.imported.report)

    def _change(self, imported: Imported, trial: Trial, instead: bool) -> None:
        with ui.element("section").classes("desk-panel kr-panel"):
            with ui.element("div").classes("kr-panel-head"):
                with ui.element("div").classes("desk-grow"):
                    ui.label(self.name).classes("desk-subtitle").props("role=heading aria-level=2")
                    ui.label(self._read(imported)).classes("desk-help desk-number")
                if trial.differences:
                    button(self.own.into_draft, self._into_draft, kind="primary", icon="login")
            with ui.element("div").classes("kr-panel-body"):
                if imported.content is not None:
                    mode = ui.radio(self.own.mode, value="instead" if instead else "add").props("dense")
                    mode.classes("kr-mode").on_value_change(lambda event: self._try(instead=event.value == "instead"))
                ui.label(self.own.difference).classes("kr-part")
                ui.label(summary(RELEASE_WORDS[self.ctx.locale], trial.differences)).classes("desk-help")
                if trial.differences:
                    draw_differences(self.ctx, trial.differences)
                ui.label(self.own.into_draft_help).classes("desk-help kr-dry-help")

    def _read(self, imported: Imported) -> str:
        base = imported.table or (imported.content.knowledge if imported.content else KnowledgeBase(intents={}))
        return self.own.read.format(
            intents=len(base.intents),
            examples=sum(len(each.examples) for each in base.intents.values()),
            answers=sum(map(len, base.answers.values())),
        )

    def _report(self, report: Sequence[Finding]) -> None:
        with ui.element("section").classes("desk-panel kr-panel"):
            with ui.element("div").classes("kr-panel-head"):
                ui.label(self.own.report).classes("desk-subtitle desk-grow").props("role=heading aria-level=2")
                for level, kind in _LEVELS.items():
                    if number := sum(each.level is level for each in report):
                        chip(f"{self.own.levels[level.value]} {number}", kind)
            if not report:
                ui.label(self.own.report_clean).classes("kr-panel-body desk-help")
                return
            order = list(_LEVELS)
            with ui.element("div").classes("kr-findings"):
                for each in sorted(report, key=lambda each: order.index(each.level))[:MOST_FINDINGS]:
                    with ui.element("div").classes("kr-finding"):
                        chip(self.own.levels[each.level.value], _LEVELS[each.level])
                        said = (remark_words(text, self.ctx.locale) for text in (each.message, each.remedy) if text)
                        ui.label(". ".join(said)).classes("kr-finding-text")
                        ui.label(f"{each.file}:{each.line}").classes("kr-finding-place")
                if len(report) > MOST_FINDINGS:
                    ui.label(self.own.report_more.format(number=len(report) - MOST_FINDINGS)).classes("kr-panel-body")

    async def _into_draft(self) -> None:
        assert self.trial is not None
        changed = await acts.import_content(self.ctx, self.trial.content, self.name)
        self.dry.clear()
        self.ctx.toast(self.own.imported.format(number=len(changed)), "good")


@guarded(Right.KNOWLEDGE)
async def read_sent(ctx: Context, id: str) -> tuple[str, Imported]:
    """The name of a file that was sent, and what stands in it. Raises Refusal where it cannot be read."""
    found = _waiting.get(id)
    if found is None or found[0] != ctx.agent.id:
        raise Refusal(FILE_WORDS[ctx.locale].failed)
    _, name, data = _waiting.pop(id)
    try:
        return name, await acts.library_of(ctx).loader.aside(partial(read_files, name, data))
    except TanggapError as error:
        raise Refusal(told(error, ctx.locale)) from error


@guarded(Right.KNOWLEDGE)
async def dry_run(ctx: Context, imported: Imported, *, instead: bool = False) -> Trial:
    """What the draft would be with it, and what that changes. Raises Refusal where the two do not go together."""
    with acts.told(ctx):
        draft, content = await acts.view(ctx), await acts.library_of(ctx).export()
        aside = acts.library_of(ctx).loader.aside
        content = await aside(lambda: imported.over(content, instead=instead))
        found = await aside(lambda: differences(draft.pieces, pieces_of(content)))
    return Trial(content=content, differences=found)


@endpoint("/knowledge/export/{name}", Right.KNOWLEDGE_READ)
async def export(parts: Parts, agent: Agent, request: Request, name: str) -> Response:
    """The draft as a file. That it was taken is written down first."""
    if name not in _TAKES or parts.library is None:
        raise NotFound
    try:
        content = await parts.library.export()
    except TanggapError as error:
        return PlainTextResponse(
            error_words(error, agent.locale if agent.locale in FILE_WORDS else "id"),
            status_code=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    await parts.store.record(AuditEntry(at=parts.clock(), agent_id=agent.id, action="kb_export", about=name))
    media, write = _TAKES[name]
    file = await parts.library.loader.aside(partial(write, content))
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(file, media_type=media, headers={**headers, "x-content-type-options": "nosniff"})


@endpoint("/knowledge/files", Right.KNOWLEDGE, method="POST")
async def send(parts: Parts, agent: Agent, request: Request) -> Response:
    """Take in a file that is to be imported; answers its id."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST:
            return PlainTextResponse(words_of(agent).failed, status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    name = request.query_params.get("name", "")[-LONGEST_NAME:]
    id = secrets.token_hex(16)
    _waiting[id] = agent.id, name, bytes(data)
    while len(_waiting) > MOST_WAITING:
        _waiting.popitem(last=False)
    return PlainTextResponse(id)
