"""What asks how messages of the review list become examples of an intent, or an intent of their own, and tells which
of them were left out and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from nicegui import ui

from bot.console import knowledge_acts as acts
from bot.console.components import button, dialog
from bot.console.context import Context
from bot.console.knowledge_frame import intent_path
from bot.console.knowledge_reading import intents_in, title_of
from bot.console.knowledge_review_words import REVIEW_WORDS
from bot.knowledge.draft import Draft
from bot.knowledge.review_list import Added, ReviewGroup
from conversation.errors import Refusal
from conversation.knowledge_ports import ReviewId
from intents.tidying import KINDS

MOST_SUGGESTED = 4
LONGEST_NAME = 60

_NO_LETTER = re.compile(r"[^a-z0-9]+")
_MASKED = re.compile(r"\[[^\[\]\n]{1,40}\]")


async def examples_dialog(
    ctx: Context, ids: Sequence[ReviewId], number: int, draft: Draft, likely: Sequence[str]
) -> bool:
    """Ask of which intent of the draft the messages shall become examples, and do it; returns whether that was done.

    `likely` are the names of those that are probably right, the likeliest first.
    """
    own, words, options = REVIEW_WORDS[ctx.locale], ctx.words, intent_choices(draft)
    suggested = list(islice((name for name in likely if name in options), MOST_SUGGESTED))

    async def add() -> None:
        if not chosen.value:
            error.set_text(own.choose)
            return
        try:
            done.append(await acts.to_examples(ctx, ids, str(chosen.value)))
        except Refusal as refusal:
            error.set_text(str(refusal))
            return
        asked.submit(True)

    done: list[Added] = []
    with dialog(ctx, own.to_examples_title, own.to_examples_help.format(number=number)) as asked:
        chosen = ui.select(options, label=own.choose, value=next(iter(suggested), None), with_input=True)
        chosen.props("outlined dense options-dense").classes("desk-field")
        with ui.element("div").classes("kr-suggested"):
            for name in suggested:
                button(options[name], lambda name=name: chosen.set_value(name))
        ui.label(own.draft_only).classes("desk-help")
        error = ui.label("").classes("desk-error").props("role=alert")
        with ui.element("div").classes("desk-dialog-actions"):
            button(words.cancel, asked.close)
            button(own.add, add, kind="primary")
    await asked
    if done:
        await _told(ctx, done[0], own.added)
    return bool(done)


async def intent_dialog(
    ctx: Context, ids: Sequence[ReviewId], number: int, group: ReviewGroup, departments: Sequence[str]
) -> bool:
    """Ask what the new intent shall be, and make it; returns whether that was done."""
    own, words = REVIEW_WORDS[ctx.locale], ctx.words
    proposed = next(iter(group.replies), "")
    offered = {"": own.no_department, **{each: ctx.desk.policy.department(each).shown for each in departments}}
    home = next((item.department for heard in group.like.items for item in heard.key.items if item.department), "")
    done: list[Added] = []

    async def make() -> None:
        if left := _MASKED.search(str(answer.value or "")):
            error.set_text(own.masked.format(label=left[0]))
            return
        values = {
            "title": str(title.value or "").strip(),
            "kind": str(kind.value),
            "department": str(department.value or ""),
            "answer": str(answer.value or "").strip(),
        }
        try:
            done.append(await acts.to_new_intent(ctx, ids, str(name.value or "").strip(), values))
        except Refusal as refusal:
            error.set_text(str(refusal))
            return
        asked.submit(True)

    def look() -> None:
        left = _MASKED.search(str(answer.value or ""))
        warning.set_text(own.masked.format(label=left[0]) if left else "")

    with dialog(ctx, own.new_intent, own.new_intent_help.format(number=number)) as asked:
        asked.classes("kr-wide")
        with ui.element("div").classes("desk-form"):
            title = ui.input(own.title, value=group.like.name.capitalize()).props(f'hint="{own.title_help}"')
            name = ui.input(own.name, value=slug(group.like.name))
            name.props(f'maxlength={LONGEST_NAME} autocapitalize=none hint="{own.name_help}"')
            kind = ui.select({each: own.kinds[each] for each in sorted(KINDS, key=_faq_first)}, label=own.kind)
            kind.set_value("faq")
            department = ui.select(offered, label=own.department, value=home if home in offered else "")
            answer = ui.textarea(own.answer, value=proposed, on_change=look)
            answer.props(f'autogrow hint="{own.answer_help}"').classes("desk-wide")
            for field in (title, name, kind, department, answer):
                field.props("outlined dense options-dense").classes("desk-field")
        if len(group.replies) > 1:
            ui.label(own.replies).classes("desk-help")
            for reply in group.replies[:MOST_SUGGESTED]:
                with ui.element("button").classes("kr-reply kr-reply-offered").props("type=button") as offer:
                    ui.label(reply)
                offer.on("click", lambda reply=reply: answer.set_value(reply))
        warning = ui.label("").classes("kr-form-warning")
        error = ui.label("").classes("desk-error").props("role=alert")
        look()
        with ui.element("div").classes("desk-dialog-actions"):
            button(words.cancel, asked.close)
            button(own.make, make, kind="primary")
    await asked
    if done:
        await _told(ctx, done[0], own.made)
    return bool(done)


async def _told(ctx: Context, added: Added, said: str) -> None:
    """Tell what became of the messages: in passing, unless some were left out."""
    own = REVIEW_WORDS[ctx.locale]
    text = (said if added.examples else own.none_added).format(number=len(added.examples), intent=added.intent)
    if not added.left_out:
        ctx.toast(text, "good")
        return
    with dialog(ctx, text) as told:
        ui.label(own.left_out).classes("kr-part")
        with ui.element("div").classes("kr-left-out"):
            for masked, reason in added.left_out:
                with ui.element("div").classes("kr-turned"):
                    ui.label(masked).classes("kr-quote")
                    ui.label(own.reasons[reason]).classes("desk-help")
        with ui.element("div").classes("desk-dialog-actions"):
            button(own.open_intent, lambda: ui.navigate.to(intent_path(added.intent)))
            button(ctx.words.close, told.close, kind="primary")
    await told


def intent_choices(draft: Draft) -> dict[str, str]:
    """The intents of a draft to choose from: title and name, by name."""
    titles = {name: title_of(name, value) for name, value in intents_in(draft.pieces).items()}
    return {name: f"{title} ({name})" if title != name else name for name, title in titles.items()}


def slug(name: str) -> str:
    """A name for an intent, made of the name of a group."""
    plain = _NO_LETTER.sub("_", name.casefold()).strip("_")[:LONGEST_NAME].strip("_")
    return plain if plain[:1].isalpha() else f"intent_{plain}".strip("_")


def _faq_first(kind: str) -> tuple[bool, str]:
    return kind != "faq", kind
