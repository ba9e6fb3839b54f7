"""`tanggap bench`: how many turns a second this machine does, how long an answer takes, and what it costs.

The service that is measured knows what the configured one knows, and shares nothing else with it: its database, its
Telegram and its model, where one must be trained, lie in a temporary folder, and it runs no actions.
"""

from __future__ import annotations

import asyncio
import os
import platform
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import typer
from rich.markup import escape
from rich.table import Column, Table

from bot.cli.common import errors, out, print_json, progress_bar, settings_of
from bot.mind import knowledge_path, model_is_current, read_knowledge, require_answers, train_model
from bot.settings import Settings
from bot.testing.load import PATIENCE, QUESTIONS, WARM_UP, Figures, Load, load_service
from bot.testing.service import ServiceFailed
from conversation.errors import TanggapError
from intents.knowledge import KnowledgeBase

MODES = ("webhook", "polling")
STARTER = "starter"

_START = 3.0
"""Seconds that a start and a stop take, about: for the progress bar alone."""


def measure_machine(config: Path | None, *, seconds: float, at_once: int, rate: float, as_json: bool) -> None:
    """`tanggap bench`: start a service of its own, by webhook and by polling, ask it, and show the figures.

    Raises:
        TanggapError: the settings or the knowledge base cannot be used, or no service can run here.
    """
    settings, asked_for = settings_of(config), Load(seconds=seconds, at_once=at_once, rate=rate)
    knowledge = read_knowledge(settings)
    questions = QUESTIONS if settings.bot.knowledge == STARTER else questions_of(knowledge)
    machine = machine_here()
    try:
        with TemporaryDirectory(prefix="tanggap-bench-") as name:
            known = as_elsewhere(_with_model(settings, Path(name)))
            figures = asyncio.run(_measure(Path(name), known, asked_for, questions))
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
    except ServiceFailed as error:
        raise TanggapError(str(error), remedy="`tanggap doctor` looks at settings, model and so on.") from error
    except OSError as error:
        raise TanggapError(
            f"no service can be started here: {error}",
            remedy="It takes free ports of 127.0.0.1, and a folder for temporary files (TMPDIR).",
        ) from error
    if as_json:
        shown = {mode: asdict(each) for mode, each in figures.items()}
        where = {"machine": machine, "knowledge": str(knowledge_path(settings)), "asked_for": asdict(asked_for)}
        print_json(where | shown)
    else:
        show_figures(figures, machine, settings.bot.knowledge, asked_for)


def questions_of(knowledge: KnowledgeBase) -> list[str]:
    """What customers of a knowledge base ask: one example of each intent that has an answer, or of every intent where
    none has one.

    Raises:
        DataError: there is nothing to answer.
    """
    require_answers(knowledge)
    examples = {name: intent.examples[0] for name, intent in knowledge.intents.items() if intent.examples}
    return [text for name, text in examples.items() if knowledge.answers.get(name)] or list(examples.values())


def as_elsewhere(settings: Settings) -> dict[str, object]:
    """What makes a bot understand and answer as configured, for a service in another folder: paths are absolute, and
    storage, channels, desk, actions and all the rest are left at their defaults."""
    chosen = settings.model_dump(include={"bot", "shop", "dialogue", "understanding"})
    chosen["bot"] |= {"model": settings.path(settings.bot.model), "channels": ["telegram"]}
    if settings.bot.knowledge != STARTER:
        chosen["bot"]["knowledge"] = knowledge_path(settings)
    chosen["understanding"]["lexicon"] = [str(settings.path(each)) for each in settings.understanding.lexicon]
    return {f"{section}__{key}": value for section, table in chosen.items() for key, value in table.items()}


def machine_here() -> dict[str, object]:
    """What the figures are from. `load` is how many processes wanted a core in the last minute, ours not among them."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return {
        "cores": cores,
        "cpu": _cpu_name(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def _cpu_name() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _with_model(settings: Settings, folder: Path) -> Settings:
    """The settings with a model that fits the knowledge base: their own, or one that is trained in this folder."""
    if model_is_current(settings):
        return settings
    bot = settings.bot.model_copy(update={"model": str(folder / "model.tgm")})
    settings = settings.model_copy(update={"bot": bot})
    with progress_bar("Training") as progress:
        train_model(settings, progress)
    return settings


async def _measure(
    folder: Path, known: dict[str, object], asked_for: Load, questions: Sequence[str]
) -> dict[str, Figures]:
    """Both ways to receive, one after the other. SIGTERM cancels it, so that no service is left behind."""
    if task := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    seconds = _START + min(WARM_UP, asked_for.seconds) + asked_for.seconds
    figures = {}
    with progress_bar("Measuring") as progress:
        for number, mode in enumerate(MODES):
            async with _moving(progress, mode, number / len(MODES), seconds * len(MODES)):
                figures[mode] = await load_service(folder / mode, mode, asked_for, known, questions)
    return figures


@asynccontextmanager
async def _moving(progress: Callable[[str, float], None], name: str, begin: float, whole: float) -> AsyncIterator[None]:
    """Move a progress bar on from `begin` while something lasts; `whole` is how many seconds all of it takes."""
    begun = time.perf_counter()

    async def move() -> None:
        while True:
            progress(name, begin + min(1 / len(MODES), (time.perf_counter() - begun) / whole))
            await asyncio.sleep(0.2)

    moving = asyncio.create_task(move())
    try:
        yield
    finally:
        moving.cancel()


# For a person


def show_figures(figures: Mapping[str, Figures], machine: Mapping[str, object], knowledge: str, load: Load) -> None:
    """Print what was measured, by the name of how the service received, and what it means."""
    way = f"{load.rate:g} questions a second" if load.rate else f"{load.at_once} customers at once"
    out.print(
        escape(
            f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}, "
            f"load {machine['load']} before\n"
            f"{way} for {load.seconds:g} s each, knowledge base: {knowledge}\n"
        )
    )
    table = Table("", *(Column(mode, justify="right") for mode in figures), "what it means", box=None)
    for name, values, meaning in _rows(list(figures.values())):
        table.add_row(name, *("–" if value is None else f"{value:,}" for value in values), meaning)
    out.print(table)
    out.print("\nThe customers and the Bot API server share the cores with the service.")
    if lost := sum(each.lost for each in figures.values()):
        errors.print(f"[yellow]Warning:[/] {lost} questions had no answer within {PATIENCE:g} s.")


def _rows(all_of_them: Sequence[Figures]) -> list[tuple[str, Sequence[float | None], str]]:
    """A row for each figure: its name, its values, and what it means."""
    waits = [each.ms for each in all_of_them]
    return [
        ("turns/s", [each.turns_per_second for each in all_of_them], "questions answered in a second"),
        ("p50 ms", [each.p50 if each else None for each in waits], "half of the answers came within this"),
        ("p99 ms", [each.p99 if each else None for each in waits], "99 of 100 came within this"),
        ("CPU µs", [each.cpu_us_per_turn for each in all_of_them], "of the service, for one turn (Linux only)"),
        ("MiB", [each.rss_mb for each in all_of_them], "memory of the service (Linux only)"),
        ("turns", [each.turns for each in all_of_them], "questions answered in all"),
        ("lost", [each.lost for each in all_of_them], f"questions without an answer within {PATIENCE:g} s"),
        ("doubled", [each.doubled for each in all_of_them], "answers that came twice"),
        ("unknown", [each.unknown for each in all_of_them], "deliveries that may have arrived or not"),
    ]
