"""Reading facts: fields and elements, and what to say when they are not there."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from punchcard.engine.expression.faults import NotEvaluable, Reason
from punchcard.engine.expression.values import NUMBERS, Environment, kind_of

Evaluate = Callable[[Environment], Any]
_MISSING = Reason.MISSING


def read_path(root: str, names: list[str]) -> Evaluate:
    """Return what reads `root.name.name…`; most facts lie one or two below the root."""
    lost = _lost(root, names)
    match names:
        case []:

            def read(environment: Environment) -> Any:
                try:
                    return environment[root]
                except KeyError as fault:
                    raise lost(environment, fault) from None

        case [first]:

            def read(environment: Environment) -> Any:
                try:
                    return environment[root][first]
                except (KeyError, TypeError) as fault:
                    raise lost(environment, fault) from None

        case _:

            def read(environment: Environment) -> Any:
                try:
                    found = environment[root]
                    for name in names:
                        found = found[name]
                except (KeyError, TypeError) as fault:
                    raise lost(environment, fault) from None
                return found

    return read


def _lost(root: str, names: list[str]) -> Callable[[Environment, Exception], NotEvaluable]:
    """Return what tells which step of a path is not there; mostly the key says it, and nothing is walked."""
    path = [root, *names]
    details = {
        name: f"{'.'.join(path[: place + 1])} is missing" for place, name in enumerate(path) if path.count(name) == 1
    }

    def lost(environment: Environment, fault: Exception) -> NotEvaluable:
        if type(fault) is KeyError and fault.args[0] in details:
            return NotEvaluable(_MISSING, details[fault.args[0]])
        found: Any = environment
        for place, name in enumerate(path):
            if not isinstance(found, Mapping):
                return NotEvaluable(Reason.KIND, f"{'.'.join(path[:place])} is {kind_of(found)}, which has no fields")
            if name not in found:
                return NotEvaluable(_MISSING, f"{'.'.join(path[: place + 1])} is missing")
            found = found[name]
        return NotEvaluable(_MISSING, f"{'.'.join(path)} is missing")

    return lost


def select(of: Evaluate, name: str) -> Evaluate:
    """Return what reads the field `name` of what `of` comes to."""

    def read(environment: Environment) -> Any:
        found = of(environment)
        if not isinstance(found, dict):
            raise NotEvaluable(Reason.KIND, f"{kind_of(found)} has no field {name}")
        try:
            return found[name]
        except KeyError:
            raise NotEvaluable(Reason.MISSING, f"the field {name} is missing") from None

    return read


def has_field(of: Evaluate, name: str) -> Evaluate:
    """Return what tells whether the map that `of` comes to has the field `name`."""

    def evaluate(environment: Environment) -> bool:
        found = of(environment)
        if not isinstance(found, dict):
            raise NotEvaluable(Reason.KIND, f"has() looks for {name} in {kind_of(found)}, which has no fields")
        return name in found

    return evaluate


def element(of: Any, key: Any) -> Any:
    """Return an element of a list by its number from 0, or of a map by its key. Raises: NotEvaluable."""
    if isinstance(of, dict):
        if type(key) is str and key in of:
            return of[key]
        raise NotEvaluable(Reason.MISSING, f"the key {str(key)[:60]} is missing")
    if type(of) is not list or type(key) not in NUMBERS:
        raise NotEvaluable(Reason.KIND, f"{kind_of(of)} has no element under {kind_of(key)}")
    if isinstance(key, Decimal):
        if key.adjusted() > len(str(len(of))) or key != int(key):
            raise NotEvaluable(Reason.MISSING, "a list has no such element")
        key = int(key)
    if not 0 <= key < len(of):
        raise NotEvaluable(Reason.MISSING, f"a list of {len(of)} has no element {key if key < 10**9 else 'so high'}")
    return of[key]
