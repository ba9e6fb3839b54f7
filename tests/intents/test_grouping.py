"""Like messages come together and unlike ones do not, on our own labelled messages and on what can go wrong."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import intents.starter
from intents.grouping import DAYS, Group, Heard, group
from intents.normalise import Normaliser

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
OUT_OF_SCOPE = "-"


@cache
def normaliser() -> Normaliser:
    return Normaliser.load()


def grouped(*texts: str) -> list[set[str]]:
    return [{item.text for item in each.items} for each in groups(texts)]


def groups(texts: Sequence[str], at: datetime = NOW) -> tuple[Group[int], ...]:
    return group([Heard(key=key, text=text, at=at) for key, text in enumerate(texts)], NOW, normaliser())


@cache
def labelled(part: int) -> tuple[tuple[str, str], ...]:
    """One half of the starter's test messages, by intent; the threshold was settled on half 0."""
    lines = (Path(intents.starter.__file__).parent / "test_messages.tsv").read_text(encoding="utf-8").splitlines()
    rows = [(text, intent) for text, _, intent in (line.partition("\t") for line in lines)]
    names = sorted({intent for _, intent in rows} - {OUT_OF_SCOPE})
    strange = [row for row in rows if row[1] == OUT_OF_SCOPE][part::2]
    return (*(row for row in rows if row[1] in names[part::2]), *strange)


@pytest.mark.parametrize("part", [0, 1])
def test_groups_follow_what_customers_want(part: int) -> None:
    rows = labelled(part)
    sizes, right, pure, complete, known = Counter(intent for _, intent in rows), 0, 0.0, 0.0, 0
    for each in groups([text for text, _ in rows]):
        counts = Counter(rows[item.key][1] for item in each.items)
        right += max(counts.values())
        for intent, count in counts.items():
            if intent != OUT_OF_SCOPE:
                known += count
                pure += count * count / each.count
                complete += count * count / sizes[intent]
    precision, recall = pure / known, complete / known
    assert right / len(rows) > 0.7
    assert precision > 0.6
    assert recall > 0.25


def test_the_same_thing_in_other_spellings_comes_together() -> None:
    same = {
        "refund saya kok belum masuk",
        "refun sy ko blm masuk",
        "REFUNDDD SAYA BELUM MASUKKK!!!",
        "refundku blom masuk kak",
    }
    assert grouped(*same, "toko buka jam berapa kak") == [same, {"toko buka jam berapa kak"}]


def test_one_common_word_joins_nothing() -> None:
    texts = ("kak mau retur", "kak ongkirnya berapa", "kak lokasi tokonya", "kak ada promo", "kak garansinya")
    assert sorted(map(len, grouped(*texts))) == [1] * 5


def test_lone_words_and_gibberish_swallow_nothing() -> None:
    wants = (
        "paket saya belum sampai juga",
        "paketku kok belum sampai",
        "cara bayar pakai ovo",
        "bisa bayar pakai ovo ga",
    )
    found = grouped(*wants, "kak", "asdfgh", "qwertyuiop", "???", "ok")
    assert found[:2] in ([set(wants[:2]), set(wants[2:])], [set(wants[2:]), set(wants[:2])])
    assert all(len(each) == 1 for each in found[2:])


def test_a_group_is_named_in_the_customers_own_words() -> None:
    first, *_ = groups(["ongkirnya brp ke papua", "ongkir ke papua brp kak", "brp ongkir ke papua", "jam buka"])
    assert set(first.name.split()) == {"ongkir", "brp", "papua"} or "ongkir" in first.name
    assert first.example in {item.text for item in first.items}


def test_labels_of_what_was_hidden_neither_join_nor_name() -> None:
    found = groups(["[nomor telepon] [nama]", "[nomor telepon] retur", "[nomor telepon] ongkir"])
    assert [each.count for each in found] == [1, 1, 1]
    assert "retur" in {each.name for each in found}


def test_trends_count_days_where_the_shop_is() -> None:
    now = datetime(2026, 3, 14, 1, tzinfo=timezone(timedelta(hours=7)))
    ages = [timedelta(0), timedelta(hours=2), timedelta(days=1), timedelta(days=8), timedelta(days=40)]
    heard = [Heard(key=age, text="ada promo", at=(now - age).astimezone(UTC)) for age in ages]
    [only] = group(heard, now, normaliser())
    assert (len(only.trend), only.count) == (DAYS, 5)
    assert only.trend[-3:] == (0, 2, 1)
    assert only.growth == 3 - 1


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["ongkir brp", "retur gimana", "kak", ""])), max_size=25)
)
def test_every_message_is_in_one_group_whatever_it_says(texts: list[str]) -> None:
    found = groups(texts)
    assert sorted(item.key for each in found for item in each.items) == list(range(len(texts)))
    assert found == groups(texts)
    assert [each.count for each in found] == sorted((each.count for each in found), reverse=True)


def test_two_thousand_messages_take_less_than_two_seconds_of_a_core() -> None:
    words = ("retur", "ongkir", "promo", "garansi", "paket", "kurir", "bayar", "akun", "voucher", "stok")
    ends = ("gimana", "berapa", "belum", "kapan", "kenapa", "error", "lama", "hilang", "mahal", "salah")
    texts = [f"{a} {b} {c} {n % 7}" for a in words for b in ends for n, c in enumerate([*words, *ends])]
    groups(texts[:50])
    begun = time.process_time()
    groups(texts)
    assert time.process_time() - begun < 2.0


def test_no_messages_are_no_groups() -> None:
    assert groups([]) == ()
