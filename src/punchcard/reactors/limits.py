"""Limits and groups as a reactor's definition has them, and as the kernel takes them."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from punchcard import wire
from punchcard.engine.limits import ROLLING_MAX, Limit
from punchcard.engine.period import Duration, Unit, read_duration

LIMITS_MAX = 10
MOST_MAX = 10**12

Context = Literal["GLOBAL", "TENANT", "SUBJECT"]


def _period(value: str) -> str:
    if value not in Unit.__members__:
        read_duration(value)
    return value


def _length(value: str) -> str:
    read_duration(value)
    return value


class LimitDefinition(wire.Definition):
    """At most so many `activations`, or so many `points` given, in each period, in a window of time, or ever.

    per: HOUR, DAY, WEEK, MONTH or YEAR of the tenant's zone, or a length such as P7D or PT1H (activations only), in
    which no more may lie however it is laid; without it, in all. coolDown: instead, how long a reactor rests once it
    has fired, such as PT2H; the same as one activation per PT2H.
    """

    activations: Annotated[wire.Integer, Field(ge=1, le=2_147_483_647)] | None = None
    points: Annotated[wire.Integer, Field(ge=1, le=MOST_MAX)] | None = None
    per: Annotated[str, Field(min_length=2, max_length=32), AfterValidator(_period)] | None = None
    cool_down: Annotated[str, Field(min_length=2, max_length=32), AfterValidator(_length)] | None = None
    context: Context = "SUBJECT"

    @model_validator(mode="after")
    def _is_one(self) -> "LimitDefinition":
        if self.cool_down is not None:
            if (self.activations, self.points, self.per) != (None, None, None):
                raise ValueError("A coolDown stands by itself; for more, write another limit.")
            return self
        if (self.activations is None) == (self.points is None):
            raise ValueError("Limit either activations or points; for both, write two limits.")
        if self.per is not None and self.per not in Unit.__members__:
            if self.points is not None:
                raise ValueError(
                    "Points are limited in a period of the calendar, or in all; name a period such as DAY."
                )
            if (self.activations or 0) > ROLLING_MAX:
                raise ValueError(f"A window of time counts at most {ROLLING_MAX} activations.")
        return self


class GroupDefinition(wire.Definition):
    """Reactors of one event type that share a name, of which one fires: the first that can, or the best for the member.

    ALL lets all of them fire.
    """

    name: Annotated[str, Field(min_length=1, max_length=64)]
    mode: Literal["ALL", "FIRST_MATCH", "BEST"]


class GroupView(wire.View, frozen=True):
    """A group, and how it chooses among its reactors."""

    name: str
    mode: str


Limits = Annotated[list[LimitDefinition], Field(max_length=LIMITS_MAX)]


def compile_limits(stored: list[Mapping[str, Any]], zone: tzinfo) -> tuple[Limit, ...]:
    """Compile the limits of a stored version."""
    return tuple(_compiled(LimitDefinition.model_validate(limit), zone) for limit in stored)


def _compiled(limit: LimitDefinition, zone: tzinfo) -> Limit:
    if limit.cool_down is not None:
        return Limit(1, False, read_duration(limit.cool_down), limit.context != "SUBJECT", zone)
    per: Unit | Duration | None = None
    if limit.per is not None:
        per = Unit(limit.per) if limit.per in Unit.__members__ else read_duration(limit.per)
    most = limit.activations or limit.points or 0
    return Limit(most, limit.points is not None, per, limit.context != "SUBJECT", zone)
