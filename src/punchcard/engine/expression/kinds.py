"""What can be told of an expression before any fact is known: that its names exist and that its kinds fit.

A kind is null, bool, number, string, list, map, timestamp, duration, or None where only the facts will tell.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.expression.functions import FUNCTIONS
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
from punchcard.engine.expression.printer import show

Kind = str | None
Facts = Mapping[str, Any]
TYPES: Mapping[str, frozenset[type]] = {
    "null": frozenset({type(None)}),
    "bool": frozenset({bool}),
    "number": frozenset({int, Decimal}),
    "string": frozenset({str}),
    "list": frozenset({list}),
    "map": frozenset({dict}),
    "timestamp": frozenset({datetime}),
    "duration": frozenset({timedelta}),
}
WORDS = {
    "null": "null",
    "bool": "true or false",
    "number": "a number",
    "string": "text",
    "list": "a list",
    "map": "a map",
    "timestamp": "an instant",
    "duration": "a duration",
}
_ADDS = {
    ("number", "number"): "number",
    ("string", "string"): "string",
    ("list", "list"): "list",
    ("timestamp", "duration"): "timestamp",
    ("duration", "timestamp"): "timestamp",
    ("duration", "duration"): "duration",
}
_SUBTRACTS = {
    ("number", "number"): "number",
    ("timestamp", "timestamp"): "duration",
    ("timestamp", "duration"): "timestamp",
    ("duration", "duration"): "duration",
}
_NUMBERS = {("number", "number"): "number"}
_ORDERS = {(kind, kind): "bool" for kind in ("number", "string", "bool", "timestamp", "duration")}
_EQUALS = {(kind, kind): "bool" for kind in WORDS} | {
    pair: "bool" for kind in WORDS for pair in ((kind, "null"), ("null", kind))
}
_IN = {(kind, "list"): "bool" for kind in WORDS} | {("string", "map"): "bool"}
_OPERATORS = {
    "+": _ADDS,
    "-": _SUBTRACTS,
    **dict.fromkeys(("*", "/", "%"), _NUMBERS),
    **dict.fromkeys(("<", "<=", ">", ">="), _ORDERS),
    **dict.fromkeys(("==", "!="), _EQUALS),
    "in": _IN,
}


def declare(names: Collection[str]) -> Facts:
    """Return declared facts as a tree: `event.type` closes `event` to what is declared; `payload` is open."""
    tree: dict[str, Any] = {}
    for name in names:
        here = tree
        for step in name.split("."):
            here = here.setdefault(step, {})
    return tree


def check(tree: Node, facts: Facts) -> Kind:
    """Return the kind of `tree`. Raises: ExpressionFault for an unknown name, or kinds that can never fit."""
    return _Check(facts, frozenset()).kind(tree)


class _Check:
    def __init__(self, facts: Facts, variables: frozenset[str]) -> None:
        self.facts = facts
        self.variables = variables

    def kind(self, node: Node) -> Kind:  # noqa: C901, PLR0911 - a line a shape
        match node:
            case Literal():
                return next(kind for kind, types in TYPES.items() if type(node.value) in types)
            case Name() | Select() | Index():
                return self.read(node)
            case Has():
                self.want("has()", {"map"}, node.of)
                return "bool"
            case Unary():
                wanted = "bool" if node.sign == "!" else "number"
                self.want(node.sign, {wanted}, node.of)
                return wanted
            case Binary():
                return self.operator(node)
            case Logic():
                self.want(node.sign, {"bool"}, *node.items)
                return "bool"
            case Choice():
                self.want("?", {"bool"}, node.condition)
                then, otherwise = self.kind(node.then), self.kind(node.otherwise)
                return then if then == otherwise else None
            case Items():
                self.want("a list", WORDS, *node.items)
                return "list"
            case Entries():
                return self.entries(node)
            case Call():
                return self.call(node)
            case Macro():
                return self.macro(node)

    def want(self, what: str, kinds: Collection[str], *nodes: Node) -> None:
        for node in nodes:
            found = self.kind(node)
            if found is not None and found not in kinds:
                wanted = " or ".join(WORDS[kind] for kind in WORDS if kind in kinds)
                raise ExpressionFault(f"{what} takes {wanted}; {_quote(node)} is {WORDS[found]}.", node.at)

    def read(self, node: Name | Select | Index) -> Kind:
        steps: list[Node] = []
        below: Node = node
        while isinstance(below, (Select, Index)):
            steps.append(below)
            below = below.of
        if not isinstance(below, Name):
            self.kind(below)
        elif below.name not in self.variables:
            self.declared([below, *(step for step in reversed(steps) if isinstance(step, Select))])
        for step in steps:
            if isinstance(step, Index):
                self.want("[ ]", {"number", "string"}, step.key)
        return None

    def declared(self, path: list[Name | Select]) -> None:
        known, so_far = self.facts, ""
        for step in path:
            if step.name not in known:
                raise _unknown(so_far, step.name, known, step.at)
            known, so_far = known[step.name], f"{so_far}.{step.name}" if so_far else step.name
            if not known:
                return

    def operator(self, node: Binary) -> Kind:
        left, right = self.kind(node.left), self.kind(node.right)
        fitting = {
            result
            for (one, two), result in _OPERATORS[node.sign].items()
            if left in {one, None} and right in {two, None}
        }
        if not fitting:
            said = f"{_quote(node.left)} is {WORDS.get(left or '', 'a value')}, {_quote(node.right)} is"
            raise ExpressionFault(f"{node.sign} does not fit: {said} {WORDS.get(right or '', 'a value')}.", node.at)
        return fitting.pop() if len(fitting) == 1 else None

    def entries(self, node: Entries) -> Kind:
        written: set[str] = set()
        for key, value in node.entries:
            self.want("the key of a map", {"string"}, key)
            self.kind(value)
            if isinstance(key, Literal):
                if key.value in written:
                    raise ExpressionFault(f"The key {_quote(key)} stands here twice; leave one out.", key.at)
                written.add(str(key.value))
        return "map"

    def call(self, node: Call) -> Kind:
        function = FUNCTIONS[node.function]
        for place, argument in enumerate(node.arguments):
            self.want(node.function, function.kinds_at(place), argument)
        last = node.arguments[-1]
        if function.prepare is not None and len(node.arguments) == len(function.takes):
            if not isinstance(last, Literal):
                raise ExpressionFault(f'Write what {node.function} takes here as text, like "…".', last.at)
            try:
                function.prepare(str(last.value))
            except ValueError as fault:
                raise ExpressionFault(str(fault), last.at) from None
        return function.result

    def macro(self, node: Macro) -> Kind:
        self.want(node.kind, {"list", "map"}, node.of)
        inside = _Check(self.facts, self.variables | {node.name})
        if node.condition is not None:
            inside.want(node.kind, {"bool"}, node.condition)
        match node.kind:
            case "map":
                inside.kind(node.body)
            case "sum":
                inside.want("sum", {"number"}, node.body)
            case _:
                inside.want(node.kind, {"bool"}, node.body)
        return {"map": "list", "filter": "list", "sum": "number"}.get(node.kind, "bool")


def _unknown(so_far: str, name: str, known: Facts, at: int) -> ExpressionFault:
    near = get_close_matches(name, known, n=1)
    hint = f"is it {near[0]}?" if near else f"there are {', '.join(known)}."
    if so_far:
        return ExpressionFault(f"{so_far} has no {name}; {hint}", at)
    return ExpressionFault(f"There is no fact {name}; {hint}", at)


def _quote(node: Node) -> str:
    text = show(node)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - enough to find it by
