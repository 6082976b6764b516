"""Policies: when points run out in every zone, what caps let pass and why not, and what is bought by itself."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.period import Duration, Unit, read_duration
from punchcard.engine.policy import (
    Cap,
    Expiry,
    Grant,
    Purchase,
    Use,
    expires_at,
    grant,
    idle_until,
    purchases,
    tell,
    window,
)

ZONES = ["UTC", "Europe/Zurich", "America/New_York", "Pacific/Auckland", "America/Sao_Paulo", "Asia/Kathmandu"]
YEAR_AFTER = Expiry(read_duration("P1Y"), Unit.YEAR)


def local(text: str, zone: str) -> datetime:
    """Return the instant of a local time that is neither skipped nor shown twice."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("after", "to_end_of", "earned", "expected"),
    [
        ("P1Y", "YEAR", "2026-01-01T00:00", "2028-01-01T00:00"),
        ("P1Y", "YEAR", "2026-12-31T23:59:59.999999", "2028-01-01T00:00"),
        ("P1M", "MONTH", "2026-01-31T12:00", "2026-03-01T00:00"),
        ("P1M", "MONTH", "2026-02-01T00:00", "2026-04-01T00:00"),
        ("P30D", "DAY", "2026-03-01T09:00", "2026-04-01T00:00"),
        ("P1W", "WEEK", "2026-03-04T09:00", "2026-03-16T00:00"),
        ("P14D", None, "2026-03-20T12:34:56", "2026-04-03T12:34:56"),
        ("P6M", None, "2026-08-31T12:00", "2027-02-28T12:00"),
    ],
)  # fmt: skip
def test_when_points_run_out(zone: str, after: str, to_end_of: str | None, earned: str, expected: str) -> None:
    """F41: the same local time in every zone, summer time or not."""
    policy = Expiry(read_duration(after), Unit(to_end_of) if to_end_of else None)
    assert expires_at([policy], local(earned, zone), ZoneInfo(zone)) == local(expected, zone)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - they get one
    st.sampled_from(ZONES),
)
def test_the_end_of_the_following_year(earned_at: datetime, zone: str) -> None:
    """Until the last moment of the year after the local one of the earning, and not a moment longer."""
    end = expires_at([YEAR_AFTER], earned_at, ZoneInfo(zone))
    assert end is not None
    following = earned_at.astimezone(ZoneInfo(zone)).year + 1
    assert end.astimezone(ZoneInfo(zone)).date() == date(following + 1, 1, 1)
    assert (end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() == date(following, 12, 31)


def test_the_first_policy_to_end_wins() -> None:
    """Of several the earliest counts; those for inactivity say nothing of an earning, and the others of inactivity."""
    zone, earned = ZoneInfo("UTC"), datetime(2026, 5, 5, tzinfo=UTC)
    idle = Expiry(read_duration("P3D"), is_for_inactivity=True)
    short, long = Expiry(read_duration("P10D")), Expiry(read_duration("P20D"))
    assert expires_at([long, short, idle], earned, zone) == earned + timedelta(days=10)
    assert idle_until([long, short, idle], earned, zone) == earned + timedelta(days=3)
    assert expires_at([idle], earned, zone) is None
    assert idle_until([long], earned, zone) is None


USES = st.lists(
    st.builds(Use, st.builds(Cap, st.integers(0, 200), st.sampled_from([None, *Unit])), st.integers(-50, 300)),
    max_size=5,
)


@given(st.integers(-100, 300), USES)
def test_caps_let_pass_what_fits_under_all_of_them(points: int, uses: list[Use]) -> None:
    """As many points as can be given one by one, each while no cap is full; those that stop the next are named."""
    given_one_by_one = 0
    while given_one_by_one < points and all(use.used + given_one_by_one < use.cap.points_max for use in uses):
        given_one_by_one += 1
    granted = grant(points, uses)
    assert granted.points == (given_one_by_one if points > 0 else points)
    assert granted.asked == points
    assert bool(granted.cut_by) == (granted.points < points)
    assert set(granted.cut_by) == {use for use in uses if points > 0 and use.used + points > use.cap.points_max}
    if granted.cut_by:
        first = granted.cut_by[0]
        assert granted.points == max(0, first.cap.points_max - first.used)


@pytest.mark.parametrize(
    ("per", "told"),
    [
        (Unit.DAY, "earned 80 of 120: daily cap 500"),
        (Unit.MONTH, "earned 80 of 120: monthly cap 500"),
        (None, "earned 80 of 120: cap 500"),
        (read_duration("P30D"), "earned 80 of 120: cap 500 within 30 days"),
        (read_duration("P1Y1MT1H"), "earned 80 of 120: cap 500 within 1 year 1 month 1 hour"),
    ],
)
def test_what_was_cut_off_is_told(per: Unit | Duration | None, told: str) -> None:
    """The sentence names what was had, what was asked for, and the cap."""
    assert tell(grant(120, [Use(Cap(500, per), 420)])) == told


def test_nothing_is_told_of_what_was_not_cut() -> None:
    """Exactly up to the cap is not cut; the tightest of several is told; what was done can be called otherwise."""
    assert tell(grant(80, [Use(Cap(500, Unit.DAY), 420)])) == ""
    several = [Use(Cap(900, Unit.WEEK), 850), Use(Cap(500, Unit.DAY), 480), Use(Cap(10_000), 0)]
    assert grant(120, several) == Grant(120, 20, (several[1], several[0]))
    assert tell(grant(120, several), "spent") == "spent 20 of 120: daily cap 500"


def test_the_window_of_a_cap() -> None:
    """F41: a daily cap counts within the tenant's local day, which summer time makes an hour shorter."""
    zone, noon = ZoneInfo("Europe/Zurich"), datetime(2026, 3, 29, 10, tzinfo=UTC)
    day = window(Cap(1, Unit.DAY), noon, zone)
    assert day is not None
    assert (day.key, day.end - day.start) == ("2026-03-29", timedelta(hours=23))
    rolled = window(Cap(1, read_duration("PT24H")), noon, zone)
    assert rolled is not None
    assert rolled.end - rolled.start == timedelta(hours=24)
    assert window(Cap(1), noon, zone) is None


@given(st.integers(-100, 1_000), st.integers(0, 200), st.integers(0, 300), st.none() | st.integers(0, 5))
def test_rewards_that_are_bought_by_themselves(balance: int, price: int, keep: int, times_max: int | None) -> None:
    """As many as can be bought one by one, while the balance stays at or above what is kept."""
    bought, left = 0, balance
    while price and left - price >= keep and (times_max is None or bought < times_max):
        bought, left = bought + 1, left - price
    assert purchases(Purchase(UUID(int=1), keep, times_max), balance, price) == bought
