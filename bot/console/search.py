"""Search over what was ever said: words and filters, and results that open in the inbox. Each search is written down.

Nobody finds what belongs to departments that are not theirs; what the bot alone served is found by who sees all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from bot.console.assets import VERSION
from bot.console.components import avatar, button, chip, empty, when
from bot.console.context import Context
from bot.console.pages import page
from bot.console.reports_reading import known_departments
from bot.console.rights import Right, departments_of, guarded
from bot.console.search_words import SEARCH_WORDS
from bot.console.shell import heading
from bot.reports import last_days
from conversation.desk_ports import Hit, SearchQuery
from conversation.messages import Author
from conversation.phrases import ticket_number
from conversation.searching import asked_words, words_in

STYLE = '<link rel="stylesheet" href="{prefix}/static/search.css?v={version}">'

SHOWN = 50
LONGEST = 200
"""Characters of a query that are looked at."""

LEAST = 2
"""Letters and digits that a query must have: one alone would match nearly everything."""

BEFORE, EXCERPT = 80, 280
"""Characters of a long message that are shown before the first hit, and in all."""

_WORD = re.compile(r"\w+")


@page("/search", Right.SEARCH, lambda words: words.search, icon="search", order=40)
async def search(ctx: Context, q: str = "", period: str = "", department: str = "", author: str = "") -> None:
    """The page. What is searched for stands in its address."""
    own = SEARCH_WORDS[ctx.locale]
    ui.add_head_html(STYLE.format(prefix=ctx.prefix, version=VERSION))
    fields: dict[str, Any] = {}

    async def show() -> None:
        values = {name: str(field.value or "") for name, field in fields.items()}
        given = {name: value for name, value in values.items() if value}
        ui.navigate.history.replace(f"{ctx.prefix}/search?{urlencode(given)}")
        await draw(values)

    async def draw(values: Mapping[str, str]) -> None:
        words = asked_words(values["q"][:LONGEST])
        enough = sum(map(len, words)) >= LEAST
        hits = await find(ctx, values) if enough else []
        results.clear()
        with results:
            if not enough:
                empty("search", own.too_short if values["q"].strip() else own.start, own.start_help)
            else:
                _results(ctx, hits, words)

    with ui.element("div").classes("desk-page search"):
        heading(ctx, ctx.words.search, own.help)
        with ui.element("form").classes("search-form").props("role=search") as form:
            fields["q"] = ui.input(value=q[:LONGEST]).props(
                f'outlined dense clearable type=search autofocus maxlength={LONGEST} placeholder="{own.hint}"'
            )
            fields["q"].props(f'aria-label="{own.hint}"').classes("desk-field search-words")
            with fields["q"].add_slot("prepend"):
                ui.icon("search")
            button(ctx.words.search, kind="primary").props("type=submit")
            with ui.element("div").classes("search-filters"):
                departments = {name: ctx.desk.policy.department(name).shown for name in _departments(ctx)}
                for name, options, value, label in (
                    ("period", own.periods, period, own.period),
                    ("author", own.authors, author, own.author),
                    ("department", {"": own.all_departments, **departments}, department, ctx.words.departments),
                ):
                    field = ui.select(options, value=value if value in options else "", on_change=show)
                    field.props(f'outlined dense options-dense aria-label="{label}"').classes("desk-field")
                    fields[name] = field
        form.on("submit.prevent", show)
        results = ui.element("section").classes("desk-panel").props("aria-live=polite")
        await draw({name: str(field.value or "") for name, field in fields.items()})


def _departments(ctx: Context) -> list[str]:
    return known_departments(ctx.parts, ctx.agent)


def _results(ctx: Context, hits: list[Hit], words: list[str]) -> None:
    own = SEARCH_WORDS[ctx.locale]
    if not hits:
        empty("search_off", own.nothing, own.nothing_help)
        return
    said = own.more if len(hits) == SHOWN else own.found
    ui.label(said.format(number=len(hits))).classes("desk-help search-count")
    with ui.element("ol").classes("search-hits"):
        for hit in hits:
            _hit(ctx, hit, words)


def _hit(ctx: Context, hit: Hit, words: list[str]) -> None:
    own, message = SEARCH_WORDS[ctx.locale], hit.message
    with ui.element("li").classes("search-hit"):
        avatar(hit.contact_name or "?")
        with ui.element("div").classes("search-said"):
            with ui.element("div").classes("search-head"):
                ui.label(hit.contact_name or hit.conversation_id).classes("search-name desk-truncate")
                ui.label(when(ctx, message.at)).classes("desk-help desk-number")
                if message.author is not Author.CUSTOMER:
                    chip(message.author_name or own.authors[message.author.value], _KINDS.get(message.author, ""))
                department = ctx.desk.policy.department(hit.department).shown if hit.department else own.bot_alone
                chip(department)
            with ui.element("p").classes("search-text"):
                for part, hits in marked(excerpt(message.text, words), words):
                    TextElement(tag="mark" if hits else "span", text=part)
        if hit.ticket_id is not None:
            link = ui.link(target=f"/inbox?ticket={hit.ticket_id}").classes("search-open")
            link.props(f'aria-label="{own.open_ticket} {ticket_number(hit.ticket_id)}"')
            with link:
                ui.label(ticket_number(hit.ticket_id)).classes("desk-number")
                ui.icon("arrow_forward")


_KINDS = {Author.AGENT: "accent", Author.NOTE: "warn", Author.BOT: "info"}


def excerpt(text: str, words: list[str]) -> str:
    """The part of a long text around its first hit."""
    if len(text) <= EXCERPT:
        return text
    first = next((word.start() for word in _WORD.finditer(text) if _hits(word[0], words)), 0)
    begin = max(0, min(first - BEFORE, len(text) - EXCERPT))
    end = begin + EXCERPT
    return ("… " if begin else "") + text[begin:end].strip() + (" …" if end < len(text) else "")


def marked(text: str, words: list[str]) -> Iterator[tuple[str, bool]]:
    """The text in parts, and of each whether it is a word that was searched for. Together they are the text again."""
    reached = 0
    for word in _WORD.finditer(text):
        if _hits(word[0], words):
            if reached < word.start():
                yield text[reached : word.start()], False
            yield word[0], True
            reached = word.end()
    if reached < len(text):
        yield text[reached:], False


def _hits(word: str, words: list[str]) -> bool:
    return any(part.startswith(asked) for part in words_in(word) for asked in words)


async def _asked_department(ctx: Context, values: Mapping[str, str]) -> str | None:
    return values.get("department") or None


@guarded(Right.SEARCH, department=_asked_department)
async def find(ctx: Context, values: Mapping[str, str]) -> list[Hit]:
    """Messages that fit, the latest first. That somebody searched is written down before they see anything."""
    words, author = str(values.get("q", ""))[:LONGEST], str(values.get("author", ""))
    department, days = values.get("department", ""), str(values.get("period", ""))
    query = SearchQuery(
        words=words,
        departments=frozenset((department,)) if department else departments_of(ctx.agent),
        since=last_days(int(days), ctx.clock(), ctx.zone).since if days in ("1", "7", "30", "365") else None,
        author=author if author in {each.value for each in Author} else "",
    )
    filters = {"department": department, "author": query.author, "period": days}
    await ctx.record(
        "search", about=words, detail=" ".join(f"{name}={value}" for name, value in filters.items() if value)
    )
    return await ctx.store.search(query, SHOWN)
