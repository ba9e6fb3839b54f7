"""`tanggap test`: conversation tests played and compared, and what differs shown to their author."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.markup import escape
from rich.text import Text

from bot.authoring.compare import Aspect, Mismatch, Turn
from bot.authoring.reading import Read, read_scripts
from bot.authoring.script import Script, Skipped
from bot.authoring.stage import Played, Scene, play
from bot.authoring.words import WORDS, Words
from bot.cli.common import out, print_json, progress_bar, settings_of
from bot.cli.loop import run_loop
from bot.cli.which import mind_called
from bot.mind import Mind, knowledge_path
from bot.settings import Settings
from conversation.errors import DataError

TESTS = "tests"
"""The folder in which tests are looked for where none is named."""

_SHOWN_ABOVE = (Aspect.CONTAINS, Aspect.SILENT)
"""Where what came instead is all that the bot said, which stands above already."""


def run_tests(config: Path | None, paths: Sequence[Path], word: str, which: str, as_json: bool) -> bool:
    """`tanggap test`: play the tests and show how they went; returns whether none failed.

    Raises:
        DataError: there is no test, or a file of them cannot be read.
    """
    settings = settings_of(config)
    read = read_scripts(paths or _usual(settings))
    scripts = [script for script in read.scripts if word.casefold() in f"{script.file} {script.name}".casefold()]
    if not scripts:
        named = f" with {word!r} in its name" if word and read.scripts else ""
        raise DataError(
            f"there is no conversation test{named}",
            remedy="Write some into tests/, or name the file or folder that holds them.",
        )
    mind = mind_called(settings, which)
    words = WORDS[settings.bot.language]
    with progress_bar(words.playing) as progress:
        played = _play(scripts, settings, mind, progress)
    if as_json:
        print_json(_as_json(played, read))
    else:
        _show(played, read, words)
    return all(each.passed for each in played)


def _usual(settings: Settings) -> list[Path]:
    """`tests/` beside the settings; where there is none, what the knowledge base brings along."""
    folders = (settings.base / TESTS, knowledge_path(settings) / TESTS)
    return [folder for folder in folders if folder.is_dir()][:1]


def _play(
    scripts: Sequence[Script], settings: Settings, mind: Mind, progress: Callable[[str, float], None]
) -> list[Played]:
    played: list[Played] = []

    async def all_of_them() -> None:
        for number, script in enumerate(scripts):
            progress(script.name, number / len(scripts))
            played.append(await play(script, settings, mind, Path(folder, f"{number}.sqlite3")))

    with TemporaryDirectory(prefix="tanggap-test-") as folder:
        run_loop(all_of_them())
    return played


# For a person


def _show(played: Sequence[Played], read: Read, words: Words) -> None:
    for file, tests in groupby(played, key=lambda each: each.script.file):
        out.print(f"[bold]{escape(_short(file))}[/]")
        for test in tests:
            mark = "[green]✓[/]" if test.passed else "[red]✗[/]"
            out.print(f"  {mark} {escape(test.script.name)}")
            if not test.passed:
                _show_failure(test, words)
    _show_skipped(read.skipped, words)
    failed = sum(not each.passed for each in played)
    counts = [f"[green]{len(played) - failed} {words.passed}[/]"]
    counts += [f"[red]{failed} {words.failed}[/]"] if failed else []
    counts += [f"{len(read.skipped)} {words.skipped}"] if read.skipped else []
    out.print(f"{', '.join(counts)} · {sum(each.seconds for each in played):.1f} s")


def _show_failure(test: Played, words: Words) -> None:
    """The conversation as far as the last thing that was not as expected, with that beside it."""
    last = max(index for index, scene in enumerate(test.scenes) if scene.mismatches)
    for scene in test.scenes[: last + 1]:
        _row(words.customer, words.deed(scene.deed))
        for utterance in scene.moment.said:
            buttons = " ".join(f"[{button.title}]" for button in utterance.buttons)
            _row(words.bot, f"{utterance.text} {buttons}".rstrip())
        if scene.mismatches:
            _show_mismatches(scene, test.script, words)


def _show_mismatches(scene: Scene, script: Script, words: Words) -> None:
    for turn in scene.moment.turns:
        for name, value in _why(turn, words):
            _row(name, value, style="dim")
    for line, mismatch in scene.mismatches:
        about = f"{words.aspects[mismatch.aspect]} {mismatch.name}".rstrip()
        out.print(f"      [red]✗ {escape(about)}[/]  [dim]{escape(_short(script.file))}:{line}[/]")
        _row(words.expected, mismatch.expected or words.nothing, style="green")
        if mismatch.aspect is Aspect.TEXT and mismatch.got:
            _row(words.got, Text.assemble(*_marked(mismatch.expected, mismatch.got)))
        elif not (mismatch.got and mismatch.aspect in _SHOWN_ABOVE):
            _row(words.got, mismatch.got or words.nothing, style="red")


def _marked(expected: str, got: str) -> Iterator[str | tuple[str, str]]:
    """What the bot said, with the words that differ from what was expected standing out."""
    wanted, words = expected.split(" "), got.split(" ")
    for tag, _, _, start, end in SequenceMatcher(a=wanted, b=words, autojunk=False).get_opcodes():
        if start < end:
            yield (" ".join(words[start:end]) + " ", "" if tag == "equal" else "bold red")


def _why(turn: Turn, words: Words) -> list[tuple[str, str]]:
    """What was understood and decided, in rows."""
    rows = []
    understanding, decision = turn.understanding, turn.decision
    if understanding:
        ranking = [f"{score.intent} {score.confidence:.2f}" for score in understanding.ranking[:3]]
        entities = [f"{entity.kind}={entity.value}" for entity in understanding.entities]
        read = "  ".join([*ranking, f"({words.in_scope} {understanding.in_scope:.2f})", *entities])
        rows.append((words.because, read))
    rows.append((words.decision, f"{decision.kind.value} {decision.intent or ''} ({decision.reason})"))
    rows += [(ran.action, ran.failure or "✓") for ran in decision.ran]
    return rows


def _row(name: str, text: str | Text, style: str = "") -> None:
    """A name, and beside it a text of one line or more."""
    shown = Text(text, style) if isinstance(text, str) else text
    for number, line in enumerate(shown.split("\n")):
        out.print(Text.assemble((f"      {name if number == 0 else '':>12}   ", "dim"), line))


def _show_skipped(skipped: Sequence[Skipped], words: Words) -> None:
    if skipped:
        out.print(f"[yellow]{words.skipped.capitalize()}[/]")
    for each in skipped:
        what = f": {each.what}" if each.what else ""
        out.print(f"  {escape(_short(each.file))}:{each.line}  {escape(words.whys[each.why] + what)}")


def _short(file: str) -> str:
    """A file as seen from here, where it lies below."""
    path = Path(file)
    return os.path.relpath(path) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file


# For a program


def _as_json(played: Sequence[Played], read: Read) -> dict[str, object]:
    failed = sum(not each.passed for each in played)
    return {
        "passed": len(played) - failed,
        "failed": failed,
        "seconds": round(sum(each.seconds for each in played), 3),
        "tests": [_test(each) for each in played],
        "skipped": [
            {"file": each.file, "line": each.line, "why": each.why.value, "what": each.what} for each in read.skipped
        ],
    }


def _test(played: Played) -> dict[str, object]:
    script = played.script
    return {
        "name": script.name,
        "file": script.file,
        "line": script.line,
        "passed": played.passed,
        "seconds": round(played.seconds, 3),
        "mismatches": [_mismatch(scene, line, each) for scene in played.scenes for line, each in scene.mismatches],
    }


def _mismatch(scene: Scene, line: int, mismatch: Mismatch) -> dict[str, object]:
    return {
        "line": line,
        "aspect": mismatch.aspect.value,
        "name": mismatch.name,
        "expected": mismatch.expected,
        "got": mismatch.got,
        "said": [utterance.text for utterance in scene.moment.said],
        "decisions": [
            {"kind": turn.decision.kind.value, "intent": turn.decision.intent, "reason": turn.decision.reason}
            for turn in scene.moment.turns
        ],
    }
