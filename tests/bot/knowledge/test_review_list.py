"""What a person makes of the review list: groups, examples and new intents in the draft, and nothing that is served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.knowledge.review_list import LeftOut, ReviewList
from bot.settings import Settings
from bot.testing.memory_store import MemoryStore
from bot.testing.scripted_channel import BUDI
from conversation.errors import DataError, Refusal
from conversation.knowledge_ports import ReviewId, ReviewItem, ReviewSource, ReviewStatus
from conversation.ports import Change
from conversation.state import Conversation
from intents.gate import Limits
from intents.normalise import Normaliser

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
SHOP = Path(__file__).parents[2] / "shop"


@cache
def normaliser() -> Normaliser:
    return Normaliser.load()


@dataclass(kw_only=True)
class Desk:
    """A review list over a store in memory and the knowledge base of tests/shop."""

    store: MemoryStore
    library: Library
    review: ReviewList

    async def examples(self, intent: str) -> list[str]:
        value = (await self.library.view()).pieces[f"intent/{intent}"]
        assert isinstance(value, dict)
        return list(value["examples"])

    async def put(self, *texts: str, **values: object) -> list[ReviewId]:
        """Put messages on the list, a minute apart; returns their ids."""
        known = {item.id for item in await self.store.review_items(limit=9_999)}
        await self.store.add_review([_item(text, minute, **values) for minute, text in enumerate(texts)])
        found = [item.id for item in reversed(await self.store.review_items(limit=9_999)) if item.id not in known]
        return [id for id in found if id is not None]


def _item(text: str, minute: int = 0, **values: object) -> ReviewItem:
    given = {"source": ReviewSource.UNKNOWN, "at": NOW + timedelta(minutes=minute), **values}
    return ReviewItem(conversation_id=BUDI.conversation_id, text=text, **given)  # type: ignore[arg-type]


@pytest.fixture
async def desk() -> Desk:
    store = MemoryStore()
    await store.commit(Change(conversation=Conversation(contact=BUDI)))
    settings = Settings.model_validate({"bot": {"knowledge": str(SHOP)}})
    library = Library(store, Loader(settings), lambda: NOW, limits=Limits())
    return Desk(store=store, library=library, review=ReviewList(library, normaliser(), lambda: NOW))


async def an_intent(desk: Desk) -> str:
    return min(piece.removeprefix("intent/") for piece in (await desk.library.view()).pieces if "intent/" in piece)


async def test_like_messages_come_together_with_what_is_known_of_them(desk: Desk) -> None:
    await desk.put("ada warna merah ga", "warna merahnya ada?", "bisa cod ke papua", department="gudang")
    await desk.put("ada warna merah ga", source=ReviewSource.REPLY, reply="Ada Kak {stok}", department="gudang")
    first, second = await desk.review.groups()
    assert (first.like.count, len(first.ids), second.like.count) == (2, 3, 1)
    assert first.sources == {ReviewSource.UNKNOWN: 2, ReviewSource.REPLY: 1}
    assert first.replies == ("Ada Kak {{stok}}",)
    assert [each.like.count for each in await desk.review.groups(sources={ReviewSource.REPLY})] == [1]
    assert await desk.review.groups(department="kurir") == ()


async def test_messages_become_examples_in_the_draft_and_leave_the_list(desk: Desk) -> None:
    intent, (used, left) = await an_intent(desk), await desk.put("tf ke [nomor rekening] an [nama] ya", "lain")
    before = await desk.examples(intent)
    added = await desk.review.to_examples([used], intent, "ani")
    assert added.examples == ("tf ke 000000 an ya",)
    assert await desk.examples(intent) == [*before, "tf ke 000000 an ya"]
    assert [item.id for item in await desk.store.review_items()] == [left]
    [item] = await desk.store.review_items(ReviewStatus.USED)
    assert (item.chosen, item.dealt_by) == (intent, "ani")
    assert await desk.store.active() is None


async def test_what_cannot_be_an_example_is_left_out_and_said(desk: Desk) -> None:
    intent = await an_intent(desk)
    await desk.library.edit("intent/lain_lagi", {"examples": ["warna apa saja yang ada"]}, 0, "ani")
    ids = await desk.put("[nomor] [nama]", "warna apa aja yg ada", "stok merah", "STOK MERAH")
    added = await desk.review.to_examples(ids, intent, "ani")
    assert added.examples == ("stok merah",)
    assert [why for _, why in added.left_out] == [LeftOut.NO_WORDS, LeftOut.OF_ANOTHER, LeftOut.THERE_ALREADY]


async def test_adding_the_same_again_after_a_crash_adds_nothing(desk: Desk) -> None:
    intent = await an_intent(desk)
    await desk.review.to_examples(await desk.put("stok merah"), intent, "ani")
    once = await desk.examples(intent)
    again = await desk.review.to_examples(await desk.put("stok merah"), intent, "ani")
    assert (again.examples, await desk.examples(intent)) == ((), once)


async def test_messages_become_a_new_intent(desk: Desk) -> None:
    ids = await desk.put("ada warna merah ga", "warna birunya ada?")
    await desk.review.to_new_intent(ids, "warna", "ani", title="Warna", department="gudang", answer="Semua ada, Kak.")
    value = (await desk.library.view()).pieces["intent/warna"]
    assert value == {
        "examples": ["ada warna merah ga", "warna birunya ada?"],
        "kind": "faq",
        "title": "Warna",
        "department": "gudang",
        "answers": [{"text": "Semua ada, Kak."}],
    }
    assert await desk.store.review_items() == []
    with pytest.raises(Refusal):
        await desk.review.to_new_intent(await desk.put("warna"), "warna", "ani")


@pytest.mark.parametrize("name", ["", "a b", "../x", "ada/garis"])
async def test_a_name_that_cannot_be_used_changes_nothing(desk: Desk, name: str) -> None:
    ids = await desk.put("ada warna merah ga")
    with pytest.raises(DataError):
        await desk.review.to_new_intent(ids, name, "ani", answer="Ada.")
    assert len(await desk.store.review_items()) == 1
    assert await desk.store.changes() == []


async def test_what_somebody_else_dealt_with_is_refused(desk: Desk) -> None:
    ids = await desk.put("ada warna merah ga")
    assert await desk.review.dismiss(ids, "ani") == 1
    with pytest.raises(Refusal):
        await desk.review.to_examples(ids, await an_intent(desk), "wati")
    assert await desk.review.groups() == ()


async def test_an_intent_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(Refusal):
        await desk.review.to_examples(await desk.put("ada warna merah ga"), "tak_ada", "ani")
