"""How a customer feels: sentiment, anger, urgency and abuse, each with the words that made it so."""

from __future__ import annotations

from intents.mood.reader import MoodReader

__all__ = ["MoodReader"]
