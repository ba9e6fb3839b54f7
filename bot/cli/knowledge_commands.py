"""`tanggap kb …` with its options and its help. What it does stands in `bot.cli.knowledge…`, imported late."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import ConfigOption, JsonOption


class Shape(StrEnum):
    """What an export can be."""

    rasa = "rasa"
    tanggap = "tanggap"
    csv = "csv"
    tsv = "tsv"


kb = typer.Typer(no_args_is_help=True, help="The knowledge base: its files, its draft, its releases.")

WhoOption = Annotated[str, typer.Option("--as", help="Who does it. Without it: your name on this machine.")]
NoteOption = Annotated[str, typer.Option("--note", help="What is new, for those who read the list of releases.")]
OverruleOption = Annotated[
    str, typer.Option("--overrule", help="Publish against the gate, for this reason, which is kept.")
]
SureOption = Annotated[bool, typer.Option("--yes", help="Do not ask whether I am sure.")]
WHICH = "files, draft, active, or the number of a release."


@kb.command()
def validate(
    path: Annotated[Path | None, typer.Argument(help="A folder or file. Without it: the configured one.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 for warnings, too.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Report on the files, with line and remedy. Exit code 1 if there is an error."""
    from bot.cli.knowledge_files import validate_files

    if not validate_files(config, path, strict, as_json):
        raise typer.Exit(1)


@kb.command(name="import")
def import_files(
    path: Annotated[
        Path, typer.Argument(help="A Rasa project (folder or zip), one of its files, or a CSV or TSV table.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report, and change nothing.")] = False,
    into_files: Annotated[
        Path | None, typer.Option("--into-files", help="Write files into this new or empty folder instead.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Leave nothing in the draft that is not in it; not for tables.")
    ] = False,
    who: WhoOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lay somebody's project or table over the draft."""
    from bot.cli.knowledge_files import import_project

    import_project(config, path, dry_run=dry_run, folder=into_files, replace=replace, who=who, as_json=as_json)


@kb.command(name="export")
def export_files(
    path: Annotated[Path, typer.Argument(help="The new or empty folder, or for csv and tsv the file, to make.")],
    shape: Annotated[Shape, typer.Option("--as", help="What to make of it.")] = Shape.rasa,
    release: Annotated[int | None, typer.Option(help="This one, not what is active.", min=1)] = None,
    draft: Annotated[bool, typer.Option("--draft", help="The draft, not what is active.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
    config: ConfigOption = None,
) -> None:
    """Write a Rasa project, files of ours, or a table."""
    from bot.cli.knowledge_files import export_project

    export_project(config, path, shape.value, release=release, draft=draft, force=force)


@kb.command()
def pull(
    release: Annotated[int | None, typer.Option(help="This one, not what is active.", min=1)] = None,
    draft: Annotated[bool, typer.Option("--draft", help="The draft, not what is active.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also over edits that are in no release.")] = False,
    sure: SureOption = False,
    config: ConfigOption = None,
) -> None:
    """Write what is active into the configured folder.

    Shows first which files that replaces. Comments in them do not survive.
    """
    from bot.cli.knowledge_sync import pull_files

    pull_files(config, release=release, draft=draft, force=force, sure=sure)


@kb.command()
def push(
    publish: Annotated[
        bool, typer.Option("--publish", help="Go on to publish it, and leave what others edit in the draft.")
    ] = False,
    note: NoteOption = "",
    overrule: OverruleOption = "",
    force: Annotated[bool, typer.Option("--force", help="Also over edits of the draft.")] = False,
    who: WhoOption = "",
    config: ConfigOption = None,
) -> None:
    """Take what was edited in the files into the draft."""
    from bot.cli.knowledge_releases import publish_draft
    from bot.cli.knowledge_sync import push_files

    if publish and not note:
        raise typer.BadParameter("--publish needs a --note: what is new.")
    if (pieces := push_files(config, force=force, who=who)) and publish:
        publish_draft(config, note=note, only=pieces, overrule=overrule, who=who, as_json=False)


@kb.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="[A]", help=f"Alone, beside what is active: {WHICH}")] = "",
    new: Annotated[str, typer.Argument(metavar="[B]", help="Beside A: the same.")] = "",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit code 1 if something differs.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how files, draft and releases differ.

    Without A and B: how the files, and how the draft, differ from what is active.
    """
    from bot.cli.knowledge_releases import show_differences

    if show_differences(config, old, new, as_json) and exit_code:
        raise typer.Exit(1)


@kb.command()
def train(config: ConfigOption = None) -> None:
    """Train on the draft, ahead of publishing. Publishes nothing."""
    from bot.cli.knowledge_releases import train_draft

    train_draft(config)


@kb.command()
def evaluate(
    which: Annotated[str, typer.Argument(help=f"What to evaluate: {WHICH}")] = "draft",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cross-validate, and try the test messages."""
    from bot.cli.knowledge_releases import evaluate_pieces

    evaluate_pieces(config, which, as_json)


@kb.command()
def publish(
    note: NoteOption,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="This intent or other piece alone. May be repeated.")
    ] = None,
    overrule: OverruleOption = "",
    who: WhoOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the draft a release, which is served at once.

    Exit code 1 if it is worse than the gate allows.
    """
    from bot.cli.knowledge_releases import publish_draft

    publish_draft(config, note=note, only=only or [], overrule=overrule, who=who, as_json=as_json)


@kb.command()
def rollback(
    release: Annotated[int, typer.Argument(help="The release to serve again.", min=1)],
    reason: Annotated[str, typer.Option(help="Why, for those who read the list.")],
    who: WhoOption = "",
    config: ConfigOption = None,
) -> None:
    """Serve an older release again. The draft stays."""
    from bot.cli.knowledge_releases import roll_back

    roll_back(config, release, reason, who)


@kb.command()
def releases(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the latest releases, newest first."""
    from bot.cli.knowledge_releases import list_releases

    list_releases(config, as_json)
