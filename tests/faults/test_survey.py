"""The service dies while it keeps what a customer says of it: stars and comment come with their turn, or not yet."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.testing.service import RunningService
from tests.desk import bot_messages, open_desk
from tests.faults.failpoint import kill_at


def kept(service: RunningService) -> tuple[int | None, str, int]:
    """Stars and comment of the only episode, and how many messages the customer wrote."""
    with closing(sqlite3.connect(service.database)) as database:
        [(stars, comment)] = database.execute("SELECT stars, comment FROM episodes").fetchall()
        [(written,)] = database.execute("SELECT count(*) FROM messages WHERE author = 'customer'").fetchall()
    return stars, comment, written


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_stars_and_their_turn_are_kept_together_or_not_at_all(
    tmp_path: Path, shop: dict[str, str], moment: str
) -> None:
    sent = moment == "before"  # After a commit nobody knows whether the answer went out; so it is not sent again.
    async with open_desk(tmp_path, {**shop, "desk__survey": True, "dialogue__fragment_pause_seconds": 0}) as desk:
        rina, topic = await desk.complaint("Rina")
        desk.budi.presses("Ambil", topic=topic.thread_id)
        await desk.at_rest()
        desk.budi.presses("Selesai", topic=topic.thread_id)
        await rina.receives(containing="Bagaimana pelayanan kami")
        await desk.at_rest()
        assert kept(desk.service) == (None, "", 1)
        await desk.service.stop()
        armed = kill_at(desk.service, "commit", moment)
        is_armed, arm = armed.exists, armed.touch
        await desk.service.start()

        rina.presses("5 ⭐")
        await desk.service.ended()
        assert not is_armed()
        assert kept(desk.service) == ((None, "", 1) if moment == "before" else (5, "", 2))
        await desk.service.start()
        if sent:
            await rina.receives(containing="⭐⭐⭐⭐⭐")
        await desk.at_rest()
        assert kept(desk.service) == (5, "", 2)

        arm()
        rina.sends("cepat dan ramah")
        await desk.service.ended()
        assert not is_armed()
        assert kept(desk.service) == ((5, "", 2) if moment == "before" else (5, "cepat dan ramah", 3))
        await desk.service.start()
        if sent:
            await rina.receives(containing="masukannya sudah kami catat")
        await desk.at_rest()
        assert kept(desk.service) == (5, "cepat dan ramah", 3)
        thanks = [message.text for message in bot_messages(rina) if "⭐⭐⭐⭐⭐" in message.text]
        noted = [message.text for message in bot_messages(rina) if "masukannya sudah kami catat" in message.text]
        assert (len(thanks), len(noted)) == (sent, sent)
