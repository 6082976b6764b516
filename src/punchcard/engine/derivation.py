"""Points worked out of a payload: the reference's Derivation, exact to the last digit.

`{operation: SUM | PRODUCT, arguments, max?, roundingDirection?, roundingUnit?}`; an argument is a NUMBER, a
JSON_VALUE (a dotted path or a JSON pointer into the payload), or a derivation of its own. Rounding is towards
zero (DOWN, the default) or away from it (UP), so that a counter-event with the opposite sign takes back
exactly what was given.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow
from typing import Any, Literal

from msgspec import Struct

from punchcard.engine.expression.expression import Expression, compile_expression
from punchcard.engine.expression.faults import NotEvaluable
from punchcard.engine.facts import FACTS, Facts

POINTS_MAX = 10**12
"""The most points that one reaction gives or takes."""
POINTS_MIN = -POINTS_MAX

# Exact or not at all: a result that would need more digits is trapped instead of rounded.
_EXACT = Context(prec=1_000, traps=[Inexact, Overflow, InvalidOperation])

Number = int | Decimal
Evaluate = Callable[[Mapping[str, Any], Facts | None], Number]
"""What works a number out of the payload, and of the facts (the payload among them) where they were gathered."""


class NotDerivable(Exception):
    """The payload gives no number; the text says where and why."""


class Derivation(Struct, frozen=True):
    """A compiled derivation. `points_max` is whole."""

    evaluate: Evaluate
    points_max: int | None
    rounds_up: bool
    unit: int

    def points(self, payload: Mapping[str, Any], facts: Facts | None = None) -> int:
        """Return whole points; negative ones take points away. Raises: NotDerivable."""
        try:
            exact = self.evaluate(payload, facts)
        except DecimalException:
            raise NotDerivable("the result has too many digits") from None
        is_whole = self.unit == 1 and not self.rounds_up
        points = int(exact) if is_whole else round_points(exact, self.unit, up=self.rounds_up)
        if self.points_max is not None and points > self.points_max:
            points = self.points_max
        if points > POINTS_MAX or points < POINTS_MIN:
            raise NotDerivable(f"the result is beyond {POINTS_MAX} points")
        return points


def round_points(exact: Number, unit: int, *, up: bool) -> int:
    """Round to a multiple of `unit`: away from zero when `up`, else towards it."""
    if unit == 1 and not up:
        return int(exact)
    size = -exact if exact < 0 else exact
    whole = int(size)
    if up:
        whole += size != whole
        whole += -whole % unit
    else:
        whole -= whole % unit
    return -whole if exact < 0 else whole


def compile_derivation(
    operation: Literal["SUM", "PRODUCT"],
    arguments: Sequence[Evaluate],
    *,
    points_max: Decimal | None = None,
    rounds_up: bool = False,
    unit: int = 1,
) -> Derivation:
    """Put a derivation together from compiled arguments."""
    most = None if points_max is None else round_points(points_max, 1, up=False)
    return Derivation(combine(operation, arguments), most, rounds_up, unit)


def combine(operation: Literal["SUM", "PRODUCT"], arguments: Sequence[Evaluate]) -> Evaluate:
    """Return what adds, or multiplies, what `arguments` come to."""
    first, *rest = arguments
    step = _EXACT.add if operation == "SUM" else _EXACT.multiply
    if not rest:
        return first

    def evaluate(payload: Mapping[str, Any], facts: Facts | None) -> Number:
        result = first(payload, facts)
        for argument in rest:
            result = step(result, argument(payload, facts))
        return result

    return evaluate


def number(value: Number) -> Evaluate:
    """Return an argument that is always `value`."""
    return lambda *_: value


def expression(text: str) -> Expression:
    """Compile the text of a number. Raises: ExpressionFault."""
    return compile_expression(text, facts=FACTS, outcome="number")


def of_expression(rule: Expression) -> Evaluate:
    """Return an argument that is what an expression comes to."""

    def evaluate(payload: Mapping[str, Any], facts: Facts | None) -> Number:
        try:
            return rule.number({"payload": payload} if facts is None else facts)
        except NotEvaluable as fault:
            raise NotDerivable(fault.detail) from None

    return evaluate


_MISSING = object()
_DOTTED = re.compile(r"[^.\s]+(\.[^.\s]+)*")


def json_value(path: str) -> Evaluate:
    """Return an argument that reads the number at `path`. Raises: ValueError when it is no path."""
    if path.startswith("/"):
        steps = [step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/")]
    elif _DOTTED.fullmatch(path):
        steps = path.removeprefix("$.").split(".")
    else:
        raise ValueError("Name a place in the payload, like total, basket.total or /basket/total.")

    first, *rest = steps

    def evaluate(payload: Mapping[str, Any], _: Facts | None) -> Number:
        found: Any = payload.get(first, _MISSING)
        for step in rest:
            found = _descend(found, step)
        if type(found) is Decimal or type(found) is int:
            return found
        raise NotDerivable(f"{path} is missing" if found is _MISSING else f"{path} is not a number")

    return evaluate


def _descend(found: Any, step: str) -> Any:
    if isinstance(found, dict):
        return found.get(step, _MISSING)
    if isinstance(found, list) and step.isascii() and step.isdigit() and int(step) < len(found):
        return found[int(step)]
    return _MISSING
