"""Points policies: when points run out, how many can be had or spent in a period, and what is bought by itself.

The reference's PointsLiabilityCriteria as plain values: SIMPLE_EXPIRY is an `Expiry`; MAXIMUM_POINTS_EARN_CAP,
MAXIMUM_POINTS_SPEND_CAP and MAXIMUM_POINTS_BALANCE_CAP are `Cap`s, which differ in what is counted against them;
PURCHASE_REWARDS is a `Purchase`.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from uuid import UUID

from msgspec import Struct

from punchcard.engine.expression.expression import Expression
from punchcard.engine.limits import Limit
from punchcard.engine.lots import Terms
from punchcard.engine.period import Duration, Span, Unit, rolling, shift, span


class Expiry(Struct, frozen=True):
    """Points run out so long `after` they were earned, or after the member last did something.

    to_end_of: with the period that this falls into, and not within it: P1Y to the end of the YEAR is the end of the
    year that follows the one in which they were earned.
    """

    after: Duration
    to_end_of: Unit | None = None
    is_for_inactivity: bool = False


class Cap(Struct, frozen=True):
    """No more than so many points in each period of the calendar, in each window of a length, or (None) ever.

    of_balance: no more than so many at a time, whenever they were earned.
    """

    points_max: int
    per: Unit | Duration | None = None
    of_balance: bool = False


class Use(Struct, frozen=True):
    """A cap, and what counts against it already: earned or spent in its period, or the balance."""

    cap: Cap
    used: int

    @property
    def room(self) -> int:
        """How many points it still lets pass."""
        return max(0, self.cap.points_max - self.used)


class Grant(Struct, frozen=True):
    """How many of the points that were asked for pass, and the caps that did not let all pass, the tightest first."""

    asked: int
    points: int
    cut_by: tuple[Use, ...] = ()


class CountedCap(Struct, frozen=True):
    """A cap as a policy: under the policy's id it is counted what a member earned, or spent, in each period."""

    policy_id: UUID
    limit: Limit

    @property
    def cap(self) -> Cap:
        """The cap alone."""
        return Cap(self.limit.most, self.limit.per)


class Deal(Struct, frozen=True):
    """What a reaction says of the points that it gives, before any policy: usable, and run out, so long after.

    awaits: the name of what they wait for.
    """

    usable_after: Duration | None = None
    expires_after: Duration | None = None
    awaits: Expression | None = None


class Policies(Struct, frozen=True):
    """All points policies of a tenant, and its zone."""

    zone: tzinfo
    expiries: tuple[Expiry, ...] = ()
    earn_caps: tuple[CountedCap, ...] = ()
    spend_caps: tuple[CountedCap, ...] = ()
    balance_caps: tuple[Cap, ...] = ()

    @property
    def asks_for_activity(self) -> bool:
        """Whether it matters when a member did something last."""
        return any(expiry.is_for_inactivity for expiry in self.expiries)


def terms(policies: Policies, deal: Deal | None, earned_at: datetime) -> Terms | None:
    """Return what is agreed for points earned at an instant; None: they are open-ended."""
    usable_at = ends_at = None
    if deal is not None and deal.usable_after is not None:
        usable_at = shift(earned_at, deal.usable_after, policies.zone)
    if deal is not None and deal.expires_after is not None:
        ends_at = shift(earned_at, deal.expires_after, policies.zone)
    else:
        ends_at = expires_at(policies.expiries, earned_at, policies.zone)
    return None if usable_at is None and ends_at is None else Terms(ends_at, usable_at)


class Purchase(Struct, frozen=True):
    """Buy a reward whenever the balance is enough for it and still leaves `keep`; at most so many at a time."""

    reward_id: UUID
    keep: int = 0
    times_max: int | None = None


def expires_at(policies: Iterable[Expiry], earned_at: datetime, zone: tzinfo) -> datetime | None:
    """Return when points earned at an instant run out: by the first of the policies that says so, or never."""
    return min((_end(one, earned_at, zone) for one in policies if not one.is_for_inactivity), default=None)


def idle_until(policies: Iterable[Expiry], active_at: datetime, zone: tzinfo) -> datetime | None:
    """Return when all points run out if nothing happens after `active_at`, or None: they do not."""
    return min((_end(one, active_at, zone) for one in policies if one.is_for_inactivity), default=None)


def _end(policy: Expiry, instant: datetime, zone: tzinfo) -> datetime:
    after = shift(instant, policy.after, zone)
    return after if policy.to_end_of is None else span(policy.to_end_of, after, zone).end


def window(cap: Cap, instant: datetime, zone: tzinfo) -> Span | None:
    """Return the period in which what happens at an instant counts against a cap; None: all of time."""
    if cap.per is None:
        return None
    return rolling(cap.per, instant, zone) if isinstance(cap.per, Duration) else span(cap.per, instant, zone)


def grant(points: int, uses: Iterable[Use]) -> Grant:
    """Return how many of `points` pass: as many as the tightest cap has room for. Zero and less pass as they are."""
    cut_by = tuple(sorted((use for use in uses if use.room < points), key=lambda use: use.room)) if points > 0 else ()
    return Grant(points, cut_by[0].room if cut_by else points, cut_by)


_WORDS = {
    Unit.HOUR: "hourly cap",
    Unit.DAY: "daily cap",
    Unit.WEEK: "weekly cap",
    Unit.MONTH: "monthly cap",
    Unit.YEAR: "yearly cap",
}


def tell(granted: Grant, did: str = "earned") -> str:
    """Say what was cut off and by which cap: `earned 80 of 120: daily cap 500`; nothing when nothing was."""
    if not granted.cut_by:
        return ""
    return f"{did} {granted.points} of {granted.asked}: {_name(granted.cut_by[0].cap)}"


def _name(cap: Cap) -> str:
    if cap.of_balance:
        return f"balance cap {cap.points_max}"
    if cap.per is None:
        return f"cap {cap.points_max}"
    if isinstance(cap.per, Unit):
        return f"{_WORDS[cap.per]} {cap.points_max}"
    return f"cap {cap.points_max} within {_length(cap.per)}"


def _length(duration: Duration) -> str:
    years, months = divmod(duration.months, 12)
    hours, minutes = divmod(duration.seconds // 60, 60)
    parts = {
        "year": years, "month": months, "day": duration.days, "hour": hours, "minute": minutes,
        "second": duration.seconds % 60,
    }  # fmt: skip
    return " ".join(f"{number} {name}{'s' * (number > 1)}" for name, number in parts.items() if number)


def purchases(policy: Purchase, balance: int, price: int) -> int:
    """Return how many of a reward are bought now. What costs nothing is not bought by itself."""
    if price < 1:
        return 0
    affordable = max(0, balance - policy.keep) // price
    return affordable if policy.times_max is None else min(affordable, policy.times_max)
