"""One loaded normaliser for all tests of this folder: it is immutable, and loading takes 0.2 s."""

from __future__ import annotations

import pytest

from intents.normalise import Normaliser


@pytest.fixture(scope="session")
def normaliser() -> Normaliser:
    return Normaliser.load()
