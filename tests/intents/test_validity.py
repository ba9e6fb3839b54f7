"""Days and times of answers: what people write, when it counts, and which variant is given then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from intents.knowledge import Answer, Intent, KnowledgeBase
from intents.validity import ZONE, beginning, end, written_beginning, written_end

PLAIN = Answer(text="Belum ada promo")
PROMO = Answer(text="Diskon akhir tahun", since=beginning("2026-12-24"), until=end("2026-12-31"))
SECOND = timedelta(seconds=1)


def base(*answers: Answer) -> KnowledgeBase:
    return KnowledgeBase(intents={"promo": Intent(name="promo", examples=("promo?",))}, answers={"promo": answers})


def test_a_day_is_a_whole_day_in_jakarta() -> None:
    assert beginning("2026-12-24") == datetime(2026, 12, 23, 17, tzinfo=UTC)
    assert end("2026-12-31") == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_a_time_is_that_of_jakarta_unless_it_says_otherwise() -> None:
    assert end("2026-12-31 12:00") == datetime(2026, 12, 31, 12, tzinfo=ZONE)
    assert end("2026-12-31T12:00:00Z") == datetime(2026, 12, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("written", ["2026-12-31", "2026-12-31T12:30:00+07:00"])
def test_what_was_written_is_written_again(written: str) -> None:
    assert written_end(end(written)) == written
    assert written_beginning(beginning(written)) == written


@pytest.mark.parametrize("written", ["besok", "31-12-2026", "2026-02-30", "9999-12-31", ""])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        end(written)


def test_a_variant_is_given_within_its_days_and_goes_before_the_others_then() -> None:
    knowledge, begin, over = base(PLAIN, PROMO), beginning("2026-12-24"), end("2026-12-31")
    given = {
        moment: knowledge.answers_for("promo", "telegram", now=moment)
        for moment in (begin - SECOND, begin, over - SECOND, over)
    }
    assert list(given.values()) == [(PLAIN,), (PROMO,), (PROMO,), (PLAIN,)]


def test_where_all_are_over_there_is_no_answer() -> None:
    assert base(PROMO).answers_for("promo", "telegram", now=end("2026-12-31")) == ()
    assert base(PROMO).answers_for("promo", "telegram") == (PROMO,)
