"""From a tree back to text: the least parentheses, one way of writing each thing. `parse(show(tree)) == tree`."""

import re
from decimal import Decimal

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

KEYWORDS = frozenset({"true", "false", "null", "in"})
LEVELS = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "in"), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%"), 5),
}
"""How tightly each operator binds; the higher, the tighter."""

UNARY, MEMBER = 6, 7
Value = bool | int | Decimal | str | None
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNSEEN = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029]')


def show(node: Node, least: int = 0) -> str:
    """Write `node`; in parentheses when it binds less tightly than `least`."""
    text, level = _show(node)
    return f"({text})" if level < least else text


def show_text(value: str) -> str:
    """Write a text as a literal."""
    return '"' + _UNSEEN.sub(_escape, value) + '"'


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found.group()) or f"\\u{ord(found.group()):04x}"


def _show(node: Node) -> tuple[str, int]:  # noqa: C901, PLR0911, PLR0912 - a line a shape
    match node:
        case Literal():
            return _literal(node.value)
        case Name():
            return node.name, MEMBER
        case Select():
            return show(node.of, MEMBER) + _field(node.name), MEMBER
        case Index():
            return f"{show(node.of, MEMBER)}[{show(node.key)}]", MEMBER
        case Has():
            return f"has({show(node.of, MEMBER)}{_field(node.name)})", MEMBER
        case Unary():
            return node.sign + show(node.of, MEMBER), UNARY
        case Binary():
            level = LEVELS[node.sign]
            return f"{show(node.left, level)} {node.sign} {show(node.right, level + 1)}", level
        case Logic():
            level = LEVELS[node.sign]
            return f" {node.sign} ".join(show(item, level + 1) for item in node.items), level
        case Choice():
            return f"{show(node.condition, 1)} ? {show(node.then, 1)} : {show(node.otherwise)}", 0
        case Items():
            return f"[{_list(node.items)}]", MEMBER
        case Entries():
            return "{" + ", ".join(f"{show(key)}: {show(value)}" for key, value in node.entries) + "}", MEMBER
        case Call():
            return _call(node), MEMBER
        case Macro():
            inside = [node.name, *(show(part) for part in (node.condition, node.body) if part is not None)]
            return f"{show(node.of, MEMBER)}.{node.kind}({', '.join(inside)})", MEMBER


def _literal(value: Value) -> tuple[str, int]:
    if isinstance(value, str):
        return show_text(value), MEMBER
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value], MEMBER
    text = str(value)
    return text, UNARY if text.startswith("-") else MEMBER


def _field(name: str) -> str:
    if _IDENTIFIER.fullmatch(name) and name not in KEYWORDS:
        return f".{name}"
    return f"[{show_text(name)}]"


def _call(node: Call) -> str:
    if FUNCTIONS[node.function].method and node.function != "size":
        return f"{show(node.arguments[0], MEMBER)}.{node.function}({_list(node.arguments[1:])})"
    return f"{node.function}({_list(node.arguments)})"


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(show(node) for node in nodes)
