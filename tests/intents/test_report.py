"""The report page: everything measured is there, and nothing from the data can act in it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Literal

import pytest

from intents.evaluation import Confusion, Evaluation, IntentResult, Latency
from intents.report import html_report

HOSTILE = "</title><script>alert('x')</script><img src=\"https://evil.example/x\" onerror=alert(1)>\x00\ud800\u202e{0}&"
VOID = {"meta", "wbr"}


class Page(HTMLParser):
    """What a browser would make of the page: tags with attributes, text, and whether every tag is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def count(self, tag: str, class_: str) -> int:
        return sum(name == tag and class_ in (attributes.get("class") or "").split() for name, attributes in self.tags)


def result(name: str, support: int, f1: float) -> IntentResult:
    return IntentResult(intent=name, support=support, predicted=support, precision=f1, recall=f1, f1=f1)


def confusion(truth: str, guess: str, count: int, *examples: str) -> Confusion:
    return Confusion(truth=truth, guess=guess, count=count, examples=examples)


MINIMAL = Evaluation(
    understanding="plain",
    n_train=4,
    n_test=2,
    accuracy=1.0,
    macro_f1=1.0,
    ece=0.1,
    answered=0.0,
    wrong_answers=0.0,
    asked_back_right=0.0,
    out_of_scope_refused=None,
    train_seconds=0.01,
    latency_us=Latency(p50=80.0, p99=90.0, mean=81.0),
    embedded_share=0.0,
    intents=(result("jam_buka", 1, 1.0), result("refund", 1, 1.0)),
    confusions=(),
    reliability=((0.9, 1.0, 1.0),),
    risk_coverage=((0.9, 0.5, 0.0), (0.9, 1.0, 0.0)),
)
FULL = Evaluation(
    understanding="cascade",
    n_train=1200,
    n_test=2033,
    accuracy=0.8125,
    macro_f1=0.79,
    ece=0.0312,
    answered=0.6,
    wrong_answers=0.05,
    asked_back_right=0.25,
    out_of_scope_refused=0.937,
    train_seconds=2.5,
    latency_us=Latency(p50=144.0, p99=2100.0, mean=180.0),
    embedded_share=0.3,
    intents=(
        result("cek_status_pesanan", 40, 0.82),
        result("keluhan_terlambat", 30, 0.61),
        result("promo", 20, 0.93),
        result("tidak_diuji", 0, 0.0),
    ),
    confusions=(
        confusion("keluhan_terlambat", "cek_status_pesanan", 7, "paket saya kok belum datang"),
        confusion("cek_status_pesanan", "keluhan_terlambat", 5, "sudah sampai mana ya"),
        confusion("promo", "cek_status_pesanan", 2, "ada diskon?"),
        confusion("keluhan_terlambat", "", 1, "asdf"),
    ),
    reliability=((0.3, 0.2, 0.25), (0.7, 0.75, 0.25), (0.95, 0.94, 0.5)),
    risk_coverage=((0.99, 0.1, 0.0), (0.9, 0.5, 0.04), (0.5, 0.8, 0.1), (0.1, 1.0, 0.1875)),
    warnings=("Kurang dari tiga contoh: promo.",),
)


def test_the_page_is_well_formed_and_says_its_language() -> None:
    page = Page(html_report(FULL))
    assert page.open == []
    assert dict(page.tags)["html"] == {"lang": "id"}


def test_the_headline_figures_are_there_with_their_uncertainty() -> None:
    text = Page(html_report(FULL)).text
    for figure in ("81,2%", "79,5% sampai 82,9%", "79,0%", "0,031", "60,0%", "93,7%", "144 µs", "p99 2,1 ms", "2.033"):
        assert figure in text
    assert "30% memakai vektor kalimat" in text
    assert "Kurang dari tiga contoh: promo." in text


def test_the_fates_of_all_messages_add_up() -> None:
    page = html_report(FULL)
    widths = [float(width) for width in re.findall(r'class="bg-\w+" style="width:([\d.]+)%"', page)]
    assert widths == [57.0, 25.0, 3.0, 15.0]


def test_english_is_spoken_on_request() -> None:
    text = Page(html_report(FULL, language="en")).text
    assert "They steal from each other" in text
    assert "2,033" in text
    assert "81.2%" in text
    assert "Akurasi" not in text


def test_two_intents_that_steal_from_each_other_are_told_so_with_messages() -> None:
    text = Page(html_report(FULL)).text
    assert "keluhan_terlambat ↔ cek_status_pesanan" in text
    assert "Saling mencuri: gabungkan" in text
    assert "7× keluhan_terlambat dikira cek_status_pesanan“paket saya kok belum datang”" in text
    assert "5× cek_status_pesanan dikira keluhan_terlambat“sudah sampai mana ya”" in text


def test_a_one_way_confusion_asks_for_examples_of_the_intent_that_loses() -> None:
    text = Page(html_report(FULL)).text
    assert "promo → cek_status_pesananSatu arah: tambah contoh seperti ini pada promo" in text


def test_a_message_nothing_was_guessed_for_is_called_unrecognised() -> None:
    assert "1× keluhan_terlambat dikira (tidak dikenali)" in Page(html_report(FULL)).text


def test_intents_come_weakest_first_and_untested_ones_last() -> None:
    page = html_report(FULL)
    names = re.findall(r'<tr><th scope="row"><bdi>(.*?)</bdi>', page)
    assert [name.replace("<wbr>", "") for name in names] == [
        "keluhan_terlambat",
        "cek_status_pesanan",
        "promo",
        "tidak_diuji",
    ]


def test_many_intents_are_folded_away_but_none_is_left_out() -> None:
    many = replace(FULL, intents=tuple(result(f"maksud{number:02}", 5, number / 100) for number in range(60)))
    page = html_report(many)
    shown, folded = page.split("<details>")
    assert re.findall(r"<bdi>(maksud\d+)", shown)[-15:] == [f"maksud{number:02}" for number in range(15)]
    assert re.findall(r"<bdi>(maksud\d+)", folded) == [f"maksud{number:02}" for number in range(15, 60)]


def test_the_map_shows_for_each_true_intent_what_it_was_taken_for() -> None:
    page = Page(html_report(FULL))
    assert page.count("rect", "right") == 3
    assert page.count("rect", "wrong") == 3
    cells = re.findall(r'class="cell"[^>]*>([^<]+)<', html_report(FULL))
    assert cells == ["61%", "23%", "16%", "12%", "82%", "6%", "10%", "93%"]


def test_every_plot_says_in_words_what_it_shows() -> None:
    page = html_report(FULL)
    plots = re.findall(r"<svg .*?</svg>", page, flags=re.DOTALL)
    assert len(plots) == 3
    for plot in plots:
        labels = re.search(r'aria-labelledby="(\S+) (\S+)"', plot)
        assert labels
        assert f'<title id="{labels[1]}">' in plot
        assert f'<desc id="{labels[2]}">' in plot
    assert "Dengan ambang model, 60% dijawab dan 5,0% di antaranya salah. Batas yang diminta 5%." in page


def test_the_reliability_plot_has_a_point_and_a_share_for_every_bin() -> None:
    page = Page(html_report(FULL))
    assert page.count("circle", "dot") == 3
    assert page.count("rect", "share") == 3
    assert (page.count("line", "over"), page.count("line", "under")) == (2, 1)


@pytest.mark.parametrize(("target", "label"), [(0.05, "batas 5%"), (0.1, "batas 10%")])
def test_the_risk_plot_draws_the_target_asked_for(target: float, label: str) -> None:
    page = html_report(FULL, target_wrong=target)
    line = re.search(r'<line class="target" [^>]*y1="([\d.]+)"', page)
    assert label in page
    assert line
    # The axis ends at 20 %, 30 units below the top and 270 at its foot.
    assert float(line[1]) == pytest.approx(270 - target / 0.2 * 240)


def test_a_limit_is_told_by_how_much_could_be_answered_under_it() -> None:
    rows = dict(re.findall(r'<tr><th scope="row">(\d+%)</th><td class="n">(.*?)</td>', html_report(FULL)))
    assert rows == {"1%": "10%", "2%": "10%", "5%": "50%", "10%": "80%", "20%": "100%"}


def test_a_limit_that_cannot_be_kept_says_so() -> None:
    hopeless = replace(FULL, risk_coverage=((0.9, 0.5, 0.5), (0.5, 1.0, 0.6)))
    assert html_report(hopeless).count("tidak tercapai") == 5


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_least_there_can_be_still_makes_a_page(language: Literal["id", "en"]) -> None:
    page = Page(html_report(MINIMAL, language=language))
    assert page.open == []
    assert page.count("path", "chosen") == 0
    assert len([tag for tag, _ in page.tags if tag == "svg"]) == 2
    assert not any(tag == "aside" for tag, _ in page.tags)


def test_without_out_of_scope_rows_no_such_figure_is_claimed() -> None:
    assert "Di luar cakupan" in html_report(FULL)
    assert "Di luar cakupan" not in html_report(replace(FULL, out_of_scope_refused=None))


def test_curves_without_a_point_leave_empty_axes() -> None:
    page = Page(html_report(replace(FULL, reliability=(), risk_coverage=())))
    assert page.open == []
    assert page.count("path", "curve") == 0


def test_nothing_from_the_data_can_act_in_the_page() -> None:
    hostile = replace(
        FULL,
        understanding=HOSTILE,
        intents=(result(HOSTILE, 10, 0.5), result("promo", 10, 0.5)),
        confusions=(confusion(HOSTILE, "promo", 3, HOSTILE), confusion("promo", HOSTILE, 3, "{intent}")),
        warnings=(HOSTILE,),
    )
    written = html_report(hostile)
    page = Page(written)
    assert page.open == []
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "iframe", "object", "link", "base"})
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "<script>alert('x')</script>" in page.text
    assert "“{intent}”" in page.text
    assert not set(written) & {"\x00", "\ud800", "\u202e"}
    assert written.encode()


def test_the_page_loads_nothing() -> None:
    page = html_report(FULL)
    attributes = {name for _, found in Page(page).tags for name in found}
    assert "://" not in page
    assert "@import" not in page
    assert "url(" not in page
    assert attributes.isdisjoint({"src", "href", "srcset", "xlink:href", "action"})
    assert "default-src 'none'" in page


def test_light_dark_and_narrow_screens_are_provided_for() -> None:
    page = html_report(FULL)
    assert "prefers-color-scheme:dark" in page
    assert "max-width:40rem" in page
    assert 'name="viewport"' in page


def test_an_endless_message_is_cut() -> None:
    endless = replace(FULL, confusions=(confusion("promo", "cek_status_pesanan", 1, "tolong " * 20_000),))
    shown = re.findall("“(tolong[^”]*)”", html_report(endless))
    assert [len(message) for message in shown] == [160]
    assert shown[0].endswith("…")
