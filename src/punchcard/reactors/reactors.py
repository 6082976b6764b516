"""Reactors: rules that react to events of one type, as a sequence of immutable versions.

Owns `reactors` and `reactor_versions`. An edit makes a new version and keeps the counts; ending a reactor is final.
"""

from typing import Any
from uuid import UUID

import msgspec

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, page, read_flag, select
from punchcard.engine.constraint import compile_constraint
from punchcard.engine.situation import Reactor
from punchcard.errors import Conflict, Fault, NotFound
from punchcard.reactors import activations
from punchcard.reactors.definitions import EventReactorDefinition, EventReactorPatch, compile_reactions

READ = """
    select reactor.id, reactor.tenant_id, reactor.event_type_id, reactor.version, reactor.ended_at,
           reactor.created_at, reactor.updated_at, version.id as version_id, version.name, version.description,
           version."constraint", version.reactions, version.max_activations, version.activation_context,
           version.effective_from, version.effective_until
    from reactors as reactor
    join reactor_versions as version on version.tenant_id = reactor.tenant_id
        and version.reactor_id = reactor.id and version.version = reactor.version
    where reactor.tenant_id = $1
"""
LOCK = "select from reactors where tenant_id = $1 and id = $2 for no key update"
FIND_TYPE = "select id from event_types where tenant_id = $1 and $2 in (id::text, name)"
INSERT = "insert into reactors (tenant_id, id, event_type_id) values ($1, $2, $3)"
INSERT_VERSION = """
    insert into reactor_versions (tenant_id, reactor_id, version, name, description, "constraint", reactions,
                                  max_activations, activation_context, effective_from, effective_until)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
UPDATE = "update reactors set version = $3, updated_at = clock_timestamp() where tenant_id = $1 and id = $2"
END = """
    update reactors set ended_at = coalesce(ended_at, clock_timestamp()), updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2
"""
FILTERS = {
    "name": Filter("version.name = {}"),
    "eventType": Filter("reactor.event_type_id::text = {}"),
    "isEnded": Filter("(reactor.ended_at is not null) = {}", read_flag),
}


class EventTypeReference(wire.View, frozen=True):
    """The event type that a reactor reacts to."""

    id: UUID


class ReactorView(wire.View, frozen=True):
    """A reactor in its current version."""

    id: UUID
    version: int
    name: str
    description: str | None
    event_type: EventTypeReference
    constraint: msgspec.Raw | None
    reactions: msgspec.Raw
    max_activations: int | None
    activation_context: str
    effectivity: wire.EffectivityView | None
    ended_at: str | None
    created_at: str
    updated_at: str


async def create_reactor(db: Db, tenant_id: UUID, definition: EventReactorDefinition) -> ReactorView:
    """Create a reactor; it reacts from now on. Raises: Invalid when there is no such event type."""
    wanted = definition.event_type
    asked = wanted if isinstance(wanted, str) else str(wanted.id)
    reactor_id = clock.new_id()

    async def body(tx: Tx) -> ReactorView:
        type_id = await tx.fetchval(FIND_TYPE, tenant_id, asked)
        if type_id is None:
            raise wire.invalid([Fault("/eventType", "event_type_unknown", "There is no such event type.")])
        await tx.execute(INSERT, tenant_id, reactor_id, type_id)
        given = definition.model_dump(exclude={"event_type"}, by_alias=False)
        given["reactions"] = _stored_reactions(definition.reactions)
        await _insert_version(tx, tenant_id, reactor_id, 1, given)
        return _view(await _read(tx, tenant_id, reactor_id))

    return await db.run(body)


async def list_reactors(db: Db, tenant_id: UUID, listing: Listing) -> Page[ReactorView]:
    """List the reactors, ended ones too."""
    sql, arguments = select(listing, READ, [tenant_id], FILTERS, id_column="reactor.id", order="ASC")
    return page(listing, await db.fetch(sql, *arguments), _view)


async def get_reactor(db: Db, tenant_id: UUID, id: UUID) -> ReactorView:
    """Return one reactor."""
    async with db.transaction(snapshot=True) as tx:
        return _view(await _read(tx, tenant_id, id))


async def patch_reactor(
    db: Db, tenant_id: UUID, id: UUID, definition: EventReactorPatch, expected: wire.Expected
) -> ReactorView:
    """Make a new version of a reactor. Raises: NotFound, Conflict when it has ended, PreconditionFailed."""
    changed = definition.model_dump(exclude_unset=True)
    if definition.reactions is not None:
        changed["reactions"] = _stored_reactions(definition.reactions)

    async def body(tx: Tx) -> ReactorView:
        row = await _read(tx, tenant_id, id, lock=True)
        wire.require_version(row["version"], expected)
        if row["ended_at"] is not None:
            raise Conflict("The reactor has ended; create a new one from it.")
        if changed:
            await _insert_version(tx, tenant_id, id, row["version"] + 1, _merged(row, changed))
            await tx.execute(UPDATE, tenant_id, id, row["version"] + 1)
        return _view(await _read(tx, tenant_id, id))

    return await db.run(body)


async def end_reactor(db: Db, tenant_id: UUID, id: UUID) -> ReactorView:
    """End a reactor: it reacts no more, and stays readable. Ending it again changes nothing."""

    async def body(tx: Tx) -> ReactorView:
        await _read(tx, tenant_id, id, lock=True)
        await tx.execute(END, tenant_id, id)
        return _view(await _read(tx, tenant_id, id))

    return await db.run(body)


async def load_reactors(tx: Tx, tenant_id: UUID) -> dict[UUID, tuple[Reactor, ...]]:
    """Return every live reactor, compiled, by event type and in the order of creation."""
    live: dict[UUID, tuple[Reactor, ...]] = {}
    for row in await tx.fetch(READ + " and reactor.ended_at is null order by reactor.id", tenant_id):
        live[row["event_type_id"]] = (*live.get(row["event_type_id"], ()), compile_reactor(row))
    return live


def compile_reactor(row: Row) -> Reactor:
    """Compile one version, as READ gives it."""
    constraint = None if row["constraint"] is None else compile_constraint(wire.decode(row["constraint"].encode()))
    return Reactor(
        row["id"], row["version_id"], constraint, compile_reactions(wire.decode(row["reactions"].encode())),
        row["max_activations"], row["activation_context"] != "SUBJECT", row["effective_from"], row["effective_until"],
    )  # fmt: skip


async def _read(tx: Tx, tenant_id: UUID, reactor_id: UUID, *, lock: bool = False) -> Row:
    if lock:  # a statement of its own, so that the next one sees what was committed while it waited
        await tx.execute(LOCK, tenant_id, reactor_id)
    row = await tx.fetchrow(f"{READ} and reactor.id = $2", tenant_id, reactor_id)
    if row is None:
        raise NotFound("There is no such reactor.")
    return row


async def _insert_version(tx: Tx, tenant_id: UUID, reactor_id: UUID, version: int, given: dict[str, Any]) -> None:
    effectivity = given["effectivity"] or {"start": None, "end": None}
    constraint = given["constraint"]
    await tx.execute(
        INSERT_VERSION, tenant_id, reactor_id, version, given["name"], given["description"],
        None if constraint is None else wire.text(constraint), wire.text(given["reactions"]),
        given["max_activations"], given["activation_context"], effectivity["start"], effectivity["end"],
    )  # fmt: skip
    if given["activation_context"] != "SUBJECT":
        await activations.start(tx, tenant_id, reactor_id)


def _stored_reactions(reactions: list[Any]) -> list[Any]:
    return [reaction.model_dump(by_alias=True, exclude_unset=True) for reaction in reactions]


def _merged(row: Row, changed: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the next version: what was given, else what stands."""
    kept: dict[str, Any] = {
        "name": row["name"],
        "description": row["description"],
        "constraint": wire.raw_or_none(row["constraint"]),
        "reactions": wire.raw(row["reactions"]),
        "max_activations": row["max_activations"],
        "activation_context": row["activation_context"],
        "effectivity": {"start": row["effective_from"], "end": row["effective_until"]},
    }
    never_none = {"name", "reactions", "activation_context"}
    return kept | {name: value for name, value in changed.items() if value is not None or name not in never_none}


def _view(row: Row) -> ReactorView:
    effectivity = None
    if row["effective_from"] is not None:
        effectivity = wire.EffectivityView(
            wire.rfc3339(row["effective_from"]), wire.rfc3339_or_none(row["effective_until"])
        )
    return ReactorView(
        row["id"], row["version"], row["name"], row["description"], EventTypeReference(row["event_type_id"]),
        wire.raw_or_none(row["constraint"]), wire.raw(row["reactions"]), row["max_activations"],
        row["activation_context"], effectivity, wire.rfc3339_or_none(row["ended_at"]),
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]),
    )  # fmt: skip
