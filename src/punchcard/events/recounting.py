"""Counters after the fact: an event is taken back, two members become one. The caller holds the members' wallets."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from punchcard.db.connection import Row, Tx
from punchcard.engine.counters import PAST, Counter, Tally, Value, adds, uncount
from punchcard.engine.expression.values import EXACT
from punchcard.engine.period import Unit, span
from punchcard.events import counting
from punchcard.reactors import tallies

EVENT = """
    select event.id, event.payload, event.enhanced, event.occurred_at, event.reported_at, event.reporter,
           event.event_type_id, type.name as type_name
    from events as event
    join event_types as type on type.tenant_id = event.tenant_id and type.id = event.event_type_id
    where event.tenant_id = $1 and event.user_id = $2
"""
ONE = EVENT + " and event.id = $3"
# The other events of the member in a stretch of time; a member's own events alone are read.
NEAR = (
    EVENT
    + """
    and event.event_type_id = $3 and event.occurred_at >= $4 and event.occurred_at < $5 and event.id <> all($6::uuid[])
"""
)


async def uncount_event(
    tx: Tx,
    tenant_id: UUID,
    counters: Iterable[Counter],
    user_id: UUID,
    event_id: UUID,
    *,
    share: Decimal | int = 1,
    gone: Collection[UUID] = (),
) -> list[str]:
    """Take an event out of the counters that have counted it; return their names.

    share: the part of it that is taken back; below 1 only sums are less. gone: events of the member that were taken
    back before.
    """
    row = await tx.fetchrow(ONE, tenant_id, user_id, event_id)
    assert row is not None, "the caller has read the event"
    changed: dict[tuple[UUID, UUID, UUID], Tally] = {}
    names = []
    for counter in counters:
        added = adds(counter, row["event_type_id"], counting.facts_of_row(row, counter.zone))
        tally = None if added is None else await _counted(tx, tenant_id, user_id, counter, row)
        if added is None or tally is None:
            continue
        empty = await _empty(tx, tenant_id, user_id, counter, row, {event_id, *gone}) if share == 1 else []
        uncount(counter, tally, row["occurred_at"], EXACT.multiply(added, share), empty, is_whole=share == 1)
        changed[tenant_id, user_id, counter.series_id] = tally
        names.append(counter.name)
    await tallies.write(tx, changed)
    return names


async def _counted(tx: Tx, tenant_id: UUID, user_id: UUID, counter: Counter, row: Row) -> Tally | None:
    """Return how a counter stands that has counted an event; None: it has not."""
    if not counter.takes_past and counter.since is not None and row["reported_at"] < counter.since:
        return None
    return await counting.read_tally(tx, tenant_id, user_id, counter, row["occurred_at"])


async def _empty(
    tx: Tx, tenant_id: UUID, user_id: UUID, counter: Counter, row: Row, gone: Collection[UUID]
) -> list[Unit]:
    """Return the kinds of periods in which no other event of the member counts."""
    at = row["occurred_at"]
    return [
        unit
        for unit in counter.periods(at)
        if not await _is_near(tx, tenant_id, user_id, counter, unit, at, sorted(gone))
    ]


async def _is_near(
    tx: Tx, tenant_id: UUID, user_id: UUID, counter: Counter, unit: Unit, at: datetime, gone: Sequence[UUID]
) -> bool:
    around = span(unit, at, counter.zone)
    rows = await tx.fetch(NEAR, tenant_id, user_id, counter.type_id, around.start, around.end, gone)
    return any(
        adds(counter, counter.type_id, counting.facts_of_row(one, counter.zone)) is not None
        for one in rows
        if counter.takes_past or counter.since is None or one["reported_at"] >= counter.since
    )


async def merge(tx: Tx, tenant_id: UUID, counters: Iterable[Counter], old_id: UUID, survivor_id: UUID) -> None:
    """Add what was counted of one member to another's: counts and sums add up, streaks join."""
    for counter in counters:
        if counter.takes_past and counter.is_settled:
            await counting.take_past_in(tx, tenant_id, counter, [old_id, survivor_id])
        old, survivor = (tenant_id, old_id, counter.series_id), (tenant_id, survivor_id, counter.series_id)
        whole = await tallies.read_whole(tx, [old, survivor])
        target = whole[survivor]
        for stretch, value in whole[old].values.items():
            if stretch != PAST:
                there = target.values.setdefault(stretch, Value())
                there.count += value.count
                there.total = EXACT.add(there.total, value.total)
                target.changed.add(stretch)
        for unit, runs in whole[old].runs.items():
            for first, last in zip(runs.firsts, runs.lasts, strict=True):
                target.runs_of(unit).add(first, last)
        await tallies.write(tx, {survivor: target})
