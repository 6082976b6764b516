"""Claims: one event per fingerprint in 60 seconds. Owns `claims`.

A claim is made by one upsert inside the event's transaction, by the database's clock, so any number of processes
agree; a refusal never extends the window, and a claim that is rolled back was never made.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db, Tx, columns
from punchcard.errors import EventAlreadyExists

DUPLICATE_WINDOW = timedelta(seconds=60)
KEPT = timedelta(minutes=10)

Claim = tuple[UUID, UUID, bytes]
"""Tenant id, user id, fingerprint."""

# An age below zero means that the clock was set back; that is no duplicate.
CLAIM = """
    insert into claims as original (tenant_id, user_id, fingerprint, event_id, reported_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::uuid[], $5::timestamptz[])
    on conflict (tenant_id, user_id, fingerprint) do update
        set event_id = excluded.event_id, reported_at = excluded.reported_at
        where excluded.reported_at >= original.reported_at + interval '60 seconds'
           or excluded.reported_at < original.reported_at
    returning event_id
"""
ORIGINALS = """
    select tenant_id, user_id, fingerprint, event_id, reported_at from claims
    where (tenant_id, user_id, fingerprint) in (select * from unnest($1::uuid[], $2::uuid[], $3::bytea[]))
"""
FORGET = "delete from claims where reported_at < clock_timestamp() - $1::interval"


async def claim(tx: Tx, wanted: Sequence[tuple[Claim, UUID]], now: datetime) -> dict[int, EventAlreadyExists]:
    """Claim each fingerprint for its event id; return who came too late, by place in `wanted`.

    Twins among `wanted` are settled here, since one statement may not hold a key twice: the first of them claims.
    """
    first = dict(reversed(wanted))
    # In any order: who holds the wallets shares no fingerprint with anybody else.
    rows = [(*claim_, event_id, now) for claim_, event_id in first.items()]
    won = await tx.fetch(CLAIM, *columns(rows, 5))
    if len(won) == len(wanted):
        return {}
    winners = {row["event_id"] for row in won}
    lost = [(place, claim_) for place, (claim_, event_id) in enumerate(wanted) if event_id not in winners]
    originals = await read_originals(tx, {claim_ for _, claim_ in lost})
    return {place: duplicate(*originals[claim_], now) for place, claim_ in lost}


async def read_originals(tx: Tx, claims: set[Claim]) -> dict[Claim, tuple[UUID, datetime]]:
    """Return the event and the time under each claim that is known, however old."""
    if not claims:
        return {}
    rows = await tx.fetch(ORIGINALS, *columns(claims, 3))
    return {
        (row["tenant_id"], row["user_id"], row["fingerprint"]): (row["event_id"], row["reported_at"]) for row in rows
    }


def duplicate(event_id: UUID, reported_at: datetime, now: datetime) -> EventAlreadyExists:
    """Return the 409 that names the original and says when the event may be reported."""
    left = (reported_at + DUPLICATE_WINDOW - now).total_seconds()
    detail = (
        f"The same event was reported {(now - reported_at).total_seconds():.1f} s ago. If this is another one, "
        f"report it in {math.ceil(left)} s, or let the payload differ, for example by a randomId."
    )
    return EventAlreadyExists(
        detail,
        headers={"Retry-After": str(max(1, math.ceil(left)))},
        event={"id": str(event_id), "reportedAt": wire.rfc3339(reported_at)},
        secondsLeft=round(left, 3),
    )


async def forget(db: Db) -> None:
    """Drop the claims that no longer refuse anything."""
    await db.execute(FORGET, KEPT)
