"""A conversation with the bot of the small shop, turn after turn, for the tests of what it decides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.dialogue.decide import decide
from bot.dialogue.decision import Decision, Handoff, Policy, Said
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_shop import KNOWLEDGE, POLICY, understand
from conversation.effects import SendText
from conversation.messages import Attachment, AttachmentKind
from conversation.state import Conversation, Owner
from conversation.tickets import AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus
from conversation.understanding import Mood, Understanding
from intents.knowledge import KnowledgeBase

PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="f")
STICKER = Attachment(kind=AttachmentKind.STICKER, detail="👍")
ANGRY = Mood(sentiment=-0.9, anger=0.9)
TICKET = Ticket(
    id=TicketId(7),
    conversation_id=BUDI.conversation_id,
    status=TicketStatus.QUEUED,
    reason=HandoffReason.COMPLAINT,
    department="retur",
    priority=Priority.HIGH,
    queued_at=NOON,
    changed_at=NOON,
    contact_name="Budi",
    waiting_since=NOON,
)


@dataclass
class Talk:
    """A conversation with the bot, turn after turn: what was decided is what the next turn begins with."""

    policy: Policy = POLICY
    knowledge: KnowledgeBase = KNOWLEDGE
    ticket: Ticket | None = None
    conversation: Conversation = field(default_factory=lambda: Conversation(contact=BUDI))

    def says(self, text: str, understanding: Understanding | None = None, *attachments: Attachment) -> Decision:
        return self.turn(Said(text=text, attachments=attachments), understanding or understand(text))

    def sends(self, *attachments: Attachment) -> Decision:
        return self.turn(Said(attachments=attachments), None)

    def presses(self, payload: str) -> Decision:
        return self.turn(Said(pressed=payload), None)

    def turn(self, said: Said, understanding: Understanding | None) -> Decision:
        decision = decide(
            conversation=self.conversation,
            ticket=self.ticket,
            said=said,
            understanding=understanding,
            knowledge=self.knowledge,
            policy=self.policy,
            now=NOON,
        )
        self.conversation = replace(self.conversation, dialogue=decision.state)
        return decision


def waiting(last: timedelta = timedelta(minutes=1)) -> Talk:
    conversation = Conversation(contact=BUDI, owner=Owner.QUEUE, ticket_id=TICKET.id, last_at=NOON - last)
    return Talk(ticket=TICKET, conversation=conversation)


def with_agent() -> Talk:
    ticket = replace(TICKET, status=TicketStatus.ASSIGNED, assignee_name="Sari", assignee=AgentId("telegram:1"))
    conversation = Conversation(contact=BUDI, owner=Owner.AGENT, ticket_id=TICKET.id, last_at=NOON - timedelta(days=1))
    return Talk(ticket=ticket, conversation=conversation)


def text(decision: Decision) -> str:
    (effect,) = decision.says
    assert isinstance(effect, SendText)
    return effect.text


def handoff_of(decision: Decision) -> Handoff:
    assert decision.handoff is not None
    return decision.handoff


def buttons(decision: Decision) -> list[tuple[str, str]]:
    effect = decision.says[-1]
    assert isinstance(effect, SendText)
    return [(button.title, button.payload) for row in effect.buttons for button in row]
