"""What a store must do for releases of the knowledge base and for the draft of the next one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.testing.store_contract.desk_examples import WholeStore
from bot.testing.store_contract.examples import NOON, at, refused
from conversation.errors import Refusal, StaleDraft
from conversation.knowledge_ports import Activation, PieceChange, Release, ReleaseId


def release(note: str = "Promo Maret", *, base: int | None = None, minutes: float = 0) -> Release:
    """A release by Sari."""
    return Release(
        made_at=at(minutes),
        author="telegram:777",
        note=note,
        content_hash=f"sha256:{note}",
        base=None if base is None else ReleaseId(base),
    )


async def saved(store: WholeStore, piece: str, content: str | None = '{"answers":[]}', expected: int = 0) -> int:
    """Put a piece into the draft."""
    return await store.save_change(piece, content, expected=expected, at=NOON, by="telegram:777")


async def served(store: WholeStore) -> ReleaseId | None:
    """The release that is active."""
    active = await store.active()
    return active.release_id if active else None


class ReleaseContract:
    """Publishing, rolling back, and editing side by side."""

    async def test_before_anything_was_published_there_is_no_release(self, store: WholeStore) -> None:
        assert await store.releases() == []
        assert await store.activations() == []
        assert await store.active() is None
        assert await store.changes() == []
        assert await store.release(ReleaseId(1)) is None
        await refused(Refusal, store.release_content(ReleaseId(1)))

    async def test_everything_a_release_says_comes_back(self, store: WholeStore) -> None:
        first = await store.add_release(release("Berkas"), "{}", {})
        whole = Release(
            made_at=at(3),
            author="console:dewi",
            note="Jam buka Lebaran 🌙",
            content_hash="e3b0c442",
            evaluation='{"accuracy":0.93}',
            overruled="Katalog baru menyusul besok",
            base=first,
        )
        id = await store.add_release(whole, '{"intent/jam_buka":{"answers":["Buka 🌙"]}}', {})
        kept = await store.release(id)
        assert kept is not None
        assert kept.id == id
        assert id > first
        assert (kept.made_at, kept.author, kept.note) == (whole.made_at, whole.author, whole.note)
        assert (kept.content_hash, kept.evaluation) == (whole.content_hash, whole.evaluation)
        assert (kept.overruled, kept.base) == (whole.overruled, first)
        assert await store.release_content(id) == '{"intent/jam_buka":{"answers":["Buka 🌙"]}}'
        assert await store.release_content(first) == "{}"

    async def test_releases_come_newest_first_and_in_pages(self, store: WholeStore) -> None:
        ids: list[ReleaseId] = []
        for number in range(4):
            ids.append(await store.add_release(release(str(number), base=ids[-1] if ids else None), "{}", {}))
        assert [each.note for each in await store.releases(limit=3)] == ["3", "2", "1"]
        assert [each.note for each in await store.releases(before=ids[1])] == ["0"]

    async def test_what_is_published_is_served_from_that_moment(self, store: WholeStore) -> None:
        id = await store.add_release(release("Promo", minutes=5), "{}", {})
        active = await store.active()
        assert active is not None
        assert active == Activation(id=active.id, release_id=id, at=at(5), by="telegram:777", reason="Promo")

    async def test_an_older_release_is_served_again(self, store: WholeStore) -> None:
        first = await store.add_release(release("lama"), "{}", {})
        second = await store.add_release(release("baru", base=first), "[]", {})
        await saved(store, "intent/salam")
        back = await store.activate(first, at=at(9), by="console:dewi", reason="salah harga")
        assert await store.active() == back
        assert (back.release_id, back.at, back.by, back.reason) == (first, at(9), "console:dewi", "salah harga")
        assert [each.release_id for each in await store.activations()] == [first, second, first]
        assert [each.id for each in await store.activations(limit=1)] == [back.id]
        assert len(await store.changes()) == 1, "the draft stays"

    async def test_every_activation_has_a_higher_number(self, store: WholeStore) -> None:
        first = await store.add_release(release(), "{}", {})
        for _ in range(2):
            await store.activate(first, at=NOON, by="a", reason="")
        numbers = [each.id for each in await store.activations()]
        assert numbers == sorted(set(numbers), reverse=True)

    async def test_a_release_that_nobody_made_cannot_be_served(self, store: WholeStore) -> None:
        first = await store.add_release(release(), "{}", {})
        await refused(Refusal, store.activate(ReleaseId(99), at=NOON, by="a", reason=""))
        assert await served(store) == first

    async def test_nobody_takes_the_place_of_what_is_not_active_any_more(self, store: WholeStore) -> None:
        wanted = ReleaseId(1)
        await refused(StaleDraft, store.activate(wanted, at=NOON, by="a", reason="", instead_of=wanted))
        first = await store.add_release(release(), "{}", {})
        second = await store.add_release(release(base=first), "{}", {})
        attempts = (store.activate(first, at=NOON, by=by, reason="", instead_of=second) for by in "abc")
        results = await asyncio.gather(*attempts, return_exceptions=True)
        assert sum(isinstance(result, StaleDraft) for result in results) == 2
        assert [each.release_id for each in await store.activations()] == [first, second, first]

    async def test_a_release_on_another_than_the_active_one_is_refused(self, store: WholeStore) -> None:
        first = await store.add_release(release(), "{}", {})
        version = await saved(store, "intent/salam")
        await refused(StaleDraft, store.add_release(release(base=None), "{}", {"intent/salam": version}))
        second = await store.add_release(release(base=first), "{}", {})
        await refused(StaleDraft, store.add_release(release(base=first), "{}", {"intent/salam": version}))
        await store.activate(first, at=NOON, by="a", reason="")
        await refused(StaleDraft, store.add_release(release(base=second), "{}", {"intent/salam": version}))
        assert len(await store.releases()) == 2
        assert [change.piece for change in await store.changes()] == ["intent/salam"]

    async def test_of_many_who_publish_at_once_one_does(self, store: WholeStore) -> None:
        first = await store.add_release(release(), "{}", {})
        attempts = (store.add_release(release(str(number), base=first), "{}", {}) for number in range(5))
        results = await asyncio.gather(*attempts, return_exceptions=True)
        assert sum(isinstance(result, StaleDraft) for result in results) == 4
        (second,) = [result for result in results if not isinstance(result, BaseException)]
        assert await served(store) == second
        assert len(await store.releases()) == 2

    async def test_a_change_comes_back_as_it_was_saved(self, store: WholeStore) -> None:
        version = await saved(store, "intent/salam", '{"answers":["Halo 🙏"]}')
        gone = await saved(store, "intent/promo", None)
        promo, greeting = await store.changes()
        assert promo == PieceChange(
            piece="intent/promo", content=None, version=gone, changed_at=NOON, changed_by="telegram:777"
        )
        assert greeting == replace(promo, piece="intent/salam", content='{"answers":["Halo 🙏"]}', version=version)

    async def test_who_saves_what_somebody_else_has_changed_is_refused(self, store: WholeStore) -> None:
        version = await saved(store, "intent/salam", "1")
        later = await store.save_change("intent/salam", "2", expected=version, at=at(1), by="console:dewi")
        assert later > version > 0
        for expected in (0, version, later + 1):
            await refused(StaleDraft, saved(store, "intent/salam", "3", expected))
            await refused(StaleDraft, store.drop_change("intent/salam", expected=expected))
        await refused(StaleDraft, saved(store, "intent/promo", "3", later))
        (change,) = await store.changes()
        assert (change.content, change.changed_by, change.changed_at) == ("2", "console:dewi", at(1))

    async def test_of_many_who_save_the_same_piece_at_once_one_does(self, store: WholeStore) -> None:
        attempts = (saved(store, "intent/salam", str(number)) for number in range(5))
        results = await asyncio.gather(*attempts, return_exceptions=True)
        assert sum(isinstance(result, StaleDraft) for result in results) == 4
        (change,) = await store.changes()
        assert change.version in results

    async def test_many_save_different_pieces_at_once(self, store: WholeStore) -> None:
        versions = await asyncio.gather(*(saved(store, f"intent/{number}") for number in range(5)))
        assert len(set(versions)) == 5
        assert {change.version for change in await store.changes()} == set(versions)

    async def test_a_dropped_change_is_gone_and_its_version_with_it(self, store: WholeStore) -> None:
        version = await saved(store, "intent/salam")
        await store.drop_change("intent/salam", expected=version)
        assert await store.changes() == []
        await refused(StaleDraft, store.drop_change("intent/salam", expected=version))
        await refused(StaleDraft, saved(store, "intent/salam", "{}", version))
        assert await saved(store, "intent/salam") > version

    async def test_publishing_drops_what_it_published_and_keeps_later_edits(self, store: WholeStore) -> None:
        greeting = await saved(store, "intent/salam", "1")
        promo = await saved(store, "intent/promo", "1")
        await saved(store, "intent/promo", "2", promo)
        await saved(store, "intent/retur", "1")
        published = {"intent/salam": greeting, "intent/promo": promo, "intent/tidak_ada": 7}
        await store.add_release(release(), "{}", published)
        assert [(change.piece, change.content) for change in await store.changes()] == [
            ("intent/promo", "2"),
            ("intent/retur", "1"),
        ]
        await refused(StaleDraft, saved(store, "intent/salam", "2", greeting))

    async def test_naive_times_are_refused(self, store: WholeStore) -> None:
        naive = NOON.replace(tzinfo=None)
        first = await store.add_release(release(), "{}", {})
        await refused(ValueError, store.activate(first, at=naive, by="a", reason=""))
        await refused(ValueError, store.save_change("intent/salam", "{}", expected=0, at=naive, by="a"))
        assert await store.changes() == []
