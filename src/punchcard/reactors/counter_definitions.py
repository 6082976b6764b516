"""What is told of a counter: what it counts, in which periods, and what is shown of it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import AfterValidator, Field, field_validator, model_validator

from punchcard import wire
from punchcard.engine.constraint import ConstraintFault, compile_constraint
from punchcard.engine.counters import STREAK_UNITS
from punchcard.engine.expression.expression import Expression, compile_expression
from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.facts import OF_EVENT
from punchcard.reactors.reactions import Referred

Kind = Literal["COUNT", "SUM", "STREAK"]
Per = Literal["EVER", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"]
Description = Annotated[str, Field(min_length=1, max_length=1_024)]


def _name(value: str) -> str:
    try:
        compile_expression(f"counters.{value}.count > 0", facts=("counters",))
    except ExpressionFault:
        raise ValueError("This is a word of the language of rules; take another one.") from None
    return value


def read_sum(text: str) -> Expression:
    """Compile what a sum adds up. Raises: ExpressionFault."""
    return compile_expression(text, facts=OF_EVENT, outcome="number")


def _amount(value: str) -> str:
    try:
        read_sum(value)
    except ExpressionFault as fault:
        place = fault.place(value)
        raise ValueError(f"Line {place.line}, column {place.column}: {fault.detail}") from None
    return value


Amount = Annotated[str, Field(min_length=1, max_length=8_192), AfterValidator(_amount)]


class _Counting(wire.Definition):
    @field_validator("constraint", check_fields=False)
    @classmethod
    def _compiles(cls, value: wire.Json | str | None) -> wire.Json | str | None:
        try:
            compile_constraint(value, facts=OF_EVENT)
        except ConstraintFault as fault:
            at = f"Line {fault.place.line}, column {fault.place.column}" if fault.place else "The constraint"
            raise ValueError(f"{fault.pointer or at}: {fault}") from None
        return value


class CounterDefinition(_Counting):
    """A new counter, of the events of a type (an id, a name, or `{id}`) that meet the `constraint`.

    what: COUNT counts them, SUM adds up what the expression `value` comes to, both in each period `per` of the tenant's
    zone; STREAK counts periods in a row with such an event: days, weeks, months or years. `constraint` and `value` may
    look at the payload and the event. takesPast: events from before the counter count too.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][A-Za-z0-9_]{0,63}$"), AfterValidator(_name)]
    description: Description | None = None
    event_type: str | Referred
    constraint: wire.Json | str | None = None
    what: Kind = "COUNT"
    value: Amount | None = None
    per: Per = "EVER"
    takes_past: wire.Flag = False

    @model_validator(mode="after")
    def _fits(self) -> "CounterDefinition":
        require_fitting(self.what, self.value, self.per)
        return self


class CounterPatch(_Counting):
    """What to change of a counter. All but the description makes a version, which counts anew."""

    description: Description | None = None
    constraint: wire.Json | str | None = None
    what: Kind | None = None
    value: Amount | None = None
    per: Per | None = None
    takes_past: wire.Flag | None = None


def require_fitting(what: str, value: str | None, per: str) -> None:
    """Look at what belongs together. Raises: ValueError."""
    if (what == "SUM") != (value is not None):
        raise ValueError("A SUM, and nothing else, has a value: what an event adds, such as payload.total.")
    if what == "STREAK" and per not in {unit.value for unit in STREAK_UNITS}:
        raise ValueError("A streak is of periods in a row: write per as DAY, WEEK, MONTH or YEAR.")


class CounterView(wire.View, frozen=True):
    """A counter in its current version.

    isReady: false while processes may not know it yet; then rules that name it find it missing. That takes moments, and
    only where it `takesPast`.
    """

    id: UUID
    version: int
    name: str
    description: str | None
    event_type: UUID
    constraint: msgspec.Raw | None
    what: str
    value: str | None
    per: str
    takes_past: bool
    is_ready: bool
    created_at: str
    updated_at: str
