"""The parts of the inbox that need no browser: what it offers, fills in, reads once for all, and keeps of files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.console import inbox_files
from bot.console.inbox_aids import Aids
from bot.console.inbox_composer import filled
from bot.console.inbox_context import moods_of
from bot.console.inbox_dialogs import snooze_times
from bot.console.inbox_files import sent_file
from bot.console.inbox_reading import Eye, message_values, reads_of, row_values
from bot.console.pace import Paced
from bot.console.palette import offered
from bot.desk.feed import Feed
from bot.testing.memory_store import MemoryStore
from bot.testing.small_console import DEWI, SARI, small_console
from conversation.desk_ports import TicketQuery, TicketRow
from conversation.effects import OutboxStatus
from conversation.errors import Refusal
from conversation.messages import Attachment, AttachmentKind, Author, ConversationId, Message, MessageId
from conversation.phrases import INDONESIAN
from conversation.ports import HistoryRow, TurnRecord
from conversation.tickets import AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus
from tests.bot.console.conftest import Caller
from tests.browser.inbox_stage import Inbox

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TICKET = Ticket(
    id=TicketId(7),
    conversation_id=ConversationId("telegram:5"),
    status=TicketStatus.QUEUED,
    reason=HandoffReason.COMPLAINT,
    department="retur",
    priority=Priority.NORMAL,
    queued_at=NOON,
    changed_at=NOON,
    contact_name="Budi",
    packet={"text": "barang rusak"},
)
EYE = Eye(name="Sari", everybodys=False, phrases=INDONESIAN, files="/f", now=NOON.timestamp())


def names(ticket: Ticket, agent: object = SARI) -> list[str]:
    return [act.name for act in offered(ticket, agent)]  # type: ignore[arg-type]


def test_a_waiting_ticket_can_be_claimed_and_passed_on_but_not_released() -> None:
    assert names(TICKET) == ["claim", "resolve", "transfer", "return_to_bot"]


def test_a_colleagues_ticket_is_left_to_them_and_to_supervisors() -> None:
    theirs = replace(TICKET, status=TicketStatus.ASSIGNED, assignee=AgentId("console:lain"))
    assert names(theirs) == []
    assert "release" in names(theirs, DEWI)


def test_what_routing_gave_can_be_taken_on() -> None:
    given = replace(TICKET, status=TicketStatus.ASSIGNED, assignee=SARI.id, routed=True)
    assert names(given)[0] == "claim"


def test_a_closed_ticket_offers_nothing() -> None:
    assert names(replace(TICKET, status=TicketStatus.RESOLVED)) == []


def test_placeholders_are_filled_in_once() -> None:
    hostile = replace(TICKET, contact_name="{agen}")
    assert filled("{nama} {agen} {tiket} {lain}", hostile, "Sari") == "{agen} Sari #7 {lain}"


def test_this_afternoon_is_offered_only_before_it() -> None:
    zone = ZoneInfo("Asia/Jakarta")
    morning, evening = datetime(2026, 6, 1, 9, tzinfo=zone), datetime(2026, 6, 1, 17, tzinfo=zone)
    assert [each for each, _ in snooze_times(morning, "a", "b", "c")] == ["a", "b", "c"]
    assert [each for each, _ in snooze_times(evening, "a", "b", "c")] == ["a", "c"]
    assert snooze_times(evening, "a", "b", "c")[-1][1] == datetime(2026, 6, 2, 9, tzinfo=zone)


def test_a_row_shows_what_it_is_about_rather_than_what_the_system_said() -> None:
    notice = Message(author=Author.SYSTEM, text="Sudah saya teruskan", at=NOON)
    assert row_values(TicketRow(ticket=TICKET, latest=notice))["text"] == "barang rusak"


def test_agents_may_change_their_own_sent_words_for_two_days() -> None:
    said = Message(author=Author.AGENT, author_name="Sari", text="halo", at=NOON, id=MessageId(1))
    values = message_values(HistoryRow(message=said, delivery=OutboxStatus.SENT), TICKET, EYE)
    assert (values["editable"], values["deletable"]) == (True, True)
    later = replace(EYE, now=(NOON + timedelta(hours=49)).timestamp())
    assert not message_values(HistoryRow(message=said, delivery=OutboxStatus.SENT), TICKET, later)["deletable"]
    others = replace(EYE, name="Tono")
    assert not message_values(HistoryRow(message=said, delivery=OutboxStatus.SENT), TICKET, others)["editable"]
    assert not message_values(HistoryRow(message=said, delivery=OutboxStatus.FAILED), TICKET, EYE)["editable"]


def test_places_and_contacts_have_no_file_to_fetch() -> None:
    place = Attachment(kind=AttachmentKind.LOCATION, detail="-6.2,106.8", file_id="x")
    said = Message(author=Author.CUSTOMER, text="", at=NOON, id=MessageId(1), attachments=(place,))
    [file] = message_values(HistoryRow(message=said), TICKET, EYE)["files"]
    assert (file["url"], file["name"]) == ("", "-6.2,106.8")


def test_moods_are_those_of_turns_that_understood_something() -> None:
    turns = [
        TurnRecord(at=NOON, kind="answer", intent=None, reason="", record={"text": "halo", "mood": {"sentiment": 0.4}}),
        TurnRecord(at=NOON, kind="silent", intent=None, reason="", record={}),
    ]
    assert moods_of(turns) == [{"text": "halo", "sentiment": 0.4, "anger": 0.0, "urgency": 0.0}]


async def test_paced_work_begins_at_once_and_then_waits() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(len(done))

    paced = Paced(work=work, every=0.05, failed=lambda error: None)
    for _ in range(20):
        paced.ask()
    await asyncio.sleep(0.01)
    paced.ask()
    assert done == [0]
    await asyncio.sleep(0.06)
    assert done == [0, 1]
    paced.stop()


async def test_paced_work_that_waits_first_takes_together_what_came_meanwhile() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(len(done))

    paced = Paced(work=work, every=5.0, after=0.2, failed=lambda error: None)
    paced.ask()
    await asyncio.sleep(0.01)
    assert done == []
    paced.ask()
    await asyncio.sleep(0.4)
    assert done == [0]
    paced.stop()


async def test_pages_that_ask_the_same_share_one_query_until_something_happens() -> None:
    asked: list[TicketQuery] = []

    class Counting(MemoryStore):
        async def ticket_rows(self, query: TicketQuery, limit: int = 100, offset: int = 0) -> list[TicketRow]:
            asked.append(query)
            return await super().ticket_rows(query, limit, offset)

    feed = Feed()
    reads, query = reads_of(Counting(), feed), TicketQuery(unassigned=True)
    assert await asyncio.gather(*(reads.rows(query) for _ in range(50))) == [[]] * 50
    assert len(asked) == 1
    feed.missed()
    await reads.rows(query)
    assert len(asked) == 2


def test_an_upload_is_kept_once_it_is_sent(tmp_path: Path) -> None:
    name = "a" * 32
    for folder in ("new", "sent"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / name).write_bytes(b"x")
    aids = Aids(uploads=tmp_path)
    assert sent_file(aids, name) == sent_file(aids, name) == tmp_path / "sent" / name
    for wrong in ("b" * 32, "../../etc/passwd", ""):
        with pytest.raises(Refusal):
            sent_file(aids, wrong)


async def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_files, "LARGEST", 10)

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x"

    async with small_console(aids=Aids(uploads=tmp_path)) as console, httpx.AsyncClient(timeout=20) as http:
        ticket = await Inbox(console=console).ticket("Budi", "Barangnya rusak")
        caller = Caller(console, http)
        await caller.sign_in(SARI)
        url, origin = console.url(f"/inbox/tickets/{ticket.id}/uploads"), {"origin": console.address}
        bodies = (b"x" * 11, unannounced(), b"x" * 10)
        codes = [(await http.post(url, content=body, headers=origin)).status_code for body in bodies]
    assert codes == [413, 413, 200]
    [kept] = (tmp_path / "new").iterdir()
    assert kept.read_bytes() == b"x" * 10
