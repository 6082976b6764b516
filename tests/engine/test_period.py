"""Periods and durations in zones, against a model that looks at the clocks minute by minute."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punchcard.engine.period import Duration, Unit, first_instant, read_duration, rolling, shift, span

# Clocks that change at midnight, by half an hour, over midnight, by a whole day, and not at all.
ZONES = [
    "UTC", "Europe/Zurich", "America/New_York", "America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe",
    "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "Asia/Kathmandu", "Asia/Tehran", "America/Toronto",
]  # fmt: skip
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - they get one
NAMED_ZONES = st.sampled_from(ZONES).map(ZoneInfo)
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    """Return an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """Return the instants of a year at which the zone's clocks are changed, found by looking at every minute."""
    start, found = datetime(year, 1, 1, tzinfo=UTC), []
    before = start.astimezone(zone).utcoffset()
    for day in range(367):
        if (start + timedelta(days=day + 1)).astimezone(zone).utcoffset() == before:
            continue
        for minute in range(1, 24 * 60 + 1):
            at = start + timedelta(days=day, minutes=minute)
            if at.astimezone(zone).utcoffset() != before:
                before = at.astimezone(zone).utcoffset()
                found.append(at)
    return found


@cache
def all_changes() -> list[tuple[str, datetime]]:
    """Return the changes of four years, each with its zone; not for those who only look which tests there are."""
    return [(name, at) for name in ZONES for year in (1919, 2010, 2011, 2026) for at in changes(ZoneInfo(name), year)]


AROUND_CHANGES = st.deferred(
    lambda: st.builds(
        lambda change, offset: (change[1] + timedelta(minutes=offset), ZoneInfo(change[0])),
        st.sampled_from(all_changes()), st.integers(-90, 90) | st.integers(-4_000, 4_000),
    )
)  # fmt: skip
MOMENTS = st.one_of(st.tuples(INSTANTS, NAMED_ZONES), AROUND_CHANGES)


def test_the_zones_have_the_changes_that_are_meant() -> None:
    """The model sees clocks go forward and back, by half an hour, at midnight, and by a day."""
    offsets = [
        [at.astimezone(ZoneInfo(name)).utcoffset() or timedelta() for at in (change - MINUTE, change)]
        for name, change in all_changes()
    ]
    leaps = {after - before for before, after in offsets}
    assert {timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=30), timedelta(days=1)} <= leaps


@settings(deadline=None)
@given(MOMENTS)
def test_a_local_time_stands_for_the_first_instant_that_shows_it_or_a_later_one(
    moment: tuple[datetime, ZoneInfo],
) -> None:
    """Looking at each minute of two days, the first whose clock shows that time or later is the instant."""
    instant, zone = moment
    local = instant.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    offset = instant.astimezone(zone).utcoffset()
    if offset is None or offset.seconds % 60:
        return  # local mean times have seconds, which the model does not look at
    at = first_instant(local, zone)
    assert at.astimezone(zone).replace(tzinfo=None) >= local
    for minutes in range(1, 26 * 60):
        earlier = (at - minutes * MINUTE).astimezone(zone).replace(tzinfo=None)
        assert earlier < local


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Zurich", "2026-03-29T02:30", "2026-03-29T01:00"),  # skipped: the clocks go on at 03:00
        ("Europe/Zurich", "2026-10-25T02:30", "2026-10-25T00:30"),  # comes twice: the first
        ("America/Toronto", "1919-03-31T00:00", "1919-03-31T04:30"),  # midnight is skipped, from 23:30 to 00:30
        ("America/Sao_Paulo", "2011-10-16T00:00", "2011-10-16T03:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),  # that whole day is skipped
    ],
)
def test_times_that_clocks_skip_or_show_twice(zone: str, local: str, expected: str) -> None:
    """F41: local times around changes of the clocks."""
    assert first_instant(datetime.fromisoformat(local), ZoneInfo(zone)) == utc(expected)


@settings(deadline=None)
@given(MOMENTS, st.sampled_from(Unit))
def test_periods_follow_each_other(moment: tuple[datetime, ZoneInfo], unit: Unit) -> None:
    """A period holds its instant; the next begins where it ends and has another name; all of it is in it."""
    instant, zone = moment
    found = span(unit, instant, zone)
    assert found.start <= instant < found.end
    following = span(unit, found.end, zone)
    assert (following.start, following.key != found.key) == (found.end, True)
    before = span(unit, found.start - timedelta(microseconds=1), zone)
    assert (before.end, before.key != found.key) == (found.start, True)
    assert span(unit, found.start, zone) == span(unit, found.end - timedelta(microseconds=1), zone) == found


@settings(deadline=None)
@given(MOMENTS)
def test_a_period_is_named_after_the_local_date(moment: tuple[datetime, ZoneInfo]) -> None:
    """Days, weeks, months and years are those of the local date; only an hour shown again over midnight differs."""
    instant, zone = moment
    local = instant.astimezone(zone)
    if local.fold:
        return
    assert span(Unit.DAY, instant, zone).key == local.date().isoformat()
    assert span(Unit.WEEK, instant, zone).key == local.strftime("%G-W%V")
    assert span(Unit.MONTH, instant, zone).key == local.strftime("%Y-%m")
    assert span(Unit.YEAR, instant, zone).key == local.strftime("%Y")


@pytest.mark.parametrize("zone", ZONES)
def test_the_days_of_a_year(zone: str) -> None:
    """From the first border of 2026 to its last, each day once; each lasts 24 hours but for those with a change."""
    place = ZoneInfo(zone)
    year = span(Unit.YEAR, utc("2026-07-01"), place)
    at, days = year.start, []
    while at < year.end:
        days.append(span(Unit.DAY, at, place))
        at = days[-1].end
    assert at == year.end
    assert [day.key for day in days] == [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(365)]
    odd = [day for day in days if day.end - day.start != timedelta(days=1)]
    changed = [at for at in changes(place, 2026) if year.start <= at < year.end]
    assert [day.start <= at < day.end for day, at in zip(odd, changed, strict=True)] == [True] * len(changed)


def test_an_hour_that_returns_to_the_day_before() -> None:
    """In St. John's clocks went back from 00:01 to 23:01: the new day has begun by then, and does not end again."""
    zone, midnight = ZoneInfo("America/St_Johns"), utc("2010-11-07T02:30")
    assert span(Unit.DAY, midnight - MINUTE, zone).key == "2010-11-06"
    again = midnight + 30 * MINUTE
    assert again.astimezone(zone).date() == date(2010, 11, 6)
    for at in (midnight, again, midnight + 61 * MINUTE):
        found = span(Unit.DAY, at, zone)
        assert (found.key, found.start, found.end - found.start) == ("2010-11-07", midnight, timedelta(hours=25))


def test_hours_are_cut_where_clocks_change() -> None:
    """In Lord Howe clocks go back from 02:00 to 01:30: the second half past one is a period of its own."""
    zone, at = ZoneInfo("Australia/Lord_Howe"), utc("2026-04-04T13:59:00")
    hours = [span(Unit.HOUR, at, zone)]
    for _ in range(3):
        hours.append(span(Unit.HOUR, hours[-1].end, zone))
    assert [(hour.key, (hour.end - hour.start) / MINUTE) for hour in hours] == [
        ("2026-04-05T00:00+11:00", 60), ("2026-04-05T01:00+11:00", 60), ("2026-04-05T01:30+10:30", 30),
        ("2026-04-05T02:00+10:30", 60),
    ]  # fmt: skip


def test_an_hour_ends_where_its_clock_does() -> None:
    """In St. John's the first hour of that day lasted one minute, and the one that came again 59."""
    zone, midnight = ZoneInfo("America/St_Johns"), utc("2010-11-07T02:30")
    hours = [span(Unit.HOUR, midnight + n * MINUTE, zone) for n in (0, 1, 60)]
    assert [(hour.key, (hour.end - hour.start) / MINUTE) for hour in hours] == [
        ("2010-11-07T00:00-02:30", 1), ("2010-11-06T23:01-03:30", 59), ("2010-11-07T00:00-03:30", 60),
    ]  # fmt: skip
    assert hours[0].end == hours[1].start


@settings(deadline=None)
@given(MOMENTS, st.integers(1, 40))
def test_days_later_is_the_same_time_on_that_date(moment: tuple[datetime, ZoneInfo], days: int) -> None:
    """Some days later is the first instant of that day that shows the same time, and never before or at once."""
    instant, zone = moment
    later = shift(instant, Duration(days=days), zone)
    local = instant.astimezone(zone).replace(tzinfo=None)
    assert later == first_instant(local + timedelta(days=days), zone)
    assert abs(later - instant - timedelta(days=days)) <= timedelta(hours=26)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("P1M", "2026-01-31T12:00", "2026-02-28T12:00"),
        ("P1M", "2024-01-31T12:00", "2024-02-29T12:00"),
        ("P13M", "2026-12-31T23:00", "2028-01-31T23:00"),
        ("P1Y", "2024-02-29T00:00", "2025-02-28T00:00"),
        ("P2W", "2026-12-25T00:00", "2027-01-08T00:00"),
        ("PT36H", "2026-12-31T18:00", "2027-01-02T06:00"),
        ("P1DT1S", "2026-12-31T18:00", "2027-01-01T18:00:01"),
    ],
)
def test_durations(text: str, start: str, expected: str) -> None:
    """Months end where a shorter month does; days and seconds add up; back again where nothing was cut off."""
    duration = read_duration(text)
    assert shift(utc(start), duration, UTC) == utc(expected)
    if duration.months == 0:
        assert shift(utc(expected), duration, UTC, back=True) == utc(start)


def test_a_day_is_not_24_hours_where_the_clocks_change() -> None:
    """P1D keeps the time of day, PT24H the time that passes."""
    zone, before = ZoneInfo("Europe/Zurich"), utc("2026-03-28T11:00")
    assert shift(before, read_duration("P1D"), zone) == utc("2026-03-29T10:00")
    assert shift(before, read_duration("PT24H"), zone) == utc("2026-03-29T11:00")


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P0D", "PT0S", "14D", "P1.5D", "P-1D", "p1d", "P1H", "P1DT", "P1M1Y", "P\u0661D", "P1D "]
)
def test_what_is_no_duration(text: str) -> None:
    """Everything but ISO 8601 with whole numbers, and nothing at all, is refused."""
    with pytest.raises(ValueError, match="ISO 8601"):
        read_duration(text)


@pytest.mark.parametrize("text", ["P1001Y", "P12012M", "P52500W", "P1000Y99999D", "P99999Y", "PT9999999H"])
def test_a_duration_ends_within_the_calendar(text: str) -> None:
    """What leads out of the years that a date can have is refused when it is saved, not found out by an event."""
    with pytest.raises(ValueError, match="at most 1000 years"):
        read_duration(text)
    for longest in ("P1000Y", "P999Y11M", "P52000W", "PT8760000H"):
        shift(utc("2026-12-31T18:00"), read_duration(longest), UTC)
        shift(utc("2006-01-01T00:00"), read_duration(longest), UTC, back=True)


@settings(deadline=None)
@given(MOMENTS, st.sampled_from(["P1D", "P30D", "P1M", "P1Y", "PT1H"]))
def test_a_rolling_window_ends_now(moment: tuple[datetime, ZoneInfo], text: str) -> None:
    """The window ends with the instant, and began where the duration before it."""
    instant, zone = moment
    found = rolling(read_duration(text), instant, zone)
    assert found.end == instant
    assert found.start == shift(instant, read_duration(text), zone, back=True)
    # Where a whole day was skipped, the day before its end is that end.
    assert found.start < instant or zone.key == "Pacific/Apia"


def test_periods_sort_by_time() -> None:
    """Keys of one unit sort as their periods do."""
    zone = ZoneInfo("America/Havana")
    instants = [utc("2026-01-01") + timedelta(hours=37 * n) for n in range(300)]
    for unit in (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR):
        keys = [span(unit, at, zone).key for at in instants]
        assert all(earlier <= later for earlier, later in pairwise(keys))
