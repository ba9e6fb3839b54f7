"""The options that most commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The settings file. Without it: config.toml here, or the defaults."),
]
KnowledgeOption = Annotated[
    str,
    typer.Option(
        "--knowledge", help="files, draft, active or the number of a release. Without it: what serves.", metavar="WHICH"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
