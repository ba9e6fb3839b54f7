"""The page on writing a knowledge base: its examples are one, which is read without remarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from bot.dialogue.following import BUILT_IN
from bot.settings import Settings
from intents.formats import Loaded
from intents.formats.domain_slots import ATTACHMENTS
from intents.forms import SlotType, SourceKind, Wanted, holds

PAGE = (Path(__file__).parents[3] / "docs" / "knowledge.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_examples_are_one_knowledge_base_without_remarks(load: Callable[..., Loaded]) -> None:
    loaded = load({f"{number}.yml": block for number, block in enumerate(BLOCKS)})
    assert loaded.report == ()
    knowledge = loaded.knowledge.filled(Settings().placeholders())
    assert knowledge.steps_after("keluhan_rusak", {}) == ("form_keluhan",)
    assert knowledge.steps_after("bantuan", {}) == ("utter_bantuan", "action_menu")
    assert knowledge.steps_after("cek_pesanan", {}) == ()
    assert knowledge.steps_after("cek_pesanan", {"anggota": True}) == ("action_cek_pesanan",)
    form = knowledge.forms["form_keluhan"]
    assert (form.then, form.ticket) == (("utter_keluhan_lengkap",), True)
    assert set(form.slots) < knowledge.slots.keys()
    (english,) = knowledge.answers_for("jam_buka", "telegram", "en")
    assert english.text.startswith("We are open")
    (empty,) = (answer for answer in knowledge.answers["keluhan_lengkap"] if answer.slots)
    assert holds(empty.slots, {})
    assert not holds((("nomor_pesanan", Wanted.ANYTHING),), {})


def test_it_names_all_that_can_be_written() -> None:
    words = [each.value for kind in (SlotType, SourceKind) for each in kind]
    assert [word for word in (*words, *ATTACHMENTS, *BUILT_IN) if f"`{word}`" not in PAGE] == []
