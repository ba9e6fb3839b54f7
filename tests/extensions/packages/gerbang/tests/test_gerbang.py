"""The channel against a gateway that answers as it is told to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import httpx
import pytest
from gerbang import Gerbang

from bot.channels.plugin import Request
from bot.testing.channel_contract import ChannelContract
from conversation.effects import SendText
from conversation.messages import CustomerEvent, Press
from conversation.ports import ReceiptStatus, Target, Update

BUDI = Target(chat="628123")
NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
HEADERS = {"authorization": "Bearer rahasia"}


class Gateway:
    """Keeps what it is sent, and answers with `answer`."""

    def __init__(self) -> None:
        self.answer: httpx.Response | Exception = httpx.Response(200)
        self.got: list[dict[str, object]] = []

    async def handle(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self.answer, Exception):
            raise self.answer
        self.got.append(json.loads(request.content))
        return self.answer


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def channel(gateway: Gateway) -> AsyncIterator[Gerbang]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(gateway.handle)) as client:
        yield Gerbang(client=client, reply_url="https://web.example/balas", key="rahasia")


class TestContract(ChannelContract):
    """What every channel has to do."""

    @pytest.fixture
    def updates(self, channel: Gerbang) -> Sequence[Update]:
        return [
            channel.update(id, "628123", {"id": id, "chat": "628123", "name": "Budi", "text": text}, NOW)
            for id, text in (("1", "halo"), ("2", "jam buka?"))
        ]

    @pytest.fixture
    def target(self) -> Target:
        return BUDI


async def posted(channel: Gerbang, body: bytes, headers: dict[str, str] = HEADERS) -> tuple[int, list[Update]]:
    kept: list[Update] = []

    async def take(updates: Sequence[Update]) -> None:
        kept.extend(updates)

    async def read() -> bytes:
        return body

    response = await channel.receive(Request(headers=headers, read=read), take)
    return response.status, kept


async def test_a_message_is_kept_and_then_acknowledged(channel: Gerbang) -> None:
    status, (update,) = await posted(channel, b'{"id": "1", "chat": "628123", "text": "halo"}')
    assert (status, update.key, update.lane) == (200, "628123:1", "gerbang:628123")


async def test_a_press_is_read_as_one(channel: Gerbang) -> None:
    _, (update,) = await posted(channel, b'{"id": "9", "chat": "628123", "press": "/jam_buka"}')
    event = channel.read(update)
    assert isinstance(event, CustomerEvent)
    assert isinstance(event.what, Press)
    assert event.what.payload == "/jam_buka"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"id": "1"}', b"\xff"])
async def test_what_is_no_message_is_refused(channel: Gerbang, body: bytes) -> None:
    assert await posted(channel, body) == (400, [])


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"authorization": "é"}])
async def test_who_does_not_know_the_key_is_turned_away(channel: Gerbang, headers: dict[str, str]) -> None:
    assert await posted(channel, b'{"id": "1", "chat": "628123", "text": "halo"}', headers) == (403, [])


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.ConnectError("refused"), ReceiptStatus.RETRY),
        (httpx.ReadTimeout("slow"), ReceiptStatus.UNCERTAIN),
        (httpx.Response(429, headers={"retry-after": "3"}), ReceiptStatus.RETRY),
        (httpx.Response(400), ReceiptStatus.REJECTED),
    ],
)
async def test_a_receipt_says_what_is_known(
    channel: Gerbang, gateway: Gateway, answer: httpx.Response | Exception, status: ReceiptStatus
) -> None:
    gateway.answer = answer
    assert (await channel.perform(BUDI, SendText(text="Halo Kak"))).status is status
