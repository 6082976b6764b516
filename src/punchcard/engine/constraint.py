"""A reactor's constraint, in one of three forms, behind two questions: does it hold, and why not.

An object is a JSON Schema over the payload, the reference's form (draft 6 unless `$schema` names another), unless it
consists of `all`, `any` or `none`: then it is rows. A text is an expression. An absent constraint always holds.
"""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from msgspec import Struct

from punchcard.engine.demands import Demand, demands_of, demands_of_schema
from punchcard.engine.expression.expression import Expression, compile_expression, compile_tree
from punchcard.engine.expression.faults import ExpressionFault, Place
from punchcard.engine.facts import FACTS, NO_PATHS, Facts, Path, paths_of
from punchcard.engine.rows import GROUPS, RowsFault, each_row, read_rows
from punchcard.engine.schema import DRAFT_6, PayloadFault, Schema, SchemaFault, compile_schema

RULE = "rule"
"""The keyword of a fault that is told of a rule: a whole sentence, which says by itself what it is about."""


FAULTS_MAX = 50
"""The most faults that a trace has."""


class ConstraintFault(Exception):
    """The constraint cannot be used. The text says why and what to do.

    pointer: where in an object. place: where in a text.
    """

    def __init__(self, detail: str, pointer: str = "", place: Place | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.place = place


class Constraint(Protocol):
    """A compiled constraint."""

    @property
    def paths(self) -> frozenset[Path]:
        """The facts beside the payload that it looks at."""

    @property
    def demands(self) -> tuple[Demand, ...]:
        """Comparisons that have to be true, whatever else it says."""

    def holds(self, payload: Mapping[str, Any], facts: Facts | None = None) -> bool:
        """Tell whether the payload, and what else is known, satisfies it. `facts` has the payload too."""

    def why_not(self, payload: Mapping[str, Any], facts: Facts | None = None) -> list[PayloadFault]:
        """Return what breaks it, with the actual values: the trace of a false constraint."""

    def trace(self, payload: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
        """Return what each part came to, as JSON: `{text, value | reason and detail, operands?}`."""


class SchemaConstraint(Struct, frozen=True):
    """A JSON Schema as a constraint."""

    schema: Schema
    paths: frozenset[Path] = NO_PATHS
    demands: tuple[Demand, ...] = ()

    def holds(self, payload: Mapping[str, Any], _: Facts | None = None) -> bool:
        """Tell whether the payload satisfies it."""
        return bool(self.schema.takes(payload))

    def why_not(self, payload: Mapping[str, Any], _: Facts | None = None) -> list[PayloadFault]:
        """Return what the payload breaks, with the actual values."""
        return self.schema.faults(payload)

    def trace(self, payload: Mapping[str, Any], _: Facts) -> dict[str, Any]:
        """Return whether the payload fits, and below it everything that does not."""
        faults = self.schema.faults(payload)
        told = {"text": "the payload fits the JSON Schema", "value": not faults}
        return told | ({"operands": [_told(fault) for fault in faults[:FAULTS_MAX]]} if faults else {})


class RuleConstraint(Struct, frozen=True):
    """An expression or rows as a constraint."""

    expression: Expression
    paths: frozenset[Path] = NO_PATHS
    demands: tuple[Demand, ...] = ()

    def holds(self, payload: Mapping[str, Any], facts: Facts | None = None) -> bool:
        """Tell whether the facts satisfy it."""
        return self.expression.holds({"payload": payload} if facts is None else facts)

    def why_not(self, payload: Mapping[str, Any], facts: Facts | None = None) -> list[PayloadFault]:
        """Return the decisive parts, each with the actual values."""
        reasons = self.expression.explain({"payload": payload} if facts is None else facts).reasons()
        return [PayloadFault((), RULE, reason) for reason in reasons]

    def trace(self, _: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
        """Return what each part of the expression came to."""
        return self.expression.explain(facts).document()


class BothConstraint(Struct, frozen=True):
    """Two constraints that both have to hold."""

    first: "SchemaConstraint | RuleConstraint"
    second: "SchemaConstraint | RuleConstraint"

    @property
    def paths(self) -> frozenset[Path]:
        """The facts beside the payload that either looks at."""
        return self.first.paths | self.second.paths

    @property
    def demands(self) -> tuple[Demand, ...]:
        """Comparisons that have to be true."""
        return (*self.first.demands, *self.second.demands)

    def holds(self, payload: Mapping[str, Any], facts: Facts | None = None) -> bool:
        """Tell whether both are satisfied."""
        return self.first.holds(payload, facts) and self.second.holds(payload, facts)

    def why_not(self, payload: Mapping[str, Any], facts: Facts | None = None) -> list[PayloadFault]:
        """Return what breaks either."""
        return [
            fault
            for one in (self.first, self.second)
            if not one.holds(payload, facts)
            for fault in one.why_not(payload, facts)
        ]

    def trace(self, payload: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
        """Return what both came to."""
        both = [one.trace(payload, facts) for one in (self.first, self.second)]
        return {"text": "both hold", "value": self.holds(payload, facts), "operands": both}


def _told(fault: PayloadFault) -> dict[str, Any]:
    where = "".join(f"/{step}" for step in fault.path) or "the payload"
    return {"text": where, "reason": fault.keyword, "detail": fault.detail}


def is_rows(value: Mapping[str, Any]) -> bool:
    """Tell whether an object is rows: no JSON Schema has a keyword `all`, `any` or `none`."""
    return not value.keys().isdisjoint(GROUPS)


def compile_constraint(
    value: Mapping[str, Any] | str | None, *, facts: Collection[str] = FACTS
) -> SchemaConstraint | RuleConstraint | None:
    """Compile a constraint; None and `{}` always hold. Raises: ConstraintFault."""
    if value is None or value == {}:
        return None
    try:
        if isinstance(value, str):
            return _rule(compile_expression(value, facts=facts))
        if is_rows(value):
            return _rule(_of_rows(value, facts))
        return SchemaConstraint(compile_schema(value, default_draft=DRAFT_6), demands=demands_of_schema(value))
    except SchemaFault as fault:
        raise ConstraintFault(str(fault), fault.pointer) from None
    except RowsFault as fault:
        raise ConstraintFault(fault.detail, fault.pointer) from None
    except ExpressionFault as fault:
        raise ConstraintFault(fault.detail, place=fault.place(value) if isinstance(value, str) else None) from None


def _of_rows(rows: Mapping[str, Any], facts: Collection[str]) -> Expression:
    try:
        return compile_tree(read_rows(rows), facts=facts)
    except ExpressionFault:
        for pointer, fact, row in each_row(rows):  # which one is it?
            for part, place in ((fact, f"{pointer}/fact"), (row, f"{pointer}/value")):
                try:
                    compile_tree(part, facts=facts, outcome=None)
                except ExpressionFault as fault:
                    raise RowsFault(place, fault.detail) from None
        raise


def _rule(expression: Expression) -> RuleConstraint:
    return RuleConstraint(expression, paths_of(expression.tree), demands_of(expression.tree))
