"""The store as the desk and the knowledge base see it: all of it."""

from __future__ import annotations

from typing import Protocol

from conversation.desk_ports import DeskStore
from conversation.knowledge_ports import KnowledgeStore
from conversation.ports import Store


class WholeStore(Store, DeskStore, KnowledgeStore, Protocol):
    """What every store of ours is."""
