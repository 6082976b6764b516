"""Velocity limits: how fast events may come before somebody is told. What a tenant says; nothing is refused for it."""

from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Self

import msgspec
from pydantic import Field, model_validator

from punchcard import wire
from punchcard.errors import Fault

LIMITS_MAX = 10
WINDOW_MINUTES_MAX = 1_440


class Per(StrEnum):
    """Whose events are counted together: those about one member by one reporter, about one member, by one reporter."""

    SUBJECT_AND_SOURCE = "SUBJECT_AND_SOURCE"
    SUBJECT = "SUBJECT"
    SOURCE = "SOURCE"


class VelocityLimit(wire.Definition):
    """So many events, or points given by them, in so many minutes are usual; with more, an alert is raised.

    `eventType`: its name; without one, all types that are reported count together. A source is a reporter as events
    name it: an event type's secret, an administrator's client, a member.
    """

    name: Annotated[str, Field(min_length=1, max_length=64)]
    per: Per = Per.SUBJECT_AND_SOURCE
    event_type: Annotated[str, Field(min_length=2, max_length=64)] | None = None
    events_max: Annotated[wire.Integer, Field(ge=1, le=1_000_000)] | None = None
    points_max: Annotated[wire.Integer, Field(ge=1, le=10**15)] | None = None
    window_minutes: Annotated[wire.Integer, Field(ge=1, le=WINDOW_MINUTES_MAX)] = 60

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.events_max is None and self.points_max is None:
            raise ValueError("Say how many events (eventsMax) or points (pointsMax) are usual.")
        return self


class VelocityLimitView(wire.View, frozen=True, rename="camel", omit_defaults=False):
    """A limit, as it is shown and kept."""

    name: str
    per: str
    event_type: str | None
    events_max: int | None
    points_max: int | None
    window_minutes: int

    @property
    def by_subject(self) -> bool:
        """Whether each member is counted alone."""
        return self.per != Per.SOURCE

    @property
    def by_source(self) -> bool:
        """Whether each reporter is counted alone."""
        return self.per != Per.SUBJECT

    def is_exceeded(self, events: int, points: int) -> bool:
        """Tell whether this is more than usual."""
        return (self.events_max is not None and events > self.events_max) or (
            self.points_max is not None and points > self.points_max
        )


_limits = msgspec.json.Decoder(list[VelocityLimitView])


@lru_cache(maxsize=256)
def read_limits(stored: str) -> tuple[VelocityLimitView, ...]:
    """Read the column `velocity_limits`."""
    return tuple(_limits.decode(stored))


def limits_text(limits: list[VelocityLimit]) -> str:
    """Return limits as they are kept. Raises: Invalid when two have one name."""
    names = [limit.name for limit in limits]
    faults = [
        Fault(f"/velocityLimits/{place}/name", "name_taken", "Another limit has this name.")
        for place, name in enumerate(names)
        if name in names[:place]
    ]
    if faults:
        raise wire.invalid(faults)
    return wire.text([limit.model_dump(mode="json", by_alias=True) for limit in limits])
