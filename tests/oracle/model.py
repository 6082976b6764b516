"""What points an event must give: worked out a second time, from the stored definitions, by other means.

Exact fractions instead of decimals, definitions interpreted instead of compiled, users replayed one by one. Knows as
much of JSON Schema as the tests' constraints use, and refuses the rest.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from uuid import UUID

FIRED, NOT_EFFECTIVE, CONSTRAINT_FALSE, LIMIT_REACHED, NOT_DERIVABLE, BALANCE_TOO_LOW = "F", "E", "C", "L", "D", "B"
NIL = UUID(int=0)

Row = dict[str, Any]


class Unmeasurable(Exception):
    """The payload has no number where the derivation looks for one."""


def fraction(value: Any) -> Fraction:
    """Read a number of a JSON document, or of its text, exactly."""
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        raise Unmeasurable
    return Fraction(str(value))


def measure(argument: Mapping[str, Any], payload: Any) -> Fraction:
    """Work out one argument of a derivation, or a whole derivation before it is rounded."""
    if argument.get("type") == "NUMBER":
        return fraction(argument["value"])
    if argument.get("type") == "JSON_VALUE":
        found = payload
        for step in argument["value"].split("."):
            if not isinstance(found, dict) or step not in found:
                raise Unmeasurable
            found = found[step]
        if isinstance(found, str):
            raise Unmeasurable
        return fraction(found)
    parts = [measure(part, payload) for part in argument["arguments"]]
    return sum(parts, Fraction(0)) if argument["operation"] == "SUM" else math.prod(parts, start=Fraction(1))


def points(derivation: Mapping[str, Any], payload: Any) -> int:
    """Work out the whole points of a derivation. Raises: Unmeasurable."""
    exact = measure(derivation, payload)
    unit = int(derivation.get("roundingUnit", derivation.get("rounding_unit", 1)))
    direction = derivation.get("roundingDirection", derivation.get("rounding_direction", "DOWN"))
    size = abs(exact) / unit
    rounded = unit * (math.ceil(size) if direction == "UP" else math.floor(size))
    signed = -rounded if exact < 0 else rounded
    most = derivation.get("max")
    return signed if most is None else min(signed, math.floor(fraction(most)))


def holds(constraint: Mapping[str, Any] | None, payload: Any) -> bool:
    """Judge a constraint: `required`, and `minimum` and `const` of properties. Raises: NotImplementedError."""
    if not constraint:
        return True
    for keyword, value in constraint.items():
        if keyword == "required":
            if not all(name in payload for name in value):
                return False
        elif keyword == "properties":
            if not all(_property_holds(rule, payload[name]) for name, rule in value.items() if name in payload):
                return False
        elif keyword != "type":
            raise NotImplementedError(keyword)
    return True


def _property_holds(rule: Mapping[str, Any], value: Any) -> bool:
    for keyword, expected in rule.items():
        if keyword == "minimum":
            if not isinstance(value, str) and fraction(value) < fraction(expected):
                return False
        elif keyword == "const":
            if value != expected:
                return False
        elif keyword != "type":
            raise NotImplementedError(keyword)
    return True


@dataclass
class Member:
    """One user's state while the user's events are replayed."""

    balance: int = 0
    activations: dict[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A stored verdict: its code, the reactor version, and points by reaction where it fired."""

    code: str
    version: int
    points: dict[int, int]


def said(verdicts: Mapping[str, list[Any]]) -> Iterator[Said]:
    """Read stored verdicts."""
    for code, items in verdicts.items():
        for item in items:
            named, *detail = item if isinstance(item, list) else [item]
            for version in numbers(named):
                yield Said(code, version, _points_of(detail) if code == FIRED else {})


def _points_of(detail: Iterable[list[Any]]) -> dict[int, int]:
    """Return points by reaction; a letter stands where a reaction did something else."""
    return {place: given for place, given in detail if not isinstance(given, str)}


def numbers(named: int | str) -> Iterator[int]:
    """Read the number of a version, or the text of several: the least, and the steps up from it."""
    total = 0
    for part in str(named).split(","):
        step, times = part.split("x") if "x" in part else (part, "1")
        for _ in range(int(times)):
            total += int(step)
            yield total


def judge(version: Row, event: Row, member: Member, claimed: str) -> Said:
    """Judge one reactor version over an event and move `member` on.

    A limit over everybody depends on the order of commits over all users, which nobody knows from outside: there the
    stored word (`claimed`) is taken, and the caller checks the sum.
    """
    number, payload = version["id"], event["payload"]
    start, end = version["effective_from"], version["effective_until"]
    if (start and event["occurred_at"] < start) or (end and event["occurred_at"] >= end):
        return Said(NOT_EFFECTIVE, number, {})
    if not holds(version["constraint"], payload):
        return Said(CONSTRAINT_FALSE, number, {})
    limit, reactor = version["max_activations"], version["reactor_id"]
    fired_before = member.activations.get(reactor, 0)
    if limit is not None:
        is_own = version["activation_context"] == "SUBJECT"
        if (is_own and fired_before >= limit) or (not is_own and claimed == LIMIT_REACHED):
            return Said(LIMIT_REACHED, number, {})
    try:
        given = {
            place: points(reaction["points"], payload)
            for place, reaction in enumerate(version["reactions"])
            if "points" in reaction
        }
    except Unmeasurable:
        return Said(NOT_DERIVABLE, number, {})
    running = member.balance
    for change in given.values():
        running += change
        if running < 0:
            return Said(BALANCE_TOO_LOW, number, {})
    member.balance = running
    if limit is not None:
        member.activations[reactor] = fired_before + 1
    return Said(FIRED, number, given)
