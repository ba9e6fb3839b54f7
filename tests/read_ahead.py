"""What a service imports at its start, imported by the process that services are forked from (`tests/warm.py`)."""

# ruff: noqa: E402, F401, I001
from __future__ import annotations

import os
import sys

# That process is started with the switches of the one that runs the tests, where `compiled_once` comes too late.
sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in os.environ

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
