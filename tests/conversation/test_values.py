"""The shared values: immutable, named by keyword, and known by what they are."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any, get_args

import pytest

from conversation import effects, messages, ports, state, tickets
from conversation.effects import REPEATABLE, Effect
from conversation.messages import Contact
from conversation.state import Conversation, DialogueState, Owner, Question
from conversation.values import as_dict, quick, replace

VALUES: list[type] = sorted(
    {
        value
        for module in (effects, messages, ports, state, tickets)
        for _, value in inspect.getmembers(module, inspect.isclass)
        if dataclasses.is_dataclass(value)
    },
    key=lambda value: value.__name__,
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Calm:
    """A value that is not quick."""

    degree: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """A value that does something when it is made."""

    number: int = 0

    def __post_init__(self) -> None:
        assert self.number >= 0


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_values_are_frozen_slotted_and_made_by_keyword(value: type) -> None:
    assert vars(value)["__dataclass_params__"].frozen
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


def test_a_quick_value_is_made_and_changed_like_any_other() -> None:
    state = DialogueState(failures=2)
    changed = replace(state, slots={"resi": "JX1"})
    assert changed == dataclasses.replace(state, slots={"resi": "JX1"})
    assert (state.slots, changed.slots, changed.failures) == ({}, {"resi": "JX1"}, 2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        state.failures = 3  # type: ignore[misc]


def test_quick_values_share_no_default_that_could_change() -> None:
    assert DialogueState().slots is not DialogueState().slots


@pytest.mark.parametrize("value", [DialogueState(), Calm()], ids=["quick", "plain"])
def test_what_a_value_does_not_have_cannot_be_replaced(value: Any) -> None:
    with pytest.raises(TypeError):
        replace(value, weather="rain")


def test_a_class_that_is_made_by_more_than_its_fields_cannot_be_quick() -> None:
    with pytest.raises(TypeError, match="Counted"):
        quick(Counted)


def test_a_value_as_a_dict_has_its_fields_as_they_are() -> None:
    question = Question(about="jam buka", choices=("jam", "libur"))
    assert as_dict(question) == {"about": "jam buka", "choices": ("jam", "libur")}
