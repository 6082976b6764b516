"""Quarantine: reports that were neither recorded nor refused, because their type says that somebody shall look first.

Owns `quarantine`. Two reasons lead here: INVALID, the payload breaks the schema (`onInvalid: quarantine`), and LATE, it
happened longer ago than the type takes (`latePolicy: hold`). All else was found in order before: who reported it, the
subject, and that it is no duplicate. An entry stays OPEN until an administrator resubmits it, which makes an event, or
discards it with a reason. A tenant has a bounded number of open entries: beyond it reports are refused as if the type
had no quarantine. Open entries never go by themselves, nor do those of which events came; discarded ones do.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Struct
from pydantic import Field

from punchcard import clock, wire
from punchcard.access.principals import Principal
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import Conflict, Fault, NotFound, PayloadInvalid, PunchcardError
from punchcard.events import claims

DISCARDED_KEPT = timedelta(days=100)

# Of what comes at once, as much is kept as there is room for; what is left out is not returned.
KEEP = """
    with new as materialized (
        select *, row_number() over (partition by tenant_id order by id) as place
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::text[], $7::text[], $8::json[],
                    $9::json[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::json[])
            as one (tenant_id, id, user_id, event_type_id, event_type_version, reporter, executor, payload, context,
                    occurred_at, reported_at, reason, faults)
    ), full_at as materialized (
        select tenant_id, (
            select count(*) from (
                select from quarantine as waiting
                where waiting.tenant_id = tenant.tenant_id and status = 'OPEN' limit $14
            ) as counted
        ) as open
        from (select distinct tenant_id from new) as tenant
    )
    insert into quarantine (tenant_id, id, user_id, event_type_id, event_type_version, reporter, executor, payload,
                            context, occurred_at, reported_at, reason, faults)
    select tenant_id, id, user_id, event_type_id, event_type_version, reporter, executor, payload, context, occurred_at,
           reported_at, reason, faults
    from new join full_at using (tenant_id) where open + place <= $14
    returning id
"""
PROOF = "select exists (select from quarantine where tenant_id = $1 and id = $2)"
READ = """
    select entry.*, type.name as type_name
    from quarantine as entry
    join event_types as type on type.tenant_id = entry.tenant_id and type.id = entry.event_type_id
    where entry.tenant_id = $1
"""
HOLD = "select from quarantine where tenant_id = $1 and id = $2 for update"
RESOLVE = """
    update quarantine set status = $3, resolved_at = clock_timestamp(), resolved_by = $4, event_id = $5,
                          discard_reason = $6
    where tenant_id = $1 and id = $2 and status = 'OPEN'
"""
FORGET = "delete from quarantine where status = 'DISCARDED' and resolved_at < clock_timestamp() - $1::interval"
CARRY_OVER = "update quarantine set user_id = $3 where tenant_id = $1 and user_id = $2 and event_id is null"
EVENT_OF = "select event_id from quarantine where tenant_id = $1 and id = $2"


class Reason(StrEnum):
    """Why a report waits."""

    INVALID = "INVALID"
    LATE = "LATE"


def reason_of(error: PunchcardError) -> Reason:
    """Return why a report waits that would else be refused with this error."""
    return Reason.INVALID if isinstance(error, PayloadInvalid) else Reason.LATE


class Status(StrEnum):
    """What has become of an entry."""

    OPEN = "OPEN"
    RESUBMITTED = "RESUBMITTED"
    DISCARDED = "DISCARDED"


def _first_id(text: str) -> UUID:
    return clock.first_id_at(wire.parse_instant(text.replace(" ", "+")))


FILTERS = {
    "type": Filter(
        "entry.event_type_id = (select id from event_types where tenant_id = $1 and {0} in (id::text, name))"
    ),
    "subject": Filter(
        "entry.user_id = (select user_id from user_keys where tenant_id = $1 and key = {})", wire.subject_key
    ),
    "status": Filter("entry.status = {}", lambda text: Status(text).value),
    "reason": Filter("entry.reason = {}", lambda text: Reason(text).value),
    "reportedFrom": Filter("entry.id >= {}", _first_id),
    "reportedTo": Filter("entry.id < {}", _first_id),
}


class Waiting(Struct, frozen=True):
    """A report to be kept. `payload` and `context` are JSON texts."""

    tenant_id: UUID
    id: UUID
    user_id: UUID
    event_type_id: UUID
    event_type_version: int
    reporter: str
    executor: str | None
    payload: str
    context: str | None
    occurred_at: datetime
    reported_at: datetime
    reason: Reason
    faults: Sequence[Fault]


class FaultView(wire.View, frozen=True):
    """One thing wrong with a report: a JSON pointer into it, a code, a sentence."""

    pointer: str
    code: str
    detail: str


class QuarantinedView(wire.View, frozen=True):
    """What a reporter is told of a report that waits: the id under which it does, and why."""

    id: UUID
    reason: str
    faults: list[FaultView]
    reported_at: str


class QuarantineEntryView(wire.View, frozen=True):
    """A report that waits in quarantine, or has done so. `eventId`: the event that came of it."""

    id: UUID
    type: str
    type_version: int
    subject: UUID
    reporter: str
    payload: msgspec.Raw
    occurred_at: str
    reported_at: str
    reason: str
    faults: msgspec.Raw
    status: str
    executor: str | None = None
    resolved_at: str | None = None
    resolved_by: str | None = None
    discard_reason: str | None = None
    event_id: UUID | None = None


class DiscardDefinition(wire.Definition):
    """Why a report comes to nothing."""

    reason: Annotated[str, Field(min_length=1, max_length=1024)]


def told(waiting: Waiting) -> QuarantinedView:
    """Return what the reporter is told."""
    return QuarantinedView(waiting.id, waiting.reason.value, views(waiting.faults), wire.rfc3339(waiting.reported_at))


def told_again(row: Row) -> QuarantinedView:
    """Return what the reporter was told of an entry, of which `row` has the columns that it takes."""
    faults = msgspec.json.decode(row["faults"], type=list[FaultView])
    return QuarantinedView(row["id"], row["reason"], faults, wire.rfc3339(row["reported_at"]))


def views(faults: Sequence[Fault]) -> list[FaultView]:
    """Return faults as answers show them."""
    return [FaultView(fault.pointer, fault.code, fault.detail) for fault in faults]


async def keep(tx: Tx, waiting: Sequence[Waiting], entries_max: int) -> set[UUID]:
    """Keep reports for somebody to look at: one statement. Return the ids of those for which there was room."""
    if not waiting:
        return set()
    kept = {row["id"] for row in await tx.fetch(KEEP, *columns([_row(one) for one in waiting], 13), entries_max)}
    if kept and tx.proof is None:
        first = next(one for one in waiting if one.id in kept)
        tx.proof = (PROOF, first.tenant_id, first.id)
    return kept


def _row(one: Waiting) -> tuple[Any, ...]:
    return (
        one.tenant_id, one.id, one.user_id, one.event_type_id, one.event_type_version, one.reporter, one.executor,
        one.payload, one.context, one.occurred_at, one.reported_at, one.reason.value, wire.text(views(one.faults)),
    )  # fmt: skip


async def list_quarantine(db: Db, tenant_id: UUID, listing: Listing) -> Page[QuarantineEntryView]:
    """List what waits in quarantine or has done so, the newest first."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, entry_view, id_column="entry.id", order="DESC")


async def get_quarantined(db: Db, tenant_id: UUID, id: UUID) -> QuarantineEntryView:
    """Return one report that waits in quarantine or has done so."""
    async with db.transaction(snapshot=True) as tx:
        return entry_view(await _read(tx, tenant_id, id))


async def discard_quarantined(
    db: Db, tenant_id: UUID, principal: Principal, id: UUID, definition: DiscardDefinition
) -> QuarantineEntryView:
    """Let a report come to nothing, for a reason that is kept for 100 days. Raises: NotFound, Conflict."""

    async def body(tx: Tx) -> QuarantineEntryView:
        row = await hold(tx, tenant_id, id)
        await _resolve(tx, tenant_id, id, Status.DISCARDED, principal.name, None, definition.reason)
        await claims.give_up(tx, tenant_id, row["user_id"], id)
        return entry_view(await _read(tx, tenant_id, id))

    return await db.run(body)


async def hold(tx: Tx, tenant_id: UUID, id: UUID) -> Row:
    """Hold an entry that is to be resolved. Raises: NotFound, Conflict when that has been done."""
    await tx.execute(HOLD, tenant_id, id)
    row = await _read(tx, tenant_id, id)
    if row["status"] == Status.RESUBMITTED:
        raise Conflict(f"It was resubmitted before, as the event {row['event_id']}.", eventId=str(row["event_id"]))
    if row["status"] == Status.DISCARDED:
        raise Conflict(f"It was discarded at {wire.rfc3339(row['resolved_at'])}.")
    return row


async def mark_resubmitted(tx: Tx, tenant_id: UUID, id: UUID, event_id: UUID, by: str) -> None:
    """Say which event came of an entry. The caller holds it."""
    await _resolve(tx, tenant_id, id, Status.RESUBMITTED, by, event_id, None)


async def event_of(tx: Tx, tenant_id: UUID, id: UUID) -> UUID | None:
    """Return the event that came of a report which waited under this id."""
    found: UUID | None = await tx.fetchval(EVENT_OF, tenant_id, id)
    return found


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let what waits of one user be another's, who goes on."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


# Whatever waits comes to nothing; where an event came of it, that is kept and the rest goes.
ERASE = """
    update quarantine set payload = '{}', faults = '[]', context = null, executor = null,
        status = case status when 'OPEN' then 'DISCARDED' else status end,
        resolved_at = coalesce(resolved_at, clock_timestamp()), resolved_by = coalesce(resolved_by, $3),
        discard_reason = case when status = 'RESUBMITTED' then null else 'The member was erased.' end
    where tenant_id = $1 and user_id = any($2::uuid[])
"""


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID], by: str) -> None:
    """Empty what waits of users, or has done so."""
    await tx.execute(ERASE, tenant_id, list(family), by)


async def forget(db: Db) -> None:
    """Drop what was discarded long ago."""
    await db.execute(FORGET, DISCARDED_KEPT)


async def _resolve(
    tx: Tx, tenant_id: UUID, id: UUID, status: Status, by: str, event_id: UUID | None, reason: str | None
) -> None:
    done = await tx.execute(RESOLVE, tenant_id, id, status.value, by, event_id, reason)
    assert done == "UPDATE 1", "it is held, and open"


async def _read(tx: Tx, tenant_id: UUID, id: UUID) -> Row:
    row = await tx.fetchrow(f"{READ} and entry.id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is nothing under this id in quarantine.")
    return row


def entry_view(row: Row) -> QuarantineEntryView:
    """Return an entry as administrators see it."""
    return QuarantineEntryView(
        row["id"], row["type_name"], row["event_type_version"], row["user_id"], row["reporter"],
        wire.raw(row["payload"]), wire.rfc3339(row["occurred_at"]), wire.rfc3339(row["reported_at"]), row["reason"],
        wire.raw(row["faults"]), row["status"], row["executor"], wire.rfc3339_or_none(row["resolved_at"]),
        row["resolved_by"], row["discard_reason"], row["event_id"],
    )  # fmt: skip
