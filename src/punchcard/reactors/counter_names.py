"""The counters that rules name: they have to be there when a rule is saved, and to stay as long as it may react."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from punchcard import wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.constraint import ConstraintFault, is_rows
from punchcard.engine.counters import FIELDS, What
from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.expression.parser import parse
from punchcard.engine.facts import counters_in
from punchcard.errors import Fault

# Held, so that none is deleted or changed before the rule that names it is there.
NAMES = """
    select counter.name, version.what from counters as counter
    join counter_versions as version on version.tenant_id = counter.tenant_id and version.counter_id = counter.id
        and version.version = counter.version
    where counter.tenant_id = $1 and counter.deleted_at is null order by counter.id
"""
HOLD = NAMES.replace("where", "where counter.name = any($2::text[]) and") + " for share of counter"
NAMING = """
    select version.name, version."constraint", version.reactions from reactors as reactor
    join reactor_versions as version on version.tenant_id = reactor.tenant_id and version.reactor_id = reactor.id
        and version.version = reactor.version
    where reactor.tenant_id = $1 and reactor.state <> 'ENDED'
      and (position($2 in version."constraint"::text) > 0 or position($2 in version.reactions::text) > 0)
    order by reactor.id
"""

KEYS = ("awaits", "activates", "cancels")
"""What of a reaction is an expression by itself."""

Kinds = Mapping[str, str]
"""What each counter counts, by its name."""


async def require_counters(tx: Tx, tenant_id: UUID, given: Mapping[str, Any], under: str = "") -> None:
    """Refuse a rule that names a counter which is not there, or has not what is asked of it. Raises: Invalid."""
    named = {text for _, text in _texts(given) if "counters" in text}
    if not named:
        return
    asked = {path[0] for text in named for path, _ in counters_in(parse(text)) if path}
    await tx.fetch(HOLD, tenant_id, sorted(asked))
    kinds = await read_kinds(tx, tenant_id)
    faults = []
    for pointer, text in _texts(given):
        try:
            require_known(text, kinds)
        except ExpressionFault as fault:
            place = fault.place(text)
            detail = f"Line {place.line}, column {place.column}: {fault.detail}"
            faults.append(Fault(under + pointer, "counter_unknown", detail))
    if faults:
        raise wire.invalid(faults)


async def read_kinds(tx: Tx, tenant_id: UUID) -> Kinds:
    """Return what each counter of a tenant counts."""
    return {row["name"]: row["what"] for row in await tx.fetch(NAMES, tenant_id)}


def require_known(text: str, kinds: Kinds) -> None:
    """Refuse an expression that names a counter which is not there. Raises: ExpressionFault."""
    if "counters" not in text:
        return
    for path, places in counters_in(parse(text)):
        if not path:
            raise ExpressionFault("Name one of the counters, such as counters.visits.count.", places[0])
        name, *below = path
        if name not in kinds:
            there = f"there are {', '.join(sorted(kinds))}" if kinds else "create it first, at /v1/counters/"
            raise ExpressionFault(f"There is no counter {name}; {there}.", places[1])
        fields = FIELDS[What(kinds[name])]
        if below and not any(field == ".".join(below) or field.startswith(".".join(below) + ".") for field in fields):
            raise ExpressionFault(
                f"The counter {name} has no {'.'.join(below)}; it has {', '.join(fields)}.", places[2]
            )


def require_known_in(constraint: wire.Json | str, kinds: Kinds) -> None:
    """Refuse a constraint in any form that names a counter which is not there. Raises: ConstraintFault."""
    for pointer, text in _texts({"constraint": constraint}):
        try:
            require_known(text, kinds)
        except ExpressionFault as fault:
            place = fault.place(text) if isinstance(constraint, str) else None
            raise ConstraintFault(fault.detail, pointer.removeprefix("/constraint"), place) from None


async def reactors_naming(tx: Tx, tenant_id: UUID, name: str) -> list[str]:
    """Return the names of the reactors, but for those that have ended, whose rules name a counter."""
    return [
        row["name"]
        for row in await tx.fetch(NAMING, tenant_id, name)
        if any(path[:1] == (name,) for _, text in _texts(_decoded(row)) for path, _ in counters_in(parse(text)))
    ]


def _decoded(row: Row) -> dict[str, Any]:
    constraint = row["constraint"]
    return {
        "constraint": None if constraint is None else wire.decode(constraint.encode()),
        "reactions": wire.decode(row["reactions"].encode()),
    }


def _texts(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the expressions of a reactor, each with its pointer: its constraint's, and those of its reactions."""
    constraint = _plain(given.get("constraint"))
    if isinstance(constraint, str):
        yield "/constraint", constraint
    elif constraint is not None and is_rows(constraint):
        yield from _facts_of(constraint, "/constraint")
    for place, reaction in enumerate(_plain(given.get("reactions")) or []):
        yield from (
            (f"/reactions/{place}/{name}", reaction[name]) for name in KEYS if isinstance(reaction.get(name), str)
        )
        yield from _expressions(reaction.get("points"), f"/reactions/{place}/points")


def _plain(value: Any) -> Any:
    return wire.decode(bytes(value)) if isinstance(value, msgspec.Raw) else value


def _facts_of(rows: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(rows, dict) and isinstance(rows.get("fact"), str):
        yield f"{pointer}/fact", rows["fact"]
    elif isinstance(rows, dict):
        for name, inside in rows.items():
            for place, one in enumerate(inside):
                yield from _facts_of(one, f"{pointer}/{name}/{place}")


def _expressions(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Return what is written as `{type: EXPRESSION, value}` (or PAYLOAD_QUERY) anywhere in a derivation."""
    if (
        isinstance(value, dict)
        and value.get("type") in ("EXPRESSION", "PAYLOAD_QUERY")
        and isinstance(value.get("value"), str)
    ):
        yield f"{pointer}/value", value["value"]
    elif isinstance(value, dict):
        for name, below in value.items():
            yield from _expressions(below, f"{pointer}{wire.pointer([name])}")
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from _expressions(below, f"{pointer}/{place}")
