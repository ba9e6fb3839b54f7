"""The inbox as open pages use it: what many of them ask together, how one of them reads back, and in whose time."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from fastapi import Request
from nicegui import Client, ui
from nicegui.page import page as nicegui_page

from bot.console import inbox_reading
from bot.console.context import Context
from bot.console.inbox_reading import reads_of
from bot.console.inbox_talk import BY_SCROLLING, MORE, PAGE, TalkPane
from bot.console.pace import Paced
from bot.console.parts import Visit
from bot.console.profile_page import choose_zone
from bot.desk.feed import Feed
from bot.testing.memory_store import MemoryStore
from bot.testing.small_console import SARI, SmallConsole, small_console
from bot.watching import watched
from conversation.effects import Entry
from conversation.errors import SettingError, StorageError
from conversation.messages import Author, Contact, Message
from conversation.ports import Change
from conversation.state import Conversation
from conversation.tickets import Agent, AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus
from tests.browser.inbox_stage import Inbox

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@contextmanager
def page_of(console: SmallConsole, agent: Agent) -> Iterator[Context]:
    """An open page of somebody's."""
    request = Request({"type": "http", "method": "GET", "path": "/desk/", "root_path": "/desk", "headers": []})
    with Client(nicegui_page("/"), request=request) as client:
        ui.label("")
        yield Context(console.console.parts, Visit(token_hash="", agent_id=agent.id), client)
    client.delete()


def waiting(number: int) -> tuple[Conversation, Ticket]:
    """A new customer who waits for anybody."""
    contact = Contact(channel="telegram", address=str(number))
    ticket = Ticket(
        id=TicketId(number),
        conversation_id=contact.conversation_id,
        status=TicketStatus.QUEUED,
        reason=HandoffReason.COMPLAINT,
        department="retur",
        priority=Priority.NORMAL,
        queued_at=NOON,
        changed_at=NOON,
    )
    return Conversation(contact=contact), ticket


class CountingStore(MemoryStore):
    """A store that writes down when it was asked for which counts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[frozenset[str] | None, list[float]] = defaultdict(list)

    async def ticket_counts(self, departments: frozenset[str] | None) -> Mapping[str, int]:
        self.asked[departments].append(time.monotonic())
        found = await super().ticket_counts(departments)
        await asyncio.sleep(0.005)  # What is committed from here on is not in the answer.
        return found


async def test_fifty_pages_count_seldom_while_much_happens_and_rightly_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every = 0.15
    monkeypatch.setattr(inbox_reading, "COUNT_EVERY", every)
    counting, feed = CountingStore(), Feed()
    store = watched(counting, [feed])
    reads, shown, failures = reads_of(store, feed), dict[int, int](), list[Exception]()

    def page(number: int) -> Paced:
        async def count() -> None:
            visible = None if number % 2 else frozenset({"retur"})
            counts, settled = await reads.counts(visible, AgentId(f"console:{number}"))
            shown[number] = counts["unassigned"]
            if not settled:
                paced.ask()

        paced = Paced(work=count, every=every, failed=failures.append)
        return paced

    pages = [page(number) for number in range(50)]
    for number in range(1, 61):
        conversation, ticket = waiting(number)
        await store.commit(Change(conversation=conversation, ticket=ticket))
        for each in pages:
            each.ask()
        await asyncio.sleep(0.01)
    await asyncio.sleep(3 * every)
    assert failures == []
    assert shown == dict.fromkeys(range(50), 60)
    assert len(counting.asked) == 2
    for times in counting.asked.values():
        assert all(later - earlier >= every * 0.95 for earlier, later in pairwise(times))
    for each in pages:
        each.stop()


async def test_counts_that_cannot_be_had_are_asked_for_again() -> None:
    class Failing(MemoryStore):
        fails = True

        async def ticket_counts(self, departments: frozenset[str] | None) -> Mapping[str, int]:
            if self.fails:
                raise StorageError("the disk is gone")
            return await super().ticket_counts(departments)

    store = Failing()
    reads = reads_of(store, Feed())
    with pytest.raises(StorageError):
        await reads.counts(None, SARI.id)
    store.fails = False
    assert (await reads.counts(None, SARI.id))[1]


async def test_older_messages_are_loaded_page_by_page_and_in_larger_pages_where_somebody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, Any]] = []
    async with small_console() as console:
        inbox = Inbox(console=console)
        await console.console.inside()
        ticket = await inbox.ticket("Budi", "Barangnya rusak")
        conversation = (await console.store.load(inbox.contacts["Budi"])).conversation
        said = [Entry(message=Message(author=Author.CUSTOMER, text=f"kata {n}", at=NOON)) for n in range(2_000)]
        await console.store.commit(Change(conversation=conversation, entries=tuple(said)))
        with page_of(console, SARI) as ctx:
            talk = TalkPane(ctx)
            talk.build()
            monkeypatch.setattr(talk._element, "run_method", lambda name, *given: asked.append((name, given)))
            await talk.show(ticket, lambda: None)
            (name, (number, values, older, _)) = asked[0]
            assert (name, number, len(values), older) == ("open", ticket.id, PAGE, True)
            sizes: list[int] = []
            while older:
                await talk._older(ticket.id)
                (name, (number, changed, ids, older)) = asked[-1]
                assert (name, number, len(changed)) == ("put", ticket.id, len(ids) - (sizes[-1] if sizes else PAGE))
                assert ids == sorted(ids)
                sizes.append(len(ids))
            await talk._older(TicketId(999))
            assert len(asked) == len(sizes) + 1
        everything = len(await console.store.history(ticket.conversation_id, limit=5_000))
    assert sizes[:3] == [2 * PAGE, 3 * PAGE, 4 * PAGE]
    by_hand = [later - earlier for earlier, later in pairwise(sizes) if earlier >= BY_SCROLLING]
    assert by_hand[:-1] == [MORE] * (len(by_hand) - 1)
    assert sizes[-1] == everything > 2_000


async def test_times_are_in_the_zone_of_the_account_or_else_of_the_desk() -> None:
    async with small_console() as console:
        await console.console.inside()
        with page_of(console, SARI) as first, page_of(console, SARI) as second:
            desk = console.console.parts.zone
            assert first.zone == second.zone == desk
            await choose_zone(first, "WIT")
            assert first.zone.key == second.zone.key == "Asia/Jayapura"
            with pytest.raises(SettingError):
                await choose_zone(first, "Asia/Atlantis")
            assert second.zone.key == "Asia/Jayapura"
            await choose_zone(second, "")
            assert first.zone == desk
