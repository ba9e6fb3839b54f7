"""The hand-written lexicon: forms customers type, and the standard words they stand for.

Plain UTF-8 files, one entry a line: `form<TAB>standard[<TAB>context words]`, `#` begins a comment line.
Several lines of one form are its senses. A sense with context words is taken when one of them stands
nearby; the line without is what the form means otherwise. A form of several words is a phrase.
The file an entry stands in tells its language (`english.tsv`, `javanese.tsv`, `sundanese.tsv`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from conversation.errors import DataError
from intents.normalise.spelling import skeleton

_NOTHING: frozenset[str] = frozenset()

MAX_PHRASE_WORDS = 5
"""The longest form a phrase may have, in words."""

_LANGUAGES = {"english": "en", "javanese": "jv", "sundanese": "su", "regional": "regional"}
_BUILT_IN = ("abbreviations", "slang", "spelling", "english", "javanese", "sundanese", "regional", "phrases")
_FORMAT = "form<TAB>standard, or form<TAB>standard<TAB>context words"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sense:
    """One meaning of a form: its standard words, and the words nearby that speak for it (none: the default)."""

    words: tuple[str, ...]
    context: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A form's senses in the order of the file, the languages it belongs to, and whether a user wrote it.

    The first file that gives a form a default keeps it: an Indonesian abbreviation goes before an English
    word of the same letters. `default` is None where every sense needs its context: without it the form
    stands for itself.
    """

    default: tuple[str, ...] | None
    senses: tuple[Sense, ...]
    language: str = "id"
    own: bool = False

    def choose(self, nearby: frozenset[str] | set[str]) -> tuple[str, ...] | None:
        """The words of the sense that most of `nearby` speak for, or the default."""
        best, votes = self.default, 0
        for sense in self.senses:
            support = len(sense.context & nearby)
            if support > votes:
                best, votes = sense.words, support
        return best


class Lexicon:
    """All entries and known names. Immutable once built."""

    def __init__(self, entries: Mapping[str, Entry], names: frozenset[str] = frozenset()) -> None:
        """Split `entries` into single words and phrases."""
        self.entries: dict[str, Entry] = {form: entry for form, entry in entries.items() if " " not in form}
        self.phrases: dict[str, dict[str, list[tuple[tuple[str, ...], Entry]]]] = {}
        """First word → second word → phrases that begin so, the longest first."""
        for form, entry in sorted(entries.items(), key=lambda item: -item[0].count(" ")):
            first, *rest = form.split()
            if rest:
                self.phrases.setdefault(first, {}).setdefault(rest[0], []).append(((first, *rest), entry))
        self.names = names

    def beside(self, standard: Callable[[str], bool]) -> Lexicon:
        """This lexicon beside a dictionary whose words stay as they are: misspellings of one lead to it.

        `banget` is standard and stays, so `bgt` becomes `banget` too, although the lexicon would
        render both as `sangat`; otherwise one word typed in two ways would end as two. Phrases made of
        standard words only are left out.
        """
        kept: dict[tuple[str, ...], list[str]] = {}
        for form, entry in self.entries.items():
            if entry.default and not entry.own and entry.default != (form,) and standard(form):
                kept.setdefault(entry.default, []).append(form)
        entries = dict(self.entries)
        for form, entry in self.entries.items():
            twins = kept.get(entry.default) if entry.default else None
            if twins and not entry.own and form not in twins:
                bones = skeleton(form)
                if len(bones) > 1 and (not entry.default or bones != skeleton("".join(entry.default))):
                    twin = next((word for word in twins if skeleton(word) == bones), None)
                    if twin:
                        entries[form] = replace(entry, default=(twin,))
        for seconds in self.phrases.values():
            for phrases in seconds.values():
                for words, entry in phrases:
                    if entry.own or not all(map(standard, words)):
                        entries[" ".join(words)] = entry
        return Lexicon(entries, self.names)

    @classmethod
    def load(cls, extra: Sequence[Path] = ()) -> Lexicon:
        """Read the built-in files, then `extra`, whose forms replace the built-in ones.

        Raises `DataError` naming file and line for an entry that cannot be read.
        """
        folder = files("intents.normalise").joinpath("lexicon")
        entries: dict[str, Entry] = {}
        for name in _BUILT_IN:
            language = _LANGUAGES.get(name, "id")
            text = folder.joinpath(f"{name}.tsv").read_text("utf-8")
            for form, senses in _by_form(_rows(text, f"{name}.tsv")).items():
                entries[form] = _merge(entries.get(form), senses, language)
        own: dict[str, list[Sense]] = {}
        for path in extra:
            for form, senses in _by_form(_rows(_read(path), str(path))).items():
                own.setdefault(form, []).extend(senses)
        for form, senses in own.items():
            entries[form] = _entry(senses, "id", own=True)
        names = folder.joinpath("names.txt").read_text("utf-8")
        known = frozenset(line.strip().lower() for line in names.splitlines() if line[:1] not in ("#", ""))
        return cls(entries, known)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{path}, line {line}: not UTF-8.", remedy="Save the file as UTF-8.") from error
    except OSError as error:
        raise DataError(
            f"The lexicon {path} cannot be read: {error.strerror or error}.",
            remedy="Check the path in the settings, and that the file may be read.",
        ) from error


def _rows(text: str, where: str) -> Iterator[tuple[str, Sense]]:
    for number, line in enumerate(text.lower().splitlines(), 1):
        if not line or line[0] == "#" or line.isspace():
            continue
        form, *fields = line.split("\t")
        words = tuple(fields[0].split()) if fields else ()
        form = form.strip()
        if " " in form:
            form = " ".join(form.split())
        if not form or not words or len(fields) > 2:
            raise DataError(
                f"{where}, line {number}: not an entry: {line.strip()!r}.",
                remedy=f"Write {_FORMAT}, with tabs between the fields.",
            )
        if form.count(" ") >= MAX_PHRASE_WORDS:
            raise DataError(
                f"{where}, line {number}: the form has more than {MAX_PHRASE_WORDS} words.",
                remedy="Shorten it to the words that matter.",
            )
        context = frozenset(fields[1].replace(",", " ").split()) if len(fields) == 2 else _NOTHING
        yield form, Sense(words=words, context=context)


def _by_form(rows: Iterator[tuple[str, Sense]]) -> dict[str, list[Sense]]:
    forms: dict[str, list[Sense]] = {}
    for form, sense in rows:
        forms.setdefault(form, []).append(sense)
    return forms


def _entry(senses: Sequence[Sense], language: str, *, own: bool = False) -> Entry:
    if len(senses) == 1 and not senses[0].context:
        return Entry(default=senses[0].words, senses=(), language=language, own=own)
    default = next((sense.words for sense in senses if not sense.context), None)
    return Entry(default=default, senses=tuple(sense for sense in senses if sense.context), language=language, own=own)


def _merge(first: Entry | None, senses: Sequence[Sense], language: str) -> Entry:
    """`first` keeps its default and its language; new senses with context are added to it."""
    later = _entry(senses, language)
    if first is None:
        return later
    return Entry(
        default=first.default if first.default is not None else later.default,
        senses=first.senses + later.senses,
        language=first.language if first.default is not None else language,
    )
