"""What waiting customers are shown."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from conversation.phrases import ENGLISH, INDONESIAN, addressed
from conversation.state import EpisodeId
from conversation.tickets import TicketId
from handoff import notices
from handoff.hours import Calendar
from handoff.shifts import week

PHRASES = addressed(INDONESIAN, "Kak")
OFFICE = Calendar(week=week({"senin-jumat": "09:00-12:00, 13:00-17:00"}), zone="WITA", holidays=True)


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Makassar"))


# The queue


def test_a_place_in_the_queue_is_one_sentence() -> None:
    assert notices.position(PHRASES, 3, 10).text == "Anda urutan ke-3, perkiraan 10 menit."
    assert notices.position(PHRASES, 3, None).text == "Anda urutan ke-3."


@pytest.mark.parametrize(
    ("place", "seconds", "agents", "minutes"),
    [
        (1, [600] * 5, 1, 10),
        (3, [600] * 5, 1, 30),
        (3, [600] * 5, 3, 10),
        (1, [90] * 9, 1, 2),
        (1, [1] * 9, 5, 1),
        (2, [60, 60, 240, 9_000, 240], 1, 10),
        (10, [600] * 5, 1, 105),
    ],
)
def test_an_estimate_comes_from_what_recent_tickets_took_and_is_rounded_up(
    place: int, seconds: list[float], agents: int, minutes: int
) -> None:
    assert notices.estimate(place, seconds, agents) == minutes


def test_there_is_no_estimate_without_data_or_without_agents() -> None:
    assert notices.estimate(1, [600] * (notices.ENOUGH - 1), 1) is None
    assert notices.estimate(1, [600] * notices.ENOUGH, 0) is None


# Out of hours


def test_within_hours_there_is_nothing_to_say() -> None:
    assert notices.out_of_hours(PHRASES, OFFICE, TicketId(7), wita("2026-03-02 10:00")) is None


@pytest.mark.parametrize(
    ("now", "when"),
    [
        ("2026-03-02 12:30", "hari ini pukul 13.00 WITA"),
        ("2026-03-02 20:00", "besok pukul 09.00 WITA"),
        ("2026-03-06 20:00", "Senin, 9 Maret pukul 09.00 WITA"),
    ],
)
def test_who_writes_out_of_hours_is_told_when_somebody_will_be_there(now: str, when: str) -> None:
    told = notices.out_of_hours(PHRASES, OFFICE, TicketId(7), wita(now))
    assert told is not None
    assert told.text.startswith(f"Saat ini tim kami belum bertugas, Kak, dan baru ada lagi {when}.")


def test_on_a_holiday_they_are_told_which() -> None:
    told = notices.out_of_hours(PHRASES, OFFICE, TicketId(7), wita("2026-08-17 10:00"))
    assert told is not None
    assert "libur (Hari Kemerdekaan Republik Indonesia), Kak, dan baru ada lagi besok" in told.text


def test_they_may_leave_a_message_go_back_to_the_bot_or_call_it_off() -> None:
    told = notices.out_of_hours(PHRASES, OFFICE, TicketId(7), wita("2026-03-02 20:00"))
    assert told is not None
    assert [[button.title for button in row] for row in told.buttons] == [
        ["Tinggalkan pesan"],
        ["Lanjut dengan bot"],
        ["Batalkan laporan"],
    ]
    assert [notices.choice_of(row[0].payload) for row in told.buttons] == [
        (notices.LEAVE_MESSAGE, 7),
        (notices.BACK_TO_BOT, 7),
        (notices.CANCEL, 7),
    ]


def test_who_leaves_a_message_is_told_when_it_will_be_read() -> None:
    assert "besok pukul 09.00 WITA" in notices.message_left(PHRASES, OFFICE, wita("2026-03-02 20:00")).text


def test_times_are_told_in_english_too() -> None:
    at, now = wita("2026-03-09 09:00"), wita("2026-03-02 20:00")
    assert notices.when(ENGLISH, OFFICE, at, now) == "on Monday, 9 March at 09:00 WITA"


@pytest.mark.parametrize("payload", ["", "!leave", "!leave:", "!leave:x", "!claim:7", "7", "!leave:-7"])
def test_other_payloads_are_no_choice(payload: str) -> None:
    assert notices.choice_of(payload) is None


# The survey


def test_the_survey_has_one_to_five_stars_that_name_their_episode() -> None:
    (row,) = notices.survey(PHRASES, EpisodeId(12)).buttons
    assert [notices.stars_of(button.payload) for button in row] == [(12, stars) for stars in range(1, 6)]
    assert all(len(button.payload.encode()) <= 64 for button in row)


def test_after_the_stars_there_may_be_a_comment_or_none() -> None:
    asked = notices.ask_comment(PHRASES, EpisodeId(12), 4)
    assert asked.text.startswith("Terima kasih atas nilainya, Kak: ⭐⭐⭐⭐.")
    assert notices.no_comment_of(asked.buttons[0][0].payload) == 12


@pytest.mark.parametrize(
    "payload", ["", "!stars", "!stars:12", "!stars:12:0", "!stars:12:6", "!stars:12:", "!stars:x:3"]
)
def test_other_payloads_are_no_stars(payload: str) -> None:
    assert notices.stars_of(payload) is None
    assert notices.no_comment_of(payload) is None
