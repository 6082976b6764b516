"""What evaluations cost: steps are promised to tenants as a limit, so what each thing takes must stay what it is."""

from typing import Any

import pytest

from punchcard.engine.expression.cost import COST_MAX
from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable, Reason
from punchcard.engine.expression.values import STEPS, STEPS_MAX, spend

FACTS: dict[str, Any] = {
    "payload": {"l": [1, 2, 3], "t": "x" * 100, "m": {"a": 1, "b": [1, 2]}, "n": 5, "none": []},
}

TEXTS: list[tuple[str, int, int, Any]] = [
    ("payload.l == [1, 2, 3]", 4, 7, True), ("payload.l == payload.l", 4, 5, True),
    ("payload.l == [1, 2, 4]", 4, 7, False), ("payload.l == [1, 2]", 4, 6, False),
    ("payload.m == payload.m", 6, 5, True), ("payload.m != payload.m", 6, 5, False),
    ('payload.m == {"a": 1, "c": [1, 2]}', 3, 10, False), ('payload.m == {"a": 2, "b": [1, 2]}', 3, 10, False),
    ("2 in payload.l", 4, 4, True), ("9 in payload.l", 4, 4, False), ("2.0 in payload.l", 4, 4, True),
    ('"a" in payload.m', 0, 4, True), ('"c" in payload.m', 0, 4, False), ("1 in payload.m", 0, 4, False),
    ("true in payload.m", 0, 4, False), ("payload.n in [1, 5]", 3, 6, True), ('payload.t in ["a"]', 0, 5, False),
    ('payload.t + payload.t == ""', 6, 7, False), ("payload.l + payload.l == []", 13, 7, False),
    ("size(payload.l) == 3", 3, 5, True), ("size(payload.t) == 100", 0, 5, True), ("size(payload.m) == 2", 0, 5, True),
    ('payload.t.startsWith("x")', 2, 4, True), ('payload.t.matches("x")', 13, 4, True),
    ('payload.t.contains("y")', 2, 4, False), ("payload.l.sum() == 6", 3, 5, True), ("min(payload.l) == 1", 3, 5, True),
    ("max(1, 2, payload.n) == 5", 0, 7, True), ("payload.t.lowerAscii() == payload.t", 2, 6, True),
    ("payload.l.exists(x, x > 1)", 13, 403, True), ("payload.l.all(x, x > 0)", 13, 403, True),
    ("payload.none.exists(x, x > 1)", 1, 403, False), ("payload.none.all(x, x > 1)", 1, 403, True),
    ("payload.l.filter(x, x > 1) == [2, 3]", 16, 407, True), ("payload.l.map(x, x + 1) == [2, 3, 4]", 17, 408, True),
    ("payload.l.map(x, x > 1, x + 1) == [3, 4]", 25, 707, True), ("payload.l.sum(x, x * 2) == 12", 13, 405, True),
    ("payload.l.exists_one(x, x > 2)", 13, 403, True), ('payload.m.exists(k, k == "a")', 9, 403, True),
    ("payload.l.map(x, payload.l.exists(y, y == x)) == []", 56, 40_405, False),
    ("payload.l.filter(x, x > 1).map(x, x) == []", 21, 606, False), ("[1, 2].map(x, x) == []", 8, 10, False),
    ("[1, 2].filter(x, x > 1).exists(x, x > 1)", 14, 21, True),
    ("payload.l.sum(x, payload.l.sum(y, x * y)) == 36", 52, 40_405, True),
    ("payload.l.map(x, [x].map(y, y).map(z, z)) == []", 38, 905, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "steps", "most", "expected"), TEXTS)
def test_steps(text: str, steps: int, most: int, expected: Any) -> None:
    """So many are taken on these facts, and so many at most are told of the text alone."""
    expression, left = compile_expression(text, outcome=None), [STEPS_MAX]
    assert expression.run({**FACTS, STEPS: left}) is expected
    assert (STEPS_MAX - left[0], expression.cost) == (steps, most)


def test_the_last_step_can_be_taken() -> None:
    """As many steps as there are can be taken, and not one more."""
    left = [3]
    spend({STEPS: left}, 3)
    with pytest.raises(NotEvaluable) as fault:
        spend({STEPS: left}, 1)
    assert (fault.value.reason, STEPS_MAX, COST_MAX) == (Reason.BUDGET, 100_000, 100_000)


def test_what_costs_the_most() -> None:
    """What takes as many steps as are allowed is taken, and what takes one more is refused at its dearest macro."""
    parts = [*["payload.n > 1"] * 91, "payload.b", f"[{', '.join(['1'] * 246)}].exists(x, payload.l.exists(y, y > x))"]
    assert compile_expression(" && ".join(["true", *parts])).cost == COST_MAX
    text = " && ".join(["true", "true", *parts])
    with pytest.raises(ExpressionFault) as fault:
        compile_expression(text)
    assert fault.value.detail.startswith("This may take 100001 steps on lists of 100; 100000 are the most.")
    assert fault.value.place(text).offset == text.index("exists(x")
