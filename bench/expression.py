"""What it costs to evaluate a constraint: CPU an evaluation, beside CEL and a JSON Schema that say the same.

What is compared with what was committed is their ratio to CEL's: microseconds are the machine's own.
"""

import gc
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from cel_expr_python import cel

from bench.table import Figure, Table
from punchcard.engine.constraint import compile_constraint
from punchcard.engine.expression.expression import compile_expression

ROUNDS = 9
SECONDS = 0.05
THREE = 'payload.total >= 50 && payload.channel == "web" && user.tier == "GOLD"'
SCHEMA = {
    "properties": {"total": {"minimum": 50}, "channel": {"const": "web"}, "tier": {"const": "GOLD"}},
    "required": ["total", "channel", "tier"],
}
ITEMS = 'payload.items.exists(item, item.brand == "Private" && item.price > 100)'
AIM = "≤ 2 µs"
COMPARED = ("three comparisons, all true", "three comparisons, a fraction among the facts")
CEL = "the same, by cel-expr-python"


def facts(**payload: Any) -> dict[str, Any]:
    """Return the facts of an event."""
    items = [{"brand": "Private", "price": Decimal(number)} for number in range(20)]
    return {
        "payload": {"total": Decimal("59.90"), "channel": "web", "items": items, **payload},
        "event": {"type": "PURCHASE"},
        "user": {"tier": "GOLD"},
        "wallet": {"balance": 100},
    }


def microseconds(run: Callable[[], Any]) -> float:
    """Return the CPU of one call: the best of several rounds, since other work only takes away."""
    count, spent = 1, 0.0
    while spent < SECONDS / 4:
        count *= 2
        spent = _spent(run, count)
    count = int(count * SECONDS / spent)
    return min(_spent(run, count) for _ in range(ROUNDS)) / count * 1e6


def _spent(run: Callable[[], Any], count: int) -> float:
    started = time.process_time()
    for _ in range(count):
        run()
    return time.process_time() - started


def cases() -> list[tuple[str, Callable[[], Any], str]]:
    """Return what is measured: its name, the call, and what is needed of it."""
    three, items = compile_expression(THREE), compile_expression(ITEMS)
    per_item = compile_expression("payload.items.sum(item, item.price * 2)", outcome="number")
    whole, fraction = facts(total=60), facts()
    low, elsewhere, unknown = facts(total=10), facts(total=60, channel="app"), facts(total=60)
    del unknown["user"]
    schema = compile_constraint(SCHEMA)
    assert schema is not None
    flat = {"total": 60, "channel": "web", "tier": "GOLD"}
    plain = {"payload": {"total": 60, "channel": "web"}, "user": {"tier": "GOLD"}}
    theirs = cel.NewEnv(variables={"payload": cel.Type.DYN, "user": cel.Type.DYN}).compile(THREE)
    return [
        (COMPARED[0], lambda: three.holds(whole), AIM),
        (COMPARED[1], lambda: three.holds(fraction), AIM),
        ("three comparisons, the first false", lambda: three.holds(low), AIM),
        ("three comparisons, the second false", lambda: three.holds(elsewhere), AIM),
        ("three comparisons, a fact missing", lambda: three.holds(unknown), ""),
        ("the same, with its trace", lambda: three.explain(whole), ""),
        ("the same, as a JSON Schema", lambda: schema.holds(flat), ""),
        (CEL, lambda: theirs.eval(data=plain).value(), ""),
        ("exists over 20 items, none of them", lambda: items.holds(fraction), ""),
        ("sum over 20 items", lambda: per_item.number(fraction), ""),
        ("to compile three comparisons", lambda: compile_expression(THREE), ""),
    ]


def by_expression() -> Table:
    """Measure all cases, without the collector, which has nothing to collect."""
    gc.disable()
    try:
        empty, spent = (
            min(microseconds(lambda: None) for _ in range(3)),
            {name: microseconds(run) for name, run, _ in cases()},
        )
    finally:
        gc.enable()
    rows = [[name, f"{spent[name]:.2f} µs", aim] for name, _, aim in cases()]
    rows.append(["an empty call, which each of them holds", f"{empty:.2f} µs", ""])
    figures = {f"{name}, to CEL": Figure(round(spent[name] / spent[CEL], 3), more=False) for name in COMPARED}
    return Table("The CPU of a constraint", ["What", "CPU", "Needed"], rows, figures)
