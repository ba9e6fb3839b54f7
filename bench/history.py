"""Years of history for a store, made in the database itself. Used by `bench/growth.py`; measures nothing.

Every row is a plain function of its number, so that two fillings of the same size are the same. The turns of all
contacts are interleaved, as far apart as they can be: what one contact said lies all over the file, which is the
worst case for every cache. The functions commit as they go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    Text,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)

from bot.storage import rows
from bot.storage.search_index import FTS5_FILL
from bot.storage.tables import conversations, episodes, inbox, messages, outbox, tickets, turns
from conversation.effects import Address, Delivery, OutboxStatus, SendText
from conversation.messages import Author, Contact, ConversationId, Message
from conversation.ports import TurnRecord, Update
from conversation.state import Conversation, Owner
from conversation.tickets import Deadlines, HandoffReason, Priority, Ticket, TicketId, TicketStatus

BEGUN = datetime(2024, 3, 14, 5, 0, tzinfo=UTC)
STRIDE = 7_919
"""The prime that spreads the turns over the contacts; their number must not be a multiple of it."""

BATCH = 50_000
_GROWING = "('inbox', 'messages', 'turns', 'outbox')"
_INDEXES = {
    "sqlite": f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN {_GROWING} AND sql NOT NULL",
    "postgresql": (
        "SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE schemaname = current_schema()"
        f" AND tablename IN {_GROWING} AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    ),
}
"""The indexes of the tables that grow, but for those of their keys."""

SAID = (
    "min jam buka hari minggu brp ya",
    "pesanan sy blm nyampe kak, udah seminggu",
    "ongkir ke surabaya brp",
    "bisa cod ga kak?",
    "mau retur, ukurannya kekecilan",
    "barangnya rusak pas dibuka, tolong dicek",
    "udah transfer tapi blm dikonfirmasi",
    "stok warna hitam masih ada?",
    "alamat tokonya di mana ya",
    "refund kapan masuk rekening",
    "bisa ganti alamat pengiriman ga",
    "makasih banyak ya kak",
)
ANSWERS = (
    "Kami buka setiap hari jam 09.00–21.00 WIB, Kak. Hari Minggu juga buka, ya.",
    "Ongkos kirim dihitung dari berat dan kota tujuan; rinciannya tampil sebelum Kakak membayar.",
    "Maaf atas kejadian ini, Kak. Boleh kirim foto barang dan nomor pesanannya?",
    "Dana kembali dalam 3 hari kerja setelah barang kami terima, Kak.",
    "Bisa, Kak. Silakan balas dengan alamat baru yang lengkap sebelum paket dikirim.",
)
RECORD = {
    "text": SAID[0],
    "normalized": "admin jam buka hari minggu berapa ya",
    "ranking": [["jam_buka", 0.93], ["alamat_toko", 0.03], ["salam", 0.01]],
    "thresholds": {"answer": 0.6, "clarify": 0.35},
    "answer": "jam_buka/1",
}
Number = ColumnElement[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much there is: messages are twice the turns. Every second ticket waits, the others are resolved."""

    contacts: int
    tickets: int
    messages: int


def people(connection: Connection, size: Size) -> None:
    """Write contacts, numbered from 1, with an episode each, and the tickets of the first of them."""
    for first, last in _batches(1, size.contacts):
        talk = Conversation(contact=_contact(1), last_at=BEGUN)
        plain = rows.conversation_values(talk) | {"version": 1}
        _write(connection, conversations, first, last, plain, _of_contact)
        episode = {"conversation_id": "", "opened_at": BEGUN, "closed_at": BEGUN, "closed_by": "bot"}
        _write(connection, episodes, first, last, episode, lambda n: {"id": n, "conversation_id": _talk(n)})
        connection.commit()
    for first, last in _batches(1, size.tickets):
        made = [ticket(number) for number in range(first, last + 1)]
        written = [rows.ticket_values(each) | rows.topic_values(None) | {"id": each.id} for each in made]
        connection.execute(insert(tickets), written)
    waits = (cast(conversations.c.address, BigInteger) <= size.tickets) & (
        cast(conversations.c.address, BigInteger) % 2 == 1
    )
    has = {"owner": Owner.QUEUE.value, "ticket_id": cast(conversations.c.address, BigInteger)}
    connection.execute(conversations.update().where(waits).values(has))
    connection.commit()


def talk(connection: Connection, size: Size, first: int, last: int, progress: Callable[[int], None]) -> None:
    """Write the turns of these numbers, each with an update, two messages, a decision record and a delivery.

    Indexes are put aside meanwhile, and made anew in one go.
    """
    indexes = connection.execute(text(_INDEXES[connection.dialect.name])).all()
    for index in indexes:
        connection.execute(text(f"DROP INDEX {index.name}"))
    before = connection.execute(select(func.coalesce(func.max(messages.c.id), 0))).scalar_one() - 2 * (first - 1)
    for begin, end in _batches(first, last):
        _turns(connection, size, begin, end, before)
        connection.commit()
        progress(end)
    for index in indexes:
        connection.exec_driver_sql(index.sql)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(FTS5_FILL)
    else:
        for table in (inbox, messages, turns, outbox):
            last_id = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last_id)))
    connection.commit()


def ticket(number: int) -> Ticket:
    """A ticket of the contact of the same number: odd ones wait, even ones are resolved."""
    queued = BEGUN + timedelta(minutes=number)
    waits = number % 2 == 1
    return Ticket(
        id=TicketId(number),
        conversation_id=_contact(number).conversation_id,
        status=TicketStatus.QUEUED if waits else TicketStatus.RESOLVED,
        reason=HandoffReason.COMPLAINT,
        department=("pengaduan", "pembayaran", "pengiriman", "retur", "umum")[number % 5],
        priority=tuple(Priority)[number % len(Priority)],
        queued_at=queued,
        changed_at=queued,
        contact_name=f"Pelanggan {number}",
        waiting_since=queued if waits else None,
        packet={"intents": [["rusak", 0.8]], "mood": {"anger": 0.4}, "tried": ["retur/1"]},
        closed_at=None if waits else queued,
        deadlines=Deadlines(resolution=queued + timedelta(hours=4)) if waits else Deadlines(),
    )


def _turns(connection: Connection, size: Size, first: int, last: int, before: int) -> None:
    """Write some turns; the messages of the first of all have the numbers after `before`."""
    answer = Delivery(
        address=Address(channel="telegram", chat=""), effect=SendText(text=ANSWERS[0]), only_while=Owner.BOT
    )
    update = Update(channel="telegram", key="", lane="", payload="", received_at=BEGUN)
    record = TurnRecord(at=BEGUN, kind="answer", intent="jam_buka", reason="confident", record=RECORD, duration_us=850)
    nobody = ConversationId("")

    def contact(turn: Number) -> Number:
        return (turn * STRIDE) % size.contacts + 1

    def taken_in(turn: Number) -> Mapping[str, Any]:
        payload = _joined('{"update_id": ', turn, ', "message": {"text": "', _one_of(SAID, turn), '", "from": {"id": ')
        return {
            "key": _joined("message:", contact(turn), ":", turn),
            "lane": _talk(contact(turn)),
            "update_id": turn,
            "payload": payload.concat(_joined(contact(turn), "}}}")),
            "done_at": literal(BEGUN, inbox.c.done_at.type),
        }

    def spoken(number: Number) -> Mapping[str, Any]:
        turn = (number + 1) // 2
        asked = number % 2 == 1
        words = case((asked, _joined(_one_of(SAID, turn), " ", turn)), else_=_one_of(ANSWERS, turn))
        return {
            "id": number + before,
            "conversation_id": _talk(contact(turn)),
            "author": case((asked, Author.CUSTOMER.value), else_=Author.BOT.value),
            "text": words,
            "external_id": cast(number, Text),
        }

    def sent(turn: Number) -> Mapping[str, Any]:
        return {
            "conversation_id": _talk(contact(turn)),
            "message_id": turn * 2 + before,
            "chat": cast(contact(turn), Text),
            "external_id": cast(turn * 2, Text),
        }

    message = rows.message_values(nobody, Message(author=Author.CUSTOMER, text="", at=BEGUN))
    delivery = rows.outbox_values(nobody, answer, None, OutboxStatus.SENT) | {"attempts": 1}
    _write(connection, inbox, first, last, rows.inbox_values(update), taken_in)
    _write(connection, messages, 2 * first - 1, 2 * last, message, spoken)
    _write(
        connection,
        turns,
        first,
        last,
        rows.turn_values(nobody, record),
        lambda turn: {"conversation_id": _talk(contact(turn))},
    )
    _write(connection, outbox, first, last, delivery, sent)


def _write(
    connection: Connection,
    table: Table,
    first: int,
    last: int,
    values: Mapping[str, Any],
    own: Callable[[Number], Mapping[str, Any]],
) -> None:
    """Write the rows of these numbers: `values` in all of them, but for what each has as its `own`."""
    numbers = select(literal(first, BigInteger).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < last))
    same = {name: literal(value, table.c[name].type) for name, value in values.items()}
    filled = {**same, **own(numbers.c.n)}
    connection.execute(insert(table).from_select(list(filled), select(*filled.values()).select_from(numbers)))


def _of_contact(number: Number) -> Mapping[str, Any]:
    return {"id": _talk(number), "address": cast(number, Text), "name": _joined("Pelanggan ", number)}


def _contact(number: int) -> Contact:
    return Contact(channel="telegram", address=str(number), name=f"Pelanggan {number}")


def _talk(number: Number) -> ColumnElement[str]:
    """The id of the conversation of a contact."""
    return _joined("telegram:", number)


def _joined(*parts: str | ColumnElement[Any]) -> ColumnElement[str]:
    words = [literal(part, Text) if isinstance(part, str) else cast(part, Text) for part in parts]
    joined: ColumnElement[str] = words[0]
    for word in words[1:]:
        joined = joined.concat(word)
    return joined


def _one_of(texts: tuple[str, ...], number: Number) -> ColumnElement[str]:
    return case({index: literal(words, Text) for index, words in enumerate(texts)}, value=number % len(texts))


def _batches(first: int, last: int) -> list[tuple[int, int]]:
    return [(begin, min(begin + BATCH - 1, last)) for begin in range(first, last + 1, BATCH)]
