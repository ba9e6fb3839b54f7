"""Every command of `tanggap` with its options and its help.

This module imports nothing of ours but the errors and its likes, so that `--help` and small commands start at once:
what a command does stands in the module that its body imports.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.agent_commands import agents
from bot.cli.knowledge_commands import kb
from bot.cli.options import ConfigOption, JsonOption, KnowledgeOption
from conversation.errors import TanggapError

EPILOG = "Exit codes: 0 done; 1 something is wrong, and stderr says what to do about it; 2 no such command or option."

app = typer.Typer(
    name="tanggap",
    help="A chat bot for customer care that understands everyday Indonesian.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

NameOption = Annotated[str, typer.Option("--as", help="Who you are; each name has a conversation of its own.")]


def main() -> None:
    """Run the command line. Our own errors end it with their message, their remedy, and exit code 1."""
    try:
        app(prog_name="tanggap")
    except TanggapError as error:
        from bot.cli.common import show_error

        show_error(error)
        sys.exit(1)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tanggap {version('tanggap')}")
        raise typer.Exit


@app.callback()
def tanggap(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A chat bot for customer care that understands everyday Indonesian."""


@app.command()
def demo(config: ConfigOption = None, name: NameOption = "tamu") -> None:
    """Try it all: chat, and serve Telegram if there is a token."""
    from bot.cli.service import demonstrate

    demonstrate(config, name)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="The folder to make; it must be new or empty.")]) -> None:
    """Make a project: settings, a small knowledge base, a test."""
    from bot.cli.project import make_project

    make_project(folder)


@app.command()
def chat(
    config: ConfigOption = None,
    name: NameOption = "",
    explain: Annotated[bool, typer.Option("--explain", help="Show why the bot decided what it did.")] = False,
) -> None:
    """Talk to the bot in the terminal, as customers would.

    Lines that begin with ! act as the agent: !tiket lists the tickets. Trains first if the examples have changed.
    """
    from bot.cli.chat import chat_here

    chat_here(config, name, explain)


@app.command()
def run(config: ConfigOption = None) -> None:
    """Serve customers and agents until SIGTERM or Ctrl+C.

    TELEGRAM_TOKEN must be in the environment, and there must be a model: `tanggap train`.
    """
    gc.disable()  # Until all is loaded: what a start makes is there to stay, and looking it over costs 0.25 s.
    from bot.cli.service import serve

    serve(config)


@app.command()
def train(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Train the model on the knowledge base.

    It is written where the setting bot.model says, once it is whole.
    """
    from bot.cli.understanding import train_and_report

    train_and_report(config, as_json)


@app.command()
def classify(
    config: ConfigOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add which features spoke for the best intent.")] = False,
    which: KnowledgeOption = "",
) -> None:
    """Understand lines of the standard input, as JSON.

    Trains first if the examples have changed.
    """
    from bot.cli.understanding import classify_lines

    classify_lines(config, which, explain)


@app.command()
def evaluate(
    train_file: Annotated[
        Path | None,
        typer.Option("--train", help="Train on this: TSV of text<TAB>intent, or a Rasa YAML file or folder."),
    ] = None,
    test_file: Annotated[
        Path | None, typer.Option("--test", help="Test on this (same formats). Without it: cross-validation.")
    ] = None,
    mode: Annotated[
        str | None, typer.Option("--understanding", help="Other than the setting understanding.mode.")
    ] = None,
    which: KnowledgeOption = "",
    folds: Annotated[int, typer.Option(help="Folds of the cross-validation.", min=2, max=20)] = 5,
    report: Annotated[Path | None, typer.Option(help="Write an HTML page with tables and plots here.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the understanding, on files or as it is.

    In a TSV file the intent - marks texts that must not be answered. The model in use stays as it is.
    """
    from bot.cli.understanding import evaluate_and_report

    evaluate_and_report(
        config,
        train_file=train_file,
        test_file=test_file,
        which=which,
        mode=mode,
        folds=folds,
        report=report,
        as_json=as_json,
    )


@app.command(name="test")
def play_tests(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders. Without any: tests/ beside the settings, or those of the starter."),
    ] = None,
    word: Annotated[str, typer.Option("-k", help="Only tests with this in their name or the name of their file.")] = "",
    which: KnowledgeOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play conversation tests against the real bot and compare.

    YAML of ours or Rasa's end-to-end tests. Trains first if the examples have changed. Exit code 1 if a test fails.
    """
    from bot.cli.trial import run_tests

    if not run_tests(config, paths or [], word, which, as_json):
        raise typer.Exit(1)


@app.command()
def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Check settings, token, database, model and knowledge base.

    Each finding stands with its remedy; changes nothing. Exit code 1 if there is an error among them.
    """
    from bot.cli.project import show_findings

    if not show_findings(config, as_json):
        raise typer.Exit(1)


@app.command()
def bench(
    seconds: Annotated[float, typer.Option(help="How long it is measured, by webhook and by polling.", min=1)] = 10,
    at_once: Annotated[int, typer.Option(help="Customers who ask and wait at the same time.", min=1, max=1000)] = 32,
    rate: Annotated[
        float | None, typer.Option(help="So many questions a second, instead of so many at once.", min=1, max=10_000)
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how much this machine can take.

    A service of its own, in a temporary folder, answers customers of a Bot API server here: your database and Telegram
    are not touched, and no actions run. Trains first if the examples have changed.
    """
    from bot.cli.bench import measure_machine

    measure_machine(config, seconds=seconds, at_once=at_once, rate=rate or 0, as_json=as_json)


@app.command()
def tickets(
    config: ConfigOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the tickets: most urgent first, then longest waiting."""
    from bot.cli.inspect import show_tickets

    show_tickets(config, everything, as_json)


@app.command()
def history(
    conversation: Annotated[str, typer.Argument(help="The conversation, such as telegram:5512345 or terminal:budi.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a conversation: who said what, and what became of it."""
    from bot.cli.inspect import show_history

    show_history(config, conversation, as_json)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to make; it must be new.")], config: ConfigOption = None
) -> None:
    """Copy the database to a file, and verify the copy.

    The service may run meanwhile.
    """
    from bot.cli.operations import make_backup

    make_backup(config, file)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `tanggap backup` made.")],
    config: ConfigOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also over a database that holds something: it is kept aside.")
    ] = False,
) -> None:
    """Put a backup in the place of the database, once verified.

    Stop the service first.
    """
    from bot.cli.operations import restore_backup

    restore_backup(config, file, force)


ContactArgument = Annotated[str, typer.Argument(help="The contact, such as telegram:5512345.")]


@app.command(name="export-contact")
def export_contact(
    contact: ContactArgument,
    file: Annotated[Path, typer.Argument(help="The JSON file to make; it must be new.")],
    config: ConfigOption = None,
) -> None:
    """Write all that is known of a contact to a file.

    For who asks to see their data.
    """
    from bot.cli.operations import export_contact

    export_contact(config, contact, file)


@app.command()
def forget(
    contact: ContactArgument,
    config: ConfigOption = None,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask whether I am sure.")] = False,
) -> None:
    """Erase a contact's personal data.

    For who asks for that. Counts without names stay.
    """
    from bot.cli.operations import forget_contact

    forget_contact(config, contact, sure)


quarantine = typer.Typer(no_args_is_help=True, help="Look at, replay or drop what could not be dealt with.")
app.add_typer(quarantine, name="quarantine")
NumberArgument = Annotated[int, typer.Argument(help="The number that `tanggap quarantine list` shows.", min=1)]


@quarantine.command(name="list")
def list_quarantine(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List what is in quarantine, and why."""
    from bot.cli.operations import list_quarantine

    list_quarantine(config, as_json)


@quarantine.command()
def show(number: NumberArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show one update as it came."""
    from bot.cli.operations import show_quarantined

    show_quarantined(config, number, as_json)


@quarantine.command()
def replay(number: NumberArgument, config: ConfigOption = None) -> None:
    """Have one tried again: by the running service at once, else by the next start."""
    from bot.cli.operations import replay_quarantined

    replay_quarantined(config, number)


@quarantine.command()
def drop(number: NumberArgument, config: ConfigOption = None) -> None:
    """Call one dealt with. It is not tried again."""
    from bot.cli.operations import drop_quarantined

    drop_quarantined(config, number)


app.add_typer(agents, name="agents")
app.add_typer(kb, name="kb")


@app.command()
def migrate_store(
    source: Annotated[str, typer.Argument(metavar="FROM_URL", help="What to copy, such as sqlite:///data/x.sqlite3.")],
    target: Annotated[str, typer.Argument(metavar="TO_URL", help="Where to, such as postgresql://user@host/database.")],
    as_json: JsonOption = False,
) -> None:
    """Copy everything to another, empty database.

    The two are compared. Stop the service first.

    SQLite to PostgreSQL, or back. A password stands in PGPASSWORD, not in the URL.
    """
    from bot.cli.store import migrate_store as copy

    copy(source, target, as_json)
