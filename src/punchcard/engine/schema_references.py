"""What a schema refers to: only itself, and never in a circle that consumes nothing.

A recursive schema (a tree) is fine, since each turn goes one level down in the payload. `$ref` to `$ref`, or a
reference inside `allOf` back to its own schema, would turn for ever on the same value and is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from punchcard.engine.schema_cost import Path, Subschema, costs_too_much, in_order

Found = tuple[str, str]
"""A JSON pointer into the schema, and a sentence."""

# Keywords whose subschemas judge the very same value.
_SAME_ONE = ("not", "if", "then", "else")
_SAME_LIST = ("allOf", "anyOf", "oneOf")
_SAME_MAP = ("dependentSchemas", "dependencies")
# Keywords whose subschemas judge something inside it: each of them, or those that are not named beside.
_EVERY = {"propertyNames": "name", "contains": "item", "contentSchema": "name"}
_REST = {
    "additionalProperties": "property", "unevaluatedProperties": "property",
    "additionalItems": "item", "unevaluatedItems": "item", "items": "item",
}  # fmt: skip
_NAMED_LIST = ("prefixItems", "items")
_UNUSED_MAP = ("definitions", "$defs")


def find_fault(document: Any) -> Found | None:
    """Return the first reference that may not be, or what makes the schema too costly; None when it can be used."""
    named = dict(anchors(document, ()))
    parts: dict[Path, Subschema] = {}
    stack: list[Path] = [()]
    while stack:
        path = stack.pop()
        if path in parts:
            continue
        node = at(document, path)
        fault = _refused(node, path, document, named)
        if fault:
            return fault
        parts[path] = _subschema(node, path, document, named)
        stack += [*parts[path].everything(), *_unused(node, path)]
    order, circle = in_order(parts)
    if circle is not None:
        return _pointer(circle), "The schema refers to itself without going down into the value."
    if costs_too_much(parts, order):
        return "", "The schema judges one value too often; let its parts refer to each other less."
    return None


def _refused(node: Any, path: Path, document: Any, named: Mapping[str, Path]) -> Found | None:
    if not isinstance(node, dict):
        return None
    for keyword in ("$dynamicRef", "$recursiveRef"):
        if keyword in node:
            return _pointer((*path, keyword)), f"{keyword} is not taken; use $ref."
    if path and any(isinstance(node.get(key), str) for key in ("$id", "id")):
        return _pointer(path), "A part with an $id of its own is not taken; refer to it by #/$defs/…."
    reference = node.get("$ref")
    if reference is not None and target(document, reference, named) is None:
        return (
            _pointer((*path, "$ref")),
            f"{str(reference)[:100]!r} is not a place in this schema; references start with # and nothing is fetched.",
        )
    return None


def _subschema(node: Any, path: Path, document: Any, named: Mapping[str, Path]) -> Subschema:
    """Return what leads on from the schema at `path`."""
    part = Subschema()
    if not isinstance(node, dict):
        return part
    referred = target(document, node.get("$ref"), named)
    part.same += [referred] if referred is not None else []
    part.same += [(*path, key) for key in _SAME_ONE if isinstance(node.get(key), dict)]
    for key in _SAME_LIST:
        part.same += [(*path, key, str(index)) for index in range(len(_list(node, key)))]
    for key in _SAME_MAP:
        part.same += [(*path, key, name) for name in _map(node, key)]
    for key, kind in _EVERY.items():
        if isinstance(node.get(key), dict):
            part.at(kind).every.append((*path, key))
    for key, kind in _REST.items():
        if isinstance(node.get(key), dict):
            part.at(kind).rest.append((*path, key))
    _add_named(part, node, path)
    return part


def _add_named(part: Subschema, node: Mapping[str, Any], path: Path) -> None:
    part.at("property").named.update({name: (*path, "properties", name) for name in _map(node, "properties")})
    part.at("property").every += [(*path, "patternProperties", name) for name in _map(node, "patternProperties")]
    for key in _NAMED_LIST:
        part.at("item").named.update({str(n): (*path, key, str(n)) for n in range(len(_list(node, key)))})


def _unused(node: Any, path: Path) -> list[Path]:
    """Return the definitions, which must be sound even where nothing refers to them."""
    if not isinstance(node, dict):
        return []
    return [(*path, key, name) for key in _UNUSED_MAP for name in _map(node, key)]


def _map(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def _list(node: Mapping[str, Any], key: str) -> list[Any]:
    found = node.get(key)
    return found if isinstance(found, list) else []


def target(document: Any, reference: Any, named: Mapping[str, Path]) -> Path | None:
    """Return the place that a reference names, or None. `named` are the document's anchors."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    if reference == "#":
        return ()
    if not reference.startswith("#/"):
        return named.get(reference[1:])
    path = tuple(step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/"))
    try:
        at(document, path)
    except (KeyError, IndexError, ValueError, TypeError):
        return None
    return path


def anchors(node: Any, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield every anchor with its place; a later one of the same name does not count."""
    if isinstance(node, dict):
        below: Any = node.items()
    elif isinstance(node, list):
        below = enumerate(node)
    else:
        return
    for key, child in below:
        if isinstance(child, (dict, list)):
            yield from anchors(child, (*path, str(key)))
    if isinstance(node, dict) and isinstance(node.get("$anchor"), str):
        yield node["$anchor"], path


def at(document: Any, path: Path) -> Any:
    """Return what stands at a place of the document."""
    node = document
    for step in path:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


def _pointer(path: Path) -> str:
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)
