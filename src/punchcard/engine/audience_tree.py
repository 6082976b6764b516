"""Criteria as a tree of groups and rules: the form of query builders in a browser.

    group   {"type": "group", "properties": {"conjunction": "AND" | "OR", "not": false}, "children1": [...] | {id: ...}}
    rule    {"type": "rule", "properties": {"field": "points.balance", "operator": "greater", "value": [100]}}

What else such a builder keeps in a node (`id`, `valueSrc`, `valueType`) is passed over, unless it says that a value is
another field or a function. A rule that is not complete is refused: left out, it would widen the audience.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from punchcard.engine.audience import (
    Budget,
    Comparison,
    CriteriaFault,
    Criterion,
    Group,
    Operator,
    read_comparison,
    read_field,
)

ALIASES = {
    "select_equals": Operator.EQUAL,
    "select_not_equals": Operator.NOT_EQUAL,
    "is_empty": Operator.IS_NULL,
    "is_not_empty": Operator.IS_NOT_NULL,
}


def read_tree(tree: Any) -> Criterion:
    """Read criteria. Raises: CriteriaFault."""
    return _read(tree, "", 1, Budget())


def _read(node: Any, pointer: str, depth: int, budget: Budget) -> Criterion:
    budget.take(pointer, depth)
    if not isinstance(node, Mapping):
        raise CriteriaFault(pointer, "Write a group or a rule: an object with its type.")
    kind, properties = node.get("type"), node.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise CriteriaFault(f"{pointer}/properties", "Write an object.")
    if kind == "group":
        return _group(node, properties, pointer, depth, budget)
    if kind == "rule":
        return _rule(properties, f"{pointer}/properties")
    raise CriteriaFault(f"{pointer}/type", "Write group or rule; there are no other kinds of nodes.")


def _group(node: Mapping[str, Any], properties: Mapping[str, Any], pointer: str, depth: int, budget: Budget) -> Group:
    conjunction = properties.get("conjunction", "AND")
    if conjunction not in ("AND", "OR"):
        raise CriteriaFault(f"{pointer}/properties/conjunction", "Write AND or OR.")
    if not isinstance(properties.get("not", False), bool):
        raise CriteriaFault(f"{pointer}/properties/not", "Write true or false.")
    parts = tuple(
        _read(child, f"{pointer}/children1/{key}", depth + 1, budget) for key, child in _children(node, pointer)
    )
    if not parts:
        raise CriteriaFault(
            f"{pointer}/children1", "A group has at least one rule; nobody knows whom an empty one means."
        )
    return Group(conjunction == "AND", properties.get("not", False), parts)


def _children(node: Mapping[str, Any], pointer: str) -> Iterator[tuple[Any, Any]]:
    children = node.get("children1") or []
    if isinstance(children, Mapping):
        return iter(children.items())
    if isinstance(children, list):
        return iter(enumerate(children))
    raise CriteriaFault(f"{pointer}/children1", "Write a list of groups and rules.")


def _rule(properties: Mapping[str, Any], pointer: str) -> Comparison:
    field = read_field(properties.get("field"), f"{pointer}/field")
    named = properties.get("operator")
    operator = ALIASES.get(named) if isinstance(named, str) else None
    if operator is None:
        if named not in set(Operator):
            raise CriteriaFault(f"{pointer}/operator", f"Name an operator: {', '.join((*Operator, *ALIASES))}.")
        operator = Operator(named)
    values = properties.get("value") or []
    if not isinstance(values, list):
        raise CriteriaFault(f"{pointer}/value", "Write a list of values.")
    sources = properties.get("valueSrc") or []
    if not isinstance(sources, list) or any(source not in ("value", None) for source in sources):
        raise CriteriaFault(
            f"{pointer}/valueSrc", "A field is compared with values, not with other fields or functions."
        )
    return read_comparison(field, operator, values, f"{pointer}/value")


def write_tree(criterion: Criterion) -> dict[str, Any]:
    """Return criteria as a tree, whose root is a group."""
    return _write(criterion if isinstance(criterion, Group) else Group(True, False, (criterion,)), "0")


def _write(criterion: Criterion, name: str) -> dict[str, Any]:
    if isinstance(criterion, Group):
        conjunction = "AND" if criterion.is_all else "OR"
        children = [_write(part, f"{name}.{number}") for number, part in enumerate(criterion.parts)]
        properties = {"conjunction": conjunction, "not": criterion.is_negated}
        return {"type": "group", "id": name, "properties": properties, "children1": children}
    values = [plain(value) for value in criterion.values]
    if criterion.operator in (Operator.IN, Operator.NOT_IN):
        values = [values]
    properties = {
        "field": criterion.field.name, "operator": str(criterion.operator), "value": values,
        "valueSrc": ["value"] * len(values),
    }  # fmt: skip
    return {"type": "rule", "id": name, "properties": properties}


def plain(value: Any) -> Any:
    """Return a value of a test as JSON has it."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
