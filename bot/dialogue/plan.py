"""From a customer's doing to the change it makes: the decision, spelled out as messages, ticket and effects.

Pure, like the decision itself. What the desk's surfaces show of the change is added by whoever commits it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.dialogue import survey
from bot.dialogue.buttons import AGENT, MENU, NONE, SKIP, intent_of
from bot.dialogue.decide import deciding
from bot.dialogue.decision import Decision, DecisionKind, Handoff, Policy, Said
from bot.dialogue.menu import is_menu
from bot.dialogue.slots import in_words as slot_in_words
from conversation.actions import Call, Reminder, Result
from conversation.effects import AnswerPress, Delivery, Effect, Entry, SendPhoto, SendText
from conversation.messages import Author, Contact, Edit, InboxId, Message, Press, Reachability
from conversation.phrases import Phrases, in_words, ticket_number
from conversation.ports import Change, TurnRecord
from conversation.state import Closing, Conversation, DialogueState, Episode, EpisodeId, Snapshot
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId
from conversation.understanding import Understanding
from conversation.values import as_dict, quick, replace
from handoff import desk
from handoff.episodes import remembered
from handoff.notices import out_of_hours
from handoff.tickets import open_ticket, priority_of, raised
from intents.knowledge import KnowledgeBase

LATEST_WORDS = 6
"""How many messages the handoff packet quotes."""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """What one turn is about: messages that belong together, or a single press, edit or change of reach."""

    contact: Contact
    what: tuple[Message, ...] | Press | Edit | Reachability | Reminder
    inbox_ids: tuple[InboxId, ...]

    def said(self) -> Said:
        """The segment as the dialogue looks at it."""
        if isinstance(self.what, Reminder):
            return Said(woken=self.what)
        if isinstance(self.what, Press):
            return Said(pressed=self.what.payload)
        if isinstance(self.what, tuple):
            return Said(
                text="\n".join(message.text for message in self.what if message.text),
                attachments=tuple(a for message in self.what for a in message.attachments),
            )
        return Said()


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A change, and the decision behind it (None for what needs none, such as an edit)."""

    change: Change
    decision: Decision | None = None


Planning = Generator[Call, Result, Plan]
"""A plan under way: it yields the actions that the decision needs run, and is sent their results."""


def planning(
    snapshot: Snapshot,
    segment: Segment,
    understanding: Understanding | None,
    *,
    knowledge: KnowledgeBase,
    policy: Policy,
    episode_idle: timedelta,
    now: datetime,
) -> Planning:
    """Plan the change that `segment` makes to what `snapshot` shows.

    The keys of its calls are named after the segment, so that a turn begun again asks for the same runs.
    """
    conversation = replace(snapshot.conversation, contact=_latest(snapshot.conversation.contact, segment.contact))
    if isinstance(segment.what, Reachability):
        conversation = replace(conversation, reachable=segment.what.reachable)
        return Plan(change=Change(conversation=conversation, done=segment.inbox_ids))
    if isinstance(segment.what, Edit):
        change = Change(
            conversation=conversation, ticket=snapshot.ticket, edits=(segment.what,), done=segment.inbox_ids
        )
        return Plan(change=change)
    if answer := survey.answered(conversation, segment.what, segment.inbox_ids, understanding, knowledge, policy, now):
        return Plan(change=answer)
    conversation, episode, closing = _in_episode(conversation, segment, episode_idle, now)
    decision = yield from deciding(
        conversation=conversation,
        ticket=snapshot.ticket,
        said=segment.said(),
        understanding=understanding,
        knowledge=knowledge,
        policy=policy,
        now=now,
        key=f"{conversation.id}/{segment.inbox_ids[0]}",
    )
    within = replace(snapshot, conversation=conversation)
    change = _carried_out(decision, within, segment, understanding, knowledge, policy, now)
    return Plan(
        change=replace(change, episode=episode, closing=closing or change.closing),
        decision=decision,
    )


def _carried_out(
    decision: Decision,
    snapshot: Snapshot,
    segment: Segment,
    understanding: Understanding | None,
    knowledge: KnowledgeBase,
    policy: Policy,
    now: datetime,
) -> Change:
    conversation = replace(snapshot.conversation, dialogue=decision.state, last_at=now, reachable=True)
    entries = list(_heard(segment, knowledge, policy, now))
    ticket, closing = snapshot.ticket, None
    deliveries: tuple[Delivery, ...] = ()
    phrases = policy.voice(decision.state.language, bool(decision.state.formal))
    if ticket and isinstance(segment.what, tuple):
        case = desk.customer_wrote(_case(conversation, ticket, policy), now)
        conversation, ticket = case.conversation, case.ticket
    if isinstance(segment.what, Press):
        toast = AnswerPress(press_id=segment.what.press_id, text=decision.toast)
        deliveries = (Delivery(address=desk.customer_address(conversation), effect=toast),)
    if ticket and (decision.cancel_ticket or decision.back_to_bot):
        leave = desk.customer_cancelled if decision.cancel_ticket else desk.customer_back_to_bot
        case = leave(_case(conversation, ticket, policy), phrases, now)
        conversation, ticket, closing = remembered(case.conversation, case.ticket), case.ticket, case.closing
        entries += case.entries
    if decision.handoff and ticket:
        ticket = raised(
            ticket,
            decision.handoff.reason,
            decision.handoff.department,
            _priority(decision.handoff, understanding),
            now,
            policy.desk.department(decision.handoff.department),
        )
    elif decision.handoff:
        ticket_id = TicketId(segment.inbox_ids[0])
        conversation, ticket = open_ticket(
            conversation,
            ticket_id=ticket_id,
            reason=decision.handoff.reason,
            department=decision.handoff.department,
            priority=_priority(decision.handoff, understanding),
            packet=handoff_packet(snapshot.conversation, understanding, knowledge),
            now=now,
            rules=policy.desk.department(decision.handoff.department),
            language=decision.state.language,
            last_agent=decision.state.last_agent,
        )
        confirmation = decision.handoff.confirmation.replace("{ticket}", ticket_number(ticket_id))
        entries.append(_spoken(conversation, SendText(text=confirmation), now, Author.SYSTEM))
        calendar = policy.desk.department(ticket.department).calendar
        if (closed := out_of_hours(phrases, calendar, ticket_id, now)) is not None:
            entries.append(_spoken(conversation, closed, now, Author.SYSTEM))
    if ticket is not None:
        ticket = replace(ticket, packet={**ticket.packet, **_gathered(decision, knowledge, policy.phrases)})
    spoken = (_spoken(conversation, effect, now, Author.BOT, decision.label) for effect in decision.says)
    entries += [*spoken, *(Entry(message=Message(author=Author.BOT, text=t, at=now)) for t in decision.remarks)]
    return Change(
        conversation=conversation,
        ticket=ticket,
        closing=closing,
        entries=tuple(entries),
        deliveries=deliveries,
        turn=TurnRecord(
            at=now,
            kind=decision.kind.value,
            intent=decision.intent,
            reason=decision.reason,
            record=decision_record(decision, segment.said(), understanding, policy, snapshot.conversation.dialogue),
        ),
        done=segment.inbox_ids,
        reminders=decision.reminders,
    )


def _case(conversation: Conversation, ticket: Ticket, policy: Policy) -> desk.Case:
    return desk.Case(conversation=conversation, ticket=ticket, rules=policy.desk.department(ticket.department))


def _gathered(decision: Decision, knowledge: KnowledgeBase, phrases: Phrases) -> dict[str, object]:
    """What a turn adds to a ticket's packet: the values of its form, and which actions failed and why."""
    gathered: dict[str, object] = {}
    if decision.fields is not None:
        slots = {name: knowledge.slots[name] for name in decision.fields if name in knowledge.slots}
        gathered["fields"] = [
            {"name": name, "title": slot.title or name, "value": slot_in_words(slot, decision.fields[name], phrases)}
            for name, slot in slots.items()
        ]
    if failed := [ran for ran in decision.ran if ran.failure]:
        gathered["failed"] = [{"action": ran.action, "failure": ran.failure, "error": ran.error} for ran in failed]
    return gathered


def trouble(snapshot: Snapshot, segment: Segment, policy: Policy, knowledge: KnowledgeBase, now: datetime) -> Change:
    """What to do when a turn failed for good: keep the words, apologise, and let a human see to it."""
    handoff = Handoff(
        reason=HandoffReason.TOOL_FAILURE,
        department=policy.default_department,
        confirmation=policy.phrases.trouble + "\n\n" + policy.phrases.handed_over,
    )
    decision = Decision(
        kind=DecisionKind.SILENT if snapshot.ticket else DecisionKind.ESCALATE,
        reason="turn_failed",
        state=snapshot.conversation.dialogue,
        handoff=None if snapshot.ticket else handoff,
    )
    return _carried_out(decision, snapshot, segment, None, knowledge, policy, now)


def _in_episode(
    conversation: Conversation, segment: Segment, idle: timedelta, now: datetime
) -> tuple[Conversation, Episode | None, Closing | None]:
    """The conversation in its running episode, or in a new one if it had none or was silent for too long."""
    last, running = conversation.last_at, conversation.episode_id
    stale = last is not None and now - last > idle and conversation.ticket_id is None
    if running is not None and not stale:
        return conversation, None, None
    closing = Closing(episode_id=running, at=last or now, by="silence") if running is not None else None
    episode_id = EpisodeId(segment.inbox_ids[0])
    episode = Episode(id=episode_id, conversation_id=conversation.id, opened_at=now)
    # What was told of another matter, maybe weeks ago, is not this one's.
    dialogue = replace(conversation.dialogue, slots={}, form=None, tickets=())
    return replace(conversation, episode_id=episode_id, dialogue=dialogue), episode, closing


def _latest(known: Contact, seen: Contact) -> Contact:
    """What is known of a contact, brought up to date by what their latest message says of them."""
    if seen is known:
        return known
    return replace(
        known,
        name=seen.name or known.name,
        username=seen.username or known.username,
        language=seen.language or known.language,
    )


def _heard(segment: Segment, knowledge: KnowledgeBase, policy: Policy, now: datetime) -> Sequence[Entry]:
    if isinstance(segment.what, tuple):
        return [Entry(message=message) for message in segment.what]
    if isinstance(segment.what, Press):
        text = press_title(segment.what.payload, knowledge, policy)
        return [Entry(message=Message(author=Author.CUSTOMER, text=f"[{text}]", at=now))]
    return []


def press_title(payload: str, knowledge: KnowledgeBase, policy: Policy) -> str:
    """What stood on the button with this payload, as far as we still know."""
    if payload == NONE:
        return policy.phrases.none_of_these
    if payload == AGENT:
        return policy.phrases.call_agent
    if payload == SKIP:
        return policy.phrases.skip
    if is_menu(payload):
        return policy.phrases.menu_back if payload == MENU else payload.removeprefix(f"{MENU}:").partition(":")[0]
    for variants in knowledge.answers.values() if "{" in payload else ():
        for button in (button for answer in variants for button in answer.buttons if button.payload == payload):
            return button.title
    intent = knowledge.intents.get(intent_of(payload))
    return intent.title or intent.name if intent else payload


def _spoken(conversation: Conversation, effect: Effect, now: datetime, author: Author, label: str = "") -> Entry:
    """Bot's words are dropped if somebody else owns the conversation by the time they would go out."""
    text = effect.url if isinstance(effect, SendPhoto) else getattr(effect, "text", "")
    guard = conversation.owner if author is Author.BOT else None
    delivery = Delivery(address=desk.customer_address(conversation), effect=effect, only_while=guard, label=label)
    return Entry(message=Message(author=author, text=text, at=now), deliveries=(delivery,))


def _priority(handoff: Handoff, understanding: Understanding | None) -> Priority:
    mood = understanding.mood if understanding else None
    return priority_of(handoff.reason, mood.anger if mood else 0.0, mood.urgency if mood else 0.0)


def opens_ticket(change: Change, before: Snapshot) -> bool:
    """Whether a change hands the conversation over to agents, who are to see what was said `before`."""
    return change.ticket is not None and before.ticket is None


def quoting(change: Change, before: Sequence[Message], phrases: Phrases) -> Change:
    """A change that opens a ticket, with the latest words in its packet: those `before`, oldest first, and its own."""
    assert change.ticket is not None
    own = (entry.message for entry in change.entries if entry.message.author is Author.CUSTOMER)
    said = [{"author": each.author.value, "text": in_words(each, phrases)} for each in (*before, *own)]
    packet = {"said": said[-LATEST_WORDS:], **change.ticket.packet}
    return replace(change, ticket=replace(change.ticket, packet=packet))


def handoff_packet(
    conversation: Conversation, understanding: Understanding | None, knowledge: KnowledgeBase
) -> dict[str, object]:
    """What the agent is handed beside the latest words: likely intents, entities, mood, and what the bot told."""
    packet: dict[str, object] = {
        "tried": [name for name in conversation.dialogue.told if name in knowledge.intents],
    }
    if understanding:
        packet |= {
            "text": understanding.text,
            "intents": [
                {
                    "intent": score.intent,
                    "title": knowledge.intents[score.intent].title or score.intent,
                    "confidence": round(score.confidence, 3),
                }
                for score in understanding.ranking[:3]
                if score.intent in knowledge.intents
            ],
            "entities": [{"kind": entity.kind, "value": entity.value} for entity in understanding.entities],
            "mood": {
                "sentiment": round(understanding.mood.sentiment, 2),
                "anger": round(understanding.mood.anger, 2),
                "urgency": round(understanding.mood.urgency, 2),
            },
        }
    return packet


def decision_record(
    decision: Decision, said: Said, understanding: Understanding | None, policy: Policy, before: DialogueState
) -> dict[str, object]:
    """The record that explains a decision, as JSON-able values; `before` holds the question it may answer."""
    record: dict[str, object] = {
        "text": said.text,
        "pressed": said.pressed,
        "decision": decision.kind.value,
        "intent": decision.intent,
        "reason": decision.reason,
        "thresholds": {
            "answer": policy.thresholds.answer,
            "clarify": policy.thresholds.clarify,
            "margin": policy.thresholds.margin,
            "in_scope": policy.thresholds.in_scope,
        },
        "says": [effect.text for effect in decision.says if isinstance(effect, SendText)],
    }
    if decision.state.slots:
        record["slots"] = sorted(decision.state.slots)
    if decision.state.form:
        record["form"] = {"name": decision.state.form.form, "asked": decision.state.form.asked}
    if decision.ran:
        record["actions"] = [{"action": ran.action, "failure": ran.failure} for ran in decision.ran]
    if before.question:
        record["asked"] = {"about": before.question.about, "choices": list(before.question.choices)}
    if decision.handoff:
        record["handoff"] = {
            "reason": decision.handoff.reason.value,
            "department": decision.handoff.department,
        }
    if understanding:
        record |= {
            "normalized": understanding.normalized,
            "in_scope": round(understanding.in_scope, 4),
            "ranking": [{"intent": each.intent, "confidence": each.confidence} for each in understanding.ranking[:5]],
            "entities": [as_dict(entity) for entity in understanding.entities],
            "mood": as_dict(understanding.mood),
            "language": understanding.language,
        }
    return record
