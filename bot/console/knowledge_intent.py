"""The editor of one intent. The browser keeps what is being written (`static/knowledge_intent.js`); here it is checked,
saved, and compared with what others did meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.console import knowledge_acts as acts
from bot.console.components import button, confirm, dialog
from bot.console.context import Context
from bot.console.knowledge_checks import doubts_of
from bot.console.knowledge_frame import knowledge_frame, on_knowledge
from bot.console.knowledge_intent_words import INTENT_WORDS
from bot.console.knowledge_page import NAME, department_titles
from bot.console.knowledge_page_words import LIST_WORDS
from bot.console.knowledge_reading import INTENT, decoded_name, intents_in, learns_otherwise, titles_of
from bot.console.knowledge_trial import TrialPane
from bot.console.pages import NotFound, page
from bot.console.rights import Right
from bot.knowledge.difference_words import added_lines, removed_lines
from bot.knowledge.draft import Draft
from conversation.errors import StaleDraft
from intents.content import LONGEST_NAME
from intents.differences import differences

MOST_EXAMPLES = 2_000
"""Examples of one intent that are checked while somebody types."""


class _Editor(ui.element, component="static/knowledge_intent.js"):
    """The editor in the browser."""


@page("/knowledge/intent/{name}", Right.KNOWLEDGE_READ, lambda words: words.knowledge)
async def intent(ctx: Context, name: str, new: str = "", title: str = "", kind: str = "faq") -> None:
    """The page. With `new`, of an intent that is not in the draft yet."""
    wanted = decoded_name(name)
    async with knowledge_frame(ctx, "/knowledge") as library:
        if library is None:
            return
        draft = await acts.view(ctx)
        there = wanted in intents_in(draft.pieces) or wanted in intents_in(draft.base)
        may_begin = bool(new) and bool(NAME.fullmatch(wanted)) and ctx.may(Right.KNOWLEDGE)
        if not wanted or len(wanted) > LONGEST_NAME or not (there or may_begin):
            raise NotFound
        own = LIST_WORDS[ctx.locale]
        first = {"title": title[:60], "kind": kind if kind in own.kinds else "faq"}
        await Editor(ctx, wanted, first).build(draft)


class Editor:
    """One page's editor. `first` is what a new intent begins with."""

    def __init__(self, ctx: Context, name: str, first: Mapping[str, Any]) -> None:
        self._ctx, self._name, self._piece, self._first = ctx, name, INTENT + name, dict(first)
        self._own = INTENT_WORDS[ctx.locale]
        self._version = -1
        self._busy = False

    async def build(self, draft: Draft) -> None:
        """Draw it."""
        ctx = self._ctx
        library = acts.library_of(ctx)
        with ui.element("div").classes("kb-columns"):
            self._element = _Editor().classes("kb-editor-pane")
            TrialPane(ctx).build()
        given = self._element.props
        given["words"], given["kinds"] = asdict(self._own), LIST_WORDS[ctx.locale].kinds
        given["start"], given["edits"], given["prefix"] = self._state(draft), ctx.may(Right.KNOWLEDGE), ctx.prefix
        departments = [{"department": each.get("department", "")} for each in intents_in(draft.pieces).values()]
        given["departments"] = department_titles(ctx, departments)
        given["intents"] = sorted(titles_of(draft).items(), key=lambda each: each[1].casefold())
        given["values"] = library.loader.settings.placeholders()
        given["slots"] = slots_of(draft)
        given["today"] = ctx.clock().astimezone(ctx.zone).date().isoformat()
        for event in ("check", "save", "compare", "discard", "remove", "publish"):
            self._element.on(event, getattr(self, f"_{event}"))
        on_knowledge(ctx, self._moved)

    def _state(self, draft: Draft) -> dict[str, Any]:
        """What the browser starts from; what is looked at here is what the next change is of."""
        change = draft.change(self._piece)
        before, after = draft.base.get(self._piece), draft.pieces.get(self._piece)
        self._version = change.version if change else 0
        value = after if isinstance(after, Mapping) else before if isinstance(before, Mapping) else self._first
        gone = change is not None and after is None
        return {
            "name": self._name,
            "value": value,
            "change": "" if change is None and before else "removed" if gone else "changed" if before else "new",
            "saved": after is not None,
            "drafted": change is not None,
            "who": change.changed_by if change else "",
            "learns": learns_otherwise(_mapping(before), _mapping(after)),
        }

    async def _check(self, event: GenericEventArguments) -> None:
        examples = [str(each) for each in event.args if str(each).strip()][:MOST_EXAMPLES]
        found = await acts.check(self._ctx, self._name, examples)
        titles = titles_of(await acts.view(self._ctx))
        self._element.run_method("doubt", await doubts_of(examples, found, titles, self._own))

    async def _save(self, event: GenericEventArguments) -> None:
        value = dict(event.args["value"])
        try:
            with self._acting():
                await acts.edit(self._ctx, self._piece, value, self._version)
                self._element.run_method("put", self._state(await acts.view(self._ctx)))
        except StaleDraft:
            await self._conflict(value)
        except Exception as error:
            self._element.run_method("refused", self._ctx.told(error))
        else:
            self._ctx.toast(self._own.saved, "good")

    async def _compare(self, event: GenericEventArguments) -> None:
        await self._conflict(dict(event.args))

    async def _conflict(self, mine: Mapping[str, Any]) -> None:
        """Show both versions; whoever saves again now, has seen the other."""
        draft = await acts.view(self._ctx)
        state = self._state(draft)
        theirs = draft.pieces.get(self._piece)
        found = differences({} if theirs is None else {self._piece: theirs}, {self._piece: mine})
        lines = found[0] if found else None
        who = state["who"] or (draft.active.author if draft.active else "")
        self._element.run_method(
            "conflict",
            {
                "who": who,
                "state": state,
                "theirs": removed_lines(lines, self._ctx.locale) if lines else (),
                "mine": added_lines(lines, self._ctx.locale) if lines else (),
            },
        )

    async def _moved(self) -> None:
        """Somebody changed something: this piece, perhaps."""
        draft = await acts.view(self._ctx)
        change, mine = draft.change(self._piece), self._version
        if not self._busy and (change.version if change else 0) != mine:
            self._element.run_method("others", self._state(draft))
            self._version = mine

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Whatever changes meanwhile was changed here."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    async def _discard(self) -> None:
        if not await confirm(self._ctx, self._own.discard, self._own.discard_help, self._own.discard, bad=True):
            return
        with self._acting():
            await acts.discard(self._ctx, self._piece)
            draft = await acts.view(self._ctx)
            state = self._state(draft)
        self._ctx.toast(self._own.discarded, "good")
        if self._piece not in draft.pieces:
            ui.navigate.to("/knowledge")
            return
        self._element.run_method("put", state)

    async def _remove(self) -> None:
        own, title = self._own, titles_of(await acts.view(self._ctx)).get(self._name, self._name)
        found = await acts.references(self._ctx, self._piece)
        if found:
            with dialog(self._ctx, own.remove, own.referred) as asked:
                for each in found:
                    ui.label(each).classes("kb-reference")
                with ui.element("div").classes("desk-dialog-actions"):
                    button(self._ctx.words.close, asked.close, kind="primary")
            asked.open()
            return
        if await confirm(self._ctx, own.remove, own.remove_help.format(intent=title), own.remove, bad=True):
            await acts.edit(self._ctx, self._piece, None, self._version)
            ui.navigate.to("/knowledge")

    async def _publish(self) -> None:
        own, title = self._own, titles_of(await acts.view(self._ctx)).get(self._name, self._name)
        if not await confirm(self._ctx, own.publish, own.publish_help, own.publish):
            return
        note = own.publish_note.format(intent=title)
        with self._acting():
            published = await acts.publish(self._ctx, note, only=[self._piece])
            self._element.run_method("put", self._state(await acts.view(self._ctx)))
        self._ctx.toast(own.published.format(release=published.release.id), "good")


def slots_of(draft: Draft) -> dict[str, str]:
    """What answers may name beside the shop's values, and what people call it."""
    slots = draft.pieces.get("slots", [])
    assert isinstance(slots, list)
    return {str(each["name"]): str(each.get("title") or each["name"]) for each in slots}


def _mapping(value: object) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None
