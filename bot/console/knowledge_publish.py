"""The dialogs that change what serves: to publish the draft, past the gate or against it, and to go back to a release.

What is under way goes on when the dialog is closed, or the page: only the outcome is not seen then.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.components import button
from bot.console.context import Context
from bot.console.knowledge_diff import draw_differences, draw_judgement, summary
from bot.console.knowledge_release_words import RELEASE_WORDS
from bot.knowledge.library import Published
from bot.knowledge.refusals import GateRefused
from bot.knowledge.trainer import Progress
from conversation.errors import Refusal, StaleDraft
from conversation.knowledge_ports import Activation, Release, ReleaseId
from intents.differences import Difference
from intents.gate import Judgement

LONGEST_NOTE = 1_000
LONGEST_SUGGESTION = 200

EVERY = 0.2
"""Seconds between two looks at how far it is."""


async def publish_dialog(ctx: Context) -> bool:
    """Ask, publish, and show what came of it; returns whether there is a new release."""
    found = await acts.draft_diff(ctx)
    if not found:
        raise Refusal(RELEASE_WORDS[ctx.locale].same)
    return await _Publishing(ctx, found).asked()


async def activate_dialog(ctx: Context, release: Release, against: Sequence[Difference]) -> bool:
    """Ask whether to go back to a release, `against` what serves now; returns whether it serves."""
    return await _Activating(ctx, release, against).asked()


class _Working(ABC):
    """A dialog that asks, then works, then tells."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.own = ctx, RELEASE_WORDS[ctx.locale]
        self.done = False
        with ctx.client.content, ui.dialog().props("persistent") as self.dialog:
            self.panel = ui.element("div").classes("desk-dialog kr-dialog")

    async def asked(self) -> bool:
        """Show it until it is closed."""
        self.ask()
        await self.dialog
        self.dialog.delete()
        return self.done

    @abstractmethod
    def ask(self) -> None:
        """Draw what is to be decided."""

    def title(self, text: str, help: str = "", *, kind: str = "") -> None:
        """Begin the dialog anew."""
        self.panel.clear()
        with self.panel:
            shown = ui.label(text).classes("desk-dialog-title").props("role=heading aria-level=2")
            if kind:
                shown.classes(f"kr-title-{kind}")
            if help:
                ui.label(help).classes("desk-dialog-text")

    def words(self, label: str, help: str, value: str = "") -> ui.textarea:
        """A field for a note or a reason."""
        field = ui.textarea(label, value=value).classes("desk-field kr-words")
        return field.props(f'outlined dense autogrow maxlength={LONGEST_NOTE} hint="{help}"')

    def close(self) -> None:
        """Put the dialog away."""
        self.dialog.submit(None)

    async def work(self, doing: Callable[[Progress], Awaitable[None]]) -> None:
        """Do something, and show how far it is. What it draws of its outcome takes the place of that."""
        reached, share = "", 0.0
        self.title(self.own.working, self.own.working_help)
        with self.panel:
            step = ui.label(self.own.steps[""]).classes("kr-step").props("role=status")
            bar = ui.linear_progress(0, show_value=False).props("rounded instant-feedback").classes("kr-progress")
            with ui.element("div").classes("desk-dialog-actions"):
                button(self.ctx.words.close, self.close)

        def note(name: str, done: float) -> None:
            nonlocal reached, share
            reached, share = name, done

        def look() -> None:
            step.set_text(self.own.steps.get(reached, self.own.steps[""]))
            bar.set_value(share)

        with self.panel:
            timer = ui.timer(EVERY, look)
        try:
            await doing(note)
        finally:
            timer.cancel()

    @property
    def is_seen(self) -> bool:
        """Whether anybody would see what is drawn now."""
        return not self.ctx.client.is_deleted and not self.dialog.is_deleted


class _Publishing(_Working):
    def __init__(self, ctx: Context, found: Sequence[Difference]) -> None:
        super().__init__(ctx)
        self.found = found
        self.note = summary(self.own, found)[:LONGEST_SUGGESTION]

    def ask(self) -> None:
        self.title(self.own.publish_title, self.own.publish_help)
        with self.panel:
            with ui.element("div").classes("kr-changes"):
                draw_differences(self.ctx, self.found)
            note = self.words(self.own.note, self.own.note_help, self.note)

            async def publish() -> None:
                self.note = str(note.value or "").strip()
                await self.work(self._publish)

            with ui.element("div").classes("desk-dialog-actions"):
                button(self.ctx.words.cancel, self.close)
                button(self.own.publish, publish, kind="primary", icon="publish")

    async def _publish(self, progress: Progress, overrule: str = "") -> None:
        try:
            published = await acts.publish(self.ctx, self.note, overrule=overrule, progress=progress)
        except GateRefused as refused:
            if self.is_seen:
                self._refused(refused.judgement)
            return
        except StaleDraft:
            if self.is_seen:
                await self._overtaken()
            return
        except Refusal as refusal:
            if self.is_seen:
                self._failed(str(refusal))
            return
        self.done = True
        if self.is_seen:
            self._published(published)

    def _published(self, published: Published) -> None:
        self.title(self.own.published.format(id=published.release.id), self.own.published_help, kind="good")
        with self.panel:
            with ui.element("div").classes("kr-judgement"):
                if published.judgement and published.judgement.passed:
                    ui.label(self.own.passed)
                draw_judgement(self.ctx, published.judgement)
            with ui.element("div").classes("desk-dialog-actions"):
                button(self.ctx.words.close, self.close, kind="primary")

    def _refused(self, judgement: Judgement) -> None:
        self.title(self.own.refused, self.own.refused_help, kind="bad")
        with self.panel:
            with ui.element("div").classes("kr-judgement"):
                draw_judgement(self.ctx, judgement)
            reason = self.words(self.own.overrule_reason, self.own.overrule_help)
            error = ui.label("").classes("desk-error").props("role=alert")

            async def overrule() -> None:
                why = str(reason.value or "").strip()
                if not why:
                    error.set_text(self.own.reason_missing)
                    return
                await self.work(lambda progress: self._publish(progress, why))

            with ui.element("div").classes("desk-dialog-actions"):
                button(self.own.overrule, overrule, kind="bad")
                button(self.ctx.words.close, self.close, kind="primary")

    async def _overtaken(self) -> None:
        """Somebody else published meanwhile: look again at what is left to publish."""
        draft = await acts.view(self.ctx)
        self.found = await acts.draft_diff(self.ctx)
        if not self.found or draft.active is None:
            self._failed(self.own.same)
            return
        self.ask()
        self.ctx.toast(self.own.overtaken.format(id=draft.active.id))

    def _failed(self, why: str) -> None:
        self.title(self.own.publish_title, kind="bad")
        with self.panel:
            ui.label(why).classes("desk-error").props("role=alert")
            with ui.element("div").classes("desk-dialog-actions"):
                button(self.ctx.words.close, self.close, kind="primary")


class _Activating(_Working):
    def __init__(self, ctx: Context, release: Release, against: Sequence[Difference]) -> None:
        super().__init__(ctx)
        assert release.id is not None
        self.id: ReleaseId = release.id
        self.against = against
        self.reason = ""
        self.failure = ""

    def ask(self) -> None:
        self.title(self.own.activate_title.format(id=self.id), self.own.activate_help.format(id=self.id))
        with self.panel:
            with ui.element("div").classes("kr-changes"):
                draw_differences(self.ctx, self.against)
            reason = self.words(self.own.activate_reason, "", self.reason)
            error = ui.label(self.failure).classes("desk-error").props("role=alert")

            async def activate() -> None:
                self.reason = str(reason.value or "").strip()
                if not self.reason:
                    error.set_text(self.own.reason_missing)
                    return
                await self.work(self._activate)

            with ui.element("div").classes("desk-dialog-actions"):
                button(self.ctx.words.cancel, self.close)
                button(self.own.activate, activate, kind="bad", icon="history")

    async def _activate(self, progress: Progress) -> None:
        activation: Activation | None = None
        with suppress(StaleDraft):
            try:
                activation = await acts.activate(self.ctx, self.id, self.reason, progress)
            except Refusal as refusal:
                self.failure = str(refusal)
        self.done = activation is not None
        if not self.is_seen:
            return
        if self.done:
            self.ctx.toast(self.own.activated.format(id=self.id), "good")
            self.close()
        else:
            self.ask()
