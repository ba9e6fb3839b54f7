"""A table of settings: what all of them have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of settings. Unknown names and wrong types are errors; values cannot be changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)
