"""The Markdown that Rasa 1 kept its stories in, and the answers to its retrieval intents, into a draft.

A story becomes the same tree that YAML would give, and is followed by the same rules; conversations to test by, which
have the customer's words behind the intent, are not read.
"""

from __future__ import annotations

import json
import re

from intents.formats.section import Section
from intents.formats.steps import read_paths
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence
from intents.knowledge import Answer

_INTENT = r"[^\s{}\"':/]+(?:/[^\s{}\"':/]+)?(?:\{.*\})?"
_SAID = re.compile(rf"\s{{0,3}}\*\s+(?P<intents>{_INTENT}(?:\s+OR\s+{_INTENT})*)\s*")
_DONE = re.compile(r"\s*[-*]\s+(?P<name>[^\s{}\"]+?)(?P<values>\{.*\})?\s*")
_TEXT = re.compile(r"\s*-\s+(?P<text>\S.*)")
_CHECKPOINT = re.compile(r">\s*(?P<name>\S.*)")
_HEADING = re.compile(r"##\s+(?P<name>\S.*)")
_STORY = re.compile(r"^\s*-\s+(?:utter_|action_|respond_|slot\{|form\{)", re.MULTILINE)
_ANSWER = re.compile(r"^\s{0,3}\*\s+[^\s{}\"':/]+/[^\s{}\"':/]+\s*\n\s*-\s+\S", re.MULTILINE)


def is_story_markdown(text: str) -> bool:
    """Whether a Markdown file holds stories or answers to retrieval intents, and is not, say, a README."""
    said = any(_SAID.fullmatch(line) for line in text.split("\n"))
    return said and bool(_STORY.search(text) or _ANSWER.search(text))


def read_story_markdown(text: str, section: Section) -> None:
    """Read the text of one file, its comments taken out, into the section's draft."""
    stories: list[Node] = []
    steps: list[Node] = []
    intent = ""
    for number, line in enumerate(text.split("\n"), 1):
        heading, said, done = _HEADING.match(line), _SAID.fullmatch(line), _DONE.fullmatch(line)
        checkpoint, answer = _CHECKPOINT.match(line), _TEXT.fullmatch(line)
        if heading:
            steps, intent = [], ""
            pairs = [_pair("story", _text(heading["name"], number)), _pair("steps", Sequence(line=number, items=steps))]
            stories.append(Mapping(line=number, pairs=pairs))
        elif said:
            steps.append(_said(said["intents"], number))
            intent = said["intents"]
        elif "/" in intent and answer and not _STORY.match(line):
            section.draft.answer(intent, Answer(text=answer["text"].strip()), section.place(number))
        elif done:
            steps.append(_done(done["name"], done["values"], number))
        elif checkpoint:
            steps.append(_step("checkpoint", _text(checkpoint["name"], number)))
    read_paths(Sequence(line=1, items=stories), section, key="stories")


def _said(intents: str, line: int) -> Mapping:
    """`* intent{"entity": "value"} OR intent` as a step."""
    steps: list[Node] = []
    for written in re.split(r"\s+OR\s+", intents):
        name, brace, _ = written.partition("{")
        pairs = [_pair("intent", _text(name, line))]
        if brace:
            pairs.append(_pair("entities", Sequence(line=line, items=[_text(written, line)])))
        steps.append(Mapping(line=line, pairs=pairs))
    only = steps[0]
    return only if len(steps) == 1 and isinstance(only, Mapping) else _step("or", Sequence(line=line, items=steps))


def _done(name: str, values: str | None, line: int) -> Mapping:
    """`- action`, `- slot{…}` or `- form{"name": …}` as a step."""
    try:
        given = json.loads(values or "{}")
    except (ValueError, RecursionError):
        given = {}
    given = given if isinstance(given, dict) else {}
    if name == "form":
        return _step("active_loop", _value(given.get("name"), line))
    if name == "slot":
        pairs = [(_text(slot, line), _value(value, line)) for slot, value in given.items()]
        return _step("slot_was_set", Mapping(line=line, pairs=pairs))
    return _step("action", _text(name, line))


def _value(value: object, line: int) -> Node:
    if isinstance(value, list):
        return Sequence(line=line, items=[_text(json.dumps(item), line) for item in value])
    if isinstance(value, str):
        return _text(value, line)
    return Scalar(value=json.dumps(value), style="", line=line, end_line=line)


def _text(value: str, line: int) -> Scalar:
    return Scalar(value=value, style='"', line=line, end_line=line)


def _pair(key: str, value: Node) -> tuple[Scalar, Node]:
    return _text(key, value.line), value


def _step(key: str, value: Node) -> Mapping:
    return Mapping(line=value.line, pairs=[_pair(key, value)])
