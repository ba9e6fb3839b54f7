"""`tanggap kb diff`, `train`, `evaluate`, `publish`, `rollback` and `releases`: from a draft to what is served."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.table import Column, Table

from bot.cli.common import errors, out, print_json, progress_bar, settings_of
from bot.cli.knowledge import Pieces, acting, carry_out, look, pieces_called
from bot.cli.knowledge_shown import (
    difference_told,
    evaluation_told,
    plain,
    show_evaluation,
    show_judgement,
)
from bot.cli.knowledge_shown import show_differences as show_them
from bot.cli.measured import show_warnings
from bot.knowledge.draft import Draft
from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.knowledge.trainer import Trained
from bot.settings import Settings
from conversation.errors import DataError
from conversation.knowledge_ports import Activation, Release
from intents.differences import Difference, differences
from intents.gate import decode_evaluation

_LISTED = 50


def show_differences(config: Path | None, old: str, new: str, as_json: bool) -> bool:
    """`tanggap kb diff`: show how two of files, draft, active and releases differ; returns whether they do."""
    sides = [(old, new)] if new else [("active", old)] if old else [("active", "files"), ("active", "draft")]

    async def compare(library: Library) -> list[tuple[Difference, ...]]:
        draft = await library.view()
        return [
            differences(await pieces_called(library, a, draft), await pieces_called(library, b, draft))
            for a, b in sides
        ]

    found = look(settings_of(config), compare)
    if as_json:
        print_json(
            [
                {"from": a, "to": b, "differences": [difference_told(each) for each in each_side]}
                for (a, b), each_side in zip(sides, found, strict=True)
            ]
        )
    else:
        for (a, b), each_side in zip(sides, found, strict=True):
            out.print(f"[bold]From {_called(a)} to {_called(b)}[/]: " + ("" if each_side else "nothing differs"))
            show_them(each_side)
    return any(found)


def _called(name: str) -> str:
    return f"release {name}" if name.isdecimal() else name


def train_draft(config: Path | None) -> None:
    """`tanggap kb train`: so that publishing finds the model ready."""
    trained = _learn(settings_of(config), "draft", "Training")
    show_warnings(trained.evaluation.warnings)
    measured = "" if trained.evaluation.accuracy is None else f", cross-validated {trained.evaluation.accuracy:.1%}"
    out.print(plain(f"Trained in {trained.evaluation.seconds:.1f} s{measured}\nModel: {trained.model_path}"))
    errors.print("Nothing was published: tanggap kb publish")


def evaluate_pieces(config: Path | None, which: str, as_json: bool) -> None:
    """`tanggap kb evaluate`: cross-validation and test messages; trained first if that was not done before."""
    evaluation = _learn(settings_of(config), which, "Evaluating").evaluation
    if as_json:
        print_json(evaluation_told(evaluation))
        return
    show_evaluation(evaluation)
    show_warnings(evaluation.warnings)


def _learn(settings: Settings, which: str, title: str) -> Trained:
    async def read(library: Library) -> Pieces:
        return await pieces_called(library, which, await library.view())

    pieces = look(settings, read)
    with progress_bar(title) as tell:
        return asyncio.run(Loader(settings).learn(pieces, tell))


def publish_draft(
    config: Path | None, *, note: str, only: Sequence[str], overrule: str, who: str, as_json: bool
) -> None:
    """`tanggap kb publish`: make the draft a release; ends with exit code 1 where the gate refuses it."""
    settings = settings_of(config)
    values: dict[str, Any] = {"who": acting(who), "note": note.strip(), "overrule": overrule.strip()}
    if only:
        values["only"] = _pieces_meant(look(settings, Library.view), only)
    answer = carry_out(settings, "kb_publish", values, "Publishing")
    if as_json:
        print_json({"release": answer["release"], "judgement": answer["judgement"]})
    else:
        if answer["judgement"]:
            show_judgement(answer["judgement"])
        if answer["release"]:
            out.print(f"[green]Release {answer['release']} is published.[/]")
    if not answer["release"]:
        errors.print("[bold red]Refused:[/] the draft is worse than the gate allows; what was served goes on.")
        errors.print(f"[bold]What to do:[/] {plain(answer['remedy'])} (--overrule REASON)")
        raise typer.Exit(1)


def _pieces_meant(draft: Draft, names: Sequence[str]) -> list[str]:
    """The changed pieces that names stand for: of an intent, a response, or a piece as `kb diff` calls it."""
    changed = {change.piece for change in draft.edits}
    found = []
    for name in names:
        piece = next((each for each in (name, f"intent/{name}", f"response/{name}") if each in changed), None)
        if piece is None:
            there = ", ".join(sorted(changed)[:10]) or "nothing"
            raise DataError(f"{name!r:.60} is not changed in the draft", remedy=f"Changed is {there}.")
        found.append(piece)
    return found


def roll_back(config: Path | None, release: int, reason: str, who: str) -> None:
    """`tanggap kb rollback`: have an older release served."""
    values = {"release": release, "who": acting(who), "reason": reason.strip()}
    carry_out(settings_of(config), "kb_activate", values, "Rolling back")
    out.print(f"Release {release} is active. The draft is now laid over it; the files stay as they are.")


def list_releases(config: Path | None, as_json: bool) -> None:
    """`tanggap kb releases`: the latest, newest first, and which is served since when."""

    async def read(library: Library) -> tuple[list[Release], list[Activation]]:
        return await library.releases(_LISTED), await library.activations(1)

    found, activations = look(settings_of(config), read)
    active = activations[0] if activations else None
    if as_json:
        print_json([_plain(release, active) for release in found])
        return
    table = Table(Column("No.", justify="right"), "", "Made", "By", "Note", "Accuracy", "Tests", box=None)
    for release in found:
        told = _plain(release, active)
        shares = ["" if told[key] is None else f"{told[key]:.1%}" for key in ("accuracy", "tests_right")]
        note = release.note + (f" (overruled: {release.overruled})" if release.overruled else "")
        table.add_row(
            str(release.id),
            "[green]active[/]" if told["active"] else "",
            f"{release.made_at.astimezone():%Y-%m-%d %H:%M}",
            plain(release.author),
            plain(note),
            *shares,
        )
    out.print(table if found else "Nothing was published yet: the files are served as they are.")


def _plain(release: Release, active: Activation | None) -> dict[str, Any]:
    values = asdict(release)
    text = values.pop("evaluation")
    evaluation = decode_evaluation(text) if text else None
    return {
        **values,
        "made_at": release.made_at.isoformat(),
        "active": active is not None and active.release_id == release.id,
        "accuracy": evaluation.accuracy if evaluation else None,
        "tests_right": evaluation.tests_right if evaluation else None,
    }
