"""What the command line asks of the library of the service that holds the database, as JSON-able values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.errands import LongErrand, Tell
from bot.knowledge.gate_words import change_words, reason_words, trial_words
from bot.knowledge.library import Library
from bot.knowledge.refusals import GateRefused
from conversation.knowledge_ports import ReleaseId
from intents.content import content_of
from intents.gate import Judgement, Trial
from intents.outcomes import Mistake


def errands_of_library(library: Library) -> Mapping[str, LongErrand]:
    """The errands by name: `kb_publish` (who, note, only, overrule), `kb_activate` (release, who, reason), `kb_import`
    (pieces, who, seen) and `kb_discard` (piece). What the gate refuses is no error: its release is None."""

    async def publish(values: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
        try:
            published = await library.publish(
                values["who"],
                values["note"],
                only=values.get("only"),
                overrule=values.get("overrule", ""),
                progress=tell,
            )
        except GateRefused as refused:
            return {"release": None, "judgement": judgement_told(refused.judgement), "remedy": refused.remedy}
        judgement = judgement_told(published.judgement) if published.judgement else None
        return {"release": published.release.id, "judgement": judgement}

    async def activate(values: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
        release = ReleaseId(values["release"])
        await library.activate(release, values["who"], values["reason"], progress=tell)
        return {"release": release}

    async def take_over(values: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
        content = await library.loader.aside(partial(content_of, values["pieces"]))
        return {"pieces": list(await library.import_content(content, values["who"], values.get("seen", "")))}

    async def discard(values: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
        await library.discard(values["piece"])
        return {}

    return {"kb_publish": publish, "kb_activate": activate, "kb_import": take_over, "kb_discard": discard}


def judgement_told(judgement: Judgement) -> dict[str, Any]:
    """What the gate found, as JSON-able values with English words."""

    def trial(each: Trial) -> dict[str, Any]:
        return {"text": each.text, "intent": each.expected, "what": trial_words(each, "en")}

    def mistake(each: Mistake) -> dict[str, Any]:
        return {"text": each.text, "intent": each.intent, "predicted": each.predicted}

    return {
        "passed": judgement.passed,
        "reasons": [reason_words(each, "en") for each in judgement.reasons],
        "compared": judgement.total.compared,
        "lost": judgement.total.lost,
        "gained": judgement.total.gained,
        "intents": [change_words(each, "en") for each in judgement.intents],
        "now_wrong": [trial(each) for each in judgement.now_wrong],
        "now_right": [trial(each) for each in judgement.now_right],
        "worse": [mistake(each) for each in judgement.worse],
        "better": [mistake(each) for each in judgement.better],
    }
