"""From a raw message to standard words: the stages in order, and what needs the whole message.

The stages: plain characters and pieces (`scanning`), phrases, single words (`words`), senses that the
neighbours decide, signs as features (`signs`), and a guess at the language (`language`). A pure
function of the text once the lists are loaded; every token names the rule that changed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from intents.normalise.dictionary import Dictionary
from intents.normalise.language import guess_language
from intents.normalise.lexicon import Entry, Lexicon
from intents.normalise.scanning import PROTECTED, Piece, Scan, scan
from intents.normalise.signs import punctuation_features, sign_feature
from intents.normalise.vocabulary import Vocabulary
from intents.normalise.words import Reading, WordReader
from intents.understanding import Normalized, Token

_WINDOW = 5
"""How many pieces before and after a word may decide its sense."""


class Normaliser:
    """Turns raw messages into standard words. Immutable after `load`, safe to share between threads."""

    def __init__(self, dictionary: Dictionary, lexicon: Lexicon) -> None:
        self._lexicon = lexicon.beside(dictionary.listed)
        self._reader = WordReader(Vocabulary(dictionary, self._lexicon))

    @classmethod
    def load(cls, extra_lexicon: Sequence[Path] = ()) -> Normaliser:
        """Read the word lists, the built-in lexicon and the user's own files (about 0.2 s, 25 MB).

        `extra_lexicon` are files of `form<TAB>standard[<TAB>context words]`; they go before the built-in
        entries. Raises `DataError` naming file and line of an entry that cannot be read.
        """
        return cls(Dictionary.load(), Lexicon.load(extra_lexicon))

    def normalise(self, raw: str) -> Normalized:
        """Normalise `raw` (its first 2,000 characters). Never raises, whatever the text."""
        scanned = scan(raw)
        capitals = _capitals(scanned)
        items, features = self._read(scanned.pieces, capitals)
        if capitals.shouting:
            features["_shout_"] = None
        ascii_only, origin = raw.isascii(), scanned.origin
        spoken = {item[0].language for item in items}
        tokens: list[Token] = []
        languages: list[str] = []
        known = 0
        for place, (reading, index, start, end) in enumerate(items):
            if origin is not None:
                start, end = origin[start], origin[end - 1] + 1
            if reading.code:
                tokens.append(Token(text=raw[start:end], start=start, end=end, protected=True))
                continue
            rule, words, language = reading.rule, reading.words, reading.language
            entry = reading.entry
            if entry is not None and (entry.senses or entry.language in spoken):
                words = _sense(entry, words, items, place)
                if words is not reading.words:
                    rule, language = "lexicon", entry.language
            if not rule and not ascii_only and raw[start:end].lower() != words[0]:
                rule = "unicode"
            for word in words:
                tokens.append(Token(text=word, start=start, end=end, rule=rule))
            if reading.stretched:
                features["_stretch_"] = None
            if index in capitals.upper and language == "id" and end - start > 3:
                features["_shout_"] = None
            languages.append(language)
            known += reading.known
        share = known / len(languages) if languages else 1.0
        return Normalized(
            raw=raw,
            tokens=tuple(tokens),
            features=tuple(features),
            known=share,
            language=guess_language(languages, share),
        )

    def _read(self, pieces: list[Piece], capitals: _Capitals) -> tuple[list[_Item], dict[str, None]]:
        """The readings of all words and protected pieces, phrases first, and the features of the signs."""
        items: list[_Item] = []
        features: dict[str, None] = {}
        index, count = 0, len(pieces)
        while index < count:
            kind, text, start, end = pieces[index]
            after = index + 1
            if kind == "word":
                phrase = self._phrase(pieces, index) if text in self._lexicon.phrases else None
                if phrase is not None:
                    reading, after = phrase
                    end = pieces[after - 1].end
                else:
                    reading = self._reader.read(text, name=index in capitals.names)
                items.append((reading, index, start, end))
            elif kind == "mixed":
                items.append((self._reader.read_mixed(text), index, start, end))
            elif kind == "spaced":
                items.append((self._spaced(text), index, start, end))
            elif kind in PROTECTED:
                items.append((_AS_IT_STANDS, index, start, end))
            elif kind == "sign":
                features[sign_feature(text)] = None
            else:
                features.update(dict.fromkeys(punctuation_features(text)))
            index = after
        return items, features

    def _phrase(self, pieces: list[Piece], index: int) -> tuple[Reading, int] | None:
        """The longest phrase that starts at `index`, and the index after it."""
        following = self._lexicon.phrases[pieces[index].text]
        if index + 1 == len(pieces):
            return None
        for form, entry in following.get(pieces[index + 1].text, ()):
            after = index + len(form)
            if tuple(piece.text for piece in pieces[index:after]) == form:
                words = entry.default or form
                # The file of phrases mixes languages: the first word tells which this one is in.
                language = self._reader.read(form[0]).language
                return (
                    Reading(
                        words=words,
                        rule="phrase" if words != form else "",
                        language=language,
                        entry=entry if entry.senses else None,
                    ),
                    after,
                )
        return None

    def _spaced(self, text: str) -> Reading:
        """`k e c e w a`: the word its letters make."""
        reading = self._reader.read("".join(filter(str.isalpha, text)))
        return Reading(words=reading.words, rule="spacing", known=reading.known, language=reading.language)


_Item = tuple[Reading, int, int, int]
"""A reading, the index of its (first) piece, and its place in the plain text."""


def _sense(entry: Entry, words: tuple[str, ...], items: list[_Item], place: int) -> tuple[str, ...]:
    """What a word with several senses means among its neighbours; `words` is what it means by default.

    A standard word that another language has as well (`tuku`, `order`) is read in that language only
    among words of it.
    """
    first = max(0, place - _WINDOW)
    around = [items[i][0] for i in range(first, min(len(items), place + _WINDOW + 1)) if i != place]
    foreign = entry.language == "id"
    if not foreign:
        votes = sum(reading.language == entry.language for reading in around)
        foreign = votes > 1 or (votes > 0 and votes == len(around))
    if entry.senses and (foreign or entry.language != "regional"):
        chosen = entry.choose({word for reading in around for word in (*reading.words, reading.typed)})
        if chosen is not None and chosen != entry.default:
            return chosen
    if foreign and entry.language != "id" and entry.default is not None and entry.default != words:
        return entry.default
    return words


_AS_IT_STANDS = Reading(words=(), code=True)


class _Capitals(NamedTuple):
    """What capitals tell: a shouted message, pieces that may be names, and pieces in capitals throughout."""

    shouting: bool = False
    names: frozenset[int] = frozenset()
    upper: frozenset[int] = frozenset()


_NO_CAPITALS = _Capitals()


def _capitals(scanned: Scan) -> _Capitals:
    """A capital speaks for a name inside a sentence only, and says nothing where most words have one."""
    plain = scanned.plain
    if not scanned.cased:
        return _NO_CAPITALS
    capitals = sum(map(str.isupper, plain))
    if capitals >= 5 and capitals >= 0.6 * sum(map(str.isalpha, plain)):
        return _Capitals(shouting=True)
    words = [(index, piece) for index, piece in enumerate(scanned.pieces) if piece.kind == "word"]
    upper = frozenset(
        index for index, piece in words if len(piece.text) > 1 and plain[piece.start : piece.end].isupper()
    )
    titled = [index for index, piece in words if plain[piece.start].isupper()]
    if len(words) > 2 and len(titled) > len(words) / 2:
        return _Capitals(names=upper, upper=upper)
    inside = (index for index in titled if index > 0 and scanned.pieces[index - 1].kind != "marks")
    return _Capitals(names=upper.union(inside), upper=upper)
