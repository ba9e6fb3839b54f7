"""What a push makes of edits in the files and edits in the draft: a merge of pieces, as that of lines in git."""

from __future__ import annotations

import pytest

from bot.cli.knowledge_sync import marks_of, merged

COMMON = {"intent/a": {"examples": ["satu"]}, "intent/b": {"examples": ["dua"]}, "order": ["intent/a", "intent/b"]}
EDITED = {"examples": ["satu", "lagi"]}
OTHERS = {"examples": ["lain"]}


@pytest.mark.parametrize(
    ("files", "draft", "expected", "kept", "disputed"),
    [
        ({}, {}, {}, (), ()),
        ({"intent/a": EDITED}, {}, {"intent/a": EDITED}, (), ()),
        ({}, {"intent/a": EDITED}, {"intent/a": EDITED}, ("intent/a",), ()),
        ({"intent/a": EDITED}, {"intent/a": EDITED}, {"intent/a": EDITED}, (), ()),
        ({"intent/a": EDITED}, {"intent/b": OTHERS}, {"intent/a": EDITED, "intent/b": OTHERS}, ("intent/b",), ()),
        ({"intent/a": EDITED}, {"intent/a": OTHERS}, {"intent/a": EDITED}, (), ("intent/a",)),
        ({"intent/a": None}, {}, {"intent/a": None}, (), ()),
        ({}, {"intent/a": None}, {"intent/a": None}, ("intent/a",), ()),
        ({"intent/a": None}, {"intent/a": OTHERS}, {"intent/a": None}, (), ("intent/a",)),
        ({"intent/c": EDITED}, {}, {"intent/c": EDITED}, (), ()),
        ({"intent/c": EDITED}, {"intent/c": OTHERS}, {"intent/c": EDITED}, (), ("intent/c",)),
        ({"order": ["intent/b"]}, {"order": []}, {"order": ["intent/b"]}, (), ()),
    ],
)
def test_neither_side_undoes_what_the_other_edited(
    files: dict[str, object],
    draft: dict[str, object],
    expected: dict[str, object],
    kept: tuple[str, ...],
    disputed: tuple[str, ...],
) -> None:
    def side(changes: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in {**COMMON, **changes}.items() if value is not None}

    merge = merged(side(files), side(draft), marks_of(COMMON))
    assert (merge.pieces, merge.kept, merge.disputed) == (side(expected), kept, disputed)
