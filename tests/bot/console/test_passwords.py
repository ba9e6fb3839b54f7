"""Passwords: made, hashed, checked."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from bot.console import passwords
from bot.console.passwords import LEAST, PasswordCheck, generate_password, hash_password, is_outdated
from bot.testing.small_console import PASSWORD, password_hash


async def test_a_password_matches_its_own_hash_alone() -> None:
    check = PasswordCheck()
    assert await check.matches(PASSWORD, password_hash())
    assert not await check.matches(PASSWORD + "x", password_hash())
    assert not await check.matches(PASSWORD, "not a hash")


async def test_nobody_has_no_password() -> None:
    assert not await PasswordCheck().matches(PASSWORD, None)


def test_hashes_are_argon2id_with_the_parameters_of_the_library(
    usual_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "hasher", usual_hasher)
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not is_outdated(hashed)
    assert is_outdated(password_hash())
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8192).hash("lama"))


def test_the_same_password_never_has_the_same_hash() -> None:
    assert hash_password(PASSWORD) != password_hash()


def test_passwords_that_are_made_are_long_and_different() -> None:
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) > LEAST for password in made)
