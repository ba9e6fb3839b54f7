"""The releases: what each changed, how it was examined, which one serves and which did; to publish, and to go back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.assets import VERSION
from bot.console.components import button, chip, dialog, empty, when
from bot.console.context import Context
from bot.console.knowledge_diff import draw_differences, summary
from bot.console.knowledge_frame import knowledge_frame, on_knowledge
from bot.console.knowledge_publish import activate_dialog, publish_dialog
from bot.console.knowledge_release_words import RELEASE_WORDS
from bot.console.pages import page
from bot.console.rights import Right
from bot.knowledge.library import FILES_NOTE
from conversation.errors import DataError
from conversation.knowledge_ports import Activation, Release, ReleaseId
from intents.differences import Difference
from intents.gate import decode_evaluation

STYLE = '<link rel="stylesheet" href="{prefix}/static/knowledge_releases.css?v={version}">'

AT_ONCE = 20
"""Releases that are read at once."""


@page("/knowledge/releases", Right.KNOWLEDGE_READ, lambda words: words.knowledge)
async def knowledge_releases(ctx: Context, publish: str = "") -> None:
    """The page. With `publish` it asks at once whether to publish the draft."""
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    async with knowledge_frame(ctx, "/knowledge/releases") as library:
        if library is None:
            return
        shown = _Releases(ctx)
        await shown.show()
        on_knowledge(ctx, shown.show)
        if publish and ctx.may(Right.KNOWLEDGE):
            ui.timer(0, shown.publish, once=True)


class _Releases:
    """The page's parts, and what they show."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.own = ctx, RELEASE_WORDS[ctx.locale]
        self.limit = AT_ONCE
        self.releases: list[Release] = []
        self.active: ReleaseId | None = None
        self._said: dict[ReleaseId, tuple[str, str]] = {}
        self._labels: dict[ReleaseId, tuple[ui.label, ui.label]] = {}
        with ui.element("div").classes("kr-releases"):
            with ui.element("div"):
                self.draft = ui.element("section").classes("desk-panel kr-panel")
                self.list = ui.element("section").classes("desk-panel kr-panel")
            self.history = ui.element("section").classes("desk-panel kr-panel")

    async def show(self) -> None:
        """Read everything anew."""
        draft = await acts.view(self.ctx)
        found = await acts.draft_diff(self.ctx) if draft.edits else ()
        self.releases = await acts.releases(self.ctx, self.limit)
        self.active = draft.active.id if draft.active else None
        self._draft(found)
        self._list()
        self._history(await acts.activations(self.ctx))

    def _draft(self, found: Sequence[Difference]) -> None:
        self.draft.clear()
        self.draft.set_visibility(bool(found))
        with self.draft:
            with ui.element("div").classes("kr-panel-head"):
                ui.label(self.own.draft).classes("desk-subtitle").props("role=heading aria-level=2")
                ui.label(summary(self.own, found)).classes("desk-help desk-grow")
            with ui.element("div").classes("kr-panel-body"):
                draw_differences(self.ctx, found)

    def _list(self) -> None:
        self.list.clear()
        self._labels.clear()
        with self.list:
            with ui.element("div").classes("kr-panel-head"):
                with ui.element("div").classes("desk-grow"):
                    ui.label(self.own.releases).classes("desk-subtitle").props("role=heading aria-level=2")
                    ui.label(self.own.releases_help).classes("desk-help")
                if len(self.releases) > 1:
                    button(self.own.compare, lambda: self._compare(None), icon="difference")
            if not self.releases:
                empty("layers", self.own.none, self.own.none_help)
            for release in self.releases:
                self._release(release)
            if len(self.releases) == self.limit:
                with ui.element("div").classes("kr-more"):
                    button(self.own.more, self._more, kind="quiet")
            ui.timer(0, self._fill, once=True)

    def _release(self, release: Release) -> None:
        own, ctx = self.own, self.ctx
        assert release.id is not None
        id, serves = release.id, release.id == self.active
        with ui.element("article").classes("kr-release" + (" kr-release-active" if serves else "")) as line:
            line.props(f"data-release={id}")
            with ui.element("div").classes("kr-release-head"):
                ui.label(own.release.format(id=id)).classes("kr-release-name")
                if serves:
                    chip(own.active, "good", icon="check")
                ui.label(own.served.format(by=release.author, at=when(ctx, release.made_at))).classes("desk-faint")
            note = own.files_note if release.note == FILES_NOTE else release.note or own.no_note
            ui.label(note).classes("kr-release-note")
            if release.overruled:
                with ui.element("div").classes("kr-overruled"):
                    ui.icon("gavel")
                    ui.label(own.overruled.format(reason=release.overruled))
            with ui.element("div").classes("kr-release-facts desk-help"):
                self._labels[id] = ui.label(""), ui.label("").classes("desk-number")
            if not serves:
                with ui.element("div").classes("kr-release-actions"):
                    button(own.compare, lambda: self._compare(release), kind="quiet", icon="difference")
                    if ctx.may(Right.KNOWLEDGE):
                        button(own.activate, lambda: self._activate(release), kind="quiet", icon="history")

    async def _fill(self) -> None:
        """Say what each release changed, and how it was examined; none ever changes, so each is read once."""
        for release in tuple(self.releases):
            assert release.id is not None
            if release.id not in self._said:
                found = await acts.release_diff(self.ctx, release.base, release.id) if release.base else None
                changed = self.own.first if found is None else summary(self.own, found)
                self._said[release.id] = changed, await asyncio.to_thread(examined, self.ctx, release)
            for label, text in zip(self._labels.get(release.id, ()), self._said[release.id], strict=False):
                label.set_text(text)

    def _history(self, activations: Sequence[Activation]) -> None:
        self.history.clear()
        self.history.set_visibility(bool(activations))
        with self.history:
            with ui.element("div").classes("kr-panel-head"):
                ui.label(self.own.history).classes("desk-subtitle").props("role=heading aria-level=2")
            for each in activations:
                with ui.element("div").classes("kr-activation"):
                    ui.label(self.own.release.format(id=each.release_id)).classes("kr-release-name")
                    ui.label(self.own.served.format(by=each.by, at=when(self.ctx, each.at))).classes("desk-faint")
                    if each.reason:
                        note = self.own.files_note if each.reason == FILES_NOTE else each.reason
                        ui.label(note).classes("kr-activation-reason")

    async def _more(self) -> None:
        self.limit += AT_ONCE
        await self.show()

    async def publish(self) -> None:
        """Ask whether to publish the draft, and do so. Who reloads the page is not asked again."""
        self.ctx.client.run_javascript("history.replaceState(null, '', location.pathname)")
        await publish_dialog(self.ctx)

    async def _activate(self, release: Release) -> None:
        assert release.id is not None
        against = await acts.release_diff(self.ctx, self.active, release.id) if self.active else ()
        await activate_dialog(self.ctx, release, against)

    async def _compare(self, release: Release | None) -> None:
        """Show what any two say differently; to begin with, a release beside the active one."""
        own, ctx = self.own, self.ctx
        options: dict[int, str] = {0: own.draft}
        for each in self.releases:
            assert each.id is not None
            mark = f" · {own.active}" if each.id == self.active else ""
            options[each.id] = own.release.format(id=each.id) + mark
        before = release.id if release else self.releases[1].id
        after = self.active if release else self.releases[0].id

        async def show() -> None:
            found = await self._between(int(old.value), int(new.value))
            panel.clear()
            with panel:
                ui.label(summary(own, found)).classes("kr-part")
                draw_differences(ctx, found)

        with dialog(ctx, own.compare) as opened:
            opened.classes("kr-wide")
            with ui.element("div").classes("kr-compare"):
                old = ui.select(options, label=own.compare_old, value=before, on_change=show)
                ui.icon("arrow_forward")
                new = ui.select(options, label=own.compare_new, value=after, on_change=show)
                for choice in (old, new):
                    choice.props("outlined dense options-dense").classes("desk-field")
            panel = ui.element("div").classes("kr-changes")
            with ui.element("div").classes("desk-dialog-actions"):
                button(ctx.words.close, opened.close, kind="primary")
        opened.open()
        await show()

    async def _between(self, old: int, new: int) -> Sequence[Difference]:
        """What `new` says otherwise than `old`; 0 is the draft."""
        if old and new:
            return await acts.release_diff(self.ctx, ReleaseId(old), ReleaseId(new))
        if old == new:
            return ()
        return await acts.draft_beside(self.ctx, ReleaseId(old or new), turned=not old)


def examined(ctx: Context, release: Release) -> str:
    """How a release was examined, in a line; "" where nobody can say."""
    own = RELEASE_WORDS[ctx.locale]
    try:
        found = decode_evaluation(release.evaluation)
    except DataError:
        return ""
    parts = []
    if found.accuracy is not None:
        share = f"{found.accuracy:.1%}"
        parts.append(own.accuracy.format(share=share.replace(".", ",") if ctx.locale == "id" else share))
    if found.trials:
        right = sum(trial.right for trial in found.trials)
        parts.append(own.tests_right.format(right=right, all=len(found.trials)))
    return " · ".join(parts)
