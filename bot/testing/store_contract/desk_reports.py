"""What a store tells reports: how episodes ended, what customers said of them, and how much there was to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from bot.testing.store_contract.desk_examples import WholeStore, ended
from bot.testing.store_contract.examples import BUDI, NOON, at, commit, contact, refused, turn
from conversation.desk_ports import EpisodeRow, Volume
from conversation.ports import Change
from conversation.state import Episode, EpisodeId, Metrics

SERVED = Metrics(
    by_bot=False,
    handoff_reason="complaint",
    department="pengaduan",
    agent="telegram:777",
    first_reply=61.5,
    resolution=3_600.25,
    handling=900.0,
    wrap_up=12.0,
    missed=("first_reply", "resolution"),
    abandoned=True,
    reopened=True,
)


class ReportContract:
    """Episodes and turns as reports read them."""

    async def test_everything_an_episode_came_to_comes_back(self, store: WholeStore) -> None:
        await ended(store, 7, metrics=SERVED)
        assert await store.past_episodes(BUDI.conversation_id) == [
            EpisodeRow(
                id=EpisodeId(7),
                conversation_id=BUDI.conversation_id,
                opened_at=NOON,
                closed_at=at(10),
                closed_by="agent",
                by_bot=False,
                handoff_reason="complaint",
                department="pengaduan",
                agent="telegram:777",
                first_reply=61.5,
                resolution=3_600.25,
                handling=900.0,
                missed=("first_reply", "resolution"),
                abandoned=True,
                reopened=True,
                stars=None,
                comment="",
            )
        ]

    async def test_past_episodes_are_those_of_one_conversation_newest_first(self, store: WholeStore) -> None:
        for number in (1, 2, 3):
            await ended(store, number, opened=number * 10, closed=number * 10 + 5)
        await ended(store, 4, customer=contact(2))
        conversation = (await store.load(BUDI)).conversation
        running = Episode(id=EpisodeId(9), conversation_id=BUDI.conversation_id, opened_at=at(90))
        await store.commit(Change(conversation=conversation, episode=running))
        assert [row.id for row in await store.past_episodes(BUDI.conversation_id)] == [3, 2, 1]
        assert [row.id for row in await store.past_episodes(BUDI.conversation_id, limit=1)] == [3]

    async def test_reports_read_episodes_by_when_they_ended(self, store: WholeStore) -> None:
        await ended(store, 1, closed=30)
        await ended(store, 2, closed=20, metrics=SERVED, customer=contact(2))
        await ended(store, 3, closed=40, metrics=replace(SERVED, department="teknis"), customer=contact(3))
        assert [row.id for row in await store.episodes_between(at(20), at(40))] == [2, 1]
        assert [row.id for row in await store.episodes_between(at(21), at(41))] == [1, 3]
        assert [row.id for row in await store.episodes_between(at(0), at(99), frozenset({"pengaduan"}))] == [2]
        assert await store.episodes_between(at(0), at(99), frozenset()) == []
        await refused(ValueError, store.episodes_between(NOON.replace(tzinfo=None), at(1)))

    async def test_stars_are_given_once_and_a_comment_after_them_once(self, store: WholeStore) -> None:
        id = await ended(store, 1)
        assert not await store.rate(id, None, "belum ada bintang")
        assert await store.rate(id, 4)
        assert not await store.rate(id, 1)
        assert await store.rate(id, None, "Ramah 🙏")
        assert not await store.rate(id, None, "lagi")
        (row,) = await store.past_episodes(BUDI.conversation_id)
        assert (row.stars, row.comment) == (4, "Ramah 🙏")

    async def test_stars_may_come_with_a_comment(self, store: WholeStore) -> None:
        id = await ended(store, 1)
        assert await store.rate(id, 2, "lama")
        (row,) = await store.episodes_between(NOON, at(60))
        assert (row.stars, row.comment) == (2, "lama")

    async def test_an_episode_that_nobody_knows_cannot_be_rated(self, store: WholeStore) -> None:
        assert not await store.rate(EpisodeId(99), 5)

    async def test_turns_are_counted_by_hour_intent_and_kind(self, store: WholeStore) -> None:
        for minutes in (0, 59, 60):
            await commit(store, turn=turn("x", minutes=minutes))
        await commit(store, turn=replace(turn("x", minutes=1), kind="escalate"))
        await commit(store, turn=replace(turn("x", minutes=2), intent=None), customer=contact(2))
        noon = NOON.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        first = [
            Volume(hour=noon, intent="", kind="answer", turns=1),
            Volume(hour=noon, intent="jam_buka", kind="answer", turns=2),
            Volume(hour=noon, intent="jam_buka", kind="escalate", turns=1),
        ]
        later = Volume(
            hour=at(60).astimezone(UTC).replace(second=0, microsecond=0), intent="jam_buka", kind="answer", turns=1
        )
        assert await store.volumes(NOON, at(60)) == first
        assert await store.volumes(NOON, at(61)) == [*first, later]
        assert await store.volumes(at(61), at(99)) == []
