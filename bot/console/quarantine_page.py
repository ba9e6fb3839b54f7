"""The quarantine, for admins: what could not be dealt with, to look at, to have tried again, or to drop.

It follows the feed, and so does the number beside it in the navigation.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from bot.console.assets import VERSION
from bot.console.components import button, chip, confirm, dialog, empty, when
from bot.console.context import Context
from bot.console.pace import Paced
from bot.console.pages import page
from bot.console.parts import Parts
from bot.console.quarantine_reading import InQuarantine, content_of, kind_of, masked
from bot.console.quarantine_words import QUARANTINE_WORDS
from bot.console.rights import Right, guarded
from bot.console.shell import heading
from bot.desk.feed import Missed, QuarantineChanged
from conversation.errors import Refusal
from conversation.inert import inert
from conversation.messages import InboxId
from conversation.quarantine_ports import Quarantine, Quarantined

STYLE = '<link rel="stylesheet" href="{prefix}/static/quarantine.css?v={version}">'

SHOWN = 100

REFRESH_EVERY = 0.5
"""Seconds between two readings of one page at least."""


def _has_quarantine(parts: Parts) -> bool:
    return parts.quarantine is not None


def _mark(ctx: Context) -> None:
    """Beside the page's name in the navigation: how many wait there, if any."""
    shown = ui.label("").classes("desk-nav-count")
    shown.set_visibility(False)

    async def show() -> None:
        number = await count_quarantine(ctx)
        shown.set_text(str(number))
        shown.props(f'aria-label="{QUARANTINE_WORDS[ctx.locale].waiting.format(number=number)}"')
        shown.set_visibility(number > 0)

    ui.timer(0, _follow(ctx, show).ask, once=True)


@page(
    "/quarantine",
    Right.QUARANTINE,
    lambda words: words.quarantine,
    icon="report",
    order=90,
    there=_has_quarantine,
    mark=_mark,
)
async def quarantine(ctx: Context) -> None:
    """The page."""
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    own = QUARANTINE_WORDS[ctx.locale]

    async def show() -> None:
        found = await read_quarantine(ctx)
        panel.clear()
        with panel:
            _table(ctx, found)

    with ui.element("div").classes("desk-page"):
        heading(ctx, ctx.words.quarantine, own.help)
        panel = ui.element("section").classes("desk-panel")
    await show()
    _follow(ctx, show)


def _follow(ctx: Context, show: Callable[[], Awaitable[None]]) -> Paced:
    """Have something shown anew whenever the quarantine has changed."""
    paced = Paced(work=show, every=REFRESH_EVERY, failed=ctx.client.handle_exception)
    ctx.client.on_delete(paced.stop)
    ctx.listen(lambda event: paced.ask(), lambda event: isinstance(event, QuarantineChanged | Missed))
    return paced


def _table(ctx: Context, found: InQuarantine) -> None:
    own = QUARANTINE_WORDS[ctx.locale]
    if not found.oldest:
        empty("task_alt", own.empty, own.empty_help)
        return
    with ui.element("table").classes("desk-table quarantine"):
        with ui.element("thead"), ui.element("tr"):
            for title in (own.since, own.whose, own.tries, own.error, ""):
                with ui.element("th").props("scope=col"):
                    ui.label(title)
        with ui.element("tbody"):
            for each in found.oldest:
                _line(ctx, each)
    if found.number > len(found.oldest):
        more = own.more.format(shown=len(found.oldest), number=found.number)
        ui.label(more).classes("desk-help quarantine-more")


def _line(ctx: Context, found: Quarantined) -> None:
    own, id = QUARANTINE_WORDS[ctx.locale], found.item.id
    with ui.element("tr").props(f"data-update={id}"):
        with ui.element("td"):
            ui.label(when(ctx, found.at)).classes("desk-number")
            ui.label(own.number.format(id=id)).classes("desk-help desk-number")
        with ui.element("td"):
            ui.label(masked(found)).classes("quarantine-whose")
        with ui.element("td").props(f'data-label="{own.tries}"'):
            ui.label(f"{found.item.attempts}×").classes("desk-number")
        with ui.element("td"):
            chip(kind_of(found.error), "bad")
        with ui.element("td").classes("quarantine-acts"), ui.element("div").classes("desk-row"):
            button(own.look, lambda: _look(ctx, id))
            _acts(ctx, id)


def _acts(ctx: Context, id: InboxId, done: Callable[[], object] = lambda: None) -> None:
    """The buttons that get an update out of quarantine; `done` is called when one has."""
    own = QUARANTINE_WORDS[ctx.locale]

    async def replay() -> None:
        await replay_update(ctx, id)
        done()
        ctx.toast(own.replayed.format(id=id), "good")

    async def drop() -> None:
        if await confirm(ctx, own.drop_title.format(id=id), own.drop_help, own.drop, bad=True):
            await drop_update(ctx, id)
            done()
            ctx.toast(own.dropped.format(id=id), "good")

    button(own.replay, replay)
    button(own.drop, drop, kind="bad")


async def _look(ctx: Context, id: InboxId) -> None:
    """Show all there is to know of an update."""
    own, found = QUARANTINE_WORDS[ctx.locale], await look_at_update(ctx, id)
    update = found.item.update
    facts = {
        own.since: when(ctx, found.at, seconds=True),
        own.received: when(ctx, update.received_at, seconds=True),
        own.tries: f"{found.item.attempts}×",
        own.lane: inert(update.lane),
        own.key: inert(update.key),
        own.error: inert(found.error),
    }
    content, cut = content_of(update.payload)
    with dialog(ctx, own.number.format(id=id)) as shown:
        with ui.element("dl").classes("quarantine-facts"):
            for name, value in facts.items():
                with ui.element("dt"):
                    ui.label(name)
                with ui.element("dd"):
                    ui.label(value)
        ui.label(own.content).classes("desk-subtitle")
        ui.label(own.content_help).classes("desk-help")
        ui.label(content).classes("quarantine-content desk-mono").props(f'tabindex=0 aria-label="{own.content}"')
        if cut:
            ui.label(own.cut.format(id=id)).classes("desk-help")
        with ui.element("div").classes("desk-dialog-actions"):
            button(ctx.words.close, shown.close)
            _acts(ctx, id, shown.close)
    shown.open()


@guarded(Right.QUARANTINE)
async def count_quarantine(ctx: Context) -> int:
    """How many updates are in quarantine."""
    return await _quarantine(ctx).count()


@guarded(Right.QUARANTINE)
async def read_quarantine(ctx: Context) -> InQuarantine:
    """What is in quarantine."""
    kept = _quarantine(ctx)
    oldest = await kept.quarantined(SHOWN)
    return InQuarantine(number=await kept.count() if len(oldest) == SHOWN else len(oldest), oldest=oldest)


@guarded(Right.QUARANTINE)
async def look_at_update(ctx: Context, id: InboxId) -> Quarantined:
    """One update with its content. Raises Refusal where it is not in quarantine any more."""
    found = await _quarantine(ctx).quarantined_update(id)
    if found is None:
        raise Refusal(QUARANTINE_WORDS[ctx.locale].gone)
    await ctx.record("quarantine_look", about=str(id), detail=masked(found))
    return found


@guarded(Right.QUARANTINE)
async def replay_update(ctx: Context, id: InboxId) -> None:
    """Have an update tried again. Raises Refusal where it is not in quarantine any more."""
    await _let_out(ctx, id, _quarantine(ctx).replay, "quarantine_replay")


@guarded(Right.QUARANTINE)
async def drop_update(ctx: Context, id: InboxId) -> None:
    """Call an update dealt with. Raises Refusal where it is not in quarantine any more."""
    await _let_out(ctx, id, _quarantine(ctx).drop, "quarantine_drop")


async def _let_out(ctx: Context, id: InboxId, out: Callable[[InboxId], Awaitable[bool]], action: str) -> None:
    found = await _quarantine(ctx).quarantined_update(id)
    if found is None or not await out(id):
        raise Refusal(QUARANTINE_WORDS[ctx.locale].gone)
    await ctx.record(action, about=str(id), detail=masked(found))


def _quarantine(ctx: Context) -> Quarantine:
    if ctx.parts.quarantine is None:
        raise Refusal(ctx.words.not_found)
    return ctx.parts.quarantine
