"""The tone rules of answers that a program can check; all of them, with examples, stand in `docs/tone.md`.

The rules are data, for answers in Indonesian, English and Javanese alike. They judge an answer as it is written, with
its {placeholders}; they know neither its language, nor the question, nor whether what the answer says is true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH = 350
"""Characters: what a phone shows without scrolling."""

MAX_EXCLAMATIONS = 2
MAX_APOLOGIES = 1

_CUSTOMER = r"(?:anda|kamu|kalian|kakak|kak|ibu|bapak|pelanggan|customer|pembeli|\{sapaan\})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What must not stand in an answer (a pattern over lower-cased text), why, and what to write instead."""

    pattern: str
    problem: str
    instead: str


RULES = (
    Rule(
        pattern=rf"\b(?:salah|kesalahan|kelalaian) {_CUSTOMER}(?!\w)|(?<!\w){_CUSTOMER}(?: \w+)? (?:yang )?salah\b"
        rf"|\bseharusnya {_CUSTOMER}(?!\w)|(?<!\w){_CUSTOMER} (?:se)?harusnya\b",
        problem="blames the customer",
        instead="Say what can be done now.",
    ),
    Rule(
        pattern=rf"\banda tidak\b|(?<!\w){_CUSTOMER} (?:tidak|kurang|lupa|belum|gagal) "
        r"(?:membaca|baca|teliti|mengikuti|memperhatikan|memahami|mengerti|cermat|sabar)\b"
        r"|\bkan sudah (?:dijelaskan|diberi ?tahu|ditulis|tertulis)\b|\bmakanya\b"
        r"|\byour (?:own )?(?:fault|mistake|error)\b|\byou (?:should|ought to) have\b|\byou (?:failed|neglected)\b"
        r"|\bpanjenengan (?:ingkang |sing )?(?:lepat|klentu|salah)\b",
        problem="blames the customer",
        instead="Say what can be done now.",
    ),
    Rule(
        pattern=r"\btidak bisa dibantu\b|\bkami tidak bisa membantu\b|\bbukan (?:urusan|tanggung jawab|wewenang) kami\b"
        r"|\bitu bukan urusan\b|\bdi luar (?:wewenang|tanggung jawab) kami\b"
        r"|\bnot our (?:problem|business|fault|responsibility)\b|\bnothing we can do\b|\bwe (?:cannot|can't) help\b"
        r"|\b(?:sanes|dede|dudu) urusan(?:ipun|e)? kula\b",
        problem="turns the customer away",
        instead="Name who can help: /agen calls a human.",
    ),
    Rule(
        pattern=r"\b(?:harap|mohon) (?:di)?maklum|\bsesuai (?:prosedur|sop|ketentuan yang berlaku)\b"
        r"|\bsudah (?:menjadi )?(?:kebijakan|peraturan) (?:kami|perusahaan)\b|\bketidaknyamanan(?:nya)?\b"
        r"|\binconvenience\b|\b(?:as per|according to) (?:our |company )?(?:policy|procedures?)\b|\bkindly\b",
        problem="hides behind office language",
        instead="Say the reason in plain words, and the next step.",
    ),
    Rule(
        pattern=r"\bharap (?:tenang|bersabar|sabar)\b|\bsabar (?:ya|dulu)\b"
        r"|\bjangan (?:marah|emosi|kasar)\b|\btolong sopan\b"
        r"|\b(?:calm down|be patient|stay calm)\b|\bsabar (?:rumiyin|riyin|nggih)\b",
        problem="tells the customer how to feel",
        instead="Say that it is understandable, and what happens next.",
    ),
    Rule(
        pattern=r"\bkami (?:jamin|garansikan)\b|\bdijamin\b|\b100 ?(?:%|persen)\b"
        r"|\bpasti (?:sampai|tiba|kembali|cair|selesai|diganti|berhasil|dibalas|dikembalikan)\b"
        r"|\bwe (?:guarantee|promise)\b|\bguaranteed\b|\bwill (?:definitely|certainly|surely)\b"
        r"|\bmesthi (?:dugi|tekan|wangsul|rampung|dipun)\b",
        problem="promises what we may be unable to keep",
        instead="Say what is done next, and by whom.",
    ),
    Rule(
        pattern=r"(?<![\w{])(?:kak|kakak|sis|gan|agan|bosku|bund|bunda)(?![\w}])",
        problem="addresses the customer by a fixed word",
        instead="Write {sapaan}; its value stands in config.toml.",
    ),
)
_COMPILED = tuple((re.compile(rule.pattern), rule) for rule in RULES)
_APOLOGY = re.compile(r"\bmaaf|\bsorry\b|\bapolog|\bpangapunten|\bpangapura")
_SHOUTING = re.compile(r"\b[A-Z]{2,}(?:[ ,]+[A-Z]{2,}){2,}\b")


def check_tone(answer_text: str) -> list[str]:
    """What is wrong with the tone of an answer, one sentence each; an empty list where nothing is.

    Args:
        answer_text: the answer as it stands in the knowledge base, placeholders not filled.
    """
    problems = []
    if len(answer_text) > MAX_LENGTH:
        problems.append(
            f"{len(answer_text)} characters; at most {MAX_LENGTH} are read on a phone. Keep the one next step."
        )
    if answer_text.count("!") > MAX_EXCLAMATIONS:
        problems.append(f"{answer_text.count('!')} exclamation marks; at most {MAX_EXCLAMATIONS}.")
    lowered = answer_text.lower()
    apologies = len(_APOLOGY.findall(lowered))
    if apologies > MAX_APOLOGIES:
        problems.append(f"{apologies} apologies; apologise once, then help.")
    shouted = _SHOUTING.search(answer_text)
    if shouted:
        problems.append(f"{shouted[0]!r} shouts. Write it in small letters.")
    for pattern, rule in _COMPILED:
        found = pattern.search(lowered)
        if found:
            problems.append(f"{found[0]!r} {rule.problem}. {rule.instead}")
    return problems
