"""Lengths of time in words, as short as they can be read."""

from __future__ import annotations

from datetime import timedelta

from bot.console.words import Words


def span(words: Words, length: timedelta | float) -> str:
    """A length of time in its one or two largest units: `2 jam 5 mnt`, `5 mnt`, `45 dtk`. Takes seconds too."""
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3600, seconds % 3600 // 60
    parts = [(days, words.day), (hours, words.hour), (minutes, words.minute), (seconds % 60, words.second)]
    first = next((index for index, (number, _) in enumerate(parts) if number), 3)
    last = first + (2 if first < 2 else 1)
    return " ".join(f"{number} {unit}" for number, unit in parts[first:last] if number) or f"0 {words.second}"


def elapsed(words: Words, length: timedelta) -> str:
    """`5 mnt lalu`, or that it was just now."""
    return words.just_now if length < timedelta(minutes=1) else words.ago.format(span=span(words, length))


def remaining(words: Words, length: timedelta) -> str:
    """`5 mnt lagi`, or by how much it is over."""
    late = length < timedelta()
    return (words.overdue if late else words.left).format(span=span(words, abs(length)))
