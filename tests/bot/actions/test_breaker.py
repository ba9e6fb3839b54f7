"""The circuit breaker."""

from __future__ import annotations

from bot.actions.breaker import Breaker


def broken() -> Breaker:
    breaker = Breaker(most=3, rest=30)
    for _ in range(3):
        assert breaker.allows(0)
        breaker.failed(0)
    return breaker


def test_what_fails_now_and_then_is_tried_each_time() -> None:
    breaker = Breaker(most=3, rest=30)
    for _ in range(10):
        breaker.failed(0)
        breaker.failed(0)
        assert breaker.allows(0)
        breaker.succeeded()


def test_what_fails_again_and_again_is_left_alone_for_a_while() -> None:
    breaker = broken()
    assert not breaker.allows(0)
    assert not breaker.allows(29.9)


def test_after_a_while_one_probe_may_pass() -> None:
    breaker = broken()
    assert [breaker.allows(30), breaker.allows(30), breaker.allows(31)] == [True, False, False]


def test_a_probe_that_succeeds_lets_all_pass() -> None:
    breaker = broken()
    assert breaker.allows(30)
    breaker.succeeded()
    assert all(breaker.allows(30) for _ in range(5))


def test_a_probe_that_fails_begins_another_rest() -> None:
    breaker = broken()
    assert breaker.allows(30)
    breaker.failed(31)
    assert not breaker.allows(60)
    assert breaker.allows(61)


def test_a_probe_that_is_never_heard_of_again_is_followed_by_another() -> None:
    breaker = broken()
    assert breaker.allows(30)
    assert breaker.allows(60)
