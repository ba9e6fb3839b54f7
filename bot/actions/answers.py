"""What Rasa's actions answer, as our values: events as Rasa means them, and responses as things to say.

What has no meaning here is left out, and the log says so by its name. It does not know how the answer came.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from conversation.actions import (
    ActionUndone,
    Call,
    Event,
    Failure,
    FollowedBy,
    FormChanged,
    Paused,
    Reminder,
    ReminderCancelled,
    Restarted,
    Result,
    Resumed,
    Said,
    Saying,
    SlotSet,
    SlotsReset,
    TurnUndone,
)
from conversation.effects import Button

log = logging.getLogger(__name__)

_KNOWN = ("text", "buttons", "quick_replies", "elements", "custom", "template", "response", "image", "attachment")
_QUIET = ("loop_interrupted", "action", "export", "form_validation")
"""Events that say what we know already, or that only Rasa's own bookkeeping needs."""

Json = dict[str, Any]


class Garbled(ValueError):
    """An answer has not the shape that Rasa's answers have."""


def result_of_answer(answer: object, call: Call) -> Result:
    """What an action's answer means.

    Raises:
        Garbled: this is no answer of a Rasa action.
    """
    if not isinstance(answer, dict):
        raise Garbled(f"the answer is a {type(answer).__name__}")
    events, responses = answer.get("events"), answer.get("responses")
    if not isinstance(events, list | None) or not isinstance(responses, list | None):
        raise Garbled("events and responses are no lists")
    found: list[Event] = []
    for place, event in enumerate(events or ()):
        if not isinstance(event, dict) or not isinstance(event.get("event"), str):
            raise Garbled(f"event {place} has no name")
        if event["event"] == "action_execution_rejected":
            return Result(failure=Failure.REJECTED, error=f"{call.action} rejected its execution")
        found += _event(event, call, place)
    says = [says for response in responses or () for says in _sayings(response, call)]
    return Result(says=tuple(says), events=tuple(found))


# Events


def _event(event: Json, call: Call, place: int) -> list[Event]:
    kind = event["event"]
    read = _EVENTS.get(kind)
    if read is not None:
        try:
            meant = read(event, call, place)
        except (KeyError, TypeError, ValueError):
            meant = None
        if meant is not None:
            return [meant]
    if kind not in _QUIET:
        _left_out(f"the event {kind[:40]!r}", call)
    return []


def _slot(event: Json, call: Call, place: int) -> Event:
    return SlotSet(name=_text(event["name"]), value=event.get("value"))


def _followup(event: Json, call: Call, place: int) -> Event:
    return FollowedBy(action=_text(event["name"]))


def _form(event: Json, call: Call, place: int) -> Event:
    return FormChanged(form=_text(event["name"]) if event.get("name") else None)


def _reminder(event: Json, call: Call, place: int) -> Event:
    due = datetime.fromisoformat(_text(event["date_time"]))
    named = event.get("name")
    return Reminder(
        # One without a name replaces no other, and is the same one when the action is run again.
        name=_text(named) if named else f"{call.key}#{place}",
        due=due if due.tzinfo else due.replace(tzinfo=UTC),
        intent=_text(event["intent"]),
        entities=_entities(event.get("entities")),
        unless_written=bool(event.get("kill_on_user_msg", True)),
    )


def _entities(entities: object) -> tuple[tuple[str, object], ...]:
    """Rasa takes a mapping, or a list of entities."""
    if isinstance(entities, dict):
        return tuple((_text(name), value) for name, value in entities.items())
    if isinstance(entities, list):
        return tuple((_text(each["entity"]), each.get("value")) for each in entities)
    return ()


def _reminder_cancelled(event: Json, call: Call, place: int) -> Event | None:
    name, intent = event.get("name") or "", event.get("intent") or ""
    if event.get("entities") and not name:
        return None  # Those of an intent with certain entities cannot be told apart; better too many than too few.
    return ReminderCancelled(name=_text(name), intent=_text(intent))


def _said(event: Json, call: Call, place: int) -> Event | None:
    return Said(text=_text(event["text"])) if event.get("text") else None


def _plain(value: Event) -> Callable[[Json, Call, int], Event]:
    return lambda event, call, place: value


_EVENTS: dict[str, Callable[[Json, Call, int], Event | None]] = {
    "slot": _slot,
    "followup": _followup,
    "active_loop": _form,
    "form": _form,
    "reminder": _reminder,
    "cancel_reminder": _reminder_cancelled,
    "bot": _said,
    "reset_slots": _plain(SlotsReset()),
    "restart": _plain(Restarted()),
    "session_started": _plain(Restarted()),
    "session_ended": _plain(Restarted()),
    "pause": _plain(Paused()),
    "resume": _plain(Resumed()),
    "rewind": _plain(TurnUndone()),
    "undo": _plain(ActionUndone()),
}


# Responses


def _sayings(response: object, call: Call) -> Iterator[Saying]:
    """A response; each element of a carousel, which is not shown as such, is one more."""
    if not isinstance(response, dict):
        raise Garbled("a response is no object")
    custom = response.get("custom")
    named = _string(response.get("response") or response.get("template"))
    image, attached = _string(response.get("image")), _attachment(response.get("attachment"))
    text = _string(response.get("text"))
    if not text and isinstance(custom, dict):
        text = _string(custom.get("text"))
        if custom and not text:
            _left_out("a custom response without text", call)
    if attached and not image and attached[0] == "image":
        image = attached[1]
    elif attached:
        text = f"{text}\n{attached[1]}".strip()
    saying = Saying(
        text=text,
        image=image,
        buttons=(*_buttons(response.get("buttons")), *_buttons(response.get("quick_replies"))),
        response=named,
        values={key: value for key, value in response.items() if key not in _KNOWN} if named else {},
    )
    if saying != Saying():
        yield saying
    for element in response.get("elements") or ():
        if not isinstance(element, dict):
            raise Garbled("an element is no object")
        lines = (_string(element.get("title")), _string(element.get("subtitle")))
        shown = Saying(
            text="\n".join(filter(None, lines)),
            image=_string(element.get("image_url")),
            buttons=_buttons(element.get("buttons")),
        )
        if shown == Saying():
            _left_out("an element without text", call)
        else:
            yield shown


def _buttons(buttons: object) -> tuple[Button, ...]:
    """Buttons with a title. A link goes before a payload; without either, a press says the title."""
    found = [each for each in buttons if isinstance(each, dict)] if isinstance(buttons, list) else []
    titled = [(_string(each.get("title")), each) for each in found]
    return tuple(
        Button(title=title, payload=_string(each.get("url")) or _string(each.get("payload")) or title)
        for title, each in titled
        if title
    )


def _attachment(attachment: object) -> tuple[str, str] | None:
    """The kind of an attachment and where it lies: an address, or an object as Messenger's."""
    if isinstance(attachment, str) and attachment:
        return "file", attachment
    if isinstance(attachment, dict) and isinstance(payload := attachment.get("payload"), dict):
        address = _string(payload.get("src") or payload.get("url"))
        return (_string(attachment.get("type")), address) if address else None
    return None


def _string(value: object) -> str:
    """A text, or a number as text; "" for anything else."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _left_out(what: str, call: Call) -> None:
    log.info(
        "%s answered with %s, which means nothing here",
        call.action,
        what,
        extra={"action": "answer_left_out", "conversation": call.conversation.id},
    )
