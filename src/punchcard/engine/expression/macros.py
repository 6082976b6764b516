"""The macros: what asks something of each element of a list, or of each key of a map.

`exists` and `all` take in faults as `||` and `&&` do; the others pass on the first one. Each round is paid for
before the first, so that what an evaluation costs does not depend on where it stops.
"""

from collections.abc import Callable, Iterator
from typing import Any

from punchcard.engine.expression.cost import round_cost
from punchcard.engine.expression.faults import NotEvaluable
from punchcard.engine.expression.nodes import Macro
from punchcard.engine.expression.values import NUMBERS, Environment, Number, add_numbers, spend, wrong_kind

Evaluate = Callable[[Environment], Any]
Rounds = Callable[[Environment], Iterator[tuple[Any, dict[str, Any]]]]


def build(node: Macro, of: Evaluate, body: Evaluate, condition: Evaluate | None) -> Evaluate:
    """Return what evaluates a macro."""
    rounds = _rounds(node, of)
    match node.kind:
        case "exists":
            return _search(rounds, body, node.kind, looks_for=True)
        case "all":
            return _search(rounds, body, node.kind, looks_for=False)
        case "exists_one":
            return lambda environment: sum(1 for _ in _chosen(rounds, body, node.kind, environment)) == 1
        case "filter":
            return lambda environment: [element for element, _ in _chosen(rounds, body, node.kind, environment)]
        case "sum":
            return _sum(rounds, body)
    if condition is None:
        return lambda environment: [body(inner) for _, inner in rounds(environment)]
    return lambda environment: [body(inner) for _, inner in _chosen(rounds, condition, node.kind, environment)]


def _rounds(node: Macro, of: Evaluate) -> Rounds:
    kind, name, price = node.kind, node.name, round_cost(node)

    def rounds(environment: Environment) -> Iterator[tuple[Any, dict[str, Any]]]:
        elements = of(environment)
        if type(elements) is not list and not isinstance(elements, dict):
            raise wrong_kind(kind, elements)
        spend(environment, len(elements) * price + 1)
        inner = dict(environment)
        for element in elements:
            inner[name] = element
            yield element, inner

    return rounds


def _chosen(
    rounds: Rounds, condition: Evaluate, kind: str, environment: Environment
) -> Iterator[tuple[Any, dict[str, Any]]]:
    for element, inner in rounds(environment):
        holds = condition(inner)
        if holds is True:
            yield element, inner
        elif holds is not False:
            raise wrong_kind(kind, holds)


def _search(rounds: Rounds, body: Evaluate, kind: str, *, looks_for: bool) -> Evaluate:
    def evaluate(environment: Environment) -> bool:
        first = None
        for _, inner in rounds(environment):
            try:
                found = body(inner)
            except NotEvaluable as fault:
                first = first or fault.args
                continue
            if found is looks_for:
                return found is True
            if found is not True and found is not False:
                first = first or wrong_kind(kind, found).args
        if first is not None:
            raise NotEvaluable(*first)
        return not looks_for

    return evaluate


def _sum(rounds: Rounds, body: Evaluate) -> Evaluate:
    def evaluate(environment: Environment) -> Number:
        total: Number = 0
        for _, inner in rounds(environment):
            value = body(inner)
            if type(value) not in NUMBERS:
                raise wrong_kind("sum", value)
            total = add_numbers(total, value)
        return total

    return evaluate
