"""Intents as a table for spreadsheets, CSV or TSV: read as Excel writes them, written so that no cell is a formula.

A table has a heading: `text,intent`, or wide `intent,title,kind,department,example,answer` with one example and one
answer a line. Only plain answers fit into it (no language, channel, condition or date). It does not know the rest of
a content; `merged` lays a table over one.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from conversation.errors import DataError
from intents.content import Content, content_of, pieces_of
from intents.formats.draft import Draft
from intents.formats.findings import Level, Place
from intents.formats.judging import judge_examples
from intents.formats.whole import Loaded
from intents.knowledge import Answer, Intent, KnowledgeBase

WIDE = ("intent", "title", "kind", "department", "example", "answer")
NARROW = ("text", "intent")
DELIMITERS = ",;\t"

_NAMES = {
    "text": "example", "teks": "example", "pesan": "example", "contoh": "example", "maksud": "intent",
    "judul": "title", "jenis": "kind", "bagian": "department", "jawaban": "answer",
}  # fmt: skip
_METADATA = ("title", "kind", "department")
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_sheet(content: bytes, file: str) -> Loaded:
    """The intents and plain answers of a table, with remarks on its lines.

    UTF-8 with or without mark, UTF-16 as of Excel's "Unicode text", otherwise Windows-1252; commas, semicolons or
    tabs, whichever the heading has. A line without intent belongs to the intent above it. The kind of an intent of
    which the table does not say one is "".

    Raises:
        DataError: it is no such table: no heading, a quote that is not closed, no line with an intent.
    """
    draft = Draft()
    rows = _rows(_decoded(content, file, draft), file)
    _, heading = next(rows, (0, []))
    columns = [_NAMES.get(cell.strip().casefold(), cell.strip().casefold()) for cell in heading]
    if "intent" not in columns or not {"example", "answer"} & set(columns):
        raise DataError(
            f"{file}:1: the first line names no columns that are known: {', '.join(heading)[:60]!r}",
            remedy=f"Write a heading: {','.join(NARROW)} or {','.join(WIDE)}.",
        )
    for name in columns:
        if name not in WIDE:
            draft.note(Level.WARNING, Place(file, 1), f"the column {name!r} is not known; left out")
    intent = ""
    for line, cells in rows:
        row = dict(zip(columns, (_bare(cell) for cell in cells), strict=False))
        intent = row.get("intent") or intent
        place = Place(file, line)
        if intent and any(row.values()):
            _add(draft, draft.name(intent, place), row, place)
        elif any(row.values()):
            draft.note(Level.WARNING, place, "no intent stands here or above; left out", "Name it in its column.")
    if not draft.intents:
        raise DataError(f"{file}: no line with an intent", remedy="Write one example and its intent on each line.")
    if "example" in columns:
        judge_examples(draft)
    intents = {
        name: Intent(name=name, examples=tuple(found.examples), **{"kind": "", **found.metadata})
        for name, found in draft.intents.items()
    }
    answers = {name: tuple(variants) for name, variants in draft.answers.items()}
    return Loaded(knowledge=KnowledgeBase(intents=intents, answers=answers), report=tuple(draft.findings))


def write_sheet(base: KnowledgeBase, *, delimiter: str = ",") -> bytes:
    """The wide table of a knowledge base in UTF-8 with a mark, by which Excel knows it."""
    return _written([WIDE, *_wide(base)], delimiter)


def write_texts(rows: Iterable[tuple[str, str]], *, delimiter: str = ",") -> bytes:
    """A table of texts and their intents."""
    return _written([NARROW, *rows], delimiter)


def merged(content: Content, table: KnowledgeBase) -> Content:
    """A content with a table laid over it: its examples, its plain answers, and what else it says of its intents.

    An answer whose text is still there keeps its buttons and picture; those that fit in no table stay as they are.

    Raises:
        DataError: as `content_of`.
    """
    base = content.knowledge
    intents, answers = dict(base.intents), dict(base.answers)
    for name, said in table.intents.items():
        known = base.intents.get(name, Intent(name=name))
        intents[name] = replace(
            known,
            examples=said.examples or known.examples,
            kind=said.kind or known.kind,
            title=said.title or known.title,
            department=said.department or known.department,
        )
    for name, variants in table.answers.items():
        before = base.answers.get(name, ())
        plain = {answer.text: answer for answer in before if _is_plain(answer)}
        kept = tuple(answer for answer in before if not _is_plain(answer))
        answers[name] = (*(plain.get(answer.text, answer) for answer in variants), *kept)
    return content_of(pieces_of(replace(content, knowledge=replace(base, intents=intents, answers=answers))))


def _add(draft: Draft, intent: str, row: dict[str, str], place: Place) -> None:
    draft.intent(intent, place, {key: row[key] for key in _METADATA if row.get(key)})
    if row.get("example"):
        draft.example(intent, row["example"], place)
    if row.get("answer"):
        draft.answer(intent, Answer(text=row["answer"]), place)


def _wide(base: KnowledgeBase) -> Iterator[tuple[str, ...]]:
    for intent in base.intents.values():
        answers = [answer.text for answer in base.answers.get(intent.name, ()) if _is_plain(answer)]
        for number in range(max(len(intent.examples), len(answers), 1)):
            about = ("", "", "") if number else (intent.title, intent.kind, intent.department)
            yield (intent.name, *about, _nth(intent.examples, number), _nth(answers, number))


def _nth(texts: tuple[str, ...] | list[str], number: int) -> str:
    return texts[number] if number < len(texts) else ""


def _is_plain(answer: Answer) -> bool:
    """Whether a table can say when it is given: always."""
    return bool(answer.text) and not (answer.language or answer.channel or answer.slots or answer.is_dated)


def _written(rows: Iterable[Iterable[str]], delimiter: str) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """The cell so that no spreadsheet reckons with it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _bare(cell: str) -> str:
    """The cell as it was before it was made inert."""
    cell = cell.strip()
    return cell[1:] if _ESCAPED_FORMULA.match(cell) else cell


def _decoded(content: bytes, file: str, draft: Draft) -> str:
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        message = "not UTF-8; read as Windows-1252, look whether all letters are right"
        draft.note(Level.WARNING, Place(file, 1), message, 'Save it as "CSV UTF-8".')
        return content.decode("cp1252", errors="replace")


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Line (from 1) and cells of each row that is not blank, behind a `sep=` of Excel's if there is one."""
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=([,;|\t])"?\s*', first)
    heading = rest.partition("\n")[0] if told else first
    delimiter = told[1] if told else max(DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(rest if told else text, newline=""), delimiter=delimiter, strict=True)
    line = skipped = 1 if told else 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line + 1, cells
            line = reader.line_num + skipped
    except csv.Error as error:
        raise DataError(
            f"{file}:{line + 1}: not a row of a table: {error}",
            remedy='Put a cell that holds a quote in quotes, and write the quote twice: "kata ""ini""".',
        ) from error
