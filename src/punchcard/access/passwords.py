"""Passwords of staff: which are taken, and their Argon2id hashes.

The parameters are OWASP's: 19 MiB, two passes, one lane; some 30 ms. A hash names those that it was made with, so they
can be changed; `is_outdated` tells when a hash should be made anew. Hashing runs in two threads of its own, so
that it takes neither all memory nor the loop's time, and whoever asks while many wait is told to come back.
"""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from punchcard import clock, wire
from punchcard.errors import Fault, Unavailable

CHARACTERS_MIN, CHARACTERS_MAX = 12, 200
DIFFERENT_MIN = 5
AT_ONCE, WAITING_MAX = 2, 50
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Hashing:
    """Two threads that hash, and how many wait for them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._waiting = 0

    async def run(self, function: Any, *arguments: Any) -> Any:
        """Run a function in one of the threads. Raises: Unavailable when too many wait."""
        if self._waiting >= WAITING_MAX:
            raise Unavailable("Too many sign in at once; try again in a moment.", headers={"Retry-After": "2"})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)
        finally:
            self._waiting -= 1


HASHING = Hashing()


def fault_of(password: str, email: str) -> str | None:
    """Say what is wrong with a password for somebody, if anything is."""
    plain = _plain(password)
    if not CHARACTERS_MIN <= len(plain) <= CHARACTERS_MAX:
        return f"A password has {CHARACTERS_MIN} to {CHARACTERS_MAX} characters: a few words are a good one."
    if len(set(plain)) < DIFFERENT_MIN:
        return f"At least {DIFFERENT_MIN} characters of a password differ."
    name = email.partition("@")[0]
    if plain.casefold() in (email, name * (len(plain) // max(1, len(name)))):
        return "The password is the e-mail address, or made of it."
    return None


def require_usable(password: str, email: str) -> None:
    """Refuse a password that is easily guessed. Raises: Invalid."""
    fault = fault_of(password, email)
    if fault is not None:
        raise wire.invalid([Fault("/password", "unusable_password", fault)])


async def hash_of(password: str) -> str:
    """Return the hash under which a password is kept."""
    return str(await HASHING.run(HASHER.hash, _plain(password)))


async def fits(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one of a hash. Without a hash it takes as long, and none is."""
    hashed = kept or await _nobodys()
    return bool(await HASHING.run(_fits, hashed, _plain(password))) and kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(kept)


def _fits(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


_NOBODYS: list[str] = []


async def _nobodys() -> str:
    """Return the hash of a password that nobody has."""
    if not _NOBODYS:
        _NOBODYS.append(await hash_of(clock.random_bytes(24).hex()))
    return _NOBODYS[0]


def _plain(password: str) -> str:
    """Return a password as it is hashed: keyboards write the same letter in several ways."""
    return unicodedata.normalize("NFKC", password)
