"""`tanggap init` and `tanggap doctor`: starting a project, and finding out what ails one."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from rich.markup import escape

from bot.cli.channels import open_channel
from bot.cli.common import config_path, out, print_json
from bot.config import render_settings
from bot.doctor import examine
from bot.settings import Settings
from conversation.errors import SettingError

_TEMPLATE = (
    "knowledge/nlu.yml",
    "knowledge/domain.yml",
    "tests/percakapan.yml",
    "tests/test_knowledge.py",
    "pytest.ini",
    "README.md",
)

_MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "error": "[red]✗[/]"}


def make_project(folder: Path) -> None:
    """`tanggap init`: settings, a small knowledge base, and a test of its own."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingError(f"{folder} exists and is not empty", remedy="Name a new folder, or an empty one.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        settings = render_settings().replace('knowledge = "starter"', 'knowledge = "knowledge"')
        (folder / "config.toml").write_text(settings, encoding="utf-8")
        template = files("bot.cli") / "template"
        for name in _TEMPLATE:
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            target.write_text((template / f"{name}.txt").read_text(encoding="utf-8"), encoding="utf-8")
        (folder / ".gitignore").write_text("data/\n__pycache__/\n", encoding="utf-8")
    except OSError as error:
        raise SettingError(
            f"{error.filename}: {error.strerror}", remedy="Choose a folder that you may write to."
        ) from error
    out.print(
        f"Proyek dibuat di {folder}. Berikutnya:\n"
        f"  cd {folder}\n"
        "  tanggap chat --explain     ngobrol, dan lihat alasan setiap jawaban\n"
        "  tanggap doctor             periksa semuanya\n"
        "  tanggap test               mainkan percakapan di tests/\n"
        "  python -m pytest           jalankan ujiannya (perlu: pip install pytest)",
        markup=False,
    )


def show_findings(config: Path | None, as_json: bool) -> bool:
    """`tanggap doctor`: print what was found; returns whether there is no error among it."""
    findings = asyncio.run(examine(config_path(config), _title))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            out.print(f"{_MARKS[finding.level]} [bold]{finding.subject}[/]  {escape(finding.message)}")
            if finding.remedy:
                out.print(f"    → {escape(finding.remedy)}")
    return all(finding.level != "error" for finding in findings)


async def _title(settings: Settings, name: str) -> str:
    async with open_channel(settings, name) as opened:
        return opened.title
