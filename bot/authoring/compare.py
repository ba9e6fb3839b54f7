"""What was expected against what happened. Pure: it sees the values of one moment, and runs and prints nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.authoring.script import Expectation, HasTicket, InForm, Ran, Reaction, Slots, Understood
from bot.dialogue.decision import Decision, DecisionKind
from conversation.effects import Button
from conversation.state import DialogueState
from conversation.tickets import Ticket
from conversation.understanding import Understanding

ASKED = "requested_slot"
"""The slot in which Rasa keeps what a form has asked for."""

FIELDS = "fields"
"""Where in a ticket's packet stands what its form has gathered."""


class Aspect(Enum):
    """What a mismatch is about."""

    INTENT = "intent"
    KIND = "kind"
    REASON = "reason"
    RESPONSE = "response"
    TEXT = "text"
    CONTAINS = "contains"
    BUTTONS = "buttons"
    SILENT = "silent"
    BUTTON = "button"
    SLOT = "slot"
    FORM = "form"
    ACTION = "action"
    TICKET = "ticket"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatch:
    """One thing that is not as expected. `name` says which slot, which field of the ticket; "" means nothing there."""

    aspect: Aspect
    expected: str
    got: str
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Utterance:
    """What the customer was shown in one message."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One decision of the bot's, and what it had understood (None where there was no text)."""

    decision: Decision
    understanding: Understanding | None = None

    @property
    def responses(self) -> tuple[str, ...]:
        """The responses that were said, in order: what tells of a handoff comes first."""
        handoff = self.decision.handoff if self.decision.kind is DecisionKind.ESCALATE else None
        return (*((handoff.response,) if handoff and handoff.response else ()), *self.decision.responses)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """All that can be seen once the customer has done something and the bot is done with it.

    `slots` have their values, or those that they begin with.
    """

    turns: tuple[Turn, ...] = ()
    said: tuple[Utterance, ...] = ()
    before: DialogueState = field(default_factory=DialogueState)
    state: DialogueState = field(default_factory=DialogueState)
    slots: Mapping[str, object] = field(default_factory=dict)
    ticket: Ticket | None = None


@dataclass(kw_only=True)
class Comparison:
    """Compares what is expected of one moment, in order: each message is matched once, and none before the last."""

    moment: Moment
    _messages: int = 0
    _responses: int = 0

    def of(self, expected: Expectation) -> list[Mismatch]:
        """What is not as expected."""
        match expected:
            case Reaction():
                return [*self._decided(expected), *self._said(expected)]
            case Understood(intent=intent):
                return _differs(Aspect.INTENT, intent, *(_intents(self.moment)))
            case Slots():
                return list(_slots(expected, self.moment))
            case InForm(form=form):
                now = self.moment.state.form
                return _differs(Aspect.FORM, form, now.form if now else "")
            case Ran(action=action):
                return _differs(Aspect.ACTION, action, *_at_work(self.moment))
            case HasTicket():
                return list(_ticket(expected, self.moment.ticket))

    def _decided(self, expected: Reaction) -> Iterator[Mismatch]:
        decisions = [turn.decision for turn in self.moment.turns]
        for aspect, wanted, got in (
            (Aspect.INTENT, expected.intent, [decision.intent or "" for decision in decisions]),
            (Aspect.KIND, expected.kind, [decision.kind.value for decision in decisions]),
            (Aspect.REASON, expected.reason, [decision.reason for decision in decisions]),
        ):
            if wanted:
                yield from _differs(aspect, wanted, *got)
        if expected.response:
            yield from self._responded(expected.response)

    def _responded(self, name: str) -> list[Mismatch]:
        responses = [name for turn in self.moment.turns for name in turn.responses][self._responses :]
        if name in responses:
            self._responses += responses.index(name) + 1
            return []
        got = ", ".join(f"utter_{each}" for each in responses)
        return [Mismatch(aspect=Aspect.RESPONSE, expected=f"utter_{name}", got=got)]

    def _said(self, expected: Reaction) -> list[Mismatch]:
        said = self.moment.said[self._messages :]
        if expected.silent:
            return [Mismatch(aspect=Aspect.SILENT, expected="", got=_quoted(said))] if self.moment.said else []
        checks = list(_checks(expected))
        for index, utterance in enumerate(said):
            if checks and all(holds(utterance) for _, _, holds in checks):
                self._messages += index + 1
                return []
        # The message that is nearest to what was expected says most: the one with the fewest checks that fail.
        nearest = min(said, key=lambda each: sum(not holds(each) for _, _, holds in checks), default=None)
        return [
            Mismatch(aspect=aspect, expected=wanted, got=_seen(aspect, nearest, said))
            for aspect, wanted, holds in checks
            if nearest is None or not holds(nearest)
        ]


Check = tuple[Aspect, str, Callable[[Utterance], bool]]


def _checks(expected: Reaction) -> Iterator[Check]:
    """What one message must hold."""
    text, buttons = expected.text, expected.buttons
    if text:
        yield Aspect.TEXT, text, lambda each: each.text.strip() == text
    for part in expected.contains:
        yield Aspect.CONTAINS, part, lambda each, part=part: part.casefold() in each.text.casefold()  # type: ignore[misc]
    if buttons is not None:
        yield Aspect.BUTTONS, _titles(buttons), lambda each: tuple(b.title for b in each.buttons) == buttons


def _seen(aspect: Aspect, nearest: Utterance | None, said: tuple[Utterance, ...]) -> str:
    if aspect is Aspect.BUTTONS and nearest:
        return _titles(tuple(button.title for button in nearest.buttons))
    if aspect is Aspect.TEXT and nearest:
        return nearest.text
    return _quoted(said)


def _titles(titles: tuple[str, ...]) -> str:
    return " ".join(f"[{title}]" for title in titles)


def _quoted(said: tuple[Utterance, ...]) -> str:
    return "\n".join(each.text for each in said)


def _differs(aspect: Aspect, wanted: str, *got: str) -> list[Mismatch]:
    if wanted in got:
        return []
    return [Mismatch(aspect=aspect, expected=wanted, got=", ".join(each for each in got if each))]


def _intents(moment: Moment) -> list[str]:
    """What the customer's words were taken for: what was acted upon, or else the likeliest."""
    best = [turn.understanding.best for turn in moment.turns if turn.understanding]
    decided = [turn.decision.intent for turn in moment.turns if turn.decision.intent]
    return decided or [score.intent for score in best if score]


def _at_work(moment: Moment) -> list[str]:
    forms = [state.form.form for state in (moment.before, moment.state) if state.form]
    return [*dict.fromkeys(forms), *(ran.action for turn in moment.turns for ran in turn.decision.ran)]


def _slots(expected: Slots, moment: Moment) -> Iterator[Mismatch]:
    form = moment.state.form
    known: Mapping[str, object] = {**moment.slots, ASKED: (form.asked or None) if form else None}
    for name, wanted in expected.values:
        if not same(wanted, known.get(name)):
            yield Mismatch(aspect=Aspect.SLOT, name=name, expected=shown(wanted), got=shown(known.get(name)))
    for name in expected.filled:
        if known.get(name) is None:
            yield Mismatch(aspect=Aspect.SLOT, name=name, expected="…", got="")
    for name, unwanted in expected.other_than:
        if same(unwanted, known.get(name)):
            yield Mismatch(aspect=Aspect.SLOT, name=name, expected=f"≠ {shown(unwanted)}", got=shown(unwanted))


def _ticket(expected: HasTicket, ticket: Ticket | None) -> Iterator[Mismatch]:
    if expected.none:
        if ticket and ticket.is_open:
            yield Mismatch(aspect=Aspect.TICKET, expected="", got=f"{ticket.reason.value}, {ticket.department}")
        return
    if ticket is None:
        wanted = (expected.reason, expected.department, expected.status, expected.priority)
        yield Mismatch(aspect=Aspect.TICKET, expected=", ".join(each for each in wanted if each) or "…", got="")
        return
    for name, word, got in (
        ("department", expected.department, ticket.department),
        ("reason", expected.reason, ticket.reason.value),
        ("status", expected.status, ticket.status.value),
        ("priority", expected.priority, ticket.priority.name.lower()),
    ):
        if word and word != got:
            yield Mismatch(aspect=Aspect.TICKET, name=name, expected=word, got=got)
    known = dict(_gathered(ticket))
    for name, value in expected.fields:
        if not same(value, known.get(name)):
            yield Mismatch(aspect=Aspect.TICKET, name=name, expected=shown(value), got=shown(known.get(name)))
    for name in expected.filled:
        if name not in known:
            yield Mismatch(aspect=Aspect.TICKET, name=name, expected="…", got="")


def _gathered(ticket: Ticket) -> Iterator[tuple[str, object]]:
    """What the ticket's form has gathered, by slot, as the agent reads it."""
    fields = ticket.packet.get(FIELDS)
    for each in fields if isinstance(fields, list) else []:
        yield each["name"], each["value"]


def same(wanted: object, got: object) -> bool:
    """Whether a value is the one that was written: an order number may be written as a number, and is a text."""
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    return wanted == got or (isinstance(wanted, int | float) and str(wanted) == got)


def shown(value: object) -> str:
    """A value as a person reads it; "" for None."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, default=str)
