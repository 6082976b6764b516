"""How many points a reaction is about: the reference's Derivation, and expressions in it, compiled for the kernel."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from punchcard import wire
from punchcard.engine import derivation
from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.facts import Path, paths_of

ARGUMENTS_MAX = 32
NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


class NumberArgument(wire.Definition):
    """A number that is always the same, as text or as a JSON number."""

    type: Literal["NUMBER"]
    value: Annotated[str, Field(pattern=NUMBER, max_length=64)] | wire.Integer | wire.Fraction

    def compiled(self) -> derivation.Evaluate:
        """Return it for the kernel."""
        return derivation.number(Decimal(self.value))


def _path(value: str) -> str:
    derivation.json_value(value)
    return value


class JsonValueArgument(wire.Definition):
    """The number at a place in the payload: a dotted path or a JSON pointer."""

    type: Literal["JSON_VALUE"]
    value: Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_path)]

    def compiled(self) -> derivation.Evaluate:
        """Return it for the kernel."""
        return derivation.json_value(self.value)


def _number(value: str) -> str:
    try:
        derivation.expression(value)
    except ExpressionFault as fault:
        place = fault.place(value)
        raise ValueError(f"Line {place.line}, column {place.column}: {fault.detail}") from None
    return value


class ExpressionArgument(wire.Definition):
    """The number that an expression comes to, such as `payload.items.map(item, item.price).sum()`."""

    type: Literal["EXPRESSION", "PAYLOAD_QUERY"]
    value: Annotated[str, Field(min_length=1, max_length=8_192), AfterValidator(_number)]

    def compiled(self) -> derivation.Evaluate:
        """Return it for the kernel."""
        return derivation.of_expression(derivation.expression(self.value))

    def paths(self) -> frozenset[Path]:
        """Return the facts beside the payload that it looks at."""
        return paths_of(derivation.expression(self.value).tree)


class DerivationDefinition(wire.Definition):
    """How many points: the sum or the product of the arguments, rounded to a unit, at most `max`."""

    operation: Literal["SUM", "PRODUCT"]
    arguments: Annotated[list["Argument"], Field(min_length=1, max_length=ARGUMENTS_MAX)]
    max: wire.Integer | wire.Fraction | None = None
    rounding_direction: Literal["UP", "DOWN"] = "DOWN"
    rounding_unit: Annotated[wire.Integer, Field(ge=1, le=derivation.POINTS_MAX)] = 1

    def compiled(self) -> derivation.Evaluate:
        """Return it as an argument of another derivation: exact, not rounded."""
        return derivation.combine(self.operation, [argument.compiled() for argument in self.arguments])

    def paths(self) -> frozenset[Path]:
        """Return the facts beside the payload that it looks at."""
        asking = [one for one in self.arguments if isinstance(one, ExpressionArgument | DerivationDefinition)]
        return frozenset().union(*(argument.paths() for argument in asking))

    def whole(self) -> derivation.Derivation:
        """Return it for the kernel, with its rounding and its maximum."""
        return derivation.compile_derivation(
            self.operation,
            [argument.compiled() for argument in self.arguments],
            points_max=None if self.max is None else Decimal(self.max),
            rounds_up=self.rounding_direction == "UP",
            unit=self.rounding_unit,
        )


def _kind(value: Any) -> str | None:
    """Name what an argument is, so that a fault is told of that alone."""
    if isinstance(value, wire.Definition):
        value = value.model_dump()
    if not isinstance(value, dict):
        return None
    kind = value.get("type", "DERIVATION" if "operation" in value else None)
    return "EXPRESSION" if kind == "PAYLOAD_QUERY" else kind if isinstance(kind, str) else None


Argument = Annotated[
    Annotated[NumberArgument, Tag("NUMBER")]
    | Annotated[JsonValueArgument, Tag("JSON_VALUE")]
    | Annotated[ExpressionArgument, Tag("EXPRESSION")]
    | Annotated["DerivationDefinition", Tag("DERIVATION")],
    Discriminator(
        _kind,
        custom_error_type="argument",
        custom_error_message="Write a type (NUMBER, JSON_VALUE, EXPRESSION, PAYLOAD_QUERY) and value, or a derivation",
    ),
]
DerivationDefinition.model_rebuild()
