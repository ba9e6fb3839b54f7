"""The use cases of the desk, as plain functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import pytest

from conversation.effects import Address, CopyMessage, EditText, SendText
from conversation.errors import Refusal
from conversation.messages import Attachment, AttachmentKind, Author, Contact, Message, MessageId
from conversation.phrases import INDONESIAN, Phrases, addressed
from conversation.state import Closing, Conversation, EpisodeId, Owner
from conversation.tickets import CLOSED, Agent, AgentId, HandoffReason, Priority, TicketId, TicketStatus
from handoff import desk, passing
from handoff.desk import Case
from handoff.policy import Department
from handoff.tickets import open_ticket

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
PHRASES = addressed(INDONESIAN, "Kak")
SARI = Agent(id=AgentId("telegram:1"), name="Sari")
DEWI = Agent(id=AgentId("telegram:2"), name="Dewi")
BUDIS_CHAT = Address(channel="telegram", chat="5512345")


def words(text: str, *attachments: Attachment) -> Message:
    return Message(author=Author.AGENT, text=text, at=LATER, attachments=attachments)


@pytest.fixture
def queued() -> Case:
    conversation, ticket = open_ticket(
        Conversation(contact=Contact(channel="telegram", address="5512345", name="Budi")),
        ticket_id=TicketId(7),
        reason=HandoffReason.COMPLAINT,
        department="retur",
        priority=Priority.HIGH,
        packet={},
        now=NOW,
    )
    return Case(conversation=conversation, ticket=ticket)


@pytest.fixture
def claimed(queued: Case) -> Case:
    return clean(desk.claim(queued, SARI, PHRASES, LATER))


@pytest.fixture
def closed(claimed: Case) -> Case:
    return clean(desk.resolve(claimed, SARI, PHRASES, LATER))


def clean(case: Case) -> Case:
    """The case as the next use case loads it."""
    return replace(case, entries=(), deliveries=())


def told(case: Case) -> list[str]:
    """What the customer reads of a case."""
    return [
        delivery.effect.text
        for entry in case.entries
        for delivery in entry.deliveries
        if delivery.address == BUDIS_CHAT and isinstance(delivery.effect, SendText)
    ]


# Claim


def test_a_claim_gives_the_conversation_to_the_agent_and_tells_the_customer(queued: Case) -> None:
    case = desk.claim(queued, SARI, PHRASES, LATER)
    assert (case.ticket.status, case.ticket.assignee, case.ticket.assignee_name) == (
        TicketStatus.ASSIGNED,
        SARI.id,
        "Sari",
    )
    assert (case.conversation.owner, case.conversation.ticket_id) == (Owner.AGENT, TicketId(7))
    assert told(case) == ["Kak, sekarang dibantu langsung oleh Sari."]
    assert case.ticket.changed_at == LATER


def test_a_claim_is_no_answer_so_the_customer_still_waits(queued: Case) -> None:
    assert desk.claim(queued, SARI, PHRASES, LATER).ticket.waiting_since == NOW


def test_of_two_who_claim_the_second_is_told_who_was_first(claimed: Case) -> None:
    with pytest.raises(Refusal, match="Sudah diambil Sari"):
        desk.claim(claimed, DEWI, PHRASES, LATER)


def test_claiming_twice_changes_nothing(claimed: Case) -> None:
    assert desk.claim(claimed, SARI, PHRASES, LATER) == claimed


# Reply


def test_a_reply_reaches_the_customer_and_silences_the_bot(claimed: Case) -> None:
    case = desk.reply(claimed, SARI, words("Kami cek ya"), PHRASES, LATER)
    assert told(case) == ["Kami cek ya"]
    assert (case.entries[0].message.author, case.entries[0].message.author_name) == (Author.AGENT, "Sari")
    assert case.conversation.owner is Owner.AGENT
    assert case.ticket.status is TicketStatus.WAITING_CUSTOMER


def test_a_reply_claims_a_ticket_that_nobody_has(queued: Case) -> None:
    case = desk.reply(queued, SARI, words("Kami cek ya"), PHRASES, LATER)
    assert case.ticket.assignee == SARI.id
    assert case.conversation.owner is Owner.AGENT
    assert told(case) == ["Kak, sekarang dibantu langsung oleh Sari.", "Kami cek ya"]


def test_a_colleagues_reply_is_theirs_and_the_ticket_stays_where_it_is(claimed: Case) -> None:
    case = desk.reply(claimed, DEWI, words("Saya bantu ya"), PHRASES, LATER)
    assert case.ticket.assignee == SARI.id
    assert case.entries[0].message.author_name == "Dewi"


def test_a_reply_ends_the_customers_wait_and_their_next_words_begin_another(claimed: Case) -> None:
    replied = clean(desk.reply(claimed, SARI, words("Kami cek ya"), PHRASES, LATER))
    assert replied.ticket.waiting_since is None
    wrote = desk.customer_wrote(replied, LATER + timedelta(minutes=1))
    assert wrote.ticket.waiting_since == LATER + timedelta(minutes=1)
    again = desk.customer_wrote(wrote, LATER + timedelta(minutes=9))
    assert again.ticket.waiting_since == LATER + timedelta(minutes=1)
    assert again.ticket.status is TicketStatus.ASSIGNED


def test_media_is_copied_instead_of_told(claimed: Case) -> None:
    copy = CopyMessage(from_chat="-1001", external_id="55")
    photo = Attachment(kind=AttachmentKind.PHOTO, file_id="f")
    case = desk.reply(claimed, SARI, words("", photo), PHRASES, LATER, copy_of=copy, reply_to=MessageId(3))
    (delivery,) = case.entries[0].deliveries
    assert (delivery.effect, delivery.reply_to) == (copy, MessageId(3))


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_reply_is_refused(claimed: Case, text: str) -> None:
    with pytest.raises(Refusal, match="kosong"):
        desk.reply(claimed, SARI, words(text), PHRASES, LATER)


def test_a_correction_replaces_what_the_customer_read(claimed: Case) -> None:
    (delivery,) = desk.correct(claimed, MessageId(3), "Besok, bukan lusa").deliveries
    assert (delivery.address, delivery.about) == (BUDIS_CHAT, MessageId(3))
    assert delivery.effect == EditText(text="Besok, bukan lusa")


# Note


def test_a_note_is_for_colleagues_and_changes_nothing(claimed: Case) -> None:
    case = desk.note(claimed, DEWI, words("pelanggan lama"), PHRASES)
    assert [(e.message.author, e.message.author_name, e.deliveries) for e in case.entries] == [
        (Author.NOTE, "Dewi", ())
    ]
    assert (case.conversation, case.ticket) == (claimed.conversation, claimed.ticket)


def test_a_closed_ticket_takes_notes(closed: Case) -> None:
    assert desk.note(closed, SARI, words("lihat #9"), PHRASES).ticket == closed.ticket


def test_an_empty_note_is_refused_but_a_photo_is_enough(claimed: Case) -> None:
    with pytest.raises(Refusal):
        desk.note(claimed, SARI, words(" "), PHRASES)
    assert desk.note(claimed, SARI, words("", Attachment(kind=AttachmentKind.PHOTO)), PHRASES).entries


# Labels, snoozes, the wrap-up


def test_labels_replace_those_before_without_blanks_and_doubles(closed: Case) -> None:
    case = desk.label(closed, SARI, ["rusak", " kurir ", "", "rusak"])
    assert case.ticket.labels == ("rusak", "kurir")
    assert desk.label(case, SARI, []).ticket.labels == ()


def test_a_snoozed_ticket_wakes_when_its_time_has_come_and_not_before(claimed: Case) -> None:
    until = LATER + timedelta(hours=2)
    snoozed = clean(desk.snooze(claimed, SARI, until, PHRASES, LATER))
    assert (snoozed.ticket.status, snoozed.ticket.snoozed_until) == (TicketStatus.SNOOZED, until)
    assert desk.woken(snoozed, until - timedelta(seconds=1)) == snoozed
    woken = desk.woken(snoozed, until)
    assert (woken.ticket.status, woken.ticket.snoozed_until, woken.ticket.assignee) == (
        TicketStatus.ASSIGNED,
        None,
        SARI.id,
    )
    assert told(woken) == []


def test_a_snoozed_ticket_wakes_by_the_customers_words_or_its_agents_wish(claimed: Case) -> None:
    snoozed = clean(desk.snooze(claimed, SARI, LATER + timedelta(hours=2), PHRASES, LATER))
    for case in (desk.customer_wrote(snoozed, LATER), desk.wake(snoozed, SARI, LATER)):
        assert (case.ticket.status, case.ticket.snoozed_until) == (TicketStatus.ASSIGNED, None)


def test_nothing_can_be_put_off_until_yesterday(claimed: Case) -> None:
    with pytest.raises(Refusal, match="akan datang"):
        desk.snooze(claimed, SARI, LATER, PHRASES, LATER)


def test_what_is_not_snoozed_is_not_woken(claimed: Case) -> None:
    assert desk.woken(claimed, LATER) == claimed
    with pytest.raises(Refusal, match="status tiket ini ditangani"):
        desk.wake(claimed, SARI, LATER)


def test_the_wrap_up_is_for_the_agent_alone_until_the_customer_writes_again(claimed: Case) -> None:
    finished = desk.finish(claimed, SARI, LATER)
    assert (finished.ticket.status, finished.ticket.finished_at, told(finished)) == (TicketStatus.WRAP_UP, LATER, [])
    wrote = desk.customer_wrote(finished, LATER)
    assert (wrote.ticket.status, wrote.ticket.finished_at) == (TicketStatus.ASSIGNED, None)


def test_the_books_say_when_it_was_taken_answered_and_closed_and_for_how_long_it_was_the_agents_turn(
    queued: Case,
) -> None:
    minute = timedelta(minutes=1)
    claimed = desk.claim(queued, SARI, PHRASES, NOW + minute)
    replied = desk.reply(claimed, SARI, words("Kami cek ya"), PHRASES, NOW + 3 * minute)
    again = desk.reply(replied, SARI, words("Sudah ya"), PHRASES, NOW + 9 * minute)
    wrote = desk.customer_wrote(again, NOW + 10 * minute)
    closed = desk.resolve(desk.finish(wrote, SARI, NOW + 15 * minute), SARI, PHRASES, NOW + 20 * minute).ticket
    assert (closed.assigned_at, closed.replied_at, closed.finished_at, closed.closed_at) == (
        NOW + minute,
        NOW + 3 * minute,
        NOW + 15 * minute,
        NOW + 20 * minute,
    )
    assert closed.handled_seconds == 7 * 60


# Release, resolve, return


def test_a_released_ticket_waits_again_in_its_old_place(claimed: Case) -> None:
    case = desk.release(claimed, SARI, PHRASES, LATER)
    assert (case.ticket.status, case.ticket.assignee, case.ticket.assignee_name) == (TicketStatus.QUEUED, None, "")
    assert (case.ticket.queued_at, case.ticket.waiting_since) == (NOW, NOW)
    assert case.conversation.owner is Owner.QUEUE
    assert told(case) == ["Kak, laporannya kami alihkan ke rekan lain. Mohon tunggu sebentar ya."]


def test_what_nobody_holds_cannot_be_released(queued: Case) -> None:
    with pytest.raises(Refusal, match="#7 dilepas ke antrean"):
        desk.release(queued, SARI, PHRASES, LATER)


def test_a_resolved_ticket_gives_the_conversation_back_to_the_bot(claimed: Case) -> None:
    case = desk.resolve(claimed, SARI, PHRASES, LATER, "barang diganti")
    assert (case.ticket.status, case.ticket.resolution) == (TicketStatus.RESOLVED, "barang diganti")
    assert (case.ticket.assignee, case.ticket.waiting_since) == (SARI.id, None)
    assert (case.conversation.owner, case.conversation.ticket_id) == (Owner.BOT, None)
    assert told(case)[0].startswith("Laporan #7 sudah selesai")


def test_the_end_of_a_ticket_ends_its_episode_unless_the_bot_goes_on(claimed: Case) -> None:
    running = replace(claimed, conversation=replace(claimed.conversation, episode_id=EpisodeId(3)))
    resolved = desk.resolve(running, SARI, PHRASES, LATER)
    assert resolved.closing is not None
    assert resolved.closing == Closing(episode_id=EpisodeId(3), at=LATER, by="agent", metrics=resolved.closing.metrics)
    assert (resolved.closing.metrics.by_bot, resolved.closing.metrics.agent) == (False, SARI.id)
    assert resolved.conversation.episode_id is None
    returned = desk.return_to_bot(running, SARI, PHRASES, LATER)
    assert (returned.closing, returned.conversation.episode_id) == (None, EpisodeId(3))


def test_returning_to_the_bot_is_not_resolving(claimed: Case) -> None:
    case = desk.return_to_bot(claimed, SARI, PHRASES, LATER, "cuma tanya jam buka")
    assert (case.ticket.status, case.ticket.resolution) == (TicketStatus.RETURNED_TO_BOT, "cuma tanya jam buka")
    assert case.conversation.owner is Owner.BOT


def test_who_closes_a_ticket_that_nobody_had_is_its_agent(queued: Case) -> None:
    assert desk.resolve(queued, SARI, PHRASES, LATER).ticket.assignee_name == "Sari"


def test_a_resolved_ticket_keeps_its_reason_and_gets_more_labels(claimed: Case) -> None:
    labelled = desk.label(claimed, SARI, ["rusak"])
    ticket = desk.resolve(labelled, SARI, PHRASES, LATER, "diganti", ["rusak", "kurir"]).ticket
    assert (ticket.resolution, ticket.labels) == ("diganti", ("rusak", "kurir"))


def test_where_the_department_asks_how_it_was_it_asks_at_the_end_of_the_episode(claimed: Case) -> None:
    asking = replace(claimed, rules=Department(name="retur", survey=True))
    assert len(told(desk.resolve(asking, SARI, PHRASES, LATER))) == 1
    running = replace(asking, conversation=replace(claimed.conversation, episode_id=EpisodeId(3)))
    assert told(desk.resolve(running, SARI, PHRASES, LATER))[1].startswith("Bagaimana pelayanan kami, Kak?")
    assert len(told(desk.return_to_bot(running, SARI, PHRASES, LATER))) == 1
    assert len(told(desk.resolve(replace(running, rules=Department()), SARI, PHRASES, LATER))) == 1


UseCase = Callable[[Case, Agent], Case]
OWN_ONLY: list[UseCase] = [
    lambda case, agent: desk.release(case, agent, PHRASES, LATER),
    lambda case, agent: desk.resolve(case, agent, PHRASES, LATER),
    lambda case, agent: desk.return_to_bot(case, agent, PHRASES, LATER),
    lambda case, agent: desk.snooze(case, agent, LATER + timedelta(hours=1), PHRASES, LATER),
    lambda case, agent: desk.finish(case, agent, LATER),
]


@pytest.mark.parametrize("use_case", OWN_ONLY)
def test_a_colleagues_ticket_can_be_neither_put_away_nor_closed(claimed: Case, use_case: UseCase) -> None:
    with pytest.raises(Refusal, match="dipegang Sari"):
        use_case(claimed, DEWI)


@pytest.mark.parametrize(
    "use_case",
    [
        *OWN_ONLY,
        lambda case, agent: desk.claim(case, agent, PHRASES, LATER),
        lambda case, agent: desk.reply(case, agent, words("halo"), PHRASES, LATER),
        lambda case, agent: desk.customer_cancelled(case, PHRASES, LATER),
    ],
)
@pytest.mark.parametrize("status", sorted(CLOSED, key=attrgetter("value")))
def test_a_closed_ticket_is_closed(closed: Case, use_case: UseCase, status: TicketStatus) -> None:
    with pytest.raises(Refusal, match="sudah ditutup"):
        use_case(replace(closed, ticket=replace(closed.ticket, status=status)), SARI)


# The customer


def test_a_customer_can_call_off_what_still_waits(queued: Case) -> None:
    case = desk.customer_cancelled(queued, PHRASES, LATER)
    assert (case.ticket.status, case.ticket.waiting_since) == (TicketStatus.ABANDONED, None)
    assert case.conversation.owner is Owner.BOT
    assert told(case) == ["Baik Kak, laporan #7 dibatalkan. Kalau perlu lagi, tulis saja di sini."]


def test_a_customer_cannot_call_off_what_an_agent_works_on(claimed: Case) -> None:
    with pytest.raises(Refusal, match="Laporan #7 sedang ditangani oleh Sari, Kak"):
        desk.customer_cancelled(claimed, PHRASES, LATER)


def test_a_customer_can_go_back_to_the_bot_instead_of_waiting(queued: Case) -> None:
    case = desk.customer_back_to_bot(queued, PHRASES, LATER)
    assert (case.ticket.status, case.conversation.owner, case.closing) == (
        TicketStatus.RETURNED_TO_BOT,
        Owner.BOT,
        None,
    )
    assert told(case) == ["Kak, percakapan ini saya lanjutkan ya. Ada lagi yang bisa saya bantu?"]


@pytest.mark.parametrize("use_case", [desk.customer_cancelled, desk.customer_back_to_bot])
def test_what_routing_gave_to_somebody_still_waits_in_the_customers_eyes(
    queued: Case, use_case: Callable[[Case, Phrases, datetime], Case]
) -> None:
    assigned = passing.assign(queued, SARI, LATER)
    case = use_case(assigned, PHRASES, LATER)
    assert (case.ticket.assignee, case.ticket.is_open) == (None, False)
    with pytest.raises(Refusal, match="ditangani oleh Sari"):
        use_case(desk.claim(assigned, SARI, PHRASES, LATER), PHRASES, LATER)
