"""What a change of an event type means for those who report, before it is made or after."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

from punchcard import clock, wire
from punchcard.db.connection import Db, Tx
from punchcard.engine.compatibility import Finding, compare
from punchcard.engine.schema import compile_schema
from punchcard.events.event_type_versions import Content
from punchcard.events.type_settings import TypeSettings, effective_schema

RECENT_DAYS = 30
CHECKED_EVENTS_MAX = 10_000
BATCH_EVENTS = 500

NOW = "select clock_timestamp()"
RECENT = """
    select id, payload from events where tenant_id = $1 and event_type_id = $2 and id >= $3 and id < $4
    order by id desc limit $5
"""
_LAST_ID = UUID(int=2**128 - 1)
T = TypeVar("T")


class RecentEventsView(wire.View, frozen=True):
    """How many of the recent events' payloads would be refused. `checkedEvents` are the newest, 10,000 at most.

    `isComplete` is false where there were more events in these days than were checked.
    """

    days: int
    checked_events: int
    failing_events: int
    is_complete: bool


class CompatibilityView(wire.View, frozen=True):
    """What becomes of payloads: `compatible`, `widening` (more are taken), `breaking` (some may be refused).

    A finding's pointer leads into the schema that demands it: the new one where it is `breaking`, the former one where
    it is `widening`. `/settings/…` is the setting that says how far back or ahead `occurredAt` may lie.
    """

    level: str
    findings: list[Finding]
    recent: RecentEventsView | None = None


async def compatibility_of(current: Content, following: Content) -> CompatibilityView:
    """Compare what two versions take: payloads, with what their settings make of the schemas, and `occurredAt`."""
    before, after = (effective_schema(content.schema, content.settings) for content in (current, following))
    found = await asyncio.to_thread(compare, before, after)  # up to a third of a second, in which others are served
    reach = compare_reach(current.settings, following.settings)
    levels = {found.level, *(finding.level for finding in reach)}
    worst = next((level for level in ("breaking", "widening") if level in levels), "compatible")
    return CompatibilityView(worst, [*reach, *found.findings])


def compare_reach(before: TypeSettings, after: TypeSettings) -> list[Finding]:
    """Say where `occurredAt` may lie less far from now than before, or further: back, and ahead. Pure."""
    findings = []
    for (old, former, _), (new, pointer, words) in zip(_reach(before), _reach(after), strict=True):
        if new < old:
            findings.append(Finding(pointer, "breaking", f"Events that occurred more than {words} are refused now."))
        elif new > old:
            findings.append(Finding(former, "widening", "Events that occurred further from now are taken now."))
    return findings


def _reach(settings: TypeSettings) -> list[tuple[float, str, str]]:
    """Return how far back and ahead events are taken, each with the setting that says so, and in words."""
    late = settings.late_after_days if settings.late_policy == "reject" else None
    back, pointer = min(
        (_or_endless(settings.occurred_past_days), "/settings/occurredPastDays"),
        (_or_endless(late), "/settings/lateAfterDays"),
    )
    ahead = _or_endless(settings.occurred_future_seconds)
    return [
        (back, pointer, "1 day ago" if back == 1 else f"{back:.0f} days ago"),
        (ahead, "/settings/occurredFutureSeconds", f"{ahead:.0f} seconds ahead"),
    ]


def _or_endless(limit: int | None) -> float:
    return math.inf if limit is None else limit


async def count_failing_events(db: Db, tenant_id: UUID, type_id: UUID, content: Content) -> RecentEventsView:
    """Judge the payloads of the last 30 days, the newest first, by another version than they were judged by.

    They are read as they stood at one moment, a few hundred at a time, so that others are served in between.
    """
    document = effective_schema(content.schema, content.settings)
    takes = None if document is None else compile_schema(document).takes
    checked = failing = 0
    last, is_complete = _LAST_ID, False
    async with db.transaction(snapshot=True) as tx:
        first = clock.first_id_at(await tx.fetchval(NOW) - timedelta(days=RECENT_DAYS))
        while checked < CHECKED_EVENTS_MAX and not is_complete:
            rows = await tx.fetch(RECENT, tenant_id, type_id, first, last, BATCH_EVENTS)
            checked += len(rows)
            failing += sum(takes is not None and not takes(wire.decode(row["payload"].encode())) for row in rows)
            last, is_complete = (rows[-1]["id"] if rows else last), len(rows) < BATCH_EVENTS
    return RecentEventsView(RECENT_DAYS, checked, failing, is_complete)


class _Undone(Exception, Generic[T]):
    """Carries what a rehearsal came to out of its transaction, which is undone by it."""

    def __init__(self, result: T) -> None:
        super().__init__()
        self.result = result


async def rehearse(db: Db, body: Callable[[Tx], Awaitable[T]]) -> T:
    """Run `body` in a transaction, undo it, and return what it came to. Raises: what `body` raises."""

    async def undone(tx: Tx) -> T:
        raise _Undone(await body(tx))

    try:
        return await db.run(undone)
    except _Undone as rehearsed:
        result: T = rehearsed.result
        return result
