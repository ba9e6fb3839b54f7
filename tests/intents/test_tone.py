"""The tone checker finds what `docs/tone.md` calls bad, and lets pass what it calls good."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intents.tone import MAX_LENGTH, check_tone

TONE_PAGE = Path(__file__).parents[2] / "docs" / "tone.md"


def said(mark: str) -> list[str]:
    """The examples of the page that begin with a mark, lines joined."""
    quotes = re.split(r"\n>?\n|\n(?!>)", TONE_PAGE.read_text(encoding="utf-8"))
    plain = [" ".join(line.removeprefix(">").strip() for line in quote.splitlines()) for quote in quotes]
    return [quote.removeprefix(mark).strip() for quote in plain if quote.startswith(mark)]


def test_the_good_examples_of_the_page_pass() -> None:
    good = said("✔")
    assert len(good) == 6
    assert {answer: check_tone(answer) for answer in good} == {answer: [] for answer in good}


def test_the_bad_examples_of_the_page_are_found() -> None:
    bad = said("✘")
    assert len(bad) == 6
    passed = [answer for answer in bad if not check_tone(answer)]
    assert passed == ["Terima kasih telah menghubungi kami. Pertanyaan Anda sangat penting bagi kami."]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("Ini salah Anda.", "blames"),
        ("Itu salah kakak sendiri.", "blames"),
        ("{sapaan} yang salah tulis alamat.", "blames"),
        ("Seharusnya Anda cek dulu.", "blames"),
        ("Anda tidak mengisi alamat.", "blames"),
        ("Mungkin {sapaan} kurang teliti.", "blames"),
        ("Maaf, tidak bisa dibantu.", "turns the customer away"),
        ("Itu bukan urusan kami.", "turns the customer away"),
        ("Harap maklum ya.", "office language"),
        ("Semua sesuai prosedur.", "office language"),
        ("Harap bersabar, {sapaan}.", "how to feel"),
        ("Uangnya pasti kembali.", "promises"),
        ("Halo Kak, ada yang bisa dibantu?", "fixed word"),
        ("SILAKAN CEK LAGI", "shouts"),
        ("Baik! Siap! Oke!", "exclamation marks"),
        ("Maaf ya, mohon maaf sekali.", "apologies"),
        ("You should have checked first.", "blames"),
        ("There is nothing we can do.", "turns the customer away"),
        ("We apologise for the inconvenience.", "office language"),
        ("Please be patient.", "how to feel"),
        ("It will definitely arrive tomorrow.", "promises"),
        ("Sorry, we are very sorry.", "apologies"),
        ("Sabar rumiyin nggih.", "how to feel"),
        ("Paketipun mesthi dugi.", "promises"),
        ("Nyuwun pangapunten, pangapunten sanget.", "apologies"),
    ],
)
def test_a_phrase_against_the_rules_is_found(answer: str, problem: str) -> None:
    assert any(problem in found for found in check_tone(answer))


@pytest.mark.parametrize(
    "answer",
    [
        "Salah alamat bisa diubah selama belum dikirim, {sapaan}.",
        "Maaf ya {sapaan}, ini seharusnya tidak terjadi.",
        "{sapaan} tidak perlu konfirmasi lagi.",
        "Siapkan NPWP, KTP, atau nomor IMEI ya.",
        "Tetap pakai kakaktua.example sebagai contoh.",
        "You can see what you should pay at checkout.",
        "If you forgot your password, tap Lupa Kata Sandi.",
    ],
)
def test_an_innocent_phrase_passes(answer: str) -> None:
    assert check_tone(answer) == []


def test_a_long_answer_is_found_and_its_length_named() -> None:
    assert check_tone("a" * MAX_LENGTH) == []
    assert check_tone("a" * (MAX_LENGTH + 1))[0].startswith(f"{MAX_LENGTH + 1} characters")
