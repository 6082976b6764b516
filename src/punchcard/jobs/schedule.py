"""Schedules: what the clock asks for. Owns `schedules`.

Each line of `kinds.KINDS` with a `cron` has a row, one a tenant where it is for each tenant. The row says when it is
due next; whoever finds it due puts the job in and moves the row on in one transaction, so that it is asked for once
however many processes look. The next time lies after now and not after the last one: what was missed is caught up once.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from cronsim import CronSim

from punchcard import clock, wire
from punchcard.db import queue
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.jobs.step import JobKind

PLAN_SECONDS = 30.0  # how long a new tenant may wait for its rows
TAKEN_MAX = 100  # in one transaction
UTC_ZONE = ZoneInfo("UTC")

log = structlog.get_logger()

# Rows whose line has been changed since are planned anew.
UNPLANNED = """
    select owner.id as tenant_id, owner.time_zone, wanted.kind, wanted.cron, statement_timestamp() as now
    from unnest($2::text[], $3::text[], $4::boolean[]) as wanted (kind, cron, for_each_tenant)
    join (select id, time_zone, true as is_tenant from tenants union all select $1::uuid, 'UTC', false) as owner
        on owner.is_tenant = wanted.for_each_tenant
    left join schedules on schedules.tenant_id = owner.id and schedules.kind = wanted.kind
    where schedules.cron is distinct from wanted.cron
    limit 1000
"""
PLAN = """
    insert into schedules as known (tenant_id, kind, cron, next_at)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
    on conflict (tenant_id, kind) do update set cron = excluded.cron, next_at = excluded.next_at
        where known.cron <> excluded.cron
"""
DUE = """
    select schedules.*, coalesce(tenants.time_zone, 'UTC') as time_zone, statement_timestamp() as now
    from schedules left join tenants on tenants.id = schedules.tenant_id
    where next_at <= statement_timestamp() and kind = any($1::text[])
    order by next_at limit $2 for no key update of schedules skip locked
"""
MOVE_ON = "update schedules set next_at = $3 where tenant_id = $1 and kind = $2"


class Schedule:
    """The schedules as one process looks after them."""

    def __init__(self, db: Db, kinds: Mapping[str, JobKind]) -> None:
        self._db = db
        self._lines = [(name, kind.cron, kind.for_each_tenant) for name, kind in kinds.items() if kind.cron is not None]
        self._plan_again = 0.0

    async def tick(self) -> None:
        """Put in what is due. Raises: Unavailable."""
        if not self._lines:
            return
        if clock.monotonic_seconds() >= self._plan_again:
            await self._plan()
            self._plan_again = clock.monotonic_seconds() + PLAN_SECONDS
        while await self._db.run(self._take) == TAKEN_MAX:
            pass

    async def _plan(self) -> None:
        """Give each line its rows, where they are missing or were made of another line."""
        while rows := await self._db.fetch(UNPLANNED, queue.INSTALLATION, *columns(self._lines, 3)):
            planned = [
                (row["tenant_id"], row["kind"], row["cron"], next_after(row["cron"], row["now"], zone_of(row)))
                for row in rows
            ]
            await self._db.execute(PLAN, *columns(planned, 4))

    async def _take(self, tx: Tx) -> int:
        rows = await tx.fetch(DUE, [name for name, _, _ in self._lines], TAKEN_MAX)
        for row in rows:
            # While the one before is still at work there is nothing to be caught up: it sees what is new itself.
            asked = {"plannedAt": wire.rfc3339(row["next_at"])}
            await queue.enqueue(tx, row["tenant_id"], row["kind"], asked, key="schedule")
            following = next_after(row["cron"], row["now"], zone_of(row))
            await tx.execute(MOVE_ON, row["tenant_id"], row["kind"], following)
        return len(rows)


def next_after(cron: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant after `now` that a crontab line names in a zone.

    As with cron itself, an hour that summer time skips is made up for, and one that comes twice counts once.
    """
    return next(CronSim(cron, now.astimezone(zone)))


def zone_of(row: Row) -> ZoneInfo:
    """Return the zone of a row's tenant; UTC, and a line in the log, for one that this machine does not know."""
    try:
        return ZoneInfo(row["time_zone"])
    except (ValueError, OSError, LookupError):
        log.warning("an unknown time zone", tenant=str(row["tenant_id"]), zone=row["time_zone"])
        return UTC_ZONE
