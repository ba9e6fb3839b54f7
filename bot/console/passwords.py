"""Passwords: made, hashed with Argon2id, and checked in the same time whether somebody is known or not.

Parameters are argon2-cffi's defaults (RFC 9106, low memory: 64 MiB, 3 passes); a hash with older ones is made anew
when its owner next signs in. Hashing runs in a thread, one at a time, so that a flood of attempts takes no more memory
than one of them and the service goes on.
"""

from __future__ import annotations

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

LEAST, MOST = 10, 128
"""Characters of a password. More than `MOST` would be work for the hash alone."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another."""

hasher = PasswordHasher()
"""What makes and checks them. Tests that sign in by the hundred put one here that costs next to nothing."""


def generate_password() -> str:
    """Four groups of four characters: 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    """The hash of a password, with its parameters and salt. Takes about 0.1 s."""
    return hasher.hash(password)


class PasswordCheck:
    """Checks passwords for one console."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether a password is the one; `hashed` None, for an unknown login, takes as long and never is."""
        async with self._one_at_a_time:
            await asyncio.to_thread(_nobodys)  # Made before it is needed, lest the first unknown login takes longer.
            return await asyncio.to_thread(_matches, password[:MOST], hashed or _nobodys()) and hashed is not None

    async def hash(self, password: str) -> str:
        """`hash_password`, in its turn."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(hash_password, password)


def is_outdated(hashed: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(hashed)


@cache
def _nobodys() -> str:
    """What is checked where there is nobody: it takes as long."""
    return hasher.hash(secrets.token_hex(16))


def _matches(password: str, hashed: str) -> bool:
    try:
        return hasher.verify(hashed, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
