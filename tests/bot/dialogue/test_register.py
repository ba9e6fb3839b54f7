"""In which language and how formally a customer writes, and how they are answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.decide import decide
from bot.dialogue.decision import Said
from bot.dialogue.register import formality, without_emoji
from bot.mind import policy_of
from bot.settings import Settings
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_shop import KNOWLEDGE, understood
from conversation.effects import SendText
from conversation.phrases import ENGLISH
from conversation.state import Conversation, DialogueState
from intents.knowledge import Answer
from intents.triage import Thresholds

POLICY = policy_of(Settings(), Thresholds())
SHOP = replace(
    KNOWLEDGE,
    answers={
        "jam_buka": (
            Answer(text="Buka jam 9 ya {sapaan} 😊"),
            Answer(text="We open at 9.", language="en"),
            Answer(text="Bukak jam 9 nggih.", language="jv"),
        )
    },
    values={"sapaan": "Kak"},
)


def reply(text: str, language: str, state: DialogueState | None = None) -> tuple[str, DialogueState]:
    decision = decide(
        conversation=Conversation(contact=BUDI, dialogue=state or DialogueState()),
        ticket=None,
        said=Said(text=text),
        understanding=replace(understood(text, ("jam_buka", 0.9)), language=language),
        knowledge=SHOP,
        policy=POLICY,
        now=NOON,
    )
    (effect,) = decision.says
    assert isinstance(effect, SendText)
    return effect.text, decision.state


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("id", "Buka jam 9 ya Kak 😊"),
        ("en", "We open at 9."),
        ("jv", "Bukak jam 9 nggih."),
        ("su", "Buka jam 9 ya Kak 😊"),
    ],
)
def test_the_answer_comes_in_the_customers_language_where_there_is_one(language: str, answer: str) -> None:
    assert reply("one two three four", language)[0] == answer


def test_a_few_words_do_not_change_the_language_of_a_conversation() -> None:
    _, state = reply("what time do you open", "en")
    assert reply("ok min", "id", state)[0] == "We open at 9."
    assert reply("buka jam berapa ya", "id", state)[0] == "Buka jam 9 ya Kak 😊"


def test_what_the_system_says_follows_the_language_too() -> None:
    assert POLICY.voice("en", formal=False).unknown == ENGLISH.unknown
    assert "Bapak/Ibu" in POLICY.voice("id", formal=True).unknown
    assert "Kak" in POLICY.voice("su", formal=False).unknown


def test_who_writes_formally_is_answered_so() -> None:
    answer, state = reply("Selamat pagi Bapak/Ibu, mohon informasi jam buka.", "id")
    assert answer == "Buka jam 9 ya Bapak/Ibu"
    assert reply("Baik, dan hari Minggu?", "id", state)[0] == "Buka jam 9 ya Bapak/Ibu"
    assert reply("oke kak makasih ya", "id", state)[0] == "Buka jam 9 ya Kak 😊"


@pytest.mark.parametrize(
    ("text", "formal"),
    [
        ("Mohon bantuannya, bagaimana cara mengajukan retur?", True),
        ("Apakah Anda dapat membantu saya", True),
        ("gmn dong min", False),
        ("mohon bantuannya dong kak", False),
        ("jam buka?", None),
        ("", None),
    ],
)
def test_words_show_how_formally_somebody_writes(text: str, formal: bool | None) -> None:
    assert formality(text) is formal


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Halo 😊, ya 👍🏽!", "Halo, ya!"), ("✅ Beres\n❤️ sip", "Beres\n sip"), ("A → B", "A → B"), ("tanpa", "tanpa")],
)
def test_emoji_are_taken_out_without_a_trace(text: str, plain: str) -> None:
    assert without_emoji(text) == plain
