"""An answer without what it said of a person: what remains are ids, types, times and points. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

KEPT = frozenset(
    (
        "id",
        "type",
        "typeVersion",
        "subject",
        "userId",
        "reporter",
        "reportedAt",
        "reactedAt",
        "points",
        "status",
        "version",
    )
)
"""What an object about a member may keep."""

NAMING = ("id", "subject", "userId", "subjectId")
"""Where an object says which member it is about."""


def is_about(value: Any, ids: Collection[str]) -> bool:
    """Tell whether a JSON object says that it is about one of the members; `user: {id}` says so too."""
    if not isinstance(value, Mapping):
        return False
    user = value.get("user")
    return any(value.get(name) in ids for name in NAMING) or (isinstance(user, Mapping) and user.get("id") in ids)


def without(value: Any, ids: Collection[str]) -> Any:
    """Return JSON whose objects about the members keep nothing that names or describes them."""
    if is_about(value, ids):
        return {name: below for name, below in value.items() if name in KEPT}
    if isinstance(value, Mapping):
        return {name: without(below, ids) for name, below in value.items()}
    if isinstance(value, list):
        return [without(below, ids) for below in value]
    return value
