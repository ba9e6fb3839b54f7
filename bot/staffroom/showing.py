"""How staff are shown what the bot answers: what was found, one answer, and a trial, as plain texts.

Pure. Everything that people wrote goes through unchanged: it is sent as plain text, in which nothing is markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.knowledge.error_words import told
from bot.knowledge.trying import Side, Tried
from bot.knowledge.verdict_words import verdict_in
from bot.staffroom.asking import Intents, answers_in, ref_of, title_of
from bot.staffroom.words import RoomWords
from conversation.effects import Button, Effect, SendPhoto, SendText

OPEN = "kb:o:"
"""What the payload of a button begins with that opens an answer: `kb:o:<intent>:<place>`."""

PREVIEW = 200
"""Characters of an answer in a list."""

RANKED, SPOKEN = 4, 5
"""Candidates and words that are shown of a trial."""

LEAST = 0.01
"""Confidence below which a candidate is not worth showing."""

FEW = 8
"""Other answers of an intent that have a button."""

_TITLE = 60

Rows = tuple[tuple[Button, ...], ...]


def found_of(
    words: str, found: Sequence[tuple[str, float | None]], intents: Intents, say: RoomWords
) -> tuple[str, Rows]:
    """The intents that fit, each with its first answer, and a button to open each."""
    if not found:
        return say.found_none.format(words=words[:PREVIEW]), ()
    paragraphs = [say.found.format(words=words[:PREVIEW])]
    for name, share in found:
        answers = answers_in(intents[name])
        lines = [f"• {_named(name, intents)}" + (f" · {share:.0%}" if share is not None else "")]
        lines.append(_short(str(answers[0].get("text", "")), PREVIEW) if answers else say.no_answer)
        if len(answers) > 1:
            lines.append(say.more_answers.format(count=len(answers) - 1))
        paragraphs.append("\n".join(lines))
    rows = tuple((Button(title=_short(title_of(name, intents), _TITLE), payload=opening(name)),) for name, _ in found)
    return "\n\n".join(paragraphs), rows


def opening(name: str, place: int = 0) -> str:
    """The payload that opens an answer."""
    return f"{OPEN}{ref_of(name)}:{place}"


def opened(name: str, place: int, intents: Intents, say: RoomWords, drafted_by: str = "") -> tuple[str, Rows]:
    """One answer as it is written, placeholders and all, and buttons to the others of its intent."""
    answers = answers_in(intents[name])
    paragraphs = [say.opened.format(title=title_of(name, intents), name=name)]
    if drafted_by:
        paragraphs.append(say.drafted.format(who=drafted_by))
    if not answers:
        return "\n\n".join([*paragraphs, say.no_answer]), ()
    answer = answers[place]
    paragraphs.append("\n".join([f"{say.answer.format(place=place + 1)}/{len(answers)}", *_conditions(answer, say)]))
    paragraphs.append("\n".join([str(answer.get("text", "")), *beside(answer, say)]))
    paragraphs.append(say.how_to_edit.format(name=name, place=place + 1))
    others = [each for each in range(len(answers)) if each != place][:FEW]
    rows = tuple((Button(title=say.answer.format(place=each + 1), payload=opening(name, each)),) for each in others)
    return "\n\n".join(paragraphs), rows


def beside(answer: Mapping[str, Any], say: RoomWords) -> Iterator[str]:
    """What customers get of an answer beside its text."""
    if image := answer.get("image"):
        yield say.picture.format(url=image)
    if buttons := answer.get("buttons"):
        yield say.buttons.format(titles=" · ".join(str(each.get("title", "")) for each in buttons))


def tried_of(text: str, tried: Tried, titles: Mapping[str, str], say: RoomWords, language: str) -> str:
    """What comes of a message now, and with the draft where that is something else."""
    paragraphs = [f"💬 {_short(text, 2 * PREVIEW)}"]
    now = list(_side(tried.active, titles, say)) if tried.active else []
    paragraphs += [say.now.format(verdict=now[0]), *now[1:]] if now else [say.nothing_serves]
    if tried.failed:
        paragraphs.append(say.draft_failed.format(error=told(tried.failed, language)))
    elif tried.draft is None:
        paragraphs.append(say.draft_learning.format(share=f"{tried.share:.0%}"))
    elif tried.draft is not tried.active:
        draft = list(_side(tried.draft, titles, say))
        paragraphs += [say.draft_same] if draft == now else [say.draft.format(verdict=draft[0]), *draft[1:]]
    return "\n\n".join(paragraphs)


def _side(side: Side, titles: Mapping[str, str], say: RoomWords) -> Iterator[str]:
    """The verdict, why, and what would be said."""
    heard = side.understanding
    verdict = verdict_in(say.locale, side, titles)
    yield verdict[:1].lower() + verdict[1:]
    ranked = [each for each in heard.ranking[:RANKED] if each.confidence >= LEAST]
    why = [f"{titles.get(each.intent, each.intent)} {each.confidence:.0%}" for each in ranked]
    lines = [say.others.format(intents=" · ".join(why))] if why else []
    lines.append(say.in_scope.format(share=f"{heard.in_scope:.0%}"))
    spoke = [word for word, weight in side.spoke if weight > 0 and word[:1].isalnum()][:SPOKEN]
    if spoke:
        lines.append(say.spoke.format(words=", ".join(spoke)))
    yield "\n".join(lines)
    said = [each for effect in (side.decision.says if side.decision else ()) for each in _said(effect, say)]
    if said:
        yield "\n".join([say.says, *said])


def _said(effect: Effect, say: RoomWords) -> Iterator[str]:
    if isinstance(effect, SendText):
        yield effect.text
        if titles := [button.title for row in effect.buttons for button in row]:
            yield say.buttons.format(titles=" · ".join(titles))
    elif isinstance(effect, SendPhoto):
        yield say.picture.format(url=effect.url)


def _conditions(answer: Mapping[str, Any], say: RoomWords) -> list[str]:
    found = [words.format(value=_value(answer[name])) for name, words in say.conditions.items() if answer.get(name)]
    return [f"({', '.join(found)})"] if found else []


def _value(value: object) -> str:
    if isinstance(value, list):  # Slots.
        return ", ".join(f"{each.get('slot')} = {each.get('value', '…')}" for each in value)
    return str(value)


def _named(name: str, intents: Intents) -> str:
    title = title_of(name, intents)
    return name if title == name else f"{title} ({name})"


def _short(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
