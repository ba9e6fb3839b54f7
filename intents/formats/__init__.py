"""Reading knowledge bases and labelled texts from files: Rasa YAML, its old Markdown, TSV.

`load_knowledge` reads a knowledge base and reports on its files, `load_content` all that can be edited;
`read_examples` reads labelled texts of either format.
"""

from __future__ import annotations

from pathlib import Path

from conversation.errors import DataError
from intents.formats.findings import Finding, Level
from intents.formats.project import MARKDOWN, YAML, load_content, load_knowledge
from intents.formats.tsv import read_rows, write_rows
from intents.formats.whole import Loaded

__all__ = ["Finding", "Level", "Loaded", "load_content", "load_knowledge", "read_examples", "read_rows", "write_rows"]


def read_examples(path: Path) -> list[tuple[str, str]]:
    """Labelled texts (text, intent): of a Rasa file or folder, otherwise of a TSV file.

    Raises:
        DataError: as `load_knowledge` and `read_rows`; or there is not one row.
    """
    if path.is_dir() or path.suffix.lower() in (*YAML, MARKDOWN):
        return list(load_knowledge(path).knowledge.examples())
    rows = read_rows(path)
    if not rows:
        raise DataError(f"{path}: no rows", remedy="Write text<TAB>intent, one a line.")
    return rows
