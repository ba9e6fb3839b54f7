"""Lines of examples into a draft: the same for the `|` blocks of YAML and for the lists of old Markdown.

It does not know where a block begins or ends, nor what the rest of the file says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from intents.formats.annotations import strip_annotations
from intents.formats.draft import Draft
from intents.formats.findings import Level, Place

SECTIONS = ("intent", "synonym", "regex", "lookup")
"""What a list of examples may be of."""

HEADING_INSIDE = re.compile(rf"-\s*(?P<section>{'|'.join(SECTIONS)})\s*:\s*(?P<name>\S.*)")
_KEY_INSIDE = re.compile(r"(?:examples|metadata|kind|department|title)\s*:")


def add_example(draft: Draft, section: str, name: str, text: str, place: Place, *, verbatim: bool = False) -> None:
    """Put one example of a section (`intent`, `synonym`, `regex` or `lookup`) called `name` into the draft.

    What is `verbatim` has brackets that are meant as such.
    """
    text = text.strip()
    if not text:
        return
    if section == "synonym":
        draft.synonym(text, name, place)
    elif section == "regex":
        draft.regex(name, text, place)
    elif section == "lookup":
        draft.lookup(name, text)
    elif verbatim:
        draft.example(name, text, place)
    else:
        plain = strip_annotations(text)
        for problem in plain.problems:
            draft.note(Level.WARNING, place, problem)
        for spelling, value in plain.synonyms:
            draft.synonym(spelling, value, place)
        if plain.text:
            draft.example(name, plain.text, place)


def add_block(
    draft: Draft,
    section: str,
    name: str,
    file: str,
    lines: Iterable[tuple[int, str]],
    *,
    bullets: str = "-",
    nested: bool = True,
) -> None:
    """Put the lines of a block, (number, text), into the draft. A line in `bullets` begins an example.

    A `- intent: other` among the examples, a slip of indentation, begins the examples of the other if they may be
    `nested`.
    """
    in_stray_section = False
    for number, line in lines:
        text, place = line.strip(), Place(file, number)
        if not text or text.startswith("#"):
            continue
        heading = HEADING_INSIDE.fullmatch(text) if nested else None
        if heading:
            draft.note(
                Level.WARNING,
                place,
                f"`{text}` stands inside the examples of {name}; read as {section_name(heading['section'])} of its own",
                "Give it the indentation of the other `- intent:` lines.",
            )
            section, name, in_stray_section = heading["section"], draft.name(heading["name"], place), True
            if section == "intent":
                draft.intent(name, place)
        elif text[0] in bullets:
            if text[1:2] == "\t":
                draft.note(Level.INFO, place, "a tab follows the dash; read as a blank")
            add_example(draft, section, name, text[1:], place)
        elif section == "lookup" and ("/" in text or text.endswith(".txt")):
            draft.note(
                Level.WARNING,
                place,
                f"lookup {name}: {text!r} seems to name a file, which is not read",
                "Write its words below `examples: |`, one `- word` a line.",
            )
        elif not (in_stray_section and _KEY_INSIDE.match(text)):
            draft.note(Level.WARNING, place, f"no dash before {text[:60]!r}; read as an example of {name}")
            add_example(draft, section, name, text, place)


def section_name(section: str) -> str:
    """The section with its article: "an intent", "a lookup"."""
    return f"an {section}" if section[0] in "aeiou" else f"a {section}"
