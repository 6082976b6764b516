"""Values, and what operators do with them: exact, and never mixing what does not belong together.

None, bool, number (int or Decimal: one kind), str, list, dict with text as keys, datetime with a zone, timedelta.
Python's own `==` takes True for 1, so every comparison looks at the kinds first.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from operator import ge, gt, le, lt
from typing import Any

from punchcard.engine.expression.faults import NotEvaluable, Reason

DIGITS_MAX = 1_000
QUOTIENT_DIGITS = 34
STEPS_MAX = 100_000
"""What one evaluation may cost: a step is a node evaluated, an element compared, or some characters walked through."""

STEPS = ""
"""The key in the environment, which no fact can have, under which the steps that are left are counted."""

Number = int | Decimal
Environment = Mapping[str, Any]

# Exact or not at all: a result that would need more digits is trapped instead of rounded.
EXACT = Context(prec=DIGITS_MAX, Emax=DIGITS_MAX - 1, Emin=1 - DIGITS_MAX, traps=[Inexact, Overflow, InvalidOperation])
_QUOTIENT = Context(
    prec=QUOTIENT_DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emax=DIGITS_MAX - 1,
    Emin=1 - DIGITS_MAX,
    traps=[Overflow, InvalidOperation, DivisionByZero],
)
_INTEGER_END = 10**DIGITS_MAX
NUMBERS = frozenset({int, Decimal})
_WORDS = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    Decimal: "a number",
    str: "text",
    list: "a list",
    dict: "a map",
    datetime: "an instant",
    timedelta: "a duration",
}
_ORDERED = frozenset({bool, str, datetime, timedelta})


def kind_of(value: Any) -> str:
    """Name the kind of a value, for a sentence."""
    return _WORDS.get(type(value), "a value of no known kind")


def spend(environment: Environment, steps: int) -> None:
    """Take `steps` from what is left. Raises: NotEvaluable when that is more than there are."""
    left = environment[STEPS]
    left[0] -= steps
    if left[0] < 0:
        raise NotEvaluable(Reason.BUDGET, f"it takes more than {STEPS_MAX} steps on these facts")


def wrong_kind(operator: str, *values: Any) -> NotEvaluable:
    """Return the fault of an operator that cannot take `values`."""
    return NotEvaluable(Reason.KIND, f"{operator} does not take {' and '.join(map(kind_of, values))}")


def too_large() -> NotEvaluable:
    """Return the fault of a number that grew out of bounds."""
    return NotEvaluable(Reason.NUMBER, f"the result has more than {DIGITS_MAX} digits")


def same(left: Any, right: Any, environment: Environment) -> bool:
    """Tell whether two values are equal: 1 and 1.0 are, 1 and true are not, different kinds never are."""
    kind, other = type(left), type(right)
    if kind is other:
        if kind is list:
            spend(environment, len(left) + 1)
            return len(left) == len(right) and all(
                same(one, two, environment) for one, two in zip(left, right, strict=True)
            )
        if kind is dict:
            spend(environment, len(left) + 1)
            return len(left) == len(right) and all(
                key in right and same(value, right[key], environment) for key, value in left.items()
            )
        return bool(left == right)
    return kind in NUMBERS and other in NUMBERS and bool(left == right)


def contains(container: Any, wanted: Any, environment: Environment) -> bool:
    """Tell whether `wanted` is an element of a list, or a key of a map."""
    if type(container) is dict and (type(wanted) in NUMBERS or type(wanted) in (str, bool)):
        return type(wanted) is str and wanted in container
    if type(container) is not list:
        raise wrong_kind("in", wanted, container)
    spend(environment, len(container) + 1)
    return any(same(wanted, element, environment) for element in container)


def _ordering(sign: str, compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        kind, other = type(left), type(right)
        if (kind in NUMBERS and other in NUMBERS) or (kind is other and kind in _ORDERED):
            try:
                return bool(compare(left, right))
            except DecimalException:  # NaN, which no JSON holds
                pass
        raise wrong_kind(sign, left, right)

    return ordered


ORDER = {"<": _ordering("<", lt), "<=": _ordering("<=", le), ">": _ordering(">", gt), ">=": _ordering(">=", ge)}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def add(left: Any, right: Any, environment: Environment) -> Any:
    """Return the sum of numbers, or texts, lists, durations put together, or an instant moved on."""
    kind, other = type(left), type(right)
    if kind in NUMBERS and other in NUMBERS:
        return add_numbers(left, right)
    if kind is other and kind in (str, list):
        size = len(left) + len(right)
        spend(environment, size // 32 if kind is str else size)
        return left + right
    if timedelta in (kind, other) and {kind, other} <= {datetime, timedelta}:
        return _in_range(left, right, lambda: left + right)
    raise wrong_kind("+", left, right)


def subtract(left: Any, right: Any, _: Environment) -> Any:
    """Return the difference of numbers, instants or durations, or an instant moved back."""
    kind, other = type(left), type(right)
    if kind in NUMBERS and other in NUMBERS:
        return _whole(left - right) if kind is other is int else _exact(EXACT.subtract, left, right)
    if {kind, other} <= {datetime, timedelta} and (kind is datetime or other is timedelta):
        return _in_range(left, right, lambda: left - right)
    raise wrong_kind("-", left, right)


def multiply(left: Any, right: Any, _: Environment) -> Number:
    """Return the product of numbers."""
    kind, other = type(left), type(right)
    if kind not in NUMBERS or other not in NUMBERS:
        raise wrong_kind("*", left, right)
    return _whole(left * right) if kind is other is int else _exact(EXACT.multiply, left, right)


def divide(left: Any, right: Any, _: Environment) -> Number:
    """Return the quotient of numbers: 7 / 2 is 3.5. What needs more than 34 digits is rounded, half to even."""
    _check_divisor("/", left, right)
    try:
        quotient = _QUOTIENT.divide(left, right)
    except DecimalException:
        raise too_large() from None
    return quotient


def remainder(left: Any, right: Any, _: Environment) -> Number:
    """Return what a whole number of divisions leaves, with the sign of `left`."""
    _check_divisor("%", left, right)
    return _exact(EXACT.remainder, left, right)


def negate(value: Any) -> Any:
    """Return a number with the other sign. Durations have none in CEL either."""
    if type(value) not in NUMBERS:
        raise wrong_kind("-", value)
    return -value if type(value) is int else value.copy_negate() if value else value


ARITHMETIC: dict[str, Callable[[Any, Any, Environment], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
}


def add_numbers(left: Number, right: Number) -> Number:
    """Return the exact sum."""
    return _whole(left + right) if type(left) is type(right) is int else _exact(EXACT.add, left, right)


def _whole(result: Number) -> Number:
    if -_INTEGER_END < result < _INTEGER_END:
        return result
    raise too_large()


def _exact(operation: Callable[[Any, Any], Decimal], left: Number, right: Number) -> Decimal:
    try:
        return operation(left, right)
    except DecimalException:
        raise too_large() from None


def _check_divisor(sign: str, left: Any, right: Any) -> None:
    if type(left) not in NUMBERS or type(right) not in NUMBERS:
        raise wrong_kind(sign, left, right)
    if not right:
        raise NotEvaluable(Reason.NUMBER, f"{sign} by zero")


def _in_range(left: Any, right: Any, operation: Callable[[], Any]) -> Any:
    try:
        return operation()
    except (OverflowError, TypeError):  # beyond the year 9999, or an instant without a zone
        raise NotEvaluable(Reason.NUMBER, f"{kind_of(left)} and {kind_of(right)} go out of range") from None
