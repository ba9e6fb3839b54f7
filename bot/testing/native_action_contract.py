"""The contract of an action in plain Python, as tests. Subclass `NativeActionContract` and give it two pytest fixtures:

    class TestMyAction(NativeActionContract):
        @pytest.fixture
        def action(self):
            return actions(ActionContext(settings={}, base=..., secret=...))[0]

        @pytest.fixture
        def calls(self):  # what it must be able to serve, the unhappy ones too
            return [called("action_status_pesanan", nomor_pesanan="TN-1"), called("action_status_pesanan")]

Needs pytest with `asyncio_mode = "auto"` to be run, and imports nothing of it. What an action raises is its failure,
and the service's to handle; calls that it shall fail at have no place here.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.actions.native import Action
from conversation.actions import Call, Result, SlotSet
from conversation.messages import Author, Contact, Message
from conversation.state import Conversation

PATIENCE = 10.0
"""Seconds within which an action must have an answer: what `actions.timeout_seconds` is, unless it is set."""

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
_KEYS = itertools.count(1)


def called(action: str, text: str = "pesanan saya mana", **slots: object) -> Call:
    """A call of an action with these slots, by a customer who just wrote `text`."""
    return Call(
        key=f"turn:{next(_KEYS)}",
        action=action,
        conversation=Conversation(contact=Contact(channel="telegram", address="5512345", name="Sari")),
        now=NOON,
        recent=(Message(author=Author.CUSTOMER, text=text, at=NOON, external_id="1"),),
        slots=slots,
    )


class NativeActionContract:
    """Everything that an action has to do, one behaviour a test."""

    def test_it_has_the_name_that_it_is_called_by(self, action: Action, calls: Sequence[Call]) -> None:
        assert calls
        assert {call.action for call in calls} == {action.name}
        assert isinstance(action.repeatable, bool)

    async def test_every_call_is_answered_in_time_with_a_result(self, action: Action, calls: Sequence[Call]) -> None:
        for call in calls:
            assert isinstance(await answer(action, call), Result), call.slots

    async def test_what_it_says_and_remembers_can_be_stored(self, action: Action, calls: Sequence[Call]) -> None:
        for call in calls:
            result = await answer(action, call)
            for saying in result.says:
                assert saying.text or saying.image or saying.response
                json.dumps(dict(saying.values), allow_nan=False)
            for event in result.events:
                if isinstance(event, SlotSet):
                    json.dumps(event.value, allow_nan=False)

    async def test_a_repeatable_one_says_the_same_again(self, action: Action, calls: Sequence[Call]) -> None:
        if action.repeatable:
            for call in calls:
                assert await answer(action, call) == await answer(action, call), call.slots

    async def test_conversations_that_call_at_once_get_each_their_own(
        self, action: Action, calls: Sequence[Call]
    ) -> None:
        if action.repeatable:
            alone = [await answer(action, call) for call in calls]
            together = await asyncio.gather(*(answer(action, call) for call in [*calls] * 5))
            assert together == alone * 5

    async def test_what_it_is_given_stays_as_it_is(self, action: Action, calls: Sequence[Call]) -> None:
        for call in calls:
            before = copy.deepcopy(call)
            await answer(action, call)
            assert call == before


async def answer(action: Action, call: Call) -> Result:
    """What an action says to a call."""
    async with asyncio.timeout(PATIENCE):
        return await action.run(call)
