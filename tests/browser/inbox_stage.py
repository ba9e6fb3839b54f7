"""An inbox with a few customers, in one process: a store in memory, and a channel that keeps what it is to send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot.console.inbox_aids import Aids
from bot.delivery import Deliveries
from bot.desk.suggestions import Suggestion
from bot.testing.scripted_channel import ScriptedChannel
from bot.testing.small_console import SmallConsole, now, small_console
from conversation.desk_ports import CannedReply
from conversation.effects import Delivery, Entry, SendText
from conversation.messages import Attachment, Author, Contact, ConversationId, Message, MessageId
from conversation.ports import Change, TurnRecord, Update
from conversation.state import Conversation, Episode, EpisodeId
from conversation.tickets import Agent, AgentId, Deadlines, HandoffReason, Priority, Ticket, TicketId
from handoff.desk import Case, customer_address, customer_wrote
from handoff.tickets import open_ticket

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763a8c8c80000034001a0e5d1b3b20000000049454e44ae426082"
)
SUGGESTED = Suggestion(
    title="Barang rusak", text="Mohon maaf, Kak. Boleh kirim foto barangnya? Kami ganti hari ini.", confidence=0.71
)
REASONS = ("Barang diganti", "Uang kembali")
CANNED = (
    CannedReply(shortcut="salam", text="Halo Kak {nama}, saya {agen}. Laporan {tiket} saya bantu ya."),
    CannedReply(shortcut="tunggu", text="Mohon tunggu sebentar ya, Kak."),
    CannedReply(shortcut="tagihan", text="Tagihannya kami cek.", department="pembayaran"),
)


@dataclass(kw_only=True)
class Inbox:
    """The console, what went to customers, and the tickets by the names of their customers."""

    console: SmallConsole
    channel: ScriptedChannel = field(default_factory=ScriptedChannel)
    contacts: dict[str, Contact] = field(default_factory=dict)
    numbers: dict[str, TicketId] = field(default_factory=dict)
    flagged: list[tuple[MessageId, AgentId]] = field(default_factory=list)

    async def ticket(
        self,
        name: str,
        text: str,
        *,
        department: str = "retur",
        priority: Priority = Priority.NORMAL,
        attachments: tuple[Attachment, ...] = (),
        minutes_ago: float = 7,
    ) -> Ticket:
        """A new customer whom the bot has handed over."""
        contact = Contact(channel="telegram", address=str(5000 + len(self.contacts)), name=name, username=name.lower())
        self.contacts[name] = contact
        at = now() - timedelta(minutes=minutes_ago)
        update = Update(channel="telegram", key=f"m:{name}", lane=contact.conversation_id, payload="{}", received_at=at)
        [accepted] = await self.console.store.accept([update])
        number = self.numbers[name] = TicketId(accepted.id)
        conversation = Conversation(contact=contact, last_at=at, episode_id=EpisodeId(number))
        mood = {"sentiment": -0.6, "anger": 0.5, "urgency": 0.4}
        packet = {
            "text": text,
            "intents": [{"intent": "barang_rusak", "title": "Barang rusak", "confidence": 0.71}],
            "entities": [{"kind": "order_id", "value": "INV/2026/0042"}],
            "fields": [{"name": "kurir", "title": "Kurir", "value": "JNE"}],
            "mood": mood,
        }
        conversation, ticket = open_ticket(
            conversation,
            ticket_id=number,
            reason=HandoffReason.COMPLAINT,
            department=department,
            priority=priority,
            packet=packet,
            now=at,
        )
        ticket = replace(ticket, deadlines=Deadlines(first_reply=at + timedelta(minutes=15)))
        greeting, early = "Halo Kak! Ada yang bisa saya bantu?", at - timedelta(hours=20)
        sent = (Delivery(address=customer_address(conversation), effect=SendText(text=greeting)),)
        said = Message(author=Author.CUSTOMER, text=text, at=at, external_id=f"{number}1", attachments=attachments)
        committed = await self.console.store.commit(
            Change(
                conversation=conversation,
                ticket=ticket,
                episode=Episode(id=EpisodeId(number), conversation_id=conversation.id, opened_at=at),
                entries=(
                    Entry(message=Message(author=Author.CUSTOMER, text="halo kak", at=early, external_id=f"{number}0")),
                    Entry(message=Message(author=Author.BOT, text=greeting, at=early), deliveries=sent),
                    Entry(message=said),
                ),
                turn=TurnRecord(
                    at=at,
                    kind="escalate",
                    intent="barang_rusak",
                    reason="complaint",
                    record={"text": text, "mood": mood},
                ),
            )
        )
        self.console.submitted.extend(committed.outbox)
        return ticket

    async def says(self, name: str, text: str, *, attachments: tuple[Attachment, ...] = ()) -> None:
        """A customer writes again."""
        snapshot = await self.console.store.load_by_id(self.contacts[name].conversation_id)
        assert snapshot is not None
        assert snapshot.ticket is not None
        case = customer_wrote(Case(conversation=snapshot.conversation, ticket=snapshot.ticket), now())
        external_id = f"{now().timestamp()}"
        said = Message(author=Author.CUSTOMER, text=text, at=now(), external_id=external_id, attachments=attachments)
        await self.console.store.commit(
            Change(conversation=case.conversation, ticket=case.ticket, entries=(Entry(message=said),))
        )

    def told(self, name: str) -> list[str]:
        """What a customer has been sent."""
        return self.channel.texts(self.contacts[name].address)

    async def now(self, name: str) -> Ticket:
        """A customer's ticket as it stands."""
        ticket = await self.console.store.ticket(self.numbers[name])
        assert ticket is not None
        return ticket


@asynccontextmanager
async def open_inbox(uploads: Path) -> AsyncIterator[Inbox]:
    """An inbox with Budi's and Siti's tickets in it."""

    async def fetch(file_id: str) -> bytes:
        return PICTURE if file_id == "foto" else b"<script>alert(1)</script>"

    async def suggest(text: str) -> tuple[Suggestion, ...]:
        return (SUGGESTED,)

    flagged: list[tuple[MessageId, AgentId]] = []

    async def flag(conversation_id: ConversationId, message_id: MessageId, agent: Agent, right_intent: str) -> None:
        flagged.append((message_id, agent.id))

    aids = Aids(suggest=suggest, fetch={"telegram": fetch}, uploads=uploads, flag=flag)
    async with small_console(aids=aids, resolutions=REASONS) as console:
        inbox = Inbox(console=console, flagged=flagged)
        deliveries = Deliveries(store=console.store, channels={"telegram": inbox.channel}, clock=now)
        sending = asyncio.create_task(_send(console, deliveries))
        for reply in CANNED:
            await console.store.save_canned_reply(reply)
        await inbox.ticket("Budi", "Barangnya rusak, layarnya pecah", priority=Priority.HIGH)
        await inbox.ticket("Siti", "Kapan refund saya?", minutes_ago=20)
        try:
            yield inbox
        finally:
            sending.cancel()
            await deliveries.lanes.stop(1)


async def _send(console: SmallConsole, deliveries: Deliveries) -> None:
    """Carry out what the desk has committed, as the service would."""
    while True:
        items = list(console.submitted)
        console.submitted.clear()
        deliveries.take(items)
        await asyncio.sleep(0.01)
