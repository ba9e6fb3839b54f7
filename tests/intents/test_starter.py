"""The starter knowledge base is whole: its intents, their metadata, examples and answers."""

from __future__ import annotations

import time
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from bot.config import Settings
from intents.formats import load_knowledge
from intents.knowledge import KnowledgeBase
from intents.starter import load_starter
from intents.tone import MAX_LENGTH, check_tone

INTENTS = {
    ("smalltalk", ""): "salam perpisahan terima_kasih setuju tolak pujian tanya_bot bantuan",
    ("handoff", "umum"): "minta_agen",
    ("faq", "umum"): "jam_operasional lokasi_toko kontak_cs lowongan_kerja",
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


@pytest.fixture(scope="module")
def starter() -> KnowledgeBase:
    return load_starter()


def test_it_has_exactly_the_intents_agreed_on(starter: KnowledgeBase) -> None:
    agreed = {name: key for key, names in INTENTS.items() for name in names.split()}
    assert len(agreed) == 53
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


def test_every_intent_has_two_different_answers(starter: KnowledgeBase) -> None:
    assert starter.answers.keys() == starter.intents.keys()
    few = {name: variants for name, variants in starter.answers.items() if len({a.text for a in variants}) < 2}
    assert few == {}


def test_every_answer_keeps_the_tone(starter: KnowledgeBase) -> None:
    texts = [(name, answer.text) for name, variants in starter.answers.items() for answer in variants]
    assert {text: problems for _, text in texts if (problems := check_tone(text))} == {}


def test_the_settings_fill_every_placeholder_and_the_answers_stay_short(starter: KnowledgeBase) -> None:
    filled = starter.filled(Settings().placeholders())
    texts = [answer.text for variants in filled.answers.values() for answer in variants]
    assert [text for text in texts if "{" in text or len(text) > MAX_LENGTH] == []


def test_every_button_leads_to_an_intent_and_fits_telegram(starter: KnowledgeBase) -> None:
    buttons = [b for variants in starter.answers.values() for answer in variants for b in answer.buttons]
    assert buttons
    assert [b for b in buttons if b.payload.removeprefix("/") not in starter.intents] == []
    assert [b for b in buttons if len(b.payload.encode()) > 64 or len(b.title) > 28] == []


def test_its_files_give_no_cause_for_remarks() -> None:
    assert load_knowledge(Path(str(files("intents.starter")))).report == ()


def test_it_is_read_fast_enough_for_a_start_of_the_service() -> None:
    started = time.perf_counter()
    load_starter()
    assert time.perf_counter() - started < 0.3
