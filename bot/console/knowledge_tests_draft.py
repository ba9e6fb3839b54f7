"""All test messages tried with the draft: how far that is, and what differs from the last evaluation.

It draws a line with a button; the list of the messages is drawn by `knowledge_tests`, which asks for the trials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.components import button
from bot.console.context import Context
from bot.console.knowledge_file_words import TEST_WORDS
from bot.console.knowledge_release_words import RELEASE_WORDS
from bot.knowledge.draft import Draft
from bot.knowledge.gate_words import trial_words
from intents.gate import Trial

Trials = Mapping[tuple[str, str], Trial]
"""Trials by text and expected intent."""

EVERY = 0.2
"""Seconds between two looks at how far it is."""


class DraftTrial:
    """The line that tries. `show` is called when there are other trials."""

    def __init__(self, ctx: Context, show: Callable[[], None]) -> None:
        self.ctx, self.own = ctx, TEST_WORDS[ctx.locale]
        self.trials: Trials = {}
        self._show = show
        self._edition = ""
        self._reached = "", 0.0
        with ui.element("div").classes("kr-panel-head kr-tests-draft") as self._line:
            self._said = ui.label("").classes("desk-grow desk-number").props("role=status")
            self._bar = ui.linear_progress(0, show_value=False).props("rounded instant-feedback").classes("kr-progress")
            self._bar.set_visibility(False)
            self._button = button(self.own.try_all, self._try, icon="rule")

    def outdate(self, draft: Draft) -> None:
        """Forget the trials of another draft than this."""
        if self.trials and draft.edition != self._edition:
            self.trials = {}
            self._said.set_text(self.own.outdated)

    async def _try(self) -> None:
        steps = RELEASE_WORDS[self.ctx.locale].steps

        def note(step: str, share: float) -> None:
            self._reached = step, share

        def look() -> None:
            step, share = self._reached
            self._said.set_text(f"{self.own.trying} · {steps.get(step, steps[''])}")
            self._bar.set_value(share)

        self._reached = "", 0.0
        self._button.disable()
        self._bar.set_visibility(True)
        with self._line:
            timer = ui.timer(EVERY, look)
        try:
            draft, found = await acts.try_tests(self.ctx, note)
        finally:
            timer.cancel()
            if not self.ctx.client.is_deleted:
                self._said.set_text("")
                self._bar.set_visibility(False)
                self._button.enable()
        if self.ctx.client.is_deleted:
            return
        self.trials = {(each.text, each.expected): each for each in found}
        self._edition = draft.edition
        self._show()

    def sum_up(self, before: Trials) -> None:
        """Say how many are right, and how many turned since the last evaluation, if the draft was tried."""
        if not self.trials:
            return
        turned = [each for key, each in self.trials.items() if has_turned(before.get(key), each)]
        better = sum(each.right for each in turned)
        self._said.set_text(
            self.own.drafted.format(
                right=right_of(self.trials.values()),
                all=len(self.trials),
                worse=len(turned) - better,
                better=better,
            )
        )


def has_turned(before: Trial | None, now: Trial | None) -> bool:
    """Whether a message is right now and was wrong, or the other way round."""
    return before is not None and now is not None and before.right != now.right


def became_of(before: Trial | None, drafted: Trial | None, locale: str) -> list[tuple[str, bool]]:
    """What is said below a message, and whether it went well: what became of it where that was wrong, both where they
    differ."""
    own = TEST_WORDS[locale]
    if drafted is None:
        return [] if before is None or before.right else [(trial_words(before, locale), False)]
    with_draft = own.with_draft.format(became=trial_words(drafted, locale)), drafted.right
    if before is not None and has_turned(before, drafted):
        return [(own.with_release.format(became=trial_words(before, locale)), before.right), with_draft]
    return [] if drafted.right else [with_draft]


def right_of(trials: Iterable[Trial]) -> int:
    """How many went as expected."""
    return sum(each.right for each in trials)
