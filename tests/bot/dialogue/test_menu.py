"""The menu of topics: lists of buttons that turn their pages in the place where they stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.decide import decide
from bot.dialogue.decision import Decision, Said
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_shop import PHRASES, POLICY, understand
from conversation.effects import EditText, SendText
from conversation.state import Conversation
from intents.knowledge import Answer, Intent, KnowledgeBase

TOPICS = {f"kirim_{n}": "pengiriman" for n in range(8)} | {"bayar": "pembayaran", "jam": ""}
BASE = KnowledgeBase(
    intents={name: Intent(name=name, title=name.upper(), department=part) for name, part in TOPICS.items()}
    | {
        "tanpa_judul": Intent(name="tanpa_judul", department="lain"),
        "keluhan": Intent(name="keluhan", kind="complaint", title="Keluhan", department="retur"),
    },
    answers={name: (Answer(text=f"Jawaban {name}"),) for name in TOPICS},
)


def shown(said: Said, knowledge: KnowledgeBase = BASE) -> Decision:
    return decide(
        conversation=Conversation(contact=BUDI),
        ticket=None,
        said=said,
        understanding=understand(said.text) if said.text else None,
        knowledge=knowledge,
        policy=POLICY,
        now=NOON,
    )


def titles(decision: Decision) -> list[list[str]]:
    (effect,) = decision.says
    assert isinstance(effect, SendText | EditText)
    return [[button.title for button in row] for row in effect.buttons]


def test_the_menu_shows_the_topics_that_have_something_to_choose() -> None:
    decision = shown(Said(text="/menu"))
    assert titles(decision) == [["Pengiriman"], ["Pembayaran"], ["Umum"]]
    assert isinstance(decision.says[0], SendText)
    assert decision.label == "menu"


def test_a_topic_opens_in_the_place_of_the_menu_and_turns_its_pages() -> None:
    first = shown(Said(pressed="?menu:pengiriman:0"))
    assert isinstance(first.says[0], EditText)
    assert titles(first) == [*([f"KIRIM_{n}"] for n in range(6)), [PHRASES.menu_more], [PHRASES.menu_back]]
    second = shown(Said(pressed="?menu:pengiriman:1"))
    assert titles(second) == [["KIRIM_6"], ["KIRIM_7"], [PHRASES.menu_earlier], [PHRASES.menu_back]]


def test_what_is_chosen_is_answered() -> None:
    decision = shown(Said(pressed="/kirim_3"))
    assert [effect.text for effect in decision.says if isinstance(effect, SendText)] == ["Jawaban kirim_3"]


def test_a_single_topic_is_opened_at_once() -> None:
    only = replace(BASE, intents={name: BASE.intents[name] for name in ("bayar",)})
    assert titles(shown(Said(text="/menu"), only)) == [["BAYAR"]]


@pytest.mark.parametrize("payload", ["?menu", "?menu:hilang:0", "?menu:", "?menu:::"])
def test_a_topic_that_is_gone_leads_back_to_all(payload: str) -> None:
    assert titles(shown(Said(pressed=payload))) == [["Pengiriman"], ["Pembayaran"], ["Umum"]]


@pytest.mark.parametrize("page", ["99", "-1", "x", "1:2"])
def test_a_page_that_is_not_there_is_the_nearest(page: str) -> None:
    rows = titles(shown(Said(pressed=f"?menu:pengiriman:{page}")))
    assert rows[-1] == [PHRASES.menu_back]
