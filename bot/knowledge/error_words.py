"""What was refused of the knowledge base, in Indonesian and English: for the console and Telegram.

What is wrong with a piece in particular, its readers say; `remark_words` has their sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge.gate_words import reason_words
from bot.knowledge.refusals import GateRefused, NothingToPublish, StillReferred
from bot.knowledge.remark_words import remark_words
from conversation.errors import NoSuchRelease, Refusal, StaleDraft, TanggapError
from intents.knowledge import MissingPlaceholder


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    stale: str
    nothing_to_publish: str
    no_release: str
    referred: str
    references: dict[str, str]
    gate: str
    placeholder: str
    unusable: str


_WORDS = {
    "id": _Words(
        stale="Orang lain baru saja mengubah atau menerbitkan ini. Lihat lagi, lalu putuskan.",
        nothing_to_publish="Tidak ada perubahan untuk diterbitkan.",
        no_release="Rilis {release} tidak ada.",
        referred="Masih dirujuk oleh {found}. Ubah atau hapus itu dulu.",
        references={
            "rules": "aturan",
            "buttons": "tombol di jawaban",
            "forms": "formulir",
            "slots": "slot",
            "tests": "pesan uji",
        },
        gate="Ditolak, karena hasilnya lebih buruk dari batas:\n{reasons}",
        placeholder="Tidak bisa dipakai: jawaban {intent} memakai {{{placeholder}}}, yang tidak ada nilainya. "
        "Isi di [shop] pada config.toml, atau pakai salah satu dari: {known}.",
        unusable="Tidak bisa dipakai: {error}",
    ),
    "en": _Words(
        stale="Somebody else has just changed or published this. Look again, then decide.",
        nothing_to_publish="There is no change to publish.",
        no_release="There is no release {release}.",
        referred="Still referred to by {found}. Change or remove these first.",
        references={
            "rules": "rule",
            "buttons": "button in answer",
            "forms": "form",
            "slots": "slot",
            "tests": "test message",
        },
        gate="Refused, because the result is worse than the limits allow:\n{reasons}",
        placeholder="It cannot be used: the answer to {intent} names {{{placeholder}}}, which has no value. "
        "Set it in [shop] of config.toml, or use one of: {known}.",
        unusable="It cannot be used: {error}",
    ),
}


def error_words(error: TanggapError, language: str) -> str:
    """What was refused, and what to do about it. `language` is `id` or `en`."""
    say = _WORDS[language]
    match error:
        case StaleDraft():
            return say.stale
        case NothingToPublish():
            return say.nothing_to_publish
        case NoSuchRelease():
            return say.no_release.format(release=error.release)
        case StillReferred():
            return say.referred.format(found="; ".join(reference_words(each, language) for each in error.found))
        case GateRefused():
            return say.gate.format(reasons="\n".join(reason_words(each, language) for each in error.judgement.reasons))
        case MissingPlaceholder():
            known = ", ".join(error.known)
            return say.placeholder.format(intent=error.intent, placeholder=error.placeholder, known=known)
        case Refusal():
            return told(error, language)
        case _:
            return say.unusable.format(error=told(error, language))


def told(error: TanggapError, language: str) -> str:
    """What an error says, and what to do about it, without a lead."""
    message, remedy = remark_words(str(error), language), remark_words(error.remedy, language)
    end = "" if not remedy or message.endswith((".", "!", "?")) else "."
    return f"{message}{end} {remedy}".strip()


def reference_words(found: str, language: str) -> str:
    """Something that refers to a piece, as `references_to` tells it: `aturan retur`."""
    kind, _, name = found.partition(": ")
    return f"{_WORDS[language].references.get(kind, kind)} {name}"
