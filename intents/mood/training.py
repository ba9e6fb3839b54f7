"""Training of the mood model: word lists as a prior, labelled messages as what corrects it.

Each head (sentiment, anger, urgency) is a logistic regression with soft targets. The weight of a word has a
Gaussian prior around its hand-given strength, so a word the examples never show keeps that strength, and the
messages pull the others where they belong (maximum a posteriori, solved by Newton's method in the space of
the examples, which is exact and the same on every machine up to rounding).

Run `python -m intents.mood.training` after changing a word list, an example or the normaliser.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.mood.evidence import Evidence, meant_otherwise
from intents.mood.lexicon import HEADS, VERSION, Example, read_abuse, read_examples, read_groups, read_strengths
from intents.normalise import Normaliser

WEIGHTS_FILE = Path(__file__).parent / "data" / "weights.json"

# Words that only say who speaks of what: in complaints they would look like blame, and mean nothing elsewhere.
_MEANINGLESS = frozenset(
    {
        "saya", "aku", "kami", "kita", "kamu", "dia", "mereka", "ini", "itu", "di", "ke", "dari", "pada",
        "dalam", "dengan", "untuk", "oleh", "yang", "dan", "atau", "juga", "sudah", "akan", "ada", "adalah",
        "saja", "lagi", "nanti", "kemarin", "besok", "hari", "tadi", "sampai", "satu", "dua", "tiga",
        "seperti", "bisa", "mau", "karena", "kalau", "pas", "orang", "beli", "pesan", "barang", "paket",
        "toko", "aplikasi"
    }
)  # fmt: skip

Matrix = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What was chosen by cross-validation on our own examples.

    `scale` is the weight of one point of hand-given strength and `spread` the prior's standard deviation,
    for listed and unlisted words; an unlisted word needs `least_count` messages to be learned. Sentiment has
    next to no offset, so that a message that says nothing is neutral.
    """

    scale: tuple[float, float, float] = (0.9, 0.7, 0.9)
    spread_listed: float = 0.5
    spread_learned: float = 0.5
    least_count: int = 3
    offset_spread: tuple[float, float, float] = (0.1, 3.0, 3.0)


def train(examples: Sequence[Example], normaliser: Normaliser, settings: Settings | None = None) -> dict[str, Any]:
    """Fit the model and return what `MoodReader` is made of, ready to be written as JSON."""
    settings = settings or Settings()
    strengths = [_normalise_keys(read_strengths(head), normaliser) for head in HEADS]
    sarcasm = {
        group: sorted(_normalise_keys(dict.fromkeys(phrases, 1.0), normaliser))
        for group, phrases in read_groups("sarcasm").items()
    }
    listed = set().union(*strengths)
    texts = [normaliser.normalise(example.text) for example in examples]
    counts = Counter(word for text in texts for word in {token.text for token in text.tokens if not token.protected})
    counts.update(sign for text in texts for sign in set(text.features))
    frequent = {word for word, count in counts.items() if count >= settings.least_count and not word.isdigit()}
    learned = frequent - listed - _MEANINGLESS
    keys = sorted(listed | learned)
    praising = {key for key, strength in strengths[0].items() if strength > 0}
    features = _features(texts, keys, Evidence(keys, sarcasm), praising)
    spread = np.array([settings.spread_listed if key in listed else settings.spread_learned for key in keys])
    columns = []
    offsets = []
    for head, scale in enumerate(settings.scale):
        prior = np.array([_strength(key, strengths[head]) * scale for key in keys])
        targets = np.array([example.targets[head] for example in examples])
        weights, offset = _fit(features[0 if head == 0 else 1], targets, prior, spread, settings.offset_spread[head])
        columns.append(weights)
        offsets.append(round(float(offset), 3))
    table = np.round(np.stack(columns, axis=1), 3)
    return {
        "version": VERSION,
        "offsets": offsets,
        "weights": {key: row.tolist() for key, row in zip(keys, table, strict=True) if np.any(np.abs(row) >= 0.01)},
        "praising": sorted(praising),
        "sarcasm": sarcasm,
        "abuse": {
            key: [level, list(harmless)]
            for entry, (level, harmless) in read_abuse().items()
            for key in _normalise_keys({entry: 0.0}, normaliser)
        },
    }


def _normalise_keys(strengths: dict[str, float], normaliser: Normaliser) -> dict[str, float]:
    """Add to every phrase its normalised spelling, which is the one that messages will show."""
    result = dict(strengths)
    for phrase, strength in strengths.items():
        if not phrase.startswith("_"):
            result.setdefault(normaliser.normalise(phrase).text or phrase, strength)
    return result


def _strength(phrase: str, strengths: dict[str, float]) -> float:
    """The strength of a phrase: its own, or else that of its longest listed beginning and of what is left."""
    words = phrase.split(" ")
    for end in range(len(words), 0, -1):
        beginning = " ".join(words[:end])
        if beginning in strengths:
            rest = words[end:]
            return strengths[beginning] + (_strength(" ".join(rest), strengths) if rest else 0.0)
    return _strength(" ".join(words[1:]), strengths) if len(words) > 1 else 0.0


def _features(
    texts: Sequence[Any], keys: Sequence[str], evidence: Evidence, praising: set[str]
) -> tuple[Matrix, Matrix]:
    """Messages × keys: how much each key counts for sentiment, and for the other heads."""
    index = {key: column for column, key in enumerate(keys)}
    sentiment, other = np.zeros((len(texts), len(keys))), np.zeros((len(texts), len(keys)))
    for row, text in enumerate(texts):
        clues = evidence.gather(text)
        if evidence.is_sarcastic([token.text for token in text.tokens]):
            clues = meant_otherwise(clues, praising)
        for clue in clues:
            sentiment[row, index[clue.key]] += clue.sentiment
            other[row, index[clue.key]] += clue.other
    return sentiment, other


def _fit(
    features: Matrix, targets: Matrix, prior: Matrix, spread: Matrix, offset_spread: float
) -> tuple[Matrix, float]:
    """Maximise the posterior: weights = prior + spread² · features' · residuals, solved for the scores."""
    kernel = (features * spread**2) @ features.T + offset_spread**2
    base = features @ prior
    dual = np.zeros(len(targets))
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-(base + kernel @ dual)))
        curvature = np.maximum(chance * (1.0 - chance), 1e-6)
        step = np.linalg.solve(np.eye(len(targets)) + curvature[:, None] * kernel, targets - chance - dual)
        dual = dual + step
        if np.max(np.abs(step)) < 1e-9:
            break
    return prior + spread**2 * (features.T @ dual), offset_spread**2 * float(dual.sum())


def main() -> None:
    """Train on the shipped examples and write the weights beside them."""
    model = train(read_examples(), Normaliser.load())
    rows = ",\n".join(
        f"  {json.dumps(key, ensure_ascii=False)}: {json.dumps(row)}" for key, row in model.pop("weights").items()
    )
    head = json.dumps(model, ensure_ascii=False, sort_keys=True)
    WEIGHTS_FILE.write_text(f'{head[:-1]}, "weights": {{\n{rows}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
