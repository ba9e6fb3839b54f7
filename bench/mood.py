"""How well the shipped mood model tells praise from blame on texts it was not trained on, and how fast.

    python bench/mood.py FILE

FILE is a TSV without heading, `text<TAB>label`, labels `positive`, `negative` and `neutral` (as in SmSA, IndoNLU,
Wilie et al. 2020). Neutral rows are left out of the accuracy. Prints one JSON object; times are in µs a message.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from intents.mood import MoodReader
from intents.normalise import Normaliser


def main() -> None:
    """Measure the file named on the command line."""
    rows = [line.rsplit("\t", 1) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() if "\t" in line]
    labels = [label for _, label in rows]
    normaliser = Normaliser.load()
    started = time.perf_counter()
    reader = MoodReader.load()
    load_seconds = time.perf_counter() - started
    texts = [normaliser.normalise(text) for text, _ in rows]
    for text in texts[:200]:
        reader.read(text)
    sentiments, times = [], []
    for text in texts:
        started = time.perf_counter()
        sentiments.append(reader.read(text).sentiment)
        times.append((time.perf_counter() - started) * 1e6)
    pairs = [(s > 0, label == "positive") for s, label in zip(sentiments, labels, strict=True) if label != "neutral"]
    recall = {
        name: statistics.fmean(said == wanted for said, truly in pairs if truly == wanted)
        for name, wanted in (("positive", True), ("negative", False))
    }
    by_label = {
        name: statistics.fmean([s for s, label in zip(sentiments, labels, strict=True) if label == name] or [0.0])
        for name in ("positive", "neutral", "negative")
    }
    report = {
        "n": len(pairs),
        "accuracy": round(sum(said == is_ for said, is_ in pairs) / len(pairs), 4),
        "recall": {name: round(value, 4) for name, value in recall.items()},
        "mean_sentiment": {name: round(value, 3) for name, value in by_label.items()},
        "words_a_message": round(statistics.fmean(len(text.tokens) for text in texts), 1),
        "latency_us": {
            "p50": round(statistics.median(times), 1),
            "p99": round(statistics.quantiles(times, n=100)[98], 1),
        },
        "load_seconds": round(load_seconds, 3),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
