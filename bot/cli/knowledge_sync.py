"""`tanggap kb pull` and `push`: the configured files and the database, kept in step by hand.

Beside the files lies a note of what they and the database last had in common: a mark of every piece. So what was
edited in the files is told from what was edited in the draft, and neither undoes the other. Where there is no note yet,
the first release takes its place: that is what the files said when they were last served.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from bot.cli.common import errors, out, settings_of
from bot.cli.knowledge import (
    Pieces,
    acting,
    carry_out,
    chosen,
    configured,
    folder_of,
    is_served,
    look,
    normal,
    pieces_called,
)
from bot.cli.knowledge_files import write_files
from bot.cli.knowledge_shown import plain, show_differences
from bot.knowledge.draft import Draft
from bot.knowledge.library import Library
from bot.mind import knowledge_path
from bot.settings import Settings
from conversation.errors import DataError, Refusal, TanggapError
from intents.content import ORDER, content_hash, content_of, decode, encode
from intents.differences import differences
from intents.formats import yaml_nodes
from intents.formats.project import files_of, load_content
from intents.formats.section import scalar
from intents.formats.writing import write_project
from intents.formats.yaml_nodes import BadYaml, Node, compose

NOTE = ".tanggap-sync.json"
"""Lies in the folder of the knowledge base, and belongs into version control with it."""

_RELEASES = 10_000
_NAMED = 10

Marks = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """What the draft should say: `pieces`. `kept` were edited in the draft alone, `disputed` there and in the files."""

    pieces: Pieces
    kept: tuple[str, ...]
    disputed: tuple[str, ...]


def merged(files: Pieces, draft: Pieces, common: Marks) -> Merged:
    """Lay what was edited in the files, since they had `common` in common with the draft, over the draft.

    Of what is disputed, the files' side is taken. The order of things is never disputed.
    """
    pieces, kept, disputed = dict(draft), [], []
    for name in sorted({*files, *draft}):
        mine, theirs = files.get(name), draft.get(name)
        if mine == theirs:
            continue
        if common.get(name) == mark_of(mine):
            kept.append(name)
            continue
        if common.get(name) != mark_of(theirs) and name != ORDER:
            disputed.append(name)
        if mine is None:
            del pieces[name]
        else:
            pieces[name] = mine
    return Merged(pieces=pieces, kept=tuple(kept), disputed=tuple(disputed))


def mark_of(piece: object) -> str | None:
    """What a piece is known by in the note; None for one that is not there."""
    return None if piece is None else hashlib.sha256(encode({"": piece}).encode()).hexdigest()[:16]


def marks_of(pieces: Pieces) -> Marks:
    """The marks of all pieces."""
    return {name: mark for name, value in sorted(pieces.items()) if (mark := mark_of(value))}


def push_files(config: Path | None, *, force: bool, who: str) -> list[str]:
    """`tanggap kb push`: what was edited in the files goes into the draft.

    Returns the pieces in which the draft differs from what is active and says what the files say; what others edit
    there is not among them.
    """
    settings = settings_of(config)
    files = configured(settings)

    async def read(library: Library) -> tuple[Draft, Marks]:
        draft = await library.view()
        return draft, _note(settings) or marks_of(await _first(library, draft))

    draft, common = look(settings, read)
    merge = merged(files, draft.pieces, common)
    if merge.disputed and not force:
        raise Refusal(
            f"edited both in the files and in the draft: {', '.join(merge.disputed[:_NAMED])}",
            remedy="`tanggap kb diff draft files` shows how. --force takes the files' side, "
            "`tanggap kb pull --draft --force` the draft's.",
        )
    pieces = normal(content_of(merge.pieces))
    values = {"pieces": pieces, "who": acting(who), "seen": draft.edition}
    pushed: list[str] = []
    if pieces != draft.pieces or (draft.active is None and is_served(settings)):  # It may serve older files.
        pushed = carry_out(settings, "kb_import", values, "Pushing")["pieces"]
    _keep_note(settings, files)
    found = differences(draft.pieces, pieces)
    show_differences(found)
    if unseen := set(pushed) - {each.piece for each in found}:  # The service serves the files as they were before.
        out.print(plain(f"Otherwise than served: {', '.join(sorted(unseen))}"))
    if merge.kept:
        named = f"{plain(', '.join(merge.kept[:_NAMED]))}{' …' if len(merge.kept) > _NAMED else ''}"
        errors.print(f"Newer in the draft than in the files, and left so: {named}. `tanggap kb pull --draft` gets it.")
    out.print(f"Pushed into the draft: {len(pushed)} pieces." if pushed else "Nothing to push.")
    after = look(settings, Library.view)
    ready = [each.piece for each in after.changes if _said(each.content) == files.get(each.piece)]
    if ready:
        errors.print("In the draft and not served before it is published (tanggap kb publish).")
    elif after.active is None:
        out.print("Nothing was published yet: the files are served as they are.")
    return ready


def pull_files(config: Path | None, *, release: int | None, draft: bool, force: bool, sure: bool) -> None:
    """`tanggap kb pull`: write what is active, the draft or a release into the configured folder."""
    settings = settings_of(config)
    folder, which = folder_of(settings), chosen(release, draft)

    async def read(library: Library) -> tuple[Pieces, set[str], Pieces]:
        view = await library.view()
        known = {each.content_hash for each in await library.releases(_RELEASES)}
        return await pieces_called(library, which, view), known | {content_hash(view.pieces)}, view.base

    wanted, kept, base = look(settings, read)
    present = {str(file.relative_to(folder)): _text(file) for file in files_of(folder)}
    current = _current(folder, bool(present), force)
    what = which if which in ("active", "draft") else f"release {which}"
    if current == wanted:
        _keep_note(settings, wanted)
        out.print(plain(f"{folder} says all that {what} says, and was left as it is."))
        return
    if not force and current and content_hash(current) not in kept and marks_of(current) != _note(settings):
        known = _note(settings) or marks_of(base)
        edited = [name for name in sorted({*current, *known}) if mark_of(current.get(name)) != known.get(name)]
        raise Refusal(
            f"the files say what is in no release and not in the draft: {', '.join(edited[:_NAMED])}",
            remedy="Run `tanggap kb push` first; --force gives these edits up.",
        )
    files = write_project(content_of(wanted))
    written = {name: text for name, text in files.items() if not says_the_same(name, present.get(name), text)}
    removed = sorted(present.keys() - files.keys())
    lost = {name: present[name] for name in (*written, *removed) if name in present}
    _ask(folder, written, removed, sure, by_hand=_by_hand(lost, current))
    write_files(folder, written)
    _remove(folder, removed)
    _keep_note(settings, wanted)
    _prove(folder, wanted)
    out.print(plain(f"{folder}: {what}, {len(written)} files written, {len(removed)} removed"))


def _said(content: str | None) -> object | None:
    return None if content is None else json.loads(content)


async def _first(library: Library, draft: Draft) -> Pieces:
    """What the files said when they were last served: the first release, or, before there is one, what they say now."""
    known = await library.releases(_RELEASES)
    if not known or known[-1].id is None:
        return draft.base
    return decode(await library.store.release_content(known[-1].id))


def _current(folder: Path, something: bool, force: bool) -> Pieces:
    """What the folder says now. What cannot be read is lost by `force` alone."""
    if not something:
        return {}
    try:
        return normal(load_content(folder)[0])
    except TanggapError:
        if force:
            return {}
        raise


def says_the_same(name: str, present: str | None, wanted: str) -> bool:
    """Whether a file says what it should, whatever comments and blank lines people put around that."""
    if present is None or present == wanted or not name.endswith((".yml", ".yaml")):
        return present == wanted
    try:
        return [*map(_bare, compose(present))] == [*map(_bare, compose(wanted))]
    except BadYaml:
        return False


def _bare(node: Node | None) -> object:
    """What a node of YAML says, without its place and quotes. The order of names counts."""
    if isinstance(node, yaml_nodes.Mapping):
        return [(_bare(key), _bare(value)) for key, value in node.pairs]
    if isinstance(node, yaml_nodes.Sequence):
        return [_bare(item) for item in node.items]
    return None if node is None else repr(scalar(node))


def _by_hand(lost: Mapping[str, str], current: Pieces) -> bool:
    """Whether files hold what people wrote around their content: comments, another order, other names of files."""
    files = write_project(content_of(current)) if current else {}
    return any(files.get(name) != text for name, text in lost.items())


def _ask(folder: Path, written: Mapping[str, str], removed: list[str], sure: bool, *, by_hand: bool) -> None:
    """Show what will become of the files, and ask whether that is meant."""
    for name in written:
        errors.print(f"[green]write[/]  {plain(str(folder / name))}")
    for name in removed:
        errors.print(f"[red]remove[/] {plain(str(folder / name))}")
    if by_hand:
        errors.print("[yellow]Comments in these files, and how they are cut and ordered, do not survive.[/]")
    if not sure and not typer.confirm("Go on?", err=True):
        raise typer.Exit(1)


def _remove(folder: Path, names: list[str]) -> None:
    try:
        for name in names:
            (folder / name).unlink()
            parent = (folder / name).parent
            while parent != folder and not any(parent.iterdir()):
                parent.rmdir()
                parent = parent.parent
    except OSError as error:
        raise DataError(
            f"{error.filename}: {error.strerror}", remedy="Remove it by hand: it would be read as well."
        ) from error


def _prove(folder: Path, wanted: Pieces) -> None:
    """Say so where the folder, read again, does not say what was written."""
    found = differences(wanted, normal(load_content(folder, strict=False)[0]))
    if found:
        errors.print(
            "[yellow]Warning:[/] other files in this folder say something as well; it differs in "
            f"{plain(', '.join(each.piece for each in found[:_NAMED]))}"
        )


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        raise DataError(f"{file}: {error.strerror}", remedy="Check its permissions.") from error


def _note(settings: Settings) -> Marks | None:
    """The marks of the note; None where there is none.

    Raises:
        DataError: it cannot be read.
    """
    path = knowledge_path(settings) / NOTE
    try:
        marks = json.loads(path.read_text(encoding="utf-8"))["pieces"]
        return {str(name): str(mark) for name, mark in marks.items()}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "Restore it from version control, or delete it: then the first release takes its place."
        raise DataError(f"{path} cannot be read", remedy=remedy) from error


def _keep_note(settings: Settings, pieces: Pieces) -> None:
    """Write the note; not beside the knowledge base that ships, nor beside a single file."""
    folder = knowledge_path(settings)
    if settings.bot.knowledge == "starter" or not folder.is_dir():
        return
    text = json.dumps({"pieces": marks_of(pieces)}, ensure_ascii=True, indent=1) + "\n"
    if not (folder / NOTE).exists() or (folder / NOTE).read_text(encoding="utf-8") != text:
        write_files(folder, {NOTE: text})
