"""The actions of the contract, and some more, as one writes them for Rasa. They run here and in Rasa's own server."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    EventType,
    FollowupAction,
    LoopInterrupted,
    ReminderCancelled,
    ReminderScheduled,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
)
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.types import DomainDict

COUNT = itertools.count(1)
CUISINES = ("padang", "sunda", "jawa")


class ActionSapa(Action):
    def name(self) -> str:
        return "action_sapa"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        dispatcher.utter_message(text=f"Halo, {tracker.get_slot('nama')}!")
        return [SlotSet("disapa", True)]


class ActionMenu(Action):
    def name(self) -> str:
        return "action_menu"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        buttons = [
            {"title": "Soto", "payload": '/pilih{"menu": "soto"}'},
            {"title": "Situs", "type": "web_url", "url": "https://toko.example"},
        ]
        dispatcher.utter_message(text="Mau yang mana?", buttons=buttons)
        dispatcher.utter_message(image="https://toko.example/menu.jpg")
        dispatcher.utter_message(response="utter_menu", hari="Senin")
        return []


class ActionSerba(Action):
    def name(self) -> str:
        return "action_serba"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        one_o_clock = datetime(2026, 3, 14, 13, 0, tzinfo=UTC)
        return [
            SlotSet("nama", "Sari"),
            SlotSet("pesanan", ["soto", {"jumlah": 2}]),
            SlotSet("masakan", None),
            AllSlotsReset(),
            FollowupAction("action_sapa"),
            ActiveLoop("reservasi"),
            LoopInterrupted(False),
            ActiveLoop(None),
            ReminderScheduled("tanya_menu", one_o_clock, entities={"menu": "soto"}, name="ingatkan"),
            ReminderCancelled(name="ingatkan"),
            ReminderCancelled(intent_name="tanya_menu"),
            ReminderCancelled(),
            BotUttered("Sudah saya telepon."),
            ConversationPaused(),
            ConversationResumed(),
            UserUtteranceReverted(),
            ActionReverted(),
            ActionExecuted("action_listen"),
            Restarted(),
        ]


class Counting(Action, ABC):
    """Has no name of its own, and is not registered."""

    @abstractmethod
    def name(self) -> str: ...

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        dispatcher.utter_message(text=f"Catatan ke-{next(COUNT)}")
        return []


class ActionCatat(Counting):
    def name(self) -> str:
        return "action_catat"


class ActionLihat(Counting):
    def name(self) -> str:
        return "action_lihat"


class ActionLupa(Action):
    def name(self) -> str:
        return "action_lupa"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        ordered = tracker.get_slot("pesanan")
        dispatcher.utter_message(text=f"{len(ordered)} pesanan")
        ordered.clear()
        for section in domain.values():
            section.clear()
        domain.clear()
        return []


class ActionTolak(Action):
    def name(self) -> str:
        return "action_tolak"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        raise ActionExecutionRejection(self.name())


class ActionGagal(Action):
    def name(self) -> str:
        return "action_gagal"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        raise ValueError(tracker.latest_message["text"])


class ActionDiam(Action):
    def name(self) -> str:
        return "action_diam"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        await asyncio.sleep(3600)
        return []


class ActionSampah(Action):
    def name(self) -> str:
        return "action_sampah"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Any:
        return 42


class ValidateReservasi(FormValidationAction):
    def name(self) -> str:
        return "validate_reservasi"

    def validate_masakan(
        self, slot_value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """A plain method, as in most projects."""
        if slot_value.lower() in CUISINES:
            return {"masakan": slot_value.lower()}
        dispatcher.utter_message(text=f"Kami tidak punya masakan {slot_value}.")
        return {"masakan": None}


# More than the contract asks for


class ActionCermin(Action):
    """Says what it was given."""

    def name(self) -> str:
        return "action_cermin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        state = {**tracker.current_state(), "domain": domain, "entity": [*tracker.get_latest_entity_values("menu")]}
        dispatcher.utter_message(text=json.dumps(state, sort_keys=True))
        return []


class ValidatePesanTempat(FormValidationAction):
    """A form whose questions depend on what was said, and that reads a slot by itself."""

    def name(self) -> str:
        return "validate_pesan_tempat"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> list[str]:
        return [*domain_slots, "di_luar"] if tracker.slots.get("jumlah_orang") == 2 else domain_slots

    async def extract_di_luar(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Mapping[str, Any]:
        text = tracker.latest_message.get("text", "")
        return {"di_luar": "teras" in text} if tracker.get_slot("requested_slot") == "di_luar" else {}

    def validate_di_luar(
        self, slot_value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        dispatcher.utter_message(text="Di teras." if slot_value else "Di dalam.")
        return {"di_luar": slot_value}

    def validate_jumlah_orang(
        self, slot_value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return {"jumlah_orang": int(slot_value) if str(slot_value).isdecimal() else None}


class ActionLambat(Action):
    """Blocks, as many do that ask a database."""

    def name(self) -> str:
        return "action_lambat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        time.sleep(0.3)
        dispatcher.utter_message(text="Maaf lama.")
        return []
