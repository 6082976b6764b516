"""From a checked tree to closures over the facts.

`Compiler()` makes what decides; `Compiler(around)` wraps each node, which is how a trace is taken: by the same code.
Paths, and comparisons of anything with a value written out, have closures of their own: rules consist of them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from punchcard.engine.expression import macros
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable, Reason
from punchcard.engine.expression.functions import FUNCTIONS, STRING
from punchcard.engine.expression.kinds import TYPES
from punchcard.engine.expression.logic import all_of, any_of, choice, inverse
from punchcard.engine.expression.nodes import (
    Binary,
    Call,
    Choice,
    Entries,
    Has,
    Index,
    Items,
    Literal,
    Logic,
    Macro,
    Name,
    Node,
    Select,
    Unary,
)
from punchcard.engine.expression.paths import element, has_field, read_path, select
from punchcard.engine.expression.values import (
    ARITHMETIC,
    COMPARE,
    NUMBERS,
    ORDER,
    Environment,
    contains,
    negate,
    same,
    spend,
    wrong_kind,
)

Evaluate = Callable[[Environment], Any]
Around = Callable[[Node, Evaluate], Evaluate]

# A step of the budget walks this many characters: a comparison of memory, and a search by a pattern.
_CHARACTERS_A_STEP = 64
_CHARACTERS_A_STEP_OF_PATTERN = 8


class Compiler:
    """Makes closures of nodes."""

    def __init__(self, around: Around | None = None) -> None:
        self.around = around

    def compile(self, node: Node) -> Evaluate:
        """Return what evaluates `node`. Raises: ExpressionFault for an instant or duration that cannot be read."""
        run = self._build(node)
        return run if self.around is None or _is_written(node) else self.around(node, run)

    def _build(self, node: Node) -> Evaluate:  # noqa: C901, PLR0911 - a line a shape
        match node:
            case Literal():
                return _constant(node.value)
            case Name() | Select():
                return self._path(node)
            case Index():
                return _index(self.compile(node.of), self.compile(node.key))
            case Has():
                return has_field(self.container(node.of), node.name)
            case Unary():
                of = self.compile(node.of)
                return inverse(of) if node.sign == "!" else lambda environment: negate(of(environment))
            case Binary():
                return self._binary(node)
            case Logic():
                return (all_of if node.sign == "&&" else any_of)([self.compile(item) for item in node.items])
            case Choice():
                return choice(*map(self.compile, (node.condition, node.then, node.otherwise)))
            case Items():
                items = [self.compile(item) for item in node.items]
                return lambda environment: [item(environment) for item in items]
            case Entries():
                return _entries([(self.compile(key), self.compile(value)) for key, value in node.entries])
            case Call():
                return self._call(node)
            case Macro():
                condition = None if node.condition is None else self.compile(node.condition)
                return macros.build(node, self.compile(node.of), self.compile(node.body), condition)

    def container(self, node: Node) -> Evaluate:
        """Compile what is only looked into; where it is a path, it is too large and too plain to be noted."""
        return self._path(node) if isinstance(node, (Name, Select)) else self.compile(node)

    def _path(self, node: Name | Select) -> Evaluate:
        names: list[str] = []
        below: Node = node
        while isinstance(below, Select):
            names.append(below.name)
            below = below.of
        if isinstance(below, Name):
            return read_path(below.name, names[::-1])
        return select(self.compile(node.of), node.name) if isinstance(node, Select) else read_path(node.name, [])

    def _binary(self, node: Binary) -> Evaluate:
        left, sign = self.compile(node.left), node.sign
        if isinstance(node.right, Literal) and sign in _WITH_CONSTANT:
            special = _WITH_CONSTANT[sign](left, sign, node.right.value)
            if special is not None:
                return special
        if sign == "in" and (texts := texts_of(node.right)) is not None:
            return _in_texts(left, texts)
        right = self.compile(node.right)
        match sign:
            case "==":
                return lambda environment: same(left(environment), right(environment), environment)
            case "!=":
                return lambda environment: not same(left(environment), right(environment), environment)
            case "in":
                return lambda environment: contains(right(environment), left(environment), environment)
        if sign in ORDER:
            order = ORDER[sign]
            return lambda environment: order(left(environment), right(environment))
        operation = ARITHMETIC[sign]
        return lambda environment: operation(left(environment), right(environment), environment)

    def _call(self, node: Call) -> Evaluate:
        function = FUNCTIONS[node.function]
        last = node.arguments[-1]
        if function.prepare is not None and len(node.arguments) == len(function.takes):
            prepared = _constant(function.prepare(str(last.value)) if isinstance(last, Literal) else None)
            return _call(node, [self.compile(argument) for argument in node.arguments[:-1]], [prepared])
        call = _call(node, [self.compile(argument) for argument in node.arguments], [])
        if _is_written(node) and isinstance(last, Literal):
            try:
                return _constant(function.call(last.value))
            except NotEvaluable as fault:
                raise ExpressionFault(f"{fault.detail}.", last.at) from None
        return call


def _is_written(node: Node) -> bool:
    """Tell whether it is a value written out, a fixed instant or duration among them."""
    return isinstance(node, Literal) or (
        isinstance(node, Call) and node.function in {"timestamp", "duration"} and isinstance(node.arguments[0], Literal)
    )


def _constant(value: Any) -> Evaluate:
    return lambda _: value


def _order_with(left: Evaluate, sign: str, constant: Any) -> Evaluate | None:
    compare, kind = COMPARE[sign], type(constant)
    if kind is not str and kind not in NUMBERS:
        return None
    kinds = NUMBERS if kind in NUMBERS else {kind}
    order = ORDER[sign]

    def compare_with(environment: Environment) -> Any:
        value = left(environment)
        # What Python gives for numbers and for texts is what we mean; ORDER tells what is wrong with others.
        return compare(value, constant) if type(value) in kinds else order(value, constant)

    return compare_with


def _equal_to(left: Evaluate, sign: str, constant: Any) -> Evaluate:
    kinds = NUMBERS if type(constant) in NUMBERS else {type(constant)}
    wanted = sign == "=="

    def equal_to(environment: Environment) -> bool:
        value = left(environment)
        return (type(value) in kinds and value == constant) is wanted

    return equal_to


_WITH_CONSTANT: Mapping[str, Callable[[Evaluate, str, Any], Evaluate | None]] = {
    **dict.fromkeys(COMPARE, _order_with),
    "==": _equal_to,
    "!=": _equal_to,
}


def texts_of(node: Node) -> frozenset[str] | None:
    """Return the texts of a list that has nothing but texts written out."""
    values = [item.value if isinstance(item, Literal) else None for item in getattr(node, "items", ())]
    if isinstance(node, Items) and all(isinstance(value, str) for value in values):
        return frozenset(map(str, values))
    return None


def _in_texts(left: Evaluate, texts: frozenset[str]) -> Evaluate:
    def is_in(environment: Environment) -> bool:
        value = left(environment)
        return type(value) is str and value in texts

    return is_in


def _index(of: Evaluate, key: Evaluate) -> Evaluate:
    return lambda environment: element(of(environment), key(environment))


def _entries(entries: list[tuple[Evaluate, Evaluate]]) -> Evaluate:
    def evaluate(environment: Environment) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in entries:
            name = key(environment)
            if type(name) is not str:
                raise wrong_kind("the key of a map", name)
            if name in made:
                raise NotEvaluable(Reason.KIND, f"the key {name[:60]!r} stands in a map twice")
            made[name] = value(environment)
        return made

    return evaluate


def _call(node: Call, arguments: list[Evaluate], prepared: list[Evaluate]) -> Evaluate:
    function, name = FUNCTIONS[node.function], node.function
    call = function.call
    kinds = [frozenset[type]().union(*(TYPES[kind] for kind in function.kinds_at(i))) for i in range(len(arguments))]
    walks = function.takes[0] <= STRING
    characters = _CHARACTERS_A_STEP_OF_PATTERN if name == "matches" else _CHARACTERS_A_STEP

    def evaluate(environment: Environment) -> Any:
        values = [argument(environment) for argument in arguments]
        for value, takes in zip(values, kinds, strict=True):
            if type(value) not in takes:
                raise wrong_kind(name, value)
        if walks:
            spend(environment, len(values[0]) // characters + 1)
        elif type(values[0]) is list:
            spend(environment, len(values[0]))
        return call(*values, *(constant(environment) for constant in prepared))

    return evaluate
