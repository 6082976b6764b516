"""What counters have come to for members. Owns `counter_values` and `counter_runs`.

A member's rows are guarded by that member's wallet, which the caller holds.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from punchcard.db.connection import Tx, columns
from punchcard.engine.counters import PAST, Tally, Value
from punchcard.engine.period import Unit

Place = tuple[UUID, UUID, UUID]
"""Tenant id, user id, series id."""

VALUES = """
    select tenant_id, user_id, series_id, stretch, count, total from counter_values
    where (tenant_id, user_id, series_id, stretch) in
          (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]))
"""
# The run that holds a period or comes before it, and the one that begins right after it.
RUNS = """
    select distinct asked.tenant_id, asked.user_id, asked.series_id, asked.unit, near.first, near.last
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[])
         as asked (tenant_id, user_id, series_id, unit, period)
    cross join lateral (
        (select first, last from counter_runs as run
         where run.tenant_id = asked.tenant_id and run.user_id = asked.user_id and run.series_id = asked.series_id
           and run.unit = asked.unit and run.first <= asked.period
         order by first desc limit 1)
        union all
        select first, last from counter_runs as run
        where run.tenant_id = asked.tenant_id and run.user_id = asked.user_id and run.series_id = asked.series_id
          and run.unit = asked.unit and run.first = asked.period + 1
    ) as near
"""
ALL_VALUES = """
    select tenant_id, user_id, series_id, stretch, count, total from counter_values
    where (tenant_id, user_id, series_id) in (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]))
"""
ALL_RUNS = """
    select tenant_id, user_id, series_id, unit, first, last from counter_runs
    where (tenant_id, user_id, series_id) in (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]))
"""
WRITE_VALUES = """
    insert into counter_values as current (tenant_id, user_id, series_id, stretch, count, total)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::numeric[])
    on conflict (tenant_id, user_id, series_id, stretch) do update
        set count = excluded.count, total = excluded.total
"""
DELETE_RUNS = """
    delete from counter_runs where (tenant_id, user_id, series_id, unit, first) in
        (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[]))
"""
WRITE_RUNS = """
    insert into counter_runs as current (tenant_id, user_id, series_id, unit, first, last)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::integer[])
    on conflict (tenant_id, user_id, series_id, unit, first) do update set last = excluded.last
"""


async def read(
    tx: Tx,
    tallies: Mapping[Place, Tally],
    stretches: Collection[tuple[UUID, UUID, UUID, str]],
    periods: Collection[tuple[UUID, UUID, UUID, str, int]],
) -> None:
    """Read into `tallies` what is recorded of stretches of time, and the runs around periods."""
    for row in await tx.fetch(VALUES, *columns(stretches, 4)) if stretches else []:
        tally = tallies[row["tenant_id"], row["user_id"], row["series_id"]]
        if row["stretch"] == PAST:
            tally.has_past = True
        else:
            tally.values[row["stretch"]] = Value(row["count"], row["total"])
    for row in await tx.fetch(RUNS, *columns(periods, 5)) if periods else []:
        tally = tallies[row["tenant_id"], row["user_id"], row["series_id"]]
        tally.runs_of(Unit(row["unit"])).read(row["first"], row["last"])


async def read_whole(tx: Tx, places: Collection[Place]) -> dict[Place, Tally]:
    """Return all that is recorded of counters for members."""
    tallies = {place: Tally(is_whole=True) for place in places}
    for row in await tx.fetch(ALL_VALUES, *columns(places, 3)):
        tally = tallies[row["tenant_id"], row["user_id"], row["series_id"]]
        tally.values[row["stretch"]] = Value(row["count"], row["total"])
    for row in await tx.fetch(ALL_RUNS, *columns(places, 3)):
        tally = tallies[row["tenant_id"], row["user_id"], row["series_id"]]
        tally.runs_of(Unit(row["unit"])).read(row["first"], row["last"])
    return tallies


async def write(tx: Tx, tallies: Mapping[Place, Tally]) -> None:
    """Record what has changed; the caller holds the members' wallets."""
    values: list[tuple[Any, ...]] = []
    gone: list[tuple[Any, ...]] = []
    runs: list[tuple[Any, ...]] = []
    for place, tally in tallies.items():
        for stretch in sorted(tally.changed):
            value = tally.values.get(stretch) or Value()
            values.append((*place, stretch, value.count, value.total))
        for unit, kept in tally.runs.items():
            deleted, written = kept.changes()
            gone += [(*place, unit.value, first) for first in deleted]
            runs += [(*place, unit.value, *run) for run in written]
    if values:
        await tx.execute(WRITE_VALUES, *columns(values, 6))
    if gone:
        await tx.execute(DELETE_RUNS, *columns(gone, 5))
    if runs:
        await tx.execute(WRITE_RUNS, *columns(runs, 6))
    for tally in tallies.values():
        tally.changed.clear()
        for kept in tally.runs.values():
            kept.keep()
