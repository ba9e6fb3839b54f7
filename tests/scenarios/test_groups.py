"""Groups that the bot was not made for."""

from __future__ import annotations

import pytest

from tests.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_foreign_group_is_left_with_a_polite_sentence(desk: Desk) -> None:
    neighbours = desk.server.group("Arisan RT 5", with_bots=False)
    neighbours.adds_bot(desk.server.bot())
    goodbye = await desk.server.wait_for_message(neighbours.chat_id, containing="saya pamit dari grup ini ya")
    assert str(neighbours.chat_id) in goodbye.text
    while not desk.server.ledger.calls("leaveChat", chat_id=neighbours.chat_id):
        await desk.at_rest()
    assert len(desk.server.messages(neighbours.chat_id)) == 1


async def test_chatter_outside_of_topics_is_nobodys_ticket(desk: Desk) -> None:
    before = (await desk.at_rest())["messages"]
    desk.budi.writes("makan siang di mana?")
    desk.joko.sends_photo()
    assert (await desk.at_rest())["messages"] == before
