"""The review list: like messages that the bot did not know, and what is made of them in a few clicks.

What is shown was masked before it was kept. Nothing that is done here is served before the draft is published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.assets import VERSION
from bot.console.components import button, chip, empty, when
from bot.console.context import Context
from bot.console.knowledge_frame import knowledge_frame, on_knowledge
from bot.console.knowledge_reading import intents_in, titles_of
from bot.console.knowledge_releases import STYLE
from bot.console.knowledge_review_dialogs import examples_dialog, intent_dialog
from bot.console.knowledge_review_words import REVIEW_WORDS
from bot.console.pages import page
from bot.console.rights import Right
from bot.knowledge.draft import Draft
from bot.knowledge.review_list import Question, ReviewGroup
from conversation.errors import Refusal
from conversation.knowledge_ports import ReviewId, ReviewSource

AT_ONCE = 40
"""Groups that are drawn at once."""

MOST_KNOWN = 3
"""Intents that are named of those that a group was taken for."""


@page("/knowledge/review", Right.KNOWLEDGE_READ, lambda words: words.knowledge)
async def knowledge_review(ctx: Context) -> None:
    """The page."""
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    async with knowledge_frame(ctx, "/knowledge/review") as library:
        if library is None:
            return
        shown = _Review(ctx, await acts.view(ctx))
        await shown.load()
        on_knowledge(ctx, shown.draft_changed)


class _Review:
    """The page's parts, and what they show."""

    def __init__(self, ctx: Context, draft: Draft) -> None:
        self.ctx, self.own, self.draft = ctx, REVIEW_WORDS[ctx.locale], draft
        self.limit = AT_ONCE
        self.found: tuple[ReviewGroup, ...] = ()
        with ui.element("div").classes("kr-note"):
            ui.icon("visibility_off")
            ui.label(self.own.help)
        with ui.element("div").classes("kr-filters"):
            self.source = self._filter(self.own.source, {"": self.own.all_sources, **self.own.sources})
            self.department = self._filter(self.own.department, {"": self.own.all_departments})
            self.days = self._filter(self.own.time, dict(self.own.times), value=0)
            self.intent = self._filter(self.own.intent, {"": self.own.all_intents})
            self.intent.props("use-input input-debounce=0 hide-selected fill-input")
        self.panel = ui.element("section").classes("desk-panel kr-panel")

    def _filter(self, label: str, options: Mapping[str, str] | Mapping[int, str], value: object = "") -> ui.select:
        async def changed() -> None:
            self.limit = AT_ONCE
            await self.load()

        shown = ui.select(dict(options), label=label, value=value, on_change=changed)
        return shown.props("outlined dense options-dense").classes("desk-field")

    def title(self, intent: str) -> str:
        """What an intent is called."""
        return titles_of(self.draft).get(intent, intent)

    async def draft_changed(self) -> None:
        """Keep up with the draft; what is open stays as it is."""
        self.draft = await acts.view(self.ctx)

    async def load(self) -> None:
        """Read the list anew."""
        since: datetime | None = None
        if days := int(self.days.value or 0):
            since = self.ctx.clock() - timedelta(days=days)
        sources = (ReviewSource(self.source.value),) if self.source.value else ()
        found = await acts.review_groups(self.ctx, sources, str(self.department.value or ""), since)
        self._offer(found)
        wanted = str(self.intent.value or "")
        self.found = tuple(each for each in found if not wanted or wanted in {*each.thought, *each.chosen})
        self.show()

    def _offer(self, found: Sequence[ReviewGroup]) -> None:
        """Have the filters offer what there is."""
        if not self.department.value:
            names = {item.department for each in found for heard in each.like.items for item in heard.key.items}
            options = {name: self.ctx.desk.policy.department(name).shown for name in sorted(names - {""})}
            self.department.set_options({"": self.own.all_departments, **options})
        if not self.intent.value:
            intents = sorted({name for each in found for name in (*each.thought, *each.chosen)})
            self.intent.set_options({"": self.own.all_intents, **{name: self.title(name) for name in intents}})

    def show(self) -> None:
        """Draw the groups, all of them folded."""
        filtered = any(each.value for each in (self.source, self.department, self.days, self.intent))
        self.panel.clear()
        with self.panel:
            if not self.found:
                if filtered:
                    empty("filter_alt_off", self.own.none_found)
                else:
                    empty("task_alt", self.own.empty, self.own.empty_help)
            for each in self.found[: self.limit]:
                _Group(self, each)
            if len(self.found) > self.limit:
                with ui.element("div").classes("kr-more"):
                    button(self.own.more, self._more, kind="quiet")

    def _more(self) -> None:
        self.limit += AT_ONCE
        self.show()


class _Group:
    """One group; its messages are drawn when it is opened."""

    def __init__(self, page: _Review, group: ReviewGroup) -> None:
        self.page, self.ctx, self.own, self.group = page, page.ctx, page.own, group
        self.boxes: list[tuple[ui.checkbox, Question]] = []
        with ui.element("article").classes("kr-group") as self.frame:
            with ui.element("button").classes("kr-group-head").props("type=button aria-expanded=false") as self.head:
                ui.label(str(group.like.count)).classes("kr-group-count")
                with ui.element("div").classes("kr-group-title"):
                    ui.label(group.like.name).classes("kr-group-name")
                    self._growth()
                    ui.label(f"“{group.like.example}”").classes("kr-group-example")
                    self._known()
                _spark(self.own.trend, group.like.trend)
                self.fold = ui.icon("expand_more")
            self.body = ui.element("div").classes("kr-group-body")
            self.body.set_visibility(False)
        self.head.on("click", self.toggle)

    def _growth(self) -> None:
        growth = self.group.like.growth
        if growth > 0:
            chip(self.own.growing.format(number=growth), "warn", icon="trending_up")
        elif growth < 0:
            chip(self.own.shrinking.format(number=-growth), icon="trending_down")

    def _known(self) -> None:
        with ui.element("div").classes("kr-group-known"):
            for source, number in self.group.sources.items():
                ui.label(f"{self.own.sources[source.value]} {number}")
            for said, found in ((self.own.thought, self.group.thought), (self.own.chosen, self.group.chosen)):
                if found:
                    names = [f"{self.page.title(name)} {number}" for name, number in list(found.items())[:MOST_KNOWN]]
                    ui.label(said.format(found=", ".join(names)))

    def toggle(self) -> None:
        """Open it, or fold it."""
        opened = not self.body.visible
        if opened and not self.boxes:
            with self.body:
                self._draw()
        self.body.set_visibility(opened)
        self.head.props(f"aria-expanded={'true' if opened else 'false'}")
        self.fold.set_name("expand_less" if opened else "expand_more")
        self.frame.classes(toggle="kr-group-open")

    def _draw(self) -> None:
        may = self.ctx.may(Right.KNOWLEDGE)
        with ui.element("div").classes("kr-messages"):
            for heard in self.group.like.items:
                self._message(heard.key, may)
        if not may:
            return
        with ui.element("div").classes("kr-actions"):
            button(self.own.to_examples, self._to_examples, kind="primary", icon="playlist_add")
            button(self.own.new_intent, self._new_intent, icon="add")
            button(self.own.dismiss, self._dismiss, kind="quiet", icon="block")
            self.counted = ui.label("").classes("desk-help")
        self._count()
        ui.label(self.own.draft_only).classes("desk-help")

    def _message(self, question: Question, may: bool) -> None:
        with ui.element("div").classes("kr-message"):
            box = ui.checkbox(value=True, on_change=self._count).props("dense")
            box.props["aria-label"] = question.text
            box.set_visibility(may)
            self.boxes.append((box, question))
            ui.label(question.text).classes("kr-message-text")
            ui.label(when(self.ctx, question.at)).classes("desk-faint desk-number")
            for item in question.items:
                if item.reply:
                    with ui.element("div").classes("kr-message-more"):
                        ui.label(self.own.reply_of).classes("desk-help")
                        ui.label(item.reply).classes("kr-reply")

    def _count(self) -> None:
        number = sum(bool(box.value) for box, _ in self.boxes)
        self.counted.set_text(self.own.selected.format(number=number, all=len(self.boxes)))

    def _selected(self) -> list[ReviewId]:
        """The items of the messages that are selected. Raises Refusal where there are none."""
        found = [item.id for box, of in self.boxes if box.value for item in of.items if item.id is not None]
        if not found:
            raise Refusal(self.own.nothing_selected)
        return found

    def _number(self) -> int:
        return sum(bool(box.value) for box, _ in self.boxes)

    async def _to_examples(self) -> None:
        ids = self._selected()
        likely = tuple(dict.fromkeys((*self.group.chosen, *self.group.thought)))
        if await examples_dialog(self.ctx, ids, self._number(), self.page.draft, likely):
            await self.page.load()

    async def _new_intent(self) -> None:
        ids = self._selected()
        departments = _departments(self.page.draft)
        if await intent_dialog(self.ctx, ids, self._number(), self.group, departments):
            await self.page.load()

    async def _dismiss(self) -> None:
        number = self._number()
        await acts.dismiss(self.ctx, self._selected())
        self.ctx.toast(self.own.dismissed.format(number=number), "good")
        await self.page.load()


def _spark(said: str, trend: Sequence[int]) -> None:
    """A bar a day, the last being today."""
    most = max(max(trend), 1)
    with ui.element("div").classes("kr-spark") as bars:
        bars.props["role"] = "img"
        bars.props["aria-label"] = said.format(counts=", ".join(map(str, trend)))
        for number in trend:
            bar = ui.element("div").style(f"height: {100 * number / most:.0f}%")
            if number:
                bar.classes("kr-spark-some")


def _departments(draft: Draft) -> list[str]:
    """The departments that intents of the draft belong to."""
    return sorted({str(value.get("department", "")) for value in intents_in(draft.pieces).values()} - {""})
