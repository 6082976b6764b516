"""Claims: one event per fingerprint in its type's window, 60 seconds if the type says nothing else. Owns `claims`.

A claim is made by one upsert inside the event's transaction, by the database's clock, so any number of processes
agree; a refusal never extends the window, and a claim that is rolled back was never made. What counts is the window
that the type has when the later report comes.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.errors import EventAlreadyExists
from punchcard.events.intake import WINDOW_SECONDS

KEPT_MIN = timedelta(minutes=10)

Claim = tuple[UUID, UUID, bytes]
"""Tenant id, user id, fingerprint."""


class Original(Struct, frozen=True):
    """The event under a claim, and when it was reported."""

    event_id: UUID
    reported_at: datetime

    def refuses(self, now: datetime, window_seconds: int) -> bool:
        """Tell whether the same content is its duplicate now."""
        return self.reported_at <= now < self.reported_at + timedelta(seconds=window_seconds)


# An age below zero means that the clock was set back; that is no duplicate.
CLAIM = """
    insert into claims as original (tenant_id, user_id, fingerprint, event_id, reported_at)
    select *, $1::timestamptz from unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::uuid[])
    on conflict (tenant_id, user_id, fingerprint) do update
        set event_id = excluded.event_id, reported_at = excluded.reported_at
        where excluded.reported_at >= original.reported_at + interval '60 seconds'
           or excluded.reported_at < original.reported_at
    returning event_id
"""
# The same for types with windows of their own: $6 is each one's, in seconds.
CLAIM_BY_WINDOW = """
    insert into claims as original (tenant_id, user_id, fingerprint, event_id, reported_at, window_seconds)
    select * from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::uuid[], $5::timestamptz[], $6::integer[])
    on conflict (tenant_id, user_id, fingerprint) do update
        set event_id = excluded.event_id, reported_at = excluded.reported_at, window_seconds = excluded.window_seconds
        where excluded.reported_at >= original.reported_at + make_interval(secs => excluded.window_seconds)
           or excluded.reported_at < original.reported_at{taken_over}
    returning event_id
"""
CLAIM_EACH = CLAIM_BY_WINDOW.format(taken_over="")
TAKE_OVER = CLAIM_BY_WINDOW.format(taken_over=" or $7::uuid is null or original.event_id = $7")
ORIGINALS = """
    select tenant_id, user_id, fingerprint, event_id, reported_at from claims
    where (tenant_id, user_id, fingerprint) in (select * from unnest($1::uuid[], $2::uuid[], $3::bytea[]))
"""
UNDO = """
    delete from claims where (tenant_id, user_id, fingerprint, event_id)
        in (select * from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::uuid[]))
"""
GIVE_UP = "delete from claims where tenant_id = $1 and user_id = $2 and event_id = $3"
# An age for all, by which the index finds them, and each one's own.
FORGET = """
    delete from claims where reported_at < clock_timestamp() - $1::interval
        and reported_at < clock_timestamp() - make_interval(secs => window_seconds)
"""


async def claim(
    tx: Tx, wanted: Sequence[tuple[Claim, UUID]], now: datetime, windows: Mapping[UUID, int] | None = None
) -> dict[int, Original]:
    """Claim each fingerprint for its event id; return whose duplicates came too late, by their places in `wanted`.

    windows: in seconds, by event id, where not all are the usual ones. Twins among `wanted` are settled here, since one
    statement may not hold a key twice: the first of them claims.
    """
    first = dict(reversed(wanted))
    # In any order: who holds the wallets shares no fingerprint with anybody else.
    keys, event_ids = columns(first, 3), list(first.values())
    if windows is None:
        won = await tx.fetch(CLAIM, now, *keys, event_ids)
    else:
        each = [windows[event_id] for event_id in event_ids]
        won = await tx.fetch(CLAIM_EACH, *keys, event_ids, [now] * len(each), each)
    if len(won) == len(wanted):
        return {}
    winners = {row["event_id"] for row in won}
    lost = [(place, claim_) for place, (claim_, event_id) in enumerate(wanted) if event_id not in winners]
    originals = await read_originals(tx, {claim_ for _, claim_ in lost})
    return {place: originals[claim_] for place, claim_ in lost}


async def take_over(
    tx: Tx, claim: Claim, event_id: UUID, now: datetime, window_seconds: int, instead_of: UUID | None
) -> Original | None:
    """Claim a fingerprint that `instead_of` may hold, or, where that is None, anybody; say whose it stays."""
    row = (*claim, event_id, now, window_seconds)
    if await tx.fetch(TAKE_OVER, *([value] for value in row), instead_of):
        return None
    return (await read_originals(tx, {claim}))[claim]


async def undo(tx: Tx, made: Sequence[tuple[Claim, UUID]]) -> None:
    """Take back claims that this transaction has made, since nothing came of them."""
    await tx.execute(UNDO, *columns([(*claim_, event_id) for claim_, event_id in made], 4))


async def give_up(tx: Tx, tenant_id: UUID, user_id: UUID, event_id: UUID) -> None:
    """Drop the claim of a report that has come to nothing: the same content is no duplicate of it."""
    await tx.execute(GIVE_UP, tenant_id, user_id, event_id)


async def read_originals(tx: Tx, claims: set[Claim]) -> dict[Claim, Original]:
    """Return what is under each claim that is known, however old."""
    if not claims:
        return {}
    rows = await tx.fetch(ORIGINALS, *columns(claims, 3))
    return {
        (row["tenant_id"], row["user_id"], row["fingerprint"]): Original(row["event_id"], row["reported_at"])
        for row in rows
    }


def duplicate(original: Original, now: datetime, window_seconds: int = WINDOW_SECONDS) -> EventAlreadyExists:
    """Return the 409 that names the original and says when the event may be reported."""
    left = (original.reported_at + timedelta(seconds=window_seconds) - now).total_seconds()
    detail = (
        f"The same event was reported {(now - original.reported_at).total_seconds():.1f} s ago; within "
        f"{window_seconds} s it is taken for the same one. If this is another, report it in {math.ceil(left)} s, or "
        "let the payload differ, for example by a randomId."
    )
    return EventAlreadyExists(
        detail,
        headers={"Retry-After": str(max(1, math.ceil(left)))},
        event={"id": str(original.event_id), "reportedAt": wire.rfc3339(original.reported_at)},
        secondsLeft=round(left, 3),
    )


# What was reported of a user and still refuses something: with the payload of the event, or of what waits.
STANDING = """
    select claim.event_id, claim.reported_at, claim.window_seconds,
           coalesce(event.event_type_id, waiting.event_type_id) as event_type_id,
           coalesce(event.payload, waiting.payload) as payload
    from claims as claim
    left join events as event on event.tenant_id = claim.tenant_id and event.user_id = claim.user_id
        and event.id = claim.event_id
    left join quarantine as waiting on waiting.tenant_id = claim.tenant_id and waiting.id = claim.event_id
    where claim.tenant_id = $1 and claim.user_id = $2
        and claim.reported_at > $3::timestamptz - make_interval(secs => claim.window_seconds)
        and coalesce(event.id, waiting.id) is not null
"""
GIVE_UP_ALL = "delete from claims where tenant_id = $1 and user_id = $2"
TAKE_IN = """
    insert into claims as original (tenant_id, user_id, fingerprint, event_id, reported_at, window_seconds)
    select * from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::uuid[], $5::timestamptz[], $6::integer[])
    on conflict (tenant_id, user_id, fingerprint) do update
        set event_id = excluded.event_id, reported_at = excluded.reported_at, window_seconds = excluded.window_seconds
        where excluded.reported_at > original.reported_at
"""


ERASE = "delete from claims where tenant_id = $1 and user_id = any($2::uuid[])"


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Drop the fingerprints of what was reported of users."""
    await tx.execute(ERASE, tenant_id, list(family))


async def read_standing(tx: Tx, tenant_id: UUID, user_id: UUID, now: datetime) -> list[Row]:
    """Return what was reported of a user and still makes duplicates."""
    return await tx.fetch(STANDING, tenant_id, user_id, now)


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, taken: Mapping[Claim, Row]) -> None:
    """Put another user's claims in the place of one's, who is given up; the caller holds both wallets."""
    await tx.execute(GIVE_UP_ALL, tenant_id, merged_id)
    rows = [
        (*claim_, row["event_id"], row["reported_at"], row["window_seconds"]) for claim_, row in sorted(taken.items())
    ]
    if rows:
        await tx.execute(TAKE_IN, *columns(rows, 6))


async def forget(db: Db) -> None:
    """Drop the claims that no longer refuse anything."""
    await db.execute(FORGET, KEPT_MIN)
