"""The pane in which a message is tried: what comes of it now and with the draft, and why.

What there is to show is made here, in the words of whoever looks; `static/knowledge_trial.js` draws it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.console import knowledge_acts as acts
from bot.console.context import Context
from bot.console.knowledge_frame import on_knowledge
from bot.console.knowledge_reading import titles_of
from bot.console.knowledge_trial_words import TRIAL_WORDS, TrialWords
from bot.knowledge.error_words import told
from bot.knowledge.trying import Side, Tried
from bot.knowledge.verdict_words import verdict_in
from conversation.effects import Effect, SendPhoto, SendText
from conversation.understanding import Mood

LOOK_EVERY = 0.4
"""Seconds between two looks at how far the training of the draft is."""

LONGEST = 2_000
"""Characters of a message that are tried."""

RANKED, SPOKEN = 5, 5
"""Intents and words that are shown."""

TONES = {
    "answer": "good",
    "form": "good",
    "command": "good",
    "clarify": "warn",
    "escalate": "info",
    "unknown": "bad",
    "silent": "",
}
"""How a kind of decision looks."""


SHOWN = 0.01
"""Confidence below which only the likeliest intent is shown."""


class _Pane(ui.element, component="static/knowledge_trial.js"):
    """The pane in the browser."""


class TrialPane:
    """One page's pane."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._asked = 0

    def build(self) -> None:
        """Draw it."""
        self._element = _Pane().classes("kb-trial-pane")
        self._element.props["words"] = asdict(TRIAL_WORDS[self._ctx.locale])
        self._element.on("try", self._tried)
        on_knowledge(self._ctx, self._outdated)

    async def _tried(self, event: GenericEventArguments) -> None:
        text = str(event.args or "").strip()[:LONGEST]
        if not text:
            return
        self._asked += 1
        mine = self._asked
        try:
            while mine == self._asked and not self._ctx.client.is_deleted:
                tried = await acts.try_message(self._ctx, text)
                shown = shown_of(tried, titles_of(await acts.view(self._ctx)), self._ctx.locale)
                if mine == self._asked:
                    self._element.run_method("show", shown)
                if tried.draft is not None or tried.failed:
                    return
                await asyncio.sleep(LOOK_EVERY)
        except BaseException:
            self._element.run_method("show", None)
            raise

    async def _outdated(self) -> None:
        self._element.run_method("outdated")


def shown_of(tried: Tried, titles: Mapping[str, str], locale: str) -> dict[str, Any]:
    """Both sides as the browser draws them."""
    words = TRIAL_WORDS[locale]
    active = side_of(tried.active, titles, words) if tried.active else None
    draft = side_of(tried.draft, titles, words) if tried.draft else None
    return {
        "active": active,
        "draft": draft,
        "same": active == draft,
        "step": words.steps.get(tried.step, tried.step),
        "share": tried.share,
        "failed": told(tried.failed, locale) if tried.failed else "",
    }


def side_of(side: Side, titles: Mapping[str, str], words: TrialWords) -> dict[str, Any]:
    """What one mind made of the message."""
    heard = side.understanding
    best = heard.best
    return {
        "verdict": verdict_in(words.locale, side, titles),
        "tone": TONES[side.decision.kind.value] if side.decision else "good",
        "says": [each for effect in (side.decision.says if side.decision else ()) if (each := said_of(effect))],
        "reading": heard.normalized,
        "ranking": [
            {"title": titles.get(each.intent, each.intent), "name": each.intent, "share": round(each.confidence, 3)}
            for place, each in enumerate(heard.ranking[:RANKED])
            if not place or each.confidence >= SHOWN
        ],
        "in_scope": words.in_scope.format(share=f"{heard.in_scope:.0%}"),
        "best": titles.get(best.intent, best.intent) if best else "",
        "spoke": [word for word, weight in side.spoke if weight > 0 and not word.startswith(("~", '"', "'", "“"))][
            :SPOKEN
        ],
        "entities": [{"kind": each.kind, "value": each.value} for each in heard.entities],
        "mood": mood_of(heard.mood, words),
        "language": words.languages.get(heard.language, heard.language) if heard.language != "id" else "",
    }


def said_of(effect: Effect) -> dict[str, Any] | None:
    """What the customer sees of an effect."""
    if isinstance(effect, SendText):
        return {"text": effect.text, "buttons": [[each.title for each in row] for row in effect.buttons]}
    if isinstance(effect, SendPhoto):
        return {"image": effect.url, "text": effect.caption, "buttons": []}
    return None


def mood_of(mood: Mood, words: TrialWords) -> list[str]:
    """The mood in words, where there is any."""
    found = []
    if mood.anger >= 0.3:
        found.append(words.moods["angry"].format(share=f"{mood.anger:.0%}"))
    if mood.urgency >= 0.3:
        found.append(words.moods["urgent"].format(share=f"{mood.urgency:.0%}"))
    if not found and abs(mood.sentiment) >= 0.3:
        found.append(words.moods["bad" if mood.sentiment < 0 else "good"])
    return found
