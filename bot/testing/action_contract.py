"""The contract of whoever runs actions, as tests. Subclass `ActionContract` and give it a pytest fixture `actions`:

    class TestMyHost(ActionContract):
        @pytest.fixture
        async def actions(self):
            async with open_actions(..., knowledge=KNOWLEDGE, journal=MemoryStore()) as actions:
                yield actions

with a time limit of `LIMIT` seconds, and these actions, written in the way that the host takes them:

| action | what it does |
|---|---|
| `action_sapa` | says "Halo, {nama}!" with the slot `nama`, and sets `disapa` to true |
| `action_menu` | says "Mau yang mana?" with the buttons Soto (`/pilih{"menu": "soto"}`) and Situs (a link), then shows `PICTURE`, then says the response `utter_menu` with `hari` = "Senin" |
| `action_serba` | answers with `EVENTS` in that order |
| `action_catat` | says "Catatan ke-{n}", counting how often it was run; not repeatable |
| `action_lihat` | the same, declared or configured as repeatable |
| `action_lupa` | empties the list in the slot `pesanan` where it stands, and says how long it was |
| `action_tolak` | declines to run |
| `action_gagal` | raises an exception whose words are the customer's latest message |
| `action_diam` | never answers |
| `action_sampah` | returns 42 |
| `validate_reservasi` | lets `masakan` be padang, sunda or jawa, in lower case; says "Kami tidak punya masakan {masakan}." of others |

Needs pytest with `asyncio_mode = "auto"` to be run, and imports nothing of it.
"""  # noqa: E501  # Tables cannot be broken.

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

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
from conversation.messages import Author, Contact, Message
from conversation.state import Conversation
from conversation.understanding import Entity, IntentScore, Understanding
from intents.forms import Form, Rule, Slot, SlotType, Source, SourceKind
from intents.knowledge import Answer, AnswerButton, Intent, KnowledgeBase

LIMIT = 2.0
"""Seconds that an action may take here."""

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
PICTURE = "https://toko.example/menu.jpg"

EVENTS: tuple[Event, ...] = (
    SlotSet(name="nama", value="Sari"),
    SlotSet(name="pesanan", value=["soto", {"jumlah": 2}]),
    SlotSet(name="masakan", value=None),
    SlotsReset(),
    FollowedBy(action="action_sapa"),
    FormChanged(form="reservasi"),
    FormChanged(form=None),
    Reminder(
        name="ingatkan",
        due=NOON + timedelta(hours=1),
        intent="tanya_menu",
        entities=(("menu", "soto"),),
        unless_written=True,
    ),
    ReminderCancelled(name="ingatkan"),
    ReminderCancelled(intent="tanya_menu"),
    ReminderCancelled(),
    Said(text="Sudah saya telepon."),
    Paused(),
    Resumed(),
    TurnUndone(),
    ActionUndone(),
    Restarted(),
)

KNOWLEDGE = KnowledgeBase(
    intents={name: Intent(name=name) for name in ("tanya_menu", "reservasi")},
    answers={
        "menu": (Answer(text="Menu hari {hari}: soto.", image=PICTURE),),
        "tanya_menu": (Answer(text="Soto.", buttons=(AnswerButton(title="Pesan", payload="/reservasi"),)),),
    },
    slots={
        slot.name: slot
        for slot in (
            Slot(name="nama"),
            Slot(name="disapa", type=SlotType.BOOL),
            Slot(name="pesanan", type=SlotType.LIST),
            Slot(
                name="masakan",
                sources=(Source(kind=SourceKind.FROM_ENTITY, entity="masakan", form="reservasi", requested="masakan"),),
            ),
            Slot(name="jumlah_orang", type=SlotType.FLOAT, sources=(Source(kind=SourceKind.FROM_TEXT),)),
        )
    },
    forms={"reservasi": Form(name="reservasi", slots=("masakan", "jumlah_orang"), then=("action_catat",))},
    rules=(Rule(intent="tanya_menu", steps=("action_menu", "utter_menu")),),
)

_KEYS = itertools.count(1)


class Runs(Protocol):
    """What runs actions."""

    @property
    def names(self) -> frozenset[str]:
        """The actions that can be run."""
        ...

    async def run(self, call: Call) -> Result:
        """Run one."""
        ...


def call(
    action: str,
    *,
    key: str = "",
    text: str = "mau soto",
    slots: Mapping[str, object] | None = None,
    form: str = "",
    requested: str = "",
    proposed: Mapping[str, object] | None = None,
) -> Call:
    """A call as a turn makes it, with a key of its own unless one is given."""
    return Call(
        key=key or f"turn:{next(_KEYS)}",
        action=action,
        conversation=Conversation(contact=Contact(channel="telegram", address="5512345", name="Sari")),
        now=NOON,
        understanding=Understanding(
            text=text,
            normalized=text,
            ranking=(IntentScore(intent="tanya_menu", confidence=0.9), IntentScore(intent="reservasi", confidence=0.1)),
            entities=(Entity(kind="menu", value="soto", text="soto", start=4, end=8),),
        ),
        recent=(
            Message(author=Author.CUSTOMER, text="halo", at=NOON - timedelta(seconds=9), external_id="1"),
            Message(author=Author.BOT, text="Halo Kak", at=NOON - timedelta(seconds=8), external_id="2"),
            Message(author=Author.NOTE, text="pelanggan lama", at=NOON - timedelta(seconds=5)),
            Message(author=Author.CUSTOMER, text=text, at=NOON, external_id="3"),
        ),
        slots=slots or {},
        form=form,
        requested=requested,
        proposed=proposed or {},
    )


class ActionContract:
    """Everything that a host of actions has to do, one behaviour a test."""

    async def test_its_actions_are_known_by_name(self, actions: Runs) -> None:
        assert {"action_sapa", "action_catat", "validate_reservasi"} <= actions.names

    async def test_an_action_reads_slots_says_something_and_sets_a_slot(self, actions: Runs) -> None:
        result = await actions.run(call("action_sapa", slots={"nama": "Sari"}))
        assert result == Result(says=(Saying(text="Halo, Sari!"),), events=(SlotSet(name="disapa", value=True),))

    async def test_buttons_pictures_and_named_responses_are_said_in_order(self, actions: Runs) -> None:
        buttons = (
            Button(title="Soto", payload='/pilih{"menu": "soto"}'),
            Button(title="Situs", payload="https://toko.example"),
        )
        result = await actions.run(call("action_menu"))
        assert result.says == (
            Saying(text="Mau yang mana?", buttons=buttons),
            Saying(image=PICTURE),
            Saying(response="utter_menu", values={"hari": "Senin"}),
        )

    async def test_every_event_arrives_as_what_it_is(self, actions: Runs) -> None:
        assert (await actions.run(call("action_serba"))).events == EVENTS

    async def test_an_action_that_is_asked_for_twice_with_one_key_is_run_once(self, actions: Runs) -> None:
        first = await actions.run(call("action_catat", key="turn:once"))
        assert first.failure is None
        assert await actions.run(call("action_catat", key="turn:once")) == first

    async def test_another_key_is_another_run(self, actions: Runs) -> None:
        first, second = await actions.run(call("action_catat")), await actions.run(call("action_catat"))
        assert first.says != second.says

    async def test_a_repeatable_action_is_run_again(self, actions: Runs) -> None:
        first = await actions.run(call("action_lihat", key="turn:again"))
        assert (await actions.run(call("action_lihat", key="turn:again"))).says != first.says

    async def test_an_action_cannot_change_what_others_are_given(self, actions: Runs) -> None:
        ordered: dict[str, object] = {"pesanan": ["soto", "sate"]}
        for _ in range(2):
            assert (await actions.run(call("action_lupa", slots=ordered))).says == (Saying(text="2 pesanan"),)
        assert ordered == {"pesanan": ["soto", "sate"]}

    async def test_an_action_may_decline_to_run(self, actions: Runs) -> None:
        result = await actions.run(call("action_tolak"))
        assert (result.failure, result.says, result.events) == (Failure.REJECTED, (), ())

    async def test_an_action_that_raises_has_failed_and_the_error_holds_nobodys_words(self, actions: Runs) -> None:
        result = await actions.run(call("action_gagal", text="nomor kartu saya 4111"))
        assert result.failure is Failure.RAISED
        assert "action_gagal" in result.error
        assert "4111" not in result.error

    async def test_an_action_that_never_answers_is_given_up_in_time(self, actions: Runs) -> None:
        begun = asyncio.get_running_loop().time()
        result = await actions.run(call("action_diam"))
        assert result.failure is Failure.TIMED_OUT
        assert asyncio.get_running_loop().time() - begun < LIMIT + 1

    async def test_others_are_served_while_one_does_not_answer(self, actions: Runs) -> None:
        silent = asyncio.create_task(actions.run(call("action_diam")))
        await asyncio.sleep(0)
        assert (await actions.run(call("action_sapa", slots={"nama": "Adi"}))).failure is None
        assert not silent.done()
        silent.cancel()

    async def test_what_is_no_answer_has_failed(self, actions: Runs) -> None:
        result = await actions.run(call("action_sampah"))
        assert result.failure in (Failure.RUBBISH, Failure.RAISED)

    async def test_an_action_that_nobody_has_is_unknown(self, actions: Runs) -> None:
        assert (await actions.run(call("action_lain"))).failure is Failure.UNKNOWN_ACTION

    async def test_a_value_that_passes_is_cleaned(self, actions: Runs) -> None:
        asked = call("validate_reservasi", form="reservasi", requested="masakan", proposed={"masakan": "Padang"})
        assert await actions.run(asked) == Result(events=(SlotSet(name="masakan", value="padang"),))

    async def test_a_value_that_does_not_pass_is_emptied_with_a_word_of_why(self, actions: Runs) -> None:
        asked = call("validate_reservasi", form="reservasi", requested="masakan", proposed={"masakan": "Mars"})
        assert await actions.run(asked) == Result(
            says=(Saying(text="Kami tidak punya masakan Mars."),), events=(SlotSet(name="masakan", value=None),)
        )

    async def test_values_that_nobody_looks_at_pass_and_keep_their_place(self, actions: Runs) -> None:
        proposed = {"jumlah_orang": 4, "masakan": "SUNDA"}
        asked = call("validate_reservasi", form="reservasi", requested="masakan", proposed=proposed)
        assert (await actions.run(asked)).events == (
            SlotSet(name="jumlah_orang", value=4),
            SlotSet(name="masakan", value="sunda"),
        )

    async def test_a_caller_that_is_cancelled_leaves_the_host_in_order(self, actions: Runs) -> None:
        waiting = asyncio.create_task(actions.run(call("action_diam")))
        await asyncio.sleep(0.05)
        waiting.cancel()
        assert isinstance((await asyncio.gather(waiting, return_exceptions=True))[0], asyncio.CancelledError)
        assert (await actions.run(call("action_sapa", slots={"nama": "Adi"}))).failure is None
