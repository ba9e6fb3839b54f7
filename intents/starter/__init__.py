"""The knowledge base that ships: the questions and complaints of an Indonesian online shop's customers."""

from __future__ import annotations

from importlib.resources import as_file, files

from intents.formats import load_knowledge
from intents.knowledge import KnowledgeBase


def load_starter() -> KnowledgeBase:
    """The starter knowledge base, its answers' placeholders not yet filled."""
    with as_file(files(__name__)) as folder:
        return load_knowledge(folder).knowledge
