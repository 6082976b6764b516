"""Time as people in a zone count it: days, months and years, durations, and the borders between them.

Everything takes and returns instants; zones are `tzinfo` objects that the caller brings. Where clocks are put forward
or back nothing is lost or counted twice: periods of one unit follow each other without gap or overlap, and a local time
stands for the first instant at which the zone's clocks show it, or the next later time where they skip it.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

SECOND = timedelta(seconds=1)
MONTHS = 12
YEARS_MAX = 1_000  # a date that far away can be worked out yet, from any that an event may have
_DURATION = re.compile(
    r"P(?=[\dT])(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7})S)?)?",
    re.ASCII,
)


class Unit(StrEnum):
    """A stretch of the calendar. Weeks begin on Monday (ISO 8601)."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"


class Span(Struct, frozen=True):
    """One period: from `start` on and before `end`, both in UTC. `key` names it among those of its unit."""

    key: str
    start: datetime
    end: datetime


class Duration(Struct, frozen=True):
    """A stretch of time as ISO 8601 writes it: months and days are counted on the calendar, seconds are elapsed."""

    months: int = 0
    days: int = 0
    seconds: int = 0


def read_duration(text: str) -> Duration:
    """Read a duration such as P14D, P1Y6M or PT36H. Raises: ValueError with a sentence; of no length is none either."""
    found = _DURATION.fullmatch(text)
    years, months, weeks, days, hours, minutes, seconds = (
        (int(part or 0) for part in found.groups()) if found else [0] * 7
    )
    duration = Duration(MONTHS * years + months, 7 * weeks + days, 3_600 * hours + 60 * minutes + seconds)
    if years + months // MONTHS + (duration.days + duration.seconds // 86_400) // 365 > YEARS_MAX:
        raise ValueError(f"Write a duration of at most {YEARS_MAX} years, or leave it out for what has no end.")
    if duration == Duration():
        raise ValueError("Write a duration as in ISO 8601, longer than nothing: for example P14D, P1Y or PT36H.")
    return duration


def first_instant(local: datetime, zone: tzinfo) -> datetime:
    """Return the first instant at which the zone's clocks show `local` (without zone), or skip past it."""
    late, early = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return late if late <= early else _change_between(early, late, zone)


def _change_between(early: datetime, late: datetime, zone: tzinfo) -> datetime:
    """Return the instant in (early, late] at which the zone's offset changes. It lies on a whole second."""
    low, high = early.replace(microsecond=0), late.replace(microsecond=0)
    high += SECOND * (high < late)
    before = low.astimezone(zone).utcoffset()
    while high - low > SECOND:
        middle = low + SECOND * ((high - low) // SECOND // 2)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def shift(instant: datetime, by: Duration, zone: tzinfo, *, back: bool = False) -> datetime:
    """Return the instant a duration later, or earlier: the same local time on another day, then the seconds.

    A month later than its 31st is the last of a shorter month. Raises: OverflowError, ValueError past year 9999.
    """
    sign = -1 if back else 1
    local = instant.astimezone(zone)
    moved = instant.astimezone(UTC)
    if by.months or by.days:
        target = _add_months(local.replace(tzinfo=None), sign * by.months) + timedelta(days=sign * by.days)
        moved = first_instant(target, zone)
    return moved + timedelta(seconds=sign * by.seconds)


def _add_months(local: datetime, months: int) -> datetime:
    year, month = divmod(local.year * MONTHS + local.month - 1 + months, MONTHS)
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))


def span(unit: Unit, instant: datetime, zone: tzinfo) -> Span:
    """Return the period of a unit that holds an instant."""
    if unit is Unit.HOUR:
        return _hour(instant.astimezone(UTC), zone)
    first = _first_day(unit, instant.astimezone(zone).replace(tzinfo=None))
    found = _span_from(unit, first, zone)
    # Where clocks are put back over midnight the local date returns to the day before for a while.
    while instant >= found.end:
        first = _following(unit, first)
        found = _span_from(unit, first, zone)
    return found


# Events of the same days come again and again, and a border takes longer to work out than all else about an event.
@lru_cache(maxsize=4_096)
def _span_from(unit: Unit, first: datetime, zone: tzinfo) -> Span:
    return Span(_key(unit, first), first_instant(first, zone), first_instant(_following(unit, first), zone))


def _first_day(unit: Unit, local: datetime) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case Unit.WEEK:
            return midnight - timedelta(days=midnight.weekday())
        case Unit.MONTH:
            return midnight.replace(day=1)
        case Unit.YEAR:
            return midnight.replace(month=1, day=1)
    return midnight


def _following(unit: Unit, first: datetime) -> datetime:
    match unit:
        case Unit.WEEK:
            return first + timedelta(days=7)
        case Unit.MONTH:
            return _add_months(first, 1)
        case Unit.YEAR:
            return _add_months(first, MONTHS)
    return first + timedelta(days=1)


def _key(unit: Unit, first: datetime) -> str:
    match unit:
        case Unit.WEEK:
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        case Unit.MONTH:
            return f"{first.year:04}-{first.month:02}"
        case Unit.YEAR:
            return f"{first.year:04}"
    return first.date().isoformat()


def _hour(instant: datetime, zone: tzinfo) -> Span:
    """Return the hour on the clock; one that a change of the clocks falls into is cut in two there."""
    local = instant.astimezone(zone)
    start = instant - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    end = start + timedelta(hours=1)
    if start.astimezone(zone).utcoffset() != local.utcoffset():
        start = _change_between(start, instant, zone)
    if (end - SECOND).astimezone(zone).utcoffset() != local.utcoffset():
        end = _change_between(instant, end, zone)
    return Span(start.astimezone(zone).isoformat(timespec="minutes"), start, end)


def rolling(window: Duration, instant: datetime, zone: tzinfo) -> Span:
    """Return the window that ends with an instant: what lies after `start`, up to and including `end`, counts."""
    return Span("", shift(instant, window, zone, back=True), instant.astimezone(UTC))
