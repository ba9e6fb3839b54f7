"""What a store tells reports: how episodes ended, what customers said of them, and how much there was to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

from bot.testing.store_contract.desk_examples import WholeStore, ended, rated
from bot.testing.store_contract.examples import BUDI, NOON, Contract, at, commit, contact, refused, ticket, turn
from conversation.desk_ports import EpisodeRow, IntentStars, Volume
from conversation.errors import StaleConversation
from conversation.messages import InboxId
from conversation.ports import Change
from conversation.state import Episode, EpisodeId, Metrics, Rating
from conversation.tickets import Promised, TicketStatus

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
    promised=(
        Promised(department="pengaduan", kind="first_reply", kept=False),
        Promised(department="gudang", kind="resolution", kept=True),
    ),
)


class ReportContract(Contract):
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
                promised=SERVED.promised,
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
        await ended(store, 3, closed=40, metrics=Metrics(by_bot=False, department="teknis"), customer=contact(3))
        assert [row.id for row in await store.episodes_between(at(20), at(40))] == [2, 1]
        assert [row.id for row in await store.episodes_between(at(21), at(41))] == [1, 3]
        assert [row.id for row in await store.episodes_between(at(0), at(99), frozenset({"pengaduan"}))] == [2]
        assert await store.episodes_between(at(0), at(99), frozenset()) == []
        await refused(ValueError, store.episodes_between(NOON.replace(tzinfo=None), at(1)))

    async def test_episodes_are_read_for_the_department_that_promised_too(self, store: WholeStore) -> None:
        passed_on = Promised(department="pengaduan", kind="first_reply", kept=True)
        named_like_a_kind = Promised(department='teknis "2"', kind="pengaduan", kept=False)
        await ended(store, 1, metrics=replace(SERVED, department="teknis", promised=(passed_on,)))
        await ended(store, 2, metrics=replace(SERVED, department="teknis", promised=(named_like_a_kind,)))
        await ended(store, 3, metrics=replace(SERVED, promised=()))
        (first, second, third) = await store.episodes_between(NOON, at(60))
        assert (first.promised, second.promised, third.promised) == ((passed_on,), (named_like_a_kind,), ())
        for department, found in (("pengaduan", [1, 3]), ("teknis", [1, 2]), ('teknis "2"', [2]), ("first_reply", [])):
            rows = await store.episodes_between(NOON, at(60), frozenset({department}))
            assert [row.id for row in rows] == found, department

    async def test_stars_are_given_once_and_a_comment_after_them_once(self, store: WholeStore) -> None:
        id = await ended(store, 1)
        said: list[tuple[int | None, str, tuple[int | None, str]]] = [
            (None, "belum ada bintang", (None, "")),
            (4, "", (4, "")),
            (1, "", (4, "")),
            (None, "Ramah 🙏", (4, "Ramah 🙏")),
            (None, "lagi", (4, "Ramah 🙏")),
        ]
        for stars, comment, expected in said:
            await rated(store, id, stars, comment)
            (row,) = await store.past_episodes(BUDI.conversation_id)
            assert (row.stars, row.comment) == expected

    async def test_stars_may_come_with_a_comment(self, store: WholeStore) -> None:
        await rated(store, await ended(store, 1), 2, "lama")
        (row,) = await store.episodes_between(NOON, at(60))
        assert (row.stars, row.comment) == (2, "lama")

    async def test_stars_are_kept_with_the_rest_of_a_change_or_not_at_all(self, store: WholeStore) -> None:
        id = await ended(store, 1)
        conversation = (await store.load(BUDI)).conversation
        rating = Rating(episode_id=id, stars=5)
        stale = Change(conversation=replace(conversation, version=conversation.version - 1), rating=rating)
        await refused(StaleConversation, store.commit(stale))
        dealt_with = Change(conversation=conversation, rating=rating, done=(InboxId(99),))
        await refused(self.done_before, store.commit(dealt_with))
        (row,) = await store.past_episodes(BUDI.conversation_id)
        assert row.stars is None
        await store.commit(Change(conversation=conversation, rating=rating))
        (row,) = await store.past_episodes(BUDI.conversation_id)
        assert row.stars == 5

    async def test_an_episode_that_nobody_knows_cannot_be_rated(self, store: WholeStore) -> None:
        await ended(store, 1)
        await rated(store, EpisodeId(99), 5)
        (row,) = await store.past_episodes(BUDI.conversation_id)
        assert row.stars is None

    async def test_the_backlog_is_what_was_open_at_a_time(self, store: WholeStore) -> None:
        stays = [(1, "pengaduan", 0, 30), (2, "pengaduan", 10, None), (3, "teknis", 20, 20), (4, "teknis", 25, 40)]
        for number, department, begun, over in stays:
            status = TicketStatus.QUEUED if over is None else TicketStatus.RESOLVED
            closed = None if over is None else at(over)
            plain = replace(ticket(number), department=department, queued_at=at(begun), status=status)
            await commit(store, ticket=replace(plain, closed_at=closed))
        times = [at(minutes) for minutes in (-1, 0, 20, 29, 30, 99)]

        def shown(found: list[Mapping[str, int]]) -> list[tuple[int, int]]:
            return [(each.get("pengaduan", 0), each.get("teknis", 0)) for each in found]

        assert shown(await store.backlog(times)) == [(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (1, 0)]
        alone = frozenset({"teknis"})
        assert shown(await store.backlog(times, alone)) == [(0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (0, 0)]
        assert shown(await store.backlog([at(5)], frozenset())) == [(0, 0)]
        assert await store.backlog([]) == []
        await refused(ValueError, store.backlog([NOON.replace(tzinfo=None)]))

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

    async def test_stars_count_for_every_intent_of_the_turns_in_their_episode(self, store: WholeStore) -> None:
        for minutes, intent in ((-1, "salam"), (0, "jam_buka"), (5, "ongkir"), (6, "ongkir"), (7, None), (11, "retur")):
            await commit(store, turn=replace(turn("x", minutes=minutes), intent=intent))
        await commit(store, turn=replace(turn("x", minutes=3), intent="ongkir"), customer=contact(2))
        await commit(store, turn=replace(turn("x", minutes=3), intent="salam"), customer=contact(3))
        await ended(store, 1)
        await ended(store, 2, customer=contact(2))
        await ended(store, 3, customer=contact(3))
        assert await store.stars_by_intent(NOON, at(60)) == []
        await rated(store, EpisodeId(1), 2)
        await rated(store, EpisodeId(2), 5, customer=contact(2))
        assert await store.stars_by_intent(NOON, at(60)) == [
            IntentStars(intent="jam_buka", stars=2.0, ratings=1),
            IntentStars(intent="ongkir", stars=3.5, ratings=2),
        ]
        assert await store.stars_by_intent(NOON, at(10)) == [], "it had not ended by then"
        assert await store.stars_by_intent(at(11), at(60)) == []
        await refused(ValueError, store.stars_by_intent(NOON.replace(tzinfo=None), at(60)))
