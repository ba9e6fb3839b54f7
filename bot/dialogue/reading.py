"""What a message means to a form that waits for an answer: values, a correction, a refusal, or something else.

Pure, and without a decision: it says what the customer did, not what is to be done about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.dialogue.buttons import typed_payload
from bot.dialogue.forms import is_custom
from bot.dialogue.slots import LONGEST_TEXT, fitting, payload_slots, read_slots, takes_text
from bot.dialogue.turn import Turn
from conversation.state import Filling
from intents.forms import Form, Slot, SlotType, SourceKind
from intents.triage import Triage, Verdict

_STOP = re.compile(
    r"^\W*(?:(?:min|kak|eh|udah|sudah|dah)\W+)*(?:"
    r"(?:di)?batal(?:in|kan)?|cancel|stop|berhenti|(?:ga|gak|nggak|ngga|enggak|tidak|gk|tdk)\s*(?:usah|jadi)"
    r"|(?:ra|ora|mboten)\s*sido|teu\s*jadi|never ?mind|forget it"
    r")(?:\W+(?:aja|saja|deh|dulu|kak|min|laporannya|pertanyaannya|formnya|ya|makasih))*\W*$",
    re.IGNORECASE,
)
_SKIP = re.compile(
    r"^\W*(?:lewat(?:i|in|kan)?|skip|next|nanti(?:\s+(?:aja|saja|dulu))?|"
    r"(?:(?:ga|gak|nggak|ngga|enggak|tidak|gk|tdk|ra|ora|mboten|teu|belum|blm)\s*"
    r"(?:ada|punya|tau|tahu|inget|ingat|ngerti|duwe|gaduh|kelingan|hafal|hapal))|lupa|"
    r"(?:i )?(?:don'?t (?:know|have|remember)|no idea|none))"
    r"(?:\W+(?:aja|saja|deh|dulu|kak|min|ya|nomornya|fotonya|lagi|sih|it|any|one))*\W*$",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\b(?:salah|maksud(?:nya|ku|q|\s+saya)?|ralat|koreksi|typo|keliru|klr|kleru|seharusnya|harusnya|ganti|"
    r"wrong|i mean|sorry|correction)\b|\bbukan\b.{1,40}\b(?:tapi|tp|melainkan)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^\W*(?:(?:eh|maaf|sori|sorry|ralat|koreksi|salah(?:\s+(?:ketik|tulis))?|typo|keliru|maksud(?:nya|ku|q|\s+saya)?|"
    r"seharusnya|harusnya|(?:(?:mau|mo|mw|pengen|pengin|bisa|boleh|minta|tolong)\s+)?ganti(?:\s+(?:ke|jadi|dengan|dgn))?|"
    r"wrong|i mean|kak|min|ya|dong|nih)\b\W*)+",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?|\b(?:apa|apakah|gimana|gmn|bagaimana|berapa|brp|kapan|kpn|dimana|dmn|mana|kenapa|knp|bisa ga|bs ga|piye|"
    r"pinten|kumaha|sabaraha|how|what|when|where|why)\b",
    re.IGNORECASE,
)
_COURTESY_WORDS = "kak min gan sis bro ya yaa iya nih ini itu adalah nomor nomer no tolong maaf makasih saya aku"
_COURTESY = frozenset(_COURTESY_WORDS.split())
_CODE = re.compile(r"(?=\S*\d)[A-Za-z0-9][A-Za-z0-9/._#-]{2,39}")
_CODES = frozenset({"order_number", "tracking_number", "account_number"})
_FEW_WORDS = 3
_SHORT = 8


class Move(Enum):
    """What the customer did while a form waited."""

    ANSWER = "answer"
    CORRECT = "correct"
    AGAIN = "again"
    """They said that something was wrong, and not what is right."""
    SKIP = "skip"
    STOP = "stop"
    ASIDE = "aside"
    """They want something else for now."""
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The move, with the values that the message gives."""

    move: Move
    values: Mapping[str, object] = field(default_factory=dict)


def read(turn: Turn, form: Form, filling: Filling, verdict: Triage | None) -> Reading:
    """What the turn's message means to the form. `verdict` is what it means apart from that, None without text."""
    text = turn.said.text.strip()
    slot = turn.knowledge.slots.get(filling.asked, Slot(name=filling.asked))
    if chosen := _typed(turn, form, filling, text):
        return Reading(move=Move.ANSWER, values=chosen)
    intent = verdict.intent if verdict else None
    if intent in form.ignored_intents:
        return Reading(move=Move.ASIDE)
    if text and _STOP.search(text):
        return Reading(move=Move.STOP)
    named = read_slots(turn, intent, form=form.name, requested=filling.asked)
    correcting = bool(text) and bool(_CORRECTION.search(text))
    named = {**_lone_code(turn, form, filling, text, correcting=correcting), **named}
    named = {name: named[name] for name in form.slots if name in named}
    if reading := _named(turn, form, filling, named, correcting=correcting):
        return reading
    if correcting and filling.answered:
        return _corrected(turn, form, filling, text)
    if slot.type is SlotType.BOOL and (truth := fitting(slot, text)) is not None:
        return Reading(move=Move.ANSWER, values={slot.name: truth})
    if text and (_SKIP.search(text) or intent == "tolak"):
        return Reading(move=Move.SKIP)
    if verdict is not None and _is_aside(turn, form, slot, verdict, text):
        return Reading(move=Move.ASIDE)
    plain = "" if intent == "setuju" else text
    if plain and takes_text(slot, form.name) and (value := fitting(slot, plain[:LONGEST_TEXT])) is not None:
        return Reading(move=Move.ANSWER, values={slot.name: value})
    if plain and slot.type in (SlotType.CATEGORICAL, SlotType.FLOAT) and (value := fitting(slot, plain)) is not None:
        return Reading(move=Move.ANSWER, values={slot.name: value})
    if is_custom(slot) and plain:
        return Reading(move=Move.ANSWER)  # Code has to look at it.
    return Reading(move=Move.UNCLEAR)


def _typed(turn: Turn, form: Form, filling: Filling, text: str) -> Mapping[str, object]:
    """The slots of the button under the question whose title or number was typed."""
    question = turn.variant(f"ask_{form.name}_{filling.asked}") or turn.variant(f"ask_{filling.asked}")
    if question is None or not text:
        return {}
    (*_, shown) = turn.shown(question)
    buttons = getattr(shown, "buttons", ())
    return payload_slots(turn, typed_payload(text, buttons))


def _named(
    turn: Turn, form: Form, filling: Filling, named: Mapping[str, object], *, correcting: bool
) -> Reading | None:
    """Values that the message names: new ones, and, where it corrects or says little else, others than were known."""
    known, text = turn.slots, turn.said.text.strip()
    new = {name: value for name, value in named.items() if name not in known}
    changed = {name: value for name, value in named.items() if name in known and known[name] != value}
    if changed and (correcting or (filling.asked not in new and len(text.split()) <= _SHORT)):
        return Reading(move=Move.CORRECT, values={**new, **changed})
    if not new:
        return None
    slot = turn.knowledge.slots.get(filling.asked)
    tells_more = (
        slot and slot.name not in new and takes_text(slot, form.name) and _words_beside(turn, named) >= _FEW_WORDS
    )
    return Reading(move=Move.ANSWER, values={slot.name: text[:LONGEST_TEXT], **new} if slot and tells_more else new)


def _lone_code(turn: Turn, form: Form, filling: Filling, text: str, *, correcting: bool) -> Mapping[str, object]:
    """A number that stands alone is the one that was asked for, or that is corrected, whatever pattern it has."""
    beside = {word for name in form.slots for word in _title_words(turn, name)} | _COURTESY
    words = [word.strip(".,!?:#") for word in _LEADING.sub("", text).split()]
    words = [word for word in words if word and word.lower().removesuffix("nya") not in beside]
    if len(words) != 1 or not _CODE.fullmatch(words[0]):
        return {}
    known = [filling.answered, *reversed(form.slots)] if correcting else []
    coded = (name for name in (filling.asked, *known) if _takes_code(turn, name))
    wanted = (name for name in coded if name == filling.asked or name in turn.slots)
    return dict.fromkeys(list(wanted)[:1], words[0])


def _takes_code(turn: Turn, name: str) -> bool:
    slot = turn.knowledge.slots.get(name)
    kinds = _CODES | set(turn.knowledge.regexes)
    return slot is not None and any(s.kind is SourceKind.FROM_ENTITY and s.entity in kinds for s in slot.sources)


def _title_words(turn: Turn, name: str) -> set[str]:
    slot = turn.knowledge.slots.get(name)
    return set(slot.title.lower().split()) if slot else set()


def _words_beside(turn: Turn, named: Mapping[str, object]) -> int:
    """How many words a message has beside what it names, what that is called, and mere courtesy."""
    text = turn.said.text.lower()
    for entity in turn.understanding.entities if turn.understanding else ():
        text = text.replace(entity.text.lower(), " ")
    titles = {word for name in named for word in _title_words(turn, name)}
    words = re.findall(r"[^\W\d_]{2,}", text)
    return sum(word not in _COURTESY and word.removesuffix("nya") not in titles for word in words)


def _corrected(turn: Turn, form: Form, filling: Filling, text: str) -> Reading:
    """A correction without a value that could be told: what follows upon it is the last answer, said again."""
    slot = turn.knowledge.slots.get(filling.answered, Slot(name=filling.answered))
    rest = _LEADING.sub("", text).strip()
    if rest and takes_text(slot, form.name):
        return Reading(move=Move.CORRECT, values={slot.name: rest[:LONGEST_TEXT]})
    return Reading(move=Move.AGAIN)


def _is_aside(turn: Turn, form: Form, slot: Slot, verdict: Triage, text: str) -> bool:
    """Whether the message is about something else than what was asked."""
    if verdict.intent is None or verdict.verdict not in (Verdict.ANSWER, Verdict.ESCALATE):
        return False
    kind, asked_for_words = turn.knowledge.intents[verdict.intent].kind, takes_text(slot, form.name)
    if kind == "complaint":
        return not form.ticket  # Within a complaint, more of it is part of the story.
    if kind == "smalltalk":
        few = len(text.split()) <= _FEW_WORDS
        return verdict.intent not in ("setuju", "tolak") and (few or not asked_for_words)
    if kind == "faq":
        return not asked_for_words or bool(_QUESTION.search(text))
    return True
