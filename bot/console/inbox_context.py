"""The right pane of the inbox: who the customer is, what the agent was handed, how the mood went, and what came before.

Each section is drawn anew only when what it shows has changed, so that nobody loses what they are typing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nicegui import ui

from bot.console import inbox_acts as acts
from bot.console.account_words import ACCOUNT_WORDS
from bot.console.components import avatar, chip, when
from bot.console.context import Context
from bot.console.pace import Paced
from bot.console.rights import Right
from bot.console.ticket_words import TICKET_WORDS
from bot.console.words import LOCALES
from bot.desk.card import LIKELY
from conversation.desk_ports import AuditEntry, EpisodeRow
from conversation.phrases import ticket_number
from conversation.ports import TurnRecord
from conversation.state import Conversation
from conversation.tickets import Ticket

REFRESH_EVERY = 1.0
"""Seconds between two refreshes at least."""

MOODS = 24
"""Messages whose mood is plotted at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """All that the pane shows."""

    ticket: Ticket
    conversation: Conversation | None
    moods: tuple[Mapping[str, Any], ...]
    past: tuple[EpisodeRow, ...]
    trail: tuple[AuditEntry, ...]


class _Mood(ui.element, component="static/inbox_mood.js"):
    """The plot in the browser. As elements of their own, its bars were the dearest part of a customer's message."""


class ContextPane:
    """One page's right pane."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.words = TICKET_WORDS[ctx.locale]
        self._ticket: Ticket | None = None
        self._shown: dict[str, object] = {}
        self._refreshing = Paced(work=self._refresh, every=REFRESH_EVERY, failed=ctx.client.handle_exception)

    def build(self) -> None:
        """Draw it, empty."""
        with ui.element("div").classes("inbox-details") as self._all:
            self._places = {name: ui.element("section").classes("inbox-section") for name in self._sections()}
        self._all.set_visibility(False)
        self.ctx.client.on_delete(self._refreshing.stop)

    def follow(self, ticket: Ticket) -> None:
        """Another ticket is shown, or this one has changed."""
        if self._ticket is None or self._ticket.id != ticket.id:
            self._shown.clear()
        self._ticket = ticket
        self._refreshing.ask()

    def _sections(self) -> dict[str, tuple[Callable[[Known], object], Callable[[Known], None]]]:
        """Each with what it depends on and how it is drawn."""
        return {
            "contact": (
                lambda known: (
                    known.ticket.contact_name,
                    known.conversation and known.conversation.contact,
                    known.conversation and known.conversation.reachable,
                ),
                self._contact,
            ),
            "labels": (lambda known: known.ticket.labels, self._labels),
            "handoff": (self._handed_over, self._handoff),
            "deadlines": (lambda known: (known.ticket.deadlines, known.ticket.snoozed_until), self._deadlines),
            "mood": (lambda known: known.moods, self._mood),
            "attributes": (
                lambda known: known.conversation and dict(known.conversation.dialogue.slots),
                self._attributes,
            ),
            "past": (lambda known: known.past, self._past),
            "trail": (lambda known: known.trail, self._trail),
        }

    async def _refresh(self) -> None:
        ticket = self._ticket
        if ticket is None:
            return
        self.ctx.require(Right.SERVE, ticket.department)
        known = await self._known(ticket)
        if self._ticket is None or self._ticket.id != ticket.id or self._all.is_deleted:
            return
        known = replace(known, ticket=self._ticket)  # It may have changed meanwhile.
        self._all.set_visibility(True)
        for name, (depends, draw) in self._sections().items():
            state = depends(known)
            if name in self._shown and self._shown[name] == state:
                continue
            self._shown[name] = state
            place = self._places[name]
            place.clear()
            with place:
                draw(known)

    async def _known(self, ticket: Ticket) -> Known:
        store, conversation_id = self.ctx.store, ticket.conversation_id
        snapshot = await store.load_by_id(conversation_id, recent=0)
        turns = await store.turns(conversation_id, limit=MOODS)
        return Known(
            ticket=ticket,
            conversation=snapshot.conversation if snapshot else None,
            moods=tuple(moods_of(turns)),
            past=tuple(await store.past_episodes(conversation_id, limit=5)),
            trail=tuple(await store.audit_trail(about=ticket_number(ticket.id), limit=12)),
        )

    def _contact(self, known: Known) -> None:
        contact = known.conversation.contact if known.conversation else None
        name = known.ticket.contact_name or (contact.name if contact else "")
        with ui.element("div").classes("inbox-contact"):
            avatar(name)
            with ui.element("div").classes("desk-truncate"):
                ui.label(name or "–").classes("desk-subtitle desk-truncate")
                ui.label(ticket_number(known.ticket.id)).classes("desk-help")
        if contact is None:
            return
        rows = [(self.words.channel, contact.channel.capitalize()), (self.words.address, contact.address)]
        rows += [(self.words.username, f"@{contact.username}")] if contact.username else []
        language = LOCALES.get(contact.language.partition("-")[0], contact.language)
        rows += [(self.words.language, language)] if language else []
        _facts(rows)
        if known.conversation and not known.conversation.reachable:
            chip(self.words.unreachable, "bad", icon="block")

    def _labels(self, known: Known) -> None:
        ticket, words = known.ticket, self.words
        _title(words.labels)
        with ui.element("div").classes("inbox-labels"):
            for each in ticket.labels:
                with ui.element("span").classes("desk-chip desk-chip-accent"):
                    ui.label(each)
                    remove = ui.element("button").classes("inbox-chip-x").props("type=button")
                    remove.props["aria-label"] = words.remove_label.format(label=each)
                    with remove:
                        ui.icon("close")
                remove.on("click", lambda each=each: self._label(label for label in ticket.labels if label != each))
            box = ui.input(placeholder=f"+ {words.add_label}").classes("inbox-add-label").props("borderless dense")
            box.props["aria-label"], box.props["maxlength"] = words.add_label, 40
            box.on("keydown.enter", lambda: self._label((*ticket.labels, *str(box.value or "").split(","))))

    async def _label(self, labels: Iterable[str]) -> None:
        if self._ticket is not None:
            await acts.label(self.ctx, self._ticket.id, labels)

    def _handed_over(self, known: Known) -> tuple[list[tuple[str, str]], list[tuple[str, float]]]:
        """What an agent was handed, in words, and what the customer likely meant, with how likely (0-1)."""
        ticket, phrases, words, packet = known.ticket, self.ctx.phrases, self.words, known.ticket.packet
        department = self.ctx.desk.policy.department(ticket.department).shown
        tried = packet.get("tried")
        told = [str(name).replace("_", " ") for name in tried] if isinstance(tried, list | tuple) else []
        facts = [
            (words.reason, phrases.reasons[ticket.reason.value]),
            (phrases.card_department, department or "–"),
            (words.assignee, ticket.assignee_name or "–"),
            (words.queued_at, when(self.ctx, ticket.queued_at)),
            *([(words.resolution, ticket.resolution)] if ticket.resolution else ()),
            *((str(each["title"]), str(each["value"])) for each in _listed(packet, "fields")),
            *(
                (phrases.entities.get(str(each["kind"]), str(each["kind"])), str(each["value"]))
                for each in _listed(packet, "entities")
            ),
            *([(words.tried, ", ".join(told))] if told else ()),
            *((words.failures, f"{each['action']}: {each['failure']}") for each in _listed(packet, "failed")),
        ]
        meant = ((str(each["title"]), float(each["confidence"])) for each in _listed(packet, "intents"))
        return facts, [(title, confidence) for title, confidence in meant if confidence >= LIKELY]

    def _handoff(self, known: Known) -> None:
        facts, likely = self._handed_over(known)
        _title(self.words.handoff)
        _facts(facts)
        if likely:
            ui.label(self.words.intents).classes("inbox-small-title")
        for title, confidence in likely:
            with ui.element("div").classes("inbox-intent"):
                ui.label(title).classes("desk-truncate")
                ui.label(f"{confidence:.0%}").classes("desk-number desk-faint")
                bar = ui.element("span").classes("inbox-bar")
                with bar:
                    ui.element("span").style(f"width: {max(2, round(confidence * 100))}%")

    def _deadlines(self, known: Known) -> None:
        deadlines, words = known.ticket.deadlines, self.words
        dues = (
            ("first_reply", words.first_reply_due, deadlines.first_reply),
            ("next_reply", words.next_reply_due, deadlines.next_reply),
            ("resolution", words.resolution_due, deadlines.resolution),
        )
        running = [(kind, title, due) for kind, title, due in dues if due]
        if not running and not known.ticket.snoozed_until:
            return
        _title(words.deadlines)
        _facts(
            [(title, when(self.ctx, due)) for _, title, due in running],
            bad=[title for kind, title, _ in running if kind in deadlines.overdue],
        )
        if known.ticket.snoozed_until:
            _facts([(words.snoozed_until, when(self.ctx, known.ticket.snoozed_until))])
        elif deadlines.paused_at:
            ui.label(words.paused).classes("desk-help")

    def _mood(self, known: Known) -> None:
        if not known.moods:
            return
        words, last = self.words, known.moods[-1]
        _title(words.mood)
        plot = _Mood()
        plot.props["title"], plot.props["bars"] = words.mood_plot, [self._bar(each) for each in known.moods]
        percent = {name: f"{float(last[name]):.0%}" for name in ("anger", "urgency")}
        ui.label(words.mood_now.format(**percent)).classes("desk-help")

    def _bar(self, mood: Mapping[str, Any]) -> dict[str, object]:
        """A message's mood as the plot shows it."""
        good, anger = max(-1.0, min(1.0, float(mood["sentiment"]))), float(mood["anger"])
        kind = "good" if good > 0.15 else "bad" if good < -0.15 or anger > 0.4 else "plain"
        size = max(abs(good), anger if kind == "bad" else 0.0)
        title = {"good": self.words.mood_good, "bad": self.words.mood_bad, "plain": self.words.mood_plain}[kind]
        return {"kind": kind, "percent": max(8, round(size * 100)), "title": f"{title}: {mood['text']}"}

    def _attributes(self, known: Known) -> None:
        """What the conversation knows of the customer, less what was handed over with the ticket and stands there."""
        slots = known.conversation.dialogue.slots if known.conversation else {}
        handed_over = {value for _, value in self._handed_over(known)[0]}
        told = [(name.replace("_", " "), str(value)) for name, value in slots.items() if value not in (None, "")]
        rows = [(name, value) for name, value in told if value not in handed_over]
        if rows:
            _title(self.words.attributes)
            _facts(rows)

    def _past(self, known: Known) -> None:
        words, phrases = self.words, self.ctx.phrases
        _title(words.past)
        if not known.past:
            ui.label(words.no_past).classes("desk-help")
        for episode in known.past:
            with ui.element("div").classes("inbox-episode"):
                who = words.by_bot if episode.by_bot else self._name(episode.agent)
                reason = phrases.reasons.get(episode.handoff_reason, "")
                ui.label(" · ".join(part for part in (when(self.ctx, episode.closed_at), who, reason) if part))
                if episode.stars:
                    ui.label("★" * episode.stars + "☆" * (5 - episode.stars)).classes("inbox-stars")
                if episode.comment:
                    ui.label(episode.comment).classes("desk-help")

    def _trail(self, known: Known) -> None:
        if not known.trail:
            return
        _title(self.words.history)
        with ui.element("ol").classes("inbox-trail"):
            for entry in known.trail:
                with ui.element("li"):
                    what = ACCOUNT_WORDS[self.ctx.locale].actions.get(entry.action, entry.action)
                    ui.label(f"{self._name(entry.agent_id or '')} {what}")
                    ui.label(when(self.ctx, entry.at)).classes("desk-faint desk-number")

    def _name(self, agent_id: str) -> str:
        found = next((each.name for each in self.ctx.people.known.values() if each.id == agent_id), None)
        return found or agent_id


def moods_of(turns: Sequence[TurnRecord]) -> list[Mapping[str, Any]]:
    """The moods of a conversation's turns, with what was said, oldest first."""
    found: list[Mapping[str, Any]] = []
    for turn in turns:
        mood = turn.record.get("mood")
        if isinstance(mood, Mapping):
            text = str(turn.record.get("text", ""))[:80]
            found.append({"text": text, **{name: mood.get(name, 0.0) for name in ("sentiment", "anger", "urgency")}})
    return found


def _listed(packet: Mapping[str, object], name: str) -> list[Mapping[str, Any]]:
    found = packet.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, Sequence) else []


def _title(text: str) -> None:
    ui.label(text).classes("inbox-section-title").props("role=heading aria-level=3")


def _facts(rows: Sequence[tuple[str, str]], bad: Sequence[str] = ()) -> None:
    if not rows:
        return
    with ui.element("dl").classes("inbox-facts"):
        for name, value in rows:
            with ui.element("dt"):
                ui.label(name[:1].upper() + name[1:])
            with ui.element("dd").classes("desk-error" if name in bad else ""):
                ui.label(value)
