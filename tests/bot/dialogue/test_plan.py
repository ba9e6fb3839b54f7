"""A decision spelled out as one change: messages, ticket, episode, record and effects together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.dialogue.buttons import AGENT, NONE
from bot.dialogue.plan import Plan, Segment, opens_ticket, planning, press_title, quoting, trouble
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_shop import KNOWLEDGE, PHRASES, POLICY, understand, understood
from conversation.effects import Address, AnswerPress, Entry, SendPhoto, SendText
from conversation.messages import (
    Attachment,
    AttachmentKind,
    Author,
    Contact,
    Edit,
    InboxId,
    Message,
    Press,
    Reachability,
)
from conversation.ports import Change
from conversation.state import Closing, Conversation, DialogueState, EpisodeId, Owner, Question, Snapshot
from conversation.tickets import AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus
from conversation.understanding import Entity, Mood, Understanding

BUDIS_CHAT = Address(channel="telegram", chat=BUDI.address)
IDLE = timedelta(hours=24)
NEW = Snapshot(conversation=Conversation(contact=BUDI))


def message(text: str, **fields: Any) -> Message:
    return Message(author=Author.CUSTOMER, text=text, at=NOON, **fields)


def written(*texts: str, first: int = 40) -> Segment:
    ids = tuple(InboxId(first + n) for n in range(len(texts)))
    return Segment(contact=BUDI, what=tuple(message(text) for text in texts), inbox_ids=ids)


def one(what: Press | Edit | Reachability, contact: Contact = BUDI) -> Segment:
    return Segment(contact=contact, what=what, inbox_ids=(InboxId(40),))


def planned(
    segment: Segment, snapshot: Snapshot = NEW, understanding: Understanding | None = None, minutes: float = 0
) -> Plan:
    text = segment.said().text
    under_way = planning(
        snapshot,
        segment,
        understanding or (understand(text) if text else None),
        knowledge=KNOWLEDGE,
        policy=POLICY,
        episode_idle=IDLE,
        now=NOON + timedelta(minutes=minutes),
    )
    with pytest.raises(StopIteration) as done:
        next(under_way)
    plan: Plan = done.value.value
    return plan


def after(change: Change) -> Snapshot:
    """What the next turn loads once the change is committed."""
    conversation = replace(change.conversation, version=change.conversation.version + 1)
    ticket = change.ticket if change.ticket and change.ticket.is_open else None
    return Snapshot(conversation=conversation, ticket=ticket)


def said_by(change: Change, author: Author) -> list[str]:
    return [entry.message.text for entry in change.entries if entry.message.author is author]


def ticket_of(change: Change) -> Ticket:
    assert change.ticket is not None
    return change.ticket


@pytest.fixture
def queued() -> Snapshot:
    return after(planned(written("rusak!", first=7)).change)


@pytest.fixture
def assigned(queued: Snapshot) -> Snapshot:
    assert queued.ticket is not None
    ticket = replace(queued.ticket, status=TicketStatus.WAITING_CUSTOMER, waiting_since=None)
    ticket = replace(ticket, assignee=AgentId("telegram:1"), assignee_name="Sari")
    return replace(queued, conversation=replace(queued.conversation, owner=Owner.AGENT), ticket=ticket)


# One change


def test_one_change_holds_question_answer_state_record_and_the_updates_done() -> None:
    change = planned(written("halo", "jam buka?"), understanding=understand("jam buka?")).change
    assert said_by(change, Author.CUSTOMER) == ["halo", "jam buka?"]
    assert said_by(change, Author.BOT) == ["Buka jam 9"]
    assert change.conversation.dialogue.told == {"jam_buka": 1}
    assert change.conversation.last_at == NOON
    assert change.done == (40, 41)
    assert change.turn is not None
    assert (change.turn.kind, change.turn.intent) == ("answer", "jam_buka")


def test_the_version_is_the_one_that_was_read() -> None:
    snapshot = replace(NEW, conversation=replace(NEW.conversation, version=5))
    assert planned(written("halo"), snapshot).change.conversation.version == 5


def test_fragments_are_joined_by_line_ends_and_their_media_together() -> None:
    photo = Attachment(kind=AttachmentKind.PHOTO)
    what = (message("min"), message("", attachments=(photo,)), message("rusak"))
    said = Segment(contact=BUDI, what=what, inbox_ids=(InboxId(1), InboxId(2), InboxId(3))).said()
    assert (said.text, said.attachments, said.pressed) == ("min\nrusak", (photo,), None)


def test_what_the_customer_said_is_addressed_to_nobody_and_what_the_bot_says_to_them() -> None:
    heard, spoken = planned(written("jam buka?")).change.entries
    assert heard.deliveries == ()
    assert [delivery.address for delivery in spoken.deliveries] == [BUDIS_CHAT]


def test_bot_words_go_out_only_while_the_bot_owns_the_conversation() -> None:
    _, spoken = planned(written("jam buka?")).change.entries
    assert [delivery.only_while for delivery in spoken.deliveries] == [Owner.BOT]


def test_a_picture_and_its_text_are_two_messages_in_order() -> None:
    _, picture, text = planned(written("paket di mana")).change.entries
    assert isinstance(picture.deliveries[0].effect, SendPhoto)
    assert picture.message.text == "https://toko.example/lacak.png"
    assert isinstance(text.deliveries[0].effect, SendText)


def test_a_name_that_changed_is_kept_and_one_that_is_missing_is_not_lost() -> None:
    renamed = replace(written("halo"), contact=replace(BUDI, name="Budi S.", username="budi_s"))
    assert planned(renamed).change.conversation.contact == replace(BUDI, name="Budi S.", username="budi_s")
    nameless = replace(written("halo"), contact=replace(BUDI, name=""))
    assert planned(nameless).change.conversation.contact == BUDI


# Tickets


def test_a_complaint_opens_a_ticket_under_the_number_of_its_update() -> None:
    change = planned(written("rusak!", "tolong", first=7), understanding=understand("rusak!")).change
    assert change.ticket is not None
    assert (change.ticket.id, change.ticket.department) == (7, "retur")
    assert (change.ticket.reason, change.ticket.priority) == (HandoffReason.COMPLAINT, Priority.HIGH)
    assert (change.conversation.owner, change.conversation.ticket_id) == (Owner.QUEUE, 7)


def test_the_confirmation_names_the_ticket_and_is_told_whoever_owns_the_conversation_then() -> None:
    *_, confirmation = planned(written("rusak!", first=7)).change.entries
    assert confirmation.message.author is Author.SYSTEM
    assert confirmation.message.text == "Maaf ya Kak.\n\n" + PHRASES.handed_over.format(ticket="#7")
    assert [delivery.only_while for delivery in confirmation.deliveries] == [None]


def test_the_agent_is_handed_words_guesses_data_mood_and_what_was_tried() -> None:
    told = DialogueState(told={"jam_buka": 2, "dihapus": 1})
    snapshot = Snapshot(conversation=Conversation(contact=BUDI, dialogue=told))
    understanding = understood(
        "rusak!",
        ("barang_rusak", 0.71234),
        ("paket_hilang", 0.1),
        ("dihapus", 0.05),
        mood=Mood(sentiment=-0.5, anger=0.3, urgency=0.2),
        entities=(Entity(kind="order", value="INV-1", text="inv 1", start=0, end=5),),
    )
    change = planned(written("rusak!"), snapshot, understanding).change
    assert opens_ticket(change, snapshot)
    quoted = quoting(change, [message(f"pesan {n}") for n in range(9)], POLICY.phrases)
    packet: Mapping[str, Any] = ticket_of(quoted).packet
    assert [item["text"] for item in packet["said"]] == [*(f"pesan {n}" for n in range(4, 9)), "rusak!"]
    assert packet["tried"] == ["jam_buka"]
    assert [(i["title"], i["confidence"]) for i in packet["intents"]] == [
        ("Barang rusak", 0.712),
        ("Paket hilang", 0.1),
    ]
    assert packet["entities"] == [{"kind": "order", "value": "INV-1"}]
    assert packet["mood"] == {"sentiment": -0.5, "anger": 0.3, "urgency": 0.2}
    assert json.loads(json.dumps(packet)) == packet


def test_an_urgent_request_for_a_human_goes_before_a_calm_one() -> None:
    hurried = understood("mau sama orang", ("minta_agen", 0.9), mood=Mood(urgency=0.9))
    assert ticket_of(planned(written("mau sama orang"), understanding=hurried).change).priority is Priority.HIGH
    assert ticket_of(planned(written("mau sama orang")).change).priority is Priority.NORMAL


def test_words_while_a_human_has_it_go_to_the_ticket_and_start_the_wait(assigned: Snapshot) -> None:
    change = planned(written("sudah sampai mana?"), assigned, minutes=3).change
    assert change.ticket is not None
    assert (change.ticket.status, change.ticket.waiting_since) == (
        TicketStatus.ASSIGNED,
        NOON + timedelta(minutes=3),
    )
    assert said_by(change, Author.BOT) == []
    assert change.turn is not None
    assert change.turn.reason == "owned_by_agent"


def test_reassurance_goes_out_only_while_the_customer_still_waits(queued: Snapshot) -> None:
    *_, entry = planned(written("gimana?"), queued, minutes=30).change.entries
    assert entry.message.text == PHRASES.still_waiting.format(ticket="#7")
    assert [delivery.only_while for delivery in entry.deliveries] == [Owner.QUEUE]


def test_a_graver_complaint_raises_the_ticket_that_waits(queued: Snapshot) -> None:
    change = planned(written("ditipu!", first=90), queued).change
    assert change.ticket is not None
    assert (change.ticket.id, change.ticket.priority) == (7, Priority.URGENT)
    assert (change.ticket.reason, change.ticket.department) == (HandoffReason.ALARM, "keamanan")
    assert said_by(change, Author.SYSTEM) == []


def test_batal_closes_the_ticket_and_gives_the_conversation_back(queued: Snapshot) -> None:
    change = planned(written("/batal"), queued).change
    assert change.ticket is not None
    assert change.ticket.status is TicketStatus.ABANDONED
    assert (change.conversation.owner, change.conversation.ticket_id) == (Owner.BOT, None)
    assert said_by(change, Author.SYSTEM) == [PHRASES.cancelled.format(ticket="#7")]


# Presses


def test_a_press_is_answered_and_kept_as_what_stood_on_the_button() -> None:
    press = Press(press_id="p1", payload="/kurir", at=NOON)
    change = planned(one(press)).change
    assert said_by(change, Author.CUSTOMER) == ["[Pilihan kurir]"]
    assert said_by(change, Author.BOT) == ["JNE Kak"]
    (answer,) = change.deliveries
    assert (answer.address, answer.effect) == (BUDIS_CHAT, AnswerPress(press_id="p1"))


def test_a_second_press_is_answered_with_a_word_only() -> None:
    first = after(planned(one(Press(press_id="p1", payload="/kurir", at=NOON))).change)
    change = planned(one(Press(press_id="p2", payload="/kurir", at=NOON)), first).change
    assert said_by(change, Author.BOT) == []
    assert [delivery.effect for delivery in change.deliveries] == [
        AnswerPress(press_id="p2", text=PHRASES.already_answered)
    ]


def test_a_press_is_no_message_that_waits_for_an_agent(assigned: Snapshot) -> None:
    change = planned(one(Press(press_id="p1", payload="/kurir", at=NOON)), assigned).change
    assert change.ticket is not None
    assert change.ticket.waiting_since is None


@pytest.mark.parametrize(
    ("payload", "title"),
    [(NONE, "Bukan itu"), (AGENT, "Ya, panggil tim"), ("/kurir", "Pilihan kurir"), ("/setuju", "setuju"), ("/x", "/x")],
)
def test_a_press_is_told_by_its_button(payload: str, title: str) -> None:
    assert press_title(payload, KNOWLEDGE, POLICY) == title


# Edits and reach


def test_an_edit_changes_words_and_nothing_else(queued: Snapshot) -> None:
    edit = Edit(external_id="12", text="rusak parah", at=NOON)
    plan = planned(one(edit), queued)
    assert plan.decision is None
    assert plan.change == Change(
        conversation=queued.conversation, ticket=queued.ticket, edits=(edit,), done=(InboxId(40),)
    )


@pytest.mark.parametrize("reachable", [True, False])
def test_being_blocked_is_remembered(reachable: bool) -> None:
    plan = planned(one(Reachability(reachable=reachable, at=NOON)))
    assert plan.change.conversation.reachable is reachable
    assert (plan.change.entries, plan.change.turn, plan.change.episode) == ((), None, None)


def test_who_writes_is_reachable_again() -> None:
    blocked = replace(NEW, conversation=replace(NEW.conversation, reachable=False))
    assert planned(written("halo"), blocked).change.conversation.reachable


# Episodes


def test_the_first_words_open_an_episode_under_the_number_of_their_update() -> None:
    change = planned(written("halo")).change
    assert change.episode is not None
    assert (change.episode.id, change.episode.opened_at) == (40, NOON)
    assert change.conversation.episode_id == 40


def test_further_words_stay_in_the_episode() -> None:
    first = after(planned(written("halo")).change)
    change = planned(written("jam buka?", first=50), first, minutes=60 * 24).change
    assert (change.episode, change.conversation.episode_id) == (None, EpisodeId(40))


def test_words_after_a_long_silence_open_another_episode() -> None:
    first = after(planned(written("halo")).change)
    change = planned(written("jam buka?", first=50), first, minutes=60 * 24 + 1).change
    assert change.conversation.episode_id == 50
    assert change.closing == Closing(episode_id=EpisodeId(40), at=NOON, by="silence")


def test_an_open_ticket_keeps_its_episode_however_long_it_is_silent(queued: Snapshot) -> None:
    change = planned(written("halo?", first=50), queued, minutes=60 * 24 * 9).change
    assert (change.episode, change.conversation.episode_id) == (None, EpisodeId(7))


# The record


def record_of(plan: Plan) -> dict[str, Any]:
    assert plan.change.turn is not None
    return dict(plan.change.turn.record)


@pytest.mark.parametrize("words", ["jam buka?", "rusak!", "cuaca?", "jam_buka/kurir", "/status", "halo"])
def test_every_decision_leaves_a_record_that_json_can_hold(words: str) -> None:
    record = record_of(planned(written(words)))
    assert json.loads(json.dumps(record))["text"] == words


def test_the_record_explains_the_decision() -> None:
    understanding = understood("Rusak!", ("barang_rusak", 0.9), mood=Mood(anger=0.4, because=("!",)))
    record = record_of(planned(written("Rusak!"), understanding=understanding))
    assert (record["text"], record["normalized"]) == ("Rusak!", "rusak!")
    assert record["ranking"] == [{"intent": "barang_rusak", "confidence": 0.9}]
    assert (record["decision"], record["intent"], record["reason"]) == ("escalate", "barang_rusak", "complaint")
    assert record["handoff"] == {"reason": "complaint", "department": "retur"}
    assert record["thresholds"] == {"answer": 0.5, "clarify": 0.15, "margin": 0.25, "in_scope": 0.5}
    assert record["mood"]["because"] == ("!",)


def test_the_record_of_an_answer_says_what_was_said() -> None:
    assert record_of(planned(written("jam buka?")))["says"] == ["Buka jam 9"]


def test_the_record_of_a_press_says_what_was_pressed() -> None:
    question = Question(about="paket", choices=("kurir", "barang_rusak"))
    asked = replace(NEW, conversation=replace(NEW.conversation, dialogue=DialogueState(question=question)))
    record = record_of(planned(one(Press(press_id="p1", payload="/kurir", at=NOON)), asked))
    assert (record["pressed"], record["intent"], record["text"]) == ("/kurir", "kurir", "")
    assert record["asked"] == {"about": "paket", "choices": ["kurir", "barang_rusak"]}


# Trouble


def test_a_turn_that_failed_is_kept_apologised_for_and_given_to_a_human() -> None:
    change = trouble(NEW, written("jam buka?", first=9), POLICY, KNOWLEDGE, NOON)
    assert said_by(change, Author.CUSTOMER) == ["jam buka?"]
    assert change.ticket is not None
    assert (change.ticket.id, change.ticket.reason) == (9, HandoffReason.TOOL_FAILURE)
    assert said_by(change, Author.SYSTEM) == [f"{PHRASES.trouble}\n\n{PHRASES.handed_over.format(ticket='#9')}"]
    assert change.turn is not None
    assert change.turn.reason == "turn_failed"
    assert change.done == (9,)


def test_a_turn_that_failed_while_a_human_has_it_is_left_to_them(assigned: Snapshot) -> None:
    change = trouble(assigned, written("halo"), POLICY, KNOWLEDGE, NOON)
    assert said_by(change, Author.CUSTOMER) == ["halo"]
    assert said_by(change, Author.SYSTEM) == []
    assert change.ticket is not None
    assert (change.ticket.id, change.ticket.waiting_since) == (TicketId(7), NOON)


def test_the_same_arguments_give_the_same_plan(queued: Snapshot) -> None:
    for words in ("jam buka?", "rusak!", "/batal"):
        assert planned(written(words), queued) == planned(written(words), queued)


def test_a_press_that_failed_still_says_what_was_pressed() -> None:
    change = trouble(NEW, one(Press(press_id="p1", payload="/kurir", at=NOON)), POLICY, KNOWLEDGE, NOON)
    assert change.entries[0] == Entry(message=message("[Pilihan kurir]"))
