"""A call as the JSON that Rasa's actions are given. Knows no SDK and no server.

What is made here is fresh each time, because actions change what they are given.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.actions.domain import Domain, Json
from conversation.actions import Call
from conversation.messages import Author, Message
from conversation.state import Owner
from conversation.understanding import Understanding

VERSION = "3.21.1"
"""The version of the protocol's SDK, which servers compare with their own."""

LISTEN = "action_listen"


def webhook_call(call: Call, domain: Domain) -> Json:
    """What an action server is sent; as `ActionExecutor.run` takes it too."""
    return {
        "next_action": call.action,
        "sender_id": call.conversation.id,
        "version": VERSION,
        "tracker": _tracker(call, domain.slots),
        "domain": domain.fresh(),
    }


def _tracker(call: Call, declared: Iterable[str]) -> Json:
    contact = call.conversation.contact
    latest = _latest_message(call)
    events = [event for message in call.recent if (event := _event(message, contact.channel))]
    said = next((event for event in reversed(events) if event["event"] == "user"), None)
    if said is not None and said["text"] == latest["text"]:
        said["parse_data"] = latest
    events += [{"event": "slot", "timestamp": None, "name": n, "value": _copied(v)} for n, v in call.proposed.items()]
    form = {"name": call.form, "is_interrupted": False, "rejected": False, "trigger_message": None}
    return {
        "sender_id": call.conversation.id,
        "slots": {
            **dict.fromkeys(declared),
            **_copied(dict(call.slots)),
            **_copied(dict(call.proposed)),
            "requested_slot": call.requested or None,
        },
        "latest_message": latest,
        "latest_event_time": events[-1]["timestamp"] if events else None,
        "latest_input_channel": contact.channel,
        "latest_action_name": LISTEN,
        "followup_action": None,
        "paused": call.conversation.owner is not Owner.BOT,
        "events": events,
        "active_loop": form if call.form else {},
        "stack": [],
    }


def _latest_message(call: Call) -> Json:
    understood = call.understanding
    if understood is None:
        text = next((each.text for each in reversed(call.recent) if each.author is Author.CUSTOMER), "")
        return _parsed(text, Understanding(text=text, normalized=text))
    return _parsed(understood.text, understood)


def _parsed(text: str, understood: Understanding) -> Json:
    ranking = [{"name": score.intent, "confidence": score.confidence} for score in understood.ranking]
    entities = [
        {"entity": e.kind, "value": e.value, "start": e.start, "end": e.end, "text": e.text}
        for e in understood.entities
    ]
    intent = dict(ranking[0]) if ranking else {"name": None, "confidence": 0.0}
    return {"text": text, "intent": intent, "intent_ranking": ranking, "entities": entities, "metadata": {}}


def _event(message: Message, channel: str) -> Json | None:
    """A message as an event. Notes among agents and the system's lines are nobody else's business."""
    at = message.at.timestamp()
    if message.author is Author.CUSTOMER:
        return {
            "event": "user",
            "timestamp": at,
            "text": message.text,
            "parse_data": {"text": message.text, "intent": {}, "entities": []},
            "input_channel": channel,
            "message_id": message.external_id,
            "metadata": {},
        }
    if message.author in (Author.BOT, Author.AGENT):
        name = "bot" if message.author is Author.BOT else "agent"
        return {"event": name, "timestamp": at, "text": message.text, "data": {}, "metadata": {}}
    return None


def _copied(value: Any) -> Any:
    """A copy of a JSON value."""
    if type(value) is dict:
        return {key: _copied(each) for key, each in value.items()}
    if type(value) in (list, tuple):
        return [_copied(each) for each in value]
    return value
