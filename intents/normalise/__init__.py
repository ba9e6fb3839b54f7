"""A raw message in, its words in standard spelling out: see `Normaliser`."""

from intents.normalise.normaliser import Normaliser

__all__ = ["Normaliser"]
