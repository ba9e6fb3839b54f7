"""Tickets as topics: the card, its buttons, and what of a change is shown where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.card import (
    CARD,
    CLAIM,
    RELEASE,
    RESOLVE,
    RETURN,
    SNOOZE,
    TRANSFER,
    WAKE,
    buttons_of,
    quoted,
    shortened,
)
from bot.desk.topics import TopicSurface
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_shop import PHRASES
from conversation.effects import ChangeTopic, CopyMessage, EditText, Entry, SendText
from conversation.messages import Attachment, AttachmentKind, Author, Contact, Edit, Message, MessageId
from conversation.ports import Change
from conversation.state import Conversation
from conversation.tickets import AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus

SURFACE = TopicSurface(channel="telegram", chat="-1001", phrases=PHRASES)
PACKET = {
    "said": [{"author": "customer", "text": "<b>rusak</b>"}, {"author": "bot", "text": "x" * 500}],
    "intents": [{"intent": "barang_rusak", "title": "Barang rusak", "confidence": 0.712}],
    "entities": [{"kind": "order", "value": "INV-1"}],
    "mood": {"sentiment": -0.5, "anger": 0.8, "urgency": 0.1},
}
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
    packet=PACKET,
)
CLAIMED = replace(TICKET, status=TicketStatus.ASSIGNED, assignee=AgentId("telegram:1"), assignee_name="Sari")
PLACE = SURFACE.address(TICKET)
PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="f")


def entry(author: Author, text: str, *attachments: Attachment, author_name: str = "", reply_to: str = "") -> Entry:
    message = Message(author=author, text=text, at=NOON, attachments=attachments, external_id="55", reply_to=reply_to)
    return Entry(message=replace(message, author_name=author_name))


def change(
    *entries: Entry, ticket: Ticket | None = TICKET, contact: Contact = BUDI, edits: tuple[Edit, ...] = ()
) -> Change:
    return Change(conversation=Conversation(contact=contact), ticket=ticket, entries=entries, edits=edits)


def copies(shown: Change) -> list[object]:
    return [each.effect for item in shown.entries for each in item.deliveries if each.address == PLACE]


# The card


def test_the_card_says_who_why_where_and_what_was_said() -> None:
    text = SURFACE.card(CLAIMED).text
    for line in (
        "Tiket #7 · Budi",
        "Status: ditangani · Sari",
        "Alasan: keluhan",
        "Bagian: retur",
        "Prioritas: tinggi",
        "Dugaan maksud: Barang rusak (71%)",
        "Data: order INV-1",
        "Suasana: 😠 80% · ⏰ 10%",
        "👤 <b>rusak</b>",
        "🤖 " + "x" * 300 + "…",
    ):
        assert line in text.splitlines()


def test_the_card_names_data_in_the_agents_language_and_leaves_out_unlikely_intents() -> None:
    scores = [("Paket terlambat", 0.97), ("Refund", 0.01)]
    packet = {
        "intents": [{"intent": "i", "title": title, "confidence": score} for title, score in scores],
        "entities": [{"kind": "order_number", "value": "INV-1"}, {"kind": "warna", "value": "biru"}],
    }
    lines = SURFACE.card(replace(TICKET, packet=packet)).text.splitlines()
    assert "Dugaan maksud: Paket terlambat (97%)" in lines
    assert "Data: nomor pesanan INV-1, warna biru" in lines


@pytest.mark.parametrize("packet", [{}, {"said": []}, {"mood": {"sentiment": 0.5, "anger": 0.1, "urgency": 0.1}}])
def test_the_card_leaves_out_what_is_not_known(packet: dict[str, object]) -> None:
    text = SURFACE.card(replace(TICKET, packet=packet, contact_name="", department="")).text
    assert "Tiket #7 · –" in text
    assert "Bagian: –" in text
    for missing in (PHRASES.card_intents, PHRASES.card_entities, PHRASES.card_mood):
        assert missing not in text


def test_the_longest_card_fits_into_a_message() -> None:
    said = [{"author": "customer", "text": "x" * 4096}] * 6
    intents = [{"intent": "i", "title": "T" * 64, "confidence": 0.3}] * 3
    assert len(SURFACE.card(replace(TICKET, packet={**PACKET, "said": said, "intents": intents})).text) < 4096


@pytest.mark.parametrize(
    ("status", "payloads"),
    [
        (TicketStatus.QUEUED, [CLAIM]),
        (TicketStatus.ASSIGNED, [RESOLVE, RELEASE, TRANSFER, SNOOZE, RETURN]),
        (TicketStatus.WAITING_CUSTOMER, [RESOLVE, RELEASE, TRANSFER, SNOOZE, RETURN]),
        (TicketStatus.SNOOZED, [RESOLVE, RELEASE, TRANSFER, WAKE, RETURN]),
        (TicketStatus.WRAP_UP, [RESOLVE]),
        (TicketStatus.RESOLVED, []),
        (TicketStatus.ABANDONED, []),
    ],
)
def test_the_buttons_are_what_can_be_done_now(status: TicketStatus, payloads: list[str]) -> None:
    rows = buttons_of(replace(TICKET, status=status), PHRASES, SURFACE.say)
    assert [button.payload for row in rows for button in row] == payloads


# A change


def test_a_change_without_a_ticket_is_shown_to_nobody() -> None:
    plain = change(entry(Author.CUSTOMER, "halo"), ticket=None)
    assert SURFACE.shown(plain, None) == plain


def test_a_new_ticket_is_shown_as_its_card_which_tells_the_words_already() -> None:
    shown = SURFACE.shown(change(entry(Author.CUSTOMER, "rusak!"), entry(Author.SYSTEM, "diteruskan")), None)
    assert copies(shown) == [SURFACE.card(TICKET)]
    assert shown.entries[0].deliveries[0].label == CARD
    assert shown.deliveries == ()


def test_the_photo_of_a_new_complaint_is_copied_since_the_card_cannot_show_it() -> None:
    shown = SURFACE.shown(change(entry(Author.CUSTOMER, "rusak!", PHOTO)), None)
    assert copies(shown) == [SURFACE.card(TICKET), CopyMessage(from_chat=BUDI.address, external_id="55")]


def test_later_words_are_quoted_under_who_said_them() -> None:
    shown = SURFACE.shown(
        change(
            entry(Author.CUSTOMER, "halo?"),
            entry(Author.BOT, "Buka jam 9"),
            entry(Author.AGENT, "Kami cek", author_name="Sari"),
            entry(Author.NOTE, "pelanggan lama", author_name="Dewi"),
            entry(Author.SYSTEM, "masih dalam antrean"),
        ),
        TICKET,
    )
    assert copies(shown) == [
        SendText(text="👤 halo?"),
        SendText(text="🤖 Buka jam 9"),
        SendText(text="🧑‍💼 Sari: Kami cek"),
        SendText(text="📝 Dewi: pelanggan lama"),
    ]
    assert shown.deliveries == ()


def test_what_was_typed_in_the_topic_is_not_repeated_there() -> None:
    own = replace(entry(Author.AGENT, "Kami cek"), seen_at=(PLACE, "901"))
    other = SURFACE.address(replace(TICKET, id=TicketId(8)))
    elsewhere = replace(entry(Author.AGENT, "Kami cek"), seen_at=(other, "901"))
    assert copies(SURFACE.shown(change(own, ticket=CLAIMED), CLAIMED)) == []
    assert len(copies(SURFACE.shown(change(elsewhere, ticket=CLAIMED), CLAIMED))) == 1


def test_media_of_another_channel_is_told_in_words() -> None:
    terminal = Contact(channel="terminal", address="budi", name="Budi")
    shown = SURFACE.shown(change(entry(Author.CUSTOMER, "ini", PHOTO), contact=terminal), TICKET)
    assert copies(shown) == [SendText(text="👤 [foto] ini")]


def test_a_reply_of_the_customers_hangs_on_what_it_answers() -> None:
    shown = SURFACE.shown(change(entry(Author.CUSTOMER, "yang ini", reply_to="44")), TICKET, {"44": MessageId(3)})
    (delivery,) = shown.entries[0].deliveries
    assert delivery.reply_to == 3


def test_an_edit_is_shown_with_its_mark() -> None:
    edits = (Edit(external_id="55", text="rusak parah", at=NOON), Edit(external_id="56", text="", at=NOON))
    shown = SURFACE.shown(change(edits=edits), TICKET)
    assert [each.effect for each in shown.deliveries] == [
        SendText(text="✏️ Diubah pelanggan:\nrusak parah"),
        SendText(text="✏️ Diubah pelanggan:\n–"),
    ]


def test_card_and_title_follow_the_ticket() -> None:
    shown = SURFACE.shown(change(ticket=CLAIMED), TICKET)
    card = SURFACE.card(CLAIMED)
    assert [each.effect for each in shown.deliveries] == [
        EditText(text=card.text, buttons=card.buttons),
        ChangeTopic(title="🟡 #7 · Budi · retur", closed=False),
    ]


def test_a_closed_tickets_topic_is_closed() -> None:
    shown = SURFACE.shown(change(ticket=replace(CLAIMED, status=TicketStatus.RESOLVED)), CLAIMED)
    assert shown.deliveries[-1].effect == ChangeTopic(title="✅ #7 · Budi · retur", closed=True)


def test_what_is_already_planned_comes_first() -> None:
    planned = SURFACE.shown(change(), TICKET).deliveries
    toast = SURFACE.shown(change(), None).deliveries[0]
    shown = SURFACE.shown(replace(change(ticket=CLAIMED), deliveries=(toast,)), TICKET)
    assert planned == ()
    assert shown.deliveries[0] == toast


@pytest.mark.parametrize("author", Author)
def test_everybody_has_a_mark(author: Author) -> None:
    assert quoted(author, "halo").endswith(" halo")
    assert not quoted(author, "halo").startswith(" ")


def test_short_words_stay_whole() -> None:
    assert shortened("x" * 300) == "x" * 300
