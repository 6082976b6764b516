"""Reactors: rules that react to events of one type, as a sequence of immutable versions.

Owns `reactors` and `reactor_versions`. An edit makes a new version and keeps the counts, unless it is told not to; what
a reactor goes through besides is in lifecycle.py.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag
from punchcard.errors import Conflict, Fault, NotFound
from punchcard.reactors import activations
from punchcard.reactors.compiled import CURRENT
from punchcard.reactors.counter_names import require_counters
from punchcard.reactors.definitions import EventReactorDefinition, EventReactorPatch
from punchcard.reactors.limits import GroupView
from punchcard.reactors.references import require_references

LOCK = "select from reactors where tenant_id = $1 and id = $2 for no key update"
FIND_TYPE = "select id from event_types where tenant_id = $1 and $2 in (id::text, name)"
INSERT = "insert into reactors (tenant_id, id, event_type_id, state) values ($1, $2, $3, $4)"
OWN = "update reactors set owner_type = 'TRANCHE', owner_id = $3, campaign_id = $4 where tenant_id = $1 and id = $2"
INSERT_VERSION = """
    insert into reactor_versions (tenant_id, reactor_id, version, name, description, "constraint", reactions,
                                  max_activations, activation_context, effective_from, effective_until, priority,
                                  limits, group_name, group_mode, counter_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""
OTHER_MODE = """
    select version.group_mode from reactors as reactor
    join reactor_versions as version on version.tenant_id = reactor.tenant_id
        and version.reactor_id = reactor.id and version.version = reactor.version
    where reactor.tenant_id = $1 and reactor.event_type_id = $2 and reactor.id <> $3 and reactor.state <> 'ENDED'
      and version.group_name = $4 and version.group_mode <> $5
    limit 1
"""
UPDATE = "update reactors set version = $3, updated_at = clock_timestamp() where tenant_id = $1 and id = $2"
END = """
    update reactors set state = 'ENDED', ended_at = coalesce(ended_at, clock_timestamp()),
                        updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2
"""
FILTERS = {
    "name": Filter("version.name = {}"),
    "eventType": Filter("reactor.event_type_id::text = {}"),
    "isEnded": Filter("(reactor.ended_at is not null) = {}", read_flag),
    "state": Filter("reactor.state = {}"),
}


class EventTypeReference(wire.View, frozen=True):
    """The event type that a reactor reacts to."""

    id: UUID


class ReactorView(wire.View, frozen=True):
    """A reactor in one of its versions.

    state: DRAFT, PAUSED or ENDED as it was put there; else SCHEDULED, LIVE or ENDED by its effectivity. isLocked: it
    belongs to the tranche that `ownerId` names, and is changed with that alone.
    """

    id: UUID
    version: int
    state: str
    name: str
    description: str | None
    event_type: EventTypeReference
    constraint: msgspec.Raw | None
    reactions: msgspec.Raw
    max_activations: int | None
    activation_context: str
    effectivity: wire.EffectivityView | None
    priority: int
    limits: msgspec.Raw
    group: GroupView | None
    ended_at: str | None
    created_at: str
    updated_at: str
    is_locked: bool = False
    owner_type: str | None = None
    owner_id: UUID | None = None


async def create_reactor(db: Db, tenant_id: UUID, definition: EventReactorDefinition) -> ReactorView:
    """Create a reactor; it reacts from now on, or is a draft. Raises: Invalid when there is no such event type."""
    wanted = definition.event_type
    asked = wanted if isinstance(wanted, str) else str(wanted.id)
    reactor_id = clock.new_id()

    async def body(tx: Tx) -> ReactorView:
        type_id = await tx.fetchval(FIND_TYPE, tenant_id, asked)
        if type_id is None:
            raise wire.invalid([Fault("/eventType", "event_type_unknown", "There is no such event type.")])
        await require_references(tx, tenant_id, definition.reactions)
        await tx.execute(INSERT, tenant_id, reactor_id, type_id, definition.state)
        given = definition.model_dump(exclude={"event_type", "state"}, by_alias=False) | {"counter_id": reactor_id}
        given |= {"reactions": stored(definition.reactions), "limits": stored(definition.limits)}
        await insert_version(tx, tenant_id, type_id, reactor_id, 1, given)
        return view(await read_reactor(tx, tenant_id, reactor_id))

    return await db.run(body)


async def list_reactors(db: Db, tenant_id: UUID, listing: Listing) -> Page[ReactorView]:
    """List the reactors, ended ones too."""
    return await listed(db, listing, CURRENT, [tenant_id], FILTERS, view, id_column="reactor.id", order="ASC")


async def get_reactor(db: Db, tenant_id: UUID, id: UUID) -> ReactorView:
    """Return one reactor."""
    async with db.transaction(snapshot=True) as tx:
        return view(await read_reactor(tx, tenant_id, id))


async def patch_reactor(
    db: Db, tenant_id: UUID, id: UUID, definition: EventReactorPatch, expected: wire.Expected
) -> ReactorView:
    """Make a new version of a reactor. Raises: NotFound, Conflict when it has ended, PreconditionFailed."""

    async def body(tx: Tx) -> ReactorView:
        require_free(await read_reactor(tx, tenant_id, id, lock=True))
        return await change_reactor(tx, tenant_id, id, definition, expected)

    return await db.run(body)


async def change_reactor(
    tx: Tx, tenant_id: UUID, id: UUID, definition: EventReactorPatch, expected: wire.Expected = wire.ANY_VERSION
) -> ReactorView:
    """Make a new version of a reactor, whoever it belongs to. Raises: NotFound, Conflict, PreconditionFailed."""
    changed = definition.model_dump(exclude_unset=True, exclude={"keep_counts"})
    if definition.reactions is not None:
        changed["reactions"] = stored(definition.reactions)
    if definition.limits is not None:
        changed["limits"] = stored(definition.limits)
    if not definition.keep_counts:
        changed["counter_id"] = clock.new_id()
    row = await read_reactor(tx, tenant_id, id, lock=True)
    wire.require_version(row["version"], expected)
    if row["ended_at"] is not None:
        raise Conflict("The reactor has ended; resume it, or clone it.")
    await require_references(tx, tenant_id, definition.reactions or ())
    if changed:
        await new_version(tx, row, changed)
    return view(await read_reactor(tx, tenant_id, id))


async def end_reactor(db: Db, tenant_id: UUID, id: UUID) -> ReactorView:
    """End a reactor: it reacts no more, and stays readable. Ending it again changes nothing."""

    async def body(tx: Tx) -> ReactorView:
        require_free(await read_reactor(tx, tenant_id, id, lock=True))
        await close_reactor(tx, tenant_id, id)
        return view(await read_reactor(tx, tenant_id, id))

    return await db.run(body)


async def close_reactor(tx: Tx, tenant_id: UUID, id: UUID) -> None:
    """End a reactor, whoever it belongs to."""
    await tx.execute(END, tenant_id, id)


async def give_to_tranche(tx: Tx, tenant_id: UUID, id: UUID, tranche_id: UUID, campaign_id: UUID | None) -> None:
    """Let a reactor belong to a tranche; with a campaign it reacts to members alone who came by that."""
    await tx.execute(OWN, tenant_id, id, tranche_id, campaign_id)


def require_free(row: Row) -> None:
    """Refuse to change a reactor that belongs to something else. Raises: Conflict."""
    if row["owner_id"] is not None:
        raise Conflict(
            f"This reactor belongs to the tranche {row['owner_id']}, and is changed with that: "
            "PATCH or DELETE /v1/campaigns/{campaign_id}/tranches/{id}."
        )


async def read_reactor(tx: Tx, tenant_id: UUID, reactor_id: UUID, *, lock: bool = False) -> Row:
    """Return a reactor's current version, as READ gives it. Raises: NotFound."""
    if lock:  # a statement of its own, so that the next one sees what was committed while it waited
        await tx.execute(LOCK, tenant_id, reactor_id)
    row = await tx.fetchrow(f"{CURRENT} and reactor.id = $2", tenant_id, reactor_id)
    if row is None:
        raise NotFound("There is no such reactor.")
    return row


async def new_version(tx: Tx, row: Row, changed: dict[str, Any]) -> None:
    """Make the next version of a reactor, which the caller holds, out of one of its versions and changes."""
    number = row["current"] + 1
    await insert_version(tx, row["tenant_id"], row["event_type_id"], row["id"], number, merged(row, changed))
    await tx.execute(UPDATE, row["tenant_id"], row["id"], number)


async def insert_version(
    tx: Tx, tenant_id: UUID, type_id: UUID, reactor_id: UUID, version: int, given: dict[str, Any]
) -> None:
    """Write a version. Raises: Invalid when others of its group choose in another way, or it names no counter."""
    await require_counters(tx, tenant_id, given)
    effectivity = given["effectivity"] or {"start": None, "end": None}
    group = given["group"] or {"name": None, "mode": None}
    other = await tx.fetchval(OTHER_MODE, tenant_id, type_id, reactor_id, group["name"], group["mode"])
    if other is not None:
        detail = f"Other reactors of this group choose by {other}: write the same, or another name."
        raise wire.invalid([Fault("/group/mode", "group_mode", detail)])
    constraint = given["constraint"]
    await tx.execute(
        INSERT_VERSION, tenant_id, reactor_id, version, given["name"], given["description"],
        None if constraint is None else wire.text(constraint), wire.text(given["reactions"]),
        given["max_activations"], given["activation_context"], effectivity["start"], effectivity["end"],
        given["priority"], wire.text(given["limits"]), group["name"], group["mode"], given["counter_id"],
    )  # fmt: skip
    if given["activation_context"] != "SUBJECT":
        await activations.start(tx, tenant_id, given["counter_id"])


def stored(definitions: Sequence[wire.Definition]) -> list[Any]:
    """Return definitions as they are kept: what was given of them."""
    return [definition.model_dump(by_alias=True, exclude_unset=True) for definition in definitions]


def merged(row: Row, changed: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of another version: what was given, else what stands."""
    kept: dict[str, Any] = {
        "name": row["name"],
        "description": row["description"],
        "constraint": wire.raw_or_none(row["constraint"]),
        "reactions": wire.raw(row["reactions"]),
        "max_activations": row["max_activations"],
        "activation_context": row["activation_context"],
        "effectivity": {"start": row["effective_from"], "end": row["effective_until"]},
        "priority": row["priority"],
        "limits": wire.raw(row["limits"]),
        "group": {"name": row["group_name"], "mode": row["group_mode"]},
        "counter_id": row["counter_id"],
    }
    never_none = {"name", "reactions", "activation_context", "priority", "limits"}
    return kept | {name: value for name, value in changed.items() if value is not None or name not in never_none}


def view(row: Row) -> ReactorView:
    """Return what an administrator sees of a version."""
    effectivity = None
    if row["effective_from"] is not None:
        effectivity = wire.EffectivityView(
            wire.rfc3339(row["effective_from"]), wire.rfc3339_or_none(row["effective_until"])
        )
    return ReactorView(
        row["reactor_id"], row["version"], row["shown_state"], row["name"], row["description"],
        EventTypeReference(row["event_type_id"]),
        wire.raw_or_none(row["constraint"]), wire.raw(row["reactions"]), row["max_activations"],
        row["activation_context"], effectivity, row["priority"], wire.raw(row["limits"]),
        None if row["group_name"] is None else GroupView(row["group_name"], row["group_mode"]),
        wire.rfc3339_or_none(row["ended_at"]),
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]),
        row["owner_id"] is not None, row["owner_type"], row["owner_id"],
    )  # fmt: skip
