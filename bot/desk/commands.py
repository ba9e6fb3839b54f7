"""What agents type in a topic beside words for the customer: commands, and the times, names and labels behind them.

Pure; what a command does is settled by `bot.desk.staff_group`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from conversation.tickets import Agent
from handoff.hours import Calendar
from handoff.policy import Department

NOTE_MARK = "//"
"""What an agent starts a message with that is for colleagues only."""

MORNING = time(8)
"""When a morning begins where business hours do not say."""

_NAMES: Mapping[str, str] = {
    "ambil": "claim",
    "lepas": "release",
    "alihkan": "transfer",
    "tunda": "snooze",
    "bangun": "wake",
    "rapikan": "finish",
    "selesai": "resolve",
    "catat": "note",
    "balas": "reply",
    "bantuan": "help",
    "siap": "here",
    "istirahat": "away",
}
"""The Indonesian commands by what they are in English, in which they may be typed too."""

ELSEWHERE = ("faq", "coba", "try", "ubah", "edit", "kembalikan", "rollback")
"""Commands that are given outside of topics; in one, they are no words for a customer either."""

_SPAN = re.compile(r"(\d{1,3})\s*(m|menit|min|j|jam|h|hours?)")
_TOMORROW = ("besok", "tomorrow")


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command: its English name, the word as it was typed, and what stands behind it."""

    name: str
    word: str
    rest: str


def command_in(text: str) -> Command | None:
    """The command that a text gives: `!ambil`, or `/balas …`. None where it is meant for people."""
    word, _, rest = text.strip().replace("\n", " ", 1).partition(" ")
    mark, typed = word[:1], word[1:].partition("@")[0].casefold()
    if not typed.isalpha() or mark not in ("!", "/"):
        return None
    name = _NAMES.get(typed, typed)
    if mark == "/" and name != "reply" and name not in ELSEWHERE:
        return None
    return Command(name=name, word=word, rest=rest.strip())


def time_of(text: str, calendar: Calendar, now: datetime) -> datetime | None:
    """When a ticket is to come back: `30m`, `2j`, `besok`; an hour from now where nothing is said."""
    wanted = text.strip().casefold()
    if not wanted:
        return now + timedelta(hours=1)
    if wanted in _TOMORROW:
        return tomorrow(calendar, now)
    span = _SPAN.fullmatch(wanted)
    if span is None:
        return None
    number = int(span[1])
    return now + (timedelta(minutes=number) if span[2].startswith("m") else timedelta(hours=number))


def tomorrow(calendar: Calendar, now: datetime) -> datetime:
    """The next morning on which somebody is there."""
    morning = datetime.combine(now.astimezone(calendar.tz).date() + timedelta(days=1), MORNING, tzinfo=calendar.tz)
    return calendar.next_opening(morning)


def whom(text: str, departments: Iterable[Department], agents: Iterable[Agent]) -> tuple[str, str] | None:
    """To whom a ticket is to be passed, by id or department's name, and the comment behind that name."""
    named = [(name, each.name) for each in departments for name in (each.name, each.title) if name]
    named += [(each.name, str(each.id)) for each in agents]
    for name, target in sorted(named, key=lambda pair: -len(pair[0])):
        rest = text[len(name) :]
        if text.casefold().startswith(name.casefold()) and (not rest or not rest[0].isalnum()):
            return target, rest.strip(" ,:")
    return None


def labels_after(labels: Sequence[str], text: str) -> list[str]:
    """The labels once `+this` is added and `-that` is taken away; a word without a sign is added."""
    after = list(labels)
    for word in text.split():
        label = word.lstrip("+-#")
        if word.startswith("-"):
            after = [each for each in after if each != label]
        elif label and label not in after:
            after.append(label)
    return after
