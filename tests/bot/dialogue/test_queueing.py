"""What customers may choose while they wait for a human."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.queueing import wants_back
from bot.testing.small_service import SARI, SmallService
from bot.testing.small_shop import PHRASES, POLICY, small_mind
from conversation.effects import SendText
from conversation.state import Owner
from conversation.tickets import TicketStatus
from handoff.hours import Calendar
from handoff.notices import BACK_TO_BOT, CANCEL, LEAVE_MESSAGE
from handoff.policy import Department, DeskPolicy
from handoff.shifts import week

OFFICE = Calendar(week=week({"senin-jumat": "09:00-17:00"}), zone="WIB")
"""The clock of the tests stands at noon (UTC) of a Saturday."""


@pytest.fixture
async def shop() -> SmallService:
    """A shop that is closed, with a customer who waits."""
    closed = DeskPolicy(other=Department(calendar=OFFICE))
    shop = SmallService(mind=small_mind(replace(POLICY, desk=closed)))
    await shop.hears("rusak!")
    return shop


async def test_who_comes_out_of_hours_is_told_when_somebody_is_there(shop: SmallService) -> None:
    ticket = await shop.open_ticket()
    told = [effect for _, effect in shop.channel.performed if isinstance(effect, SendText) and effect.buttons][-1]
    assert told.text == PHRASES.desk.out_of_hours.format(when="Senin, 16 Maret pukul 09.00 WIB")
    assert [row[0].payload for row in told.buttons] == [
        f"{choice}:{ticket.id}" for choice in (LEAVE_MESSAGE, BACK_TO_BOT, CANCEL)
    ]


async def test_within_hours_nothing_is_said_of_them() -> None:
    shop = SmallService()
    await shop.hears("rusak!")
    assert len(shop.channel.texts()) == 1


@pytest.mark.parametrize(
    ("choice", "status", "owner", "said"),
    [
        (LEAVE_MESSAGE, TicketStatus.QUEUED, Owner.QUEUE, "silakan tulis pesannya"),
        (BACK_TO_BOT, TicketStatus.RETURNED_TO_BOT, Owner.BOT, PHRASES.returned_to_bot),
        (CANCEL, TicketStatus.ABANDONED, Owner.BOT, "dibatalkan"),
    ],
)
async def test_each_button_does_what_it_says(
    shop: SmallService, choice: str, status: TicketStatus, owner: Owner, said: str
) -> None:
    ticket = await shop.open_ticket()
    await shop.receive(shop.channel.pressed(f"{choice}:{ticket.id}"))
    assert (await shop.ticket(ticket.id)).status is status
    assert (await shop.snapshot()).conversation.owner is owner
    assert said in shop.channel.texts()[-1]


async def test_a_button_of_an_earlier_ticket_does_nothing(shop: SmallService) -> None:
    first = await shop.open_ticket()
    await shop.hears("/batal", "rusak!")
    await shop.receive(shop.channel.pressed(f"{CANCEL}:{first.id}"))
    assert (await shop.open_ticket()).status is TicketStatus.QUEUED


async def test_nobody_leaves_the_agent_who_serves_them_by_an_old_button(shop: SmallService) -> None:
    ticket = await shop.open_ticket()
    await shop.desk.claim(ticket.id, SARI)
    await shop.receive(shop.channel.pressed(f"{BACK_TO_BOT}:{ticket.id}"))
    assert (await shop.ticket(ticket.id)).assignee == SARI.id


async def test_words_take_a_waiting_customer_back_to_the_bot(shop: SmallService) -> None:
    ticket = await shop.open_ticket()
    await shop.hears("Kembali ke bot")
    assert (await shop.ticket(ticket.id)).status is TicketStatus.RETURNED_TO_BOT
    assert (await shop.hears("jam buka?"))[-1] == "Buka jam 9"


@pytest.mark.parametrize(
    "text", ["lanjut dengan bot saja", "balik ke bot", "mau kembali ke bot lagi", "back to the bot"]
)
def test_who_wants_the_bot_back_is_understood(text: str) -> None:
    assert wants_back(text)


@pytest.mark.parametrize("text", ["botnya payah", "kembali ke toko", "kapan kembali?", "bot"])
def test_who_only_speaks_of_it_is_not(text: str) -> None:
    assert not wants_back(text)
