"""rasa-sdk's classes as they are written, here and in Rasa's own server: what the contract does not speak of."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.actions import Actions
from bot.testing.action_contract import KNOWLEDGE, call
from conversation.actions import Failure, Result, Saying, SlotSet
from intents.forms import Form, Slot, SlotType, Source, SourceKind
from tests.bot.actions.hosts import RASA, opened

FORM = "pesan_tempat"
KNOWN = replace(
    KNOWLEDGE,
    slots={
        **KNOWLEDGE.slots,
        "di_luar": Slot(name="di_luar", type=SlotType.BOOL, sources=(Source(kind=SourceKind.CUSTOM),)),
    },
    forms={**KNOWLEDGE.forms, FORM: Form(name=FORM, slots=("masakan", "jumlah_orang"))},
)


@pytest.fixture(params=["in process", "over HTTP"])
async def actions(request: pytest.FixtureRequest) -> AsyncIterator[Actions]:
    """The same classes, both ways."""
    over_http = request.param == "over HTTP"
    where: dict[str, Any] = {"server_url": request.getfixturevalue("rasa_url")} if over_http else {}
    async with opened(*([] if over_http else [RASA]), knowledge=KNOWN, **where) as opened_actions:
        yield opened_actions


def form_call(**parts: Any) -> Any:
    return call(f"validate_{FORM}", form=FORM, **parts)


async def test_a_form_asks_for_what_the_last_answer_makes_necessary(actions: Actions) -> None:
    result = await actions.run(
        form_call(slots={"masakan": "padang"}, requested="jumlah_orang", proposed={"jumlah_orang": "2"})
    )
    assert result.events == (SlotSet(name="jumlah_orang", value=2), SlotSet(name="requested_slot", value="di_luar"))


async def test_a_form_that_asks_what_is_declared_leaves_the_next_question_to_its_host(actions: Actions) -> None:
    result = await actions.run(form_call(requested="jumlah_orang", proposed={"jumlah_orang": "4"}))
    assert result.events == (SlotSet(name="jumlah_orang", value=4),)


async def test_a_form_reads_a_slot_by_itself_and_says_when_it_has_all(actions: Actions) -> None:
    known = {"masakan": "padang", "jumlah_orang": 2}
    result = await actions.run(form_call(text="di teras ya", slots=known, requested="di_luar"))
    assert result == Result(
        says=(Saying(text="Di teras."),),
        events=(SlotSet(name="di_luar", value=True), SlotSet(name="requested_slot", value=None)),
    )


async def test_a_value_that_is_refused_is_asked_for_again(actions: Actions) -> None:
    result = await actions.run(form_call(requested="jumlah_orang", proposed={"jumlah_orang": "banyak"}))
    assert result.events == (SlotSet(name="jumlah_orang", value=None),)


async def test_an_action_is_given_the_tracker_and_the_domain(actions: Actions) -> None:
    result = await actions.run(call("action_cermin", slots={"nama": "Sari"}, form="reservasi", requested="masakan"))
    state = json.loads(result.says[0].text)
    assert state["sender_id"] == "telegram:5512345"
    assert (state["slots"]["nama"], state["slots"]["masakan"]) == ("Sari", None)
    assert state["slots"]["requested_slot"] == "masakan"
    assert state["latest_message"]["intent"]["name"] == "tanya_menu"
    assert state["latest_input_channel"] == "telegram"
    assert state["active_loop"]["name"] == "reservasi"
    assert state["entity"] == ["soto"]
    assert [event["event"] for event in state["events"]] == ["user", "bot", "user"]
    assert state["domain"]["forms"][FORM]["required_slots"] == ["masakan", "jumlah_orang"]
    assert state["paused"] is False


async def test_both_ways_an_action_is_given_the_same(rasa_url: str) -> None:
    asked = call("action_cermin", slots={"nama": "Sari", "pesanan": ["soto", {"jumlah": 2}]}, form=FORM)
    async with opened(RASA, knowledge=KNOWN) as here, opened(server_url=rasa_url, knowledge=KNOWN) as there:
        assert json.loads((await here.run(asked)).says[0].text) == json.loads((await there.run(asked)).says[0].text)


async def test_an_action_that_blocks_holds_nobody_up() -> None:
    async with opened(RASA) as actions:
        begun = time.monotonic()
        results = await asyncio.gather(*(actions.run(call("action_lambat")) for _ in range(8)))
        assert all(result.says == (Saying(text="Maaf lama."),) for result in results)
        assert time.monotonic() - begun < 8 * 0.3


async def test_a_domain_that_an_action_has_emptied_is_whole_for_the_next_one() -> None:
    async with opened(RASA, knowledge=KNOWN) as actions:
        await actions.run(call("action_lupa", slots={"pesanan": []}))
        result = await actions.run(call("action_cermin"))
        assert json.loads(result.says[0].text)["domain"]["forms"].keys() == KNOWN.forms.keys()


async def test_customers_words_do_not_reach_the_log_through_the_sdk(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        async with opened(RASA, repeatable=("action_gagal",)) as actions:
            await actions.run(call("action_gagal", text="kartu 4111"))
            await actions.run(form_call(text="kartu 4111", proposed={"jumlah_orang": "4111"}))
    assert "4111" not in caplog.text


async def test_a_validation_is_repeatable_and_another_action_is_not(actions: Actions) -> None:
    asked = form_call(key="the same", requested="jumlah_orang", proposed={"jumlah_orang": "4"})
    other = replace(asked, proposed={"jumlah_orang": "5"})
    assert (await actions.run(asked)).events == (SlotSet(name="jumlah_orang", value=4),)
    assert (await actions.run(other)).events == (SlotSet(name="jumlah_orang", value=5),)
    first = await actions.run(call("action_sapa", key="once", slots={"nama": "Sari"}))
    assert await actions.run(call("action_sapa", key="once", slots={"nama": "Adi"})) == first


async def test_a_name_that_nobody_knows_is_unknown_both_ways(actions: Actions) -> None:
    assert "action_cermin" in actions.names
    assert (await actions.run(call("action_tidak_ada"))).failure is Failure.UNKNOWN_ACTION
