"""Small parts that the pages of the console share. Each takes values and draws; none reads a store.

Whatever a customer or a colleague wrote is shown as text, never as HTML or Markdown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from nicegui import ui

from bot.console.context import Context
from bot.console.times import elapsed, remaining
from conversation.tickets import Priority, Ticket, TicketStatus

HUES = 12
"""Colours of avatars; `static/desk.css` has them."""


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def hue_of(name: str) -> int:
    """Which of the colours is somebody's, always the same."""
    return hashlib.sha256(name.encode()).digest()[0] % HUES


def avatar(name: str, *, small: bool = False) -> ui.element:
    """A round mark with somebody's initials, always in the same colour."""
    classes = f"desk-avatar desk-hue-{hue_of(name)}" + (" desk-avatar-small" if small else "")
    with ui.element("span").classes(classes).props("aria-hidden=true") as mark:
        ui.label(initials(name))
    return mark


def chip(text: str, kind: str = "", *, icon: str = "") -> ui.element:
    """A small label. `kind`: "" (grey), `good`, `warn`, `bad`, `info`, `accent`."""
    with ui.element("span").classes(f"desk-chip desk-chip-{kind or 'plain'}") as shown:
        if icon:
            ui.icon(icon)
        ui.label(text)
    return shown


_STATUS_KINDS = {
    TicketStatus.QUEUED: "warn",
    TicketStatus.ASSIGNED: "accent",
    TicketStatus.WAITING_CUSTOMER: "info",
    TicketStatus.SNOOZED: "",
    TicketStatus.WRAP_UP: "info",
    TicketStatus.RESOLVED: "good",
    TicketStatus.RETURNED_TO_BOT: "",
    TicketStatus.ABANDONED: "",
}


def status_chip(ctx: Context, status: TicketStatus) -> ui.element:
    """Where a ticket stands."""
    return chip(ctx.phrases.statuses[status.value], _STATUS_KINDS[status])


def priority_mark(ctx: Context, priority: Priority) -> ui.element | None:
    """A mark for what goes first; nothing for what is as usual."""
    if priority is Priority.NORMAL:
        return None
    urgent = priority is Priority.URGENT
    return chip(
        ctx.phrases.priorities[priority.name],
        "bad" if urgent else "warn",
        icon="keyboard_double_arrow_up" if urgent else "keyboard_arrow_up",
    )


def deadline_chip(ctx: Context, ticket: Ticket) -> ui.element | None:
    """How long there is until the next deadline, counted in the browser; nothing where none runs."""
    due = ticket.deadlines.next
    if due is None or not ticket.is_open or ticket.deadlines.paused_at is not None:
        return None
    left = due - ctx.clock()
    kind = "bad" if left <= timedelta() else "warn" if ticket.deadlines.warned else "plain"
    with ui.element("span").classes(f"desk-chip desk-chip-{kind}") as shown:
        ui.icon("schedule")
        counter(ctx, due, left=True)
    return shown


def counter(ctx: Context, at: datetime, *, left: bool = False) -> ui.element:
    """How long ago something was (or with `left`, how long it still is); the browser keeps counting."""
    text = remaining(ctx.words, at - ctx.clock()) if left else elapsed(ctx.words, ctx.clock() - at)
    shown = ui.label(text).classes("desk-counter")
    return shown.props(f"data-at={at.timestamp():.0f} data-way={'left' if left else 'ago'}")


def when(ctx: Context, at: datetime, *, seconds: bool = False) -> str:
    """A time of day, with the day where it is not today, in the time zone of whoever looks."""
    local, now = at.astimezone(ctx.zone), ctx.clock().astimezone(ctx.zone)
    clock = f"{local:%H.%M.%S}" if seconds else f"{local:%H.%M}"
    if ctx.locale == "en":
        clock = clock.replace(".", ":")
    if local.date() == now.date():
        return clock
    if local.date() == now.date() - timedelta(days=1):
        return f"{ctx.words.yesterday} {clock}"
    year = "" if local.year == now.year else f" {local.year}"
    return f"{local.day} {ctx.words.months[local.month - 1]}{year} {clock}"


def empty(icon: str, text: str, help: str = "") -> ui.element:
    """What stands where there is nothing to show."""
    with ui.element("div").classes("desk-empty") as shown:
        ui.icon(icon)
        ui.label(text).classes("desk-empty-text")
        if help:
            ui.label(help).classes("desk-empty-help")
    return shown


def button(text: str, on_click: object = None, *, kind: str = "plain", icon: str = "") -> ui.button:
    """A button. `kind`: `primary`, `plain`, `quiet` (no border) or `bad`."""
    shown = ui.button(text or None, on_click=on_click, icon=icon or None, color=None)  # type: ignore[arg-type]
    return shown.props("no-caps unelevated dense").classes(f"desk-button desk-button-{kind}")


def icon_button(icon: str, label: str, on_click: object = None) -> ui.button:
    """A button with a picture alone; `label` is its name for screen readers, and shown above it."""
    shown = button("", on_click, kind="quiet", icon=icon).classes("desk-icon-button").props(f'aria-label="{label}"')
    with shown:
        ui.tooltip(label)
    return shown


@contextmanager
def dialog(ctx: Context, title: str, text: str = "", *, persistent: bool = False) -> Iterator[ui.dialog]:
    """Draw a dialog over the page; the caller opens or awaits it, and it is gone once it is closed.

    It hangs on the page itself, so that it outlives the row or the menu that it was opened from.
    """
    with ctx.client.content, ui.dialog() as shown, ui.element("div").classes("desk-dialog"):
        ui.label(title).classes("desk-dialog-title").props("role=heading aria-level=2")
        if text:
            ui.label(text).classes("desk-dialog-text")
        yield shown
    if persistent:
        shown.props("persistent")
    shown.on("hide", shown.delete)


async def confirm(ctx: Context, title: str, text: str, yes: str, *, bad: bool = False) -> bool:
    """Ask before something is done that is hard to undo; returns whether it shall be done."""
    with dialog(ctx, title, text) as asked, ui.element("div").classes("desk-dialog-actions"):
        button(ctx.words.cancel, lambda: asked.submit(False))
        button(yes, lambda: asked.submit(True), kind="bad" if bad else "primary")
    return bool(await asked)


def labels_of(text: str) -> frozenset[str]:
    """What somebody typed as a list with commas."""
    return frozenset(part.strip() for part in text.split(",") if part.strip())
