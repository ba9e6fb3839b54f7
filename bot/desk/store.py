"""The store as the desk sees it: all of it."""

from __future__ import annotations

from typing import Protocol

from conversation.desk_ports import DeskStore
from conversation.ports import Store


class WholeStore(Store, DeskStore, Protocol):
    """What every store of ours is."""
