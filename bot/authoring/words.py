"""What is said of conversation tests and how they went, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.authoring.compare import Aspect
from bot.authoring.script import Deed, Presses, Restarts, Sends, Waits, Why, Writes


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language's words. Braces name what is filled in with `str.format`."""

    playing: str
    customer: str
    bot: str
    because: str
    decision: str
    expected: str
    got: str
    nothing: str
    in_scope: str
    passed: str
    failed: str
    skipped: str
    line: str
    presses: str
    sends: str
    waits: str
    restarts: str
    aspects: Mapping[Aspect, str]
    whys: Mapping[Why, str]

    def deed(self, deed: Deed) -> str:
        """What the customer does, in words."""
        match deed:
            case Writes(text=text):
                return text
            case Presses(button=button):
                return self.presses.format(button=button)
            case Sends(attachment=attachment, text=text):
                return f"{self.sends.format(what=attachment.value)} {text}".rstrip()
            case Waits(duration=duration):
                return self.waits.format(duration=_duration(duration))
            case Restarts():
                return self.restarts


def _duration(duration: timedelta) -> str:
    hours, rest = divmod(int(duration.total_seconds()), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"


_INDONESIAN = Words(
    playing="Memainkan percakapan",
    customer="pelanggan",
    bot="bot",
    because="dibaca",
    decision="keputusan",
    expected="diharapkan",
    got="ternyata",
    nothing="(tidak ada)",
    in_scope="dalam cakupan",
    passed="lulus",
    failed="gagal",
    skipped="dilewati",
    line="baris",
    presses="(menekan [{button}])",
    sends="(mengirim {what})",
    waits="(menunggu {duration})",
    restarts="(layanan dihentikan dan dijalankan lagi)",
    aspects={
        Aspect.INTENT: "maksud",
        Aspect.KIND: "jenis keputusan",
        Aspect.REASON: "alasan keputusan",
        Aspect.RESPONSE: "jawaban",
        Aspect.TEXT: "teks",
        Aspect.CONTAINS: "teks yang memuat",
        Aspect.BUTTONS: "tombol",
        Aspect.SILENT: "diam",
        Aspect.BUTTON: "tombol yang ditekan",
        Aspect.SLOT: "slot",
        Aspect.FORM: "formulir",
        Aspect.ACTION: "aksi",
        Aspect.TICKET: "tiket",
    },
    whys={
        Why.NO_TESTS: "tidak berisi tes percakapan (`tests:`, `stories:`, atau `test_cases:`)",
        Why.TRAINING_STORY: "story untuk melatih Rasa: tidak ada langkah `user:`",
        Why.UNKNOWN_STEP: "langkah Rasa yang tidak ada padanannya di sini",
        Why.RASA_ACTION: "aksi bawaan Rasa; di sini tidak ada padanannya",
        Why.FALLBACK_INTENT: "maksud cadangan Rasa tidak dibandingkan",
        Why.ENTITIES: "anotasi entitas dibaca sebagai teks biasa; entitasnya tidak dibandingkan",
    },
)

_ENGLISH = Words(
    playing="Playing conversations",
    customer="customer",
    bot="bot",
    because="read",
    decision="decision",
    expected="expected",
    got="got",
    nothing="(nothing)",
    in_scope="in scope",
    passed="passed",
    failed="failed",
    skipped="skipped",
    line="line",
    presses="(presses [{button}])",
    sends="(sends a {what})",
    waits="(waits {duration})",
    restarts="(the service is stopped and started again)",
    aspects={
        Aspect.INTENT: "intent",
        Aspect.KIND: "kind of decision",
        Aspect.REASON: "reason of the decision",
        Aspect.RESPONSE: "response",
        Aspect.TEXT: "text",
        Aspect.CONTAINS: "text that contains",
        Aspect.BUTTONS: "buttons",
        Aspect.SILENT: "silence",
        Aspect.BUTTON: "button to press",
        Aspect.SLOT: "slot",
        Aspect.FORM: "form",
        Aspect.ACTION: "action",
        Aspect.TICKET: "ticket",
    },
    whys={
        Why.NO_TESTS: "holds no conversation tests (`tests:`, `stories:` or `test_cases:`)",
        Why.TRAINING_STORY: "a story to train Rasa with: no step has `user:`",
        Why.UNKNOWN_STEP: "a step of Rasa's that has no counterpart here",
        Why.RASA_ACTION: "an action of Rasa's own, which has no counterpart here",
        Why.FALLBACK_INTENT: "Rasa's fallback intent is not compared",
        Why.ENTITIES: "annotations of entities are read as plain text; the entities are not compared",
    },
)

WORDS: Mapping[str, Words] = {"id": _INDONESIAN, "en": _ENGLISH}
"""The words by language, as `bot.language` names it."""
