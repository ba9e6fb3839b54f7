"""The shared values: immutable, named by keyword, and known by what they are."""

from __future__ import annotations

import dataclasses
import inspect
from typing import get_args

import pytest

from conversation import effects, messages, ports, state, tickets
from conversation.effects import REPEATABLE, Effect
from conversation.messages import Contact
from conversation.state import Conversation, Owner

VALUES = sorted(
    {
        value
        for module in (effects, messages, ports, state, tickets)
        for _, value in inspect.getmembers(module, dataclasses.is_dataclass)
    },
    key=lambda value: value.__name__,
)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_values_are_frozen_slotted_and_made_by_keyword(value: type) -> None:
    assert value.__dataclass_params__.frozen
    assert "__slots__" in vars(value)
    assert all(field.kw_only for field in dataclasses.fields(value))


def test_every_effect_has_a_kind_of_its_own() -> None:
    kinds = [effect.__dataclass_fields__["kind"].default for effect in get_args(Effect)]
    assert len(set(kinds)) == len(kinds)
    assert set(REPEATABLE) < set(kinds)


@pytest.mark.parametrize("kind", ["send_text", "send_photo", "copy_message"])
def test_what_a_customer_would_read_twice_is_not_repeatable(kind: str) -> None:
    assert kind not in REPEATABLE


def test_a_contact_has_one_conversation_on_its_channel_whatever_it_is_called() -> None:
    budi = Contact(channel="telegram", address="5512345", name="Budi")
    renamed = Contact(channel="telegram", address="5512345", name="Budi Santoso")
    assert budi.conversation_id == renamed.conversation_id == "telegram:5512345"
    assert Contact(channel="terminal", address="5512345").conversation_id != budi.conversation_id


def test_a_new_conversation_is_the_bots() -> None:
    conversation = Conversation(contact=Contact(channel="telegram", address="1"))
    assert (conversation.owner, conversation.version, conversation.ticket_id) == (Owner.BOT, 0, None)
    assert conversation.reachable
