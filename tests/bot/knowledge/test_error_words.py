"""What the library refuses is told in the language of whoever reads, and says what to do."""

from __future__ import annotations

import pytest

from bot.knowledge.error_words import error_words
from bot.knowledge.refusals import GateRefused, NothingToPublish, StillReferred
from conversation.errors import DataError, NoSuchRelease, Refusal, StaleDraft, TanggapError
from intents.content import content_of
from intents.gate import Change, Ground, Judgement, Reason

JUDGEMENT = Judgement(
    reasons=(Reason(ground=Ground.ACCURACY, found=0.5, limit=0.6, cases=40),),
    total=Change(intent="", compared=0, lost=0, gained=0),
)


def broken_piece() -> TanggapError:
    with pytest.raises(DataError) as raised:
        content_of({"intent/salam": {"examples": "halo"}})
    return raised.value


def missing_placeholder() -> TanggapError:
    content = content_of({"intent/salam": {"examples": ["halo"], "answers": [{"text": "Saldo {saldo}."}]}})
    with pytest.raises(DataError) as raised:
        content.knowledge.filled({"sapaan": "Kak"})
    return raised.value


@pytest.mark.parametrize(
    ("error", "indonesian", "english"),
    [
        (StaleDraft("x"), "Orang lain baru saja mengubah", "Somebody else has just changed"),
        (NothingToPublish(), "Tidak ada perubahan untuk diterbitkan.", "There is no change to publish."),
        (NoSuchRelease(7), "Rilis 7 tidak ada.", "There is no release 7."),
        (
            StillReferred("intent/retur", ["rules: retur", "buttons: salam"]),
            "Masih dirujuk oleh aturan retur; tombol di jawaban salam.",
            "Still referred to by rule retur; button in answer salam.",
        ),
        (
            GateRefused(JUDGEMENT),
            "Ditolak, karena hasilnya lebih buruk dari batas:\nKetepatan 50,0%",
            "Refused, because the result is worse than the limits allow:\nAccuracy is 50.0%",
        ),
        (
            missing_placeholder(),
            "Tidak bisa dipakai: jawaban salam memakai {saldo}, yang tidak ada nilainya.",
            "It cannot be used: the answer to salam names {saldo}, which has no value.",
        ),
        (broken_piece(), "Tidak bisa dipakai: intent/salam: examples", "It cannot be used: intent/salam: examples"),
        (
            Refusal("Sudah terlambat.", remedy="Coba lagi."),
            "Sudah terlambat. Coba lagi.",
            "Sudah terlambat. Coba lagi.",
        ),
    ],
)
def test_a_refusal_is_told_in_the_readers_language(error: TanggapError, indonesian: str, english: str) -> None:
    assert error_words(error, "id").startswith(indonesian)
    assert error_words(error, "en").startswith(english)
