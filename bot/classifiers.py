"""The kind of classifier that the settings name, and a guard around one that nobody here has written."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from bot import plugins
from conversation.errors import TanggapError
from intents.kinds import Kind
from intents.understanding import Classifier, Normalized, Ranking

log = logging.getLogger(__name__)


def kind_of(mode: str) -> Kind:
    """The kind of classifier of a name.

    Raises:
        SettingError: there is none, or it cannot be used.
    """
    return cast(Kind, plugins.load(plugins.CLASSIFIERS, mode))


@contextmanager
def blamed(mode: str) -> Iterator[None]:
    """Let what goes wrong inside be told as the fault of the kind of this name.

    Raises:
        SettingError: something did that is none of our errors.
    """
    try:
        yield
    except TanggapError:
        raise
    except Exception as error:
        raise plugins.broken(plugins.CLASSIFIERS, mode, error) from error


class Guarded:
    """Ranks as another classifier does, and as one that understands nothing where that one raises."""

    def __init__(self, inner: Classifier) -> None:
        self._inner = inner

    def rank(self, text: Normalized) -> Ranking:
        """The likeliest intents for `text`, best first; none where the classifier fails."""
        try:
            return self._inner.rank(text)
        except Exception as error:  # What it raises is its own business; the customer must be answered.
            log.error(
                "the classifier failed; nothing is understood: %s",
                type(error).__name__,
                extra={"action": "classifier_failed"},
            )
            return Ranking(candidates=(), in_scope=0.0)

    def rank_many(self, texts: Sequence[Normalized]) -> list[Ranking]:
        """The same for many texts, in order."""
        return [self.rank(text) for text in texts]

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        """What spoke for an intent, as the classifier sees it."""
        return self._inner.explain(text, intent)
