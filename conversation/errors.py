"""The errors of Tanggap. Every one says what is wrong and, where there is one, what to do about it."""

from __future__ import annotations


class TanggapError(Exception):
    """Base of all our errors. `remedy` tells the reader what to do; it is shown below the message."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class SettingError(TanggapError):
    """A setting is unknown, of the wrong type, or out of range."""


class DataError(TanggapError):
    """A file that people write (examples, answers, words) cannot be used as it stands."""


class ModelError(TanggapError):
    """A model file is missing, damaged, too large, or of another version."""


class StorageError(TanggapError):
    """The store cannot be opened, read or written."""


class StaleConversation(StorageError):
    """Somebody else changed the conversation since it was loaded: load it again and decide again."""


class ChannelError(TanggapError):
    """A channel cannot be used: its token is refused, its server does not answer, …"""


class Refusal(TanggapError):
    """A use case of the desk was refused. The message is for the agent who tried, in their language."""


class StaleDraft(Refusal):
    """Somebody else changed or published the draft of the knowledge base first: look at it again and decide again."""


class NoSuchRelease(Refusal):
    """No release of the knowledge base has this number."""

    def __init__(self, release: int) -> None:
        super().__init__(f"there is no release {release}", remedy="`tanggap kb releases` shows them.")
        self.release = release


class LeaseLost(TanggapError):
    """Another worker deals with this by now: leave it alone. Nothing was written."""
