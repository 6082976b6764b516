"""Which part of a payload identifies it: the whole, some places and no others, or all but some places.

Places are JSON pointers (RFC 6901). What is missing is not the same as null. A payload with none of the places that
identify it is identified by the whole: otherwise all such payloads would be one and the same.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

MISSING = object()

Steps = tuple[str, ...]
Part = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Identity(Struct, frozen=True):
    """How a payload is cut down to what identifies it. `rule` is one text for each way of doing so."""

    rule: str
    part: Part


def compile_identity(include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Identity | None:
    """Return how a payload is identified by the pointers to include, or else to exclude; None: by the whole."""
    if include:
        chosen = sorted(set(include))
        return Identity("include " + " ".join(map(_word, chosen)), _only(chosen))
    if exclude:
        left_out = sorted(set(exclude))
        return Identity("exclude " + " ".join(map(_word, left_out)), _without([steps(one) for one in left_out]))
    return None


def _word(pointer: str) -> str:
    """Return a pointer without spaces, so that no two lists of them read alike."""
    return pointer.replace("%", "%25").replace(" ", "%20")


def _only(pointers: Sequence[str]) -> Part:
    places = [(pointer, steps(pointer)) for pointer in pointers]

    def part(payload: Mapping[str, Any]) -> Mapping[str, Any]:
        found = {pointer: look_up(payload, way) for pointer, way in places}
        present = {pointer: value for pointer, value in found.items() if value is not MISSING}
        return {"places": present} if present else {"whole": payload}

    return part


def _without(places: Sequence[Steps]) -> Part:
    def part(payload: Mapping[str, Any]) -> Mapping[str, Any]:
        left: Any = payload
        for way in places:
            left = _cut(left, way)
        return {"rest": left} if left else {"whole": payload}

    return part


def steps(pointer: str) -> Steps:
    """Return the steps of a JSON pointer."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def look_up(document: Any, way: Steps) -> Any:
    """Return what stands at a place, or MISSING."""
    found = document
    for step in way:
        if isinstance(found, Mapping) and step in found:
            found = found[step]
        elif isinstance(found, list) and _is_place(step, found):
            found = found[int(step)]
        else:
            return MISSING
    return found


def _is_place(step: str, items: Sequence[Any]) -> bool:
    is_number = step.isascii() and step.isdigit() and (step == "0" or step[0] != "0")
    return is_number and len(step) <= len(str(len(items))) and int(step) < len(items)


def _cut(document: Any, way: Steps) -> Any:
    """Return a document without what stands at a place, which is nulled in a list; the original stays as it is."""
    step, rest = way[0], way[1:]
    if isinstance(document, Mapping) and step in document:
        if not rest:
            return {key: value for key, value in document.items() if key != step}
        return {**document, step: _cut(document[step], rest)}
    if isinstance(document, list) and _is_place(step, document):
        place = int(step)
        return [*document[:place], _cut(document[place], rest) if rest else None, *document[place + 1 :]]
    return document
