"""Audiences: members whom criteria describe. Owns `audiences`; who is in which one is in audience_stays.py.

What holds is `criteriaTree`, or `criteriaJsonLogic` where no tree is given; whichever it is, both forms are shown, made
from what holds. A change of the criteria has the audience refreshed by a job, unless it is refreshed by hand.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db import queue
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, by_part_of, listed, read_flag
from punchcard.engine.audience import Criterion
from punchcard.engine.audience_logic import read_logic
from punchcard.engine.period import Unit, span
from punchcard.errors import Conflict, Fault, NameTaken, NotFound
from punchcard.users.audience_definitions import (
    AudienceDefinition,
    AudiencePatch,
    AudienceView,
    CriteriaView,
    read_criteria,
    stored,
)

REFRESH: Final = "refresh_audience"
"""The job that looks at every member for one audience."""

AUDIENCES_MAX = 200
REACTIVE = ("REACTIVE", "DAILY_REACTIVE")
DAILY = ("DAILY", "DAILY_REACTIVE", "DAILY_POST_POINTS_LIABILITY")
AFTER_EXPIRY = "DAILY_POST_POINTS_LIABILITY"
HOUR = timedelta(hours=1)


class Audience(Struct, frozen=True):
    """An audience, compiled."""

    id: UUID
    name: str
    criterion: Criterion
    frequency: str
    tells_joined: bool
    tells_left: bool


READ = "select * from audiences where tenant_id = $1 and deleted_at is null"
LOCK = "select from audiences where tenant_id = $1 and id = $2 for no key update"
# One at a time, so that their number stays within its bound.
LOCK_ALL = "select time_zone, statement_timestamp() as now from tenants where id = $1 for no key update"
NOW = "select time_zone, statement_timestamp() as now from tenants where id = $1"
COUNT = "select count(*) from audiences where tenant_id = $1 and deleted_at is null"
NAMED = "select exists (select from audiences where tenant_id = $1 and name = $2 and deleted_at is null and id <> $3)"
INSERT = """
    insert into audiences (tenant_id, id, name, description, is_active, criteria, tree, frequency, tells_joined,
                           tells_left, next_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *
"""
UPDATE = """
    update audiences set name = $3, description = $4, is_active = $5, criteria = $6, tree = $7, frequency = $8,
        tells_joined = $9, tells_left = $10, next_at = $11, version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = """
    update audiences set deleted_at = clock_timestamp(), next_at = null
    where tenant_id = $1 and id = $2 and deleted_at is null returning *
"""
DUE = """
    select audience.*, tenant.time_zone, statement_timestamp() as now from audiences as audience
    join tenants as tenant on tenant.id = audience.tenant_id
    where audience.next_at <= statement_timestamp()
    order by audience.next_at limit $1 for no key update of audience skip locked
"""
MOVE_ON = "update audiences set next_at = $3 where tenant_id = $1 and id = $2"
NOTE_SIZE = "update audiences set refreshed_at = $3, size = $4 where tenant_id = $1 and id = $2"
FILTERS = {
    "name": Filter("name = {}"),
    "search": by_part_of("name"),
    "isActive": Filter("is_active = {}", read_flag),
}


async def create_audience(db: Db, tenant_id: UUID, definition: AudienceDefinition) -> AudienceView:
    """Create an audience; a job finds its members, unless it is refreshed by hand or not active.

    Raises: Invalid, NameTaken, Conflict beyond 200 audiences.
    """
    criteria = definition.criteria_definition
    criterion = read_criteria(criteria, "/criteriaDefinition")
    assert criterion is not None, "the criteria of a definition are given, or refused"

    async def body(tx: Tx) -> AudienceView:
        current = await tx.fetchrow(LOCK_ALL, tenant_id)
        assert current is not None
        if await tx.fetchval(COUNT, tenant_id) >= AUDIENCES_MAX:
            raise Conflict(f"There are {AUDIENCES_MAX} audiences already; delete one.")
        audience_id = clock.new_id()
        await _require_name(tx, tenant_id, definition.name, audience_id)
        frequency = criteria.trigger_frequency
        row = await tx.fetchrow(
            INSERT, tenant_id, audience_id, definition.name, definition.description, definition.is_active,
            *stored(criterion, criteria), frequency, definition.send_audience_joined_event,
            definition.send_audience_left_event, _next(current, frequency, is_active=definition.is_active),
        )  # fmt: skip
        assert row is not None
        await _refresh(tx, row)
        return view(row)

    return await db.run(body)


async def list_audiences(db: Db, tenant_id: UUID, listing: Listing) -> Page[AudienceView]:
    """List the audiences."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, view, order="ASC")


async def get_audience(db: Db, tenant_id: UUID, id: UUID) -> AudienceView:
    """Return one audience. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        return view(await read_audience(tx, tenant_id, id))


async def patch_audience(
    db: Db, tenant_id: UUID, id: UUID, definition: AudiencePatch, expected: wire.Expected
) -> AudienceView:
    """Change an audience; other criteria, and being active again, have it refreshed by a job.

    Raises: NotFound, PreconditionFailed, Invalid, NameTaken.
    """
    patch = definition.criteria_patch
    criterion = None if patch is None else read_criteria(patch, "/criteriaPatch")

    async def body(tx: Tx) -> AudienceView:
        current = await tx.fetchrow(LOCK_ALL, tenant_id)
        assert current is not None
        await tx.execute(LOCK, tenant_id, id)
        row = await read_audience(tx, tenant_id, id)
        wire.require_version(row["version"], expected)
        given = definition.model_dump(exclude_unset=True, exclude_none=True)
        name = given.get("name", row["name"])
        await _require_name(tx, tenant_id, name, id)
        is_active = given.get("is_active", row["is_active"])
        frequency = (patch and patch.trigger_frequency) or row["frequency"]
        kept = (row["criteria"], row["tree"]) if criterion is None or patch is None else stored(criterion, patch)
        next_at = row["next_at"]
        if (frequency, is_active) != (row["frequency"], row["is_active"]):
            next_at = _next(current, frequency, is_active=is_active)
        updated = await tx.fetchrow(
            UPDATE, tenant_id, id, name, given.get("description", row["description"]), is_active, *kept, frequency,
            given.get("send_audience_joined_event", row["tells_joined"]),
            given.get("send_audience_left_event", row["tells_left"]), next_at,
        )  # fmt: skip
        assert updated is not None
        if (kept[0], frequency, is_active) != (row["criteria"], row["frequency"], row["is_active"]):
            await _refresh(tx, updated)
        return view(updated)

    return await db.run(body)


async def delete_audience(db: Db, tenant_id: UUID, id: UUID) -> AudienceView:
    """Take an audience away: nobody is in it any more, and nothing is told of that. Raises: NotFound."""

    async def body(tx: Tx) -> AudienceView:
        row = await tx.fetchrow(DELETE, tenant_id, id)
        if row is None:
            raise NotFound("There is no such audience.")
        return view(row)

    return await db.run(body)


async def read_audience(tx: Tx, tenant_id: UUID, audience_id: UUID) -> Row:
    """Return an audience. Raises: NotFound."""
    row = await tx.fetchrow(f"{READ} and id = $2", tenant_id, audience_id)
    if row is None:
        raise NotFound("There is no such audience.")
    return row


async def load_reactive(tx: Tx, tenant_id: UUID) -> tuple[Audience, ...]:
    """Return the audiences of a tenant that each event about a member may change, compiled."""
    rows = await tx.fetch(f"{READ} and is_active and frequency = any($2::text[]) order by id", tenant_id, REACTIVE)
    return tuple(compiled(row) for row in rows)


async def find_audience(tx: Tx, tenant_id: UUID, audience_id: UUID) -> Audience | None:
    """Return an audience that is in force, compiled; None where it is not there, or not active."""
    row = await tx.fetchrow(f"{READ} and id = $2 and is_active", tenant_id, audience_id)
    return None if row is None else compiled(row)


async def take_due(tx: Tx, count_max: int) -> int:
    """Have those audiences refreshed that the clock asks for; return how many."""
    rows = await tx.fetch(DUE, count_max)
    for row in rows:
        await enqueue_refresh(tx, row["tenant_id"], row["id"], after_expiry=row["frequency"] == AFTER_EXPIRY)
        await tx.execute(MOVE_ON, row["tenant_id"], row["id"], _next(row, row["frequency"], is_active=True))
    return len(rows)


async def note_size(tx: Tx, tenant_id: UUID, audience_id: UUID, refreshed_at: datetime, size: int) -> None:
    """Note that an audience has been refreshed, and how many members it has."""
    await tx.execute(NOTE_SIZE, tenant_id, audience_id, refreshed_at, size)


async def enqueue_refresh(tx: Tx, tenant_id: UUID, audience_id: UUID, *, after_expiry: bool = False) -> UUID:
    """Put the job in that refreshes an audience; return its id."""
    asked = {"audienceId": str(audience_id), "afterExpiry": after_expiry}
    return await queue.enqueue(tx, tenant_id, REFRESH, asked, key=str(audience_id))


async def _refresh(tx: Tx, row: Row) -> None:
    """Have an audience refreshed whose definition has changed, or is new."""
    if row["is_active"] and row["frequency"] != "MANUAL":
        # Without a key: a job that is under way has looked at some members by what holds no longer.
        await queue.enqueue(tx, row["tenant_id"], REFRESH, {"audienceId": str(row["id"]), "afterExpiry": False})


def _next(row: Row, frequency: str, *, is_active: bool) -> datetime | None:
    """Return when the clock asks for a refresh next, in the tenant's zone."""
    if not is_active or not (frequency in DAILY or frequency == "HOURLY"):
        return None
    zone, now = clock.zone(row["time_zone"]), row["now"]
    return span(Unit.DAY if frequency in DAILY else Unit.HOUR, now, zone).end


def compiled(row: Row) -> Audience:
    """Compile an audience, as READ gives it."""
    criterion = read_logic(wire.decode(row["criteria"].encode()))
    return Audience(
        row["id"], row["name"], criterion, row["frequency"], row["tells_joined"], row["tells_left"]
    )  # fmt: skip


async def _require_name(tx: Tx, tenant_id: UUID, name: str, audience_id: UUID) -> None:
    if await tx.fetchval(NAMED, tenant_id, name, audience_id):
        detail = "Another audience of this tenant has this name."
        raise NameTaken(detail, faults=[Fault("/name", "name_taken", detail)])


def view(row: Row) -> AudienceView:
    """Return what an administrator sees of an audience."""
    criteria = CriteriaView("QUERY_TREE", wire.raw(row["tree"]), wire.raw(row["criteria"]), row["frequency"])
    return AudienceView(
        row["id"], row["name"], row["description"], row["is_active"], criteria, row["tells_joined"], row["tells_left"],
        row["size"], wire.rfc3339_or_none(row["refreshed_at"]), wire.rfc3339_or_none(row["next_at"]), row["version"],
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]),
    )  # fmt: skip
