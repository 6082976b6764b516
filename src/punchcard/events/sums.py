"""Statistics added up behind the stream, so that an answer counts what is new alone.

Owns `statistics_places`, `statistics_sums`. A place says up to which id a tenant's events, with their entries, are in
its sums. It moves with the sums in one transaction, and never past an event that may still be committed, so sums and
what is counted from the place on are always the whole. Sums are of quarters of an hour, which every zone's hours and
days are made of, so a tenant's zone may change.
"""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from punchcard import clock
from punchcard.db.connection import Row, Tx

KEPT = timedelta(days=100)
"""Longer than any period that is asked for."""

BEHIND = timedelta(minutes=5)
"""What is younger is counted when asked for. The job comes more often, so it sees a set-back that goes further."""

STEP_EVENTS = 5_000

NOW = "select clock_timestamp()"
NOTE = "select clock_timestamp() as now, pg_current_xact_id()::text as xid"
# Whoever records an event has its transaction's number before it reads the event's time, so what may come before the
# horizon has a number below the one that was noted. One beyond the newest is another server's, whose data this one got.
IS_SETTLED = """
    select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 or pg_current_xact_id() < $1::text::xid8
"""
NEXT = """
    select tenants.id from tenants left join statistics_places as place on place.tenant_id = tenants.id
    where tenants.id > $1 and (
        place.seen_at > $2 or exists (
            select from events where events.tenant_id = tenants.id and events.id >= coalesce(place.next_id, $3)
                and events.id < $4
        )
    )
    order by tenants.id limit 1
"""
BEGIN = """
    insert into statistics_places (tenant_id, next_id, seen_at) values ($1, $2, $3) on conflict (tenant_id) do nothing
"""
HOLD = "select next_id, seen_at from statistics_places where tenant_id = $1 for update"
MOVE = "update statistics_places set next_id = $2, seen_at = $3 where tenant_id = $1"
BEYOND = "select id from events where tenant_id = $1 and id >= $2 and id < $3 order by id offset $4 limit 1"
# An entry is found by its event, one look each: a join of both tables might read all that the tenant has.
ADD = """
    with event as materialized (
        select id, user_id, occurred_at, reported_at from events where tenant_id = $1 and id >= $2 and id < $3
    ), part as (
        select "time", at, 0 as version, count(*) as events, 0 as earned, 0 as spent, 0 as expired, 0 as adjusted,
               0 as entries, 0 as points
        from event cross join lateral ({quarters}) as quarter ("time", at)
        group by 1, 2
        union all
        select "time", at, coalesce(reactor_version_id, 0), 0, {amounts}
        from event cross join lateral (
            select * from ledger_entries as entry
            where entry.tenant_id = $1 and entry.user_id = event.user_id and entry.event_id = event.id offset 0
        ) as entry
        cross join lateral ({quarters}) as quarter ("time", at)
        cross join lateral ({kind}) as kind
        group by 1, 2, 3
    )
    insert into statistics_sums as known
        (tenant_id, "time", at, reactor_version_id, events, earned, spent, expired, adjusted, entries, points)
    select $1, "time", at, version, sum(events), sum(earned), sum(spent), sum(expired), sum(adjusted), sum(entries),
           sum(points)
    from part where at >= $4 group by "time", at, version order by "time", at, version
    on conflict (tenant_id, "time", at, reactor_version_id) do update set
        events = known.events + excluded.events, earned = known.earned + excluded.earned,
        spent = known.spent + excluded.spent, expired = known.expired + excluded.expired,
        adjusted = known.adjusted + excluded.adjusted, entries = known.entries + excluded.entries,
        points = known.points + excluded.points
"""
DROP = "delete from statistics_sums where tenant_id = $1 and \"time\" in ('occurred', 'reported') and at < $2"
DROP_ALL = "delete from statistics_sums where tenant_id = $1"
# An entry is recorded when its event is reported.
QUARTERS = """
    values ('occurred', date_bin('15 minutes', occurred_at, '2000-01-01T00:00:00Z')),
           ('reported', date_bin('15 minutes', reported_at, '2000-01-01T00:00:00Z'))
"""

# How the points of an `entry` are told apart, as a wallet's own sums are. Of what is undone no reactor is told.
KIND = """
    select account in ('ISSUE', 'REDEMPTION') as is_earned_or_spent, (entry.points > 0) <> is_undo as is_earning,
           reactor_version_id is not null and not is_undo as is_fired
"""
AMOUNTS = """
    coalesce(sum(entry.points) filter (where is_earned_or_spent and is_earning), 0)::bigint as earned,
    coalesce(-sum(entry.points) filter (where is_earned_or_spent and not is_earning), 0)::bigint as spent,
    coalesce(-sum(entry.points) filter (where account = 'BREAKAGE'), 0)::bigint as expired,
    coalesce(sum(entry.points) filter (where account = 'ADJUSTMENT'), 0)::bigint as adjusted,
    count(*) filter (where is_fired) as entries,
    coalesce(sum(entry.points) filter (where is_fired), 0)::bigint as points
"""
ADD_UP = ADD.format(amounts=AMOUNTS, kind=KIND, quarters=QUARTERS)


class Horizon(Struct, frozen=True):
    """What may be added up: events before `until`, once the transaction `xid` and those before it have ended."""

    now: datetime
    xid: str

    @property
    def until(self) -> UUID:
        """The least id that must wait."""
        return clock.first_id_at(self.now - BEHIND)


async def note_horizon(tx: Tx) -> Horizon:
    """Return up to where may be added up soon."""
    row = await tx.fetchrow(NOTE)
    assert row is not None
    return Horizon(row["now"], row["xid"])


async def is_settled(tx: Tx, horizon: Horizon) -> bool:
    """Tell whether nothing can be recorded before a horizon any more."""
    return bool(await tx.fetchval(IS_SETTLED, horizon.xid))


async def read_clock(tx: Tx) -> datetime:
    """Return the database's time."""
    now: datetime = await tx.fetchval(NOW)
    return now


async def next_tenant(tx: Tx, after: UUID, horizon: Horizon, ahead: timedelta, now: datetime) -> UUID | None:
    """Return the next tenant of whom something is to be added up; None after the last one."""
    found: UUID | None = await tx.fetchval(NEXT, after, now, _first(horizon, ahead), horizon.until)
    return found


def _first(horizon: Horizon, ahead: timedelta) -> UUID:
    return clock.first_id_at(horizon.now - KEPT - ahead)


async def add_up(tx: Tx, tenant_id: UUID, horizon: Horizon, ahead: timedelta, now: datetime) -> bool:
    """Add up some of a tenant's events; tell whether there are more.

    ahead: how long before it occurs an event may be reported. A clock that shows less than was seen was set back: what
    is reported now may lie before the place, and all is added up anew.
    """
    begin = _first(horizon, ahead)
    await tx.execute(BEGIN, tenant_id, begin, now)
    place = await tx.fetchrow(HOLD, tenant_id)
    assert place is not None, "it has just been made, if it was not there"
    if place["seen_at"] > now:
        await tx.execute(DROP_ALL, tenant_id)
    else:
        begin = place["next_id"]
    beyond: UUID | None = await tx.fetchval(BEYOND, tenant_id, begin, horizon.until, STEP_EVENTS)
    end = beyond or max(begin, horizon.until)
    oldest = horizon.now - KEPT
    await tx.execute(ADD_UP, tenant_id, begin, end, oldest)
    await tx.execute(DROP, tenant_id, oldest)
    await tx.execute(MOVE, tenant_id, end, now)
    return beyond is not None


PLACE = "select next_id from statistics_places where tenant_id = $1 and seen_at <= $2"
SUMS = """
    select date_trunc($5, at, $6) as start, reactor_version_id as version, sum(events)::bigint as events,
           sum(earned)::bigint as earned, sum(spent)::bigint as spent, sum(expired)::bigint as expired,
           sum(adjusted)::bigint as adjusted, sum(entries)::bigint as entries, sum(points)::bigint as points
    from statistics_sums where tenant_id = $1 and "time" = $2 and at >= $3 and at < $4
    group by 1, 2
"""


async def find_place(tx: Tx, tenant_id: UUID, now: datetime) -> UUID | None:
    """Return the least id that is not in a tenant's sums; None when they are not to be used."""
    found: UUID | None = await tx.fetchval(PLACE, tenant_id, now)
    return found


async def read_sums(
    tx: Tx, tenant_id: UUID, time: str, since: datetime, end: datetime, unit: str, zone: str
) -> list[Row]:
    """Return the sums of a stretch by its hours or days (`start`) and by versions of reactors (0: by none)."""
    return await tx.fetch(SUMS, tenant_id, time, since, end, unit, zone)
