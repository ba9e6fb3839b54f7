"""The canned replies: what agents call by a shortcut in the composer. Everybody reads them, supervisors write them.

Who serves certain departments sees and writes theirs alone; what is for all is written by those who serve all.
"""

from __future__ import annotations

import re
from typing import Any

from nicegui import ui

from bot.console.assets import VERSION
from bot.console.canned_words import CANNED_WORDS
from bot.console.components import button, chip, confirm, empty, icon_button
from bot.console.context import Context
from bot.console.pages import page
from bot.console.reports_reading import known_departments
from bot.console.rights import Right, guarded
from bot.console.shell import heading
from conversation.desk_ports import CannedReply
from conversation.errors import Refusal

STYLE = '<link rel="stylesheet" href="{prefix}/static/canned.css?v={version}">'

SHORTCUT = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
LONGEST = 4_096
"""Characters of one message that Telegram takes."""

MOST = 500
"""Replies that there may be: all of them go to every composer."""

_PLACE = re.compile(r"\{[^{}\s]{1,30}\}")


@page("/canned", Right.CANNED_USE, lambda words: words.canned, icon="quickreply", order=50)
async def canned(ctx: Context) -> None:
    """The page."""
    own = CANNED_WORDS[ctx.locale]
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    replies: list[CannedReply] = []

    async def load() -> None:
        replies[:] = await read_canned(ctx)
        show()

    def show() -> None:
        wanted = str(filter.value or "").casefold()
        panel.clear()
        with panel:
            _list(
                ctx, [each for each in replies if wanted in f"/{each.shortcut} {each.text}".casefold()], bool(replies)
            )

    async def edit(reply: CannedReply | None) -> None:
        if await _edited(ctx, reply):
            await load()

    async def drop(reply: CannedReply) -> None:
        help = own.delete_help.format(shortcut=reply.shortcut)
        if await confirm(ctx, own.delete, help, ctx.words.delete, bad=True):
            await drop_canned(ctx, reply.shortcut, reply.department)
            await load()

    def _list(ctx: Context, shown: list[CannedReply], some: bool) -> None:
        if not shown:
            empty("quickreply", own.none_found if some else own.empty, "" if some else own.empty_help)
        for reply in shown:
            _line(ctx, reply, lambda reply=reply: edit(reply), lambda reply=reply: drop(reply))

    with ui.element("div").classes("desk-page canned"):
        with heading(ctx, ctx.words.canned, own.help):
            filter = ui.input(placeholder=own.filter, on_change=show)
            filter.props(f'outlined dense clearable type=search aria-label="{own.filter}"').classes("desk-field")
            if ctx.may(Right.CANNED_EDIT):
                button(own.new, lambda: edit(None), kind="primary", icon="add")
        panel = ui.element("section").classes("desk-panel")
        await load()


def _line(ctx: Context, reply: CannedReply, edit: Any, drop: Any) -> None:
    own = CANNED_WORDS[ctx.locale]
    with ui.element("div").classes("canned-line"):
        with ui.element("div").classes("canned-head"):
            ui.label(f"/{reply.shortcut}").classes("canned-shortcut")
            if reply.department:
                chip(ctx.desk.policy.department(reply.department).shown, "accent")
            else:
                chip(own.for_all)
        ui.label(reply.text).classes("canned-text")
        if ctx.may(Right.CANNED_EDIT, reply.department):
            with ui.element("div").classes("canned-actions"):
                icon_button("edit", ctx.words.edit, edit)
                icon_button("delete_outline", ctx.words.delete, drop)


async def _edited(ctx: Context, reply: CannedReply | None) -> bool:
    """Ask for a new reply, or for another text of one that is there; returns whether it was kept."""
    words, own = ctx.words, CANNED_WORDS[ctx.locale]
    titles = {name: ctx.desk.policy.department(name).shown for name in known_departments(ctx.parts, ctx.agent)}
    options = {name: titles.get(name) or own.for_all for name in ("", *titles) if ctx.may(Right.CANNED_EDIT, name)}
    chosen = reply.department if reply else next(iter(options), "")

    async def save() -> None:
        new = CannedReply(
            shortcut=str(shortcut.value or "").strip().removeprefix("/"),
            text=str(text.value or "").strip(),
            department=str(department.value or ""),
        )
        try:
            await save_canned(ctx, new, reply)
        except Refusal as refusal:
            error.set_text(str(refusal))
            return
        ctx.toast(words.saved, "good")
        dialog.submit(True)

    def preview() -> None:
        shown.set_text(sample(ctx, str(text.value or "")))
        unknown = [place for place in _PLACE.findall(str(text.value or "")) if place not in own.places]
        warning.set_text(own.unknown_place.format(place=unknown[0]) if unknown else "")

    with ui.dialog() as dialog, ui.element("div").classes("desk-dialog canned-dialog"):
        ui.label(words.edit if reply else own.new).classes("desk-dialog-title").props("role=heading aria-level=2")
        with ui.element("div").classes("desk-form"):
            shortcut = ui.input(own.shortcut, value=reply.shortcut if reply else "")
            shortcut.props(f'outlined dense prefix=/ maxlength=30 autocapitalize=none hint="{own.shortcut_help}"')
            department = ui.select(options, label=own.department, value=chosen).props("outlined dense options-dense")
            text = ui.textarea(own.text, value=reply.text if reply else "", on_change=preview)
            text.props(f"outlined dense autogrow counter maxlength={LONGEST}").classes("desk-wide")
            for field in (shortcut, department, text):
                field.classes("desk-field")
        with ui.element("div").classes("canned-places"):
            ui.label(own.places_title).classes("desk-help")
            for place, meaning in own.places.items():
                with ui.element("button").classes("canned-place").props("type=button") as insert:
                    ui.label(place).classes("desk-mono")
                    ui.label(meaning).classes("desk-faint")
                insert.on("click", js_handler=_insert(text.html_id, place))
        ui.label(own.preview).classes("desk-help")
        shown = ui.label("").classes("canned-preview")
        warning = ui.label("").classes("canned-warning")
        error = ui.label("").classes("desk-error").props("role=alert")
        preview()
        with ui.element("div").classes("desk-dialog-actions"):
            button(words.cancel, lambda: dialog.submit(False))
            button(words.save, save, kind="primary")
    kept = await dialog
    dialog.delete()
    return bool(kept)


def _insert(field: str, place: str) -> str:
    """Put a placeholder where the cursor is."""
    return f"""() => {{
        const area = document.getElementById("{field}").closest(".q-field").querySelector("textarea");
        area.focus();
        document.execCommand("insertText", false, "{place}");
    }}"""


def sample(ctx: Context, text: str) -> str:
    """A reply as a customer would read it. A placeholder that nobody knows stays as it is."""
    values = {"{nama}": CANNED_WORDS[ctx.locale].sample_name, "{agen}": ctx.agent.name, "{tiket}": "#1024"}
    return _PLACE.sub(lambda place: values.get(place[0], place[0]), text)


async def _department(ctx: Context, *about: object) -> str:
    """Whose reply it is, of `save_canned` and `drop_canned` alike."""
    first = about[0]
    return first.department if isinstance(first, CannedReply) else str(about[1])


@guarded(Right.CANNED_USE)
async def read_canned(ctx: Context) -> list[CannedReply]:
    """The replies for all and for the departments of whoever looks, by shortcut."""
    replies = await ctx.store.canned_replies()
    return [reply for reply in replies if not reply.department or ctx.agent.serves(reply.department)]


@guarded(Right.CANNED_EDIT, department=_department)
async def save_canned(ctx: Context, reply: CannedReply, instead: CannedReply | None = None) -> None:
    """Keep a reply, new or in place of another.

    Raises:
        Refusal: something about it cannot be, or it would replace one that nobody meant.
    """
    own = CANNED_WORDS[ctx.locale]
    if not SHORTCUT.fullmatch(reply.shortcut):
        raise Refusal(own.shortcut_wrong)
    if not reply.text:
        raise Refusal(own.text_missing)
    if len(reply.text) > LONGEST:
        raise Refusal(own.text_long.format(most=LONGEST))
    there = await ctx.store.canned_replies()
    moved = instead is None or _key(instead) != _key(reply)
    if moved and _key(reply) in map(_key, there):
        raise Refusal(own.taken)
    if instead is None and len(there) >= MOST:
        raise Refusal(own.too_many.format(most=MOST))
    if instead is not None and moved:
        ctx.require(Right.CANNED_EDIT, instead.department)
    await ctx.store.save_canned_reply(reply)
    if instead is not None and moved:
        await ctx.store.drop_canned_reply(instead.shortcut, instead.department)
    await ctx.record("canned_save", about=f"/{reply.shortcut}", detail=reply.department)


@guarded(Right.CANNED_EDIT, department=_department)
async def drop_canned(ctx: Context, shortcut: str, department: str) -> None:
    """Forget a reply."""
    await ctx.store.drop_canned_reply(shortcut, department)
    await ctx.record("canned_drop", about=f"/{shortcut}", detail=department)


def _key(reply: CannedReply) -> tuple[str, str]:
    return reply.shortcut, reply.department
