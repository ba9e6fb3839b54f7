"""The index by which messages are found by their words, in each kind of database. Knows no query but its words.

SQLite has an FTS5 index over `messages`, which keeps no copy of the text. It takes new messages in a moment after they
were written (`bot.storage.indexing`), many at once: in the transaction of a turn that cost as much as all else there,
and in a large index a merge fell due in the middle of it. Triggers keep what was taken in as the table has it, so that
who edits or erases a message need not know of the index. PostgreSQL has a GIN index over an expression, which puts off
its work by itself. Both agree with `conversation.searching` on what a word is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection

from conversation.searching import NOT_LETTERS

_TAKEN_IN = "WHEN EXISTS (SELECT 1 FROM messages_words_docsize WHERE id = old.id)"
"""FTS5 keeps a row there for each message that it has; one that it has not must not be taken out of it."""

FTS5_TABLE = (
    "CREATE VIRTUAL TABLE messages_words USING fts5(text, content='messages', content_rowid='id',"
    f""" tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc' separators '{NOT_LETTERS}'")"""
)
FTS5_TRIGGERS = (
    f"CREATE TRIGGER messages_words_gone AFTER DELETE ON messages {_TAKEN_IN} BEGIN"
    " INSERT INTO messages_words (messages_words, rowid, text) VALUES ('delete', old.id, old.text); END",
    f"CREATE TRIGGER messages_words_changed AFTER UPDATE OF text ON messages {_TAKEN_IN} BEGIN"
    " INSERT INTO messages_words (messages_words, rowid, text) VALUES ('delete', old.id, old.text);"
    " INSERT INTO messages_words (rowid, text) VALUES (new.id, new.text); END",
)
"""What makes the index of SQLite beside an empty table of messages."""

FTS5_FILL = "INSERT INTO messages_words (messages_words) VALUES ('rebuild')"
"""What takes in the messages that were there before the index."""

_LAST_TAKEN_IN = "SELECT coalesce(max(id), 0) FROM messages_words_docsize"
_TAKE_IN = (
    "INSERT INTO messages_words (rowid, text)"
    f" SELECT id, text FROM messages WHERE id > ({_LAST_TAKEN_IN}) ORDER BY id LIMIT ?"
)


def take_in(connection: Connection, most: int) -> bool:
    """Take in the next `most` messages; returns whether there may be more, there having been so many.

    Of SQLite's index alone. Messages are numbered in the order in which they are committed, so none is left out that
    came before another.
    """
    return connection.exec_driver_sql(_TAKE_IN, (most,)).rowcount >= most


_ACCENTED = "".join(
    letter
    for letter in map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    if unicodedata.normalize("NFD", letter)[0].isascii() and len(unicodedata.normalize("NFD", letter)) > 1
)
_PLAIN = "".join(unicodedata.normalize("NFD", letter)[0] for letter in _ACCENTED)
_BETWEEN_WORDS = r"[!-/:-@\[-`{-\u007e\u00a0-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u2000-\u206f"
_BETWEEN_WORDS += r"\u20a0-\u20cf\u2190-\u2bff\u3000-\u3004\ufe0e\ufe0f\U0001f000-\U0001faff]+"
MOST_LETTERS = 100_000
"""Of a longer message PostgreSQL takes in the beginning, as there is a limit to what its index holds of a row."""

WORDS_OF = (
    "CREATE OR REPLACE FUNCTION words_of(said text) RETURNS tsvector"
    " LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$BEGIN RETURN"
    f" to_tsvector('simple', translate(regexp_replace(regexp_replace(left(said, {MOST_LETTERS}),"
    f" '[\u0300-\u036f]+', '', 'g'), '{_BETWEEN_WORDS}', ' ', 'g'), '{_ACCENTED}', '{_PLAIN}'));"
    " END$$"
)
"""The words of a message in PostgreSQL. What stands between words is said by itself: the server's own parser takes
`0812-3456` for a number and a negative one, and in a database of the locale C everything beyond ASCII for letters.

Not in SQL, which the planner would put in the place of the call, and think as cheap as its parts: it takes some 300 µs,
and who looks for a rare word by reading all messages, newest first, waits for hours.
"""


def fts5_query(words: Iterable[str]) -> str:
    """What asks FTS5 for messages in which each word begins one. Quoted, no word is an operator."""
    return " ".join(f'"{word}"*' for word in words)


def ts_query(words: Iterable[str]) -> str:
    """The same as a `tsquery`. Quoted, and without the parser of `to_tsquery`, no word is an operator."""
    return " & ".join(f"'{word}':*" for word in words)
