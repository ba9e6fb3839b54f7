"""The starter knowledge base is whole: its intents, their metadata, examples and answers."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from bot.settings import Settings
from intents.entities import EntityFinder
from intents.formats import load_knowledge
from intents.knowledge import KnowledgeBase
from intents.starter import load_starter
from intents.tone import MAX_LENGTH, check_tone

INTENTS = {
    ("smalltalk", ""): "salam perpisahan terima_kasih setuju tolak pujian tanya_bot bantuan",
    ("handoff", "umum"): "minta_agen",
    ("faq", "umum"): "jam_operasional lokasi_toko kontak_cs lowongan_kerja status_laporan",
    ("faq", "penjualan"): "cara_pesan ketersediaan_stok harga_produk garansi keaslian_produk promo_diskon kode_voucher "
    "program_poin reseller_kerjasama ubah_pesanan batal_pesanan",
    ("faq", "pembayaran"): "metode_pembayaran cicilan_paylater bayar_cod konfirmasi_pembayaran faktur_invoice",
    ("faq", "pengiriman"): "cek_status_pesanan lacak_resi estimasi_pengiriman ongkos_kirim ubah_alamat",
    ("faq", "retur"): "retur_barang refund_dana",
    ("faq", "akun"): "daftar_akun lupa_kata_sandi ubah_data_akun hapus_akun",
    ("faq", "keamanan"): "cek_penipuan",
    ("complaint", "pengiriman"): "keluhan_terlambat keluhan_kurir",
    ("complaint", "retur"): "keluhan_barang_rusak keluhan_salah_barang keluhan_refund",
    ("complaint", "pembayaran"): "keluhan_pembayaran",
    ("complaint", "umum"): "keluhan_layanan",
    ("complaint", "akun"): "keluhan_aplikasi",
    ("complaint", "penjualan"): "keluhan_voucher",
    ("alarm", "keamanan"): "lapor_penipuan",
    ("alarm", "umum"): "ancaman_eskalasi umpatan",
}
"""Names by kind and department. Demos and tests rely on them."""


ASKING = re.compile(r"\?|nomor pesanan|nomer pesenan|order number|\bresi\b|\bfoto|\bphoto", re.IGNORECASE)
"""What the answer to a complaint leaves to its form."""


@pytest.fixture(scope="module")
def starter() -> KnowledgeBase:
    return load_starter()


def said_in(starter: KnowledgeBase, name: str, language: str) -> list[str]:
    """The texts of a response that are written for one language."""
    return [answer.text for answer in starter.answers.get(name, ()) if answer.language == language]


def sets_slots(starter: KnowledgeBase, payload: str) -> bool:
    """Whether a payload is `/…{"slot": …}`, with slots that are there."""
    _, brace, values = payload.partition("{")
    return bool(brace) and json.loads(brace + values).keys() <= starter.slots.keys()


def test_it_has_exactly_the_intents_agreed_on(starter: KnowledgeBase) -> None:
    agreed = {name: key for key, names in INTENTS.items() for name in names.split()}
    assert len(agreed) == 54
    assert {name: (intent.kind, intent.department) for name, intent in starter.intents.items()} == agreed


def test_every_intent_has_forty_examples_and_a_title_that_fits_a_button(starter: KnowledgeBase) -> None:
    assert {name: len(i.examples) for name, i in starter.intents.items() if len(i.examples) < 40} == {}
    assert {name: i.title for name, i in starter.intents.items() if not 0 < len(i.title) <= 28} == {}
    titles = Counter(intent.title for intent in starter.intents.values())
    assert titles.most_common(1)[0][1] == 1


def test_no_text_stands_twice(starter: KnowledgeBase) -> None:
    texts = Counter(" ".join(text.casefold().split()) for text, _ in starter.examples())
    texts.update(" ".join(text.casefold().split()) for text in starter.out_of_scope)
    assert [text for text, count in texts.items() if count > 1] == []


def test_it_knows_what_must_not_be_answered(starter: KnowledgeBase) -> None:
    assert len(starter.out_of_scope) >= 300


def test_every_intent_has_two_different_answers_in_indonesian_and_one_in_english(starter: KnowledgeBase) -> None:
    few = [name for name in starter.intents if len({a.text for a in starter.answers_for(name, "telegram", "id")}) < 2]
    assert few == []
    assert [name for name in starter.intents if not said_in(starter, name, "en")] == []


def test_what_is_asked_most_is_answered_in_javanese(starter: KnowledgeBase) -> None:
    assert len([name for name in starter.intents if said_in(starter, name, "jv")]) >= 25


def test_english_answers_do_without_a_form_of_address(starter: KnowledgeBase) -> None:
    english = [a.text for variants in starter.answers.values() for a in variants if a.language == "en"]
    assert [text for text in english if "{sapaan}" in text] == []


def test_every_variant_in_another_language_shows_the_same_ways_on(starter: KnowledgeBase) -> None:
    """The payloads that an Indonesian variant offers hold for the language's own, as far as it has buttons."""
    unknown = [
        (name, answer.language, button.payload)
        for name, variants in starter.answers.items()
        for answer in variants
        for button in answer.buttons
        if answer.language and button.payload not in {b.payload for a in variants if not a.language for b in a.buttons}
    ]
    assert unknown == []


def test_every_answer_keeps_the_tone(starter: KnowledgeBase) -> None:
    texts = [answer.text for variants in starter.answers.values() for answer in variants]
    assert {text: problems for text in texts if (problems := check_tone(text))} == {}


def test_the_settings_fill_every_placeholder_and_the_answers_stay_short(starter: KnowledgeBase) -> None:
    filled = starter.filled(Settings().placeholders())
    texts = [filled.said(answer.text) for variants in filled.answers.values() for answer in variants]
    assert [text for text in texts if "{" in text or len(text) > MAX_LENGTH] == []


def test_every_button_leads_on_and_fits_telegram(starter: KnowledgeBase) -> None:
    buttons = [b for variants in starter.answers.values() for answer in variants for b in answer.buttons]
    assert buttons
    intents = [b.payload.removeprefix("/") for b in buttons if not sets_slots(starter, b.payload)]
    assert [intent for intent in intents if intent not in starter.intents] == []
    assert [b for b in buttons if len(b.payload.encode()) > 64 or len(b.title) > 28] == []


def test_every_complaint_opens_a_short_form_that_its_ticket_carries(starter: KnowledgeBase) -> None:
    complaints = [intent.name for intent in starter.intents.values() if intent.kind == "complaint"]
    forms = {name: starter.forms[step] for name in complaints for step in starter.steps_after(name, {})}
    assert forms.keys() == set(complaints)
    assert all(form.ticket and len(form.slots) <= 5 for form in forms.values())
    assert len({form.name for form in forms.values()}) <= 4


def test_an_alarm_asks_nobody_to_fill_anything_in(starter: KnowledgeBase) -> None:
    alarms = [intent.name for intent in starter.intents.values() if intent.kind == "alarm"]
    assert {name: steps for name in alarms if (steps := starter.steps_after(name, {}))} == {}


def test_the_answer_to_a_complaint_leaves_the_questions_to_its_form(starter: KnowledgeBase) -> None:
    texts = [a.text for i in starter.intents.values() if i.kind == "complaint" for a in starter.answers[i.name]]
    assert [text for text in texts if ASKING.search(text)] == []


def test_every_slot_of_a_form_is_asked_for_in_three_languages(starter: KnowledgeBase) -> None:
    for form in starter.forms.values():
        for slot in form.slots:
            own = f"ask_{form.name}_{slot}"
            name = own if own in starter.answers else f"ask_{slot}"
            assert len(starter.answers_for(name, "telegram", "id")) >= 2, name
            assert said_in(starter, name, "en"), name
            assert said_in(starter, name, "jv"), name


def test_every_question_that_may_be_skipped_says_how(starter: KnowledgeBase) -> None:
    for form in starter.forms.values():
        for slot in form.slots:
            if form.ticket or starter.slots[slot].optional:
                for answer in starter.answers[f"ask_{slot}"]:
                    assert ("skip" if answer.language == "en" else "lewati") in answer.text, answer.text


def test_every_slot_has_a_title_for_the_agents(starter: KnowledgeBase) -> None:
    assert [slot.name for slot in starter.slots.values() if not slot.title] == []


def test_no_number_is_named_where_none_was_given(starter: KnowledgeBase) -> None:
    for language in ("id", "en", "jv"):
        without = starter.answers_for("keluhan_lengkap", "telegram", language, {})
        assert without
        assert [a.text for a in without if "{nomor_pesanan}" in a.text] == []
        given = starter.answers_for("keluhan_lengkap", "telegram", language, {"nomor_pesanan": "TN-448120"})
        assert given
        assert [a.text for a in given if "{nomor_pesanan}" not in a.text] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tn-448120 min", [("order_number", "tn-448120")]),
        ("eh salah, nomornya 123", [("order_number", "123")]),
        ("448120 kak", [("angka_saja", "448120")]),
        ("448 120", [("angka_saja", "448 120")]),
        ("081234567890", [("phone", "+6281234567890")]),
        ("ongkir 1,5 kg ke Medan", [("berat", "1,5 kg"), ("place", "Medan")]),
        ("2 pcs ke Medan", [("quantity", "2 pcs"), ("place", "Medan")]),
    ],
)
def test_it_finds_the_shops_own_numbers(starter: KnowledgeBase, text: str, found: list[tuple[str, str]]) -> None:
    finder = EntityFinder(regexes=starter.regexes, lookups=starter.lookups, synonyms=starter.synonyms)
    assert [(entity.kind, entity.value) for entity in finder.find(text)] == found


def test_its_files_give_no_cause_for_remarks() -> None:
    assert load_knowledge(Path(str(files("intents.starter")))).report == ()
