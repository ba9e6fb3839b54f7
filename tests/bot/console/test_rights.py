"""The role matrix: every page, endpoint and method of the console, called as everybody, over each kind of store.

What is registered and does not stand here fails the first test: whoever adds a page adds its line. A line names who
may; everybody else must be refused, and so must nobody.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from nicegui import Client, ui
from nicegui.page import page as nicegui_page

from bot.console import nicegui_app
from bot.console.context import Context
from bot.console.pages import ENDPOINTS, PAGES
from bot.console.parts import Visit
from bot.console.reports_reading import Asked
from bot.console.rights import BY_DEPARTMENT, METHODS, ROLES, Forbidden, Right, departments_of, may
from bot.desk.acting import WholeStore
from bot.knowledge.project_files import Imported
from bot.quarantine import ServiceQuarantine, quarantine_of
from bot.storage.sqlite import SqliteStore
from bot.testing.memory_store import MemoryStore
from bot.testing.small_console import ADMIN, DEWI, RUDI, SARI, STAFF, TONO, SmallConsole, now, small_console
from bot.testing.small_service import SmallService
from conversation.desk_ports import CannedReply
from conversation.errors import Refusal
from conversation.knowledge_ports import ReleaseId, ReviewId
from conversation.messages import InboxId, MessageId
from conversation.tickets import Agent, AgentId, Role, TicketId
from intents.content import Content
from intents.knowledge import KnowledgeBase
from tests.bot.console.conftest import Caller
from tests.browser.inbox_stage import Inbox

assert nicegui_app.PAGE_MODULES

NOBODY: Agent | None = None
PEOPLE = (SARI, TONO, DEWI, RUDI, ADMIN)
"""An agent and a supervisor of `retur`, the same of `pembayaran`, and an admin."""

EVERYBODY, SUPERVISORS, ADMINS = "sari tono dewi rudi admin", "dewi rudi admin", "admin"

PAGE_TABLE = {
    "/accounts": ADMINS,
    "/audit": ADMINS,
    "/canned": EVERYBODY,
    "/inbox": EVERYBODY,
    "/knowledge": SUPERVISORS,
    "/knowledge/intent/{name}": SUPERVISORS,
    "/knowledge/files": SUPERVISORS,
    "/knowledge/releases": SUPERVISORS,
    "/knowledge/review": SUPERVISORS,
    "/knowledge/tests": SUPERVISORS,
    "/reports": SUPERVISORS,
    "/search": EVERYBODY,
    "/team": SUPERVISORS,
    "/profile": EVERYBODY,
    "/quarantine": ADMINS,
    "/not-found": EVERYBODY,
}
"""By path, as it is registered: who is shown it. `PATHS` fills in what stands in braces."""

NOT_THERE = {"/not-found", "/quarantine"}
"""What whoever may see it is told of that it is not there; the latter over a store that is not ours."""

PATHS: dict[str, str] = {
    "/knowledge/intent/{name}": "/knowledge/intent/ongkir",
    "/knowledge/export/{name}": "/knowledge/export/rasa.zip",
    "/reports/{name}.csv": "/reports/departments.csv?department=retur",
    "/inbox/tickets/{ticket_id}/files/{message_id}/{index}": "/inbox/tickets/1/files/404/0",
    "/inbox/tickets/{ticket_id}/uploads": "/inbox/tickets/1/uploads",
}

ENDPOINT_TABLE: dict[tuple[str, str], str] = {
    ("GET", "/knowledge/export/{name}"): SUPERVISORS,
    ("POST", "/knowledge/files"): ADMINS,
    ("GET", "/reports/{name}.csv"): "dewi admin",
    ("GET", "/inbox/tickets/{ticket_id}/files/{message_id}/{index}"): "sari dewi admin",
    ("POST", "/inbox/tickets/{ticket_id}/uploads"): "sari dewi admin",
}

RETUR = "sari dewi admin"
"""Whose business ticket 1 is."""

REPLY = CannedReply(shortcut="foto", text="Boleh kirim fotonya?", department="retur")

CONTENT = Content(knowledge=KnowledgeBase(intents={}))

FORM = {"name": "Baru", "login": "baru", "role": "agent", "capacity": 5}

METHOD_TABLE: dict[str, tuple[tuple[Any, ...], str]] = {
    "shell.set_available": ((True,), EVERYBODY),
    "profile_page.choose_language": (("en",), EVERYBODY),
    "profile_page.choose_zone": (("WIT",), EVERYBODY),
    "profile_page.change_password": (("salah", "rahasia-yang-lain"), EVERYBODY),
    "audit_page.read_audit": ((None,), ADMINS),
    "quarantine_page.count_quarantine": ((), ADMINS),
    "quarantine_page.read_quarantine": ((), ADMINS),
    "quarantine_page.look_at_update": ((InboxId(1),), ADMINS),
    "quarantine_page.replay_update": ((InboxId(1),), ADMINS),
    "quarantine_page.drop_update": ((InboxId(1),), ADMINS),
    "canned.read_canned": ((), EVERYBODY),
    "canned.save_canned": ((REPLY,), "dewi admin"),
    "canned.drop_canned": (("foto", "retur"), "dewi admin"),
    "reports_page.read_report": ((Asked(department="retur"),), "dewi admin"),
    "search.find": (({"q": "barang", "department": "retur"},), "sari dewi admin"),
    "team.read_team": (("retur",), "dewi admin"),
    "inbox_acts.open_ticket": ((TicketId(1),), RETUR),
    "inbox_acts.claim": ((TicketId(1),), RETUR),
    "inbox_acts.release": ((TicketId(1),), RETUR),
    "inbox_acts.transfer": ((TicketId(1), DEWI.id), RETUR),
    "inbox_acts.snooze": ((TicketId(1), datetime(2099, 1, 1, tzinfo=UTC)), RETUR),
    "inbox_acts.wake": ((TicketId(1),), RETUR),
    "inbox_acts.finish": ((TicketId(1),), RETUR),
    "inbox_acts.resolve": ((TicketId(1), "beres"), RETUR),
    "inbox_acts.return_to_bot": ((TicketId(1),), RETUR),
    "inbox_acts.label": ((TicketId(1), ["cod"]), RETUR),
    "inbox_acts.reply": ((TicketId(1), "halo"), RETUR),
    "inbox_acts.note": ((TicketId(1), "halo"), RETUR),
    "inbox_acts.send_again": ((TicketId(1), MessageId(404)), RETUR),
    "inbox_acts.correct": ((TicketId(1), MessageId(404), "halo"), RETUR),
    "inbox_acts.take_back": ((TicketId(1), MessageId(404)), RETUR),
    "inbox_acts.flag": ((TicketId(1), MessageId(404)), RETUR),
    "inbox_acts.canned_for": (("retur",), EVERYBODY),
    "knowledge_acts.view": ((), SUPERVISORS),
    "knowledge_acts.health": ((), SUPERVISORS),
    "knowledge_acts.try_message": (("halo",), SUPERVISORS),
    "knowledge_acts.try_tests": ((lambda step, share: None,), SUPERVISORS),
    "knowledge_acts.check": (("ongkir", ["ongkir brp"]), SUPERVISORS),
    "knowledge_acts.draft_diff": ((), SUPERVISORS),
    "knowledge_acts.releases": ((), SUPERVISORS),
    "knowledge_acts.activations": ((), SUPERVISORS),
    "knowledge_acts.release_diff": ((ReleaseId(1), ReleaseId(2)), SUPERVISORS),
    "knowledge_acts.draft_beside": ((ReleaseId(1),), SUPERVISORS),
    "knowledge_files.read_sent": (("nanti",), ADMINS),
    "knowledge_files.dry_run": ((Imported(report=(), content=CONTENT),), ADMINS),
    "knowledge_acts.references": (("intent/ongkir",), SUPERVISORS),
    "knowledge_acts.review_groups": ((), SUPERVISORS),
    "knowledge_acts.edit": (("intent/ongkir", {}, 0), ADMINS),
    "knowledge_acts.discard": (("intent/ongkir",), ADMINS),
    "knowledge_acts.import_content": ((CONTENT, "rasa.zip"), ADMINS),
    "knowledge_acts.publish": (("catatan",), ADMINS),
    "knowledge_acts.activate": ((ReleaseId(1), "salah"), ADMINS),
    "knowledge_acts.to_examples": (([ReviewId(1)], "ongkir"), ADMINS),
    "knowledge_acts.to_new_intent": (([ReviewId(1)], "promo", {}), ADMINS),
    "knowledge_acts.dismiss": (([ReviewId(1)],), ADMINS),
    "team.reassign": ((TicketId(404), SARI.id), SUPERVISORS),
    "team.set_availability": ((SARI.id, False), "dewi admin"),
    "accounts_page.add_account": ((FORM,), ADMINS),
    "accounts_page.change_account": ((SARI.id, FORM), ADMINS),
    "accounts_page.disable_account": ((AgentId("console:siapa"),), ADMINS),
    "accounts_page.enable_account": ((SARI.id,), ADMINS),
    "accounts_page.set_password": ((AgentId("console:siapa"),), ADMINS),
}
"""By name: what it is called with, and who may. Departments matter where an argument belongs to one."""


@dataclass
class Stage:
    """A console, and everybody's way of calling its methods."""

    console: SmallConsole

    @contextmanager
    def context(self, agent: Agent | None) -> Iterator[Context]:
        """A page of somebody's; of nobody's: one whose session has ended."""
        visit = Visit(token_hash="", agent_id=(agent or ADMIN).id, ended=agent is None)
        with Client(nicegui_page("/"), request=None) as client:
            ui.label("")
            yield Context(self.console.console.parts, visit, client)
        client.delete()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all its tables and nothing in them: to copy it is quicker than to make one."""
    path = tmp_path_factory.mktemp("matrix") / "new.sqlite3"
    await (await SqliteStore.open(f"sqlite:///{path}")).close()
    return path


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, new_database: Path, tmp_path: Path) -> AsyncIterator[WholeStore]:
    """An empty store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    path = shutil.copy(new_database, tmp_path / "desk.sqlite3")
    opened = await SqliteStore.open(f"sqlite:///{path}")
    yield opened
    await opened.close()


def quarantine_over(store: WholeStore) -> ServiceQuarantine | None:
    """The quarantine of a store, where it has one that can be looked into."""
    return quarantine_of(store, SmallService().turns, None, now, lambda: None)


@pytest.fixture
async def stage(store: WholeStore) -> AsyncIterator[Stage]:
    async with small_console(store=store, quarantine=quarantine_over(store)) as console:
        await console.console.inside()
        await Inbox(console=console).ticket("Budi", "Barangnya rusak")
        yield Stage(console)


def test_everything_that_is_served_stands_in_the_matrix() -> None:
    assert sorted(PAGES) == sorted(PAGE_TABLE)
    assert sorted(ENDPOINTS) == sorted(ENDPOINT_TABLE)
    assert sorted(METHODS) == sorted(METHOD_TABLE)


def test_each_role_may_what_those_before_it_may() -> None:
    assert ROLES[Role.AGENT] < ROLES[Role.SUPERVISOR] < ROLES[Role.ADMIN] == frozenset(Right)


def test_rights_end_where_departments_end() -> None:
    for right in Right:
        for agent in PEOPLE:
            allowed = right in ROLES[agent.role]
            assert may(agent, right) is allowed
            elsewhere = allowed and (right not in BY_DEPARTMENT or agent is ADMIN)
            assert may(agent, right, "gudang") is elsewhere
        assert not may(NOBODY, right)


def test_departments_restrict_everybody_but_admins() -> None:
    assert [departments_of(agent) for agent in (SARI, RUDI, ADMIN)] == [{"retur"}, {"pembayaran"}, None]


async def test_pages_are_shown_to_whom_they_are_meant_for(store: WholeStore) -> None:
    quarantine = quarantine_over(store)
    missing = NOT_THERE - {"/quarantine"} if quarantine else NOT_THERE
    async with small_console(store=store, quarantine=quarantine) as console:
        outcome = {}
        for agent in (NOBODY, *PEOPLE):
            async with httpx.AsyncClient(timeout=30) as http:
                caller = Caller(console, http)
                if agent:
                    await caller.sign_in(agent)
                for path in PAGE_TABLE:
                    answer = await caller.get(PATHS.get(path, path))
                    outcome[path, agent.login if agent else ""] = answer.status_code
        for path, allowed in PAGE_TABLE.items():
            shown = 404 if path in missing else 200
            expected = {agent.login: shown if agent.login in allowed.split() else 403 for agent in PEOPLE}
            assert {agent.login: outcome[path, agent.login] for agent in PEOPLE} == expected, path
            assert outcome[path, ""] == 303, path


async def test_endpoints_answer_whom_they_are_meant_for(store: WholeStore) -> None:
    async with small_console(store=store) as console:
        await Inbox(console=console).ticket("Budi", "Barangnya rusak")
        for agent in (NOBODY, *PEOPLE):
            async with httpx.AsyncClient(timeout=30) as http:
                caller = Caller(console, http)
                if agent:
                    await caller.sign_in(agent)
                for (method, path), allowed in ENDPOINT_TABLE.items():
                    url = console.url(PATHS.get(path, path))
                    answer = await http.request(method, url, headers={"origin": console.address})
                    if agent is None:
                        assert answer.status_code in (303, 401), path
                    else:
                        assert (answer.status_code == 403) is (agent.login not in allowed.split()), path


@pytest.mark.parametrize("name", sorted(METHOD_TABLE))
async def test_methods_serve_whom_they_are_meant_for(stage: Stage, name: str) -> None:
    arguments, allowed = METHOD_TABLE[name]
    for agent in (NOBODY, *PEOPLE):
        with stage.context(agent) as ctx:
            refused = False
            try:
                await METHODS[name].call(ctx, *arguments)
            except Forbidden:
                refused = True
            except Refusal:
                pass  # They may; the desk had its own reasons.
        assert refused is (agent is None or agent.login not in allowed.split()), (name, agent)
    assert len(STAFF) == len(PEOPLE)


async def test_a_page_that_is_open_can_do_no_more_than_its_account_may_now(stage: Stage) -> None:
    with stage.context(ADMIN) as ctx:
        ctx.require(Right.ACCOUNTS)
        await stage.console.change(ADMIN, role=Role.AGENT)
        await stage.console.console.look()
        with pytest.raises(Forbidden):
            ctx.require(Right.ACCOUNTS)
        await stage.console.change(ADMIN, disabled=True)
        await stage.console.console.look()
        with pytest.raises(Forbidden):
            ctx.require(Right.PROFILE)


async def test_what_is_refused_is_written_down() -> None:
    async with small_console() as console, httpx.AsyncClient(timeout=30) as http:
        caller = Caller(console, http)
        await caller.sign_in(SARI)
        await caller.get("/accounts")
        [entry, *_] = await console.store.audit_trail()
        assert (entry.action, entry.about, entry.agent_id) == ("forbidden", "/accounts", SARI.id)
