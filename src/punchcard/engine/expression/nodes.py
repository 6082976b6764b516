"""The tree of an expression. `at` is where a node begins in the text; it plays no part in equality."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal as OneOf


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out: null, true, 12.50, "text"."""

    value: bool | int | Decimal | str | None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A fact's root, such as `payload`, or the variable of a macro."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Select:
    """A field of a map: `of.name`, or `of["name"]`."""

    of: "Node"
    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """An element of a list or a map: `of[key]`."""

    of: "Node"
    key: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Has:
    """Whether a map has a field: `has(of.name)`."""

    of: "Node"
    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`!of`, or `-of`; minus before a number written out is part of the literal."""

    sign: OneOf["!", "-"]
    of: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, a comparison, or `in`."""

    sign: str
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`&&` or `||` of two or more, none of which is a Logic with the same sign."""

    sign: str
    items: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? then : otherwise`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out."""

    items: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Entries:
    """A map written out."""

    entries: tuple[tuple["Node", "Node"], ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function's call; what stands before the dot of a method is the first argument."""

    function: str
    arguments: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Macro:
    """`of.kind(name, body)` for each element in turn; with a `condition`, only for those that meet it."""

    kind: str
    of: "Node"
    name: str
    body: "Node"
    condition: "Node | None" = None
    at: int = field(default=0, compare=False)


Node = (
    Literal | Name | Select | Index | Has | Unary | Binary | Logic | Choice | Items | Entries | Call | Macro
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911 - a line a shape
    """Return the nodes directly below, in the order of the text."""
    match node:
        case Select() | Has() | Unary():
            return (node.of,)
        case Index():
            return (node.of, node.key)
        case Binary():
            return (node.left, node.right)
        case Logic() | Items():
            return node.items
        case Choice():
            return (node.condition, node.then, node.otherwise)
        case Entries():
            return tuple(part for entry in node.entries for part in entry)
        case Call():
            return node.arguments
        case Macro():
            return (node.of, node.body) if node.condition is None else (node.of, node.condition, node.body)
    return ()


def walk(tree: Node) -> Iterator[tuple[Node, int]]:
    """Return every node with its depth, from 1; without recursion, since a text can make very deep trees."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((below, depth + 1) for below in children(node))


def join(sign: str, items: list[Node], at: int = 0) -> Node:
    """Return the conjunction or disjunction of `items`, flat; a single one stands for itself."""
    flat: list[Node] = []
    for item in items:
        if isinstance(item, Logic) and item.sign == sign:
            flat.extend(item.items)
        else:
            flat.append(item)
    return flat[0] if len(flat) == 1 else Logic(sign, tuple(flat), at)


def minus(of: Node, at: int = 0) -> Node:
    """Return `-of`, folded when it is a number written out."""
    if isinstance(of, Literal) and isinstance(of.value, (int, Decimal)) and not isinstance(of.value, bool):
        value = of.value
        return Literal(-value if isinstance(value, int) else value.copy_negate() if value else value, at)
    return Unary("-", of, at)
