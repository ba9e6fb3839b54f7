"""What many tests share: models, trained once for all of them, a service that serves the small shop, the command line,
and the order in which they run."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from filelock import FileLock

from bot.cli import main
from bot.config import read_settings
from bot.console import passwords
from bot.knowledge import trainer
from bot.mind import train_model
from bot.testing.service import Launcher, RunningService
from tests.command_line import Command, Ended
from tests.desk import Desk, open_desk
from tests.postgres import PostgresServer, start_or_skip
from tests.warm import Forks
from tests.words import share

SHOP = Path(__file__).parent / "shop"
"""A small knowledge base whose model is trained in a few seconds."""

LONG = ("faults", "browser", "contracts", "extensions", "scenarios", "bot/cli", "bot/authoring", "bot/knowledge")
"""Folders whose tests start services, browsers, servers and command lines, the slowest first."""


def pytest_configure() -> None:
    """Before anything is collected: some modules of tests have a normaliser of their own."""
    share()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: at the end of a run no process should be left alone with one of them."""
    here = Path(__file__).parent
    orders = {here / folder: order for order, folder in enumerate(LONG)}
    items.sort(key=lambda item: min(orders.get(parent, len(LONG)) for parent in item.path.parents))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing that is collected is garbage: to look for some takes two fifths of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two to a core: for half of its time a test waits, for a service, a browser, or seconds that must go by."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of all tests, however many processes share the tests among them."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session", autouse=True)
def compiled_once(pytestconfig: pytest.Config) -> None:
    """Where Python may leave nothing beside its sources, as in many containers, it leaves it in pytest's cache:
    hundreds of processes are started here, and each would compile the whole service anew."""
    cache = getattr(pytestconfig, "cache", None)  # There is none with `-p no:cacheprovider`.
    if cache is not None and os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(cache.mkdir("bytecode"))


@pytest.fixture(scope="session", autouse=True)
def services_are_forked(compiled_once: None) -> Iterator[None]:
    """A service starts in a third of the time where its imports are there already."""
    RunningService.launcher = Forks()
    yield
    RunningService.launcher = Launcher()


@pytest.fixture(scope="session", autouse=True)
def usual_trainings() -> tuple[str, ...]:
    """An idle process gets no time where every core runs tests: after seconds it would be given up, and begun anew.
    What is forked has it from `read_ahead`. Returns how trainings are begun elsewhere."""
    usual, trainer.FIRST = trainer.FIRST, ()
    return usual


@pytest.fixture
def trainings_wait(usual_trainings: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings of this process are begun as they are elsewhere."""
    monkeypatch.setattr(trainer, "FIRST", usual_trainings)


@pytest.fixture
def cold_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services are started as users start them."""
    monkeypatch.setattr(RunningService, "launcher", Launcher())


@pytest.fixture(scope="session", autouse=True)
def usual_hasher() -> PasswordHasher:
    """In this process the hash of a password costs next to nothing; returns what makes them elsewhere."""
    dear, passwords.hasher = passwords.hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return dear


@pytest.fixture(scope="session")
def shop_model(run_folder: Path) -> Path:
    """A model of the small shop."""
    return trained(str(SHOP), run_folder / "shop.tgm")


@pytest.fixture(scope="session")
def starter_model(run_folder: Path) -> Path:
    """A model of the knowledge base that ships."""
    return trained("starter", run_folder / "starter.tgm")


@pytest.fixture(scope="session")
def shop(shop_model: Path) -> dict[str, str]:
    """The settings with which a service serves the small shop."""
    return {"bot__knowledge": str(SHOP), "bot__model": str(shop_model)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory, shop: dict[str, str]) -> AsyncIterator[Desk]:
    """One service for all stories that can share it; each has customers of its own."""
    async with open_desk(tmp_path_factory.mktemp("desk"), shop) as opened:
        yield opened


def trained(knowledge: str, model: Path) -> Path:
    """Train by whoever comes first, and once in a run."""
    with FileLock(model.with_suffix(".lock")):
        if not model.exists():
            train_model(read_settings(None, {"TANGGAP_BOT__KNOWLEDGE": knowledge, "TANGGAP_BOT__MODEL": str(model)}))
    return model


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    server = start_or_skip()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer) -> str:
    """A database with tables."""
    name = postgres.new_database()

    from bot.storage.postgres import PostgresStore

    async def make_tables() -> None:
        await (await PostgresStore.open(postgres.url(name))).close()

    asyncio.run(make_tables())
    return name


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_database: str) -> Iterator[str]:
    """The URL of a database with tables and nothing in them."""
    yield postgres.url(postgres_database)
    postgres.empty(postgres_database)


@pytest.fixture
def tanggap(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `tanggap` in this process, in a folder: a second faster than `process`, for it is imported already."""
    for name in os.environ:
        if name.startswith(("TANGGAP_", "TELEGRAM_")):
            monkeypatch.delenv(name)

    def run(*arguments: str | Path, cwd: Path, stdin: bytes = b"", **settings: str) -> Ended:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin)))
        monkeypatch.setattr(sys, "argv", ["tanggap", *map(str, arguments)])
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        shown = capsys.readouterr()
        return Ended(code=code or 0, out=shown.out, err=shown.err)

    return run
