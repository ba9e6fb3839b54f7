"""Rasa beside the service: the same questions, asked of a Rasa project by its REST channel.

The project is what `tanggap kb export --as rasa` would write of a part of the knowledge base that ships: the intents
of the five questions, with all their examples and one answer each. So Rasa has an easier lot: it knows 5 intents and
not 54, a complaint is answered and becomes no form and no ticket, and the answer is the reply to the question, without
Telegram in between. Its pipeline is Rasa's default one (DIET, 100 epochs); of its policies the rules alone, for there
is no story to learn; conversations are kept in memory, which is Rasa's default as well.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from bot.config import read_settings
from bot.mind import read_knowledge
from bot.testing.bot_api import NotShown
from bot.testing.load import PATIENCE, Figures, Load, load_of
from bot.testing.service import ServiceFailed, free_port
from intents.content import Content
from intents.formats.writing import rasa_project
from intents.knowledge import Answer, KnowledgeBase

INTENTS = ("jam_operasional", "keluhan_terlambat", "ongkos_kirim", "bayar_cod", "retur_barang")
"""What the questions of `bot.testing.load` mean."""

START_SECONDS = 180.0

NO_RASA = "--rasa was not given: the Python, 3.10 or older, of an environment in which rasa 3.6 is installed"


class RestCustomers:
    """`Customers` of Rasa's REST channel. An answer is whatever texts come back; none is a loss."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._sent: list[tuple[object, object]] = []

    async def ask(self, number: int, question: str) -> None:
        """See `Customers.ask`."""
        asked = {"sender": f"pelanggan-{number}", "message": question}
        try:
            async with self._session.post("/webhooks/rest/webhook", json=asked) as response:
                told = [(each["recipient_id"], each.get("text")) for each in await response.json()]
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotShown(f"no answer to {question!r}: {error!r}") from error
        if not told:
            raise NotShown(f"nothing was said to {question!r}")
        self._sent += told

    def sent(self) -> list[tuple[object, object]]:
        """See `Customers.sent`."""
        return self._sent


@dataclass(frozen=True, kw_only=True, slots=True)
class Rasa:
    """A trained project, and the interpreter that runs Rasa."""

    python: Path
    folder: Path

    async def asked(self, asked_for: Load) -> Figures:
        """Serve the project, and ask it.

        Raises:
            ServiceFailed: it did not start.
        """
        async with self._serving() as (pid, session, seconds):
            figures = await load_of(RestCustomers(session), [pid], asked_for)
            return replace(figures, start_seconds=round(seconds, 1))

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[tuple[int, aiohttp.ClientSession, float]]:
        """The server's process, a session with it, and after how many seconds it was ready."""
        port, begun = free_port(), time.perf_counter()
        log = self.folder / "rasa.log"
        with log.open("wb") as output:
            command = [str(self.python), "-m", "rasa", "run", "--port", str(port), "--interface", "127.0.0.1"]
            process = await asyncio.create_subprocess_exec(
                *command, cwd=self.folder, env=_environment(), stdout=output, stderr=output
            )
        timeout, connector = aiohttp.ClientTimeout(total=PATIENCE), aiohttp.TCPConnector(limit=0)
        address = f"http://127.0.0.1:{port}"
        try:
            async with aiohttp.ClientSession(address, connector=connector, timeout=timeout) as session:
                while not await _listens(session):  # It does once its model is loaded.
                    if process.returncode is not None or time.perf_counter() - begun > START_SECONDS:
                        raise ServiceFailed(f"Rasa did not start:\n{log.read_text(errors='replace')[-3_000:]}")
                    await asyncio.sleep(0.05)
                yield process.pid, session, time.perf_counter() - begun
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def trained(python: Path, folder: Path) -> Rasa | str:
    """The project of this folder, written and trained unless it is there; or why there can be none."""
    python, folder = python.absolute(), folder.absolute()  # Not resolved: an environment is where its link lies.
    if not any(folder.glob("models/*.tar.gz")):
        for name, text in rasa_project(Content(knowledge=small_knowledge())).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print("training Rasa; this takes minutes …", file=sys.stderr)
        command = [str(python), "-m", "rasa", "train", "--domain", "domain"]
        try:
            done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
        except OSError as error:
            return f"{python}: {error}"
        if done.returncode:
            return f"{python} cannot train Rasa: {done.stderr[-300:]}"
    return Rasa(python=python, folder=folder)


def small_knowledge() -> KnowledgeBase:
    """What Rasa gets to know."""
    known = read_knowledge(read_settings(None, {}))
    return KnowledgeBase(
        intents={name: known.intents[name] for name in INTENTS},
        answers={name: (Answer(text=known.said(known.answers[name][0].text)),) for name in INTENTS},
    )


async def _listens(session: aiohttp.ClientSession) -> bool:
    try:
        async with session.get("/webhooks/rest/") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


def _environment() -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
