"""What staff type, and what they mean by it."""

from __future__ import annotations

import pytest

from bot.staffroom.asking import Ambiguous, Command, Intents, Meant, command_in, fitting, meant_in, ref_of
from bot.staffroom.deeds import names_in, utf16
from bot.staffroom.showing import opening
from bot.staffroom.words import WORDS
from conversation.understanding import IntentScore

INTENTS: Intents = {
    "jam_buka": {"title": "Jam buka", "answers": [{"text": "Pukul 9"}], "examples": ["buka jam brp"]},
    "jam": {"title": "Jam tangan", "answers": [{"text": "Ada {merek}"}]},
    "retur": {"title": "Retur"},
    "retur_2": {"title": "Retur", "answers": [{"text": "Bisa ditukar"}]},
}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/faq jam buka", Command(name="look", mark="/", rest="jam buka")),
        ("!FAQ", Command(name="look", mark="!", rest="")),
        ("/coba@tokobot halo", Command(name="try", mark="/", rest="halo")),
        ("/ubah jam_buka satu\n\ndua", Command(name="edit", mark="/", rest="jam_buka satu\n\ndua")),
        ("/kembalikan", Command(name="back", mark="/", rest="")),
        ("faq jam", None),
        ("/faqs jam", None),
        ("/ faq", None),
        ("//faq", None),
        ("", None),
    ],
)
def test_a_command_keeps_the_lines_behind_it(text: str, command: Command | None) -> None:
    assert command_in(text) == command


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("jam_buka Pukul 10", Meant(intent="jam_buka", rest="Pukul 10")),
        ("JAM BUKA\nPukul 10", Meant(intent="jam_buka", rest="Pukul 10")),
        ("jam#2 Ada", Meant(intent="jam", place=1, rest="Ada")),
        ("jam #2 Ada", Meant(intent="jam", rest="#2 Ada")),
        ("jam#0 Ada", Meant(intent="jam", place=-1, rest="Ada")),
        ("retur Bisa", Meant(intent="retur", rest="Bisa")),
        ("jamu Ada", None),
        ("", None),
    ],
)
def test_the_longest_name_or_title_is_meant(text: str, meant: Meant | None) -> None:
    assert meant_in(text, INTENTS) == meant


def test_a_title_that_several_have_is_no_name() -> None:
    shared: Intents = {"a": {"title": "Sama"}, "b": {"title": "Sama"}}
    with pytest.raises(Ambiguous, match="a, b"):
        meant_in("sama teks", shared)
    assert meant_in("b teks", shared) == Meant(intent="b", rest="teks")


def test_what_it_is_understood_as_goes_before_what_holds_the_words() -> None:
    ranking = [IntentScore(intent="retur_2", confidence=0.6), IntentScore(intent="jam", confidence=0.1)]
    assert fitting("jam", INTENTS, ranking) == [("retur_2", 0.6), ("jam_buka", None), ("jam", None)]
    assert [name for name, _ in fitting("pukul", INTENTS, [])] == ["jam_buka"], "answers are searched too"
    assert fitting("?!", INTENTS, []) == []
    assert fitting("zzz", INTENTS, [IntentScore(intent="gone", confidence=0.9)]) == []


def test_a_button_carries_a_name_of_any_length() -> None:
    long = "x" * 500
    assert len(opening(long, 12).encode()) <= 64
    assert ref_of(long) != ref_of(long + "x")


@pytest.mark.parametrize("text", ["{", "}", "{}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{0}"])
def test_braces_that_hold_no_name_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        list(names_in(text))


def test_doubled_braces_name_nothing() -> None:
    assert list(names_in("{{x}} {sapaan}")) == ["sapaan"]


def test_telegram_counts_emoji_twice() -> None:
    assert utf16("a😀") == 3


def test_both_languages_fill_in_the_same() -> None:
    def fields(value: object) -> set[str]:
        texts = value.values() if isinstance(value, dict) else [value]
        return {name for text in texts for name in names_in(str(text))}

    for field in WORDS["id"].__dataclass_fields__:
        mine, theirs = (getattr(WORDS[language], field) for language in ("id", "en"))
        assert fields(mine) == fields(theirs), field
