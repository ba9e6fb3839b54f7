"""The survey after an episode, as the customer answers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.survey import COMMENT_WITHIN, OPEN_FOR
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SARI, SmallService
from bot.testing.small_shop import PHRASES, POLICY, small_mind
from conversation.desk_ports import EpisodeRow
from conversation.effects import AnswerPress, SendText
from conversation.messages import Author
from conversation.state import EpisodeId
from handoff.notices import NO_COMMENT, STARS
from handoff.policy import Department, DeskPolicy

ASKING = DeskPolicy(other=Department(survey=True))


@pytest.fixture
async def shop() -> SmallService:
    """A shop with a customer whose ticket was just resolved."""
    shop = SmallService(mind=small_mind(replace(POLICY, desk=ASKING)))
    await shop.hears("rusak!")
    await shop.desk.resolve((await shop.open_ticket()).id, SARI)
    await shop.settle()
    return shop


async def press(shop: SmallService, payload: str) -> AnswerPress:
    await shop.receive(shop.channel.pressed(payload))
    return [effect for _, effect in shop.channel.performed if isinstance(effect, AnswerPress)][-1]


async def episode(shop: SmallService) -> EpisodeRow:
    (row,) = await shop.store.past_episodes(BUDI.conversation_id)
    return row


async def test_the_question_has_five_stars_to_choose_from(shop: SmallService) -> None:
    asked = [effect for _, effect in shop.channel.performed if isinstance(effect, SendText) and effect.buttons][-1]
    number = (await episode(shop)).id
    assert asked.text == PHRASES.desk.survey
    assert [button.payload for row in asked.buttons for button in row] == [f"{STARS}:{number}:{n}" for n in range(1, 6)]


async def test_stars_are_kept_and_a_comment_after_them(shop: SmallService) -> None:
    await press(shop, f"{STARS}:{(await episode(shop)).id}:4")
    assert shop.channel.texts()[-1] == PHRASES.desk.survey_thanks.format(stars="⭐⭐⭐⭐")
    assert (Author.CUSTOMER, "[⭐⭐⭐⭐]", None) in await shop.history()
    assert (await shop.hears("agennya ramah"))[-1] == PHRASES.desk.survey_comment_kept
    rated = await episode(shop)
    assert (rated.stars, rated.comment) == (4, "agennya ramah")
    assert (await shop.hears("jam buka?"))[-1] == "Buka jam 9"


async def test_an_answer_opens_no_episode(shop: SmallService) -> None:
    await press(shop, f"{STARS}:{(await episode(shop)).id}:4")
    await shop.hears("agennya ramah")
    assert len(await shop.store.episodes(BUDI.conversation_id)) == 1
    assert (await shop.snapshot()).conversation.episode_id is None


async def test_stars_are_given_once(shop: SmallService) -> None:
    number = (await episode(shop)).id
    await press(shop, f"{STARS}:{number}:5")
    assert (await press(shop, f"{STARS}:{number}:1")).text == PHRASES.already_answered
    assert (await episode(shop)).stars == 5


async def test_who_has_nothing_to_add_goes_on_as_usual(shop: SmallService) -> None:
    number = (await episode(shop)).id
    await press(shop, f"{STARS}:{number}:5")
    await press(shop, f"{NO_COMMENT}:{number}")
    assert (await shop.hears("pakai kurir apa"))[-1] == "JNE Kak"
    assert (await episode(shop)).comment == ""


async def test_a_complaint_is_no_comment(shop: SmallService) -> None:
    await press(shop, f"{STARS}:{(await episode(shop)).id}:1")
    await shop.hears("rusak!")
    assert (await episode(shop)).comment == ""
    assert (await shop.open_ticket()).is_open


@pytest.mark.parametrize("words", ["/menu", "/status"])
async def test_a_command_is_no_comment(shop: SmallService, words: str) -> None:
    await press(shop, f"{STARS}:{(await episode(shop)).id}:1")
    await shop.hears(words)
    assert (await episode(shop)).comment == ""


async def test_a_survey_runs_out(shop: SmallService) -> None:
    shop.clock.now += OPEN_FOR + timedelta(seconds=1)
    await press(shop, f"{STARS}:{(await episode(shop)).id}:4")
    assert (await episode(shop)).stars is None


async def test_what_is_written_much_later_is_no_comment(shop: SmallService) -> None:
    await press(shop, f"{STARS}:{(await episode(shop)).id}:4")
    shop.clock.now += COMMENT_WITHIN + timedelta(seconds=1)
    assert (await shop.hears("jam buka?"))[-1] == "Buka jam 9"
    assert (await shop.store.past_episodes(BUDI.conversation_id))[-1].comment == ""


async def test_stars_of_another_episode_are_not_taken(shop: SmallService) -> None:
    await press(shop, f"{STARS}:{EpisodeId(999)}:4")
    assert (await episode(shop)).stars is None
