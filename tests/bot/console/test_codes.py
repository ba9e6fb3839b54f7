"""Sign-in from Telegram: one-time codes."""

from __future__ import annotations

from datetime import timedelta

from bot.console.codes import GOOD_FOR, TRIES, Codes, by_channel
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import ScriptedChannel
from conversation.effects import SendText
from conversation.ports import Target
from conversation.tickets import AgentId

SARI = AgentId("console:sari")


def test_a_code_opens_once_for_the_browser_that_asked() -> None:
    codes = Codes()
    code, ticket = codes.issue(SARI, NOON)
    assert codes.redeem("another ticket", code, NOON) is None
    assert codes.redeem(ticket, f" {code[:4]} {code[4:]} ", NOON) == SARI
    assert codes.redeem(ticket, code, NOON) is None


def test_a_code_is_good_for_two_minutes() -> None:
    codes = Codes()
    code, ticket = codes.issue(SARI, NOON)
    assert codes.redeem(ticket, code, NOON + GOOD_FOR) is None
    code, ticket = codes.issue(SARI, NOON)
    assert codes.redeem(ticket, code, NOON + GOOD_FOR - timedelta(seconds=1)) == SARI


def test_a_code_bears_few_wrong_attempts() -> None:
    codes = Codes()
    code, ticket = codes.issue(SARI, NOON)
    wrong = "0" * 8 if code != "0" * 8 else "1" * 8
    assert [codes.redeem(ticket, wrong, NOON) for _ in range(TRIES)] == [None] * TRIES
    assert codes.redeem(ticket, code, NOON) is None


def test_nobody_gets_a_code_that_opens_nothing() -> None:
    codes = Codes()
    code, ticket = codes.issue(None, NOON)
    assert codes.redeem(ticket, code, NOON) is None


async def test_the_bot_sends_it_to_the_agents_own_chat() -> None:
    channel = ScriptedChannel()
    await by_channel(channel)(777, "Kode: 1234 5678")
    assert channel.performed == [(Target(chat="777"), SendText(text="Kode: 1234 5678"))]
