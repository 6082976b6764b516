"""A grocer's programme of twelve reactors, and what it gives: worked out a second time, member by member.

Nothing of the product is used: fractions, dictionaries and the standard library's zones. `REACTORS` and `POLICIES` are
what the API is told; `Programme` is the same in Python, written from their sentences.
"""

import calendar
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

TYPE = "PURCHASED_GROCERIES"
ZONE = ZoneInfo("America/New_York")
CAP_PER_MONTH, BALANCE_CAP = 120, 400
CROWD_MAX, WEEKEND_MAX = 40, 15

Event = Mapping[str, Any]


def _sum(*arguments: Any, **more: Any) -> dict[str, Any]:
    return {"operation": "SUM", "arguments": list(arguments), **more}


def _number(value: str) -> dict[str, Any]:
    return {"type": "NUMBER", "value": value}


def _expression(text: str, **more: Any) -> dict[str, Any]:
    return _sum({"type": "EXPRESSION", "value": text}, **more)


def _field(name: str) -> dict[str, Any]:
    return {"type": "JSON_VALUE", "value": name}


def _points(derivation: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"type": "POINTS", "points": derivation, **more}]


PRODUCE = 'payload.items.filter(item, item.department == "PRODUCE").map(item, item.price).sum()'

# In the order in which they react: the highest priority first.
REACTORS: tuple[dict[str, Any], ...] = (
    {"name": "One a whole unit", "reactions": _points(_sum(_field("total")))},
    {
        "name": "25 for a large basket, three times",
        "reactions": _points(_sum(_number("25"))),
        "constraint": {"properties": {"total": {"minimum": 50}}},
        "maxActivations": 3,
    },
    {
        "name": "Two for each own-brand item",
        "reactions": _points(
            _expression('2 * payload.items.filter(item, item.brand == "Private").map(item, item.quantity).sum()')
        ),
        "constraint": 'payload.items.exists(item, item.brand == "Private")',
    },
    {
        "name": "What was saved comes back, in fives",
        "reactions": _points(
            {
                "operation": "PRODUCT",
                "arguments": [_field("discount"), _number("2.5")],
                "roundingDirection": "UP",
                "roundingUnit": 5,
                "max": 20,
            }
        ),
        "constraint": "payload.discount > 0",
    },
    {
        "name": "Weekends, 15 points a month",
        "reactions": _points(_sum(_field("total"))),
        "constraint": 'event.weekday in ["SATURDAY", "SUNDAY"]',
        "limits": [{"points": WEEKEND_MAX, "per": "MONTH"}],
    },
    {
        "name": "Once a day",
        "reactions": _points(_sum(_number("3"))),
        "limits": [{"activations": 1, "per": "DAY"}],
    },
    {
        "name": "Twice within a week",
        "reactions": _points(_sum(_number("4"))),
        "limits": [{"activations": 2, "per": "P7D"}],
        "constraint": {"any": [{"fact": "payload.total", "operator": ">=", "value": 5}]},
    },
    {
        "name": "The first forty of all",
        "reactions": _points(_sum(_number("10"))),
        "constraint": {"required": ["storeId"], "properties": {"total": {"minimum": 20}}},
        "maxActivations": CROWD_MAX,
        "activationContext": "GLOBAL",
    },
    {
        "name": "Much produce",
        "reactions": _points(_sum(_number("7"))),
        "constraint": f"{PRODUCE} >= 5",
        "group": {"name": "produce", "mode": "FIRST_MATCH"},
    },
    {
        "name": "Some produce",
        "reactions": _points(_sum(_number("2"))),
        "constraint": f"{PRODUCE} > 0",
        "group": {"name": "produce", "mode": "FIRST_MATCH"},
    },
    {
        "name": "Half of it, in two weeks",
        "reactions": _points(
            {"operation": "PRODUCT", "arguments": [_field("total"), _number("0.5")]}, usableAfter="P14D"
        ),
        "group": {"name": "best", "mode": "BEST"},
    },
    {
        "name": "Six at once, for a month; a bag costs two",
        "reactions": [*_points(_sum(_number("6")), expiresAfter="P30D"), *_points(_sum(_number("-2")))],
        "group": {"name": "best", "mode": "BEST"},
    },
)
POLICIES = (
    {"name": "Half a year", "type": "SIMPLE_EXPIRY", "config": {"after": "P6M", "toEndOf": "MONTH"}},
    {"name": "A month's most", "type": "MAXIMUM_POINTS_EARN_CAP", "config": {"points": CAP_PER_MONTH, "per": "MONTH"}},
    {"name": "All in all", "type": "MAXIMUM_POINTS_BALANCE_CAP", "config": {"points": BALANCE_CAP}},
)


@dataclass
class Lot:
    """One earning: what was given, what is left of it, and its dates."""

    number: int
    points: int
    remaining: int
    earned_at: datetime
    expires_at: datetime
    usable_at: datetime | None
    is_pending: bool
    expired: int = 0


@dataclass
class Account:
    """One household."""

    entries: int = 0
    lots: dict[int, Lot] = field(default_factory=dict)
    large: int = 0
    earned: dict[str, int] = field(default_factory=dict)
    weekend: dict[str, int] = field(default_factory=dict)
    days: set[str] = field(default_factory=set)
    week: list[datetime] = field(default_factory=list)

    @property
    def balance(self) -> int:
        """What can be spent."""
        return sum(lot.remaining for lot in self.lots.values() if not lot.is_pending)

    @property
    def pending(self) -> int:
        """What cannot be spent yet."""
        return sum(lot.remaining for lot in self.lots.values() if lot.is_pending)


@dataclass(frozen=True)
class Reaction:
    """Points that a reactor would give, and when they can be spent: after so many days, for so many days."""

    points: int
    usable_days: int | None = None
    lasts_days: int | None = None


@dataclass
class Programme:
    """All households. now: when the baskets are reported, all of them at once."""

    now: datetime
    accounts: dict[str, Account] = field(default_factory=dict)
    crowd: int = 0

    def take(self, event: Event) -> None:
        """Let the twelve react to a basket."""
        account = self.accounts.setdefault(event["subject"], Account())
        Basket(self, account, event).react()

    def let_pass(self, days: int) -> None:
        """Bring all dates nearer, and let what is due become usable or run out."""
        for account in self.accounts.values():
            for lot in account.lots.values():
                lot.earned_at -= timedelta(days=days)
                lot.expires_at -= timedelta(days=days)
                lot.usable_at = lot.usable_at and lot.usable_at - timedelta(days=days)
                self._settle(lot)

    def _settle(self, lot: Lot) -> None:
        if not lot.remaining:
            return
        is_over = lot.expires_at <= self.now
        if lot.is_pending and lot.usable_at and lot.usable_at <= self.now and lot.usable_at < lot.expires_at:
            lot.is_pending = False
        if is_over:
            lot.expired, lot.remaining = lot.remaining, 0


@dataclass
class Basket:
    """One basket at work."""

    programme: Programme
    account: Account
    event: Event

    def __post_init__(self) -> None:
        """Read what the twelve look at."""
        payload = self.event["payload"]
        self.at = datetime.fromisoformat(self.event["occurredAt"])
        self.local = self.at.astimezone(ZONE)
        self.month, self.day = f"{self.local:%Y-%m}", f"{self.local:%Y-%m-%d}"
        self.total, self.saved = Fraction(payload["total"]), Fraction(payload["discount"])
        self.own_brand = sum(item["quantity"] for item in payload["items"] if item["brand"] == "Private")
        self.produce = sum(Fraction(item["price"]) for item in payload["items"] if item["department"] == "PRODUCE")

    def react(self) -> None:
        """Run the twelve in their order."""
        account, whole = self.account, math.floor(self.total)
        self.fire([Reaction(whole)])
        if self.total >= 50 and account.large < 3:
            account.large += 1
            self.fire([Reaction(25)])
        if any(item["brand"] == "Private" for item in self.event["payload"]["items"]):
            self.fire([Reaction(2 * self.own_brand)])
        if self.saved > 0:
            self.fire([Reaction(min(20, 5 * math.ceil(self.saved * Fraction(5, 2) / 5)))])
        room = WEEKEND_MAX - account.weekend.get(self.month, 0)
        if self.local.weekday() >= 5 and room > 0:
            given = self.fire([Reaction(min(whole, room))])
            account.weekend[self.month] = account.weekend.get(self.month, 0) + given
        if self.day not in account.days:
            account.days.add(self.day)
            self.fire([Reaction(3)])
        if self.total >= 5 and sum(self.is_near(fired) for fired in account.week) < 2:
            account.week.append(self.at)
            self.fire([Reaction(4)])
        if self.total >= 20 and self.programme.crowd < CROWD_MAX:
            self.programme.crowd += 1
            self.fire([Reaction(10)])
        if self.produce > 0:
            self.fire([Reaction(7 if self.produce >= 5 else 2)])
        self.best()

    def best(self) -> None:
        """Give the better of the two that exclude each other; the first where they are equal."""
        later = [Reaction(math.floor(self.total / 2), usable_days=14)]
        at_once = [Reaction(6, lasts_days=30), Reaction(-2)]
        # What cannot be taken keeps the whole reactor from firing.
        passing, usable = self.passing(at_once)
        is_covered = self.account.balance + usable >= 0
        if is_covered and sum(passing) > sum(self.passing(later)[0]):
            self.fire(at_once)
        else:
            self.fire(later)

    def is_near(self, other: datetime) -> bool:
        """Tell whether less than seven days of the calendar lie between two baskets."""
        first, last = sorted([self.at, other])
        return first > shifted(last, days=-7)

    def terms(self, reaction: Reaction) -> tuple[datetime, datetime | None]:
        """Return when points of this basket run out, and when they become usable."""
        usable_at = None if reaction.usable_days is None else shifted(self.at, days=reaction.usable_days)
        if reaction.lasts_days is not None:
            return shifted(self.at, days=reaction.lasts_days), usable_at
        half_a_year = shifted(self.at, months=6).astimezone(ZONE)
        first = half_a_year.replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return local_instant(months_later(first, 1)), usable_at

    def passing(self, reactions: list[Reaction]) -> tuple[list[int], int]:
        """Return what policies let pass of each reaction, and what the lowest point of the balance changes by."""
        room_of_month = CAP_PER_MONTH - self.account.earned.get(self.month, 0)
        held = self.account.balance + self.account.pending
        passed, usable, lowest = [], 0, 0
        for reaction in reactions:
            points, is_pending = reaction.points, False
            if points > 0:
                expires_at, usable_at = self.terms(reaction)
                is_pending = usable_at is not None and usable_at > self.programme.now
                room = max(0, min(room_of_month, BALANCE_CAP - held))
                points = 0 if expires_at <= self.programme.now else min(points, room)
                room_of_month -= points
            held += points
            passed.append(points)
            usable += 0 if is_pending and reaction.points > 0 else points
            lowest = min(lowest, usable)
        return passed, lowest

    def fire(self, reactions: list[Reaction]) -> int:
        """Post what passes; return the points given."""
        passed, _ = self.passing(reactions)
        for reaction, points in zip(reactions, passed, strict=True):
            if points > 0:
                self.give(reaction, points)
            elif points < 0:
                self.spend(-points)
        return sum(points for points in passed if points > 0)

    def give(self, reaction: Reaction, points: int) -> None:
        """Make a lot."""
        account = self.account
        account.entries += 1
        account.earned[self.month] = account.earned.get(self.month, 0) + points
        expires_at, usable_at = self.terms(reaction)
        is_pending = usable_at is not None and usable_at > self.programme.now
        number = account.entries
        account.lots[number] = Lot(number, points, points, self.at, expires_at, usable_at, is_pending)

    def spend(self, points: int) -> None:
        """Take from the lots that run out first."""
        self.account.entries += 1
        for lot in sorted(self.account.lots.values(), key=lambda lot: (lot.expires_at, lot.earned_at, lot.number)):
            if not lot.is_pending:
                part = min(points, lot.remaining)
                lot.remaining -= part
                points -= part
        assert points == 0, "the programme takes no more than there is"


def months_later(local: datetime, months: int) -> datetime:
    """Add months to a local time; a day that the month has not is its last."""
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, calendar.monthrange(year, month + 1)[1]))


def local_instant(local: datetime) -> datetime:
    """Return the instant of a local time."""
    return local.replace(tzinfo=ZONE).astimezone(UTC)


def shifted(instant: datetime, *, days: int = 0, months: int = 0) -> datetime:
    """Move an instant on the calendar of the zone."""
    local = instant.astimezone(ZONE).replace(tzinfo=None)
    return local_instant(months_later(local, months) + timedelta(days=days))


def brought_near(events: list[dict[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the baskets as if the last had been bought yesterday, and none on the border of a date that matters.

    While they are being reported nothing must become usable or run out.
    """
    last = datetime.fromisoformat(events[-1]["occurredAt"])
    weeks = timedelta(weeks=(now - last) // timedelta(weeks=1))
    for quarter in range(96):
        by = weeks - timedelta(minutes=15 * quarter)
        times = [datetime.fromisoformat(event["occurredAt"]) + by for event in events]
        if not any(_is_on_a_border(time, now) for time in times):
            break
    for event, time in zip(events, times, strict=True):
        yield {**event, "occurredAt": time.isoformat()}


def _is_on_a_border(time: datetime, now: datetime) -> bool:
    margin = timedelta(minutes=7)
    dates: list[Callable[[], datetime]] = [lambda: shifted(time, days=14), lambda: shifted(time, days=30)]
    return any(abs(date() - now) < margin for date in dates)
