"""Texts and numbers to try where a schema asks for some: likely ones first, none of them certain to fit."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from importlib import import_module
from math import ceil, floor, lcm
from typing import Any

from punchcard.engine.schema_facts import Facts

TRIES = 8
TEXT_CHARACTERS_MAX = 10_000
FORMATS = {
    "date-time": "2026-03-01T09:30:00Z", "date": "2026-03-01", "time": "09:30:00Z", "duration": "P1D",
    "email": "ada@example.org", "idn-email": "ada@example.org", "hostname": "example.org",
    "idn-hostname": "example.org", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "uri": "https://example.org/1",
    "uri-reference": "/1", "iri": "https://example.org/1", "iri-reference": "/1", "uri-template": "/{id}",
    "uuid": "0195d3a0-7c00-7000-8000-000000000001", "json-pointer": "/a", "relative-json-pointer": "0",
    "regex": "^a$",
}  # fmt: skip
_parser: Any = import_module("re._parser")  # the standard library's own reading of a pattern
_FALLBACKS = ("A", "a", "Abc", "abc", "1", "123", "A1", "a1", "ABC-123", "", " ", "-", "2026-03-01", "é")


def texts(facts: Facts) -> Iterator[str]:
    """Yield texts to try."""
    least, most = facts.least("minLength"), facts.most("maxLength")
    if least > TEXT_CHARACTERS_MAX:
        return
    yield from (FORMATS[format_] for format_ in facts.all("format") if format_ in FORMATS)
    for pattern in facts.all("pattern"):
        yield from _matching(pattern, int(least))
    plain = ["example", *(f"example {number}" for number in range(2, TRIES))]
    yield from (_cut(text, int(least), most) for text in plain)
    yield from (letter * int(max(least, 1)) for letter in "abcdefgh")
    yield from _FALLBACKS


def _cut(text: str, least: int, most: Any) -> str:
    longer = text.ljust(least, "x")
    # From the end: what tells one from the next stands there.
    return longer if most is None else longer[max(0, len(longer) - int(most)) :]


def _matching(pattern: str, least: int) -> Iterator[str]:
    try:
        parsed = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return
    for more in dict.fromkeys((0, 1, 2, least)):
        for salt in range(TRIES):
            try:
                yield _Writer(more, salt).write(parsed)
            except (NotImplementedError, RecursionError):
                return


class _Writer:
    """Writes one text that matches a pattern: `more` than the least repetitions, characters varied by `salt`."""

    def __init__(self, more: int, salt: int) -> None:
        self._more, self._salt = more, salt
        self._length = 0

    def write(self, tokens: Any) -> str:
        """Return a text for parsed tokens. Raises: NotImplementedError."""
        text = "".join(self._one(str(operation), argument) for operation, argument in tokens)
        self._length += len(text)
        if self._length > TEXT_CHARACTERS_MAX * 4:
            raise NotImplementedError
        return text

    def _one(self, operation: str, argument: Any) -> str:
        if operation == "LITERAL":
            return chr(argument)
        if operation == "ANY":
            return "x"
        if operation == "NOT_LITERAL":
            return "x" if argument != ord("x") else "y"
        if operation == "IN":
            return self._of_set(argument)
        if operation == "BRANCH":
            return self.write(argument[1][self._salt % len(argument[1])])
        if operation == "SUBPATTERN":
            return self.write(argument[-1])
        if operation in {"MAX_REPEAT", "MIN_REPEAT"}:
            least, most, tokens = argument
            count = min(int(least) + self._more, int(most))
            if count > TEXT_CHARACTERS_MAX:
                raise NotImplementedError
            return "".join(self.write(tokens) for _ in range(count))
        if operation == "AT":
            return ""
        raise NotImplementedError(operation)

    def _of_set(self, members: Any) -> str:
        if str(members[0][0]) == "NEGATE":
            left_out = {self._member(str(operation), argument) for operation, argument in members[1:]}
            return next((letter for letter in "xX1-é" if letter not in left_out), "~")
        operation, argument = members[self._salt % len(members)]
        return self._member(str(operation), argument)

    def _member(self, operation: str, argument: Any) -> str:
        if operation == "LITERAL":
            return chr(argument)
        if operation == "RANGE":
            first, last = argument
            return chr(first + self._salt % (last - first + 1))
        kind = str(argument)
        if kind.startswith("CATEGORY_NOT"):
            return "-"
        return {"CATEGORY_DIGIT": str(self._salt % 10), "CATEGORY_SPACE": " "}.get(kind, "abcdefgh"[self._salt % 8])


def numbers(facts: Facts) -> Iterator[Any]:
    """Yield numbers to try."""
    step = reduce(_common, facts.steps) if facts.steps else Fraction(1)
    low, high = (None if bound is None else Fraction(bound[0]) for bound in (facts.low, facts.high))
    if (low is None or low <= 1) and (high is None or high >= 1):
        yield from (1, 10)
    first = ceil(low / step) if low is not None else floor(high / step) - TRIES if high is not None else 0
    yield from (_number((first + index) * step) for index in range(TRIES + 1))
    if high is not None:
        yield from (_number((floor(high / step) - index) * step) for index in range(TRIES))
    if low is not None and high is not None:
        yield from (_number(low + (high - low) * Fraction(part, 8)) for part in (4, 1, 2, 3, 5, 6, 7))
    yield from (_number(Fraction(base) + Fraction(1, 2)) for base in (0 if low is None else low, high or 0))
    yield from (_number(bound) for bound in (low, high) if bound is not None)


def _common(one: Fraction, other: Fraction) -> Fraction:
    """Return the least number that is a multiple of both."""
    return Fraction(
        lcm(one.numerator * other.denominator, other.numerator * one.denominator), one.denominator * other.denominator
    )


def _number(value: Fraction) -> Any:
    return int(value) if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)
