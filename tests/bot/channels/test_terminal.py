"""The terminal: lines become updates, effects become lines, numbers press buttons."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.channels.terminal import TerminalChannel
from bot.testing.manual_clock import NOON
from conversation.effects import AnswerPress, Button, CopyMessage, EditText, Effect, LeaveChat, SendPhoto, SendText
from conversation.messages import Author, Contact, CustomerEvent, Message, Press
from conversation.ports import Receipt, ReceiptStatus, Target

BUDI = Contact(channel="terminal", address="budi", name="budi")
HERE = Target(chat="budi")
ROWS = ((Button(title="Jam buka", payload="/jam_buka"),), (Button(title="Bukan itu", payload="?none"),))


class Screen:
    """A terminal, and what it shows."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, tuple[str, ...]]] = []
        self.channel = TerminalChannel(show=lambda text, buttons: self.shown.append((text, buttons)), contact=BUDI)

    def typed(self, line: str, serial: str = "1") -> CustomerEvent:
        return self.channel.read(self.channel.typed(line, serial, NOON))

    async def does(self, effect: Effect) -> Receipt:
        await self.channel.ready(HERE, effect)
        return await self.channel.perform(HERE, effect)


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_a_line_is_a_message_of_who_sits_there(screen: Screen) -> None:
    event = screen.typed("jam buka? 😊")
    assert event == CustomerEvent(contact=BUDI, what=Message(author=Author.CUSTOMER, text="jam buka? 😊", at=NOON))


def test_the_same_words_typed_again_are_another_update(screen: Screen) -> None:
    first, second = (screen.channel.typed("halo", serial, NOON) for serial in ("1", "2"))
    assert first.key != second.key
    assert first.lane == second.lane == screen.channel.conversation_id == "terminal:budi"


def test_two_people_may_type_at_the_same_moment(screen: Screen) -> None:
    other = TerminalChannel(show=lambda text, buttons: None, contact=replace(BUDI, address="wati", name="wati"))
    assert other.typed("halo", "1", NOON).key != screen.channel.typed("halo", "1", NOON).key


def test_an_update_can_be_read_by_another_run(screen: Screen) -> None:
    update = screen.channel.typed("halo", "1", NOON)
    assert Screen().channel.read(update) == screen.channel.read(update)


async def test_a_number_presses_the_button_that_stands_there(screen: Screen) -> None:
    await screen.does(SendText(text="Maksud Kak:", buttons=ROWS))
    assert screen.shown == [("Maksud Kak:", ("Jam buka", "Bukan itu"))]
    assert screen.typed(" 2 ", "9").what == Press(press_id="9", payload="?none", at=NOON)


@pytest.mark.parametrize("line", ["0", "3", "-1", "1.", "satu", "²"])
async def test_anything_else_is_words(screen: Screen, line: str) -> None:
    await screen.does(SendText(text="Maksud Kak:", buttons=ROWS))
    assert isinstance(screen.typed(line).what, Message)


async def test_buttons_are_gone_with_the_next_words(screen: Screen) -> None:
    await screen.does(SendText(text="Maksud Kak:", buttons=ROWS))
    await screen.does(SendText(text="Buka jam 9"))
    assert isinstance(screen.typed("1").what, Message)


async def test_an_edit_is_shown_as_words(screen: Screen) -> None:
    await screen.does(EditText(text="Besok ya", buttons=ROWS))
    assert screen.shown == [("Besok ya", ("Jam buka", "Bukan itu"))]


@pytest.mark.parametrize(
    ("effect", "shown"),
    [
        (SendPhoto(url="https://x/a.png", caption="Toko"), [("[https://x/a.png] Toko", ())]),
        (SendPhoto(url="https://x/a.png"), [("[https://x/a.png]", ())]),
        (AnswerPress(press_id="1", text="Sudah dijawab"), [("Sudah dijawab", ())]),
        (AnswerPress(press_id="1"), []),
    ],
)
async def test_other_effects_are_told_in_words(
    screen: Screen, effect: Effect, shown: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert await screen.does(effect) == Receipt(status=ReceiptStatus.DONE)
    assert screen.shown == shown


@pytest.mark.parametrize("effect", [CopyMessage(from_chat="1", external_id="2"), LeaveChat()])
async def test_what_a_terminal_cannot_do_is_refused_with_its_name(screen: Screen, effect: Effect) -> None:
    receipt = await screen.does(effect)
    assert receipt.status is ReceiptStatus.REJECTED
    assert effect.kind in receipt.error


@pytest.mark.parametrize(
    "payload",
    ["", "{", "[]", "null", "{}", json.dumps({"text": "x", "serial": "1"}), '{"text":"x","serial":"1","at":"?"}'],
)
def test_what_it_did_not_write_it_does_not_read(screen: Screen, payload: str) -> None:
    update = replace(screen.channel.typed("halo", "1", NOON), payload=payload)
    with pytest.raises(ValueError):  # noqa: PT011  # The port promises no more than the type.
        screen.channel.read(update)


async def test_there_is_nothing_to_show_while_it_works(screen: Screen) -> None:
    await screen.channel.show_working("budi")
    assert screen.shown == []
