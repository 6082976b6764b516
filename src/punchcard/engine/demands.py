"""What a constraint demands in any case: comparisons of one fact with values written out, all of which have to be true.

They decide nothing by themselves. Where one of them is not true the constraint cannot hold, and so of a thousand
reactors most need not be asked, see `engine.lineup`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from punchcard.engine.expression.nodes import Binary, Items, Literal, Logic, Node
from punchcard.engine.expression.values import NUMBERS
from punchcard.engine.facts import Path, path_of
from punchcard.engine.schema import DRAFT_6

AMONG = "in"
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_BORDERS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


class Demand(Struct, frozen=True):
    """The fact at `path` has to be one of `values` (`in`), or a number on a side of the one value: < <= > >=."""

    path: Path
    sign: str
    values: tuple[Any, ...]


def demands_of(tree: Node) -> tuple[Demand, ...]:
    """Return what an expression demands: of its `&&`, those sides that compare a fact with texts, numbers or truths."""
    sides = tree.items if isinstance(tree, Logic) and tree.sign == "&&" else [tree]
    found: list[Demand] = []
    for side in sides:
        if isinstance(side, Logic) and side.sign == "&&":
            found += demands_of(side)
        elif isinstance(side, Binary):
            found += _of_comparison(side)
    return tuple(found)


def _of_comparison(node: Binary) -> list[Demand]:
    left, right, sign = node.left, node.right, node.sign
    if isinstance(left, Literal) and sign in (*_MIRRORED, "=="):
        left, right, sign = right, left, _MIRRORED.get(sign, sign)
    path = path_of(left)
    if path is None:
        return []
    if sign == "==" and isinstance(right, Literal) and right.value is not None:
        return [Demand(path, AMONG, (right.value,))]
    if sign in _MIRRORED and isinstance(right, Literal) and type(right.value) in NUMBERS:
        return [Demand(path, sign, (right.value,))]
    if sign == "in" and isinstance(right, Items):
        values = [item.value for item in right.items if isinstance(item, Literal) and item.value is not None]
        if len(values) == len(right.items):
            return [Demand(path, AMONG, tuple(values))]
    return []


def demands_of_schema(document: Any) -> tuple[Demand, ...]:
    """Return what a JSON Schema demands of fields of the payload that have to be there."""
    if not isinstance(document, Mapping) or "$ref" in document or document.get("$schema", DRAFT_6) != DRAFT_6:
        return ()  # beside a reference nothing counts; other drafts know other words
    properties, required = document.get("properties"), document.get("required")
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        return ()
    found = []
    for name in required:
        field = properties.get(name)
        if isinstance(field, Mapping) and "$ref" not in field:
            found += _of_field(("payload", name), field)
    return tuple(found)


def _of_field(path: Path, field: Mapping[str, Any]) -> list[Demand]:
    among = [field["const"]] if "const" in field else field.get("enum")
    if isinstance(among, list) and all(isinstance(value, str) for value in among):
        return [Demand(path, AMONG, tuple(among))]
    if field.get("type") not in ("number", "integer"):
        return []  # a border concerns numbers alone, and lets everything else pass
    return [
        Demand(path, sign, (field[word],))
        for word, sign in _BORDERS.items()
        if isinstance(field.get(word), int | Decimal) and not isinstance(field[word], bool)
    ]
