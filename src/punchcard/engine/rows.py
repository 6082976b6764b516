"""Constraints as rows, the form that the console edits: `{all | any | none: [{fact, operator, value} | rows]}`.

They are the same tree as an expression and are compiled by the same code. `fact` is an expression itself, mostly a
path such as `payload.total`; `exists` and `missing` need a path and take no value.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, get_args
from typing import Literal as OneOf

from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.expression.nodes import (
    Binary,
    Call,
    Entries,
    Has,
    Items,
    Literal,
    Logic,
    Name,
    Node,
    Select,
    Unary,
    join,
)
from punchcard.engine.expression.parser import BYTES_MAX, parse
from punchcard.engine.expression.printer import show

ROWS_MAX = 200
DEPTH_MAX = 16
STEP_CHARACTERS_MAX = 60

Group = OneOf["all", "any", "none"]
Rows = dict[str, Any]
GROUPS: tuple[Group, ...] = get_args(Group)
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
TEXTS = ("contains", "startsWith", "endsWith", "matches")
INSTANTS = {"before": "<", "after": ">"}
OPERATORS = (*COMPARISONS, "in", "notIn", "includes", *TEXTS, *INSTANTS, "exists", "missing")


class RowsFault(Exception):
    """The rows cannot be used. `pointer` is a JSON pointer into them; the text says why and what to do."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail


def read_rows(rows: Any) -> Node:
    """Return the tree of `rows`. Raises: RowsFault."""
    tree = _Reader().group(rows, "", 1)
    if len(show(tree).encode(errors="replace")) > BYTES_MAX:
        raise RowsFault("", f"As an expression the rows have more than {BYTES_MAX} bytes; make them fewer.")
    return tree


def each_row(rows: Mapping[str, Any], pointer: str = "") -> Iterator[tuple[str, Node, Node]]:
    """Return the rows that `read_rows` takes, each with its pointer, its fact and all of it."""
    for kind, inside in rows.items():
        for number, row in enumerate(inside):
            at = f"{pointer}/{kind}/{number}"
            if "fact" in row:
                yield at, _fact(row["fact"], at), _row(row, at)
            else:
                yield from each_row(row, at)


class _Reader:
    def __init__(self) -> None:
        self.left = ROWS_MAX

    def group(self, rows: Any, pointer: str, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise RowsFault(pointer, f"The rows are nested deeper than {DEPTH_MAX} levels; make them flatter.")
        if not isinstance(rows, Mapping) or len(rows) != 1 or (kind := next(iter(rows))) not in GROUPS:
            raise RowsFault(pointer, "Write one of all, any and none, with a list of rows.")
        pointer = f"{pointer}/{kind}"
        if not isinstance(rows[kind], list) or not rows[kind]:
            raise RowsFault(pointer, "Write a list of at least one row.")
        nodes = [self.one(row, f"{pointer}/{number}", depth) for number, row in enumerate(rows[kind])]
        return join("&&", nodes) if kind == "all" else join("||", nodes) if kind == "any" else _not(join("||", nodes))

    def one(self, row: Any, pointer: str, depth: int) -> Node:
        self.left -= 1
        if self.left < 0:
            raise RowsFault(pointer, f"There are more than {ROWS_MAX} rows; make them fewer.")
        return _row(row, pointer) if isinstance(row, Mapping) and "fact" in row else self.group(row, pointer, depth + 1)


def _not(node: Node) -> Node:
    return Unary("!", node)


def _row(row: Mapping[str, Any], pointer: str) -> Node:
    operator = row.get("operator")
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise RowsFault(f"{pointer}/operator", f"Write one of {', '.join(OPERATORS)}.")
    fact = _fact(row["fact"], f"{pointer}/fact")
    takes_value = operator not in {"exists", "missing"}
    for unexpected in row.keys() - {"fact", "operator", "value"}:
        raise RowsFault(f"{pointer}/{_step(unexpected)}", "A row has a fact, an operator and a value, nothing else.")
    if takes_value != ("value" in row):
        word = "needs a value; write one" if takes_value else "takes no value; leave it out"
        raise RowsFault(f"{pointer}/value", f"The operator {operator} {word}.")
    if not takes_value:
        return _presence(fact, operator, f"{pointer}/fact")
    return _comparison(fact, operator, row["value"], f"{pointer}/value")


def _fact(text: Any, pointer: str) -> Node:
    if not isinstance(text, str):
        raise RowsFault(pointer, "Write the fact as text, like payload.total.")
    try:
        return parse(text)
    except ExpressionFault as fault:
        raise RowsFault(pointer, f"{fault.detail} (at character {fault.offset + 1})") from None


def _presence(fact: Node, operator: str, pointer: str) -> Node:
    if not isinstance(fact, Select):
        raise RowsFault(pointer, "Name a field here, like payload.coupon.")
    has = Has(fact.of, fact.name)
    return has if operator == "exists" else _not(has)


def _comparison(fact: Node, operator: str, value: Any, pointer: str) -> Node:
    if operator in TEXTS:
        return Call(operator, (fact, _text(value, operator, pointer)))
    if operator in INSTANTS:
        return Binary(INSTANTS[operator], fact, Call("timestamp", (_text(value, operator, pointer),)))
    literal = _literal(value, pointer)
    if operator in COMPARISONS:
        return Binary(operator, fact, literal)
    if operator == "includes":
        return Binary("in", literal, fact)
    if not isinstance(literal, Items):
        raise RowsFault(pointer, f"The operator {operator} takes a list of values.")
    inside = Binary("in", fact, literal)
    return inside if operator == "in" else _not(inside)


def _text(value: Any, operator: str, pointer: str) -> Node:
    if not isinstance(value, str):
        raise RowsFault(pointer, f"The operator {operator} takes text.")
    return _literal(value, pointer)


def _literal(value: Any, pointer: str, depth: int = 1) -> Node:
    if depth > DEPTH_MAX:
        raise RowsFault(pointer, f"The value is nested deeper than {DEPTH_MAX} levels; make it flatter.")
    match value:
        case None | bool() | int() | Decimal() | str():
            return Literal(value)
        case list():
            below = ((element, f"{pointer}/{place}") for place, element in enumerate(value))
            return Items(tuple(_literal(element, at, depth + 1) for element, at in below))
        case dict():
            return Entries(
                tuple(
                    (Literal(key), _literal(element, f"{pointer}/{_step(key)}", depth + 1))
                    for key, element in value.items()
                )
            )
    raise RowsFault(pointer, "Write a JSON value.")


def _step(name: Any) -> str:
    return str(name)[:STEP_CHARACTERS_MAX].replace("~", "~0").replace("/", "~1")


def to_rows(tree: Node) -> Rows | None:
    """Return `tree` as rows, or None when it says something that rows cannot. Inverse of `read_rows`."""
    found = _to_group(tree)
    return {"all": [found]} if found is not None and "fact" in found else found


def _to_group(node: Node) -> Rows | None:
    match node:
        case Logic():
            rows = [_to_group(item) for item in node.items]
            return None if None in rows else {"all" if node.sign == "&&" else "any": rows}
        case Unary(sign="!", of=Has() as has):
            return {"fact": show(Select(has.of, has.name)), "operator": "missing"}
        case Unary(sign="!", of=Binary(sign="in", right=Items()) as inside):
            row = _to_row(inside)
            return None if row is None else row | {"operator": "notIn"}
        case Unary(sign="!"):
            below = _to_group(node.of)
            return None if below is None else {"none": below.get("any", [below])}
    return _to_row(node)


def _to_row(node: Node) -> Rows | None:
    match node:
        case Has():
            return {"fact": show(Select(node.of, node.name)), "operator": "exists"}
        case Call(arguments=(fact, Literal(value=str() as value))) if node.function in TEXTS:
            return {"fact": show(fact), "operator": node.function, "value": value}
        case Binary(sign="<" | ">", right=Call(function="timestamp", arguments=(Literal(value=str() as value),))):
            return {"fact": show(node.left), "operator": "before" if node.sign == "<" else "after", "value": value}
        case Binary(sign="in", right=Name() | Select()) if _is_value(node.left):
            return {"fact": show(node.right), "operator": "includes", "value": _value(node.left)}
        case Binary(sign="in", right=Items()) if _is_value(node.right):
            return {"fact": show(node.left), "operator": "in", "value": _value(node.right)}
        case Binary() if node.sign in COMPARISONS and _is_value(node.right):
            return {"fact": show(node.left), "operator": node.sign, "value": _value(node.right)}
    return None


def _is_value(node: Node) -> bool:
    match node:
        case Literal():
            return True
        case Items():
            return all(map(_is_value, node.items))
        case Entries():
            return all(isinstance(key, Literal) and _is_value(value) for key, value in node.entries)
    return False


def _value(node: Node) -> Any:
    match node:
        case Literal():
            return node.value
        case Items():
            return [_value(item) for item in node.items]
        case Entries():
            return {key.value: _value(value) for key, value in node.entries if isinstance(key, Literal)}
    raise TypeError(node)  # _is_value told that it is one
