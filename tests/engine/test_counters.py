"""Counters by themselves: periods, streaks, what a rule sees; beside a model that looks at every event again."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.constraint import compile_constraint
from punchcard.engine.counters import Counter, Runs, Tally, What, adds, count, look, number_of
from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.period import Unit

BERLIN = ZoneInfo("Europe/Berlin")
TYPE, SERIES = UUID(int=1), UUID(int=2)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_counter(what: str = "COUNT", per: str | None = None, **more: Any) -> Counter:
    """Return a counter in Berlin's time."""
    if what == "SUM":
        more.setdefault("value", compile_expression("payload.total", outcome="number"))
    return Counter("c", SERIES, TYPE, What(what), BERLIN, None if per is None else Unit(per), **more)


def report(counter: Counter, tally: Tally, at: datetime, **payload: Any) -> dict[str, Any]:
    """Return what rules see of an event, and count it."""
    added = adds(counter, TYPE, {"payload": payload})
    seen = look(counter, tally, at, added)
    if added is not None:
        count(counter, tally, at, added)
    return seen


def test_with_and_before() -> None:
    """What stands there by itself holds the event; `before` does not."""
    counter, tally = a_counter("SUM", "MONTH"), Tally()
    assert report(counter, tally, START, total=Decimal("2.5")) == {
        "counts": True, "count": 1, "sum": Decimal("2.5"), "before": {"count": 0, "sum": 0},
    }  # fmt: skip
    seen = report(counter, tally, START + 2 * DAY, total=3)
    assert (seen["count"], seen["sum"], seen["daysSinceLast"]) == (2, Decimal("5.5"), 2)
    assert report(counter, tally, START + 40 * DAY, total=1)["sum"] == 1


def test_what_does_not_count() -> None:
    """An event of another type, against the constraint, or without the value moves nothing; it sees what is."""
    counter = a_counter("SUM", constraint=compile_constraint("payload.total > 5"))
    assert adds(counter, UUID(int=9), {"payload": {"total": 9}}) is None
    tally = Tally()
    for payload in ({"total": 5}, {}, {"total": "9"}, {"total": 10**15 + 1}, {"total": Decimal("6." + "1" * 101)}):
        assert report(counter, tally, START, **payload) == {
            "counts": False, "count": 0, "sum": 0, "before": {"count": 0, "sum": 0},
        }  # fmt: skip


def test_a_streak_of_days() -> None:
    """Days in a row; a second event on a day is no further day, and a day without one begins anew."""
    counter, tally = a_counter("STREAK", "DAY"), Tally()
    seen = [report(counter, tally, START + step * DAY)["streak"] for step in (0, 1, 1, 2, 4, 5)]
    assert seen == [1, 2, 2, 3, 1, 2]
    late = report(counter, tally, START + 3 * DAY)
    assert (late["streak"], late["before"]["streak"]) == (4, 3)
    assert look(counter, tally, START + 6 * DAY, None)["streak"] == 6
    assert look(counter, tally, START + 7 * DAY, None)["streak"] == 0


@pytest.mark.parametrize(
    ("per", "times", "streaks"),
    [
        ("WEEK", ["2026-12-27T12:00Z", "2026-12-28T12:00Z", "2027-01-04T12:00Z"], [1, 2, 3]),
        ("MONTH", ["2026-12-31T22:30Z", "2026-12-31T23:30Z", "2027-02-01T12:00Z"], [1, 2, 3]),
        ("YEAR", ["2025-06-01T12:00Z", "2026-12-31T22:30Z", "2028-01-01T12:00Z"], [1, 2, 1]),
        ("DAY", ["2026-03-28T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z", "2026-10-25T22:59Z"], [1, 2, 3, 1]),
        ("DAY", ["2026-10-24T22:00Z", "2026-10-25T22:59Z", "2026-10-25T23:00Z"], [1, 1, 2]),
    ],
    ids=["weeks-over-new-year", "months-of-the-zone", "years", "a-day-of-23-hours", "a-day-of-25-hours"],
)
def test_periods_in_a_row(per: str, times: list[str], streaks: list[int]) -> None:
    """They are those of the tenant's calendar, whatever its clocks do."""
    counter, tally = a_counter("STREAK", per), Tally()
    assert [report(counter, tally, datetime.fromisoformat(at))["streak"] for at in times] == streaks


def test_numbers_of_periods_follow_each_other() -> None:
    """The day after the last of a period is in the next number."""
    for unit in (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR):
        numbers = [number_of(unit, date(2023, 12, 1) + step * DAY) for step in range(800)]
        assert {after - before for before, after in pairwise(numbers)} <= {0, 1}
    assert number_of(Unit.WEEK, date(2026, 3, 1)) + 1 == number_of(Unit.WEEK, date(2026, 3, 2))


@given(st.lists(st.integers(0, 30), max_size=25), st.randoms(use_true_random=False))
def test_runs_are_those_of_the_days(days: list[int], chance: Random) -> None:
    """In whatever order days come, and whatever of it is read again, the runs are those of the set of days."""
    runs = Runs()
    for day in days:
        if chance.random() < 0.3:
            runs.keep()
        runs.add(day, day)
    there = set(days)
    assert [day for first, last in zip(runs.firsts, runs.lasts, strict=True) for day in range(first, last + 1)] == (
        sorted(there)
    )
    assert all(after > last + 1 for last, after in zip(runs.lasts, runs.firsts[1:], strict=False))
    deleted, written = runs.changes()
    stored = {first: last for first, last in runs.stored.items() if first not in deleted} | dict(written)
    assert stored == dict(zip(runs.firsts, runs.lasts, strict=True))
    for day in range(32):
        assert runs.streak(day) == _streak(there, day)
        earlier = [other for other in there if other <= day]
        assert runs.since(day) == (day - max(earlier) if earlier else None)


def _streak(days: set[int], day: int) -> int:
    at = day if day in days else day - 1
    length = 0
    while at - length in days:
        length += 1
    return length


@given(
    events=st.lists(st.tuples(st.integers(0, 90 * 24), st.integers(-5, 50)), max_size=20),
    per=st.sampled_from([None, "HOUR", "DAY", "WEEK", "MONTH", "YEAR"]),
    chance=st.randoms(use_true_random=False),
)
def test_the_order_of_reports_does_not_matter(events: list[tuple[int, int]], per: str | None, chance: Random) -> None:
    """Each period comes to the count and sum of its own events, in whatever order they are reported."""
    counter = a_counter("SUM", per, constraint=compile_constraint("payload.total >= 0"))
    shuffled = chance.sample(events, len(events))
    ends = []
    for order in (events, shuffled):
        tally = Tally()
        for hour, total in order:
            report(counter, tally, START + timedelta(hours=hour), total=total)
        ends.append(({key: (value.count, value.total) for key, value in tally.values.items()}, tally.runs))
    assert ends[0][0] == ends[1][0]
    assert ends[0][1] == ends[1][1]
    expected: dict[str | None, tuple[int, int]] = {}
    for hour, total in events:
        if total >= 0:
            key = counter.stretch(START + timedelta(hours=hour))
            times, amount = expected.get(key, (0, 0))
            expected[key] = (times + 1, amount + total)
    assert ends[0][0] == expected
