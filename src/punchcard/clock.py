"""The only reader of time and chance outside the database.

Whatever must be right for money (duplicates, ids, expiry) uses the database's clock, not this one.
"""

import hashlib
import itertools
import random
import secrets
import struct
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat
from asyncpg.pgproto import pgproto

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    """Return the time of this process, with zone. For tokens and logs only."""
    return datetime.now(UTC)


def monotonic_seconds() -> float:
    """Return seconds that only go forward, for measuring how long something took."""
    return time.monotonic()


def wall_seconds() -> float:
    """Return seconds since 1970 by this process's clock: what `exp` and `nbf` of a token are compared with."""
    return time.time()


def zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name: UTC where this installation does not know it.

    A name is checked when it is set; one that another installation knew must not keep a tenant from reporting.
    """
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


def random_bytes(count: int) -> bytes:
    """Return `count` unguessable bytes."""
    return secrets.token_bytes(count)


def jitter_seconds(most: float) -> float:
    """Return a random wait between 0 and `most` seconds, so that those who collided do not collide again."""
    return random.uniform(0, most)  # noqa: S311 - no secret hangs on it


def random_number() -> Decimal:
    """Return an unguessable number from 0 up to, but not 1, with nine digits."""
    return Decimal(secrets.randbelow(10**9)).scaleb(-9)


def new_id() -> UUID:
    """Return a new version 7 UUID by this process's clock, for things that are not in the stream."""
    return uuid_utils.compat.uuid7()


_PROCESS = secrets.token_hex(8)
_requests = itertools.count()


def request_id() -> str:
    """Return 32 digits that no other request has: the process's own 16, and the request's number."""
    return f"{_PROCESS}{next(_requests):016x}"


_CHANCES, _STREAM_ID = struct.Struct("6s"), struct.Struct(">8sH6s")


def stream_ids(reported_at: datetime, count: int) -> list[UUID]:
    """Return `count` version 7 UUIDs that sort by `reported_at`, then by their place in this list.

    48 bits of milliseconds, 12 of microseconds (RFC 9562, method 3), 14 of the place, 48 of chance. They are the
    driver's `uuid.UUID`s, which are made, compared and hashed in C.
    """
    microseconds = round((reported_at - EPOCH) / MICROSECOND)
    time_bits = (microseconds // 1000) << 32 | 7 << 28 | (microseconds % 1000) << 18
    head, chance, pack = (time_bits >> 16).to_bytes(8), secrets.token_bytes(6 * count), _STREAM_ID.pack
    parts = enumerate(_CHANCES.iter_unpack(chance))
    return [pgproto.UUID(pack(head, 2 << 14 | place & 0x3FFF, part)) for place, (part,) in parts]


def place_of(stream_id: UUID) -> int:
    """Return the place that `stream_ids` gave an id among those of its instant."""
    return stream_id.int >> 48 & 0x3FFF


def following_id(first: UUID, count: int) -> UUID:
    """Return the id of the event that follows, as the `count`th, from one that was reported.

    It sorts after what it follows from, and before what was reported next: places lie 48 bits apart.
    """
    return UUID(int=first.int + count)


_CHANCE = (1 << 62) - 1


def derived_id(event_id: UUID, name: str) -> UUID:
    """Return the id of something that an event brings about: of the event's instant, and always the same."""
    digest = hashlib.blake2b(event_id.bytes + name.encode(), digest_size=8).digest()
    return UUID(int=event_id.int & ~_CHANCE | int.from_bytes(digest) & _CHANCE)


def first_id_at(instant: datetime) -> UUID:
    """Return the least id that `stream_ids` can give at `instant`: the border of a range over time."""
    microseconds = round((instant - EPOCH) / MICROSECOND)
    return UUID(int=(microseconds // 1000) << 80 | 7 << 76 | (microseconds % 1000) << 66 | 2 << 62)


def time_of(stream_id: UUID) -> datetime:
    """Return the instant of an id that `stream_ids` or `first_id_at` has given."""
    return EPOCH + ((stream_id.int >> 80) * 1000 + (stream_id.int >> 66 & 0x3FF)) * MICROSECOND


def new_api_key() -> UUID:
    """Return a random UUID that names a tenant."""
    return UUID(bytes=secrets.token_bytes(16), version=4)


def account_number(digits: int) -> str:
    """Return a random number of `digits` digits, the last of which checks the others (Luhn, ISO/IEC 7812)."""
    body = str(secrets.randbelow(9 * 10 ** (digits - 2)) + 10 ** (digits - 2))
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return body + str(-sum(value // 10 + value % 10 for value in doubled) % 10)
