"""Reactors that are not live, compiled to be tried: included in a preview, or run over the past."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, structs

from punchcard import wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.situation import Reactor
from punchcard.errors import Fault
from punchcard.reactors.compiled import CURRENT, compile_reactor
from punchcard.reactors.counter_names import require_counters
from punchcard.reactors.definitions import EventReactorDefinition, EventReactorPatch
from punchcard.reactors.reactors import merged, read_reactor, require_free, stored

OF_TYPE = (
    CURRENT
    + """
    and reactor.event_type_id = $2 and (reactor.state = 'LIVE' or reactor.id = any($3::uuid[]))
    order by version.priority desc, reactor.id
"""
)
FIND = CURRENT + " and reactor.id = any($2::uuid[])"
FIND_TYPE = """
    select type.id, type.name, tenant.time_zone from event_types as type
    join tenants as tenant on tenant.id = type.tenant_id
    where type.tenant_id = $1 and $2 in (type.id::text, type.name)
"""
VERSIONS = "select id from reactor_versions where tenant_id = $1 and reactor_id = $2"


class IncludedView(wire.View, frozen=True):
    """A reactor that is not live, and takes part all the same."""

    id: UUID
    version: int
    name: str
    state: str


async def with_others(
    tx: Tx, tenant_id: UUID, type_id: UUID, ids: Sequence[UUID]
) -> tuple[tuple[Reactor, ...], list[IncludedView]]:
    """Return the reactors of an event type with these, in the order in which they react, and which are not live.

    Raises: Invalid for one that is not there, reacts to another type, or has ended.
    """
    found = {row["id"]: row for row in await tx.fetch(FIND, tenant_id, list(ids))}
    faults = [
        Fault(f"/reactors/{place}", code, detail)
        for place, one in enumerate(ids)
        for code, detail in _refusals(found.get(one), type_id)
    ]
    if faults:
        raise wire.invalid(faults)
    rows = await tx.fetch(OF_TYPE, tenant_id, type_id, list(ids))
    others = [row for row in rows if row["state"] != "LIVE"]
    views = [IncludedView(row["id"], row["version"], row["name"], row["state"]) for row in others]
    return tuple(compile_reactor(row) for row in rows), views


def _refusals(row: Row | None, type_id: UUID) -> list[tuple[str, str]]:
    if row is None:
        return [("reactor_unknown", "There is no such reactor.")]
    if row["event_type_id"] != type_id:
        return [("other_event_type", "This reactor reacts to events of another type.")]
    if row["state"] == "ENDED":
        return [("reactor_ended", "This reactor has ended; include a clone of it.")]
    return []


class Trial(Struct, frozen=True, rename="camel"):
    """A reactor to be tried, as it is kept meanwhile, whatever becomes of the one that it was made from.

    reactor_id, version: which one that was, if any; is_changed: it says otherwise than that version.
    """

    event_type_id: UUID
    event_type: str
    time_zone: str
    name: str
    reactor_id: UUID | None
    version: int | None
    is_changed: bool
    constraint: str | None
    reactions: str
    limits: str
    max_activations: int | None
    activation_context: str
    effective_from: datetime | None
    effective_until: datetime | None
    priority: int = 0

    def compiled(self) -> Reactor:
        """Return it for the kernel: in no group, and with counts of its own."""
        own = {"counter_id": self.reactor_id or UUID(int=0), "version_id": 0, "group_name": None, "group_mode": None}
        own["campaign_id"] = None  # a tranche's reactor is not tried
        return compile_reactor(structs.asdict(self) | own)


async def trial_of_reactor(tx: Tx, tenant_id: UUID, reactor_id: UUID, changes: EventReactorPatch | None) -> Trial:
    """Return a reactor, whatever its state, with changes to be tried. Raises: NotFound."""
    row = await read_reactor(tx, tenant_id, reactor_id)
    require_free(row)
    changed = {} if changes is None else changes.model_dump(exclude_unset=True, exclude={"keep_counts"})
    for name in ("reactions", "limits"):
        if changes is not None and getattr(changes, name) is not None:
            changed[name] = stored(getattr(changes, name))
    await require_counters(tx, tenant_id, changed, "/changes")
    type_row = await tx.fetchrow(FIND_TYPE, tenant_id, str(row["event_type_id"]))
    assert type_row is not None, "a reactor has its type"
    return _trial(type_row, merged(row, changed), reactor_id, row["version"], is_changed=bool(changed))


async def trial_of_definition(tx: Tx, tenant_id: UUID, definition: EventReactorDefinition) -> Trial:
    """Return a reactor that is not there yet. Raises: Invalid when there is no such event type."""
    wanted = definition.event_type
    type_row = await tx.fetchrow(FIND_TYPE, tenant_id, wanted if isinstance(wanted, str) else str(wanted.id))
    if type_row is None:
        raise wire.invalid([Fault("/reactor/eventType", "event_type_unknown", "There is no such event type.")])
    given = definition.model_dump(exclude={"event_type", "state"}, by_alias=False)
    given |= {"reactions": stored(definition.reactions), "limits": stored(definition.limits)}
    await require_counters(tx, tenant_id, given, "/reactor")
    return _trial(type_row, given, None, None, is_changed=False)


def _trial(
    type_row: Row, given: Mapping[str, Any], reactor_id: UUID | None, version: int | None, *, is_changed: bool
) -> Trial:
    constraint, effectivity = given["constraint"], given["effectivity"] or {"start": None, "end": None}
    return Trial(
        type_row["id"], type_row["name"], type_row["time_zone"], given["name"], reactor_id, version, is_changed,
        None if constraint is None else wire.text(constraint), wire.text(given["reactions"]),
        wire.text(given["limits"]), given["max_activations"], given["activation_context"], effectivity["start"],
        effectivity["end"], given["priority"] or 0,
    )  # fmt: skip


async def versions_of(tx: Tx, tenant_id: UUID, reactor_id: UUID | None) -> Collection[int]:
    """Return the numbers of all versions of a reactor."""
    if reactor_id is None:
        return ()
    return frozenset(row["id"] for row in await tx.fetch(VERSIONS, tenant_id, reactor_id))
