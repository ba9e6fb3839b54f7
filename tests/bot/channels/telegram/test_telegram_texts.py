"""Cutting texts to Telegram's measure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.texts import shortened, split_text, utf16_length


def test_a_text_that_fits_stays_whole() -> None:
    assert split_text("  halo  ", 10) == ["halo"]
    assert split_text("0123456789", 10) == ["0123456789"]


def test_a_blank_text_has_no_parts() -> None:
    assert split_text(" \n ") == []


def test_paragraphs_are_cut_apart_before_sentences() -> None:
    assert split_text("Satu. Dua.\n\nTiga. Empat.", 20) == ["Satu. Dua.", "Tiga. Empat."]


def test_lines_are_cut_apart_before_sentences() -> None:
    assert split_text("Satu. Dua.\nTiga. Empat.", 20) == ["Satu. Dua.", "Tiga. Empat."]


def test_sentences_are_cut_apart_before_words() -> None:
    assert split_text("Satu dua tiga. Empat lima enam", 20) == ["Satu dua tiga.", "Empat lima enam"]
    assert split_text("Apa kabar semua?” Baik semua di sini", 22) == ["Apa kabar semua?”", "Baik semua di sini"]


def test_words_are_cut_apart_before_letters() -> None:
    assert split_text("satu dua tiga empat", 10) == ["satu dua", "tiga empat"]


def test_a_single_word_is_cut_where_it_must() -> None:
    assert split_text("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_place_for_a_cut_near_the_beginning_is_not_taken() -> None:
    assert split_text("Ya.\n\n" + "kata " * 10, 40)[0].count("kata") >= 5


def test_emoji_count_twice_and_are_never_cut_through() -> None:
    assert utf16_length("a🙏") == 3
    assert split_text("🙏" * 5, 5) == ["🙏🙏", "🙏🙏", "🙏"]


def test_the_first_part_can_have_another_limit() -> None:
    assert split_text("satu dua tiga empat lima", 20, first=9) == ["satu dua", "tiga empat lima"]


def test_shortening_leaves_an_ellipsis_within_the_limit() -> None:
    assert shortened("Tiket", 5) == "Tiket"
    assert shortened("Tiket 12", 6) == "Tiket…"
    assert shortened("🙏🙏🙏", 4) == "🙏…"


@given(st.text(alphabet="ab .\n?!🙏”", max_size=200), st.integers(2, 40))
def test_parts_fit_and_nothing_but_space_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(0 < utf16_length(part) <= limit and part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
