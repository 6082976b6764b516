"""A wallet over time: what was earned, spent and ran out in each hour, day, week, month or year, and what was left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal
from uuid import UUID

from punchcard import clock, wire
from punchcard.db.connection import Db, Row
from punchcard.engine.period import Span, Unit, span
from punchcard.errors import Fault, NotFound, UserMerged
from punchcard.points.ledger import MERGED

INTERVALS_MAX = 400
INTERVALS_SHOWN = 30
SHORTEST = timedelta(microseconds=1)

WALLET = """
    select wallet.status, tenant.time_zone, clock_timestamp() as now
    from wallets as wallet join tenants as tenant on tenant.id = wallet.tenant_id
    where wallet.tenant_id = $1 and wallet.user_id = $2
"""
# Bucket 0 is what was recorded before the first interval.
MOVED = """
    with moved as (
        select width_bucket(recorded_at, $3::timestamptz[]) as place, max(number) as last,
               coalesce(sum(points) filter (where is_earned_or_spent and is_earning), 0)::bigint as earned,
               coalesce(-sum(points) filter (where is_earned_or_spent and not is_earning), 0)::bigint as spent,
               coalesce(-sum(points) filter (where account = 'BREAKAGE'), 0)::bigint as expired
        from ledger_entries as entry
        cross join lateral (
            select account in ('ISSUE', 'REDEMPTION') as is_earned_or_spent, (points > 0) <> is_undo as is_earning
        ) as kind
        where entry.tenant_id = $1 and entry.user_id = $2 and entry.recorded_at < $4
        group by place
    )
    select moved.*, entry.balance_after from moved
    join ledger_entries as entry on entry.tenant_id = $1 and entry.user_id = $2 and entry.number = moved.last
    order by place
"""

Interval = Literal["HOUR", "DAY", "WEEK", "MONTH", "YEAR"]


class IntervalView(wire.View, frozen=True):
    """One interval: from `start` on and before `end`; `key` names it (`2026-11-27`, `2026-W48`, `2026-11`, `2026`).

    `balance` is what was usable at its end. `earned`, `spent` and `expired` are what was recorded within it; what was
    taken back lessens them.
    """

    key: str
    start: str
    end: str
    balance: int
    earned: int
    spent: int
    expired: int


class WalletHistoryView(wire.View, frozen=True):
    """A wallet over time, the oldest interval first, none left out. `opening` is the balance before the first."""

    user_id: UUID
    interval: str
    opening: int
    intervals: Sequence[IntervalView]


async def get_wallet_history(
    db: Db,
    tenant_id: UUID,
    user_id: UUID,
    *,
    interval: Interval = "DAY",
    recorded_from: datetime | None = None,
    recorded_to: datetime | None = None,
) -> WalletHistoryView:
    """Return a wallet interval by interval, in the tenant's zone: the last 30 of them, or those that hold a time.

    recorded_from, recorded_to: from the interval that holds the one to that which holds the other, 400 at most.
    Raises: NotFound, Invalid.
    """
    async with db.transaction(snapshot=True) as tx:
        wallet = await tx.fetchrow(WALLET, tenant_id, user_id)
        if wallet is None:
            raise NotFound("There is no such user.")
        if wallet["status"] == MERGED:
            raise UserMerged(user_id)
        spans = _spans(Unit(interval), recorded_from, recorded_to or wallet["now"], wallet["time_zone"])
        starts = [one.start for one in spans]
        rows = {row["place"]: row for row in await tx.fetch(MOVED, tenant_id, user_id, starts, spans[-1].end)}
    opening = rows[0]["balance_after"] if 0 in rows else 0
    return WalletHistoryView(user_id, interval, opening, _views(spans, rows, opening))


def _spans(unit: Unit, start: datetime | None, end: datetime, zone_name: str) -> list[Span]:
    """Return the intervals from the one that holds `start`, or 30 of them, to the one that holds `end`."""
    zone, most = clock.zone(zone_name), INTERVALS_SHOWN if start is None else INTERVALS_MAX
    if start is not None and start > end:
        raise wire.invalid([Fault("/recordedFrom", "out_of_range", "Begin before the end: recordedTo, or now.")])
    try:
        found = [span(unit, end, zone)]
        while len(found) < most and (start is None or found[-1].start > start):
            found.append(span(unit, found[-1].start - SHORTEST, zone))
    except (OverflowError, ValueError):
        raise wire.invalid([Fault("/recordedTo", "out_of_range", "No calendar holds this time.")]) from None
    if start is not None and found[-1].start > start:
        detail = f"This is more than {INTERVALS_MAX} intervals: begin later, or take longer ones."
        raise wire.invalid([Fault("/recordedFrom", "out_of_range", detail)])
    found.reverse()
    assert all(one.end == other.start for one, other in pairwise(found)), "intervals follow each other"
    return found


def _views(spans: Sequence[Span], rows: dict[int, Row], opening: int) -> list[IntervalView]:
    shown, balance = [], opening
    for place, one in enumerate(spans, 1):
        row = rows.get(place)
        balance = balance if row is None else row["balance_after"]
        earned, spent, expired = (0, 0, 0) if row is None else (row["earned"], row["spent"], row["expired"])
        begin, end = wire.rfc3339(one.start), wire.rfc3339(one.end)
        shown.append(IntervalView(one.key, begin, end, balance, earned, spent, expired))
    return shown
