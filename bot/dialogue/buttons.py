"""The buttons the bot offers, and what a press on one means. Telegram takes at most 64 bytes of payload."""

from __future__ import annotations

from collections.abc import Iterable

from conversation.effects import Button

NONE = "?none"
"""Payload of "none of these"."""

AGENT = "?agent"
"""Payload of "call a human"."""

SKIP = "?skip"
"""Payload of "leave this question out"."""

MENU = "?menu"
"""Payload of the menu of topics; `?menu:<department>:<page>` opens one."""

_CHOICE = "/"


def choice_buttons(intents: Iterable[tuple[str, str]], none_of_these: str) -> tuple[tuple[Button, ...], ...]:
    """One row for each (intent, title), and a last one for "none of these"."""
    rows = [(Button(title=title, payload=_CHOICE + name),) for name, title in intents]
    return (*rows, (Button(title=none_of_these, payload=NONE),))


def offer_buttons(call_agent: str) -> tuple[tuple[Button, ...], ...]:
    """The one button that calls a human."""
    return ((Button(title=call_agent, payload=AGENT),),)


def skip_button(skip: str) -> tuple[tuple[Button, ...], ...]:
    """The one button that leaves a question out."""
    return ((Button(title=skip, payload=SKIP),),)


def typed_payload(text: str, buttons: tuple[tuple[Button, ...], ...]) -> str:
    """The payload of the button that a typed number or title means; "" if it means none of them."""
    typed = text.strip().rstrip(".)").casefold()
    for number, (button, *_) in enumerate(buttons, start=1):
        if typed in (str(number), button.title.casefold()):
            return button.payload
    return ""


def intent_of(payload: str) -> str:
    """The intent that a payload names: Rasa writes `/intent` or `/intent{"slot": "value"}`."""
    return payload.removeprefix(_CHOICE).split("{", 1)[0]
