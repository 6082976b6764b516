"""Tiers: when they are attained, until when, and what changes, in the tenant's own time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.period import Unit
from punchcard.engine.situation import InLots, Posting
from punchcard.engine.tier import (
    EVER,
    Change,
    Held,
    Tier,
    Tiers,
    Why,
    after,
    attained,
    changes,
    counted,
    highest,
    keys_of,
    keys_to_read,
    order,
    progress,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
BASE, SILVER, GOLD = (UUID(int=number) for number in (1, 2, 3))


def tiers(*made: Tier) -> Tiers:
    """Return tiers of a tenant in Berlin."""
    return Tiers(order(made), BERLIN)


def yearly(**more: object) -> Tier:
    """Return a tier of 1,000 points a year."""
    return Tier(GOLD, "Gold", 2, 1_000, Unit.YEAR, **more)  # type: ignore[arg-type]


def instant(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "key", "until"),
    [
        ("2026-12-31T22:59:59+00:00", "2026", "2026-12-31T23:00:00+00:00"),
        ("2026-12-31T23:00:00+00:00", "2027", "2027-12-31T23:00:00+00:00"),
        ("2026-01-01T00:30:00+01:00", "2026", "2026-12-31T23:00:00+00:00"),
    ],
)
def test_a_year_ends_with_the_tenants_year(now: str, key: str, until: str) -> None:
    """New Year is an hour earlier in Berlin than in UTC."""
    assert attained(tiers(yearly()), {key: 1_000}, instant(now)) == {GOLD: instant(until)}


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-15T12:00:00+00:00", "2026-03-31T22:00:00+00:00"),
        ("2026-10-15T12:00:00+00:00", "2026-10-31T23:00:00+00:00"),
        ("2026-02-28T23:30:00+01:00", "2026-02-28T23:00:00+00:00"),
    ],
)
def test_a_month_ends_at_local_midnight_on_either_side_of_a_change_of_clocks(now: str, until: str) -> None:
    """March begins in winter time and ends in summer time, October the other way round."""
    monthly = Tier(GOLD, "Gold", 2, 100, Unit.MONTH)
    key = keys_of(instant(now), BERLIN)[2]
    assert attained(tiers(monthly), {key: 100}, instant(now)) == {GOLD: instant(until)}


def test_a_tier_may_be_kept_through_the_next_period() -> None:
    """Who attained it last year keeps it to the end of this one; who did this year, to the end of the next."""
    keeping = tiers(yearly(keeps_next=True))
    assert attained(keeping, {"2025": 1_000}, NOON) == {GOLD: instant("2026-12-31T23:00:00+00:00")}
    assert attained(keeping, {"2026": 1_000, "2025": 1}, NOON) == {GOLD: instant("2027-12-31T23:00:00+00:00")}
    assert attained(keeping, {"2024": 1_000}, NOON) == {}
    assert {"2025", "2026", "2026-10", "2026-11", EVER} == keys_to_read(NOON, BERLIN)


def test_each_tier_is_judged_by_itself() -> None:
    """By its own sum, within its own time; one that asks for nothing does not end with the period."""
    known = tiers(
        Tier(BASE, "Base", 0, 0, Unit.MONTH),
        Tier(SILVER, "Silver", 1, 500),
        yearly(effective_until=NOON + timedelta(days=1)),
    )
    assert attained(known, {}, NOON) == {BASE: None}
    assert attained(known, {EVER: 500}, NOON) == {BASE: None, SILVER: None}
    assert attained(known, {EVER: 500, "2026": 1_000}, NOON)[GOLD] == NOON + timedelta(days=1)
    assert GOLD not in attained(known, {"2026": 1_000}, NOON + timedelta(days=1))


def test_a_stay_that_is_over_has_ended_though_the_tier_is_attained_anew() -> None:
    """Whether the job or an event comes by first makes no difference: lost at the period's end, and reached now."""
    end = instant("2026-12-31T23:00:00+00:00")
    held = Held(GOLD, NOON, end)
    now = end + timedelta(minutes=5)
    change = changes(tiers(yearly()), [held], {"2027": 1_000}, now)
    assert [(lost.held, lost.at, lost.why) for lost in change.lost] == [(held, end, Why.PERIOD_ENDED)]
    assert [(tier.id, until) for tier, until in change.reached] == [(GOLD, instant("2027-12-31T23:00:00+00:00"))]


def test_why_a_tier_is_lost() -> None:
    """Points that were taken back, a tier that ended or is gone, a period that is over."""
    held = Held(GOLD, NOON, instant("2026-12-31T23:00:00+00:00"))
    later = NOON + timedelta(hours=1)
    ended = yearly(effective_until=NOON)
    assert [lost.why for lost in changes(tiers(yearly()), [held], {"2026": 1}, later).lost] == [Why.POINTS]
    assert [lost.why for lost in changes(tiers(ended), [held], {"2026": 9_000}, later).lost] == [Why.TIER_ENDED]
    assert [lost.why for lost in changes(tiers(), [held], {"2026": 9_000}, later).lost] == [Why.TIER_ENDED]


def test_the_end_moves_with_the_definition() -> None:
    """A tier that is kept longer from now on is not reached once more."""
    held = Held(GOLD, NOON, instant("2026-12-31T23:00:00+00:00"))
    change = changes(tiers(yearly(keeps_next=True)), [held], {"2026": 1_000}, NOON)
    assert change == Change(moved=(Held(GOLD, NOON, instant("2027-12-31T23:00:00+00:00")),))


def test_the_highest_tier_is_the_one_of_the_highest_priority() -> None:
    """A stay that is over does not count, whether or not somebody has noted it."""
    known = tiers(Tier(SILVER, "Silver", 1, 500), yearly())
    stays = [Held(SILVER, NOON, None), Held(GOLD, NOON, NOON + timedelta(hours=1))]
    assert highest(known, stays, NOON).id == GOLD  # type: ignore[union-attr]
    assert highest(known, stays, NOON + timedelta(hours=1)).id == SILVER  # type: ignore[union-attr]
    assert highest(known, [], NOON) is None


def test_progress_names_what_is_missing() -> None:
    """Of the period that runs; who holds a tier misses nothing."""
    far = progress(yearly(), {"2026": 250, "2025": 900}, None, NOON, BERLIN)
    assert (far.earned, far.missing, far.is_attained, far.until) == (
        250, 750, False, instant("2026-12-31T23:00:00+00:00"),
    )  # fmt: skip
    there = progress(yearly(), {"2026": 0}, Held(GOLD, NOON, None), NOON, BERLIN)
    assert (there.missing, there.is_attained, there.until) == (0, True, None)


@pytest.mark.parametrize(
    ("posting", "points"),
    [
        (Posting(1, 1, 10, 1, 10), 10),
        (Posting(None, None, 10, 1, 10), 10),
        (Posting(1, 1, 10, 1, 0, lots=InLots(is_pending=True)), 10),
        (Posting(1, 1, -10, 1, 0), 0),
        (Posting(1, 1, -10, 1, 0, is_undo=True), -10),
        (Posting(None, None, -10, 1, 0, is_undo=True), -10),
        (Posting(None, None, 10, 1, 10, is_undo=True), 0),
        (Posting(None, None, 10, 1, 10, "ADJUSTMENT"), 0),
        (Posting(None, None, -10, 1, 0, "REDEMPTION"), 0),
        (Posting(None, None, 10, 1, 10, "REDEMPTION"), 0),
        (Posting(None, None, -10, 1, 0, "BREAKAGE"), 0),
        (Posting(None, None, 10, 1, 10, "PENDING"), 0),
    ],
)
def test_what_counts_as_earned(posting: Posting, points: int) -> None:
    """What is issued, pending or not, less what a reversal takes back; neither corrections nor spending nor time."""
    assert counted(posting) == points


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-50, 200)), max_size=12),
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from([None, Unit.MONTH, Unit.YEAR]), st.booleans()), max_size=4),
)
def test_steps_come_to_what_one_look_at_the_end_comes_to(
    moves: list[tuple[int, int]], made: list[tuple[int, Unit | None, bool]]
) -> None:
    """Law: judged after each of several earnings, or once at the end, a member is in the same tiers as long."""
    known = tiers(
        *(
            Tier(UUID(int=number + 1), str(number), number, requirement, unit, keeps_next=keeps and unit is not None)
            for number, (requirement, unit, keeps) in enumerate(made)
        )
    )
    sums: dict[str, int] = {}
    held: list[Held] = []
    now = NOON
    for months, points in moves:
        now += timedelta(days=31 * months)
        for key in keys_of(now, BERLIN):
            sums[key] = sums.get(key, 0) + points
        held = after(held, changes(known, held, sums, now), now)
    assert {one.tier_id: one.until for one in after(held, changes(known, held, sums, now), now)} == attained(
        known, sums, now
    )
