"""What a reactor may say: the reference's EventReactorDefinition, read strictly and compiled for the kernel."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Union
from uuid import UUID

from pydantic import AfterValidator, Field, field_validator, model_validator

from punchcard import wire
from punchcard.engine import derivation
from punchcard.engine.awaiting import Release, key_expression
from punchcard.engine.constraint import ConstraintFault, compile_constraint
from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.facts import Path, paths_of
from punchcard.engine.period import read_duration
from punchcard.engine.policy import Deal
from punchcard.engine.situation import PointsReaction
from punchcard.reactors.limits import Context, GroupDefinition, Limits

REACTIONS_MAX = 20
ARGUMENTS_MAX = 32
NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"

Ascii64 = Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[\x00-\x7F]+$")]
Ascii1024 = Annotated[str, Field(min_length=2, max_length=1024, pattern=r"^[\x00-\x7F]+$")]


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

    type: Literal["EXPRESSION"]
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


Argument = Union[  # noqa: UP007 - a forward reference needs it
    NumberArgument, JsonValueArgument, ExpressionArgument, DerivationDefinition
]
DerivationDefinition.model_rebuild()


def _length(value: str) -> str:
    read_duration(value)
    return value


Length = Annotated[str, Field(min_length=2, max_length=32), AfterValidator(_length)]


def _name(value: str) -> str:
    try:
        key_expression(value)
    except ExpressionFault as fault:
        place = fault.place(value)
        raise ValueError(f"Line {place.line}, column {place.column}: {fault.detail}") from None
    return value


Key = Annotated[str, Field(min_length=1, max_length=8_192), AfterValidator(_name)]
NOTHING = derivation.compile_derivation("SUM", [derivation.number(0)])


class ReactionDefinition(wire.Definition):
    """What follows when the reactor fires: points, for now; one of `points`, `activates` and `cancels`.

    usableAfter: they are pending, and can be spent so long (P14D) after they were earned. awaits: an expression of what
    they wait for, such as `payload.orderId`: they are pending until a reaction that `activates` the same makes them
    usable (or usableAfter, where that comes first), or one that `cancels` it takes them back. expiresAfter: they run
    out so long after they were earned, whatever the points policies say.
    """

    type: Literal["POINTS"]
    points: DerivationDefinition | None = None
    usable_after: Length | None = None
    expires_after: Length | None = None
    awaits: Key | None = None
    activates: Key | None = None
    cancels: Key | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "ReactionDefinition":
        if sum(one is not None for one in (self.points, self.activates, self.cancels)) != 1:
            raise ValueError("Write one of points, activates and cancels.")
        if self.points is None and (self.usable_after or self.expires_after or self.awaits):
            raise ValueError("usableAfter, expiresAfter and awaits are said of points that are given.")
        return self

    def deal(self) -> Deal | None:
        """Return what it says of when the points can be spent."""
        usable, expires = (
            None if length is None else read_duration(length) for length in (self.usable_after, self.expires_after)
        )
        if usable is None and expires is None and self.awaits is None:
            return None
        return Deal(usable, expires, None if self.awaits is None else key_expression(self.awaits))

    def compiled(self, number: int) -> PointsReaction:
        """Return it for the kernel."""
        names = [key_expression(key) for key in (self.awaits, self.activates, self.cancels) if key is not None]
        paths = frozenset[Path]().union(*(paths_of(name.tree) for name in names))
        if self.points is not None:
            return PointsReaction(number, self.points.whole(), self.deal(), paths | self.points.paths())
        return PointsReaction(number, NOTHING, None, paths, Release(names[0], self.cancels is not None))


Reactions = Annotated[list[ReactionDefinition], Field(max_length=REACTIONS_MAX)]
Priority = Annotated[wire.Integer, Field(ge=-1_000_000, le=1_000_000)]
MaxActivations = Annotated[wire.Integer, Field(ge=1, le=2_147_483_647)]


class Referred(wire.Definition):
    """Something else, by its id."""

    id: UUID


class _Constrained(wire.Definition):
    @field_validator("constraint", check_fields=False)
    @classmethod
    def _compiles(cls, value: wire.Json | str | None) -> wire.Json | str | None:
        try:
            compile_constraint(value)
        except ConstraintFault as fault:
            at = f"Line {fault.place.line}, column {fault.place.column}" if fault.place else "The constraint"
            raise ValueError(f"{fault.pointer or at}: {fault}") from None
        return value


class EventReactorDefinition(_Constrained):
    """A new reactor. `eventType` is an id, a name, or `{id}`.

    `constraint` is a JSON Schema of the payload (draft 6), an expression, or rows.
    """

    name: Ascii64
    description: Ascii1024 | None = None
    event_type: str | Referred
    reactions: Reactions = Field(default_factory=list)
    constraint: wire.Json | str | None = None
    max_activations: MaxActivations | None = None
    activation_context: Context = "SUBJECT"
    effectivity: wire.Effectivity | None = None
    priority: Priority = 0
    limits: Limits = Field(default_factory=list)
    group: GroupDefinition | None = None
    state: Literal["DRAFT", "LIVE"] = "LIVE"


class EventReactorPatch(_Constrained):
    """What to change of a reactor; it makes a new version.

    What was counted for its limits goes on, or starts anew with `keepCounts` false.
    """

    name: Ascii64 | None = None
    description: Ascii1024 | None = None
    constraint: wire.Json | str | None = None
    reactions: Reactions | None = None
    max_activations: MaxActivations | None = None
    activation_context: Context | None = None
    effectivity: wire.Effectivity | None = None
    priority: Priority | None = None
    limits: Limits | None = None
    group: GroupDefinition | None = None
    keep_counts: wire.Flag = True


def compile_reactions(stored: list[Mapping[str, Any]]) -> tuple[PointsReaction, ...]:
    """Compile the reactions of a stored version."""
    read = [ReactionDefinition.model_validate(reaction) for reaction in stored]
    return tuple(reaction.compiled(number) for number, reaction in enumerate(read))
