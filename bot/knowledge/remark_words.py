"""What readers of a knowledge base remark, in Indonesian: on files that are imported, and on pieces that are refused.

They remark in English, which files, logs and the command line are told. `remarks_id.tsv` has their sentences beside
Indonesian ones; `{}` stands for what differs, such as a name. What is not among them stays as it is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

HOLE = "{}"

LONGEST = 1_000
"""Characters of a remark that is looked up; a longer one quotes something, and stays as it is."""

Sentence = tuple[re.Pattern[str], str]


@cache
def sentences() -> tuple[Sentence, ...]:
    """Patterns of English sentences and their Indonesian, the most particular ones first."""
    text = files("bot.knowledge").joinpath("remarks_id.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    rows.sort(key=lambda row: -len(row[0].replace(HOLE, "")))
    return tuple((pattern_of(english), indonesian) for english, indonesian in rows)


def pattern_of(sentence: str) -> re.Pattern[str]:
    """What finds a sentence, whatever fills its holes."""
    return re.compile("(.+?)".join(map(re.escape, sentence.split(HOLE))), re.DOTALL)


@lru_cache(maxsize=2_048)
def remark_words(remark: str, language: str) -> str:
    """A remark, or what to do about one, in `id` or `en`."""
    return remark if language == "en" or len(remark) > LONGEST else _translated(remark) or remark


def _translated(remark: str) -> str:
    """The remark in Indonesian, with or without what it is about before a colon; "" where it is not known."""
    for pattern, indonesian in sentences():
        if found := pattern.fullmatch(remark):
            parts = [_translated(each) or each for each in found.groups()]
            first, *rest = indonesian.split(HOLE)
            return first + "".join(part + text for part, text in zip(parts, rest, strict=True))
    about, colon, remarked = remark.partition(": ")
    if colon and (said := _translated(remarked)):
        return f"{_translated(about) or about}: {said}"
    return ""
