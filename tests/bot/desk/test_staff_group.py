"""What agents press and type in a topic beside words for the customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk import card
from bot.desk.staff_group import StaffGroup
from bot.desk.words import WORDS
from bot.testing.manual_clock import NOON
from bot.testing.small_service import DEWI, SARI, SmallService
from bot.testing.small_shop import PHRASES, POLICY, small_mind
from conversation.desk_ports import CannedReply
from conversation.effects import AnswerPress, EditText
from conversation.messages import Author, Press
from conversation.tickets import Agent, AgentId, Ticket, TicketStatus
from handoff.policy import Department, DeskPolicy

SAY = WORDS["id"]
GUDANG = Department(name="gudang", title="Gudang")


@pytest.fixture
async def shop() -> SmallService:
    shop = SmallService(mind=small_mind(replace(POLICY, desk=DeskPolicy(departments={"gudang": GUDANG}))))
    await shop.hears("rusak!")
    shop.channel.performed.clear()
    return shop


@pytest.fixture
async def ticket(shop: SmallService) -> Ticket:
    return await shop.open_ticket()


def press(payload: str) -> Press:
    return Press(press_id=f"p{payload}", payload=payload, at=NOON)


def buttons(shop: SmallService) -> list[str]:
    """The buttons of the card as it was shown last."""
    cards = [effect for _, effect in shop.channel.performed if isinstance(effect, EditText)]
    return [button.payload for row in cards[-1].buttons for button in row]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("!ambil", TicketStatus.ASSIGNED),
        ("!lepas", TicketStatus.QUEUED),
        ("!tunda 2j", TicketStatus.SNOOZED),
        ("!rapikan", TicketStatus.WRAP_UP),
        ("!selesai sudah diganti", TicketStatus.RESOLVED),
        ("!bot sudah dijelaskan", TicketStatus.RETURNED_TO_BOT),
        ("!alihkan gudang", TicketStatus.QUEUED),
    ],
)
async def test_words_do_what_buttons_do(shop: SmallService, ticket: Ticket, words: str, status: TicketStatus) -> None:
    await shop.staff("!ambil", ticket=ticket.id)
    await shop.staff(words, ticket=ticket.id, number="902")
    assert (await shop.ticket(ticket.id)).status is status
    assert all(not text.startswith("!") for text in shop.channel.texts())
    assert [author for author, _, _ in await shop.history() if author is Author.AGENT] == []


async def test_what_stands_behind_a_word_stays_with_the_ticket(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff("!label +cod", ticket=ticket.id)
    await shop.staff("!alihkan gudang cek stok", ticket=ticket.id, number="902")
    await shop.staff("!selesai sudah diganti", ticket=ticket.id, number="903")
    closed = await shop.ticket(ticket.id)
    assert (closed.labels, closed.department, closed.resolution) == (("cod",), "gudang", "sudah diganti")
    assert (Author.NOTE, "cek stok", None) in await shop.history()


async def test_a_mistyped_word_never_reaches_the_customer(shop: SmallService, ticket: Ticket) -> None:
    before = shop.channel.texts()
    await shop.staff("!selesia", ticket=ticket.id)
    assert shop.channel.texts() == before
    assert shop.topic(ticket) == [SAY.unknown_word.format(word="!selesia")]


async def test_help_lists_the_words(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff("!bantuan", ticket=ticket.id)
    assert shop.topic(ticket) == [SAY.help]


@pytest.mark.parametrize(("words", "answer"), [("!alihkan", SAY.transfer_whom), ("!tunda kapan", SAY.unknown_time)])
async def test_who_leaves_something_out_is_told_how(
    shop: SmallService, ticket: Ticket, words: str, answer: str
) -> None:
    await shop.staff("!ambil", ticket=ticket.id)
    await shop.staff(words, ticket=ticket.id)
    assert shop.topic(ticket)[-1] == answer


def here(shop: SmallService, agent: Agent) -> bool:
    found = shop.desk.roster.serving(agent.id)
    assert found is not None
    return found.available


async def test_a_break_is_a_word_away(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff("!istirahat", ticket=ticket.id)
    assert not here(shop, SARI)
    await shop.staff("!siap", ticket=ticket.id)
    assert here(shop, SARI)
    assert shop.topic(ticket) == [SAY.now_away.format(name="Sari"), SAY.now_here.format(name="Sari")]


async def test_a_ticket_is_passed_on_by_buttons(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff(press(card.CLAIM), ticket=ticket.id)
    await shop.staff(press(card.TRANSFER), ticket=ticket.id)
    assert buttons(shop) == ["!to:gudang", "!to:telegram:2", card.BACK]
    await shop.staff(press("!to:telegram:2"), ticket=ticket.id)
    given = await shop.ticket(ticket.id)
    assert (given.assignee, given.routed) == (DEWI.id, True)
    assert buttons(shop)[0] == card.CLAIM


async def test_a_choice_can_be_left_again(shop: SmallService, ticket: Ticket) -> None:
    await shop.staff(press(card.CLAIM), ticket=ticket.id)
    await shop.staff(press(card.SNOOZE), ticket=ticket.id)
    assert buttons(shop) == [card.AN_HOUR, card.TOMORROW, card.BACK]
    await shop.staff(press(card.BACK), ticket=ticket.id)
    assert buttons(shop)[0] == card.RESOLVE


@pytest.mark.parametrize("payload", [card.AN_HOUR, card.TOMORROW])
async def test_a_ticket_is_snoozed_and_woken_by_buttons(shop: SmallService, ticket: Ticket, payload: str) -> None:
    await shop.staff(press(card.CLAIM), ticket=ticket.id)
    await shop.staff(press(payload), ticket=ticket.id)
    assert (await shop.ticket(ticket.id)).status is TicketStatus.SNOOZED
    await shop.staff(press(card.WAKE), ticket=ticket.id)
    assert (await shop.ticket(ticket.id)).status is TicketStatus.ASSIGNED


async def test_a_reason_is_chosen_where_there_are_some_to_choose_from(shop: SmallService, ticket: Ticket) -> None:
    surface = shop.desk.surface
    assert surface is not None
    shop.turns.staff = StaffGroup(desk=shop.desk, surface=surface, resolutions=["diganti", "uang kembali"]).staff_event
    await shop.staff(press(card.RESOLVE), ticket=ticket.id)
    assert buttons(shop) == ["!resolve:0", "!resolve:1", card.BACK]
    await shop.staff(press("!resolve:1"), ticket=ticket.id)
    assert (await shop.ticket(ticket.id)).resolution == "uang kembali"


async def test_canned_replies_are_sent_by_shortcut_and_by_button(shop: SmallService, ticket: Ticket) -> None:
    await shop.store.save_canned_reply(CannedReply(shortcut="salam", text="Halo {nama}, saya {agen} ({tiket})."))
    await shop.store.save_canned_reply(CannedReply(shortcut="salam", text="Halo dari retur", department="retur"))
    await shop.store.save_canned_reply(CannedReply(shortcut="lain", text="Lain", department="keamanan"))
    await shop.staff("/balas", ticket=ticket.id)
    assert shop.topic(ticket) == [SAY.choose_reply]
    await shop.staff("/balas Salam", ticket=ticket.id, number="902")
    assert shop.channel.texts()[-1] == "Halo dari retur"
    await shop.store.drop_canned_reply("salam", "retur")
    await shop.staff(press("!reply:salam"), ticket=ticket.id)
    assert shop.channel.texts()[-1] == f"Halo Budi, saya Sari (#{ticket.id})."
    await shop.staff("/balas lain", ticket=ticket.id, number="903")
    assert shop.topic(ticket)[-1] == SAY.no_such_reply.format(shortcut="/lain")


async def test_an_account_that_was_just_made_may_press(shop: SmallService, ticket: Ticket) -> None:
    joko = replace(SARI, id=AgentId("desk:joko"), name="Joko", telegram_id=77)
    await shop.store.save_agent(joko)
    await shop.staff(press(card.CLAIM), ticket=ticket.id, agent=replace(joko, id=AgentId("telegram:77")))
    assert (await shop.ticket(ticket.id)).assignee == "desk:joko"
    assert [effect for _, effect in shop.channel.performed if isinstance(effect, AnswerPress)][-1].text == ""
    assert shop.channel.texts()[-1] == PHRASES.agent_joined.format(agent="Joko")
