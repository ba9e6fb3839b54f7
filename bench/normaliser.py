"""How much of a file of real messages the normaliser turns into words a dictionary knows, and at what cost.

    python bench/normaliser.py MESSAGES [--left-over N]

MESSAGES holds one message a line; where a line has tabs, the last field is taken for a label and left out.
Prints JSON. A token is a run of letters, hyphens and apostrophes, as any reader of the file would cut it.

*Dictionary* means `Dictionary.standard`: roots and their regular derivations, without colloquial spellings
(see `intents/normalise/dictionary.py`). Of the tokens outside it, `resolved` counts those that became standard words
or names of `names.txt`, alone or with an enclitic; `resolved_or_in_use` counts also those left as a name
or loanword that wordfreq knows from Indonesian or English texts. Dictionary tokens are `left_alone` if the
same word is still at their place. `coverage_by_pysastrawi` asks PySastrawi instead, which has many colloquial spellings
and lacks many function words.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from intents.normalise.dictionary import Dictionary
from intents.normalise.lexicon import Lexicon
from intents.normalise.normaliser import Normaliser

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_CLITICS = ("nya", "ku", "mu", "lah", "kah", "pun")

SHORT_MESSAGES = (
    "Min pesanan sy blm dtg, gmn sih??",
    "udah 2 minggu ga nyampe2 paketnya",
    "cara refund gmn ya kak",
    "JNE JP1234567890 ga gerak dr kmrn",
    "brg yg dtg rusak bgt, kecewa 😡",
    "makasih min, paketnya udh sampe",
    "bisa cod ga kak?",
    "aku mau ganti alamat pengiriman dong",
    "kok saldo saya kepotong 50rb padahal gagal",
    "tolong dibatalin aja pesananku",
)


@dataclass(kw_only=True, slots=True)
class Coverage:
    """What became of the tokens of a file."""

    dictionary_tokens: int = 0
    other_tokens: int = 0
    resolved: int = 0
    in_use: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    unresolved: Counter[str] = field(default_factory=Counter)

    def report(self, left_over: int) -> dict[str, object]:
        """Shares, and the `left_over` commonest tokens changed or unresolved."""
        report: dict[str, object] = {
            "dictionary_tokens": self.dictionary_tokens,
            "left_alone": round(1 - self.changed.total() / max(1, self.dictionary_tokens), 4),
            "other_tokens": self.other_tokens,
            "resolved": round(self.resolved / max(1, self.other_tokens), 4),
            "resolved_or_in_use": round((self.resolved + self.in_use) / max(1, self.other_tokens), 4),
        }
        if left_over:
            report["changed"] = self.changed.most_common(left_over)
            report["unresolved"] = self.unresolved.most_common(left_over)
        return report


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("messages", type=Path)
    parser.add_argument("--left-over", type=int, default=0, metavar="N", help="show the N commonest unresolved")
    options = parser.parse_args()
    texts = [line.rsplit("\t", 1)[0] for line in options.messages.read_text("utf-8").splitlines() if line.strip()]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    normaliser = Normaliser.load()
    loaded = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    report = {
        "coverage": coverage(normaliser, texts, Dictionary.load().standard).report(options.left_over),
        "coverage_by_pysastrawi": coverage(normaliser, texts, pysastrawi()).report(options.left_over),
        "load": {"seconds": round(loaded, 3), "megabytes": round(memory / 1024, 1)},
        "microseconds": latency(normaliser, texts),
    }
    json.dump(report, sys.stdout, indent=2, ensure_ascii=False)
    print()


def coverage(normaliser: Normaliser, texts: list[str], in_dictionary: Callable[[str], bool]) -> Coverage:
    """Shares of tokens resolved and left alone, where `in_dictionary` says what the dictionary has."""
    dictionary, names = Dictionary.load(), Lexicon.load().names

    def bare(word: str) -> str:
        return next((word[: -len(c)] for c in _CLITICS if word.endswith(c) and len(word) > len(c) + 1), word)

    def resolved(word: str) -> bool:
        return in_dictionary(word) or dictionary.standard(word) or word in names or bare(word) in names

    def in_use(word: str) -> bool:
        return any(dictionary.heard(form) or dictionary.english(form) for form in (word, bare(word)))

    result = Coverage()
    for text in texts:
        normalised = normaliser.normalise(text)
        for match in _TOKEN.finditer(text[: max((token.end for token in normalised.tokens), default=0)]):
            word = match[0].lower()
            here = [t for t in normalised.tokens if t.start < match.end() and t.end > match.start()]
            became = [token.text for token in here]
            if in_dictionary(word):
                result.dictionary_tokens += 1
                kept = any(t.text == word or t.protected for t in here) or word in became[0].split("-")
                if not kept:
                    result.changed[f"{word} → {' '.join(became)}"] += 1
            elif not any(token.protected for token in here):
                result.other_tokens += 1
                if became and all(map(resolved, became)):
                    result.resolved += 1
                elif became and all(resolved(one) or in_use(one) for one in became):
                    result.in_use += 1
                    result.unresolved[f"({word} → {' '.join(became)})"] += 1
                else:
                    result.unresolved[f"{word} → {' '.join(became)}"] += 1
    return result


def pysastrawi() -> Callable[[str], bool]:
    """Whether PySastrawi has a word as a root or stems it to one: a laxer dictionary, and not ours."""
    factory = StemmerFactory()
    roots, stemmer = frozenset(factory.get_words()), factory.create_stemmer()
    return cache(lambda word: word in roots or stemmer.stem(word) in roots)


def latency(normaliser: Normaliser, texts: list[str]) -> dict[str, float]:
    """Microseconds of processor time a message, the best of some rounds: the work, not the neighbours' load."""

    def round_of(messages: Sequence[str], one: Normaliser) -> float:
        started = time.process_time()
        for message in messages:
            one.normalise(message)
        return (time.process_time() - started) / len(messages) * 1e6

    cold = min(round_of(SHORT_MESSAGES, Normaliser.load()) for _ in range(5))
    single = []
    for message in SHORT_MESSAGES * 200:
        started = time.perf_counter()
        normaliser.normalise(message)
        single.append((time.perf_counter() - started) * 1e6)
    return {
        "short_mean": round(min(round_of(SHORT_MESSAGES * 50, normaliser) for _ in range(20)), 1),
        "short_words_met_first": round(cold, 1),
        "short_p99": round(sorted(single)[int(len(single) * 0.99)], 1),
        "file_words_met_first": round(min(round_of(texts, Normaliser.load()) for _ in range(3)), 1),
        "file_words_met_before": round(min(round_of(texts, normaliser) for _ in range(5)), 1),
        "file_characters": round(sum(map(len, texts)) / len(texts), 1),
    }


if __name__ == "__main__":
    main()
