"""Bot and human never talk over each other, not even when the bot's words were on their way already."""

from __future__ import annotations

import pytest

from bot.testing.bot_api import TooManyRequests
from tests.desk import Desk, bot_messages

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_bot_answer_in_flight_is_dropped_when_an_agent_answers(desk: Desk) -> None:
    yuni, topic = await desk.complaint("Yuni")
    # The bot answers plain questions of those who wait for a human. This answer is held up for two seconds.
    held_up = desk.server.fail(with_=TooManyRequests(retry_after=2), method="sendMessage", chat_id=yuni.chat_id)
    yuni.sends("jam buka?")
    while not held_up.hits:
        await desk.server.until_confirmed()
        await desk.service.health()
    desk.budi.writes("Halo Kak, saya Budi", topic=topic.thread_id)
    await yuni.receives(containing="Halo Kak, saya Budi")
    await desk.at_rest()
    assert all("Kami buka" not in message.text for message in bot_messages(yuni))


async def test_the_question_is_answered_by_the_bot_while_nobody_else_does(desk: Desk) -> None:
    yanti, topic = await desk.complaint("Yanti")
    yanti.sends("jam buka?")
    await yanti.receives(containing="Kami buka")
    await desk.at_rest()
    assert "🤖 Kami buka" in desk.said_in(topic), "the agents see what the bot has told"
