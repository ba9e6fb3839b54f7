"""What the bot does about what it understood. Pure rules: no I/O, no clock, no chance."""

from bot.dialogue.decide import decide
from bot.dialogue.decision import Decision, DecisionKind, Handoff, Policy, Said

__all__ = ["Decision", "DecisionKind", "Handoff", "Policy", "Said", "decide"]
