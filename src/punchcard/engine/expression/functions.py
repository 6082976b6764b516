"""The functions that an expression may call. What each one does is told in docs/reference/rules.md."""

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP
from typing import Any

import re2  # type: ignore[import-untyped] # it comes without types
from msgspec import Struct

from punchcard.engine.expression import instants
from punchcard.engine.expression.faults import NotEvaluable, Reason
from punchcard.engine.expression.values import EXACT, NUMBERS, Number, add_numbers, wrong_kind

PATTERN_CHARACTERS_MAX = 1_000
PATTERN_BYTES_MAX = 1 << 20

# Anything more would be written to the process's standard error, which is not ours.
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = PATTERN_BYTES_MAX

_LOWER = str.maketrans({code: code + 32 for code in range(ord("A"), ord("Z") + 1)})
_UPPER = str.maketrans({code: code - 32 for code in range(ord("a"), ord("z") + 1)})

STRING = frozenset({"string"})
NUMBER = frozenset({"number"})
INSTANT = frozenset({"timestamp"})
SPAN = frozenset({"timestamp", "duration"})
LIST = frozenset({"list"})
SIZED = frozenset({"string", "list", "map"})
NUMBERS_OR_LIST = frozenset({"number", "list"})


class Function(Struct, frozen=True):
    """A function. `takes` are the kinds of each argument; the last one repeats when `variadic`.

    method, free: whether it is called as `a.name(b)`, as `name(a, b)`, or either way.
    optional: whether the last argument may be left out.
    prepare: makes what `call` takes of a last argument, which then has to be text written out.
    """

    result: str
    takes: tuple[frozenset[str], ...]
    call: Callable[..., Any]
    method: bool = False
    free: bool = True
    optional: bool = False
    variadic: bool = False
    prepare: Callable[[str], Any] | None = None

    def takes_count(self, count: int) -> bool:
        """Tell whether it can be called with `count` arguments."""
        most = len(self.takes)
        return count == most or (self.optional and count == most - 1) or (self.variadic and count > most)

    def kinds_at(self, place: int) -> frozenset[str]:
        """Return the kinds that the argument at `place` may have."""
        return self.takes[min(place, len(self.takes) - 1)]


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Return whether a text contains a match, found in linear time. Raises: ValueError with a sentence."""
    if len(pattern) > PATTERN_CHARACTERS_MAX:
        raise ValueError(f"The pattern is longer than {PATTERN_CHARACTERS_MAX} characters; make it smaller.")
    try:
        search = re2.compile(pattern, _OPTIONS).search
    except re2.error as fault:
        said = fault.args[0]
        said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise ValueError(f"The pattern is not one that RE2 reads ({said}); write it without that.") from None

    def matches(text: str) -> bool:
        try:
            return search(text) is not None
        except UnicodeEncodeError:  # half a surrogate pair, which no JSON from outside holds
            return False

    return matches


def _matches(text: str, pattern: Callable[[str], bool]) -> bool:
    return pattern(text)


def _to_integer(rounding: str) -> Callable[[Number], int]:
    def rounded(value: Number) -> int:
        return value if isinstance(value, int) else int(value.to_integral_value(rounding, EXACT))

    return rounded


def _pick(better: Callable[[Any], Any], name: str) -> Callable[..., Number]:
    def pick(*values: Any) -> Any:
        found = values[0] if len(values) == 1 and type(values[0]) is list else values
        for value in found:
            if type(value) not in NUMBERS:
                raise wrong_kind(name, value)
        if not found:
            raise NotEvaluable(Reason.MISSING, f"{name} of an empty list")
        return better(found)

    return pick


def _abs(value: Number) -> Number:
    return -value if isinstance(value, int) and value < 0 else value.copy_abs() if not isinstance(value, int) else value


def _sum(values: list[Any]) -> Number:
    total: Number = 0
    for value in values:
        if type(value) not in NUMBERS:
            raise wrong_kind("sum", value)
        total = add_numbers(total, value)
    return total


def _accessor(name: str) -> Function:
    spans = name in instants.OF_DURATIONS
    return Function(
        "number",
        (SPAN if spans else INSTANT, STRING),
        instants.reader(name),
        method=True,
        free=False,
        optional=True,
        prepare=instants.read_zone,
    )


def _text_method(result: str, count: int, call: Callable[..., Any]) -> Function:
    return Function(result, (STRING,) * count, call, method=True, free=False)


FUNCTIONS: Mapping[str, Function] = {
    "size": Function("number", (SIZED,), len, method=True),
    "startsWith": _text_method("bool", 2, str.startswith),
    "endsWith": _text_method("bool", 2, str.endswith),
    "contains": _text_method("bool", 2, str.__contains__),
    "lowerAscii": _text_method("string", 1, lambda text: text.translate(_LOWER)),
    "upperAscii": _text_method("string", 1, lambda text: text.translate(_UPPER)),
    "trim": _text_method("string", 1, str.strip),
    "matches": Function("bool", (STRING, STRING), _matches, method=True, prepare=compile_pattern),
    "min": Function("number", (NUMBERS_OR_LIST,), _pick(min, "min"), variadic=True),
    "max": Function("number", (NUMBERS_OR_LIST,), _pick(max, "max"), variadic=True),
    "abs": Function("number", (NUMBER,), _abs),
    "ceil": Function("number", (NUMBER,), _to_integer(ROUND_CEILING)),
    "floor": Function("number", (NUMBER,), _to_integer(ROUND_FLOOR)),
    "round": Function("number", (NUMBER,), _to_integer(ROUND_HALF_UP)),
    "sum": Function("number", (LIST,), _sum, method=True, free=False),
    "timestamp": Function("timestamp", (STRING | INSTANT,), instants.read_instant),
    "duration": Function("duration", (STRING | {"duration"},), instants.read_duration),
    **{name: _accessor(name) for name in instants.PARTS},
}

MATH = {"least": "min", "greatest": "max", "abs": "abs", "ceil": "ceil", "floor": "floor", "round": "round"}
"""CEL's own names, written `math.least(a, b)`, and ours."""

MACROS = {"exists": 2, "all": 2, "exists_one": 2, "filter": 2, "map": 3, "sum": 2}
"""The macros, and the most arguments that each takes."""
