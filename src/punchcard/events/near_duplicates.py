"""Near-duplicates: the value of one field again, such as an order's number, whatever the rest of the payload says.

Owns `near_values`: the first event of a subject with each value, for 30 days. An event that repeats one is recorded as
any other, and names the first; a value that is missing or null repeats nothing. The caller holds the subjects, so
nobody else looks at the same values meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard.db.connection import Db, Tx, columns
from punchcard.engine.fingerprint import canonical_text
from punchcard.engine.identity import MISSING, Steps, look_up

WATCHED = timedelta(days=30)
DIGEST_BYTES = 16

Value = tuple[UUID, UUID, bytes]
"""Tenant id, user id, digest of event type and value."""

FIRST = """
    select known.tenant_id, known.user_id, known.digest, known.event_id
    from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as asked (tenant_id, user_id, digest)
    join near_values as known using (tenant_id, user_id, digest)
    where known.reported_at > {now}::timestamptz - interval '30 days'
"""
# One statement reads what was there before it, and writes what is new.
SEE = f"""
    with first as materialized ({FIRST.format(now="$5")}), seen as (
        insert into near_values as known (tenant_id, user_id, digest, event_id, reported_at)
        select new.*, $5 from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::uuid[])
            as new (tenant_id, user_id, digest, event_id)
        where (new.tenant_id, new.user_id, new.digest) not in (select tenant_id, user_id, digest from first)
        on conflict (tenant_id, user_id, digest) do update
            set event_id = excluded.event_id, reported_at = excluded.reported_at
    )
    select * from first
"""  # noqa: S608 - put together from constants
LOOK = FIRST.format(now="$4")
FORGET = "delete from near_values where reported_at < clock_timestamp() - $1::interval"


CARRY_OVER = """
    with gone as (delete from near_values where tenant_id = $1 and user_id = $2 returning digest, event_id, reported_at)
    insert into near_values as known (tenant_id, user_id, digest, event_id, reported_at)
    select $1, $3, gone.* from gone
    on conflict (tenant_id, user_id, digest) do update
        set event_id = excluded.event_id, reported_at = excluded.reported_at
        where excluded.reported_at < known.reported_at
"""


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let the values that one user's events held be another's, who goes on; the caller holds both wallets."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


ERASE = "delete from near_values where tenant_id = $1 and user_id = any($2::uuid[])"


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Drop the values that events of users held."""
    await tx.execute(ERASE, tenant_id, list(family))


class Sighting(Struct, frozen=True):
    """A value that an event holds."""

    value: Value
    event_id: UUID


def value_of(key: bytes, way: Steps, tenant_id: UUID, event_type_id: UUID, user_id: UUID, payload: Any) -> Value | None:
    """Return the value that a payload holds at the place its type names, if there is one."""
    found = look_up(payload, way)
    if found is MISSING or found is None:
        return None
    text = canonical_text({"place": list(way), "value": found})
    digest = blake2b(b"near" + event_type_id.bytes + text.encode(), digest_size=DIGEST_BYTES, key=key).digest()
    return tenant_id, user_id, digest


async def see(tx: Tx, sightings: Sequence[Sighting], now: datetime) -> dict[UUID, UUID]:
    """Note values, in the order of their events; return the first event of each that repeats one, by its own id."""
    if not sightings:
        return {}
    new: dict[Value, UUID] = {}
    for sighting in sightings:
        new.setdefault(sighting.value, sighting.event_id)
    rows = await tx.fetch(SEE, *columns([(*value, event_id) for value, event_id in sorted(new.items())], 4), now)
    first = new | {(row["tenant_id"], row["user_id"], row["digest"]): row["event_id"] for row in rows}
    return {one.event_id: first[one.value] for one in sightings if first[one.value] != one.event_id}


async def look(tx: Tx, value: Value, now: datetime) -> UUID | None:
    """Return the first event with a value, and note nothing."""
    row = await tx.fetchrow(LOOK, *([part] for part in value), now)
    return None if row is None else row["event_id"]


async def forget(db: Db) -> None:
    """Drop the values that are watched no more."""
    await db.execute(FORGET, WATCHED)
