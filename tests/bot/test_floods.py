"""Floods: who writes too much waits, loses nothing, and slows nobody else."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.floods as module
from bot.floods import CONTACTS, TURN_CHARACTERS, TURN_MESSAGES, Floods, Overflow
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SmallService
from conversation.messages import Author, Contact, InboxId
from conversation.ports import InboxItem, Update

ANI = Contact(channel=BUDI.channel, address="77", name="Ani")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def bucket(per_minute: float = 60, burst: int = 10) -> tuple[Floods, Clock]:
    clock = Clock()
    return Floods(per_minute, burst, clock), clock


def test_a_burst_is_not_slowed() -> None:
    floods, _ = bucket(burst=10)
    for _ in range(10):
        assert floods.wait("budi") == 0
        floods.charge("budi", 1)
    assert floods.wait("budi") == 0


def test_beyond_the_burst_the_rate_decides() -> None:
    floods, clock = bucket(per_minute=60, burst=10)
    floods.charge("budi", 13)
    assert floods.wait("budi") == pytest.approx(3)
    clock.now = 2
    assert floods.wait("budi") == pytest.approx(1)
    clock.now = 3
    assert floods.wait("budi") == 0


def test_nobody_waits_longer_than_one_burst_lasts_however_much_they_wrote() -> None:
    floods, _ = bucket(per_minute=60, burst=10)
    for _ in range(100):
        floods.charge("budi", 1_000)
    assert floods.wait("budi") == pytest.approx(10)


def test_one_contact_does_not_slow_another() -> None:
    floods, _ = bucket()
    floods.charge("budi", 1_000)
    assert floods.wait("ani") == 0


def test_a_rate_of_nothing_slows_nobody() -> None:
    floods, _ = bucket(per_minute=0)
    floods.charge("budi", 1_000)
    assert (floods.wait("budi"), len(floods)) == (0, 0)


def test_memory_is_bounded_however_many_write() -> None:
    floods, clock = bucket(per_minute=60, burst=10)
    for number in range(CONTACTS + 500):
        floods.charge(number, 1)
    assert len(floods) == CONTACTS
    clock.now = 60
    floods.charge("budi", 1)
    assert len(floods) == 1, "those whose buckets are full again are forgotten"


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 50)), max_size=60))
def test_over_time_a_contact_gets_no_more_than_the_rate_and_the_burst(steps: list[tuple[float, int]]) -> None:
    floods, clock = bucket(per_minute=60, burst=10)
    free = 0
    for pause, messages in steps:
        clock.now += pause
        if floods.wait("budi") == 0:
            free += 1
            floods.charge("budi", messages)
        assert 0 <= floods.wait("budi") <= 10
    assert free <= 10 + clock.now + 1


def flooded(service: SmallService) -> SmallService:
    service.turns.floods = Floods(60, 5, lambda: service.clock().timestamp())
    return service


async def test_a_flood_loses_no_message_and_takes_few_turns() -> None:
    service = flooded(SmallService())
    updates = [service.channel.said(f"halo {number}") for number in range(100)]
    for update in updates:
        await service.intake.take([update])
    await service.settle()
    rows = await service.store.history(BUDI.conversation_id)
    assert [row.message.text for row in rows if row.message.author is Author.CUSTOMER] == [
        f"halo {number}" for number in range(100)
    ]
    assert len(await service.store.turns(BUDI.conversation_id)) <= 5


async def test_who_floods_is_made_to_wait_and_others_are_not() -> None:
    service = flooded(SmallService())
    slowed: list[None] = []
    service.turns.slowed = lambda: slowed.append(None)
    begun = service.clock()
    for number in range(10):
        await service.receive(service.channel.said(f"halo {number}"))
    assert slowed
    assert (service.clock() - begun).total_seconds() >= 4
    before = len(slowed)
    assert await service.hears("jam buka?", contact=ANI) == ["Buka jam 9"]
    assert len(slowed) == before


async def test_a_turn_reads_so_many_messages_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    service = SmallService()
    number = TURN_MESSAGES + 50
    await service.receive(*(service.channel.said(f"h{index}") for index in range(number)))
    turns = await service.store.turns(BUDI.conversation_id)
    assert len(turns) == 2
    assert len(await service.store.history(BUDI.conversation_id)) >= number


async def test_a_turn_reads_so_many_characters_at_most() -> None:
    service = SmallService()
    await service.receive(*(service.channel.said("x" * (TURN_CHARACTERS // 2)) for _ in range(4)))
    assert len(await service.store.turns(BUDI.conversation_id)) == 2
    longer = "y" * (TURN_CHARACTERS * 2)
    await service.receive(service.channel.said(longer))
    rows = await service.store.history(BUDI.conversation_id)
    assert any(row.message.text == longer for row in rows), "a single message is read whole"


async def test_a_backlog_beyond_the_cap_waits_in_the_inbox_and_is_read_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    service = SmallService()
    service.turns.overflow = Overflow(lambda after, limit: service.store.pending_updates(after, limit), most=5)
    longest = 0

    async def look(seconds: float) -> None:
        nonlocal longest
        longest = max(longest, service.turns.lanes.waiting(str(BUDI.conversation_id)))

    service.turns.sleep = look
    for number in range(60):
        await service.intake.take([service.channel.said(f"h{number}"), service.channel.said(f"a{number}", ANI)])
    await service.settle()
    for contact, letter in ((BUDI, "h"), (ANI, "a")):
        rows = await service.store.history(contact.conversation_id)
        said = [row.message.text for row in rows if row.message.author is Author.CUSTOMER]
        assert said == [f"{letter}{number}" for number in range(60)]
    assert longest <= 5


async def test_what_comes_while_the_inbox_is_read_is_neither_lost_nor_taken_twice() -> None:
    inbox = [item(number) for number in range(1, 4)]

    async def pending(after: InboxId | None, limit: int) -> list[InboxItem]:
        found = [each for each in inbox if each.id > (after or 0)]
        if len(inbox) == 3:
            inbox.append(item(4))  # In the inbox a moment after it was read, and handed on at once.
            assert not overflow.takes(inbox[-1], 0)
        return found

    overflow = Overflow(pending, most=1)
    assert overflow.takes(inbox[0], 0)
    assert not overflow.takes(inbox[1], 1)
    queue: deque[InboxItem] = deque()
    handled = []
    for _ in range(10):
        await overflow.refill("web:1", queue)
        if not queue:
            break
        handled.append(queue.popleft().id)
        inbox[:] = [each for each in inbox if each.id not in handled]
    assert handled == [1, 2, 3, 4]
    assert not overflow.takes(item(4), 0), "it was fetched before it was handed on"
    assert overflow.takes(item(5), 0)
    overflow.put_aside(InboxId(4))
    assert overflow.takes(item(4), 0), "it was put aside, and let out again"


def item(number: int) -> InboxItem:
    update = Update(channel="web", key=str(number), lane="web:1", payload="", received_at=NOON)
    return InboxItem(id=InboxId(number), update=update)
