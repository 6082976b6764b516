"""What a schema refers to: only itself, and never in a circle that consumes nothing.

A recursive schema (a tree) is fine, since each turn goes one level down in the payload. `$ref` to `$ref`, or a
reference inside `allOf` back to its own schema, would turn for ever on the same value and is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str, ...]
Found = tuple[str, str]
"""A JSON pointer into the schema, and a sentence."""

# Keywords whose subschemas judge the very same value.
_SAME_ONE = ("not", "if", "then", "else")
_SAME_LIST = ("allOf", "anyOf", "oneOf")
_SAME_MAP = ("dependentSchemas", "dependencies")
# Keywords whose subschemas judge something inside it.
_BELOW_ONE = (
    "items", "additionalItems", "additionalProperties", "propertyNames", "contains",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
)  # fmt: skip
_BELOW_LIST = ("items", "prefixItems")
_BELOW_MAP = ("properties", "patternProperties", "definitions", "$defs")


def find_fault(document: Any) -> Found | None:
    """Return the first reference that may not be, or None."""
    done: set[Path] = set()
    stack: list[Path] = [()]
    while stack:
        path = stack.pop()
        if path in done:
            continue
        done.add(path)
        node = _at(document, path)
        fault = _refused(node, path, document) or _circle(document, path)
        if fault:
            return fault
        stack += [step for step, _ in _edges(document, path)]
    return None


def _refused(node: Any, path: Path, document: Any) -> Found | None:
    if not isinstance(node, Mapping):
        return None
    for keyword in ("$dynamicRef", "$recursiveRef"):
        if keyword in node:
            return _pointer((*path, keyword)), f"{keyword} is not taken; use $ref."
    if path and any(isinstance(node.get(key), str) for key in ("$id", "id")):
        return _pointer(path), "A part with an $id of its own is not taken; refer to it by #/$defs/…."
    reference = node.get("$ref")
    if reference is not None and _target(document, reference) is None:
        return (
            _pointer((*path, "$ref")),
            f"{str(reference)[:100]!r} is not a place in this schema; references start with # and nothing is fetched.",
        )
    return None


def _circle(document: Any, start: Path) -> Found | None:
    stack, seen = [step for step, same in _edges(document, start) if same], set[Path]()
    while stack:
        path = stack.pop()
        if path == start:
            return _pointer(start), "The schema refers to itself without going down into the value."
        if path not in seen:
            seen.add(path)
            stack += [step for step, same in _edges(document, path) if same]
    return None


def _edges(document: Any, path: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the subschemas of the schema at `path`, and whether each judges the same value."""
    node = _at(document, path)
    if not isinstance(node, Mapping):
        return
    target = _target(document, node.get("$ref"))
    if target is not None:
        yield target, True
    keywords: tuple[str, ...]
    for keywords, same in ((_SAME_ONE, True), (_BELOW_ONE, False)):
        yield from (((*path, key), same) for key in keywords if isinstance(node.get(key), Mapping))
    for keywords, same in ((_SAME_LIST, True), (_BELOW_LIST, False)):
        for key in keywords:
            if isinstance(node.get(key), list):
                yield from (((*path, key, str(index)), same) for index in range(len(node[key])))
    for keywords, same in ((_SAME_MAP, True), (_BELOW_MAP, False)):
        for key in keywords:
            if isinstance(node.get(key), Mapping):
                yield from (((*path, key, name), same) for name in node[key])


def _target(document: Any, reference: Any) -> Path | None:
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    if reference == "#":
        return ()
    if not reference.startswith("#/"):
        return _anchor(document, reference[1:], ())
    path = tuple(step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/"))
    try:
        _at(document, path)
    except (KeyError, IndexError, ValueError, TypeError):
        return None
    return path


def _anchor(node: Any, name: str, path: Path) -> Path | None:
    if isinstance(node, Mapping):
        if node.get("$anchor") == name:
            return path
        below: Any = node.items()
    elif isinstance(node, list):
        below = enumerate(node)
    else:
        return None
    found = (_anchor(child, name, (*path, str(key))) for key, child in below)
    return next((hit for hit in found if hit is not None), None)


def _at(document: Any, path: Path) -> Any:
    node = document
    for step in path:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


def _pointer(path: Path) -> str:
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)
