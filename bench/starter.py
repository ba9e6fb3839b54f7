"""The model that benches serve: of the starter knowledge base, trained unless one is given. Measures nothing."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from bot.config import read_settings
from bot.mind import train_model


def offer_model(arguments: ArgumentParser) -> None:
    """Let whoever runs the bench give a model."""
    arguments.add_argument("--model", type=Path, help="a model of the starter knowledge base; default: it is trained")


def starter_model(given: Path | None, folder: Path, tell: Callable[[str, float], None] | None = None) -> Path:
    """The model that was given, or a new one in the folder. `tell` hears of its steps and the share done (0–1);
    without it, one line says what goes on."""
    if given:
        return given.resolve()
    model = folder / "model.tgm"
    if tell is None:
        print("training the starter knowledge base …", file=sys.stderr)
    train_model(read_settings(None, {"TANGGAP_BOT__MODEL": str(model)}), tell)
    return model
