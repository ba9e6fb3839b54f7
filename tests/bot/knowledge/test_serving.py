"""What serves is swapped as a whole, and follows what is active, however bad that is."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.dialogue.buttons import choice_buttons
from bot.knowledge.serving import RETRY, Follower, Served, Serving
from bot.mind import Mind
from bot.testing.manual_clock import NOON
from bot.testing.small_service import SmallService
from bot.testing.small_shop import small_mind
from conversation.errors import ModelError
from conversation.knowledge_ports import Activation, Release, ReleaseId
from intents.knowledge import Answer


def saying(text: str) -> Mind:
    """A mind whose answer about opening hours is `text`."""
    mind = small_mind()
    answers = {**mind.knowledge.answers, "jam_buka": (Answer(text=text),)}
    return replace(mind, knowledge=replace(mind.knowledge, answers=answers))


def served(number: int) -> Served:
    release = Release(id=ReleaseId(number), made_at=NOON, author="Ani", note="", content_hash="")
    return Served(mind=saying(f"Rilis {number}."), release=release)


@dataclass
class Shelf:
    """A store and a loader of releases; those in `broken` raise what stands there."""

    active_release: int | None = None
    broken: dict[int, Exception] = field(default_factory=dict)
    loaded: list[int] = field(default_factory=list)
    now: float = 0.0

    async def active(self) -> Activation | None:
        if self.active_release is None:
            return None
        return Activation(id=1, release_id=ReleaseId(self.active_release), at=NOON, by="Ani", reason="")

    async def load(self, id: ReleaseId) -> Served:
        self.loaded.append(id)
        if id in self.broken:
            raise self.broken[id]
        return served(id)

    def followed_by(self, serving: Serving) -> Follower:
        return Follower(self, serving, self.load, lambda: self.now)


async def test_the_next_turn_is_of_the_new_mind() -> None:
    shop, serving = SmallService(), Serving(Served(mind=saying("Lama.")))
    shop.turns.mind = serving.mind
    await shop.hears("jam buka?")
    serving.swap(served(2))
    assert (await shop.hears("jam buka?"))[-2:] == ["Lama.", "Rilis 2."]


async def test_a_turn_under_way_goes_on_with_the_mind_it_began_with() -> None:
    shop, serving = SmallService(), Serving(Served(mind=saying("Lama.")))
    shop.turns.mind = serving.mind

    async def swap() -> None:
        serving.swap(served(2))

    shop.store.meanwhile = swap
    assert await shop.hears("jam buka?") == ["Lama."]
    assert (await shop.hears("jam buka?"))[-1] == "Rilis 2."


async def test_a_button_for_an_intent_that_is_gone_is_answered_and_nothing_breaks() -> None:
    shop, mind = SmallService(), small_mind()
    serving = Serving(Served(mind=mind))
    shop.turns.mind = serving.mind
    ((button, *_), *_) = choice_buttons([("jam_buka", "Jam buka")], "Bukan")
    intents = {name: intent for name, intent in mind.knowledge.intents.items() if name != "jam_buka"}
    serving.swap(Served(mind=replace(mind, knowledge=replace(mind.knowledge, intents=intents))))
    await shop.receive(shop.channel.pressed(button.payload))
    assert (await shop.hears("halo"))[-1]
    assert not (await shop.snapshot()).ticket


async def test_nothing_keeps_a_mind_alive_that_has_served() -> None:
    shop, shelf, serving = SmallService(), Shelf(), Serving(Served(mind=small_mind()))
    follower = shelf.followed_by(serving)
    shop.mind = small_mind()
    shop.turns.mind = serving.mind
    gc.collect()
    before = sum(isinstance(each, Mind) for each in gc.get_objects())
    for number in range(1, 101):
        shelf.active_release = number
        await follower.look()
        await shop.hears("jam buka?")
    gc.collect()
    assert sum(isinstance(each, Mind) for each in gc.get_objects()) <= before


async def test_what_is_active_is_served_and_loaded_once() -> None:
    shelf, serving, told = Shelf(active_release=2), Serving(Served(mind=small_mind())), []
    serving.listeners.append(lambda: told.append(serving.served.release_id))
    follower = shelf.followed_by(serving)
    await follower.look()
    await follower.look()
    assert (shelf.loaded, told, serving.behind) == ([2], [2], "")


async def test_what_was_made_ready_is_not_loaded_again() -> None:
    shelf, serving = Shelf(active_release=2), Serving(Served(mind=small_mind()))
    ready = served(2)
    await shelf.followed_by(serving).look(ready)
    assert serving.mind() == ready.mind
    assert shelf.loaded == []


async def test_a_broken_release_leaves_the_one_before_in_service_and_is_tried_again_later() -> None:
    shelf, serving = Shelf(active_release=1), Serving(Served(mind=small_mind()))
    follower = shelf.followed_by(serving)
    await follower.look()
    shelf.active_release, shelf.broken[2] = 2, ModelError("the model is damaged", remedy="Train it.")
    await follower.look()
    await follower.look()
    assert (serving.served.release_id, serving.behind) == (1, "the model is damaged. Train it.")
    assert shelf.loaded == [1, 2]
    shelf.broken.clear()
    shelf.now = RETRY
    await follower.look()
    assert (serving.served.release_id, serving.behind) == (2, "")


async def test_going_back_to_what_serves_ends_being_behind() -> None:
    shelf, serving = Shelf(active_release=1), Serving(served(1))
    follower = shelf.followed_by(serving)
    shelf.active_release, shelf.broken[2] = 2, ValueError("whatever")
    await follower.look()
    assert serving.behind == "ValueError: see the log"
    shelf.active_release = 1
    await follower.look()
    assert serving.behind == ""


async def test_what_the_actions_cannot_serve_is_not_swapped_in() -> None:
    def fit(mind: Mind) -> Mind:
        if any(answer.text == "Rilis 2." for answer in mind.knowledge.answers["jam_buka"]):
            raise ModelError("a slot is missing")
        return mind

    shelf, serving = Shelf(active_release=2), Serving(Served(mind=small_mind()), fit)
    await shelf.followed_by(serving).look()
    assert (serving.served.release_id, serving.behind) == (None, "a slot is missing")


async def test_an_hour_of_following_costs_one_load_a_release() -> None:
    shelf, serving = Shelf(active_release=1), Serving(Served(mind=small_mind()))
    follower = shelf.followed_by(serving)
    for _ in range(int(timedelta(hours=1).total_seconds())):
        await follower.look()
    assert shelf.loaded == [1]
