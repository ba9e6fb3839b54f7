"""Results to JSON and back: nothing is lost, and nothing unsound gets through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.codec import NotAResult, decode_result, encode_result
from bot.testing.action_contract import EVENTS
from conversation.actions import (
    ActionUndone,
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

texts = st.text(st.characters(codec="utf-8"), max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
buttons = st.builds(Button, title=texts, payload=texts)
sayings = st.builds(
    Saying,
    text=texts,
    image=texts,
    buttons=st.lists(buttons, max_size=3).map(tuple),
    response=texts,
    values=st.dictionaries(texts, plain, max_size=3),
)
events = st.one_of(
    st.builds(SlotSet, name=texts, value=plain),
    st.builds(FollowedBy, action=texts),
    st.builds(FormChanged, form=st.none() | texts),
    st.builds(
        Reminder,
        name=texts,
        due=moments,
        intent=texts,
        entities=st.lists(st.tuples(texts, plain), max_size=2).map(tuple),
        unless_written=st.booleans(),
    ),
    st.builds(ReminderCancelled, name=texts, intent=texts),
    st.builds(Said, text=texts),
    st.sampled_from([SlotsReset(), Restarted(), Paused(), Resumed(), TurnUndone(), ActionUndone()]),
)
results = st.builds(
    Result,
    says=st.lists(sayings, max_size=3).map(tuple),
    events=st.lists(events, max_size=4).map(tuple),
    failure=st.none() | st.sampled_from(Failure),
    error=texts,
)


@given(results)
def test_a_result_that_was_written_down_is_the_same_when_it_is_read(result: Result) -> None:
    assert decode_result(encode_result(result)) == result


def test_every_event_is_written_as_itself() -> None:
    result = Result(events=EVENTS)
    assert [type(event) for event in decode_result(encode_result(result)).events] == [type(e) for e in EVENTS]


def test_a_result_shares_no_list_with_the_action_that_made_it() -> None:
    mine = ["soto"]
    read = decode_result(encode_result(Result(events=(SlotSet(name="pesanan", value=mine),))))
    mine.clear()
    assert read.events == (SlotSet(name="pesanan", value=["soto"]),)


def test_half_a_character_is_replaced_where_it_could_not_be_stored() -> None:
    assert decode_result(encode_result(Result(says=(Saying(text="a\ud83d"),)))).says == (Saying(text="a?"),)


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (Result(events=(SlotSet(name="tanggal", value=date(2026, 3, 14)),)), "date"),
        (Result(events=(SlotSet(name="harga", value=Decimal("1.50")),)), "Decimal"),
        (Result(events=(SlotSet(name="harga", value=float("nan")),)), "float"),
        (Result(events=(SlotSet(name=cast(str, 5), value=1),)), "name"),
        (Result(says=(Saying(text=cast(str, 5)),)), "text"),
        (Result(says=(Saying(text="a", buttons=cast(Any, ("ya",))),)), "button"),
        (Result(says=cast(Any, "halo")), "says"),
        (Result(says=cast(Any, ("halo",))), "str"),
        (Result(events=cast(Any, ({"event": "slot"},))), "dict"),
        (Result(events=(Reminder(name="", due=datetime(2026, 3, 14), intent="a"),)), "time zone"),
        (Result(failure=cast(Failure, "raised?")), "failure"),
    ],
)
def test_what_is_unsound_is_refused_with_its_place(result: Result, says: str) -> None:
    with pytest.raises(NotAResult, match=says):
        decode_result(encode_result(result))


def test_a_list_within_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(NotAResult):
        encode_result(Result(events=(SlotSet(name="a", value=endless),)))


@pytest.mark.parametrize("text", ["", "null", "[]", '{"events": [{"event": "Boom"}]}', '{"says": [{"text": 1}]}', "{"])
def test_what_is_no_result_is_not_read_as_one(text: str) -> None:
    with pytest.raises(NotAResult):
        decode_result(text)


def test_an_error_holds_no_value() -> None:
    with pytest.raises(NotAResult) as raised:
        decode_result(encode_result(Result(says=(Saying(text=cast(str, ["4111-1111"])),))))
    assert "4111" not in str(raised.value)


def test_times_keep_their_zone() -> None:
    due = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
    (event,) = decode_result(encode_result(Result(events=(Reminder(name="a", due=due, intent="b"),)))).events
    assert isinstance(event, Reminder)
    assert event.due.utcoffset() == timedelta(0)
