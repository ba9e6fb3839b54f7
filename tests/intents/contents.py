"""Contents as hypothesis draws them: texts and names that somebody with bad intentions would type."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from intents.content import Content, TestMessage, content_of, pieces_of
from intents.forms import Form, Rule, Slot, SlotType, Source, SourceKind, Wanted
from intents.knowledge import Answer, AnswerButton, Intent, KnowledgeBase
from intents.tidying import KINDS

HOSTILE = (
    "/etc/passwd", "../x", "..", "<xsl:value-of select='1'/>", "a/b", "faq/jam", "null", "true", "No", "~",
    "1e5", "012", "- intent: x", "intent: x", "# bukan komentar", "\\# garis", "[jkt](kota:jakarta)",
    "[jkt]", "](x)", "{a}", "{{", "'", '"', "a: b", "&a", "*a", "!tag", "%x", "@x", "`x`", "|", "x |",
    "> x", "---", "...", "- x", "?", "=1+1", "'=1", "@SUM(A1)", "\u2028x\u2028y", "baris\nkedua",
    "tab\tdi tengah", "\x07bel\x00", "😀 emoji 👨‍👩‍👧", "\ufeffx\ufeffy", "\x85z\x85w", "C:\\x\\n",
    "2026-12-31", "Ä", "ﬀ",
)  # fmt: skip

TEXTS = st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=12)
NAMES = st.sampled_from(["salam", "Salam", "tanya_jam", "x" * 300]) | TEXTS.map(
    lambda text: "".join(c for c in text if c.isprintable() and c not in "|\u2028\u2029\ufeff").strip()
)
FULL_NAMES = NAMES.filter(bool)
SAID = TEXTS.map(str.strip).filter(bool)
PLAIN = (
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(-1e9, 1e9, allow_subnormal=False) | TEXTS
).filter(lambda value: not isinstance(value, float) or value == 0 or abs(value) > 1e-9)
DATES = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@st.composite
def contents(draw: Any) -> Content:
    """Contents in their normal form."""
    slots = {slot.name: slot for slot in draw(st.lists(slots_(), max_size=3))}
    some_slots = st.lists(st.sampled_from(sorted(slots)), max_size=2, unique=True) if slots else st.just([])
    conditions = some_slots.flatmap(
        lambda names: st.tuples(*(st.tuples(st.just(name), PLAIN) for name in names)).map(tuple)
    )
    answers = draw(st.dictionaries(FULL_NAMES, st.lists(answers_(conditions), min_size=1, max_size=3), max_size=4))
    intents = {intent.name: intent for intent in draw(st.lists(intents_(), min_size=1, max_size=4))}
    forms = [
        Form(name=name, slots=tuple(draw(some_slots)), ticket=draw(st.booleans()), ignored_intents=("salam",))
        for name in draw(st.lists(st.sampled_from(["form_a", "form b", "-f"]), max_size=2, unique=True))
    ]
    steps = ["action_menu", "action_x y", *(f"utter_{name}" for name in answers), *(form.name for form in forms)]
    forms = [
        Form(name=f.name, slots=f.slots, ticket=f.ticket, then=tuple(draw(st.lists(st.sampled_from(steps[:2])))))
        for f in forms
    ]
    wanted = conditions.map(lambda found: tuple((name, Wanted.ANYTHING if v == 1 else v) for name, v in found))
    rules = st.builds(
        Rule,
        intent=st.sampled_from(sorted(intents)),
        steps=st.lists(st.sampled_from(steps), min_size=1, max_size=2).map(tuple),
        slots=wanted,
    )
    base = KnowledgeBase(
        intents=intents,
        answers={name: tuple(found) for name, found in answers.items()},
        out_of_scope=tuple(draw(st.lists(TEXTS, max_size=3))),
        synonyms=draw(st.dictionaries(TEXTS, TEXTS, max_size=3)),
        regexes={"kode": (r"\d+", "a\\|b")} if draw(st.booleans()) else {},
        lookups=draw(st.dictionaries(FULL_NAMES, st.lists(SAID, min_size=1, max_size=2).map(tuple), max_size=2)),
        slots=slots,
        forms={form.name: form for form in forms},
        rules=tuple(rule for rule in draw(st.lists(rules, max_size=3)) if "/" not in rule.intent),
    )
    tests = draw(st.lists(st.builds(TestMessage, text=TEXTS, intent=st.sampled_from(["", *intents])), max_size=3))
    return content_of(pieces_of(Content(knowledge=base, tests=tuple(tests))))


def intents_() -> st.SearchStrategy[Intent]:
    return st.builds(
        Intent,
        name=FULL_NAMES,
        examples=st.lists(SAID, min_size=1, max_size=4).map(tuple),
        kind=st.sampled_from(KINDS),
        department=TEXTS.map(str.strip),
        title=TEXTS.map(str.strip),
    )


def answers_(conditions: st.SearchStrategy[Any]) -> st.SearchStrategy[Answer]:
    return st.builds(
        Answer,
        text=SAID,
        image=st.sampled_from(["", "https://toko.example/a.png"]),
        buttons=st.lists(
            st.builds(
                AnswerButton, title=SAID, payload=st.sampled_from(["/salam", '/x{"a": "b"}', "https://x.example"])
            ),
            max_size=2,
        ).map(tuple),
        channel=st.sampled_from(["", "web"]),
        language=st.sampled_from(["", "en"]),
        slots=conditions,
        since=DATES,
        until=DATES,
    )


@st.composite
def slots_(draw: Any) -> Slot:
    kind = draw(st.sampled_from(SlotType))
    initial = {
        SlotType.TEXT: TEXTS,
        SlotType.CATEGORICAL: TEXTS,
        SlotType.BOOL: st.booleans(),
        SlotType.FLOAT: st.floats(-10, 10).filter(lambda value: value == 0 or abs(value) > 1e-9),
        SlotType.LIST: st.lists(PLAIN, max_size=2),
        SlotType.ANY: PLAIN | st.dictionaries(st.sampled_from(string.ascii_letters), PLAIN, max_size=2),
    }[kind]
    source = st.builds(
        Source,
        kind=st.sampled_from([SourceKind.FROM_TEXT, SourceKind.FROM_TRIGGER_TEXT, SourceKind.CUSTOM]),
        action=st.sampled_from(["", "action_x"]),
        intents=st.sampled_from([(), ("salam",), ("salam", "tanya_jam")]),
        form=st.sampled_from(["", "form_a"]),
        requested=st.sampled_from(["", "nomor"]),
    ) | st.builds(
        Source,
        kind=st.just(SourceKind.FROM_ATTACHMENT),
        attachment=st.sampled_from(["photo", "location"]),
    )
    entity = st.builds(
        Source,
        kind=st.just(SourceKind.FROM_ENTITY),
        entity=st.just("date"),
        role=st.sampled_from(["", "dari"]),
        group=st.sampled_from(["", "1"]),
    ) | st.builds(Source, kind=st.just(SourceKind.FROM_INTENT), value=PLAIN.filter(lambda v: v is not None))
    return Slot(
        name=draw(st.sampled_from(["nomor", "kota", "a b", "<b>", "1", "Nomor"])),
        type=kind,
        title=draw(TEXTS).strip(),
        choices=tuple(draw(st.lists(SAID, min_size=1, max_size=2))),
        least=draw(st.none() | st.just(-1.5)),
        most=draw(st.none() | st.just(9.0)),
        initial=draw(st.none() | initial),
        sources=tuple(draw(st.lists(source | entity, max_size=3))),
        optional=draw(st.booleans()),
        link=draw(st.sampled_from(["", "order"])),
    )
