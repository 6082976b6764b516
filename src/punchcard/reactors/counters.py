"""Counters: what a tenant has counted of its members' events, by name. Owns `counters` and `counter_versions`.

A rule reads `counters.NAME.count`. While one does, the counter stays as it is: what it counts can be changed, and it
can be deleted, when no reactor names it any more. A change makes a version, which counts anew.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from punchcard import clock, wire
from punchcard.db import queue
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.engine.constraint import compile_constraint
from punchcard.engine.counters import EVER, Counter, What
from punchcard.engine.facts import OF_EVENT
from punchcard.engine.period import Unit
from punchcard.errors import Conflict, Fault, NameTaken, NotFound
from punchcard.reactors.counter_definitions import (
    CounterDefinition,
    CounterPatch,
    CounterView,
    read_sum,
    require_fitting,
)
from punchcard.reactors.counter_names import reactors_naming

TAKE_PAST = "count_past"
"""The job that counts what members did before there was the counter."""

COUNTERS_MAX = 200


READ = """
    select counter.id, counter.tenant_id, counter.name, counter.description, counter.version, counter.is_settled,
           counter.created_at, counter.updated_at, version.series_id, version.event_type_id, version."constraint",
           version.what, version.value, version.per, version.takes_past, version.created_at as since, tenant.time_zone
    from counters as counter
    join counter_versions as version on version.tenant_id = counter.tenant_id and version.counter_id = counter.id
        and version.version = counter.version
    join tenants as tenant on tenant.id = counter.tenant_id
    where counter.tenant_id = $1 and counter.deleted_at is null
"""
LOCK = "select from counters where tenant_id = $1 and id = $2 for update"
FIND_TYPE = "select id from event_types where tenant_id = $1 and $2 in (id::text, name)"
COUNT_ALL = "select count(*) from counters where tenant_id = $1 and deleted_at is null"
INSERT = "insert into counters (tenant_id, id, name, description, is_settled) values ($1, $2, $3, $4, $5)"
INSERT_VERSION = """
    insert into counter_versions (tenant_id, counter_id, version, series_id, event_type_id, "constraint", what, value,
                                  per, takes_past)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
UPDATE = """
    update counters set version = $3, description = $4, is_settled = $5, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2
"""
SETTLE = """
    update counters as counter set is_settled = true
    from counter_versions as version
    where version.tenant_id = $1 and version.series_id = $2 and counter.tenant_id = version.tenant_id
      and counter.id = version.counter_id and counter.version = version.version and not counter.is_settled
"""
DELETE = "update counters set deleted_at = clock_timestamp() where tenant_id = $1 and id = $2"
TRANSACTION = "select pg_current_xact_id()::text"
FILTERS = {
    "name": Filter("counter.name = {}"),
    "eventType": Filter("version.event_type_id::text = {}"),
    "what": Filter("version.what = {}"),
}


async def create_counter(db: Db, tenant_id: UUID, definition: CounterDefinition) -> CounterView:
    """Create a counter; it counts from now on, or the past too. Raises: Invalid, NameTaken, Conflict for too many."""
    wanted, counter_id = definition.event_type, clock.new_id()

    async def body(tx: Tx) -> CounterView:
        asked = wanted if isinstance(wanted, str) else str(wanted.id)
        type_id = await tx.fetchval(FIND_TYPE, tenant_id, asked)
        if type_id is None:
            raise wire.invalid([Fault("/eventType", "event_type_unknown", "There is no such event type.")])
        if await tx.fetchval(COUNT_ALL, tenant_id) >= COUNTERS_MAX:
            raise Conflict(f"There are {COUNTERS_MAX} counters already; delete one that no rule needs.")
        try:
            await tx.execute(
                INSERT, tenant_id, counter_id, definition.name, definition.description, not definition.takes_past
            )
        except asyncpg.UniqueViolationError:
            detail = f"Another counter has the name {definition.name}."
            raise NameTaken(detail, faults=[Fault("/name", "name_taken", detail)]) from None
        given = definition.model_dump(by_alias=False) | {"event_type_id": type_id}
        await _insert_version(tx, tenant_id, counter_id, 1, given)
        return _view(await _read(tx, tenant_id, counter_id))

    return await db.run(body)


async def list_counters(db: Db, tenant_id: UUID, listing: Listing) -> Page[CounterView]:
    """List the counters."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, id_column="counter.id", order="ASC")


async def get_counter(db: Db, tenant_id: UUID, id: UUID) -> CounterView:
    """Return one counter. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        return _view(await _read(tx, tenant_id, id))


async def patch_counter(
    db: Db, tenant_id: UUID, id: UUID, definition: CounterPatch, expected: wire.Expected
) -> CounterView:
    """Change a counter: its description; or, while no reactor names it, what it counts, and then it counts anew.

    Raises: NotFound, PreconditionFailed, Invalid, Conflict when a reactor names it.
    """
    changed = definition.model_dump(exclude_unset=True, by_alias=False)

    async def body(tx: Tx) -> CounterView:
        row = await _read(tx, tenant_id, id, lock=True)
        wire.require_version(row["version"], expected)
        description = changed.pop("description", row["description"])
        before = {name: row[name] for name in ("event_type_id", "what", "value", "per", "takes_past")}
        before["constraint"] = wire.raw_or_none(row["constraint"])
        never_none = {"what", "per", "takes_past"}
        given = before | {name: value for name, value in changed.items() if value is not None or name not in never_none}
        version, is_settled = row["version"], row["is_settled"]
        if changed:
            _require_fits(given)
            await _require_unused(tx, row, "changed")
            version, is_settled = version + 1, not given["takes_past"]
            await _insert_version(tx, tenant_id, id, version, given)
        await tx.execute(UPDATE, tenant_id, id, version, description, is_settled)
        return _view(await _read(tx, tenant_id, id))

    return await db.run(body)


async def delete_counter(db: Db, tenant_id: UUID, id: UUID) -> CounterView:
    """Delete a counter that no reactor names. Raises: NotFound, Conflict when one does."""

    async def body(tx: Tx) -> CounterView:
        row = await _read(tx, tenant_id, id, lock=True)
        await _require_unused(tx, row, "deleted")
        await tx.execute(DELETE, tenant_id, id)
        return _view(row)

    return await db.run(body)


async def load_counters(tx: Tx, tenant_id: UUID, zone: ZoneInfo) -> dict[str, Counter]:
    """Return all counters of a tenant, compiled, by name."""
    rows = await tx.fetch(f"{READ} order by counter.id", tenant_id)
    return {row["name"]: compile_counter(row, zone) for row in rows}


def compile_counter(row: Row, zone: ZoneInfo) -> Counter:
    """Compile a counter, as READ gives it."""
    constraint = None if row["constraint"] is None else wire.decode(row["constraint"].encode())
    return Counter(
        row["name"], row["series_id"], row["event_type_id"], What(row["what"]), zone,
        None if row["per"] == EVER else Unit(row["per"]), compile_constraint(constraint, facts=OF_EVENT),
        None if row["value"] is None else read_sum(row["value"]), row["takes_past"], row["is_settled"], row["since"],
    )  # fmt: skip


async def settle_series(tx: Tx, tenant_id: UUID, series_id: UUID) -> None:
    """Note that every process knows a version by now."""
    await tx.execute(SETTLE, tenant_id, series_id)


def _require_fits(given: Mapping[str, Any]) -> None:
    try:
        require_fitting(given["what"], given["value"], given["per"])
    except ValueError as fault:
        raise wire.invalid([Fault("", "value_error", str(fault))]) from None


async def _require_unused(tx: Tx, row: Row, word: str) -> None:
    using = await reactors_naming(tx, row["tenant_id"], row["name"])
    if using:
        told = ", ".join(f"“{name}”" for name in using[:5])
        raise Conflict(f"Reactors name this counter, so it cannot be {word}: {told}. Change or end them first.")


async def _insert_version(tx: Tx, tenant_id: UUID, counter_id: UUID, version: int, given: Mapping[str, Any]) -> None:
    constraint, series_id = given["constraint"], clock.new_id()
    await tx.execute(
        INSERT_VERSION, tenant_id, counter_id, version, series_id, given["event_type_id"],
        None if constraint is None else wire.text(constraint), given["what"], given["value"], given["per"],
        given["takes_past"],
    )  # fmt: skip
    if given["takes_past"]:
        begun = await tx.fetchval(TRANSACTION)
        await queue.enqueue(tx, tenant_id, TAKE_PAST, {"seriesId": str(series_id), "begun": begun})


async def _read(tx: Tx, tenant_id: UUID, counter_id: UUID, *, lock: bool = False) -> Row:
    if lock:  # a statement of its own, so that the next one sees what was committed while it waited
        await tx.execute(LOCK, tenant_id, counter_id)
    row = await tx.fetchrow(f"{READ} and counter.id = $2", tenant_id, counter_id)
    if row is None:
        raise NotFound("There is no such counter.")
    return row


def _view(row: Row) -> CounterView:
    return CounterView(
        row["id"], row["version"], row["name"], row["description"], row["event_type_id"],
        wire.raw_or_none(row["constraint"]), row["what"], row["value"], row["per"], row["takes_past"],
        row["is_settled"], wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]),
    )  # fmt: skip
