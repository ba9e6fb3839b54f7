"""Small projects on disk: `project({"nlu.yml": "…"})` is the folder that holds them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from intents.formats import Level, Loaded, load_knowledge

Project = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    def write(contents: Mapping[str, str | bytes]) -> Path:
        for name, content in contents.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(textwrap.dedent(content).encode() if isinstance(content, str) else content)
        return tmp_path

    return write


@pytest.fixture
def load(project: Project) -> Callable[..., Loaded]:
    """Write the files given and load their folder."""

    def write_and_load(contents: Mapping[str, str | bytes], *, strict: bool = True) -> Loaded:
        return load_knowledge(project(contents), strict=strict)

    return write_and_load


@pytest.fixture
def said(tmp_path: Path) -> Callable[[Loaded], list[tuple[str, str, int, str]]]:
    """The report as (level, file within the project, line, message), without "no answer found"."""

    def short(loaded: Loaded) -> list[tuple[str, str, int, str]]:
        return [
            (f.level.value, Path(f.file).relative_to(tmp_path).as_posix(), f.line, f.message)
            for f in loaded.report
            if not f.message.startswith("no answer found")
        ]

    return short


@pytest.fixture
def errors() -> Callable[[Loaded], list[str]]:
    return lambda loaded: [str(finding) for finding in loaded.report if finding.level is Level.ERROR]
