"""How rules are written, and what came of them is told, word for word."""

from decimal import Decimal
from typing import Any

import pytest

from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.nodes import walk
from punchcard.engine.expression.parser import parse
from punchcard.engine.expression.printer import show

SAME = [
    "a.b + c * d - e", "(a + b) * c", "a - (b - c)", "a - b - c", "a / (b * c)", "a * b % c", "-a.b + -c",
    "-(a + b)",
    "!a && !(b && c)", "a && b || c && d", "(a || b) && c", "a == b && c != d",
    "a == b == c", "a == (b == c)",
    "a < b ? c : d", "a ? b : c ? d : e", "(a ? b : c) ? d : e", "a ? (b ? c : d) : e", "a in [1, 2.50]", "a in b in c",
    "{}", '{"k": 1, "l": [2]}', "[]", '[1, "a", null, true, false]', "a[0].b", 'a["b c"]', 'a["in"].b', "(a + b)[0]",
    "(a + b).c", "has(a.b)", 'has(a["b c"])', "size(a)",
    "a.startsWith(b)", "(a + b).trim()", "min(a, b, c)", "a.exists(x, x > 1)",
    "a.map(x, x > 1, x + 1)", "a.sum(x, x)", "(-1).b", "1.5", "-1", "(a || b).c", 'timestamp("2026-01-01T00:00:00Z")',
    'now.getHours("Europe/Berlin")', r'"a\"b\\c\n\u0007é"',
]  # fmt: skip


@pytest.mark.parametrize("text", SAME)
def test_rules_are_written_as_they_are_read(text: str) -> None:
    """With as few parentheses as say the same."""
    assert show(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("((a + b)) + (c)", "a + b + c"), ("(a * b) + c", "a * b + c"), ("(a && b) && (c)", "a && b && c"),
        ("a.size()", "size(a)"),
        ("a['b']", "a.b"), ("math.least(a, b)", "min(a, b)"), ("a && (b && c)", "a && b && c"),
        ("- 1", "-1"), ("'a'", '"a"'),
        ("a ? (b) : (c ? d : e)", "a ? b : c ? d : e"), ("0x10", "16"),
        ("1e2", "1E+2"), ("(a < b) && (c)", "a < b && c"),
    ],
)  # fmt: skip
def test_rules_are_written_in_one_way(text: str, shown: str) -> None:
    """What says the same is written alike."""
    assert show(parse(text)) == shown


def test_how_deep_nodes_are() -> None:
    """The whole is at depth 1, and each part one deeper, also parts of calls, maps and conditions."""
    tree = parse('a.map(x, x > 1, {"k": [size(x)]}) == (b ? -c : d["e"])')
    assert sorted(depth for _, depth in walk(tree)) == [1, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 6]


FACTS: dict[str, Any] = {
    "payload": {"n": 5, "t": "abc", "l": [1, 2, 3], "m": {"a": 1}, "b": True, "no": None,
        "el": list(range(11)), "d": Decimal("2.50")},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("payload.n > 5", ["payload.n > 5 is false: payload.n is 5."]),
        ("payload.n > 5 && payload.t == 'x'", ["payload.n > 5 is false: payload.n is 5."]),
        ("payload.n > 5 || payload.t == 'x'", [
            "payload.n > 5 is false: payload.n is 5.", 'payload.t == "x" is false: payload.t is "abc".',
        ]),
        ("payload.n == 5 && payload.d == 2", ["payload.d == 2 is false: payload.d is 2.50."]),
        ("!(payload.n == 5)", ["payload.n == 5 is true: payload.n is 5."]),
        ("!(payload.n == 5 || payload.d == 2)", ["payload.n == 5 is true: payload.n is 5."]),
        ("payload.no == 1", ["payload.no == 1 is false: payload.no is null."]),
        ("payload.b == false", ["payload.b == false is false: payload.b is true."]),
        ("payload.l == payload.no", ["payload.l == payload.no is false: payload.l is [1, 2, 3], payload.no is null."]),
        ("payload.m == payload.n", ["payload.m == payload.n is false: payload.m is a map with a, payload.n is 5."]),
        ("payload.el == payload.no", [
            "payload.el == payload.no is false: payload.el is [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …], payload.no is null.",
        ]),
        ("payload.l.exists(x, x > 3)", ["payload.l.exists(x, x > 3) is false: payload.l is [1, 2, 3]."]),
        ("payload.gone > 1", ["payload.gone > 1 cannot be told: payload.gone is missing."]),
        ("payload.n == 5", []), ("false", ["false is false."]), ("has(payload.x)", ["has(payload.x) is false."]),
    ],
)  # fmt: skip
def test_why_a_rule_does_not_hold(text: str, reasons: list[str]) -> None:
    """The parts that are decisive, with what they saw."""
    assert compile_expression(text).explain(FACTS).reasons() == reasons
