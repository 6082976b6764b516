"""Counters: what a member's events come to, counted as they are recorded. Pure.

    COUNT    events, in a period of the calendar or ever
    SUM      what an expression over them comes to, in a period or ever
    STREAK   periods in a row with an event in each: days, weeks, months or years

What counts is when events happened: one that is reported late counts in its own period, and joins streaks that it lies
between. Of each counter the days with an event are kept besides, as runs of days, so that a rule can ask how long ago
the last one was.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from punchcard.engine.constraint import Constraint
from punchcard.engine.expression.expression import Expression
from punchcard.engine.expression.faults import NotEvaluable
from punchcard.engine.expression.values import add_numbers
from punchcard.engine.facts import Facts
from punchcard.engine.period import MONTHS, Unit, span

EVER = "EVER"
PAST = "PAST"
"""Not a stretch of time: that there is one says that a member's events from before the counter are counted."""

AMOUNT_MAX = 10**15
FRACTION_DIGITS_MAX = 100
"""An event that would add, or take, more than that, or a fraction of more digits, does not count."""

STREAK_UNITS = (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR)
DAYS_A_WEEK = 7

Number = int | Decimal
Key = tuple[UUID, UUID]
"""Whose (a user's id), and of which series."""


class What(StrEnum):
    """What a counter counts."""

    COUNT = "COUNT"
    SUM = "SUM"
    STREAK = "STREAK"


FIELDS: Mapping[What, tuple[str, ...]] = {
    What.COUNT: ("count", "before.count", "daysSinceLast", "counts"),
    What.SUM: ("sum", "count", "before.sum", "before.count", "daysSinceLast", "counts"),
    What.STREAK: ("streak", "before.streak", "daysSinceLast", "counts"),
}
"""What rules may read of a counter of each kind."""


class Counter(Struct, frozen=True):
    """One version of a counter, compiled. What it has counted stands under `series_id`.

    value: what an event adds, of a SUM. per: the period; None: ever. takes_past: events from before it count too, once
    it is_settled: until then some process may record events without knowing of it. since: when it was created.
    """

    name: str
    series_id: UUID
    type_id: UUID
    what: What
    zone: tzinfo
    per: Unit | None = None
    constraint: Constraint | None = None
    value: Expression | None = None
    takes_past: bool = False
    is_settled: bool = True
    since: datetime | None = None

    def facts(self) -> tuple[str, ...]:
        """Return the names of what rules may read of it."""
        return tuple(f"counters.{self.name}.{name}" for name in FIELDS[self.what])

    def stretch(self, at: datetime) -> str | None:
        """Return the name of the stretch of time in which an event counts; None: what counts are periods in a row."""
        if self.what is What.STREAK:
            return None
        return EVER if self.per is None else f"{self.per.value} {span(self.per, at, self.zone).key}"

    def periods(self, at: datetime) -> dict[Unit, int]:
        """Return the number of the day, and of a streak's period, in which an event falls."""
        day = date.fromisoformat(span(Unit.DAY, at, self.zone).key)
        numbers = {Unit.DAY: number_of(Unit.DAY, day)}
        if self.what is What.STREAK and self.per is not None:
            numbers[self.per] = number_of(self.per, day)
        return numbers


def number_of(unit: Unit, day: date) -> int:
    """Return the number of the period that holds a day; the period after it has the next one."""
    match unit:
        case Unit.WEEK:
            return (day.toordinal() - 1) // DAYS_A_WEEK
        case Unit.MONTH:
            return day.year * MONTHS + day.month - 1
        case Unit.YEAR:
            return day.year
    return day.toordinal()


class Value(Struct):
    """What events in one stretch of time come to."""

    count: int = 0
    total: Number = 0


class Runs(Struct):
    """Periods with an event in each, as runs without a gap: the first and the last of each, in order.

    stored: those of them that are recorded, by their first. known: the periods for which the runs around were read.
    """

    firsts: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    stored: dict[int, int] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)

    def before(self, period: int) -> tuple[int, int] | None:
        """Return the run that holds a period, or the last one before it."""
        place = bisect_right(self.firsts, period) - 1
        return (self.firsts[place], self.lasts[place]) if place >= 0 else None

    def streak(self, period: int) -> int:
        """Return how many periods in a row there are up to this one, or up to the one before where this has none."""
        run = self.before(period)
        return 0 if run is None or run[1] < period - 1 else min(run[1], period) - run[0] + 1

    def since(self, period: int) -> int | None:
        """Return how many periods ago the last event was; 0: in this one. None: there was none."""
        run = self.before(period)
        return None if run is None else max(0, period - run[1])

    def add(self, first: int, last: int) -> None:
        """Add a run, which joins those that it touches."""
        start = bisect_right(self.firsts, first) - 1
        if start < 0 or self.lasts[start] < first - 1:
            start += 1
        end = start
        while end < len(self.firsts) and self.firsts[end] <= last + 1:
            first, last = min(first, self.firsts[end]), max(last, self.lasts[end])
            end += 1
        self.firsts[start:end], self.lasts[start:end] = [first], [last]

    def take(self, period: int) -> None:
        """Take a period out of the run that holds it."""
        place = bisect_right(self.firsts, period) - 1
        if place >= 0 and self.lasts[place] >= period:
            first, last = self.firsts[place], self.lasts[place]
            left = [run for run in ((first, period - 1), (period + 1, last)) if run[0] <= run[1]]
            self.firsts[place : place + 1] = [run[0] for run in left]
            self.lasts[place : place + 1] = [run[1] for run in left]

    def read(self, first: int, last: int) -> None:
        """Take a recorded run in, beside what was added meanwhile."""
        if self.stored.get(first) != last:
            self.stored[first] = last
            self.add(first, last)

    def changes(self) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the recorded runs that are no more, by their first, and those to be recorded."""
        now = dict(zip(self.firsts, self.lasts, strict=True))
        return sorted(self.stored.keys() - now.keys()), sorted(now.items() - self.stored.items())

    def keep(self) -> None:
        """Note that everything is recorded."""
        self.stored = dict(zip(self.firsts, self.lasts, strict=True))


class Tally(Struct):
    """What one counter has come to for one member, as far as it was read.

    values: by stretch of time. runs: by the kind of period. changed: the stretches that are to be recorded. is_whole:
    there is nothing else. has_past: events from before the counter are among it.
    """

    values: dict[str, Value] = field(default_factory=dict)
    runs: dict[Unit, Runs] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    is_whole: bool = False
    has_past: bool = False

    def runs_of(self, unit: Unit) -> Runs:
        """Return the runs of a kind of period."""
        if unit not in self.runs:
            self.runs[unit] = Runs()
        return self.runs[unit]


def adds(counter: Counter, type_id: UUID, facts: Facts) -> Number | None:
    """Return what an event adds to a counter, 1 where events are counted; None: it does not count.

    An event whose value cannot be worked out, or is out of bounds, does not count.
    """
    if type_id != counter.type_id:
        return None
    if counter.constraint is not None and not counter.constraint.holds(facts["payload"], facts):
        return None
    if counter.value is None:
        return 1
    try:
        amount = counter.value.number(facts)
    except NotEvaluable:
        return None
    return amount if -AMOUNT_MAX <= amount <= AMOUNT_MAX and _is_short(amount) else None


def _is_short(amount: Number) -> bool:
    return isinstance(amount, int) or int(amount.as_tuple().exponent) >= -FRACTION_DIGITS_MAX


def look(counter: Counter, tally: Tally, at: datetime, added: Number | None) -> dict[str, Any]:
    """Return how a counter stands for rules: with the event that they judge, which happened at `at`, and before it."""
    days = counter.periods(at)
    since = tally.runs_of(Unit.DAY).since(days[Unit.DAY])
    seen: dict[str, Any] = {"counts": added is not None}
    if since is not None:
        seen["daysSinceLast"] = since
    stretch = counter.stretch(at)
    if stretch is None:
        assert counter.per is not None, "a streak is of periods"
        runs, period = tally.runs_of(counter.per), days[counter.per]
        before = runs.streak(period)
        is_in = runs.since(period) == 0
        return seen | {"streak": before + (added is not None and not is_in), "before": {"streak": before}}
    value = tally.values.get(stretch) or Value()
    seen |= {"count": value.count + (added is not None), "before": {"count": value.count}}
    if counter.what is What.SUM:
        seen["sum"] = value.total if added is None else add_numbers(value.total, added)
        seen["before"]["sum"] = value.total
    return seen


def count(counter: Counter, tally: Tally, at: datetime, added: Number) -> None:
    """Count an event that happened at `at`."""
    stretch = counter.stretch(at)
    if stretch is not None:
        value = tally.values.setdefault(stretch, Value())
        value.count += 1
        if counter.what is What.SUM:
            value.total = add_numbers(value.total, added)
        tally.changed.add(stretch)
    for unit, period in counter.periods(at).items():
        tally.runs_of(unit).add(period, period)


def uncount(
    counter: Counter, tally: Tally, at: datetime, added: Number, gone: Collection[Unit], *, is_whole: bool = True
) -> None:
    """Take an event back that was counted; or, where it is not whole, what it added to a SUM alone.

    gone: the kinds of periods in which there is no other event that counts.
    """
    stretch = counter.stretch(at)
    if stretch is not None:
        value = tally.values.setdefault(stretch, Value())
        if counter.what is What.SUM:
            value.total = add_numbers(value.total, -added)
        value.count -= is_whole and value.count > 0
        tally.changed.add(stretch)
    for unit, period in counter.periods(at).items():
        if is_whole and unit in gone:
            tally.runs_of(unit).take(period)
