"""The log of refused duplicates: what was refused, by whom it was sent, and which event it was taken for.

Owns `duplicates`. The log has a bounded number of entries a tenant, for a bounded time; the oldest go first. A refused
report has the original's payload, as its identity has it: a copy is kept only where the two may differ, or where the
original waits in quarantine. One that was no duplicate is released by a command, once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import Conflict, NotFound

LOG = """
    insert into duplicates (tenant_id, id, user_id, event_type_id, original_id, original_reported_at, reporter,
                            executor, payload, context, occurred_at, reported_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::text[],
                         $8::text[], $9::json[], $10::json[], $11::timestamptz[], $12::timestamptz[])
"""
READ = """
    select duplicate.*, type.name as type_name,
           coalesce(duplicate.payload, original.payload, waiting.payload) as refused_payload,
           coalesce(original.payload, waiting.payload) as original_payload,
           coalesce(original.occurred_at, waiting.occurred_at) as original_occurred_at,
           coalesce(original.reporter, waiting.reporter) as original_reporter,
           waiting.id is not null as original_waits
    from duplicates as duplicate
    join event_types as type on type.tenant_id = duplicate.tenant_id and type.id = duplicate.event_type_id
    left join events as original on original.tenant_id = duplicate.tenant_id
        and original.user_id = duplicate.user_id and original.id = duplicate.original_id
    left join quarantine as waiting on waiting.tenant_id = duplicate.tenant_id
        and waiting.id = duplicate.original_id
    where duplicate.tenant_id = $1
"""
HOLD = "select from duplicates where tenant_id = $1 and id = $2 for update"
RELEASE = """
    update duplicates set released_at = clock_timestamp(), released_by = $3, event_id = $4
    where tenant_id = $1 and id = $2 and event_id is null
"""
FORGET = """
    with border as (
        select tenant.id as tenant_id, greatest($2::uuid, (
            select id from duplicates where duplicates.tenant_id = tenant.id order by id desc offset $1 limit 1
        )) as id
        from tenants as tenant
    )
    delete from duplicates using border
    where duplicates.tenant_id = border.tenant_id and duplicates.id <= border.id
"""
# The original stays where it was recorded, so its payload is copied.
CARRY_OVER = """
    update duplicates as duplicate set user_id = $3, payload = coalesce(duplicate.payload, (
        select payload from events as original
        where original.tenant_id = $1 and original.user_id = $2 and original.id = duplicate.original_id
    ))
    where tenant_id = $1 and user_id = $2 and event_id is null
"""
DATABASE_TIME = "select clock_timestamp() - make_interval(days => $1)"


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let what was refused of one user be another's, who goes on."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


ERASE = "delete from duplicates where tenant_id = $1 and user_id = any($2::uuid[])"


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Drop what was refused of users."""
    await tx.execute(ERASE, tenant_id, list(family))


def _first_id(text: str) -> UUID:
    return clock.first_id_at(wire.parse_instant(text.replace(" ", "+")))


FILTERS = {
    "type": Filter(
        "duplicate.event_type_id = (select id from event_types where tenant_id = $1 and {0} in (id::text, name))"
    ),
    "subject": Filter(
        "duplicate.user_id = (select user_id from user_keys where tenant_id = $1 and key = {})", wire.subject_key
    ),
    "reportedFrom": Filter("duplicate.id >= {}", _first_id),
    "reportedTo": Filter("duplicate.id < {}", _first_id),
}


class Refused(Struct, frozen=True):
    """A report that was refused as a duplicate. `payload` is JSON text, or None where it is the original's.

    `context` is JSON text, where more is known of it.
    """

    tenant_id: UUID
    id: UUID
    user_id: UUID
    event_type_id: UUID
    original_id: UUID
    original_reported_at: datetime
    reporter: str
    executor: str | None
    payload: str | None
    context: str | None
    occurred_at: datetime
    reported_at: datetime


class OriginalReportView(wire.View, frozen=True):
    """What the refused report was taken for. `isInQuarantine`: it was set aside, and not recorded as an event."""

    id: UUID
    reported_at: str
    reporter: str | None = None
    occurred_at: str | None = None
    payload: msgspec.Raw | None = None
    is_in_quarantine: bool = False


class DuplicateView(wire.View, frozen=True):
    """A refused duplicate beside its original. It was refused at `reportedAt`, and released as the event `eventId`."""

    id: UUID
    type: str
    subject: UUID
    reporter: str
    payload: msgspec.Raw
    occurred_at: str
    reported_at: str
    seconds_between: float
    original: OriginalReportView
    executor: str | None = None
    released_at: str | None = None
    released_by: str | None = None
    event_id: UUID | None = None


async def log(tx: Tx, refused: Sequence[Refused]) -> None:
    """Note what was refused: one statement, for any number of reports."""
    if refused:
        await tx.execute(LOG, *columns([_row(one) for one in refused], 12))


def _row(one: Refused) -> tuple[Any, ...]:
    return (
        one.tenant_id, one.id, one.user_id, one.event_type_id, one.original_id, one.original_reported_at,
        one.reporter, one.executor, one.payload, one.context, one.occurred_at, one.reported_at,
    )  # fmt: skip


async def list_duplicates(db: Db, tenant_id: UUID, listing: Listing) -> Page[DuplicateView]:
    """List the refused duplicates, the newest first, each with its original beside it."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, id_column="duplicate.id", order="DESC")


async def get_duplicate(db: Db, tenant_id: UUID, id: UUID) -> DuplicateView:
    """Return one refused duplicate, with its original beside it."""
    async with db.transaction(snapshot=True) as tx:
        return _view(await _read(tx, tenant_id, id))


async def hold(tx: Tx, tenant_id: UUID, id: UUID) -> Row:
    """Hold a refused duplicate that is to be released. Raises: NotFound, Conflict when that has been done."""
    await tx.execute(HOLD, tenant_id, id)
    row = await _read(tx, tenant_id, id)
    if row["event_id"] is not None:
        raise Conflict(f"It was released before, as the event {row['event_id']}.", eventId=str(row["event_id"]))
    return row


async def mark_released(tx: Tx, tenant_id: UUID, id: UUID, event_id: UUID, by: str) -> None:
    """Say which event a duplicate was released as. The caller holds it."""
    done = await tx.execute(RELEASE, tenant_id, id, by, event_id)
    assert done == "UPDATE 1", "it is held, and has not been released"


async def forget(db: Db, entries_max: int, days: int) -> None:
    """Drop what is beyond the newest entries of each tenant, or older than so many days."""
    oldest = clock.first_id_at(await db.fetchval(DATABASE_TIME, days))
    await db.execute(FORGET, entries_max, oldest)


async def _read(tx: Tx, tenant_id: UUID, id: UUID) -> Row:
    row = await tx.fetchrow(f"{READ} and duplicate.id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such duplicate; old ones are forgotten.")
    return row


def _view(row: Row) -> DuplicateView:
    between = (row["reported_at"] - row["original_reported_at"]).total_seconds()
    original = OriginalReportView(
        row["original_id"], wire.rfc3339(row["original_reported_at"]), row["original_reporter"],
        wire.rfc3339_or_none(row["original_occurred_at"]), wire.raw_or_none(row["original_payload"]),
        row["original_waits"],
    )  # fmt: skip
    return DuplicateView(
        row["id"], row["type_name"], row["user_id"], row["reporter"], wire.raw(row["refused_payload"]),
        wire.rfc3339(row["occurred_at"]), wire.rfc3339(row["reported_at"]), round(between, 3), original,
        row["executor"], wire.rfc3339_or_none(row["released_at"]), row["released_by"], row["event_id"],
    )  # fmt: skip
