"""The knowledge base's own test messages: what must be understood, or not be answered, and whether it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.assets import VERSION
from bot.console.components import button, confirm, dialog, empty, icon_button
from bot.console.context import Context
from bot.console.knowledge_file_words import TEST_WORDS, TestWords
from bot.console.knowledge_frame import knowledge_frame, on_knowledge
from bot.console.knowledge_reading import intents_in
from bot.console.knowledge_releases import STYLE
from bot.console.knowledge_review_dialogs import intent_choices
from bot.console.knowledge_tests_draft import DraftTrial, became_of, has_turned
from bot.console.pages import page
from bot.console.rights import Right
from bot.knowledge.draft import Draft
from bot.knowledge.gate_words import trial_words
from conversation.errors import DataError, Refusal
from intents.content import TestMessage
from intents.formats.project import NOT_ANSWERED
from intents.gate import Trial, decode_evaluation
from intents.records import to_json

PIECE = "tests"

AT_ONCE = 100
"""Messages that are drawn at once."""

MOST = 5_000
LONGEST = 1_000

ALL, WRONG, UNTRIED, TURNED = "", "wrong", "untried", "turned"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pasted:
    """What was pasted: messages that are new, how many there are already, and the first lines that are no message."""

    new: tuple[TestMessage, ...]
    there: int
    problems: tuple[str, ...]


@page("/knowledge/tests", Right.KNOWLEDGE_READ, lambda words: words.knowledge)
async def knowledge_tests(ctx: Context) -> None:
    """The page."""
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    async with knowledge_frame(ctx, "/knowledge/tests") as library:
        if library is None:
            return
        shown = _Tests(ctx, await acts.view(ctx))
        shown.show()
        on_knowledge(ctx, shown.load)


class _Tests:
    """The page's parts, and what they show."""

    def __init__(self, ctx: Context, draft: Draft) -> None:
        self.ctx, self.own, self.draft = ctx, TEST_WORDS[ctx.locale], draft
        self.trials = trials_of(draft)
        self.limit = AT_ONCE
        with ui.element("section").classes("desk-panel kr-panel"):
            with ui.element("div").classes("kr-panel-head"):
                with ui.element("div").classes("desk-grow"):
                    ui.label(self.own.title).classes("desk-subtitle").props("role=heading aria-level=2")
                    ui.label(self.own.help).classes("desk-help")
                if ctx.may(Right.KNOWLEDGE):
                    button(self.own.paste, self._paste, icon="content_paste")
            if ctx.may(Right.KNOWLEDGE):
                self._adding()
            with ui.element("div").classes("kr-panel-head"):
                self.summary = ui.label("").classes("desk-grow desk-number")
                states = {ALL: self.own.all, WRONG: self.own.wrong, TURNED: self.own.turned, UNTRIED: self.own.untried}
                self.state = ui.select(states, value=ALL, on_change=self._filtered)
                self.state.props("outlined dense options-dense").classes("desk-field kr-state")
                self.filter = ui.input(placeholder=self.own.filter, on_change=self._filtered)
                self.filter.props(f'outlined dense clearable type=search aria-label="{self.own.filter}"')
                self.filter.classes("desk-field kr-state")
            self.drafted = DraftTrial(ctx, self.show)
            self.list = ui.element("div")

    def _adding(self) -> None:
        with ui.element("form").classes("kr-tests-head") as form:
            text = ui.input(self.own.text).props(f"outlined dense maxlength={LONGEST}").classes("desk-field")
            intent = self._intents("").classes("desk-field")

            async def add() -> None:
                await self._put(None, str(text.value or ""), intent.value)
                text.set_value("")

            button(self.ctx.words.add, add, kind="primary", icon="add").props("type=button")
        form.on("submit", add, js_handler="(event) => { event.preventDefault(); emit(); }")

    def _intents(self, value: str | None) -> ui.select:
        """A choice of what a message must be; "-" for what must not be answered."""
        named = intent_choices(self.draft)
        chosen = NOT_ANSWERED if value is None else value or None
        shown = ui.select(
            {NOT_ANSWERED: self.own.must_not, **named}, label=self.own.intent, value=chosen, with_input=True
        )
        return shown.props("outlined dense options-dense")

    @property
    def _messages(self) -> list[TestMessage]:
        """The test messages of the draft."""
        return tests_of(self.draft)

    async def load(self) -> None:
        """Read the draft anew."""
        self.draft = await acts.view(self.ctx)
        self.trials = trials_of(self.draft)
        self.drafted.outdate(self.draft)
        self.show()

    def _filtered(self) -> None:
        self.limit = AT_ONCE
        self.show()

    def show(self) -> None:
        """Draw the list."""
        trials, messages = self.trials, self._messages
        tried = [trials[each.text, each.intent] for each in messages if (each.text, each.intent) in trials]
        self.summary.set_text(
            self.own.summary.format(
                id=self.draft.active.id if self.draft.active else "", right=sum(t.right for t in tried), all=len(tried)
            )
            if tried
            else self.own.not_tried
        )
        self.drafted.sum_up(trials)
        wanted, state = str(self.filter.value or "").casefold(), self.state.value
        found = []
        for each in messages:
            trial = trials.get((each.text, each.intent))
            drafted = self.drafted.trials.get((each.text, each.intent))
            if fits(str(state), trial, drafted) and wanted in f"{each.text} {each.intent}".casefold():
                found.append((each, trial, drafted))
        self.list.clear()
        with self.list:
            if not found:
                empty(
                    "rule", self.own.none_found if messages else self.own.none, "" if messages else self.own.none_help
                )
            for each, trial, drafted in found[: self.limit]:
                self._line(each, trial, drafted)
            if len(found) > self.limit:
                with ui.element("div").classes("kr-more"):
                    button(self.own.more, self._more, kind="quiet")

    def _line(self, message: TestMessage, before: Trial | None, drafted: Trial | None) -> None:
        own, trial = self.own, drafted or before
        with ui.element("div").classes("kr-test"):
            icon = "radio_button_unchecked" if trial is None else "check_circle" if trial.right else "cancel"
            mark = ui.icon(icon)
            if trial is not None:
                mark.classes("kr-test-right" if trial.right else "kr-test-wrong")
            mark.props["aria-label"] = own.untried if trial is None else trial_words(trial, self.ctx.locale)
            ui.label(message.text).classes("kr-test-text")
            ui.label(message.intent or own.must_not).classes("kr-test-intent")
            for became, right in became_of(before, drafted, self.ctx.locale):
                ui.label(became).classes("kr-test-became" + (" kr-test-well" if right else ""))
            if self.ctx.may(Right.KNOWLEDGE):
                with ui.element("div").classes("kr-test-actions"):
                    icon_button("edit", self.ctx.words.edit, lambda: self._edit(message))
                    icon_button("delete_outline", self.ctx.words.delete, lambda: self._drop(message))

    def _more(self) -> None:
        self.limit += AT_ONCE
        self.show()

    async def _put(self, instead: TestMessage | None, text: str, intent: object) -> None:
        """Keep a message, new or in place of another. Raises Refusal."""
        text = " ".join(text.split())
        if not text:
            raise Refusal(self.own.text_missing)
        if not intent:
            raise Refusal(self.own.intent_missing)
        new = TestMessage(text=text[:LONGEST], intent="" if intent == NOT_ANSWERED else str(intent))
        messages = self._messages
        if any(each.text == new.text and each != instead for each in messages):
            raise Refusal(self.own.exists)
        kept = [new if each == instead else each for each in messages]
        await self.save(kept if instead in messages else [new, *kept])

    async def _edit(self, message: TestMessage) -> None:
        async def save() -> None:
            try:
                await self._put(message, str(text.value or ""), intent.value)
            except Refusal as refusal:
                error.set_text(str(refusal))
                return
            asked.submit(True)

        with dialog(self.ctx, self.ctx.words.edit) as asked:
            with ui.element("div").classes("desk-stack"):
                text = ui.input(self.own.text, value=message.text).props(f"outlined dense maxlength={LONGEST}")
                intent = self._intents(message.intent or None)
                for field in (text, intent):
                    field.classes("desk-field")
            error = ui.label("").classes("desk-error").props("role=alert")
            with ui.element("div").classes("desk-dialog-actions"):
                button(self.ctx.words.cancel, asked.close)
                button(self.ctx.words.save, save, kind="primary")
        await asked

    async def _drop(self, message: TestMessage) -> None:
        if await confirm(self.ctx, self.own.delete, message.text, self.ctx.words.delete, bad=True):
            await self.save([each for each in self._messages if each != message])

    async def save(self, messages: Sequence[TestMessage]) -> None:
        """Make these the test messages of the draft. Raises Refusal, such as where somebody else was first."""
        if len(messages) > MOST:
            raise Refusal(self.own.too_many.format(most=MOST))
        change = self.draft.change(PIECE)
        value = [to_json(each) for each in messages] or None
        await acts.edit(self.ctx, PIECE, value, change.version if change else 0)
        await self.load()

    async def _paste(self) -> None:
        own = self.own

        def look() -> Pasted:
            found = read_pasted(str(field.value or ""), self._messages, intents_in(self.draft.pieces), own)
            problems.set_text("\n".join(found.problems))
            counted.set_text(own.paste_found.format(new=len(found.new), there=found.there))
            return found

        async def add() -> None:
            found = look()
            if found.problems or not found.new:
                return
            try:
                await self.save([*found.new, *self._messages])
            except Refusal as refusal:
                problems.set_text(str(refusal))
                return
            self.ctx.toast(own.pasted.format(number=len(found.new)), "good")
            asked.submit(True)

        with dialog(self.ctx, own.paste_title, own.paste_help) as asked:
            asked.classes("kr-wide")
            field = ui.textarea(own.paste_label, on_change=look).props("outlined dense").classes("desk-field kr-paste")
            counted = ui.label("").classes("desk-help")
            problems = ui.label("").classes("desk-error desk-lines").props("role=alert")
            with ui.element("div").classes("desk-dialog-actions"):
                button(self.ctx.words.cancel, asked.close)
                button(self.ctx.words.add, add, kind="primary")
        await asked


def fits(state: str, before: Trial | None, drafted: Trial | None) -> bool:
    """Whether a message belongs to a choice of the list; with the draft's trial, where there is one."""
    now = drafted or before
    return {
        ALL: True,
        WRONG: now is not None and not now.right,
        TURNED: has_turned(before, drafted),
        UNTRIED: now is None,
    }[state]


def tests_of(draft: Draft) -> list[TestMessage]:
    """The test messages of a draft."""
    found = cast(Sequence[Mapping[str, object]], draft.pieces.get(PIECE, ()))
    return [TestMessage(text=str(each["text"]), intent=str(each.get("intent", ""))) for each in found]


def trials_of(draft: Draft) -> dict[tuple[str, str], Trial]:
    """What became of test messages when the active release was examined, by text and expected intent."""
    if draft.active is None or not draft.active.evaluation:
        return {}
    try:
        found = decode_evaluation(draft.active.evaluation)
    except DataError:
        return {}
    return {(each.text, each.expected): each for each in found.trials}


def read_pasted(text: str, there: Sequence[TestMessage], known: Mapping[str, object], own: TestWords) -> Pasted:
    """Test messages from lines of text, tab and intent; `known` are the intents there are."""
    texts = {each.text for each in there}
    new: dict[str, TestMessage] = {}
    problems, met = [], 0
    for number, line in enumerate(text.splitlines(), 1):
        message, _, intent = (part.strip() for part in line.rpartition("\t"))
        if not line.strip():
            continue
        if not message or not intent:
            problems.append(own.paste_wrong.format(line=number))
        elif intent != NOT_ANSWERED and intent not in known:
            problems.append(own.paste_unknown.format(line=number, intent=intent))
        elif (message := " ".join(message.split())[:LONGEST]) in texts or message in new:
            met += 1
        else:
            new[message] = TestMessage(text=message, intent="" if intent == NOT_ANSWERED else intent)
    return Pasted(new=tuple(new.values()), there=met, problems=tuple(problems[:5]))
