"""Limits of a reactor: how often it fires, and how many points it gives, ever, in a period, or in a window of time.

What counts is when events happened: a backdated event uses up the limit of its own day. In a rolling window a firing
counts against every event that happened less than the window before or after it, in whatever order they are reported.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from uuid import UUID

from msgspec import Struct, field

from punchcard.engine.period import Duration, Unit, rolling, span

EVER = "EVER"
ROLLING_MAX = 1_000
"""So many firings are kept of a rolling window, the latest; an event from before them uses the limit up, to be safe."""

Key = tuple[UUID, UUID, str]
"""Whose count it is (a user's, or everybody's), the counter, and the stretch of time."""


class Limit(Struct, frozen=True):
    """At most so many activations, or points given (`of_points`), by one user or by all of a tenant's together.

    per: a period of the calendar in `zone`, a window of a length (of activations only), or None: ever.
    """

    most: int
    of_points: bool
    per: Unit | Duration | None
    counts_everybody: bool
    zone: tzinfo


class Window(Struct):
    """What counts in one stretch of time: activations, points given, and for a rolling one when it fired."""

    count: int = 0
    points: int = 0
    fired_at: list[datetime] = field(default_factory=list)


def stretch(limit: Limit, occurred_at: datetime) -> str:
    """Return the name of the stretch of time in which an event counts: of a window its months, days and seconds."""
    if limit.per is None:
        return EVER
    if isinstance(limit.per, Duration):
        return f"{limit.per.months} {limit.per.days} {limit.per.seconds}"
    return f"{limit.per.value} {span(limit.per, occurred_at, limit.zone).key}"


def used(limit: Limit, window: Window, occurred_at: datetime) -> int:
    """Return how much of a limit is used up for an event of this moment."""
    if isinstance(limit.per, Duration):
        near = sum(_are_near(limit.per, fired, occurred_at, limit.zone) for fired in window.fired_at)
        is_known = len(window.fired_at) < ROLLING_MAX
        is_known = is_known or window.fired_at[0] <= rolling(limit.per, occurred_at, limit.zone).start
        return near if is_known else max(near, limit.most)
    return window.points if limit.of_points else window.count


def _are_near(length: Duration, one: datetime, other: datetime, zone: tzinfo) -> bool:
    first, last = (one, other) if one <= other else (other, one)
    return first > rolling(length, last, zone).start


def count(
    limits: Sequence[Limit], windows: Sequence[Window], points: int, occurred_at: datetime, *, fired: bool = True
) -> None:
    """Count a firing, or (not `fired`) a giving of points without one, once in each window."""
    counted: list[Window] = []
    for limit, window in zip(limits, windows, strict=True):
        if any(window is other for other in counted):
            continue
        counted.append(window)
        window.count += fired
        window.points += points
        if fired and isinstance(limit.per, Duration):
            window.fired_at = sorted([*window.fired_at, occurred_at])[-ROLLING_MAX:]
