"""Alerts: what somebody should look at, found by jobs. Owns `alerts`.

Of the same thing one alert is open at most: it grows as long as nobody has acknowledged it. Nothing is refused or taken
back because of an alert; what follows is for people to decide.
"""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Struct
from pydantic import StringConstraints

from punchcard import clock, wire
from punchcard.access.principals import Principal
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import Conflict, NotFound

VELOCITY, CODE_POOL_LOW = "VELOCITY", "CODE_POOL_LOW"
SECRET = "secret:"  # noqa: S105 - how the name of such a reporter begins


class AcknowledgeDefinition(wire.Definition):
    """What came of looking at it."""

    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)] | None = None


class AlertView(wire.View, frozen=True):
    """Something to look at.

    kind: VELOCITY (events came faster than one of the tenant's velocityLimits says) or CODE_POOL_LOW. name: that
    limit's, or the pool's. `reporter` is the source, as events name it; of an event type's secret `secretId` is its id.
    `details` says what was found: `events`, `points`, `from`, `until`, `lastEventId`, `executors` and `sources` (of
    CloudEvents) and the limit, or `codesAvailable` and `lowMark`. status: OPEN or ACKNOWLEDGED.
    """

    id: UUID
    kind: str
    name: str
    status: str
    details: msgspec.Raw
    version: int
    created_at: str
    updated_at: str
    user: wire.ReferenceView | None = None
    reporter: str | None = None
    secret_id: str | None = None
    code_pool: wire.ReferenceView | None = None
    acknowledged_at: str | None = None
    acknowledged_by: str | None = None
    comment: str | None = None


class Found(Struct, frozen=True):
    """Something that a job has found. details: JSON."""

    tenant_id: UUID
    kind: str
    name: str
    details: Any
    user_id: UUID | None = None
    reporter: str | None = None
    code_pool_id: UUID | None = None


READ = "select * from alerts where tenant_id = $1"
LOCK = "select from alerts where tenant_id = $1 and id = $2 for no key update"
# What is the same as before is no change.
RAISE = """
    insert into alerts as known (tenant_id, id, kind, name, user_id, reporter, code_pool_id, details)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::json[])
    on conflict (tenant_id, kind, name, user_id, reporter, code_pool_id) where status = 'OPEN'
        do update set details = excluded.details, version = known.version + 1, updated_at = clock_timestamp()
        where known.details::text <> excluded.details::text
"""
ACKNOWLEDGE = """
    update alerts set status = 'ACKNOWLEDGED', acknowledged_at = clock_timestamp(), acknowledged_by = $3, comment = $4,
                      version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
COUNT_OPEN = "select kind, count(*) from alerts where status = 'OPEN' group by kind"
FILTERS = {
    "status": Filter("status = {}"),
    "kind": Filter("kind = {}"),
    "userId": Filter("user_id::text = {}"),
    "reporter": Filter("reporter = {}"),
    "codePoolId": Filter("code_pool_id::text = {}"),
}


async def list_alerts(db: Db, tenant_id: UUID, listing: Listing) -> Page[AlertView]:
    """List what somebody should look at, or has, the newest first; `status=OPEN` waits."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, view, order="DESC")


async def get_alert(db: Db, tenant_id: UUID, id: UUID) -> AlertView:
    """Return one alert. Raises: NotFound."""
    row = await db.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such alert.")
    return view(row)


async def acknowledge_alert(db: Db, principal: Principal, id: UUID, definition: AcknowledgeDefinition) -> AlertView:
    """Say that an alert was looked at; what happened up to then raises no other. Raises: NotFound, Conflict."""

    async def body(tx: Tx) -> AlertView:
        await tx.execute(LOCK, principal.tenant_id, id)
        row = await tx.fetchrow(READ + " and id = $2", principal.tenant_id, id)
        if row is None:
            raise NotFound("There is no such alert.")
        if row["status"] != "OPEN":
            raise Conflict(f"{row['acknowledged_by']} has acknowledged it already.")
        changed = await tx.fetchrow(ACKNOWLEDGE, principal.tenant_id, id, principal.identity, definition.comment)
        assert changed is not None, "it is held"
        return view(changed)

    return await db.run(body)


async def raise_alerts(tx: Tx, found: Sequence[Found]) -> None:
    """Raise alerts, or let those grow that are open about the same."""
    rows = sorted(
        (
            (
                one.tenant_id, clock.new_id(), one.kind, one.name, one.user_id, one.reporter, one.code_pool_id,
                wire.text(one.details),
            )
            for one in found
        ),
        key=lambda row: (row[2], row[3], str(row[4]), str(row[5]), str(row[6])),
    )  # fmt: skip
    if rows:
        await tx.execute(RAISE, *columns(rows, 8))


async def count_open(db: Db) -> dict[str, int]:
    """Count the open alerts of all tenants, by kind."""
    found = {row["kind"]: row["count"] for row in await db.fetch(COUNT_OPEN)}
    return {kind: found.get(kind, 0) for kind in (VELOCITY, CODE_POOL_LOW)}


def view(row: Row) -> AlertView:
    """Return an alert as administrators see it."""
    reporter = row["reporter"]
    secret = reporter.removeprefix(SECRET) if reporter is not None and reporter.startswith(SECRET) else None
    return AlertView(
        row["id"], row["kind"], row["name"], row["status"], wire.raw(row["details"]), row["version"],
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]), _reference(row["user_id"]), reporter, secret,
        _reference(row["code_pool_id"]), wire.rfc3339_or_none(row["acknowledged_at"]), row["acknowledged_by"],
        row["comment"],
    )  # fmt: skip


def _reference(id: UUID | None) -> wire.ReferenceView | None:
    return None if id is None else wire.ReferenceView(id)
