"""What was expected against what happened, on moments made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.authoring.compare import Aspect, Comparison, Moment, Turn, Utterance
from bot.authoring.script import Expectation, HasTicket, InForm, Ran, Reaction, Slots, Understood
from bot.dialogue import decision
from bot.dialogue.decision import Decision, DecisionKind
from bot.testing.manual_clock import NOON
from bot.testing.small_shop import understood
from conversation.effects import Button
from conversation.messages import ConversationId
from conversation.state import DialogueState, Filling
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId, TicketStatus

YES = Button(title="Ya", payload="/setuju")
NO = Button(title="Tidak", payload="/tolak")
STATE = DialogueState(
    slots={"nomor": "448120", "jumlah": 2.0, "foto": "photo-1", "batal": False},
    form=Filling(form="keluhan_form", asked="solusi"),
)
TICKET = Ticket(
    id=TicketId(7),
    conversation_id=ConversationId("test:pelanggan"),
    status=TicketStatus.QUEUED,
    reason=HandoffReason.COMPLAINT,
    department="retur",
    priority=Priority.HIGH,
    queued_at=NOON,
    changed_at=NOON,
    packet={"fields": [{"name": "nomor", "title": "Nomor pesanan", "value": "448120"}]},
)
MOMENT = Moment(
    turns=(
        Turn(
            decision=Decision(
                kind=DecisionKind.ESCALATE,
                reason="complaint",
                intent="barang_rusak",
                state=STATE,
                responses=("barang_rusak", "ask_solusi"),
                ran=(decision.Ran(action="action_cek"),),
            ),
            understanding=understood("rusak!", ("barang_rusak", 0.9)),
        ),
    ),
    said=(
        Utterance(text="Maaf ya Kak."),
        Utterance(text="Mau diganti, Kak?", buttons=(YES, NO)),
        Utterance(text="Foto boleh menyusul."),
    ),
    state=STATE,
    slots=STATE.slots,
    ticket=TICKET,
)


def wrong(*expected: Expectation, moment: Moment = MOMENT) -> list[tuple[Aspect, str, str, str]]:
    comparison = Comparison(moment=moment)
    found = [mismatch for each in expected for mismatch in comparison.of(each)]
    return [(each.aspect, each.name, each.expected, each.got) for each in found]


@pytest.mark.parametrize(
    "expected",
    [
        Reaction(intent="barang_rusak", kind="escalate", reason="complaint"),
        Reaction(response="ask_solusi"),
        Reaction(text="Maaf ya Kak."),
        Reaction(contains=("DIGANTI", "Kak"), buttons=("Ya", "Tidak")),
        Reaction(text="Foto boleh menyusul.", buttons=()),
        Understood(intent="barang_rusak"),
        Slots(values=(("nomor", "448120"), ("nomor", 448120), ("jumlah", 2), ("kota", None), ("batal", False))),
        Slots(filled=("foto", "batal"), other_than=(("nomor", "1"), ("kota", "Bogor"))),
        Slots(values=(("requested_slot", "solusi"),)),
        InForm(form="keluhan_form"),
        Ran(action="action_cek"),
        Ran(action="keluhan_form"),
        HasTicket(department="retur", reason="complaint", status="queued", priority="high"),
        HasTicket(fields=(("nomor", 448120),), filled=("nomor",)),
    ],
)
def test_what_is_as_expected_says_nothing(expected: Expectation) -> None:
    assert wrong(expected) == []


@pytest.mark.parametrize(
    ("expected", "mismatch"),
    [
        (Reaction(intent="salam"), (Aspect.INTENT, "", "salam", "barang_rusak")),
        (Reaction(kind="answer"), (Aspect.KIND, "", "answer", "escalate")),
        (Reaction(reason="chosen"), (Aspect.REASON, "", "chosen", "complaint")),
        (Reaction(response="salam"), (Aspect.RESPONSE, "", "utter_salam", "utter_barang_rusak, utter_ask_solusi")),
        (Reaction(contains=("kurir",)), (Aspect.CONTAINS, "", "kurir", "\n".join(each.text for each in MOMENT.said))),
        (Reaction(contains=("diganti",), buttons=("Ya",)), (Aspect.BUTTONS, "", "[Ya]", "[Ya] [Tidak]")),
        (Reaction(silent=True), (Aspect.SILENT, "", "", "\n".join(each.text for each in MOMENT.said))),
        (Understood(intent="salam"), (Aspect.INTENT, "", "salam", "barang_rusak")),
        (Slots(values=(("nomor", "TN-1"),)), (Aspect.SLOT, "nomor", "TN-1", "448120")),
        (Slots(values=(("nomor", None),)), (Aspect.SLOT, "nomor", "", "448120")),
        (Slots(values=(("batal", 0),)), (Aspect.SLOT, "batal", "0", "false")),
        (Slots(filled=("kota",)), (Aspect.SLOT, "kota", "…", "")),
        (Slots(other_than=(("nomor", "448120"),)), (Aspect.SLOT, "nomor", "≠ 448120", "448120")),
        (InForm(form=""), (Aspect.FORM, "", "", "keluhan_form")),
        (Ran(action="action_bayar"), (Aspect.ACTION, "", "action_bayar", "keluhan_form, action_cek")),
        (HasTicket(department="umum"), (Aspect.TICKET, "department", "umum", "retur")),
        (HasTicket(fields=(("nomor", "TN-1"),)), (Aspect.TICKET, "nomor", "TN-1", "448120")),
        (HasTicket(filled=("foto",)), (Aspect.TICKET, "foto", "…", "")),
        (HasTicket(none=True), (Aspect.TICKET, "", "", "complaint, retur")),
    ],
)
def test_what_is_not_as_expected_says_what_came_instead(
    expected: Expectation, mismatch: tuple[Aspect, str, str, str]
) -> None:
    assert wrong(expected) == [mismatch]


def test_a_text_is_compared_with_the_message_that_is_nearest_to_it() -> None:
    expected = Reaction(text="Mau ditukar, Kak?", buttons=("Ya", "Tidak"))
    assert wrong(expected) == [(Aspect.TEXT, "", "Mau ditukar, Kak?", "Mau diganti, Kak?")]


def test_messages_are_expected_in_the_order_in_which_they_were_said() -> None:
    first, second, third = (Reaction(contains=(word,)) for word in ("maaf", "diganti", "foto"))
    assert wrong(first, second, third) == []
    assert wrong(first, third) == [], "what is not mentioned may be said"
    assert [each[0] for each in wrong(third, first)] == [Aspect.CONTAINS]


def test_a_response_that_was_said_once_is_not_found_twice() -> None:
    once = Reaction(response="ask_solusi")
    assert [each[0] for each in wrong(once, once)] == [Aspect.RESPONSE]


def test_a_closed_ticket_is_no_open_one() -> None:
    closed = replace(MOMENT, ticket=replace(TICKET, status=TicketStatus.RESOLVED))
    assert wrong(HasTicket(none=True), HasTicket(status="resolved"), moment=closed) == []


def test_where_the_bot_did_nothing_nothing_is_as_expected_but_silence() -> None:
    nothing = Moment()
    assert wrong(Reaction(silent=True), HasTicket(none=True), InForm(form=""), moment=nothing) == []
    expected = (
        Reaction(intent="salam"),
        Reaction(text="Halo"),
        Reaction(response="salam"),
        HasTicket(department="umum"),
    )
    assert [each[3] for each in wrong(*expected, moment=nothing)] == ["", "", "", ""]
