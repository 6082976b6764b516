"""Token buckets, each one number: when it will be full again. One that nobody has drawn from lately need not be kept.

Processes that serve side by side on one machine may share theirs, in memory that the kernel keeps for them
(`SharedBuckets`): the clock that the numbers are in is the same for all of them.
"""

import contextlib
import fcntl
import hashlib
import mmap
import os
import struct
from collections.abc import Iterator
from functools import lru_cache

SLOTS = 65_536
SLOT = struct.Struct("=16sd")
PROBES = 8
TRIES = 2_000
SHARED_BYTES = SLOTS * SLOT.size
UNUSED = (bytes(16), 0.0)


class Buckets:
    """When each bucket will be full, for the last callers.

    At most `size` are kept, in two halves: what was used while one half filled up outlives the other. So whoever is
    forgotten, and starts anew, has been idle while `size` / 2 others called.
    """

    def __init__(self, size: int = 40_000) -> None:
        self._half = max(1, size // 2)
        self._recent: dict[object, float] = {}
        self._older: dict[object, float] = {}

    def __len__(self) -> int:
        return len(self._recent) + len(self._older)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from drawing between a look and what follows from it."""
        yield

    def full_at(self, key: object) -> float:
        """Return when a bucket will be full; of an unknown one, long ago."""
        found = self._recent.get(key)
        return self._older.get(key, 0.0) if found is None else found

    def keep(self, key: object, full_at: float) -> None:
        """Remember when a bucket will be full."""
        if key not in self._recent:
            self._older.pop(key, None)
            if len(self._recent) >= self._half:
                self._older, self._recent = self._recent, {}
        self._recent[key] = full_at


class SharedBuckets(Buckets):
    """Buckets of several processes, in a file in memory of `SHARED_BYTES`.

    A bucket lies in one of the eight slots from where its digest points to. Where all are taken, the one goes that is
    fullest. The lock dies with its process; one that is stopped while it holds it holds nobody else up.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__(0)
        self._descriptor = descriptor
        self._memory = mmap.mmap(descriptor, SHARED_BYTES)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from drawing."""
        is_locked = False
        for _ in range(TRIES):
            try:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            is_locked = True
            break
        try:
            yield
        finally:
            if is_locked:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN)

    def full_at(self, key: object) -> float:
        """Return when a bucket will be full; of an unknown one, long ago."""
        digest = _digest(key)
        for place in _places(digest):
            known, full_at = SLOT.unpack_from(self._memory, place)
            if known == digest:
                return float(full_at)
        return 0.0

    def keep(self, key: object, full_at: float) -> None:
        """Remember when a bucket will be full."""
        digest = _digest(key)
        found = [(*SLOT.unpack_from(self._memory, place), place) for place in _places(digest)]
        place = next((place for known, _, place in found if known == digest), None)
        if place is None:
            place = min(found, key=lambda slot: float(slot[1]))[2]
        SLOT.pack_into(self._memory, place, digest, full_at)


def shared_memory() -> int:
    """Return a descriptor of memory for `SharedBuckets`, all of them full."""
    descriptor = os.memfd_create("punchcard-buckets")
    os.ftruncate(descriptor, SHARED_BYTES)
    return descriptor


@lru_cache(maxsize=16_384)
def _digest(key: object) -> bytes:
    return hashlib.blake2b(repr(key).encode(), digest_size=16).digest()


def _places(digest: bytes) -> list[int]:
    first = int.from_bytes(digest[:4])
    return [(first + step) % SLOTS * SLOT.size for step in range(PROBES)]
