"""The bot's mind: the configured knowledge base with the model that was trained on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import intents.starter
from bot.config import Settings
from bot.dialogue.decision import Policy
from conversation.errors import DataError, ModelError
from intents.entities import EntityFinder
from intents.formats import load_knowledge
from intents.interpreter import Interpreter
from intents.knowledge import KnowledgeBase
from intents.model import Model
from intents.model_file import load as load_model
from intents.model_file import save as save_model
from intents.mood import MoodReader
from intents.normalise import Normaliser
from intents.triage import Thresholds
from intents.understanding import Understanding

log = logging.getLogger(__name__)

FINGERPRINT = "fingerprint"
"""Key of a model's metadata: of which examples it was trained on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mind:
    """What the bot knows at one moment: swapped as a whole, between two turns.

    `explain` gives what in a text spoke for an intent, strongest first.
    """

    understand: Callable[[str], Understanding]
    explain: Callable[[str, str], list[tuple[str, float]]]
    knowledge: KnowledgeBase
    policy: Policy


def knowledge_path(settings: Settings) -> Path:
    """Where the configured knowledge base lies."""
    if settings.bot.knowledge == "starter":
        return Path(intents.starter.__file__).parent
    return settings.path(settings.bot.knowledge)


def read_knowledge(settings: Settings) -> KnowledgeBase:
    """The configured knowledge base, its placeholders filled in.

    Raises:
        DataError: it cannot be used; the message names file and line.
    """
    return load_knowledge(knowledge_path(settings)).knowledge.filled(settings.placeholders())


def read_normaliser(settings: Settings) -> Normaliser:
    """The normaliser with the shop's own words."""
    return Normaliser.load([settings.path(name) for name in settings.understanding.lexicon])


def policy_of(settings: Settings, thresholds: Thresholds) -> Policy:
    """The dialogue's settings."""
    return Policy(
        phrases=settings.phrases(),
        thresholds=thresholds,
        bot_name=settings.bot.name,
        shop_name=settings.shop.nama_toko,
        default_department=settings.dialogue.default_department,
        failures_before_handoff=settings.dialogue.failures_before_handoff,
        anger_before_handoff=settings.dialogue.anger_before_handoff,
        reassure_after=timedelta(minutes=settings.dialogue.reassure_after_minutes),
    )


def interpreter_of(knowledge: KnowledgeBase, model: Model, normaliser: Normaliser) -> Interpreter:
    """All that understands, put together."""
    return Interpreter(
        normaliser=normaliser,
        entities=EntityFinder(synonyms=knowledge.synonyms, regexes=knowledge.regexes, lookups=knowledge.lookups),
        mood=MoodReader.load(),
        classifier=model.classifier,
    )


def read_mind(settings: Settings) -> Mind:
    """The knowledge base with its trained model, ready to understand.

    Raises:
        DataError: the knowledge base cannot be used.
        ModelError: there is no usable model for it.
    """
    knowledge = read_knowledge(settings)
    model = load_model(settings.path(settings.bot.model))
    missing = set(model.report.intents) - set(knowledge.intents)
    if missing:
        raise ModelError(
            f"the model knows intents that the knowledge base lacks: {', '.join(sorted(missing)[:5])}",
            remedy="Run `tanggap train`.",
        )
    if model.meta.get(FINGERPRINT) != knowledge.fingerprint():
        log.warning(
            "the examples have changed since the model was trained; run `tanggap train`",
            extra={"action": "model_outdated"},
        )
    interpreter = interpreter_of(knowledge, model, read_normaliser(settings))
    return Mind(
        understand=interpreter.understand,
        explain=interpreter.explain,
        knowledge=knowledge,
        policy=policy_of(settings, model.thresholds),
    )


def train_model(settings: Settings, progress: Callable[[str, float], None] | None = None) -> Model:
    """Train on the configured knowledge base and write the model file. Imports scikit-learn.

    `progress` is given the name of a step and how much of the whole is done (0–1).

    Raises:
        DataError: the knowledge base cannot be used or learned from.
        ModelError: the model file cannot be written.
    """
    from intents.training import train  # Serving must not pay 2.4 s and 158 MB for it.

    knowledge = read_knowledge(settings)
    model = train(
        list(knowledge.examples()),
        out_of_scope=knowledge.out_of_scope,
        normaliser=read_normaliser(settings),
        understanding=settings.understanding.mode,
        target_wrong=settings.understanding.target_wrong,
        progress=progress,
    )
    model = replace(model, meta={**model.meta, FINGERPRINT: knowledge.fingerprint()})
    save_model(model, settings.path(settings.bot.model))
    return model


def model_is_current(settings: Settings) -> bool:
    """Whether there is a usable model that was trained on the knowledge base as it stands."""
    try:
        model = load_model(settings.path(settings.bot.model))
    except ModelError:
        return False
    return model.meta.get(FINGERPRINT) == read_knowledge(settings).fingerprint()


def require_answers(knowledge: KnowledgeBase) -> list[str]:
    """The intents that have no answer: the bot will say that it does not know.

    Raises:
        DataError: no intent has one.
    """
    silent = [name for name in knowledge.intents if not knowledge.answers.get(name)]
    if len(silent) == len(knowledge.intents):
        raise DataError(
            "the knowledge base has no answer at all",
            remedy="Write `responses:` with `utter_<intent>` into a domain file.",
        )
    return silent
