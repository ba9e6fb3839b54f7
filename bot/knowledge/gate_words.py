"""What the gate found, in Indonesian and English: for the console and the command line."""

from __future__ import annotations

from collections.abc import Mapping

from intents.gate import Change, Ground, Reason, Trial, TrialResult

_REASONS: Mapping[str, Mapping[Ground, str]] = {
    "id": {
        Ground.ACCURACY: "Ketepatan {found} dari {cases} contoh; paling sedikit harus {limit}.",
        Ground.TESTS_RIGHT: "Hanya {found} dari {cases} pesan uji yang benar; paling sedikit harus {limit}.",
        Ground.WRONG_GIVEN: "{found} dari {cases} jawaban atas pesan uji salah; paling banyak {limit}.",
        Ground.LOST: "{found} dari {cases} contoh dan pesan uji yang sama menjadi salah; paling banyak {limit}.",
        Ground.LOST_OF_INTENT: "{intent}: {found} dari {cases} contoh dan pesan uji yang sama menjadi salah; "
        "paling banyak {limit}.",
    },
    "en": {
        Ground.ACCURACY: "Accuracy is {found} of {cases} examples; it must be at least {limit}.",
        Ground.TESTS_RIGHT: "Only {found} of {cases} test messages are right; it must be at least {limit}.",
        Ground.WRONG_GIVEN: "{found} of {cases} answers to test messages are wrong; at most {limit} may be.",
        Ground.LOST: "{found} of the same {cases} examples and test messages turned wrong; at most {limit} may.",
        Ground.LOST_OF_INTENT: "{intent}: {found} of the same {cases} examples and test messages turned wrong; "
        "at most {limit} may.",
    },
}
_OUT_OF_SCOPE = {"id": "(tidak boleh dijawab)", "en": "(must not be answered)"}
_CHANGES = {
    "id": "{intent}: {lost} menjadi salah, {gained} menjadi benar, dari {cases} yang dibandingkan",
    "en": "{intent}: {lost} turned wrong, {gained} turned right, of {cases} compared",
}
_TRIALS: Mapping[str, Mapping[TrialResult, str]] = {
    "id": {
        TrialResult.ANSWERED: "dijawab: {got}",
        TrialResult.OFFERED: "ditanya balik: {got}",
        TrialResult.WRONG: "dijawab salah: {got}; seharusnya {expected}",
        TrialResult.UNANSWERED: "tidak dijawab; seharusnya {expected}",
        TrialResult.REFUSED: "tidak dijawab, memang seharusnya begitu",
    },
    "en": {
        TrialResult.ANSWERED: "answered: {got}",
        TrialResult.OFFERED: "asked back: {got}",
        TrialResult.WRONG: "answered wrongly: {got}; should be {expected}",
        TrialResult.UNANSWERED: "not answered; should be {expected}",
        TrialResult.REFUSED: "not answered, as it should be",
    },
}


def reason_words(reason: Reason, language: str) -> str:
    """Why a release is refused, as a sentence. `language` is `id` or `en`."""
    return _REASONS[language][reason.ground].format(
        intent=reason.intent or _OUT_OF_SCOPE[language],
        found=_percent(reason.found, language),
        limit=_percent(reason.limit, language),
        cases=reason.cases,
    )


def change_words(change: Change, language: str) -> str:
    """How an intent fares, compared with the release that serves."""
    return _CHANGES[language].format(
        intent=change.intent or _OUT_OF_SCOPE[language], lost=change.lost, gained=change.gained, cases=change.compared
    )


def trial_words(trial: Trial, language: str) -> str:
    """What became of a test message."""
    return _TRIALS[language][trial.result].format(
        got=", ".join(trial.got), expected=trial.expected or _OUT_OF_SCOPE[language]
    )


def _percent(share: float, language: str) -> str:
    text = f"{share:.1%}"
    return text.replace(".", ",") if language == "id" else text
