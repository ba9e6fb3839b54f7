"""The Markdown that Rasa 1 kept its examples in: `## intent:name` and a list below it.

Stories, which have the same look, are read elsewhere.
"""

from __future__ import annotations

import re

from intents.formats.draft import Draft
from intents.formats.examples import SECTIONS, add_block
from intents.formats.findings import Place

_HEADING = re.compile(rf"##\s*(?P<section>{'|'.join(SECTIONS)})\s*:\s*(?P<name>\S.*)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def without_comments(text: str) -> str:
    """The text with nothing but line ends where comments were."""
    return _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)


def is_rasa_markdown(text: str) -> bool:
    """Whether a Markdown file holds examples, and is not, say, a README."""
    return any(_HEADING.match(line) for line in text.split("\n"))


def read_rasa_markdown(text: str, file: str, draft: Draft) -> None:
    """Read the text of one file into the draft."""
    section, name = "", ""
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*without_comments(text).split("\n"), "## end"], 1):
        if not line.startswith("#"):
            block.append((number, line))
            continue
        if name:
            add_block(draft, section, name, file, block, bullets="-*+")
        block, place = [], Place(file, number)
        heading = _HEADING.match(line.strip())
        section, name = (heading["section"], draft.name(heading["name"], place)) if heading else ("", "")
        if heading and section == "intent":
            draft.intent(name, place)
