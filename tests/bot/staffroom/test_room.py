"""Looking up, trying and changing answers from the staff group, in a service that serves."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app import Service, now_utc, open_service
from bot.config import read_settings
from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.testing.scripted_channel import ScriptedChannel
from conversation.effects import AnswerPress, Button, EditText, SendText
from conversation.errors import StorageError
from conversation.messages import Author, Contact, CustomerEvent, Edit, Message, Press
from conversation.tickets import Agent, AgentId, Role, StaffEvent, Topic

CHAT = "-1001"
BOSS, OTHER, LEAD, AGENT, NOBODY = 1, 2, 3, 4, 5
SHIPPING, HOURS = "intent/ongkir", "intent/jam_buka"
OLD = "Ongkos kirim tampil saat checkout, Kak."
NEW = "Ongkir gratis ke mana saja, {sapaan}."
LIVES = count()


class Room:
    """The general topic of a staff group, and what is said there."""

    def __init__(self, service: Service, channel: ScriptedChannel, clock: Clock) -> None:
        assert service.library
        self.service, self.channel, self.clock = service, channel, clock
        self.library: Library = service.library
        self._numbers = count(100)

    async def writes(self, text: str, who: int = BOSS, *, reply_to: str = "", chat: str = CHAT) -> str:
        """Somebody writes; returns what was said last."""
        await self.does(self._message(text, reply_to), who, chat)
        return self.said(chat)[-1]

    async def presses(self, payload: str, who: int = BOSS, *, times: int = 1, chat: str = CHAT) -> str:
        """Somebody presses a button (several times at once); returns what they were told for a moment by the last."""
        presses = [Press(press_id=f"p{next(self._numbers)}", payload=payload, at=now_utc()) for _ in range(times)]
        await self.service.intake.take([self._update(press, who, chat) for press in presses])
        await self._settled(chat)
        toasts = [effect for _, effect in self.channel.performed if isinstance(effect, AnswerPress)]
        assert {toast.press_id for toast in toasts} >= {press.press_id for press in presses}, "all are answered"
        return toasts[-1].text

    async def publishes(self, who: int = BOSS, **how: Any) -> str:
        """Somebody confirms what was proposed last; returns what then stands in its place."""
        await self.presses(self.buttons()[0].payload, who, **how)
        return self.edited()[-1]

    def said(self, chat: str = CHAT) -> list[str]:
        return self.channel.texts(chat)

    def edited(self) -> list[str]:
        return [effect.text for _, effect in self.channel.performed if isinstance(effect, EditText)]

    def buttons(self) -> list[Button]:
        """Those below what was said last that has some."""
        sent = [effect for _, effect in self.channel.performed if isinstance(effect, SendText) and effect.buttons]
        return [button for row in sent[-1].buttons for button in row]

    async def answer(self, text: str = "ongkir ke bandung berapa") -> str:
        """What a customer is told."""
        contact = Contact(channel="telegram", address="99", name="Rina")
        await self.service.intake.take([self.channel.said(text, contact)])
        await self.service.settle(contact)
        return self.said("99")[-1]

    async def releases(self) -> list[int]:
        return [int(each.id or 0) for each in await self.library.releases()]

    async def audit(self) -> list[tuple[str, str]]:
        return [(each.action, each.about) for each in reversed(await self.service.store.audit_trail())]

    async def does(self, what: Message | Press | Edit, who: int, chat: str) -> None:
        await self.service.intake.take([self._update(what, who, chat)])
        await self._settled(chat)

    def _update(self, what: Message | Press | Edit, who: int, chat: str) -> Any:
        if chat == CHAT:
            topic = Topic(chat=chat, thread="")
            event = StaffEvent(who=AgentId(f"telegram:{who}"), who_name="?", topic=topic, what=what)
            return self.channel.update(event)
        return self.channel.update(CustomerEvent(contact=Contact(channel="telegram", address=chat), what=what))

    def _message(self, text: str, reply_to: str) -> Message:
        number = str(next(self._numbers))
        return Message(author=Author.AGENT, text=text, at=now_utc(), external_id=number, reply_to=reply_to)

    async def _settled(self, chat: str) -> None:
        while len(self.service.turns.lanes) or len(self.service.deliveries.lanes):
            await self.service.turns.lanes.idle()
            await self.service.deliveries.lanes.idle()


class Clock:
    """The real time, and `later`."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> datetime:
        return now_utc() + self.later


@asynccontextmanager
async def opened(folder: Path, shop: dict[str, str], language: str = "id") -> AsyncIterator[Room]:
    roles = [(BOSS, "Budi", "admin"), (OTHER, "Ani", "admin"), (LEAD, "Lia", "supervisor"), (AGENT, "Adi", "agent")]
    agents = [{"telegram_id": number, "name": name, "role": role} for number, name, role in roles]
    names = {
        "TANGGAP_BOT__KNOWLEDGE": shop["bot__knowledge"],
        "TANGGAP_BOT__MODEL": "data/model.tgm",
        "TANGGAP_BOT__LANGUAGE": language,
        "TANGGAP_DIALOGUE__FRAGMENT_PAUSE_SECONDS": "0",
        "TANGGAP_TELEGRAM__STAFF_CHAT_ID": CHAT,
        "TANGGAP_DESK__AGENTS": json.dumps(agents),
    }
    (folder / "data").mkdir(exist_ok=True)
    shutil.copy(shop["bot__model"], folder / "data" / "model.tgm")
    settings = read_settings(None, names).model_copy(update={"base": folder})
    # A later life in the same folder must not give its updates the names of an earlier one's.
    channel, clock = ScriptedChannel(_numbers=count(1000 * next(LIVES))), Clock()
    async with open_service(settings, Loader(settings), [channel], clock=clock) as service:
        yield Room(service, channel, clock)


@pytest_asyncio.fixture(name="room")
async def one_room(tmp_path: Path, shop: dict[str, str]) -> AsyncIterator[Room]:
    async with opened(tmp_path, shop) as room:
        yield room


async def test_an_answer_is_looked_up_changed_published_and_brought_back(room: Room) -> None:
    found = await room.writes("/faq ongkir")
    assert "Ongkos kirim tampil saat checkout" in found
    await room.presses(room.buttons()[0].payload)
    assert "Ongkos kirim tampil saat checkout, {sapaan}." in room.said()[-1], "as it is written, to be copied"
    proposed = await room.writes(f"/ubah ongkir {NEW}")
    assert OLD in proposed
    assert "Ongkir gratis ke mana saja, Kak." in proposed
    assert [button.title for button in room.buttons()] == ["✅ Terbitkan", "Batal"]
    assert await room.answer() == OLD, "nothing is live before it is confirmed"
    assert not (await room.library.view()).changes

    assert "rilis 2 oleh Budi" in await room.publishes()
    assert await room.answer() == "Ongkir gratis ke mana saja, Kak."
    assert await room.releases() == [2, 1]

    assert "rilis 2" in await room.writes("/kembalikan")
    assert "Ongkir gratis" in room.said()[-1], "what changes is shown"
    assert "Rilis 1 melayani lagi" in await room.publishes()
    assert await room.answer() == OLD
    assert "yang pertama" in await room.writes("/kembalikan")
    done = [entry for entry in await room.audit() if entry[0] in ("kb_edit", "kb_publish", "kb_activate")]
    assert done == [("kb_edit", SHIPPING), ("kb_publish", "2"), ("kb_activate", "1")]


async def test_a_reply_to_a_shown_answer_says_which_is_meant(room: Room) -> None:
    await room.writes("/faq jam buka")
    await room.presses(room.buttons()[0].payload)
    (second,) = [button for button in room.buttons() if button.title == "Jawaban 2"]
    await room.presses(second.payload)
    # The channel numbers what it carries out.
    numbers = [number for number, (_, effect) in enumerate(room.channel.performed, 1) if isinstance(effect, SendText)]
    proposed = await room.writes("/ubah Setiap hari, {sapaan}.\nMalam juga.", reply_to=str(numbers[-1]))
    assert "jawaban 2 dari 2" in proposed
    await room.publishes()
    answers = (await room.library.view()).base[HOURS]["answers"]  # type: ignore[index]
    assert [each["text"] for each in answers][1] == "Setiap hari, {sapaan}.\nMalam juga."
    assert "punya 2 jawaban" in await room.writes("/ubah jam_buka tanpa nomor")
    assert "tidak ada nomor 7" in await room.writes("/ubah jam_buka#7 teks")
    assert "tidak ada nomor 0" in await room.writes("/ubah jam_buka#0 teks")
    assert "Tidak ada intent" in await room.writes("/ubah entahlah teks", reply_to="12345")


async def test_a_message_is_tried_and_nothing_is_sent_to_anybody(room: Room) -> None:
    tried = await room.writes("/coba ongkir ke bandung berapa kak", LEAD)
    for words in ("💬 ongkir ke bandung berapa kak", "dijawab sebagai “", "Intent yang mungkin", OLD):
        assert words in tried
    assert "Draf" not in tried, "there is none"
    draft = await room.library.view()
    shipping: Any = draft.base[SHIPPING]
    await room.library.edit(SHIPPING, {**shipping, "answers": [{"text": "Gratis."}]}, 0, "Ani")
    tried = await room.writes("/coba ongkir ke bandung berapa kak", LEAD)
    assert OLD in tried
    assert "📝 Draf: dijawab sebagai" in tried
    assert tried.endswith("Gratis.")
    assert "Draf menjawab sama" in await room.writes("/coba halo", LEAD)
    assert {target.chat for target, _ in room.channel.performed} == {CHAT}


@pytest.mark.parametrize(
    ("who", "looks", "edits"),
    [(BOSS, True, True), (LEAD, True, False), (AGENT, False, False), (NOBODY, None, None)],
    ids=["admin", "supervisor", "agent", "nobody"],
)
async def test_roles_may_what_they_may(room: Room, who: int, looks: bool | None, edits: bool | None) -> None:
    await room.writes("!bantuan")
    for text, may in (("/faq ongkir", looks), ("/coba ongkir", looks), (f"/ubah ongkir {NEW}", edits)):
        before = len(room.said())
        await room.writes(text, who)
        after = room.said()[before:]
        if may is None:
            assert after == [], "strangers are not answered"
        elif may:
            assert "Admin:" not in after[0]
        else:
            assert "Admin: Ani, Budi." in after[0]
    if edits:
        assert await room.releases() == []
        return
    # Nor by the button of what somebody else proposed.
    await room.writes(f"/ubah ongkir {NEW}")
    toast = await room.presses(room.buttons()[0].payload, BOSS if looks is None else who)
    assert looks is None or "Hanya Budi" in toast


async def test_a_press_counts_once_and_only_from_whoever_asked(room: Room) -> None:
    await room.writes(f"/ubah ongkir {NEW}")
    confirm, cancel = (button.payload for button in room.buttons())
    for who in (OTHER, LEAD, AGENT):
        assert "Hanya Budi" in await room.presses(confirm, who)
        assert "Hanya Budi" in await room.presses(cancel, who)
    assert await room.releases() == []
    assert "Sudah selesai" in await room.presses(confirm, times=5)
    assert await room.releases() == [2, 1]
    assert "Sudah selesai" in await room.presses(cancel)
    assert [action for action, _ in await room.audit()].count("kb_publish") == 1


async def test_what_was_called_off_or_is_too_old_is_never_published(room: Room) -> None:
    await room.writes(f"/ubah ongkir {NEW}")
    confirm, cancel = (button.payload for button in room.buttons())
    await room.presses(cancel)
    assert "Dibatalkan oleh Budi" in room.edited()[-1]
    assert "Dibatalkan" in await room.presses(confirm)
    await room.writes(f"/ubah ongkir {NEW}")
    room.clock.later = timedelta(minutes=10, seconds=1)
    assert "kedaluwarsa, kirim lagi" in await room.publishes()
    for forged in ("kb:y:", "kb:y:0000", "kb:n:zz", "kb:o:zz:0", "kb:o::99999999999", "kb:", "kb:x"):
        assert await room.presses(forged)
    assert await room.releases() == []


async def test_a_button_of_before_a_restart_is_refused(tmp_path: Path, shop: dict[str, str]) -> None:
    async with opened(tmp_path, shop) as room:
        await room.writes(f"/ubah ongkir {NEW}")
        confirm = room.buttons()[0].payload
    async with opened(tmp_path, shop) as room:
        assert await room.presses(confirm) == "Sudah kedaluwarsa, kirim lagi."
        assert await room.releases() == []
        assert await room.answer() == OLD


async def test_of_two_who_change_the_same_answer_the_second_is_told(room: Room) -> None:
    await room.writes(f"/ubah ongkir {NEW}")
    first = room.buttons()[0].payload
    await room.writes("/ubah ongkir Tidak gratis.", OTHER)
    second = room.buttons()[0].payload
    await room.presses(second, OTHER)
    assert await room.answer() == "Tidak gratis."
    await room.presses(first)
    assert "Sudah diubah orang lain" in room.edited()[-1]
    assert await room.answer() == "Tidak gratis."
    assert not (await room.library.view()).changes


async def test_unfinished_work_of_the_console_is_not_published_along(room: Room) -> None:
    shipping: Any = (await room.library.view()).base[SHIPPING]
    await room.writes(f"/ubah ongkir {NEW}")
    confirm = room.buttons()[0].payload
    changed = {**shipping, "examples": [*shipping["examples"], "biaya antar"]}
    version = await room.library.edit(SHIPPING, changed, 0, "Sari")
    assert "Sari sedang mengubah" in await room.writes(f"/ubah ongkir {NEW}")
    await room.writes("/faq ongkir")
    await room.presses(room.buttons()[0].payload)
    assert "Sari sedang mengubah" in room.said()[-1]
    await room.presses(confirm)
    assert "Sari sedang mengubah" in room.edited()[-1]
    change = (await room.library.view()).change(SHIPPING)
    assert change is not None
    assert change.version == version
    # Other pieces of the draft stay where they are.
    hours: Any = (await room.library.view()).base["intent/salam"]
    await room.writes("/ubah jam_buka#1 Dua puluh empat jam.")
    await room.library.edit("intent/salam", {**hours, "title": "Salam"}, 0, "Sari")
    await room.publishes()
    assert {each.piece for each in (await room.library.view()).changes} == {SHIPPING, "intent/salam"}


async def test_a_release_gone_back_while_it_waits_is_noticed(room: Room) -> None:
    await room.writes(f"/ubah ongkir {NEW}")
    await room.publishes()
    await room.writes("/ubah ongkir Lain lagi.")
    waiting = room.buttons()[0].payload
    await room.writes("/kembalikan", OTHER)
    back = room.buttons()[0].payload
    active = (await room.library.view()).active
    assert active is not None
    assert active.base is not None
    # The one goes back while the other publishes: whoever is second is refused, whichever that is.
    await asyncio.gather(room.library.activate(active.base, "Ani", "x"), room.presses(waiting))
    assert "Sudah diubah orang lain" in room.edited()[-1]
    assert not (await room.library.view()).changes, "what was not published is not left in the draft"
    await room.presses(back, OTHER)
    assert "Sudah diubah orang lain" in room.edited()[-1]
    assert await room.answer() == OLD


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Halo {nama_kucing} {sapaan}", "Tidak ada isian {nama_kucing}. Yang dikenal: {"),
        ("Halo {", "kurung kurawal"),
        ("{0.__class__}", "kurung kurawal"),
        ("{sapaan.__class__}", "kurung kurawal"),
        ("{sapaan!r}", "kurung kurawal"),
        ("{nama_toko}" * 380, "paling banyak 4096"),
        ("Ongkos kirim tampil saat checkout, {sapaan}.", "sama dengan yang sekarang"),
        ("", "Tulis juga teks barunya"),
    ],
    ids=["unknown", "brace", "number", "attribute", "conversion", "long", "same", "empty"],
)
async def test_what_cannot_be_is_refused_in_plain_words(room: Room, text: str, reason: str) -> None:
    assert reason in await room.writes(f"/ubah ongkir {text}")
    assert await room.releases() == []


async def test_hostile_words_are_only_words(room: Room) -> None:
    hostile = "<b>*_`[x](http://y)</b> {{sapaan}} %s \\n '; DROP TABLE outbox;-- \u202e⁧ /kembalikan kb:y:1"
    await room.writes(f"/faq {hostile}")
    await room.writes(f"/coba {hostile}")
    assert hostile[:20] in room.said()[-1]
    await room.writes(f"/ubah ongkir {hostile}")
    await room.publishes()
    assert await room.answer() == hostile.replace("{{", "{").replace("}}", "}")
    for words in ("/faq", "/coba", "/ubah", "/ubah   ", "/faq " + "x" * 4000, "/coba " + "ongkir " * 500):
        assert await room.writes(words)


async def test_chatter_edits_and_presses_of_other_buttons_are_left_alone(room: Room) -> None:
    await room.writes("!bantuan")
    before = len(room.channel.performed)
    await room.writes("makan di mana?")
    await room.writes("/start")
    await room.does(Edit(external_id="100", text="/ubah ongkir x", at=now_utc()), BOSS, CHAT)
    await room.does(Press(press_id="x", payload="!claim", at=now_utc()), BOSS, CHAT)
    assert len(room.channel.performed) == before
    assert (await room.service.store.counts())["inbox_pending"] == 0


async def test_an_admin_may_ask_in_their_private_chat_and_for_others_it_is_a_customers(room: Room) -> None:
    assert "Ongkos kirim tampil" in await room.writes("/faq ongkir", chat=str(BOSS))
    await room.writes(f"/ubah ongkir {NEW}", chat=str(BOSS))
    await room.presses(room.buttons()[0].payload, chat=str(BOSS))
    assert "rilis 2" in room.edited()[-1]
    assert await room.answer() == "Ongkir gratis ke mana saja, Kak."
    assert "gratis" in await room.writes("ongkir ke bandung berapa", chat=str(BOSS)), "else they are customers too"
    for who in (AGENT, NOBODY):
        for text in ("/faq ongkir", "/coba halo", "/ubah ongkir x", "/kembalikan"):
            said = await room.writes(text, chat=str(who))
            assert "🔎" not in said
            assert "Admin" not in said
        help_of_unknown = await room.writes("/apasaja", chat=str(who))
        assert await room.writes("/faq", chat=str(who)) == help_of_unknown
        await room.presses("kb:o:zz:0", chat=str(who))
    assert "rilis" not in "".join(room.said(str(NOBODY)))


async def test_rights_are_those_of_the_moment(room: Room) -> None:
    account = Agent(id=AgentId("7"), name="Budi", role=Role.ADMIN, telegram_id=BOSS, login="budi")
    await room.service.store.save_agent(account)
    await room.writes(f"/ubah ongkir {NEW}")
    confirm = room.buttons()[0].payload
    demoted = Agent(id=AgentId("7"), name="Budi", role=Role.AGENT, telegram_id=BOSS, login="budi")
    await room.service.store.save_agent(demoted)
    await room.presses(confirm)
    assert "Admin: Ani." in room.edited()[-1]
    assert await room.releases() == []


async def test_a_store_that_fails_for_a_moment_publishes_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await room.writes(f"/ubah ongkir {NEW}")
    store, failures, troubles = type(room.library.store), iter([True, True]), iter([True])
    add_release, record = store.add_release, store.record  # type: ignore[attr-defined]

    async def failing(self: Any, *args: Any, **named: Any) -> Any:
        if next(failures, False):
            raise StorageError("disk full")
        return await add_release(self, *args, **named)

    async def unrecorded(self: Any, *args: Any, **named: Any) -> Any:
        if next(troubles, False):
            raise StorageError("disk full")
        return await record(self, *args, **named)

    monkeypatch.setattr(store, "add_release", failing)
    monkeypatch.setattr(store, "record", unrecorded)
    await room.presses(room.buttons()[0].payload)
    assert await room.answer() == "Ongkir gratis ke mana saja, Kak."
    assert await room.releases() == [2, 1]
    assert [action for action, _ in await room.audit()] == ["kb_edit", "kb_publish"]


async def test_english_staff_read_english(tmp_path: Path, shop: dict[str, str]) -> None:
    async with opened(tmp_path, shop, "en") as room:
        assert "In scope" in await room.writes("/try ongkir ke bandung berapa")
        await room.writes("/edit ongkir Free.")
        assert "Published as release 2 by Budi" in await room.publishes()
        assert "/rollback" in await room.writes("!help", AGENT)
