"""What commands import at their start, imported by the process that they are forked from (`tests/warm.py`)."""

# ruff: noqa: E402, F401, I001
from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

# That process is started with the switches of the one that runs the tests, where `compiled_once` comes too late.
sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in os.environ

# What is forked writes into a file, and what it imports here may look whether that is a terminal.
with Path(os.devnull).open("wb") as nowhere:
    os.dup2(nowhere.fileno(), 1)

import bot.channels.telegram.plugin
import bot.cli.service
import bot.console.reception
import bot.console.site
import bot.storage.postgres
import bot.storage.sqlite
import encodings.idna
import intents.background
import intents.grouping
import typer._adapters
import uvicorn.protocols.http.httptools_impl
import uvloop
import websockets.server

from bot.knowledge import trainer
from bot.plugins import CHANNELS, CLASSIFIERS, STORAGE, known
from intents.normalise import Normaliser
from tests.words import share

trainer.FIRST = ()
share()
Normaliser.load()
for point in (CHANNELS, CLASSIFIERS, STORAGE):
    known(point)
gc.freeze()  # Who is forked from here need not look over, and so copy, what is here to stay.
