"""What would become of a message, as a sentence, in Indonesian and English: for the console and the staff group."""

from __future__ import annotations

from collections.abc import Mapping

from bot.knowledge.trying import Side
from intents.triage import Verdict

VERDICTS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "answer": "Dijawab sebagai “{intent}”",
        "answer_also": "Dijawab sebagai “{intent}”, lalu “{also}”",
        "clarify": "Bot bertanya balik: {choices}?",
        "escalate": "Diserahkan ke petugas{department}: “{intent}”",
        "escalate_bare": "Diserahkan ke petugas{department}",
        "unknown": "Tidak dijawab: {reason}",
        "command": "Perintah bot",
        "form": "Formulir dimulai untuk “{intent}”",
        "silent": "Bot diam",
        "action": "“{intent}”: jawabannya dari aksi {action}, yang tidak dijalankan di sini",
    },
    "en": {
        "answer": "Answered as “{intent}”",
        "answer_also": "Answered as “{intent}”, then “{also}”",
        "clarify": "The bot asks back: {choices}?",
        "escalate": "Handed to a human{department}: “{intent}”",
        "escalate_bare": "Handed to a human{department}",
        "unknown": "Not answered: {reason}",
        "command": "A command of the bot",
        "form": "A form begins for “{intent}”",
        "silent": "The bot says nothing",
        "action": "“{intent}”: the answer comes from the action {action}, which is not run here",
    },
}
"""By language, and by kind of decision."""

_REASONS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "no_candidate": "tidak ada kata yang dikenal",
        "out_of_scope": "di luar yang bisa dijawab bot",
        "low_confidence": "tidak ada intent yang cukup meyakinkan",
        "other": "belum ada jawaban untuk ini",
    },
    "en": {
        "no_candidate": "no word of it is known",
        "out_of_scope": "beyond what the bot can answer",
        "low_confidence": "no intent is convincing enough",
        "other": "there is no answer to it yet",
    },
}


def verdict_in(locale: str, side: Side, titles: Mapping[str, str]) -> str:
    """The sentence, with intents called by their `titles`."""

    def named(intent: str | None) -> str:
        return titles.get(intent or "", intent or "")

    words, verdict, decision = VERDICTS[locale], side.verdict, side.decision
    if decision is None:
        return words["action"].format(intent=named(verdict.intent), action=side.action)
    kind, intent = decision.kind.value, named(decision.intent or verdict.intent)
    if kind == "escalate" and not intent:
        kind = "escalate_bare"
    if kind == "answer" and verdict.also and decision.intent == verdict.intent:
        kind = "answer_also"
    department = decision.handoff.department if decision.handoff else ""
    reason = verdict.reason if verdict.verdict is Verdict.UNKNOWN else "other"
    return words[kind].format(
        intent=intent,
        also="”, “".join(map(named, verdict.also)),
        action=side.action,
        choices=" / ".join(named(each.intent) for each in verdict.choices),
        department=f" ({department})" if department else "",
        reason=_REASONS[locale].get(reason, _REASONS[locale]["other"]),
    )
