"""Tiers: what a member is by the points earned, ever or in a period of the calendar, and until when.

A member has attained each tier whose requirement is met, and the highest of them by priority is the member's tier. Each
tier is judged by itself from the sums of points earned, its definition and the time, and by nothing else: who judges
again comes to the same, so it does not matter when the job comes by that judges those whose period has ended.

A sum is kept for all time and for each year and month of the tenant's zone, under the key of the period.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from punchcard.engine.period import Span, Unit, span
from punchcard.engine.situation import Posting

EVER = "EVER"
UNITS = {"P1Y": Unit.YEAR, "P1M": Unit.MONTH}
"""The units in which points are summed up, by the duration that a definition names."""

INSTANT = timedelta(microseconds=1)

Sums = Mapping[str, int]
"""Points that a member has earned, by the key of the period; what is missing is 0."""


class Tier(Struct, frozen=True):
    """One tier, compiled. `unit`: the period in which points count; None: all that were ever earned.

    keeps_next: who has attained it keeps it to the end of the period after as well. Without a border, effectivity is
    open on that side.
    """

    id: UUID
    name: str
    priority: int
    requirement: int
    unit: Unit | None = None
    keeps_next: bool = False
    effective_from: datetime | None = None
    effective_until: datetime | None = None


class Tiers(Struct, frozen=True):
    """The tiers of a tenant that has, or had, any: the lowest first, and the zone in which periods end.

    gone: those that were deleted.
    """

    tiers: tuple[Tier, ...]
    zone: tzinfo
    gone: tuple[Tier, ...] = ()


class Held(Struct, frozen=True):
    """A tier that a member is in, since when, and until when by itself (None: no end)."""

    tier_id: UUID
    reached_at: datetime
    until: datetime | None


class Why(StrEnum):
    """Why a tier is lost."""

    PERIOD_ENDED = "PERIOD_ENDED"
    POINTS = "POINTS"
    TIER_ENDED = "TIER_ENDED"


class Lost(Struct, frozen=True):
    """A tier that a member was in until `at`."""

    held: Held
    at: datetime
    why: Why


class Change(Struct, frozen=True):
    """What a member's tiers change by: tiers lost, tiers reached (until when), and ends that have moved."""

    lost: tuple[Lost, ...] = ()
    reached: tuple[tuple[Tier, datetime | None], ...] = ()
    moved: tuple[Held, ...] = ()


class Progress(Struct, frozen=True):
    """How far a member is towards one tier. `until`: until when it is held, or, not attained, the points count."""

    earned: int
    missing: int
    is_attained: bool
    until: datetime | None


def counted(posting: Posting) -> int:
    """Return by how much a posting changes what was earned.

    Points are earned as they are issued, pending or not. Corrections, points that come back from a purchase, and points
    that become usable or run out change nothing; nor does what a reactor takes away. Issued points that are taken back,
    as an event is reversed or waiting ones are cancelled, were not earned.
    """
    is_counted = posting.account == "ISSUE" and (posting.points > 0) is not posting.is_undo
    return posting.points if is_counted else 0


def keys_of(at: datetime, zone: tzinfo) -> tuple[str, ...]:
    """Return the keys of the sums to which points earned at an instant belong."""
    return EVER, *(span(unit, at, zone).key for unit in UNITS.values())


def keys_to_read(now: datetime, zone: tzinfo) -> set[str]:
    """Return the keys of the sums by which tiers are judged at an instant."""
    keys = {EVER}
    for unit in UNITS.values():
        current = span(unit, now, zone)
        keys |= {current.key, _before(unit, current, zone).key}
    return keys


def is_effective(tier: Tier, now: datetime) -> bool:
    """Tell whether a tier can be attained, or kept, at an instant."""
    start, end = tier.effective_from, tier.effective_until
    return (start is None or start <= now) and (end is None or now < end)


def attained(tiers: Tiers, sums: Sums, now: datetime) -> dict[UUID, datetime | None]:
    """Return the tiers that a member with these sums is in, the lowest first, each until when."""
    found = {}
    for tier in tiers.tiers:
        if is_effective(tier, now):
            is_attained, until = _judge(tier, sums, now, tiers.zone)
            if is_attained:
                ends = [end for end in (until, tier.effective_until) if end is not None]
                found[tier.id] = min(ends, default=None)
    return found


def _judge(tier: Tier, sums: Sums, now: datetime, zone: tzinfo) -> tuple[bool, datetime | None]:
    if tier.requirement == 0:
        return True, None  # a tier for everybody does not end with a period, to begin again that instant
    if tier.unit is None:
        return sums.get(EVER, 0) >= tier.requirement, None
    current = span(tier.unit, now, zone)
    if sums.get(current.key, 0) >= tier.requirement:
        return True, span(tier.unit, current.end, zone).end if tier.keeps_next else current.end
    if tier.keeps_next and sums.get(_before(tier.unit, current, zone).key, 0) >= tier.requirement:
        return True, current.end
    return False, None


def _before(unit: Unit, current: Span, zone: tzinfo) -> Span:
    return span(unit, current.start - INSTANT, zone)


def changes(tiers: Tiers, held: Iterable[Held], sums: Sums, now: datetime) -> Change:
    """Return what has to change so that a member is in the tiers attained.

    A stay whose time is over has ended, though the member may have attained the tier anew: when somebody gets to say
    so makes no difference.
    """
    due = attained(tiers, sums, now)
    known = {tier.id: tier for tier in tiers.tiers}
    lost, moved, staying = [], [], set()
    for one in held:
        if one.until is not None and one.until <= now:
            tier = known.get(one.tier_id)
            is_over = tier is None or (tier.effective_until is not None and tier.effective_until <= one.until)
            lost.append(Lost(one, one.until, Why.TIER_ENDED if is_over else Why.PERIOD_ENDED))
        elif one.tier_id not in due:
            tier = known.get(one.tier_id)
            is_there = tier is not None and is_effective(tier, now)
            lost.append(Lost(one, now, Why.POINTS if is_there else Why.TIER_ENDED))
        else:
            staying.add(one.tier_id)
            if due[one.tier_id] != one.until:
                moved.append(Held(one.tier_id, one.reached_at, due[one.tier_id]))
    reached = tuple((known[tier_id], until) for tier_id, until in due.items() if tier_id not in staying)
    return Change(tuple(lost), reached, tuple(moved))


def after(held: Sequence[Held], change: Change, now: datetime) -> list[Held]:
    """Return the tiers that a member is in after a change."""
    gone = {one.held for one in change.lost}
    moved = {one.tier_id: one for one in change.moved}
    kept = [moved.get(one.tier_id, one) for one in held if one not in gone]
    return kept + [Held(tier.id, now, until) for tier, until in change.reached]


def highest(tiers: Tiers, held: Iterable[Held], now: datetime) -> Tier | None:
    """Return the tier that a member is known by; a stay that is over does not count, whether noted or not."""
    ids = {one.tier_id for one in held if one.until is None or one.until > now}
    last = None
    for tier in tiers.tiers:
        if tier.id in ids and is_effective(tier, now):
            last = tier
    return last


def progress(tier: Tier, sums: Sums, held: Held | None, now: datetime, zone: tzinfo) -> Progress:
    """Return how far a member is towards a tier in the period that runs."""
    current = None if tier.unit is None else span(tier.unit, now, zone)
    earned = sums.get(EVER if current is None else current.key, 0)
    is_held = held is not None and is_effective(tier, now) and (held.until is None or held.until > now)
    until = held.until if is_held and held is not None else None if current is None else current.end
    return Progress(earned, 0 if is_held else max(0, tier.requirement - earned), is_held, until)


def order(tiers: Iterable[Tier]) -> tuple[Tier, ...]:
    """Return tiers in their order, the lowest first."""
    return tuple(sorted(tiers, key=lambda tier: (tier.priority, tier.requirement, tier.id)))
