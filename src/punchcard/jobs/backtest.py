"""Backtests: what a reactor would have given in the past, worked out as a job. It writes nothing but its result."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Struct
from pydantic import Field, model_validator

from punchcard import wire
from punchcard.db import queue
from punchcard.db.connection import Db, Tx
from punchcard.db.queue import Job, Progress
from punchcard.engine.backtest import Fold, Sum, alone
from punchcard.engine.situation import Code
from punchcard.errors import Conflict, Fault
from punchcard.events import backtest, backtest_course
from punchcard.events.backtest import Period, Reading
from punchcard.events.backtest_course import Course
from punchcard.jobs.step import Workplace
from punchcard.points.before import Turn
from punchcard.reactors.definitions import EventReactorDefinition, EventReactorPatch
from punchcard.reactors.trial import Trial, trial_of_definition, trial_of_reactor, versions_of

KIND = "backtest"
EVENTS_MAX = 1_000_000
DAYS_MAX = 3_660
OPEN_MAX = 5
TOP_MAX = 20
STEP_ROWS = 20_000
STEPS = (
    20  # so many at most, as long as there are not more events than STEP_ROWS in each: what is known is kept so often
)

ASSUMPTIONS: tuple[str, ...] = (
    "Events count that happened in this time and were recorded before the job began, in the order of their reports.",
    "The reactor is tried alone: other reactors, its group, and points policies (caps, expiry) are left out.",
    "Its limits start empty at the beginning of this time.",
    "Where it takes points, a member has the balance of then, less what it gave, with what it would have given.",
    "What enhancers added is what they added then.",
)
MORE_ASSUMPTIONS = {
    "user": "Of a user, what was kept with an event counts; else what is so now: `assumed` says for how many events.",
    "wallet": "The balance is that of then, less what the reactor gave, with what it would have given; pending points "
    "are those of then.",
    "counters": "The counters that it names count all recorded events of their types, from the first one on.",
}
"""What is assumed of the facts that a reactor looks at."""

NOW = """
    select clock_timestamp() as now, (
        select count(*) from jobs where tenant_id = $1 and kind = $2 and state in ('QUEUED', 'RUNNING')
    ) as open
"""


class BacktestDefinition(wire.Definition):
    """What to try, and on which events.

    Either `reactorId`, as it is or with `changes`, or a whole `reactor` that is not there yet; on the events of its
    type that happened from `from` on and before `to` (now), `limit` of them at most.
    """

    reactor_id: UUID | None = None
    changes: EventReactorPatch | None = None
    reactor: EventReactorDefinition | None = None
    start: Annotated[wire.Instant, Field(alias="from")]
    end: Annotated[wire.Instant | None, Field(alias="to")] = None
    limit: Annotated[wire.Integer, Field(ge=1, le=EVENTS_MAX)] = EVENTS_MAX

    @model_validator(mode="after")
    def _is_one(self) -> "BacktestDefinition":
        if (self.reactor_id is None) == (self.reactor is None):
            raise ValueError("Name a reactor by reactorId, or describe one as reactor.")
        if self.changes is not None and self.reactor_id is None:
            raise ValueError("Changes are of a reactor that is named by reactorId.")
        return self


class BacktestView(wire.View, frozen=True):
    """A backtest that is under way: the job `id`, which tells the progress and has the result.

    reactorVersion: the version that is tried, or to which `isChanged` makes changes.
    """

    id: UUID
    event_type: str
    reactor_name: str
    reactor_id: UUID | None
    reactor_version: int | None
    is_changed: bool
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    limit: int
    assumptions: Sequence[str]


class Asked(Struct, frozen=True):
    """What a job of this kind is asked."""

    trial: Trial
    start: datetime
    end: datetime
    events_max: int


async def backtest_reactor(db: Db, tenant_id: UUID, definition: BacktestDefinition) -> BacktestView:
    """Run a reactor over past events, as a job that writes nothing but its result.

    Raises: NotFound, Invalid, Conflict when too many backtests are open.
    """

    async def body(tx: Tx) -> BacktestView:
        if definition.reactor_id is not None:
            trial = await trial_of_reactor(tx, tenant_id, definition.reactor_id, definition.changes)
        else:
            assert definition.reactor is not None
            trial = await trial_of_definition(tx, tenant_id, definition.reactor)
        row = await tx.fetchrow(NOW, tenant_id, KIND)
        assert row is not None
        if row["open"] >= OPEN_MAX:
            raise Conflict(f"{OPEN_MAX} backtests are open already; wait for one to end, or cancel one.")
        asked = Asked(trial, definition.start, definition.end or row["now"], definition.limit)
        _require_period(asked)
        job_id = await queue.enqueue(tx, tenant_id, KIND, msgspec.to_builtins(asked))
        return _view(job_id, asked)

    return await db.run(body)


def _require_period(asked: Asked) -> None:
    if not timedelta(0) < asked.end - asked.start <= timedelta(days=DAYS_MAX):
        detail = f"The end comes after the start, and {DAYS_MAX:,} days after it at most."
        raise wire.invalid([Fault("/to", "out_of_range", detail)])


def assumptions_of(trial: Trial) -> list[str]:
    """Return what is assumed where a reactor is tried."""
    seen = {path[0] for path in trial.compiled().paths}
    return [*ASSUMPTIONS, *(text for root, text in MORE_ASSUMPTIONS.items() if root in seen)]


def _view(job_id: UUID, asked: Asked) -> BacktestView:
    trial = asked.trial
    return BacktestView(
        job_id, trial.event_type, trial.name, trial.reactor_id, trial.version, trial.is_changed,
        wire.rfc3339(asked.start), wire.rfc3339(asked.end), asked.events_max,
        assumptions_of(trial),
    )  # fmt: skip


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Run a reactor over some thousand past events, without recording anything."""
    del tx  # what is read is read in a snapshot that can write nothing
    asked = msgspec.convert(job.input, Asked)
    trial = asked.trial
    snapshot = await place.desk.catalogue.current(job.tenant_id)
    period = Period(
        job.tenant_id, trial.event_type_id, asked.start, asked.end, asked.events_max, trial.time_zone,
        place.desk.occurred_ahead, {kind.id: name for name, kind in snapshot.types.items()},
        snapshot.following,
    )  # fmt: skip
    candidate = alone(trial.compiled(), snapshot.counters)
    async with place.db.transaction(snapshot=True) as reading_tx:
        course = await _resumed(job.cursor) if job.cursor else await backtest.begin(reading_tx, period, candidate)
        versions = await versions_of(reading_tx, job.tenant_id, trial.reactor_id)
        turn = Turn(trial.priority, trial.reactor_id)
        reading = Reading(reading_tx, period, course, versions, candidate, turn)
        is_more = await backtest.go_on(reading, max(STEP_ROWS, course.total // STEPS))
    if is_more:
        kept = await asyncio.to_thread(backtest_course.kept, course)
        return Progress(kept, course.looked_at, max(course.total, course.looked_at))
    return Progress(None, course.looked_at, course.looked_at, await asyncio.to_thread(told, asked, course))


async def _resumed(kept: str) -> Course:
    # In a thread, as all else that takes long at once where there are many members.
    return await asyncio.to_thread(backtest_course.resumed, kept)


# the result --------------------------------------------------------------------------------------


class SumView(wire.View, frozen=True, omit_defaults=False):
    """Points that the reactor would have given, and gave then; how often it would have fired, and did."""

    points: int
    points_then: int
    difference: int
    fired: int
    fired_then: int


class DayView(SumView, frozen=True, omit_defaults=False):
    """The same of one day of the tenant's zone."""

    day: str
    events: int


class MemberView(SumView, frozen=True, omit_defaults=False):
    """The same of one member."""

    user_id: UUID


class ResultView(SumView, frozen=True, omit_defaults=False):
    """What came of a backtest.

    is_complete: no event was left out because of the limit. outcomes: how many events ended how. points_cut_off: asked
    for beyond a limit of points. members: whom the events are about; members_reached: for whom it would have fired.
    points_per_member: of those reached. assumed: how many events were judged by what is known of their members now,
    since it is not recorded what was so then.
    """

    event_type: str
    reactor_name: str
    reactor_id: UUID | None
    reactor_version: int | None
    is_changed: bool
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    events: int
    is_complete: bool
    outcomes: dict[str, int]
    points_cut_off: int
    members: int
    members_reached: int
    members_reached_then: int
    points_per_member: Decimal
    days: list[DayView]
    top: list[MemberView]
    assumptions: Sequence[str]
    assumed: int


def told(asked: Asked, course: Course) -> wire.Json:
    """Return the result of a job."""
    trial, fold = asked.trial, course.fold
    reached = sum(1 for member in fold.members.values() if member.times)
    view = ResultView(
        *_sums(fold.total), trial.event_type, trial.name, trial.reactor_id, trial.version, trial.is_changed,
        wire.rfc3339(asked.start), wire.rfc3339(asked.end), fold.total.events, course.is_complete, _outcomes(fold),
        fold.cut_off, len(fold.members), reached, sum(1 for member in fold.members.values() if member.times_then),
        _ratio(fold.total.points, reached), _days(fold),
        [MemberView(*_sums(member), user_id) for user_id, member in fold.top(TOP_MAX)], assumptions_of(trial),
        fold.assumed,
    )  # fmt: skip
    result: wire.Json = wire.decode(wire.encode(view))
    return result


def _sums(one: Sum) -> tuple[int, int, int, int, int]:
    return one.points, one.points_then, one.points - one.points_then, one.times, one.times_then


def _days(fold: Fold) -> list[DayView]:
    return [DayView(*_sums(day), at.isoformat(), day.events) for at, day in sorted(fold.days.items())]


def _outcomes(fold: Fold) -> dict[str, int]:
    return {code.name: fold.outcomes[code] for code in Code if code in fold.outcomes}


def _ratio(points: int, members: int) -> Decimal:
    return Decimal(0) if not members else (Decimal(points) / members).quantize(Decimal("0.01"))
