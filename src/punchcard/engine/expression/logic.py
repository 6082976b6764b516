"""Truth: `!`, `&&`, `||` and the choice between two."""

from collections.abc import Callable
from typing import Any

from punchcard.engine.expression.faults import NotEvaluable
from punchcard.engine.expression.values import Environment, wrong_kind

Evaluate = Callable[[Environment], Any]


def inverse(of: Evaluate) -> Evaluate:
    """Return what is true where `of` is false."""

    def evaluate(environment: Environment) -> bool:
        value = of(environment)
        if value is True or value is False:
            return not value
        raise wrong_kind("!", value)

    return evaluate


def all_of(items: list[Evaluate]) -> Evaluate:
    """Return what is false as soon as one item is, whatever is wrong with the others; the first fault otherwise."""
    return _joined(items, "&&", decisive=False)


def any_of(items: list[Evaluate]) -> Evaluate:
    """Return what is true as soon as one item is, whatever is wrong with the others; the first fault otherwise."""
    return _joined(items, "||", decisive=True)


def _joined(items: list[Evaluate], sign: str, *, decisive: bool) -> Evaluate:
    otherwise = not decisive

    def evaluate(environment: Environment) -> bool:
        first = None
        for item in items:
            try:
                value: object = item(environment)
            except NotEvaluable as fault:
                first = first or fault.args
                continue
            if value is decisive:
                return decisive
            if value is not otherwise:
                first = first or wrong_kind(sign, value).args
        if first is not None:
            raise NotEvaluable(*first)
        return otherwise

    return evaluate


def choice(condition: Evaluate, then: Evaluate, otherwise: Evaluate) -> Evaluate:
    """Return what evaluates the side that is chosen, and no other."""

    def evaluate(environment: Environment) -> Any:
        chosen = condition(environment)
        if chosen is True:
            return then(environment)
        if chosen is False:
            return otherwise(environment)
        raise wrong_kind("?", chosen)

    return evaluate
