"""What agents are asked before a ticket is passed on, put away or closed. Each gives the answer, or None."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from nicegui import ui

from bot.console.components import avatar, button, chip, labels_of
from bot.console.context import Context
from bot.console.inbox_list import departments_of_desk
from bot.console.ticket_words import TICKET_WORDS
from conversation.tickets import Agent, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

AFTERNOON, MORNING = time(16), time(9)
"""When "this afternoon" and "tomorrow morning" are, in the time zone of the desk."""


@contextmanager
def _dialog(ctx: Context, title: str, help: str = "") -> Iterator[ui.dialog]:
    with ctx.client.content, ui.dialog() as dialog, ui.element("div").classes("desk-dialog"):
        ui.label(title).classes("desk-dialog-title").props("role=heading aria-level=2")
        if help:
            ui.label(help).classes("desk-dialog-text")
        yield dialog


def _actions(ctx: Context, dialog: ui.dialog, yes: str, answer: Callable[[], Any]) -> None:
    with ui.element("div").classes("desk-dialog-actions"):
        button(ctx.words.cancel, lambda: dialog.submit(None))
        button(yes, lambda: dialog.submit(answer()), kind="primary")


async def _asked(dialog: ui.dialog) -> Any:
    answer = await dialog
    dialog.delete()
    return answer


def _area(label: str, hint: str) -> ui.textarea:
    shown = ui.textarea(label, placeholder=hint).props("outlined dense autogrow autofocus maxlength=2000")
    return shown.classes("desk-field")


async def ask_resolution(ctx: Context, ticket: Ticket) -> tuple[str, frozenset[str]] | None:
    """Why a ticket is done, and its labels."""
    words = TICKET_WORDS[ctx.locale]
    with _dialog(ctx, words.resolve_title, words.resolve_help) as dialog, ui.element("div").classes("desk-stack"):
        reason = _area(words.resolution, words.resolution_hint)
        _reasons(ctx, reason)
        labels = ui.input(words.labels, value=", ".join(ticket.labels)).props("outlined dense").classes("desk-field")
        labels.props(f'hint="{words.labels_help}"')
        _actions(ctx, dialog, words.resolve, lambda: (reason.value or "", labels_of(labels.value or "")))
    answer: tuple[str, frozenset[str]] | None = await _asked(dialog)
    return answer


def _reasons(ctx: Context, area: ui.textarea) -> None:
    """The reasons that the settings name, to be taken with a press; any other can be written."""
    chips: dict[str, ui.element] = {}

    def mark() -> None:
        for reason, chip in chips.items():
            chip.props(f"aria-pressed={'true' if reason == (area.value or '').strip() else 'false'}")

    if not ctx.settings.desk.resolutions:
        return
    with ui.element("div").classes("inbox-reasons"):
        for reason in ctx.settings.desk.resolutions:
            chips[reason] = chip = ui.element("button").classes("inbox-reason").props("type=button aria-pressed=false")
            with chip:
                ui.label(reason)
            chip.on("click", lambda reason=reason: area.set_value(reason))
    area.on_value_change(mark)


async def ask_summary(ctx: Context) -> str | None:
    """What was talked about, before the bot goes on."""
    words = TICKET_WORDS[ctx.locale]
    with _dialog(ctx, words.return_to_bot, words.return_help) as dialog:
        summary = _area(words.summary, words.summary_hint)
        _actions(ctx, dialog, words.return_to_bot, lambda: summary.value or "")
    answer: str | None = await _asked(dialog)
    return answer


async def ask_until(ctx: Context) -> datetime | None:
    """Until when a ticket is put away."""
    words, now = TICKET_WORDS[ctx.locale], ctx.clock().astimezone(ctx.zone)
    with _dialog(ctx, words.snooze_until, words.snooze_help) as dialog:
        with ui.element("div").classes("inbox-choices"):
            for title, until in snooze_times(now, words.an_hour, words.afternoon, words.tomorrow):
                with ui.element("button").classes("inbox-choice").props("type=button") as choice:
                    ui.label(title)
                    ui.label(f"{until:%d/%m %H.%M}").classes("desk-faint desk-number")
                choice.on("click", lambda until=until: dialog.submit(until))
        chosen = ui.input(words.other_time, value=f"{now + timedelta(hours=2):%Y-%m-%dT%H:00}")
        chosen.props("type=datetime-local outlined dense stack-label").classes("desk-field")
        _actions(ctx, dialog, words.snooze, lambda: datetime.fromisoformat(chosen.value).replace(tzinfo=ctx.zone))
    answer: datetime | None = await _asked(dialog)
    return answer


def snooze_times(now: datetime, an_hour: str, afternoon: str, tomorrow: str) -> list[tuple[str, datetime]]:
    """What is offered at a time of day, with its names; this afternoon only where that is still to come."""
    times = [(an_hour, now + timedelta(hours=1))]
    if (later := datetime.combine(now.date(), AFTERNOON, now.tzinfo)) > now + timedelta(hours=1):
        times.append((afternoon, later))
    return [*times, (tomorrow, datetime.combine(now.date() + timedelta(days=1), MORNING, now.tzinfo))]


async def ask_receiver(ctx: Context, ticket: Ticket) -> tuple[str, str] | None:
    """To whom a ticket is passed on, an agent's id or a department's name, and a comment for them."""
    words, load = TICKET_WORDS[ctx.locale], await ctx.store.open_load()
    agents = [each for each in ctx.desk.roster.active() if receives(each, ticket)]
    departments = {name: title for name, title in every_department(ctx).items() if name != ticket.department}
    chosen = {"to": ""}

    def choose(to: str) -> None:
        chosen["to"] = to
        for name, element in options.items():
            element.props(f"aria-checked={'true' if name == to else 'false'}")
        submit.set_enabled(True)

    options: dict[str, ui.element] = {}
    with _dialog(ctx, words.transfer_to) as dialog:
        with ui.element("div").classes("inbox-choices inbox-choices-tall").props("role=radiogroup"):
            if departments:
                ui.label(words.departments).classes("inbox-choices-title")
            for name, title in departments.items():
                with _option(options, name, choose):
                    ui.icon("groups")
                    ui.label(title).classes("desk-truncate")
            if agents:
                ui.label(words.agents).classes("inbox-choices-title")
            for agent in agents:
                with _option(options, agent.id, choose):
                    avatar(agent.name, small=True)
                    ui.label(agent.name).classes("desk-truncate")
                    if agent.available:
                        ui.label(words.load.format(number=load.get(agent.id, 0))).classes("desk-faint")
                    else:
                        chip(words.away)
            if not options:
                ui.label(words.nobody_to).classes("desk-help")
        comment = ui.textarea(words.comment).props("outlined dense autogrow maxlength=2000").classes("desk-field")
        with ui.element("div").classes("desk-dialog-actions"):
            button(ctx.words.cancel, lambda: dialog.submit(None))
            submit = button(words.transfer, lambda: dialog.submit((chosen["to"], comment.value or "")), kind="primary")
            submit.set_enabled(False)
    answer: tuple[str, str] | None = await _asked(dialog)
    return answer


def receives(agent: Agent, ticket: Ticket) -> bool:
    """Whether a ticket could be passed to somebody."""
    return agent.serves(ticket.department) and agent.id != ticket.assignee


def every_department(ctx: Context) -> dict[str, str]:
    """All departments of the desk by name: a ticket may be passed on to one that whoever passes it does not serve."""
    policy = ctx.desk.policy
    names = {*policy.departments, *(name for each in ctx.desk.roster.active() for name in each.departments)}
    return {**{name: policy.department(name).shown for name in sorted(names)}, **departments_of_desk(ctx)}


def _option(options: dict[str, ui.element], name: str, choose: Callable[[str], None]) -> ui.element:
    shown = ui.element("button").classes("inbox-choice").props("type=button role=radio aria-checked=false")
    shown.on("click", lambda: choose(name))
    options[name] = shown
    return shown
