"""What it costs to run an action, beyond what the action itself does: in plain Python, for Rasa, and on its server.

    python bench/actions.py [--calls 2000]

Each action does next to nothing, and is called so often one after another, with the knowledge base that ships as its
domain, ten messages of history, and the event loop that the service uses. Prints one JSON object: microseconds a
call, the median of 20 rounds. `thread` are actions that are not `async`: two threads have to wake each other, which
takes 25 to 130 µs, depending on what else the machine does. `validation` is a form's with one plain method, called in a
thread too; `journal` is an action that is not repeatable, with SQLite on disk, which writes twice; `server` is
rasa-sdk's own, on this machine. `bare` is the function itself.
Needs tanggap[rasa].
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvloop

from bot.actions import Actions, action, open_actions
from bot.config import read_settings
from bot.mind import read_knowledge
from bot.storage import open_store
from bot.testing.memory_store import MemoryStore
from conversation.actions import Call, SlotSet
from conversation.messages import Author, Contact, Message
from conversation.state import Conversation
from conversation.understanding import IntentScore, Understanding
from intents.forms import Form, Slot
from intents.knowledge import KnowledgeBase

ROUNDS = 20

RASA_MODULE = """
from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import SlotSet

class Async(Action):
    def name(self):
        return "action_rasa"

    async def run(self, dispatcher, tracker, domain):
        return [SlotSet("hasil", tracker.get_slot("nomor"))]

class Plain(Action):
    def name(self):
        return "action_rasa_thread"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("hasil", tracker.get_slot("nomor"))]

class Validation(FormValidationAction):
    def name(self):
        return "validate_formulir"

    def validate_nomor(self, slot_value, dispatcher, tracker, domain):
        return {"nomor": slot_value}
"""


@action("action_native", repeatable=True)
async def native(nomor: str) -> SlotSet:
    """What an action costs that does nothing."""
    return SlotSet(name="hasil", value=nomor)


@action("action_native_thread", repeatable=True)
def native_thread(nomor: str) -> SlotSet:
    """The same in a thread."""
    return SlotSet(name="hasil", value=nomor)


@action("action_journal")
async def journal(nomor: str) -> SlotSet:
    """The same, written down before and after."""
    return SlotSet(name="hasil", value=nomor)


NATIVE = [native, native_thread, journal]


@dataclass(frozen=True, kw_only=True)
class Options:
    """The section `[actions]`."""

    use: tuple[str, ...] = ()
    server_url: str = ""
    server_actions: tuple[str, ...] = ()
    repeatable: tuple[str, ...] = ()
    timeout_seconds: float = 10
    settings: dict[str, Any] = field(default_factory=dict)


def example_call(name: str) -> Call:
    """A call in the middle of a conversation."""
    now = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
    authors = (Author.CUSTOMER, Author.BOT)
    text = "min pesanan saya yang kemarin itu kok belum sampai juga ya"
    return Call(
        key="",
        action=name,
        conversation=Conversation(contact=Contact(channel="telegram", address="5512345", name="Sari")),
        now=now,
        understanding=Understanding(
            text=text,
            normalized=text,
            ranking=tuple(IntentScore(intent=f"intent_{n}", confidence=1 / (n + 2)) for n in range(10)),
        ),
        recent=tuple(Message(author=authors[n % 2], text=text, at=now, external_id=str(n)) for n in range(10)),
        slots={"nomor": "INV/123"},
        form="formulir" if name.startswith("validate_") else "",
        requested="nomor" if name.startswith("validate_") else "",
        proposed={"nomor": "INV/456"} if name.startswith("validate_") else {},
    )


def knowledge_base() -> KnowledgeBase:
    """What ships, with a form."""
    shipped = read_knowledge(read_settings(None, {}))
    slots = {**shipped.slots, "nomor": Slot(name="nomor"), "hasil": Slot(name="hasil")}
    return replace(shipped, slots=slots, forms={**shipped.forms, "formulir": Form(name="formulir", slots=("nomor",))})


async def cost(run: Callable[[Call], Awaitable[object]], name: str, calls: int) -> float:
    """Microseconds a call: the median of the rounds."""
    call, rounds = example_call(name), list[float]()
    keys = iter(range(10**9))
    for _ in range(ROUNDS):
        batch = [replace(call, key=f"{name}:{next(keys)}") for _ in range(max(1, calls // ROUNDS))]
        begun = time.perf_counter()
        for each in batch:
            await run(each)
        rounds.append((time.perf_counter() - begun) / len(batch))
    return round(statistics.median(rounds) * 1e6, 1)


@asynccontextmanager
async def opened(options: Options, folder: Path, journal: Any) -> AsyncIterator[Actions]:
    """The actions as a service opens them."""
    async with open_actions(
        options,
        base=folder,
        secret=lambda name: "",
        installed=lambda name: NATIVE,
        knowledge=knowledge_base(),
        journal=journal,
        clock=lambda: datetime.now(UTC),
    ) as actions:
        yield actions


@contextmanager
def rasa_server(folder: Path) -> Iterator[str]:
    """rasa-sdk's server on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "bench_rasa", "--port", str(port), "--quiet"]
    environment = {**os.environ, "SANIC_HOST": "127.0.0.1", "PYTHONPATH": str(folder)}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            for _ in range(300):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/health")
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, 9)


async def measure(calls: int) -> dict[str, float]:
    """All figures."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bench_rasa.py").write_text(RASA_MODULE, encoding="utf-8")

        async def bare(call: Call) -> object:
            return await native.function("INV/123")  # type: ignore[misc]  # It is async.

        figures["bare"] = await cost(bare, "action_native", calls)
        store = await open_store(f"sqlite:///{folder}/bench.db")
        in_process = Options(use=("installed", "bench_rasa:*"), repeatable=("action_rasa", "action_rasa_thread"))
        async with opened(in_process, folder, store) as actions:
            for figure, action_name in (
                ("native", "action_native"),
                ("native_thread", "action_native_thread"),
                ("rasa", "action_rasa"),
                ("rasa_thread", "action_rasa_thread"),
                ("rasa_validation", "validate_formulir"),
            ):
                figures[figure] = await cost(actions.run, action_name, calls)
            figures["native_journal"] = await cost(actions.run, "action_journal", min(calls, 400))
        await store.close()
        with rasa_server(folder) as url:
            async with opened(Options(server_url=url, repeatable=("action_rasa",)), folder, MemoryStore()) as actions:
                figures["rasa_server"] = await cost(actions.run, "action_rasa", min(calls, 400))
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=2000)
    print(json.dumps({"us_per_call": uvloop.run(measure(parser.parse_args().calls))}, indent=2))


if __name__ == "__main__":
    main()
