"""The dictionary and the lexicon seen as one: what a word says by itself, before any rule of spelling."""

from __future__ import annotations

from intents.normalise.dictionary import Dictionary
from intents.normalise.lexicon import Lexicon

Words = tuple[str, ...]
"""Standard words that one typed word stands for."""

_ENCLITICS = ("nya", "ku", "mu", "lah", "kah", "pun")
_POSSESSIVES = ("nya", "ku", "mu")
_SHORTEST_NAME_MEANT = 6
_SHORTEST_LOANWORD_MEANT = 5


class Vocabulary:
    """Answers questions about single words. Immutable."""

    def __init__(self, dictionary: Dictionary, lexicon: Lexicon) -> None:
        self.dictionary = dictionary
        self.lexicon = lexicon

    def plain(self, word: str) -> Words | None:
        """What `word` stands for without any rule: itself if standard or a name, else its lexicon entry."""
        if self.dictionary.standard(word):
            return (word,)
        entry = self.lexicon.entries.get(word)
        if entry is not None and entry.default is not None:
            return entry.default
        return (word,) if self.is_name(word) else None

    def is_name(self, word: str) -> bool:
        """Whether `word` is a known name, perhaps with an enclitic: `gopaynya`."""
        names = self.lexicon.names
        return word in names or any(
            word.endswith(clitic) and len(word) > len(clitic) + 1 and word[: -len(clitic)] in names
            for clitic in _POSSESSIVES
        )

    def single(self, word: str) -> str | None:
        """The one word that `word` plainly stands for."""
        found = self.plain(word)
        return found[0] if found and len(found) == 1 else None

    def root(self, stem: str) -> str | None:
        """The one Indonesian word, no name, that `stem` plainly stands for."""
        entry = self.lexicon.entries.get(stem)
        if entry is not None and entry.language != "id" and not self.dictionary.standard(stem):
            return None
        return self.single(stem) if stem not in self.lexicon.names else None

    def may_be_meant(self, word: str) -> bool:
        """Whether a misspelt word may have been meant as `word`: standard, a name, or a loanword we render."""
        if self.dictionary.standard(word):
            return True
        if word in self.lexicon.names:
            return len(word) >= _SHORTEST_NAME_MEANT
        entry = self.lexicon.entries.get(word)
        return entry is not None and entry.default is not None and len(word) >= _SHORTEST_LOANWORD_MEANT

    def recognises(self, word: str) -> bool:
        """Whether `word` is standard, a known name or in common use, perhaps with an enclitic."""
        if self.dictionary.standard(word) or self._in_use(word):
            return True
        return any(
            word.endswith(clitic) and len(word) > len(clitic) + 2 and self._in_use(word[: -len(clitic)])
            for clitic in _ENCLITICS
        )

    def _in_use(self, word: str) -> bool:
        return word in self.lexicon.names or self.dictionary.heard(word)
