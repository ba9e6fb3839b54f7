"""A conversation with forms and actions, turn after turn, for the tests of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.dialogue.decide import deciding
from bot.dialogue.decision import Decision, Policy, Said
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_forms import SHOP, understand_with_entities
from bot.testing.small_shop import POLICY
from conversation.actions import (
    Call,
    Result,
    Saying,
)
from conversation.effects import SendText
from conversation.messages import Attachment, AttachmentKind
from conversation.state import Conversation, Filling, Owner
from conversation.tickets import Ticket
from intents.knowledge import KnowledgeBase
from tests.bot.dialogue.talking import TICKET

PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="f1")
Action = Callable[[Call], Result]
STATUS = "action_status_pesanan"


def found(call: Call) -> Result:
    return Result(says=(Saying(response="utter_status", values={"keadaan": "dikirim"}),))


@dataclass
class Talk:
    """A conversation, turn after turn, with actions that do what they are told."""

    knowledge: KnowledgeBase = SHOP
    actions: Mapping[str, Action] = field(default_factory=lambda: {STATUS: found})
    ticket: Ticket | None = None
    now: datetime = NOON
    conversation: Conversation = field(default_factory=lambda: Conversation(contact=BUDI))
    calls: list[Call] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        return replace(POLICY, actions=frozenset(self.actions))

    def says(self, text: str, *attachments: Attachment) -> list[str]:
        return self.turn(Said(text=text, attachments=attachments))

    def sends(self, *attachments: Attachment) -> list[str]:
        return self.turn(Said(attachments=attachments))

    def presses(self, payload: str) -> list[str]:
        return self.turn(Said(pressed=payload))

    def turn(self, said: Said) -> list[str]:
        under_way = deciding(
            conversation=self.conversation,
            ticket=self.ticket,
            said=said,
            understanding=understand_with_entities(said.text) if said.text else None,
            knowledge=self.knowledge,
            policy=self.policy,
            now=self.now,
            key="telegram:1/40",
        )
        try:
            call = next(under_way)
            while True:
                self.calls.append(call)
                call = under_way.send(self.actions[call.action](call))
        except StopIteration as done:
            self.decision: Decision = done.value
        decision = self.decision
        self.conversation = replace(self.conversation, dialogue=decision.state)
        if decision.handoff and self.ticket is None:
            self.ticket, self.conversation = TICKET, replace(self.conversation, owner=Owner.QUEUE)
        return [effect.text for effect in decision.says if isinstance(effect, SendText)]

    @property
    def slots(self) -> dict[str, object]:
        return self.conversation.dialogue.slots

    @property
    def form(self) -> Filling | None:
        return self.conversation.dialogue.form
