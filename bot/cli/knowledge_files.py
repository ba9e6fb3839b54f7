"""`tanggap kb validate`, `import` and `export`: knowledge bases as files that come from elsewhere or go there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from bot.cli.common import errors, out, print_json, settings_of
from bot.cli.knowledge import acting, carry_out, chosen, content_called, look, normal
from bot.cli.knowledge_shown import count_words, counted, findings_told, plain, show_findings
from bot.knowledge.library import Library
from bot.knowledge.project_files import ZIP, Imported, read_files, sheet_of, zip_of
from bot.mind import knowledge_path
from conversation.errors import DataError, TanggapError
from intents.content import Content, content_of
from intents.differences import differences
from intents.formats import Finding, Level, load_content
from intents.formats.dialogue import BUILT_IN_ACTIONS
from intents.formats.project import files_of
from intents.formats.writing import rasa_project, write_project
from intents.knowledge import KnowledgeBase

NOTHING = Content(knowledge=KnowledgeBase(intents={}))
_CHANGED = 10
"""Changed pieces that are named after an import."""


def validate_files(config: Path | None, path: Path | None, strict: bool, as_json: bool) -> bool:
    """`tanggap kb validate`: report on files; returns whether nothing is wrong, with `strict` nothing at all."""
    where = path or knowledge_path(settings_of(config))
    content: Content | None = None
    report: tuple[Finding, ...] = ()
    try:
        read = _read(where)
        content, report = read.over(NOTHING), read.report
    except TanggapError as error:
        report = (Finding(level=Level.ERROR, file=str(where), line=1, message=str(error), remedy=error.remedy),)
    bad = {Level.ERROR, Level.WARNING} if strict else {Level.ERROR}
    passed = not any(finding.level in bad for finding in report)
    if as_json:
        counts = counted(content) if content else {}
        print_json({"passed": passed, "counts": counts, "findings": findings_told(report)})
        return passed
    show_findings(report)
    if content:
        out.print(f"{plain(str(where))}: {count_words(content)}")
    numbers = {level: sum(finding.level is level for finding in report) for level in Level}
    out.print(f"{numbers[Level.ERROR]} errors, {numbers[Level.WARNING]} warnings, {numbers[Level.INFO]} remarks")
    return passed


def import_project(
    config: Path | None,
    path: Path,
    *,
    dry_run: bool,
    folder: Path | None,
    replace: bool,
    who: str,
    as_json: bool,
) -> None:
    """`tanggap kb import`: lay a project or a table over the draft, or write it into a folder."""
    settings = settings_of(config)
    imported = _read(path)
    alone = imported.over(NOTHING)
    changed: list[str] = []
    if folder is not None and not dry_run:
        write_new(folder, write_project(alone), force=False)
    elif folder is None:
        draft = look(settings, Library.view)
        pieces = normal(imported.over(content_of(draft.pieces), instead=replace))
        changed = [each.piece for each in differences(draft.pieces, pieces)]
        if pieces != draft.pieces and not dry_run:
            values = {"pieces": pieces, "who": acting(who), "seen": draft.edition}
            carry_out(settings, "kb_import", values, "Importing")
    if as_json:
        found = {"counts": counted(alone), "findings": findings_told(imported.report), "changed": changed}
        print_json({**found, "unanswered": _unanswered(alone), "actions": _actions(alone)})
        return
    show_findings(imported.report)
    for line in _told(path, alone):
        out.print(plain(line))
    _tell_end(folder, changed, dry_run)


def _tell_end(folder: Path | None, changed: list[str], dry_run: bool) -> None:
    if dry_run:
        out.print(
            "Nothing was changed" + (f"; {len(changed)} pieces of the draft would be." if folder is None else ".")
        )
    elif folder is not None:
        out.print(f"Written into {plain(str(folder))}. To serve it, set bot.knowledge to that folder.")
    elif not changed:
        out.print("The draft says all that already.")
    else:
        more = f" and {len(changed) - _CHANGED} more" if len(changed) > _CHANGED else ""
        out.print(f"In the draft now: {plain(', '.join(changed[:_CHANGED]))}{more}")
        out.print("Nothing of it is served yet: tanggap kb diff active draft, then tanggap kb publish")


def _told(path: Path, content: Content) -> Iterator[str]:
    """What was read, and what is missing in it."""
    if path.is_dir():
        files = files_of(path)
        yield f"Read: {', '.join(str(file.relative_to(path)) for file in files)}"
    yield f"{path}: {count_words(content)}"
    if unanswered := _unanswered(content):
        hint = " Their answers may live in code (actions.py): write them as responses." if _actions(content) else ""
        yield f"{len(unanswered)} intents have no answer: {', '.join(unanswered)}.{hint}"
    if actions := _actions(content):
        yield f"Code that rules call, which is not read: {', '.join(actions)}. docs/actions.md says how to run it."


def _unanswered(content: Content) -> list[str]:
    base = content.knowledge
    ruled = {rule.intent for rule in base.rules}
    return [name for name in base.intents if name not in base.answers and name not in ruled]


def _actions(content: Content) -> list[str]:
    """What rules and forms call that is neither a response nor a form nor an action that is built in."""
    base = content.knowledge
    steps = {step for rule in base.rules for step in rule.steps} | {s for f in base.forms.values() for s in f.then}
    return sorted(s for s in steps - BUILT_IN_ACTIONS if not s.startswith("utter_") and s not in base.forms)


def _read(path: Path) -> Imported:
    """A folder as it lies there; anything else as if somebody had sent it."""
    if path.is_dir():
        content, report = load_content(path, strict=False)
        return Imported(content=content, report=report)
    try:
        return read_files(path.name, path.read_bytes())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", remedy="Name a folder or file that can be read.") from error


def export_project(
    config: Path | None, path: Path, shape: str, *, release: int | None, draft: bool, force: bool
) -> None:
    """`tanggap kb export`: write what is active, the draft or a release as files."""
    which = chosen(release, draft)
    content = content_called(settings_of(config), which)
    if shape in ("csv", "tsv"):
        _write_file(path, sheet_of(content, delimiter="," if shape == "csv" else "\t"), force)
        _warn_of_table(content)
    elif shape == "rasa" and path.suffix.lower() == ZIP:
        _write_file(path, zip_of(content), force)
    else:
        files = rasa_project(content) if shape == "rasa" else write_project(content)
        write_new(path, files, force=force)
        strange = [str(file.relative_to(path)) for file in files_of(path) if str(file.relative_to(path)) not in files]
        if strange:
            errors.print(f"[yellow]Warning:[/] also read in this folder: {plain(', '.join(strange))}")
        if shape == "rasa":
            errors.print("Check it: rasa data validate --domain domain", markup=False)
    out.print(plain(f"{path}: {which if which in ('active', 'draft') else f'release {which}'}, {count_words(content)}"))


def _warn_of_table(content: Content) -> None:
    base = content.knowledge
    if base.forms or base.rules or base.synonyms or content.tests or base.out_of_scope:
        errors.print("A table holds intents, examples and plain answers; nothing else is in it.")


def _write_file(path: Path, data: bytes, force: bool) -> None:
    try:
        with path.open("wb" if force else "xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise DataError(f"{path} exists", remedy="Name a new file, or say --force.") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", remedy="Name a file that can be written.") from error


def write_new(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Write files into a folder, which has to be new or empty unless `force`.

    Raises:
        DataError: it is not, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not force)):
        raise DataError(f"{folder} exists and is not empty", remedy="Name a new folder, or an empty one.")
    write_files(folder, files)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder, each appearing whole. No link in it leads anything elsewhere.

    Raises:
        DataError: it cannot be written, or a path leads out of the folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        root = folder.resolve()
        for name, text in files.items():
            target = root.joinpath(*PurePosixPath(name).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.parent.resolve().is_relative_to(root):
                raise DataError(f"{folder / name} leads out of the folder", remedy="Remove the link that leads there.")
            partial = target.with_name(f".{target.name}.partial")
            partial.unlink(missing_ok=True)
            partial.write_text(text, encoding="utf-8", newline="\n")
            partial.replace(target)
    except OSError as error:
        raise DataError(
            f"{error.filename}: {error.strerror}", remedy="Choose a folder that you may write to."
        ) from error
