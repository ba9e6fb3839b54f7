"""The course of one turn while it is being decided: what was said so far, what was run, and what came of it.

It applies what actions return, with the meaning Rasa gives it. It does not know which step comes next.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping

from bot.dialogue.decision import Decision, DecisionKind, Handoff, Ran
from bot.dialogue.turn import Turn, served, told
from conversation.actions import (
    ActionUndone,
    Call,
    Event,
    FollowedBy,
    FormChanged,
    Paused,
    Reminder,
    ReminderCancelled,
    Restarted,
    Result,
    Resumed,
    Said,
    Saying,
    SlotSet,
    SlotsReset,
    TurnUndone,
)
from conversation.effects import Effect, SendPhoto, SendText
from conversation.state import DialogueState, Filling
from conversation.values import replace

REQUESTED_SLOT = "requested_slot"
"""The slot by which Rasa's actions say what a form shall ask next."""

MOST_ACTIONS = 20
"""Actions in one turn; more can only be a circle."""

Running = Generator[Call, Result, Result]


class Course:
    """Collects what one turn comes to. `turn` always has the state as it stands."""

    def __init__(self, turn: Turn) -> None:
        self._before = turn.state
        self.turn = turn
        self.says: list[Effect] = []
        self.responses: list[str] = []
        self.remarks: list[str] = []
        self.reminders: list[Reminder | ReminderCancelled] = []
        self.ran: list[Ran] = []
        self.followed_by: list[str] = []
        self.handoff: Handoff | None = None
        self.fields: Mapping[str, object] | None = None
        self.paused = False
        self.label = ""
        self.wants: tuple[str | None, ...] = ()
        """What an action wants asked next: nothing said (), this slot, or (None) that nothing is left to ask."""

    @property
    def state(self) -> DialogueState:
        """The state as it stands."""
        return self.turn.state

    @state.setter
    def state(self, state: DialogueState) -> None:
        self.turn = self.turn.having(state)

    @property
    def filling(self) -> Filling | None:
        """The form that is being filled in."""
        return self.state.form

    def respond(self, name: str, values: Mapping[str, object] | None = None) -> bool:
        """Say a response; returns whether there is one."""
        answer = self.turn.variant(name)
        if answer is None:
            return False
        self.says += self.turn.shown(answer, values or {})
        self.responses.append(name)
        self.state = told(self.state, name)
        return True

    def run(
        self, action: str, *, form: str = "", requested: str = "", proposed: Mapping[str, object] | None = None
    ) -> Running:
        """Run an action and apply what it returns; what it wants said comes before its events count."""
        turn = self.turn
        result = yield Call(
            key=f"{turn.key}:{len(self.ran)}:{action}",
            action=action,
            conversation=turn.conversation,
            now=turn.now,
            understanding=turn.understanding,
            slots=turn.slots,
            form=form or (self.filling.form if self.filling else ""),
            requested=requested or (self.filling.asked if self.filling else ""),
            proposed=proposed or {},
        )
        failure = result.failure.value if result.failure else ""
        self.ran.append(Ran(action=action, failure=failure, error=result.error))
        if result.failure is None:
            for saying in result.says:
                self._say(saying)
            before = self.state
            for event in result.events:
                self._apply(event, before)
        return result

    def _say(self, saying: Saying) -> None:
        """Say it; where a text comes with the name of a response, it stands in the place of the response's own."""
        if saying.response and not saying.text:
            self.respond(saying.response.removeprefix("utter_"), saying.values)
        if saying.image:
            self.says.append(SendPhoto(url=saying.image))
        if saying.text:
            self.says.append(SendText(text=saying.text, buttons=tuple((button,) for button in saying.buttons)))

    def _apply(self, event: Event, before: DialogueState) -> None:
        """Let one event count; `before` is the state that its action met."""
        match event:
            case SlotSet(name=name, value=value) if name == REQUESTED_SLOT:
                self.wants = (str(value) if value is not None else None,)
            case SlotSet(name=name, value=value):
                self.set_slots({name: value})
            case SlotsReset():
                self.state = replace(self.state, slots={})
            case Restarted():
                self.state = DialogueState(language=self.state.language, formal=self.state.formal)
            case FollowedBy(action=action):
                self.followed_by.append(action)
            case FormChanged(form=form):
                self.state = replace(self.state, form=Filling(form=form) if form else None)
            case Reminder() | ReminderCancelled():
                self.reminders.append(event)
            case Said(text=text):
                self.remarks.append(text)
            case TurnUndone():
                self.state = self._before
            case ActionUndone():
                self.state = before
            case Paused():
                self.paused = True
            case Resumed():
                self.paused = False

    def set_slots(self, values: Mapping[str, object]) -> None:
        """Give slots new values; None empties one."""
        self.state = replace(self.state, slots={**self.state.slots, **values})

    def absorb(self, decision: Decision) -> None:
        """Take over what was decided elsewhere."""
        self.says += decision.says
        self.responses += decision.responses
        self.state = decision.state
        self.handoff = decision.handoff or self.handoff
        self.label = decision.label or self.label

    def decision(self, kind: DecisionKind, reason: str, intent: str | None) -> Decision:
        """What it all came to."""
        if self.filling and self.wants and not self.filling.asked:  # An action began the form, and asked for this.
            asked = replace(self.filling, asked=self.wants[0] or "", asked_at=self.turn.now)
            self.state = replace(self.state, form=asked)
        return Decision(
            kind=DecisionKind.ESCALATE if self.handoff and self.turn.ticket is None else kind,
            reason=reason,
            intent=intent,
            state=served(self.state),
            says=tuple(self.says),
            responses=tuple(self.responses),
            remarks=tuple(self.remarks),
            handoff=self.handoff,
            fields=self.fields,
            reminders=tuple(self.reminders),
            ran=tuple(self.ran),
            label=self.label,
        )
