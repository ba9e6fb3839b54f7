"""How long somebody has to wait before the next attempt to sign in."""

from __future__ import annotations

from datetime import timedelta

from bot.console.throttle import BY_ADDRESS, BY_LOGIN, KEPT, Throttle, network
from bot.testing.manual_clock import NOON


def attempts(throttle: Throttle, count: int, *, login: str = "sari", address: str = "10.0.0.1") -> list[bool]:
    return [throttle.begin(login, address, NOON) is None for _ in range(count)]


def test_the_first_attempts_cost_nothing_and_then_there_is_a_wait() -> None:
    assert attempts(Throttle(), 7) == [True] * 5 + [False] * 2


def test_each_further_failure_doubles_the_wait_up_to_a_minute() -> None:
    assert [BY_LOGIN.wait(failures).total_seconds() for failures in range(4, 13)] == [0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert BY_ADDRESS.wait(1000) == timedelta(minutes=15)


def test_after_the_wait_one_attempt_is_let_through() -> None:
    throttle = Throttle()
    attempts(throttle, 5)
    held = throttle.begin("sari", "10.0.0.1", NOON)
    assert held is not None
    assert held.wait == timedelta(seconds=1)
    assert throttle.begin("sari", "10.0.0.1", NOON + held.wait) is None
    assert throttle.begin("sari", "10.0.0.1", NOON + held.wait) is not None


def test_only_the_first_attempt_of_a_wait_is_worth_a_line_in_the_trail() -> None:
    throttle = Throttle()
    attempts(throttle, 5)
    held = [throttle.begin("sari", "10.0.0.1", NOON) for _ in range(3)]
    assert [each.first for each in held if each] == [True, False, False]


def test_an_address_that_tries_many_logins_is_held_back() -> None:
    throttle = Throttle()
    let_through = [throttle.begin(f"login{number}", "10.0.0.1", NOON) is None for number in range(30)]
    assert let_through == [True] * 20 + [False] * 10
    assert throttle.begin("sari", "10.0.0.2", NOON) is None


def test_somebody_elses_guessing_keeps_nobody_out_for_more_than_a_minute() -> None:
    throttle, now = Throttle(), NOON
    for number in range(100):
        while held := throttle.begin("sari", f"10.0.{number}.1", now):
            now += held.wait
    held = throttle.begin("sari", "192.168.0.1", now)
    assert held is not None
    assert held.wait <= timedelta(minutes=1)


def test_a_right_password_lets_the_login_start_anew() -> None:
    throttle = Throttle()
    attempts(throttle, 5)
    throttle.succeeded("sari", "10.0.0.1")
    assert attempts(throttle, 5) == [True] * 5


def test_an_hour_after_the_last_failure_all_is_forgotten() -> None:
    throttle = Throttle()
    attempts(throttle, 40)
    later = NOON + timedelta(hours=1)
    assert [throttle.begin("sari", "10.0.0.1", later) is None for _ in range(5)] == [True] * 5


def test_its_memory_is_bounded() -> None:
    throttle = Throttle()
    for number in range(KEPT):
        throttle.begin(f"login{number}", f"address{number}", NOON)
    assert len(throttle._records) == KEPT


def test_an_ipv6_provider_counts_as_one_address_for_each_customer() -> None:
    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::9") == "2001:0db8:0001:0002"
    assert network("::ffff:10.0.0.1") == network("10.0.0.1") == "10.0.0.1"
    assert network("testclient") == "testclient"
