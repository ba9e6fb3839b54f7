"""A shop with some weeks behind it: talks that the bot served alone, tickets that agents closed, and some still open.

    await fill(store, clock())                  # then open the pages, or measure what they ask of a store

Everything is drawn from one seed, so that two runs are alike. What agents and customers would have done is written
straight into the store; no rule of the desk is at work here. The staff is that of `bot.testing.small_console`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.testing.small_console import DEWI, RUDI, SARI, TONO
from conversation.desk_ports import CannedReply, DeskStore
from conversation.effects import Entry
from conversation.messages import Author, Contact, Message
from conversation.ports import Change, Store, TurnRecord
from conversation.state import Closing, Conversation, Episode, EpisodeId, Metrics, Rating
from conversation.tickets import Agent, Deadlines, HandoffReason, Priority, Promised, Ticket, TicketId, TicketStatus
from handoff.policy import Department, DeskPolicy, Promise, Promises

ZONE = ZoneInfo("Asia/Jakarta")
POLICY = DeskPolicy(
    departments={
        name: Department(
            name=name,
            title=title,
            promises=Promises(usual=Promise(first_reply=15, next_reply=30, resolution=8 * 60)),
        )
        for name, title in (("retur", "Retur & refund"), ("pembayaran", "Pembayaran"))
    }
)

_NAMES = ("Budi", "Ani", "Wahyu", "Putri", "Agus", "Ratna", "Joko", "Maya", "Hendra", "Lestari", "Yusuf", "Intan")
_SURNAMES = ("Santoso", "Wijaya", "Siregar", "Hidayat", "Utami", "Nugroho", "Simanjuntak", "Pratama")
_INTENTS = {
    "lacak_paket": 30, "jam_buka": 8, "ongkir": 14, "cara_retur": 12, "stok_barang": 16, "promo": 11, "bayar_va": 9,
    "ubah_alamat": 6, "salam": 18, "terima_kasih": 12, "batal_pesanan": 5, "": 9,
}  # fmt: skip
_ASKED = {
    "retur": ("Barang yang datang pecah, mau retur", "Ukurannya tidak cocok, bisa tukar?", "Refund saya belum masuk"),
    "pembayaran": ("Sudah transfer tapi masih menunggu bayar", "Saldo terpotong dua kali", "VA saya kedaluwarsa"),
}
_ANSWERED = ("Baik Kak, kami cek dulu ya.", "Sudah kami proses, Kak. Mohon ditunggu 1x24 jam.", "Mohon maaf ya Kak.")
_COMMENTS = ("cepat dan ramah", "lama banget balasnya", "terima kasih ya", "tolong jangan dioper-oper", "mantap 👍")
_HOURS = (0, 0, 0, 0, 0, 1, 2, 4, 8, 14, 16, 14, 10, 12, 13, 12, 10, 9, 11, 15, 16, 10, 4, 1)
_STAFF = {"retur": (SARI, DEWI), "pembayaran": (TONO, RUDI)}
_CANNED = (
    CannedReply(shortcut="salam", text="Halo Kak {nama}, saya {agen}. Ada yang bisa dibantu?"),
    CannedReply(shortcut="cek", text="Baik Kak {nama}, kami cek dulu ya. Nomor laporannya {tiket}."),
    CannedReply(
        shortcut="foto",
        text="Kak {nama}, boleh kirim foto barang dan label paketnya?\nSupaya retur bisa langsung kami proses.",
        department="retur",
    ),
    CannedReply(shortcut="bukti", text="Boleh kirim bukti transfernya, Kak {nama}?", department="pembayaran"),
)


class WholeStore(Store, DeskStore, Protocol):
    """What is filled."""


async def fill(store: WholeStore, now: datetime, *, days: int = 35, talks_a_day: int = 24, seed: int = 7) -> None:
    """Fill an empty store with what happened up to `now`."""
    for reply in _CANNED:
        await store.save_canned_reply(reply)
    shop = _Shop(store=store, now=now, random=Random(seed))
    for talk in sorted(shop.talks(days, talks_a_day), key=lambda talk: talk.at):
        await shop.play(talk)
    for number in range(14):
        await shop.leave_open(number)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Talk:
    at: datetime
    intents: tuple[str, ...]
    department: str


@dataclass(kw_only=True)
class _Shop:
    store: WholeStore
    now: datetime
    random: Random
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def talks(self, days: int, a_day: int) -> Iterator[_Talk]:
        midnight = self.now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        for day in range(days):
            date = midnight - timedelta(days=day)
            busy = a_day * (1.25 if date.weekday() in (0, 5) else 1) * self.random.uniform(0.8, 1.2)
            for _ in range(round(busy)):
                (hour,) = self.random.choices(range(24), _HOURS)
                at = date + timedelta(hours=hour, seconds=self.random.randrange(3600))
                if at < self.now - timedelta(hours=2):
                    handed = self.random.random() < 0.3
                    department = self.random.choice(("retur", "retur", "pembayaran")) if handed else ""
                    asked = self.random.choices(list(_INTENTS), list(_INTENTS.values()), k=self.random.randint(1, 3))
                    yield _Talk(at=at, intents=tuple(asked), department=department)

    async def play(self, talk: _Talk) -> None:
        """A conversation from its first word to its end."""
        conversation, episode = await self._begin(talk.at)
        for minute, intent in enumerate(talk.intents):
            kind = "answer" if intent else "unknown"
            at = talk.at + timedelta(minutes=minute)
            turn = TurnRecord(at=at, kind=kind, intent=intent or None, reason="", record={})
            said = Entry(message=Message(author=Author.CUSTOMER, text=intent.replace("_", " ") or "hmm", at=at))
            conversation = await self._commit(
                Change(conversation=conversation, episode=episode if not minute else None, turn=turn, entries=(said,))
            )
        if talk.department:
            await self._serve(talk, conversation, episode)
        else:
            closing = Closing(episode_id=episode.id, at=talk.at + timedelta(minutes=30), by="silence")
            rating = self._rating(episode.id, (5, 5, 4, 4, 3, 2), often=0.12)
            ended = replace(conversation, episode_id=None)
            await self._commit(Change(conversation=ended, closing=closing, rating=rating))

    async def _serve(self, talk: _Talk, conversation: Conversation, episode: Episode) -> None:
        agent = self.random.choice(_STAFF[talk.department])
        first = self.random.lognormvariate(5.6, 0.8) * (1.6 if agent is TONO else 1)
        whole = first + self.random.lognormvariate(8.2, 0.9)
        gone = self.random.random() < 0.06
        end = min(talk.at + timedelta(seconds=whole), self.now - timedelta(minutes=5))
        ticket = self._ticket(
            conversation,
            talk.department,
            talk.at,
            status=TicketStatus.ABANDONED if gone else TicketStatus.RESOLVED,
            assignee=None if gone else agent.id,
            assignee_name="" if gone else agent.name,
            closed_at=end,
        )
        kept = {"first_reply": first <= 900, "resolution": whole <= 8 * 3600}
        missed = tuple(kind for kind, each in kept.items() if not each)
        metrics = Metrics(
            by_bot=False,
            handoff_reason=ticket.reason.value,
            department=talk.department,
            agent="" if gone else agent.id,
            first_reply=None if gone else first,
            resolution=None if gone else whole,
            handling=None if gone else whole * self.random.uniform(0.1, 0.4),
            missed=() if gone else missed,
            promised=tuple(
                Promised(department=talk.department, kind=kind, kept=gone or each) for kind, each in kept.items()
            ),
            abandoned=gone,
            reopened=self.random.random() < 0.07,
        )
        closing = Closing(episode_id=episode.id, at=end, by="customer" if gone else "agent", metrics=metrics)
        replied = min(talk.at + timedelta(seconds=first), end)
        asked, answered = self._said(talk.department, talk.at, conversation), self._replied(agent, replied)
        await self._commit(
            Change(
                conversation=replace(conversation, episode_id=None),
                ticket=ticket,
                closing=closing,
                entries=(asked,) if gone else (asked, answered),
                rating=self._rating(episode.id, (5, 5, 5, 4, 4, 3, 2, 1), often=0.4),
            )
        )

    async def leave_open(self, number: int) -> None:
        """A ticket that somebody has, or nobody yet; every third is late or nearly so."""
        department = ("retur", "retur", "pembayaran")[number % 3]
        waited = timedelta(minutes=self.random.randrange(1, 14) + (25 if number % 5 == 0 else 0))
        begun = self.now - waited
        conversation, episode = await self._begin(begun)
        due = begun + timedelta(minutes=15)
        agent = None if number < 5 else _STAFF[department][number % 2]
        waiting = agent is not None and number % 4 == 3
        warned = due - self.now < timedelta(minutes=3) and not waiting
        ticket = self._ticket(
            conversation,
            department,
            begun,
            status=TicketStatus.WAITING_CUSTOMER
            if waiting
            else TicketStatus.ASSIGNED
            if agent
            else TicketStatus.QUEUED,
            assignee=agent.id if agent else None,
            assignee_name=agent.name if agent else "",
            assigned_at=begun if agent else None,
            waiting_since=None if waiting else begun,
            deadlines=Deadlines(
                first_reply=due,
                warned=("first_reply",) if warned else (),
                overdue=("first_reply",) if due <= self.now else (),
                missed=("first_reply",) if due <= self.now else (),
                paused_at=begun if waiting else None,
            ),
        )
        said = self._said(department, begun, conversation)
        await self._commit(Change(conversation=conversation, episode=episode, ticket=ticket, entries=(said,)))

    async def _begin(self, at: datetime) -> tuple[Conversation, Episode]:
        number = next(self.numbers)
        name = f"{self.random.choice(_NAMES)} {self.random.choice(_SURNAMES)}"
        contact = Contact(channel="telegram", address=str(9_000_000 + number), name=name)
        loaded = await self.store.load(contact)
        episode = Episode(id=EpisodeId(number), conversation_id=contact.conversation_id, opened_at=at)
        return replace(loaded.conversation, episode_id=episode.id, last_at=at), episode

    def _ticket(self, conversation: Conversation, department: str, at: datetime, **values: object) -> Ticket:
        plain = Ticket(
            id=TicketId(conversation.episode_id or 0),
            conversation_id=conversation.id,
            status=TicketStatus.QUEUED,
            reason=self.random.choices(list(HandoffReason), (30, 14, 26, 10, 6, 4, 10))[0],
            department=department,
            priority=self.random.choices(list(Priority), (80, 15, 5))[0],
            queued_at=at,
            changed_at=at,
            contact_name=conversation.contact.name,
            waiting_since=at,
        )
        return replace(plain, **values)  # type: ignore[arg-type]  # names checked by dataclasses

    def _said(self, department: str, at: datetime, conversation: Conversation) -> Entry:
        name, text = conversation.contact.name, self.random.choice(_ASKED[department])
        return Entry(message=Message(author=Author.CUSTOMER, author_name=name, text=text, at=at))

    def _replied(self, agent: Agent, at: datetime) -> Entry:
        text = self.random.choice(_ANSWERED)
        return Entry(message=Message(author=Author.AGENT, author_name=agent.name, text=text, at=at))

    def _rating(self, episode_id: EpisodeId, stars: tuple[int, ...], often: float) -> Rating | None:
        if self.random.random() >= often:
            return None
        comment = self.random.choice(_COMMENTS) if self.random.random() < 0.4 else ""
        return Rating(episode_id=episode_id, stars=self.random.choice(stars), comment=comment)

    async def _commit(self, change: Change) -> Conversation:
        return (await self.store.commit(change)).conversation
