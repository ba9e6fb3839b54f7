"""What two knowledge bases say differently, and what the gate says of it, drawn for people. Reads no store.

All of it is shown as text: examples and answers may hold anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from nicegui import ui

from bot.console.components import chip
from bot.console.context import Context
from bot.console.knowledge_release_words import RELEASE_WORDS, ReleaseWords
from bot.knowledge.difference_words import added_lines, removed_lines
from bot.knowledge.gate_words import change_words, reason_words, trial_words
from intents.differences import Difference, Kind
from intents.gate import Judgement
from intents.outcomes import Mistake

MOST_PIECES, MOST_LINES, MOST_CASES = 200, 100, 40
"""How much of a difference is drawn: pieces, lines of a piece, and cases of a judgement on either side."""

OPEN_UP_TO = 12
"""So many lines are shown at once; more stand folded."""

_KINDS = {Kind.ADDED: ("good", "+"), Kind.REMOVED: ("bad", "−"), Kind.CHANGED: ("info", "±")}


def piece_title(own: ReleaseWords, piece: str) -> str:
    """What a piece is called: `intent ongkir`, `aturan`."""
    kind, _, name = piece.partition("/")
    return f"{own.pieces.get(kind, kind)} {name}".strip()


def summary(own: ReleaseWords, found: Iterable[Difference]) -> str:
    """A difference in a line: `intent ongkir baru, 3 diubah`; the names where there are few."""
    parts = []
    for kind in Kind:
        names = [piece_title(own, each.piece) for each in found if each.kind is kind]
        if len(names) > 2:
            parts.append(own.summary[kind.value].format(number=len(names)))
        elif names:
            parts.append(f"{', '.join(names)} {getattr(own, kind.value)}")
    return "; ".join(parts) or own.same


def draw_differences(ctx: Context, found: Sequence[Difference]) -> None:
    """Every piece with its lines, folded where there are many."""
    own = RELEASE_WORDS[ctx.locale]
    if not found:
        ui.label(own.same).classes("desk-help")
    unfolded = sum(len(each.added) + len(each.removed) for each in found) <= OPEN_UP_TO
    for each in found[:MOST_PIECES]:
        added, removed = added_lines(each, ctx.locale), removed_lines(each, ctx.locale)
        with ui.element("details").classes("kr-piece") as piece:
            if unfolded:
                piece.props("open")
            with ui.element("summary"):
                kind, sign = _KINDS[each.kind]
                chip(sign, kind)
                ui.label(piece_title(own, each.piece)).classes("kr-piece-name")
                with ui.element("span").classes("kr-piece-counts desk-number"):
                    for number, mark, way in ((len(added), "+", "add"), (len(removed), "−", "drop")):
                        if number:
                            ui.label(f"{mark}{number}").classes(f"kr-{way}")
            for mark, lines, way in (("−", removed, "drop"), ("+", added, "add")):
                _lines(own, lines, mark, way)
    if len(found) > MOST_PIECES:
        ui.label(own.and_more.format(number=len(found) - MOST_PIECES)).classes("desk-help")


def _lines(own: ReleaseWords, lines: Sequence[str], mark: str, way: str) -> None:
    for line in lines[:MOST_LINES]:
        with ui.element("div").classes(f"kr-line kr-line-{way}"):
            ui.label(mark).classes("kr-line-mark")
            ui.label(line).classes("kr-line-text")
    if len(lines) > MOST_LINES:
        ui.label(own.lines_more.format(number=len(lines) - MOST_LINES)).classes("kr-line desk-faint")


def draw_judgement(ctx: Context, judgement: Judgement | None) -> None:
    """What the gate found: why it refuses, and what got worse and better, by intent and by message."""
    own = RELEASE_WORDS[ctx.locale]
    if judgement is None:
        ui.label(own.not_judged).classes("desk-help")
        return
    for reason in judgement.reasons:
        with ui.element("div").classes("kr-reason"):
            ui.icon("block")
            ui.label(reason_words(reason, ctx.locale))
    total = judgement.total
    if total.compared:
        ui.label(own.balance.format(compared=total.compared, lost=total.lost, gained=total.gained))
    elif judgement.passed:
        ui.label(own.nothing_compared).classes("desk-help")
    if judgement.intents:
        ui.label(own.by_intent).classes("kr-part")
        for change in judgement.intents:
            with ui.element("div").classes("kr-case"):
                chip("−" if change.net_lost > 0 else "+", "bad" if change.net_lost > 0 else "good")
                ui.label(change_words(change, ctx.locale))
    now_wrong = [(trial.text, trial_words(trial, ctx.locale)) for trial in judgement.now_wrong]
    now_right = [(trial.text, trial_words(trial, ctx.locale)) for trial in judgement.now_right]
    _cases(own, own.got_worse, [*now_wrong, *_mistakes(judgement.worse, own.mistaken)], unfolded=not judgement.passed)
    _cases(own, own.got_better, [*now_right, *_mistakes(judgement.better, own.mended)], unfolded=False)


def _mistakes(found: Collection[Mistake], said: str) -> list[tuple[str, str]]:
    return [(each.text, said.format(intent=each.intent, predicted=each.predicted)) for each in found]


def _cases(own: ReleaseWords, title: str, cases: Sequence[tuple[str, str]], *, unfolded: bool) -> None:
    """Messages that turned, with what became of them."""
    if not cases:
        return
    with ui.element("details").classes("kr-piece kr-cases") as shown:
        if unfolded:
            shown.props("open")
        with ui.element("summary"):
            ui.label(title.format(number=len(cases))).classes("kr-piece-name")
        for text, became in cases[:MOST_CASES]:
            with ui.element("div").classes("kr-turned"):
                ui.label(text).classes("kr-quote")
                ui.label(became).classes("desk-help")
        if len(cases) > MOST_CASES:
            ui.label(own.and_more.format(number=len(cases) - MOST_CASES)).classes("desk-help kr-turned")
