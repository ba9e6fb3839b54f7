"""What a push makes of edits in the files and edits in the draft: a merge of pieces, as that of lines in git."""

from __future__ import annotations

import pytest

from bot.cli.knowledge_sync import marks_of, merged, says_the_same

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


@pytest.mark.parametrize(
    ("present", "same"),
    [
        ("a: 5\nb:\n- x\n", True),
        ("# Ditulis Sari.\na: 5   # lima\n\nb: [x]\n", True),
        ('a: "5"\nb: [x]\n', False),
        ("a: 5\nb: [x, y]\n", False),
        ("b: [x]\na: 5\n", False),
        ("a: 5\nb: [x\n", False),
        (None, False),
    ],
)
def test_comments_alone_make_no_file_another(present: str | None, same: bool) -> None:
    assert says_the_same("nlu/umum.yml", present, "a: 5\nb:\n- x\n") is same
    assert not says_the_same("out_of_scope.txt", "satu # dua\n", "satu\n")


def test_yes_is_a_word() -> None:
    assert not says_the_same("a.yml", "a: yes\n", "a: true\n")
