"""The YAML tree: lines, plain texts, and files that would bring a composer down."""

from __future__ import annotations

import pytest

from intents.formats import yaml_nodes
from intents.formats.yaml_nodes import BadYaml, Mapping, Scalar, Sequence, compose


def test_nodes_know_their_lines_and_values_stay_texts() -> None:
    (document,) = compose("a: yes\nb:\n- 1\n- |\n  x\n  y\n", first_line=10)
    assert isinstance(document, Mapping)
    assert document.line == 10
    assert document.text("a") == "yes"
    items = document.get("b")
    assert isinstance(items, Sequence)
    texts = [item for item in items.items if isinstance(item, Scalar)]
    assert [(item.value, item.style, item.line) for item in texts] == [("1", "", 12), ("x\ny\n", "|", 13)]


def test_several_documents_and_keys_that_stand_twice_are_kept() -> None:
    first, second = compose("a: 1\na: 2\n---\nb: 3\n")
    assert isinstance(first, Mapping)
    assert [(key.value, value.line) for key, value in first.pairs] == [("a", 1), ("a", 2)]
    assert isinstance(second, Mapping)
    assert second.text("b") == "3"


def test_an_alias_is_what_its_anchor_names() -> None:
    (document,) = compose("a: &x [1]\nb: *x\n")
    assert isinstance(document, Mapping)
    assert document.get("a") is document.get("b")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: b\nc: d: e\n", 2, 5),
        ("a:\n\tb: c\n", 2, 1),
        ("a: *nobody\n", 1, 4),
        ("a: b\nc: 'd\n", 3, 1),
        ("a: b\nc: " + "[" * 200_000, 2, 103),
        ("- " * 5_000, 1, 201),
    ],
)
def test_what_is_not_yaml_is_refused_with_line_and_column(text: str, line: int, column: int) -> None:
    with pytest.raises(BadYaml) as raised:
        compose(text)
    assert (raised.value.line, raised.value.column) == (line, column)
    assert raised.value.remedy


def test_millions_of_values_are_refused_before_they_take_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "MAX_NODES", 1_000)
    with pytest.raises(BadYaml, match="more than 1000 values") as caught:
        compose("nlu: [" + "a," * 1_000 + "]")
    assert caught.value.remedy == "Write it as several files."
