"""What every rule of the dialogue looks at in one turn, and the pieces that decisions are made of.

It knows nothing of kinds of intents, of forms, or of what buttons mean; the rules beside it do.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.dialogue.decision import Decision, DecisionKind, Policy, Said
from bot.dialogue.register import without_emoji
from conversation.actions import Call, Result
from conversation.effects import Button, Effect, SendPhoto, SendText
from conversation.phrases import Phrases
from conversation.state import Conversation, DialogueState
from conversation.tickets import Ticket
from conversation.understanding import Understanding
from conversation.values import quick, replace
from intents.knowledge import Answer, KnowledgeBase

Deciding = Generator[Call, Result, Decision]
"""A decision under way: it yields the actions it needs run, is sent their results, and returns the decision.

Begun again with the same arguments and sent the same results, it yields the same calls and decides the same.
"""

_NOTHING: Mapping[str, object] = MappingProxyType({})


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One turn. `key` names it for ever."""

    conversation: Conversation
    ticket: Ticket | None
    said: Said
    understanding: Understanding | None
    knowledge: KnowledgeBase
    policy: Policy
    now: datetime
    key: str = ""

    @property
    def state(self) -> DialogueState:
        """What the bot remembers."""
        return self.conversation.dialogue

    @property
    def channel(self) -> str:
        """The channel that the customer writes on."""
        return self.conversation.contact.channel

    @property
    def slots(self) -> dict[str, object]:
        """The slots that have a value."""
        known = {**self.knowledge.initial, **self.state.slots}
        return {name: value for name, value in known.items() if value is not None}

    @property
    def phrases(self) -> Phrases:
        """What the system says, as this customer is spoken to."""
        return self.policy.voice(self.state.language, bool(self.state.formal))

    def having(self, state: DialogueState) -> Turn:
        """The same turn with another state; this very turn where the state is the same."""
        if state is self.state:
            return self
        return replace(self, conversation=replace(self.conversation, dialogue=state))

    def answers(self, name: str) -> tuple[Answer, ...]:
        """The variants of a response that fit channel, language, slots and time."""
        return self.knowledge.answers_for(name, self.channel, self.state.language, self.slots, self.now)

    def words(self, text: str, values: Mapping[str, object] = _NOTHING) -> str:
        """A response's text as this customer reads it."""
        formal = bool(self.state.formal and self.policy.sapaan_formal)
        address = {"sapaan": self.policy.sapaan_formal} if formal else _NOTHING
        said = self.knowledge.said(text, {**self.slots, **values, **address})
        return without_emoji(said) if formal else said

    def shown(self, answer: Answer, values: Mapping[str, object] = _NOTHING) -> tuple[Effect, ...]:
        """An answer as what is sent: its picture, and its text with buttons."""
        buttons = tuple((Button(title=b.title, payload=b.payload),) for b in answer.buttons)
        text = SendText(text=self.words(answer.text, values), buttons=buttons)
        picture = (SendPhoto(url=answer.image),) if answer.image else ()
        return (*picture, text) if text.text or not picture else picture

    def variant(self, name: str) -> Answer | None:
        """The variant of a response whose turn it is, or None where there is none."""
        variants = self.answers(name)
        return variants[self.state.told.get(name, 0) % len(variants)] if variants else None


def cleared(state: DialogueState) -> DialogueState:
    """The state once the customer has moved on from what the bot asked last."""
    return replace(state, question=None, offered_agent=False, last_press="")


def told(state: DialogueState, name: str) -> DialogueState:
    """The state once a response was given, so that another variant comes next."""
    return replace(state, told={**state.told, name: state.told.get(name, 0) + 1})


def served(state: DialogueState, name: str | None = None) -> DialogueState:
    """The state once the customer got what they wanted, and heard the response `name`."""
    state = replace(cleared(state), failures=0)
    return told(state, name) if name else state


def say(
    turn: Turn, kind: DecisionKind, reason: str, *says: Effect, intent: str | None = None, label: str = ""
) -> Decision:
    """Say something that serves the customer."""
    return Decision(kind=kind, reason=reason, intent=intent, state=served(turn.state), says=says, label=label)


def silent(turn: Turn, reason: str, *, toast: str = "") -> Decision:
    """Say nothing."""
    return Decision(kind=DecisionKind.SILENT, reason=reason, state=turn.state, toast=toast)
