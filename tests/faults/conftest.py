"""What several trials share: the settings of each kind of storage."""

from __future__ import annotations

import pytest


@pytest.fixture
def storage(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of a kind of storage, `sqlite` or `postgres`."""
    return {} if request.param == "sqlite" else {"storage__url": request.getfixturevalue("postgres_url")}
