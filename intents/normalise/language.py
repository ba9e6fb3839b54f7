"""A cheap guess at the language of a message, from the words that give a language away.

It counts, and knows nothing of grammar: standard Indonesian words against common English ones and the
Javanese and Sundanese entries of the lexicon. Indonesian is the answer unless another language clearly
leads, since customers mix a few foreign words into most messages.
"""

from __future__ import annotations

from collections.abc import Sequence

_ONE_REGIONAL_SHARE = 0.25
_SOME_REGIONAL_SHARE = 0.2
_ENGLISH_SHARE = 0.5
_UNKNOWN_SHARE = 0.6
_INDONESIAN_SHARE = 0.25


def guess_language(languages: Sequence[str], known: float) -> str:
    """`id`, `en`, `jv`, `su` or `other`, from the language of each word (empty: says nothing).

    Javanese and Sundanese messages borrow most of their words from Indonesian, so two words that are a
    fifth of the message are enough, or one that is a quarter of it; English needs half. `known` is the
    share (0–1) of known words.
    """
    if not languages:
        return "id"
    words = len(languages)
    english, javanese, sundanese = (languages.count(code) for code in ("en", "jv", "su"))
    if english >= _ENGLISH_SHARE * words and english > javanese + sundanese:
        return "en"
    regional = max(javanese, sundanese)
    share = _ONE_REGIONAL_SHARE if regional == 1 else _SOME_REGIONAL_SHARE
    if regional and regional >= english and regional >= share * words:
        return "jv" if javanese >= sundanese else "su"
    if known < 1 - _UNKNOWN_SHARE and languages.count("id") < _INDONESIAN_SHARE * words:
        return "other"
    return "id"
