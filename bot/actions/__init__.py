"""Code that a conversation runs: yours in plain Python, written for rasa-sdk, or on a Rasa action server.

For those who write actions; the service opens them with `open_actions`. What an action is given and gives back stands
in `conversation.actions`.
"""

from __future__ import annotations

from bot.actions.arguments import ActionError
from bot.actions.native import Action, ActionContext, FunctionAction, action
from bot.actions.opening import ActionOptions, check_actions, open_actions
from bot.actions.running import Actions
from bot.actions.validation import Invalid, validates

__all__ = [
    "Action",
    "ActionContext",
    "ActionError",
    "ActionOptions",
    "Actions",
    "FunctionAction",
    "Invalid",
    "action",
    "check_actions",
    "open_actions",
    "validates",
]
