"""How fast words travel between a customer's chat and an agent's open browser, with 50 consoles open.

    python bench/console.py [--pages 5] [--watchers 45] [--messages 100] [--model FILE]

`tanggap run` serves the knowledge base that ships, with SQLite on disk, as a process of its own. Some consoles are
pages in Debian's Chromium; the others are websocket clients that sign in, load the inbox and speak NiceGUI's protocol
in another process, so that each is sent all that a page would be. Every console has a ticket of its own open, and the
websocket clients list all tickets, the dearest case: each message changes every one of their lists. Opening them is not
measured.

`in_ms` is from a customer's message at the Bot API server to its text in the agent's page (a MutationObserver sees
it), `out_ms` from the click on send to the arrival of the words at the Bot API server. All processes share the
machine's cores. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import html
import json
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import psutil
import socketio
from playwright.async_api import Browser, Page, async_playwright
from starter import offer_model, starter_model

from bot.cli.common import progress_bar
from bot.console.accounts import account_id
from bot.console.passwords import hash_password
from bot.storage.sqlite import SqliteStore
from bot.testing.bot_api import BotApiServer, Customer
from bot.testing.service import RunningService
from conversation.tickets import Agent

PASSWORD = "rahasia-sekali-1"
ACK_EVERY = 3.0
"""Seconds after which NiceGUI's pages say what they have got."""

PAUSE = (0.6, 1.4)
"""Seconds between two messages of a conversation: Telegram takes one a second in a chat."""

SEEN = """token => {
  const thread = document.querySelector(".inbox-thread");
  window.seen = new Promise((done) => {
    const look = () => thread.textContent.includes(token) && (observer.disconnect(), done(Date.now()));
    const observer = new MutationObserver(look);
    observer.observe(thread, { subtree: true, childList: true, characterData: true });
  });
}"""
SEND = """() => {
  const at = Date.now();
  document.querySelector(".inbox-send").click();
  return at;
}"""


def login(number: int) -> str:
    """What an agent of the bench is called."""
    return f"agen{number}"


async def make_accounts(folder: Path, number: int) -> None:
    """Write the accounts into the database that the service will find."""
    (folder / "data").mkdir()
    store, hashed = await SqliteStore.open(f"sqlite:///{folder / 'data' / 'tanggap.sqlite3'}"), hash_password(PASSWORD)
    for each in range(number):
        name = login(each)
        await store.save_agent(Agent(id=account_id(name), name=name.capitalize(), login=name), hashed)
    await store.close()


async def queue_up(server: BotApiServer, number: int) -> tuple[Customer, str]:
    """A customer with a complaint, and the number of their ticket."""
    customer = server.customer(f"Pelanggan {number}")
    customer.sends("barang saya rusak, saya kecewa")
    told = await customer.receives(containing="nomor laporannya #", timeout=60)
    found = re.search(r"nomor laporannya #(\d+)", told.text)
    assert found is not None, told.text
    return customer, found[1]


async def open_page(browser: Browser, address: str, number: int, ticket: str) -> Page:
    """An agent who has claimed a ticket and has it open."""
    page = await (await browser.new_context(viewport={"width": 1400, "height": 900})).new_page()
    await page.goto(f"{address}/desk/sign-in")
    await page.fill("[name=login]", login(number))
    await page.fill("[name=password]", PASSWORD)
    async with page.expect_navigation():
        await page.click("button")
    await page.goto(f"{address}/desk/inbox?ticket={ticket}")
    await page.wait_for_function("() => window.did_handshake")
    await page.click("[data-act=claim]")
    await page.locator(".inbox-header-line", has_text="ditangani").wait_for()
    return page


async def converse(
    page: Page, customer: Customer, rounds: int, name: str, heard: Callable[[], None]
) -> tuple[list[float], list[float]]:
    """Customer and agent take turns, and `heard` is called after each; returns the milliseconds that each message took,
    in and out."""
    came, went = [], []
    for number in range(rounds):
        await asyncio.sleep(random.uniform(*PAUSE))
        token = f"tanya-{name}-{number}."
        await page.evaluate(SEEN, token)
        begun = time.time()
        customer.sends(f"kak, {token}")
        came.append(await page.evaluate("() => window.seen") - begun * 1e3)
        await asyncio.sleep(random.uniform(*PAUSE))
        token = f"jawab-{name}-{number}."
        await page.fill("textarea", f"Baik Kak, {token}")
        arriving = asyncio.create_task(customer.receives(containing=token, timeout=30))
        clicked = await page.evaluate(SEND)
        await arriving
        went.append(time.time() * 1e3 - clicked)
        heard()
    return came, went


async def watch(address: str, tickets: list[str], first: int) -> None:
    """Have consoles open until standard input ends; then print how many events they were sent."""
    events = 0
    async with AsyncExitStack() as stack:
        clients = []
        for number, ticket in enumerate(tickets, first):
            jar = aiohttp.CookieJar(unsafe=True)
            session = await stack.enter_async_context(
                aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": address})
            )
            form = {"login": login(number), "password": PASSWORD}
            async with session.post(f"{address}/desk/sign-in", data=form, allow_redirects=False) as answer:
                answer.raise_for_status()
            page = f"{address}/desk/inbox?ticket={ticket}"
            async with session.get(page, headers={"Accept": "text/html"}) as answer:
                answer.raise_for_status()
                found = re.search(r"query: (\{.*?\}),\n", await answer.text())
                drawn = re.search(r"parseElements\(String\.raw`(.*?)`\)", await answer.text(), re.DOTALL)
            assert found is not None
            assert drawn is not None
            query = ast.literal_eval(found[1])
            client, state = await connect(session, address, query)
            await client.emit(
                "event", looking_at_all(json.loads(html.unescape(drawn[1]))) | {"client_id": query["client_id"]}
            )
            clients.append((client, state))
        print("watching", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for client, state in clients:
            events += state["events"]
            await client.disconnect()
    print(events, flush=True)


def looking_at_all(elements: dict[str, dict[str, Any]]) -> dict[str, object]:
    """The event of somebody who turns the list of a page with these elements to all tickets."""
    for number, element in elements.items():
        for event in element.get("events", ()):
            if event["type"] == "view":
                view = json.dumps(element["props"]["start"]["view"] | {"tab": "all"})
                return {"id": int(number), "listener_id": event["listener_id"], "args": [view]}
    raise ValueError("the page has no list of tickets")


async def connect(
    session: aiohttp.ClientSession, address: str, query: dict[str, object]
) -> tuple[socketio.AsyncClient, dict[str, int]]:
    """Open the websocket of a page that was loaded."""
    client = socketio.AsyncClient(reconnection=False)
    state = {"events": 0, "next": int(str(query["next_message_id"]))}
    asked = {**query, "implicit_handshake": "true", "tab_id": uuid4(), "old_tab_id": "", "document_id": uuid4()}

    async def heard(event: str, *values: dict[str, object]) -> None:
        state["events"] += 1
        if values and isinstance(values[0], dict) and "_id" in values[0]:
            state["next"] = int(str(values[0]["_id"])) + 1

    client.on("*", heard)

    async def acknowledge() -> None:
        while True:
            await asyncio.sleep(ACK_EVERY)
            if not client.connected:
                return
            await client.emit("ack", {"client_id": query["client_id"], "next_message_id": state["next"]})

    cookies = "; ".join(f"{each.key}={each.value}" for each in session.cookie_jar)
    await client.connect(
        f"{address}?" + "&".join(f"{name}={value}" for name, value in asked.items()),
        headers={"Cookie": cookies, "Origin": address},
        transports=["websocket"],
        socketio_path="/desk/_nicegui_ws/socket.io",
    )
    client.start_background_task(acknowledge)
    return client, state


async def measure(
    folder: Path, model: Path, pages: int, watchers: int, messages: int, tell: Callable[[str, float], None]
) -> dict[str, object]:
    """Open all consoles, which is not measured, and let the pages converse."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("There is no Chromium here; `apt-get install chromium` brings it.")
    tell("accounts", 0.0)
    await make_accounts(folder, pages + watchers)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(BotApiServer())
        group = server.group("Staf")
        settings = {"bot__model": model, "telegram__staff_chat_id": group.chat_id, "log__level": "WARNING"}
        service = await stack.enter_async_context(RunningService(server, folder, **settings))
        tell("tickets", 0.1)
        queued = await asyncio.gather(*(queue_up(server, each) for each in range(pages + watchers)))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = []
        for number in range(pages):
            tell("pages", 0.2 + 0.1 * number / pages)
            opened.append(await open_page(browser, service.address, number, queued[number][1]))
        tickets = ",".join(number for _, number in queued[pages:])
        tell("consoles", 0.3)
        others = ("--watch", service.address, "--tickets", tickets, "--first", str(pages))
        watching = await asyncio.create_subprocess_exec(
            sys.executable, __file__, *others, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert watching.stdout is not None
        assert await watching.stdout.readline() == b"watching\n"
        process, load = psutil.Process(service.pid), os.getloadavg()[0]
        before, begun = process.cpu_times(), time.perf_counter()
        rounds = -(-messages // pages)
        said = 0

        def heard() -> None:
            nonlocal said
            said += 1
            tell("messages", 0.4 + 0.6 * said / (rounds * pages))

        taken = await asyncio.gather(
            *(converse(page, queued[each][0], rounds, str(each), heard) for each, page in enumerate(opened))
        )
        took, after = time.perf_counter() - begun, process.cpu_times()
        await browser.close()
        events, _ = await watching.communicate(
            b""
        )  # Python 3.11 closes standard input only where there is something to say.
        cpu = after.user + after.system - before.user - before.system
        return {
            "consoles": pages + watchers,
            "in_ms": cuts([each for came, _ in taken for each in came]),
            "out_ms": cuts([each for _, went in taken for each in went]),
            "messages_per_second": round(2 * rounds * pages / took, 1),
            "service_cpu_ms_per_message": round(cpu / (2 * rounds * pages) * 1e3, 1),
            "service_cpu_percent": round(100 * cpu / took),
            "service_rss_mb": round(process.memory_info().rss / 2**20),
            "events_per_watcher_per_second": round(int(events) / max(1, watchers) / took, 1),
            "load_before_and_after": [round(load, 1), round(os.getloadavg()[0], 1)],
        }


def cuts(milliseconds: list[float]) -> dict[str, float]:
    """Percentiles."""
    hundred = statistics.quantiles(milliseconds, n=100)
    return {
        "number": len(milliseconds),
        "p50": round(hundred[49]),
        "p95": round(hundred[94]),
        "max": round(max(milliseconds)),
    }


def main() -> None:
    """Measure and print; or, as the process of the websocket clients, watch."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pages", type=int, default=5)
    arguments.add_argument("--watchers", type=int, default=45)
    arguments.add_argument("--messages", type=int, default=100, help="each way")
    offer_model(arguments)
    arguments.add_argument("--watch", help=argparse.SUPPRESS)
    arguments.add_argument("--tickets", default="", help=argparse.SUPPRESS)
    arguments.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.watch:
        asyncio.run(watch(chosen.watch, chosen.tickets.split(",") if chosen.tickets else [], chosen.first))
        return
    with tempfile.TemporaryDirectory() as folder, progress_bar("consoles") as tell:
        model = starter_model(chosen.model, Path(folder), lambda step, share: tell(step, share))
        service = Path(folder) / "service"
        service.mkdir()
        figures = asyncio.run(measure(service, model, chosen.pages, chosen.watchers, chosen.messages, tell))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
