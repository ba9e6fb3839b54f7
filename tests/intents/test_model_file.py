"""Model files: what is written is read back, and what is wrong is said."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conversation.errors import ModelError
from intents import container
from intents.classifier import LinearClassifier
from intents.convolution import Convolution, Documents, fit_convolution
from intents.dense import Dense, fit_network
from intents.model import Model
from intents.model_file import VERSION, load, save
from intents.training import UnderstandingLevel, train
from tests.intents.training_examples import EXAMPLES, NORMALISER, LetterEmbedder

TEXTS = [NORMALISER.normalise(text) for text in ("paket saya mana", "kpn uang blk", "kucing", "")]


@pytest.fixture(scope="module")
def model() -> Model:
    return train(EXAMPLES, normaliser=NORMALISER)


@pytest.fixture
def file(model: Model, tmp_path: Path) -> Path:
    path = tmp_path / "model.bin"
    save(model, path)
    return path


@pytest.mark.parametrize("level", ["plain", "words", "cascade"])
def test_a_loaded_model_ranks_as_the_saved_one(level: UnderstandingLevel, tmp_path: Path) -> None:
    model = train(EXAMPLES, normaliser=NORMALISER, understanding=level, embedder=LetterEmbedder())
    path = tmp_path / "model.bin"
    save(model, path)
    loaded = load(path, embedder=LetterEmbedder())
    assert (loaded.thresholds, loaded.report, loaded.meta) == (model.thresholds, model.report, model.meta)
    for text in TEXTS:
        before, after = model.classifier.rank(text), loaded.classifier.rank(text)
        assert after.in_scope == pytest.approx(before.in_scope, abs=0.01)
        assert [score.confidence for score in after.candidates] == pytest.approx(
            [score.confidence for score in before.candidates], abs=0.01
        )


def test_a_network_is_read_back_and_a_layer_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    trained = train(EXAMPLES, normaliser=NORMALISER, understanding="words", embedder=LetterEmbedder())
    fast = trained.classifier
    assert isinstance(fast, LinearClassifier)
    vectors = np.eye(LetterEmbedder.dimensions, dtype=np.float32)
    network = fit_network(vectors, np.arange(len(vectors)) % 5, 5, 0)
    path = tmp_path / "model.bin"

    def save_with(meaning: Dense) -> None:
        classifier = LinearClassifier(fast.intents, replace(fast.model, meaning=meaning), fast.calibration)
        save(replace(trained, classifier=classifier), path)

    save_with(network)
    loaded = load(path).classifier
    assert isinstance(loaded, LinearClassifier)
    assert isinstance(loaded.model.meaning, Dense)
    assert (loaded.model.meaning.scores(vectors) == network.scores(vectors)).all()
    save_with(Dense(layers=network.layers[:1]))
    with pytest.raises(ModelError, match="damaged"):
        load(path)


def test_a_convolution_is_read_back_and_one_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    trained = train(EXAMPLES, normaliser=NORMALISER, understanding="words", embedder=LetterEmbedder())
    fast = trained.classifier
    assert isinstance(fast, LinearClassifier)
    assert fast.model.vectors is not None
    table = {word: fast.model.vectors.word(word) for word in ("paket", "mana", "uang", "kembali", "kapan")}
    documents = Documents.of([["paket", "mana"], ["kapan", "uang", "kembali"]], table)
    network = fit_convolution(documents, np.array([0, 1]), len(fast.intents) + 1, 0)
    path = tmp_path / "model.bin"

    def save_with(meaning: Convolution) -> None:
        classifier = LinearClassifier(fast.intents, replace(fast.model, meaning=meaning), fast.calibration)
        save(replace(trained, classifier=classifier), path)

    save_with(network)
    loaded = load(path).classifier
    assert isinstance(loaded, LinearClassifier)
    assert isinstance(loaded.model.meaning, Convolution)
    assert (loaded.model.meaning.scores(documents) == network.scores(documents)).all()
    save_with(replace(network, filters=network.filters[:, 1:]))
    with pytest.raises(ModelError, match="damaged"):
        load(path)


def test_loading_takes_less_than_a_third_of_a_second(file: Path) -> None:
    started = time.perf_counter()
    load(file)
    assert time.perf_counter() - started < 0.3


def test_nothing_is_left_beside_the_file(file: Path) -> None:
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("place", [0, 20, 60, 500, -1])
def test_one_wrong_byte_is_found(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        load(file)
    assert "tanggap train" in caught.value.remedy


@pytest.mark.parametrize("length", [0, 7, 51, 300])
def test_a_cut_file_is_refused(file: Path, length: int) -> None:
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ModelError):
        load(file)


def test_another_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "old.bin"
    container.write(path, VERSION + 1, {}, {})
    with pytest.raises(ModelError, match=f"version {VERSION + 1}"):
        load(path)


def test_a_sound_container_without_a_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.bin"
    container.write(path, VERSION, {}, {})
    with pytest.raises(ModelError, match="damaged"):
        load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        load(tmp_path / "none.bin")


def test_too_big_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.bin"
    with path.open("wb") as file:
        file.truncate(container.MAX_FILE + 1)
    with pytest.raises(ModelError, match="too big"):
        load(path)


def test_a_cascade_refuses_the_vectors_of_another_model(tmp_path: Path) -> None:
    class Other(LetterEmbedder):
        name = "other/1"

    path = tmp_path / "model.bin"
    save(train(EXAMPLES, normaliser=NORMALISER, understanding="cascade", embedder=LetterEmbedder()), path)
    with pytest.raises(ModelError, match="other/1"):
        load(path, embedder=Other())
