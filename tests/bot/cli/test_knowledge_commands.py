"""`tanggap kb validate`, `import` and `export`: files that come from elsewhere, and go there."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
import typer

from bot.cli.knowledge_commands import kb
from intents.formats import load_content
from intents.formats.sheets import read_sheet
from tests.command_line import Command

RASA = {
    "data/nlu.yml": """\
version: "3.1"
nlu:
- intent: garansi
  examples: |
    - garansinya berapa lama
    - ada garansi ga
- intent: cek_garansi
  examples: |
    - garansi saya masih berlaku?
- intent: cicilan
  examples: |
    - bisa nyicil ga
""",
    "domain.yml": """\
version: "3.1"
intents: [garansi, cek_garansi, cicilan]
actions: [action_cek_garansi]
responses:
  utter_garansi:
  - text: "Garansinya setahun, Kak."
""",
    "data/rules.yml": """\
version: "3.1"
rules:
- rule: cek
  steps:
  - intent: cek_garansi
  - action: action_cek_garansi
""",
    "config.yml": "language: id\n",
}


def written(folder: Path, files: dict[str, str] = RASA) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def packed(file: Path, files: Iterable[tuple[str, str]]) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files:
            archive.writestr(name, text)
    return file


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_validate_names_file_line_and_remedy(tanggap: Command, tmp_path: Path) -> None:
    folder = written(tmp_path / "bot")
    ended = tanggap("kb", "validate", folder, cwd=tmp_path)
    assert ended.code == 0
    assert f"{folder}/data/nlu.yml:9: warning" not in ended.out
    assert f"{folder}/data/nlu.yml:10: warning no answer found for the intent cicilan" in ended.out
    assert "→ Write `utter_cicilan:`" in ended.out
    assert "3 intents, 4 examples" in ended.out
    assert tanggap("kb", "validate", folder, "--strict", cwd=tmp_path).code == 1


def test_validate_finds_errors_for_programs_too(tanggap: Command, tmp_path: Path) -> None:
    folder = written(tmp_path / "bot", {**RASA, "data/more.yml": 'version: "3.1"\nnlu:\n- intent: kosong\n'})
    ended = tanggap("kb", "validate", folder, "--json", cwd=tmp_path)
    found = json.loads(ended.out)
    assert (ended.code, found["passed"], found["counts"]["intents"]) == (1, False, 4)
    assert [(each["level"], each["line"]) for each in found["findings"] if each["level"] == "error"] == [("error", 3)]
    nowhere = tanggap("kb", "validate", tmp_path / "tidak_ada", cwd=tmp_path)
    assert nowhere.code == 1
    assert "No such file" in nowhere.out


def test_hostile_names_are_shown_and_do_nothing(tanggap: Command, tmp_path: Path) -> None:
    nlu = 'nlu:\n- intent: "[red]../../x[/]\x1b]0;y\x07"\n  examples: |\n    - halo [/] kak\n'
    folder = written(tmp_path / "bot", {"nlu.yml": nlu.replace("\x1b", "\\e").replace("\x07", "\\a")})
    ended = tanggap("kb", "validate", folder, cwd=tmp_path)
    assert "[red]../../x[/]" in ended.out
    assert "\x1b" not in ended.out


COMMANDS = sorted(str(command.name or getattr(command.callback, "__name__", "")) for command in kb.registered_commands)
PAGE = Path(__file__).parents[3] / "docs" / "commands.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_explained_here_and_on_the_page(
    tanggap: Command, tmp_path: Path, name: str
) -> None:
    page = PAGE.read_text(encoding="utf-8").partition(f"### `tanggap kb {name}")[2].partition("\n### ")[0]
    group = typer.main.get_command(kb)
    assert isinstance(group, typer.core.TyperGroup)
    parameters = group.commands[name].params
    assert [each.name for each in parameters if not getattr(each, "help", "")] == []
    options = {option for each in parameters for option in each.opts if option.startswith("--")}
    assert {option for option in options - {"--config", "--as"} if option not in page} == set()
    assert tanggap("kb", name, "--help", cwd=tmp_path).code == 0


@pytest.mark.parametrize("as_zip", [True, False])
def test_a_rasa_project_is_laid_over_the_draft(tanggap: Command, project: Path, as_zip: bool) -> None:
    source = written(project / "lama")
    if as_zip:
        source = packed(project / "lama.zip", RASA.items())
    dry = tanggap("kb", "import", source, "--dry-run", cwd=project)
    assert (dry.code, "4 pieces of the draft would be" in dry.out) == (0, True), dry
    assert json.loads(tanggap("kb", "diff", "draft", "--json", cwd=project).out)[0]["differences"] == []

    ended = tanggap("kb", "import", source, cwd=project)
    assert ended.code == 0, ended
    assert "1 intents have no answer: cicilan. Their answers may live in code (actions.py)" in ended.out
    assert "Code that rules call, which is not read: action_cek_garansi" in ended.out
    assert "nlu.yml:10: warning" in ended.out
    pieces = [
        each["piece"]
        for each in json.loads(tanggap("kb", "diff", "draft", "--json", cwd=project).out)[0]["differences"]
    ]
    assert pieces == ["intent/cek_garansi", "intent/cicilan", "intent/garansi", "rules"]
    assert "says all that already" in tanggap("kb", "import", source, cwd=project).out


def test_a_dangerous_zip_changes_nothing(tanggap: Command, project: Path) -> None:
    for name in ("../../keluar.yml", "/etc/keluar.yml", "C:\\keluar.yml"):
        sent = packed(project / "jahat.zip", [(name, RASA["data/nlu.yml"])])
        tanggap("kb", "import", sent, cwd=project).failed("wants to be elsewhere")
    assert not list(project.parent.rglob("keluar.yml"))


def test_what_was_exported_comes_back_the_same(tanggap: Command, project: Path) -> None:
    assert tanggap("kb", "import", written(project / "lama"), cwd=project).code == 0
    for shape, inside in (("tanggap", "nlu/umum.yml"), ("rasa", "data/nlu/umum.yml")):
        exported, again, third = (project / f"{shape}_{number}" for number in (1, 2, 3))
        ended = tanggap("kb", "export", exported, "--as", shape, "--draft", cwd=project)
        assert ended.code == 0, ended
        assert (exported / inside).exists()
        assert tanggap("kb", "import", exported, "--into-files", again, cwd=project).code == 0
        assert load_content(again)[0] == load_content(exported)[0]
        assert tanggap("kb", "import", again, "--into-files", third, cwd=project).code == 0
        assert texts(third) == texts(again)
    assert texts(project / "tanggap_1") == texts(project / "tanggap_2")
    assert (project / "rasa_1" / "config.yml").exists()


def test_an_export_writes_over_nothing_unless_told(tanggap: Command, project: Path) -> None:
    assert tanggap("kb", "export", project / "a.zip", cwd=project).code == 0
    with zipfile.ZipFile(project / "a.zip") as archive:
        assert "domain/rasa.yml" in archive.namelist()
    tanggap("kb", "export", project / "a.zip", cwd=project).failed("exists")
    tanggap("kb", "export", "knowledge", cwd=project).failed("not empty")
    tanggap("kb", "export", "baru", "--release", "7", cwd=project).failed("no release 7")
    tanggap("kb", "export", "baru", "--release", "7", "--draft", cwd=project).failed("exclude each other")
    forced = tanggap("kb", "export", "knowledge", "--as", "tanggap", "--force", cwd=project)
    assert forced.code == 0
    assert "also read in this folder: domain.yml, nlu.yml" in forced.err


def test_no_link_leads_an_export_out_of_its_folder(tanggap: Command, project: Path) -> None:
    (project / "luar").mkdir()
    (project / "ekspor").mkdir()
    (project / "ekspor" / "nlu").symlink_to(project / "luar")
    ended = tanggap("kb", "export", "ekspor", "--as", "tanggap", "--force", cwd=project)
    ended.failed("leads out of the folder")
    assert list((project / "luar").iterdir()) == []


def test_a_table_goes_out_to_a_spreadsheet_and_comes_back(tanggap: Command, project: Path) -> None:
    assert tanggap("kb", "export", "tabel.csv", "--as", "csv", cwd=project).code == 0
    table = (project / "tabel.csv").read_text(encoding="utf-8-sig")
    assert "harga,Harga,faq,penjualan,harganya berapa" in table
    (project / "tabel.csv").write_text(table.replace("brp duit kak", "duitnya brp kak"), encoding="utf-8")
    assert tanggap("kb", "import", "tabel.csv", cwd=project).code == 0
    shown = tanggap("kb", "diff", "draft", cwd=project).out
    assert "- example: brp duit kak" in shown
    assert "+ example: duitnya brp kak" in shown
    assert tanggap("kb", "export", "tabel.tsv", "--as", "tsv", "--draft", cwd=project).code == 0
    again = read_sheet((project / "tabel.tsv").read_bytes(), "tabel.tsv").knowledge
    assert "duitnya brp kak" in again.intents["harga"].examples


def test_what_cannot_be_read_is_named(tanggap: Command, project: Path) -> None:
    (project / "gambar.png").write_bytes(b"\x89PNG")
    tanggap("kb", "import", "gambar.png", cwd=project).failed("gambar.png: not a file that can be read")
    tanggap("kb", "import", "tidak_ada", cwd=project).failed("tidak_ada: No such file")
    tanggap("kb", "import", "knowledge", "--into-files", "tests", cwd=project).failed("not empty")
