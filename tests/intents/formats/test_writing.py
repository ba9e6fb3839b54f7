"""A content written as files is read back as the same content, and written again as the same text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from intents.content import Content, content_of, pieces_of
from intents.formats import load_content
from intents.formats.writing import rasa_project, write_project
from intents.forms import Slot, SlotType
from intents.knowledge import Answer, Intent, KnowledgeBase
from tests.intents.contents import contents

Write = Callable[[Content], dict[str, str]]
ROOT = Path(__file__).parents[3]


def put(written: Mapping[str, str], folder: Path) -> Path:
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def read_again(written: Mapping[str, str]) -> Content:
    with TemporaryDirectory() as folder:
        return load_content(put(written, Path(folder)), strict=False)[0]


def template(folder: Path) -> Path:
    source = files("bot.cli") / "template" / "knowledge"
    return put(
        {name: (source / f"{name}.txt").read_text(encoding="utf-8") for name in ("nlu.yml", "domain.yml")}, folder
    )


@pytest.fixture(params=["starter", "template", "shop"])
def content(request: pytest.FixtureRequest, tmp_path: Path) -> Content:
    folders = {"starter": ROOT / "intents" / "starter", "shop": ROOT / "tests" / "shop"}
    folder = template(tmp_path) if request.param == "template" else folders[request.param]
    return load_content(folder)[0]


@pytest.mark.parametrize("write", [write_project, rasa_project])
def test_a_knowledge_base_comes_back_from_its_files_as_it_was(content: Content, write: Write, tmp_path: Path) -> None:
    written = write(content)
    again, report = load_content(put(written, tmp_path / "again"))
    assert pieces_of(again) == pieces_of(content)
    assert again == content
    assert write(again) == written
    assert [str(finding) for finding in report if "comments only" not in finding.message] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(contents())
def test_whatever_people_write_comes_back_from_its_files(content: Content) -> None:
    written = write_project(content)
    again = read_again(written)
    assert pieces_of(again) == pieces_of(content)
    assert again == content
    assert write_project(again) == written
    assert pieces_of(read_again(rasa_project(content))) == pieces_of(content)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(contents())
def test_no_name_becomes_a_path(content: Content) -> None:
    for path in map(PurePosixPath, rasa_project(content)):
        assert len(path.parts) <= 3
        assert all(part.isascii() and part.strip("._") and "\\" not in part for part in path.parts)
        assert len(path.name) <= 70


@pytest.mark.parametrize("name", ["/etc/passwd", "../../x", "<xsl:x>", "C:\\x", "a" * 500, "😀", "..", "CON"])
def test_a_hostile_department_is_a_harmless_file(name: str) -> None:
    base = KnowledgeBase(intents={name: Intent(name=name, examples=("halo",), department=name)})
    written = write_project(content_of(pieces_of(Content(knowledge=base))))
    (path,) = written
    folder, file = path.split("/")
    assert folder == "nlu"
    assert file.removesuffix(".yml").replace("_", "").isalnum()
    assert read_again(written).knowledge.intents[name].department == name


def test_names_that_differ_in_case_only_share_a_file() -> None:
    intents = {name: Intent(name=name, examples=(name,), department=name) for name in ("Toko", "toko", "TOKO")}
    written = write_project(content_of(pieces_of(Content(knowledge=KnowledgeBase(intents=intents)))))
    assert list(written) == ["nlu/toko.yml"]
    assert set(read_again(written).knowledge.intents) == {"Toko", "toko", "TOKO"}


@pytest.mark.parametrize("department", ["entitas", "formulir", "rasa", "Rasa"])
def test_a_department_never_writes_over_a_file_that_is_there_anyway(department: str) -> None:
    intent = Intent(name="salam", examples=("halo",), department=department)
    base = KnowledgeBase(
        intents={"salam": intent}, answers={"salam": (Answer(text="Hai"),)}, lookups={"ukuran": ("besar",)}
    )
    content = content_of(pieces_of(Content(knowledge=base)))
    again = read_again(rasa_project(content))
    assert again == content


def test_files_are_written_as_people_write_them() -> None:
    base = KnowledgeBase(
        intents={"jam": Intent(name="jam", examples=("buka jam berapa?", "buka # hari ini"), title="Jam buka")},
        answers={"jam": (Answer(text="Setiap hari 08.00: 17.00"),)},
    )
    assert write_project(content_of(pieces_of(Content(knowledge=base)))) == {
        "nlu/umum.yml": 'version: "3.1"\nnlu:\n- intent: jam\n  metadata:\n    title: Jam buka\n  examples: |\n'
        "    - buka jam berapa?\n    - buka # hari ini\n",
        "domain/umum.yml": 'version: "3.1"\nresponses:\n  utter_jam:\n  - text: "Setiap hari 08.00: 17.00"\n',
    }


def test_brackets_in_an_example_are_brackets() -> None:
    example = "harga [promo](kota:x) [baru] berapa"
    base = KnowledgeBase(intents={"jam": Intent(name="jam", examples=(example,))})
    written = write_project(content_of(pieces_of(Content(knowledge=base))))
    assert read_again(written).knowledge.intents["jam"].examples == (example,)
    assert read_again(written).knowledge.synonyms == {}


@pytest.mark.parametrize(
    "number", [0.0006551622563760262, -0.00012345678901234567, 1.2345678901234567e-05, 0.5, 10**17]
)
def test_a_number_comes_back_with_all_its_digits(number: float) -> None:
    slot = Slot(name="nomor", type=SlotType.ANY, initial=number)
    base = KnowledgeBase(intents={"jam": Intent(name="jam", examples=("jam",))}, slots={"nomor": slot})
    for write in (write_project, rasa_project):
        assert read_again(write(Content(knowledge=base))).knowledge.slots["nomor"].initial == number
