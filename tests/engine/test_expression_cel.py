"""Our expressions against CEL itself, on the part of the language that both have."""

from decimal import Decimal
from typing import Any

import pytest
from cel_expr_python import cel  # type: ignore[import-untyped] # it comes without types
from cel_expr_python.ext import ext_math, ext_strings  # type: ignore[import-untyped] # the same
from hypothesis import HealthCheck, example, given, settings

from punchcard.engine.expression.expression import compile_expression, compile_tree
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable
from punchcard.engine.expression.nodes import Call, Node, walk
from punchcard.engine.expression.parser import parse
from punchcard.engine.expression.printer import show
from tests.engine import expression_trees as trees

ORACLE = cel.NewEnv(variables={"payload": cel.Type.DYN}, extensions=[ext_math.ExtMath(), ext_strings.ExtStrings()])


class Refused:
    """Stands for what does not compile."""


REFUSED = Refused()
FAILED = object()
"""What it comes to when it comes to nothing; why, is told in other words by each."""

OURS_TO_CEL = {"min": "math.least", "max": "math.greatest", "abs": "math.abs", "ceil": "math.ceil"} | {
    "floor": "math.floor",
    "round": "math.round",
}


def by_cel(text: str, payload: dict[str, Any]) -> Any:
    """Evaluate with CEL; without its type checker, since the facts have no declared types."""
    value = ORACLE.compile(text, disable_check=True).eval(data={"payload": as_doubles(payload)})
    return FAILED if value.type() == cel.Type.ERROR else value.plain_value()


def by_us(tree: Node, payload: dict[str, Any]) -> Any:
    """Evaluate with ours."""
    try:
        return compile_tree(tree, outcome=None).evaluate({"payload": payload})
    except NotEvaluable:
        return FAILED


def as_doubles(value: Any) -> Any:
    """Return facts as CEL takes them: decimals, all of them quarters here, become doubles without loss."""
    match value:
        case Decimal():
            return float(value)
        case list():
            return [as_doubles(element) for element in value]
        case dict():
            return {name: as_doubles(element) for name, element in value.items()}
    return value


def for_cel(tree: Node) -> str:
    """Write a tree with CEL's names of the functions."""
    text = show(tree)
    for node, _ in walk(tree):
        if isinstance(node, Call) and node.function in OURS_TO_CEL:
            text = text.replace(f"{node.function}(", f"{OURS_TO_CEL[node.function]}(")
    return text.replace("math.math.", "math.").replace("math.math.", "math.")


def agree(tree: Node, payload: dict[str, Any]) -> None:
    """Assert that both come to the same."""
    try:
        ours = by_us(tree, payload)
    except ExpressionFault:  # refused when it is saved: then it can never be evaluated, or looks like it
        return
    theirs = by_cel(for_cel(tree), payload)
    assert (ours is FAILED) == (theirs is FAILED), (show(tree), ours, theirs)
    assert ours is FAILED or (same_kind(ours, theirs) and ours == theirs), (show(tree), ours, theirs)


def same_kind(ours: Any, theirs: Any) -> bool:
    """Tell true from 1, which are equal to Python."""
    return isinstance(ours, bool) == isinstance(theirs, bool)


SLOW = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SLOW
@given(trees.bools(2), trees.payloads())
@example(parse("payload.t in payload.m"), {"t": None, "m": {}})
@example(parse("payload.li.exists(x, x > payload.s || x == 2)"), {"li": [1, 2], "s": "a"})
@example(parse("payload.li.all(x, payload.z > 1) || true"), {"li": [1]})
@example(parse("has(payload.m.k) || has(payload.z.k)"), {"m": {"k": 1}})
@example(parse('"\\u00e9" == payload.s && payload.s.size() == 1'), {"s": "é"})
@example(parse("[1, 2.0, [null, true]] == payload.li"), {"li": [Decimal("1.00"), 2, [None, True]]})
@example(parse("[1] == payload.li || 1 in payload.li"), {"li": [True]})
def test_constraints_come_to_the_same_as_in_cel(tree: Node, payload: dict[str, Any]) -> None:
    """Whatever the facts, and whatever is missing among them, a constraint holds where CEL says so."""
    agree(tree, payload)


@SLOW
@given(trees.integers(2) | trees.fractions(2), trees.payloads())
def test_numbers_come_to_the_same_as_in_cel(tree: Node, payload: dict[str, Any]) -> None:
    """Numbers are the same, as long as CEL's own can hold them and kinds of numbers do not meet."""
    agree(tree, payload)


@SLOW
@given(trees.texts(2) | trees.number_lists(2), trees.payloads())
def test_texts_and_lists_come_to_the_same_as_in_cel(tree: Node, payload: dict[str, Any]) -> None:
    """So are texts and lists."""
    agree(tree, payload)


def cel_value(text: str, payload: dict[str, Any]) -> Any:
    """Return CEL's value, FAILED, or REFUSED when it does not compile."""
    try:
        return by_cel(text, payload)
    except RuntimeError:
        return REFUSED


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [
        ("1 + 1.5", Decimal("2.5"), FAILED),
        ("payload.three + 0.5", Decimal("3.5"), FAILED),
        ("7 / 2", Decimal("3.5"), 3),
        ("-7 / 2", Decimal("-3.5"), -3),
        ("2 / 3 * 3", Decimal("2.0000000000000000000000000000000001"), 0),
        ("1.0 / 0.0", FAILED, float("inf")),
        ("5.5 % 2.0", Decimal("1.5"), FAILED),
        ("0.1 + 0.2 == 0.3", True, False),
        ("9223372036854775807 + 1", 2**63, FAILED),
        ("1e300 * 1e300", Decimal("1e600"), float("inf")),
        ("math.ceil(3)", 3, FAILED),
        ("math.greatest([])", FAILED, REFUSED),
        ("!!payload.three", FAILED, 3),
        ("--payload.text", FAILED, "abc"),
        ('has(payload["a b"])', True, REFUSED),
        ("payload.list.sum()", 6, FAILED),
        ("payload.list.sum(x, x * 2)", 12, FAILED),
        ("min(1, 2)", 1, FAILED),
        (r'r"a\"', "a\\", REFUSED),
        ('timestamp("2026-01-01T00:00:00.0000009Z") == timestamp("2026-01-01T00:00:00Z")', True, False),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) > 8 else "",
)
def test_deviations_that_are_documented(text: str, ours: Any, theirs: Any) -> None:
    """Each line of the table of deviations in docs/reference/rules.md: what it comes to here, and in CEL."""
    payload = {"three": 3, "text": "abc", "list": [1, 2, 3], "a b": 1}

    assert by_us(parse(text), payload) == ours
    assert cel_value(text, payload) == theirs


@pytest.mark.parametrize(
    "text",
    [
        "1u",
        'b"a"',
        "{1: 2}",
        "int(payload.text)",
        "string(payload.three)",
        "double(payload.three)",
        "dyn(1)",
        "type(1)",
        "payload.text.matches(payload.text)",
        'timestamp("2026-01-01T00:00:00Z").getHours(payload.zone)',
        '1 == "a"',
        'payload.text.split(",")',
        'payload.text.replace("a", "b")',
        ".payload.text",
    ],
)
def test_parts_of_cel_that_are_refused(text: str) -> None:
    """Each line of what is left out, in docs/reference/rules.md: refused when it is saved; CEL reads it."""
    assert not isinstance(cel_value(text, {"three": 3, "text": "3", "zone": "UTC"}), Refused)
    with pytest.raises(ExpressionFault):
        compile_expression(text, outcome=None)
