"""The normaliser run backwards: standard words respelt as customers would type them.

For training only: a model that sees its examples in several spellings leans less on any one of them.
What comes out is plausible, not always pretty; it may be ambiguous where customers are.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise

from intents.normalise.dictionary import Dictionary
from intents.normalise.lexicon import Lexicon
from intents.normalise.scanning import Piece, scan
from intents.normalise.slips import nearby_keys

_VOWELS = frozenset("aiueo")
_ENDINGS = (("nya", ("ny", "x", "nya")), ("kan", ("in", "kn")), ("an", ("n", "an")))
_ACTIVE = (
    ("menge", ("nge",)),
    ("meng", ("ng", "nge", "mng")),
    ("meny", ("ny", "mny")),
    ("men", ("n", "mn")),
    ("mem", ("m", "mm")),
    ("ter", ("ke", "tr")),
    ("ber", ("br",)),
    ("di", ("d", "di ")),
)


@lru_cache(maxsize=1)
def _respellings() -> Mapping[str, tuple[str, ...]]:
    """Standard words, joined by spaces, and the Indonesian forms of the lexicon that stand for them."""
    lexicon = Lexicon.load().beside(Dictionary.load().listed)
    forms: dict[str, list[str]] = {}
    for form, entry in lexicon.entries.items():
        if entry.default and entry.language == "id":
            forms.setdefault(" ".join(entry.default), []).append(form)
    return {standard: tuple(found) for standard, found in forms.items()}


def colloquialise(text: str, rng: random.Random, *, share: float = 0.4) -> str:
    """`text` with about `share` (0–1) of its words respelt; what is no word stays as it is.

    The same `rng` state gives the same spelling. Case and punctuation are kept, except in respelt words.
    """
    pieces = [piece for piece in scan(text).pieces if piece.kind == "word"]
    if not text.isascii():
        # Offsets of folded text do not fit; respelling plain text is enough for training.
        pieces = [piece for piece in pieces if text[piece.start : piece.end].lower() == piece.text]
    parts: list[str] = []
    done = index = 0
    while index < len(pieces):
        count = _phrase_length(pieces, index)
        start, end = pieces[index].start, pieces[index + count - 1].end
        words = " ".join(piece.text for piece in pieces[index : index + count])
        if rng.random() < share:
            parts += [text[done:start], _respell(words, rng)]
            done = end
        index += count
    return "".join(parts) + text[done:]


def _phrase_length(pieces: list[Piece], index: int) -> int:
    """How many words from `index` on have one common short form (`terima kasih`: 2)."""
    for count in (3, 2):
        if index + count <= len(pieces):
            words = pieces[index : index + count]
            adjacent = all(right.start - left.end == 1 for left, right in pairwise(words))
            if adjacent and " ".join(piece.text for piece in words) in _respellings():
                return count
    return 1


def _respell(word: str, rng: random.Random) -> str:
    forms = _respellings().get(word)
    if forms and rng.random() < 0.8:
        # The lexicon lists the common spellings first: the lower of two draws prefers them.
        return forms[min(rng.randrange(len(forms)), rng.randrange(len(forms)))]
    ways = [way for way in _WAYS if way(word, random.Random(0)) != word]
    return rng.choice(ways)(word, rng) if ways else word


def _doubled(word: str, rng: random.Random) -> str:
    """`barang-barang` → `barang2`, its base respelt now and then."""
    left, dash, right = word.partition("-")
    if not dash or not right.startswith(left):
        return word
    forms = _respellings().get(left)
    base = rng.choice(forms) if forms and rng.random() < 0.4 else left
    return f"{base}2{right[len(left) :]}"


def _without_vowels(word: str, rng: random.Random) -> str:
    """`pesanan` → `psanan`, `psnan`: vowels between consonants left out from the front."""
    if len(word) < 5 or "-" in word:
        return word
    drop = rng.choice((1, 1, 2, 3))
    kept = [word[0]]
    for before, letter, after in zip(word, word[1:], [*word[2:], ""], strict=False):
        if drop and letter in _VOWELS and before not in _VOWELS and after and after not in _VOWELS:
            drop -= 1
        else:
            kept.append(letter)
    return "".join(kept)


def _spoken_affix(word: str, rng: random.Random) -> str:
    """`mengirimkan` → `ngirimin`, `terpotong` → `kepotong`."""
    respelt = word
    for standard, spoken in _ACTIVE:
        if word.startswith(standard) and len(word) - len(standard) > 3:
            respelt = rng.choice(spoken) + word[len(standard) :]
            break
    for standard, spoken in _ENDINGS:
        if respelt.endswith(standard) and len(respelt) - len(standard) > 3:
            return respelt[: -len(standard)] + rng.choice(spoken)
    return respelt


def _drawn_out(word: str, rng: random.Random) -> str:
    """`lama` → `lamaaa`."""
    if " " in word or word[-1] not in _VOWELS or len(word) < 3:
        return word
    return word + word[-1] * rng.choice((1, 2, 3))


def _slip(word: str, rng: random.Random) -> str:
    """One slip of the thumb inside the word: a letter swapped, missing, doubled or taken from the next key."""
    if len(word) < 4:
        return word
    place = rng.randrange(1, len(word) - 1)
    head, letter, after, tail = word[:place], word[place], word[place + 1], word[place + 2 :]
    if not letter.isalpha() or not after.isalpha():
        return word
    near = sorted(nearby_keys(letter)) or [letter]
    return rng.choice(
        (
            head + after + letter + tail,
            head + after + tail,
            head + letter * 2 + after + tail,
            head + rng.choice(near) + after + tail,
        )
    )


_WAYS: tuple[Callable[[str, random.Random], str], ...] = (
    _doubled, _without_vowels, _without_vowels, _spoken_affix, _spoken_affix, _drawn_out, _slip,
)  # fmt: skip
