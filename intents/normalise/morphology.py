"""The affixes of Indonesian: taking standard words apart, and putting roots together with *me(N)-*.

The rules are those of any grammar of the standard language (a nasal that fits the first sound of the
root and swallows k, p, s, t before a vowel; suffixes -kan, -i, -an; clitics -ku, -mu, -nya; particles
-lah, -kah, -pun). They over-generate: `analyse` proposes, the dictionary decides which root exists.
"""

from __future__ import annotations

from collections.abc import Iterator

VOWELS = frozenset("aiueo")

_PARTICLES = ("lah", "kah", "pun", "tah")
_POSSESSIVES = ("nya", "ku", "mu")
_SUFFIXES = ("kan", "an", "i")


# What may stand before a stem: prefix, suffixes it allows, prefixes that may follow it.
_OUTER: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = (
    ("di", frozenset({"", "kan", "i"}), ("per", "ber", "ke", "")),
    ("ku", frozenset({"", "kan", "i"}), ("per", "")),
    ("kau", frozenset({"", "kan", "i"}), ("per", "")),
    ("ter", frozenset({"", "kan", "i"}), ("per", "")),
    ("ber", frozenset({"", "an", "kan"}), ("ke", "se", "pe", "")),
    ("be", frozenset({"", "an"}), ("",)),
    ("bel", frozenset({""}), ("",)),
    ("te", frozenset({""}), ("",)),
    ("ke", frozenset({"an"}), ("ber", "ter", "se", "pe", "tidak", "")),
    ("se", frozenset({"", "an"}), ("ke", "ber", "ter", "pe", "")),
    ("per", frozenset({"", "an", "kan", "i"}), ("ke", "se", "")),
    ("pel", frozenset({"", "an"}), ("",)),
)
_OUTER_BY_LETTER = {
    letter: tuple(outer for outer in _OUTER if outer[0][0] == letter) for letter in {outer[0][0] for outer in _OUTER}
}
_ME_SUFFIXES = frozenset({"", "kan", "i"})
_PE_SUFFIXES = frozenset({"", "an"})


def analyse(word: str) -> Iterator[str]:
    """Every root that `word` may be built on by affixes; most of them do not exist."""
    for bare in _without_clitics(word):
        if bare != word:
            yield bare
        for suffix in ("", *_SUFFIXES):
            if suffix and not (bare.endswith(suffix) and len(bare) - len(suffix) >= 2):
                continue
            if suffix == "i" and bare.endswith("ii"):  # no word on *i* takes *-i*: `lagii` is only drawn out
                continue
            stem = bare[: len(bare) - len(suffix)]
            if suffix:
                yield stem
            yield from _without_prefixes(stem, suffix)


def _without_clitics(word: str) -> Iterator[str]:
    """`bajunyalah` → itself, `bajunya`, `baju`."""
    yield word
    if word.endswith(_PARTICLES) and len(word) > 5:
        word = word[:-3]  # the length of each of them
        yield word
    for possessive in _POSSESSIVES:
        if word.endswith(possessive) and len(word) > len(possessive) + 1:
            yield word[: -len(possessive)]


def _without_prefixes(stem: str, suffix: str) -> Iterator[str]:
    for prefix, suffixes, inner in _OUTER_BY_LETTER.get(stem[:1], ()):
        if suffix in suffixes and stem.startswith(prefix):
            rest = stem[len(prefix) :]
            for second in inner:
                if rest.startswith(second) and len(rest) - len(second) >= 2:
                    yield rest[len(second) :]
            if prefix in ("se", "ke", "ber", "di", "ter") and rest.startswith("pe"):
                yield from _without_nasal(rest[1:], "e")
            if prefix == "se" and rest.startswith("me"):
                yield from _without_nasal(rest[1:], "e")
    if stem.startswith("me") and suffix in _ME_SUFFIXES:
        for root in _without_nasal(stem[1:], "e"):
            yield root
            for second in ("per", "ber", "ke", "se"):
                if root.startswith(second) and len(root) > len(second) + 2:
                    yield root[len(second) :]
    if stem.startswith("pe") and suffix in _PE_SUFFIXES:
        yield stem[2:]
        for root in _without_nasal(stem[1:], "e"):
            yield root
            if root.startswith(("ber", "bel")):
                yield root[3:]
    if stem.startswith(("mempel", "dipel", "pelajar")) and suffix == "i":
        yield stem[stem.index("pel") + 3 :]


def _without_nasal(rest: str, vowel: str) -> Iterator[str]:
    """Roots behind `e` + nasal: `engirim` → `girim`, `kirim`; `enyapu` → `sapu`; `elihat` → `lihat`."""
    body = rest[len(vowel) :]
    if len(body) < 3:
        return
    after = body[1:2]
    if body.startswith("nge") and len(body) > 4:
        yield body[3:]
    if body.startswith("ng"):
        yield body[2:]
        if body[2:3] and body[2] in VOWELS:
            yield "k" + body[2:]
    elif body.startswith("ny"):
        yield "s" + body[2:]
    elif body[0] == "n":
        if after in VOWELS:
            yield "t" + body[1:]
        elif after and after in "cdjszt":
            yield body[1:]
    elif body[0] == "m":
        if after in VOWELS:
            yield "p" + body[1:]
        elif after and after in "bfvp":
            yield body[1:]
    if body[0] in "lrmnwy":
        yield body


def active(root: str) -> tuple[str, ...]:
    """The me(N)- forms of `root`, likeliest first: `kirim` → `mengirim`; `cek` → `mengecek`."""
    first = root[:1]
    if not first:
        return ()
    if sum(letter in VOWELS for letter in root) == 1 and len(root) <= 4:
        return ("menge" + root, *_nasal(root))
    return _nasal(root)


def _nasal(root: str) -> tuple[str, ...]:
    first, second = root[0], root[1:2]
    if first in VOWELS or first in "ghq":
        return ("meng" + root,)
    if first in "lrmnwy":
        return ("me" + root,)
    swallowed = second in VOWELS or (first in "kst" and not second)
    if first == "k":
        return ("meng" + root[1:], "meng" + root) if swallowed else ("meng" + root,)
    if first == "s":
        return ("meny" + root[1:], "men" + root) if swallowed else ("men" + root,)
    if first == "t":
        return ("men" + root[1:], "men" + root) if swallowed else ("men" + root,)
    if first == "p":
        return ("mem" + root[1:], "mem" + root) if swallowed else ("mem" + root,)
    if first in "bfv":
        return ("mem" + root,)
    return ("men" + root,)
