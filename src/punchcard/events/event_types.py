"""Event types: what may be reported, by whom, and what its payload must look like.

Owns `event_types` and `event_type_versions`. A change of description or schema makes a new immutable version; every
event names the version that judged it. An archived type (`isActive` false) takes no events and can be taken up again.
"""

from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from pydantic import Field

from punchcard import clock, wire
from punchcard.access import secrets
from punchcard.access.keyring import Keyring
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, page, read_flag, select
from punchcard.engine.schema import SchemaFault, compile_schema
from punchcard.errors import EventTypeUnknown, Fault, Forbidden, NameTaken, SchemaRefused
from punchcard.events.intrinsic_types import INTRINSIC_TYPES

Name = Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[A-Z]+(_[A-Z]+)*$")]
Description = Annotated[str, Field(min_length=2, max_length=1024, pattern=r"^[\x00-\x7F]+$")]
Nothing = Annotated[tuple[Any, ...], Field(max_length=0, description="not taken yet: leave it out or empty")]


class EventTypeDefinition(wire.Definition):
    """A new event type. `isPrivate`: reported with its secret and a subject, not by end users."""

    name: Name
    description: Description
    schema_: wire.Json | None = Field(None, alias="schema", description="JSON Schema of the payload")
    is_private: wire.Flag
    is_active: wire.Flag = True
    omit_from_user_activity: wire.Flag = False
    enhancers: Nothing = ()
    meta_type_mappings: Nothing = ()


class EventTypePatch(wire.Definition):
    """What to change of an event type; a field that is left out stays."""

    name: Name | None = None
    description: Description | None = None
    schema_: wire.Json | None = Field(
        None, alias="schema", description="JSON Schema of the payload; null takes it away"
    )
    is_active: wire.Flag | None = None
    is_private: wire.Flag | None = None
    omit_from_user_activity: wire.Flag | None = None
    enhancers: Nothing = ()
    meta_type_mappings: Nothing = ()


class EventTypeView(wire.View, frozen=True):
    """An event type in its current version."""

    id: UUID
    name: str
    description: str
    is_private: bool
    is_intrinsic: bool
    is_active: bool
    omit_from_user_activity: bool
    version: int
    schema: msgspec.Raw | None
    created_at: str
    updated_at: str


READ = """
    select type.*, version.description, version.schema, version.omit_from_user_activity
    from event_types as type
    join event_type_versions as version on version.tenant_id = type.tenant_id
        and version.event_type_id = type.id and version.version = type.version
    where type.tenant_id = $1
"""
LOCK = "select from event_types where tenant_id = $1 and $2 in (id::text, name) for no key update"
FILTERS = {
    "name": Filter("type.name = {}"),
    "isActive": Filter("type.is_active = {}", read_flag),
    "isPrivate": Filter("type.is_private = {}", read_flag),
    "isIntrinsic": Filter("type.is_intrinsic = {}", read_flag),
}
INSERT = """
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic, is_active) values ($1, $2, $3, $4, $5, $6)
"""
INSERT_VERSION = """
    insert into event_type_versions (tenant_id, event_type_id, version, description, schema, omit_from_user_activity)
    values ($1, $2, $3, $4, $5, $6)
"""
UPDATE = """
    update event_types set name = $3, is_private = $4, is_active = $5, version = $6, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2
"""


async def create_event_type(
    db: Db, tenant_id: UUID, keyring: Keyring, definition: EventTypeDefinition
) -> EventTypeView:
    """Create an event type; a private one gets its secret at once.

    Raises: SchemaRefused, NameTaken.
    """
    check_schema(definition.schema_)
    type_id = clock.new_id()

    async def body(tx: Tx) -> EventTypeView:
        try:
            await tx.execute(
                INSERT, tenant_id, type_id, definition.name, definition.is_private, False, definition.is_active
            )
        except asyncpg.UniqueViolationError:
            raise _name_taken(definition.name) from None
        await _insert_version(
            tx,
            tenant_id,
            type_id,
            1,
            definition.description,
            definition.schema_,
            omit=definition.omit_from_user_activity,
        )
        if definition.is_private:
            await secrets.issue(tx, keyring, tenant_id, type_id)
        return _view(await _read(tx, tenant_id, str(type_id)))

    return await db.run(body)


async def insert_intrinsic_types(tx: Tx, tenant_id: UUID) -> None:
    """Give a new tenant the engine's own event types."""
    for kind in INTRINSIC_TYPES:
        type_id = clock.new_id()
        await tx.execute(INSERT, tenant_id, type_id, kind.name, True, True, True)
        await _insert_version(tx, tenant_id, type_id, 1, kind.description, dict(kind.schema), omit=False)


async def list_event_types(db: Db, tenant_id: UUID, listing: Listing) -> Page[EventTypeView]:
    """List the event types, the intrinsic ones among them."""
    sql, arguments = select(listing, READ, [tenant_id], FILTERS, id_column="type.id", order="ASC")
    return page(listing, await db.fetch(sql, *arguments), _view)


async def get_event_type(db: Db, tenant_id: UUID, identifier: str) -> EventTypeView:
    """Return one event type, by id or name."""
    async with db.transaction(snapshot=True) as tx:
        return _view(await _read(tx, tenant_id, identifier))


async def patch_event_type(
    db: Db, tenant_id: UUID, keyring: Keyring, identifier: str, definition: EventTypePatch, expected: wire.Expected
) -> EventTypeView:
    """Change an event type. Description, schema and activity setting make a new version; the rest takes effect as is.

    Raises: EventTypeUnknown, Forbidden for an intrinsic type, SchemaRefused, NameTaken, PreconditionFailed.
    """
    given = definition.model_dump(exclude_unset=True)
    check_schema(given.get("schema_"))

    async def body(tx: Tx) -> EventTypeView:
        row = await _read(tx, tenant_id, identifier, lock=True)
        if row["is_intrinsic"]:
            raise Forbidden("Intrinsic event types belong to the engine and cannot be changed.")
        wire.require_version(row["version"], expected)
        version = await _next_version(tx, row, given)
        is_private = _kept(given, "is_private", row)
        try:
            await tx.execute(
                UPDATE, tenant_id, row["id"], _kept(given, "name", row), is_private,
                _kept(given, "is_active", row), version,
            )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise _name_taken(given["name"]) from None
        if is_private and not await secrets.exists(tx, tenant_id, row["id"]):
            await secrets.issue(tx, keyring, tenant_id, row["id"])
        return _view(await _read(tx, tenant_id, str(row["id"])))

    return await db.run(body)


def check_schema(schema: wire.Json | None) -> None:
    """Refuse a schema that cannot be used. Raises: SchemaRefused."""
    if schema is None:
        return
    try:
        compile_schema(schema)
    except SchemaFault as fault:
        found = Fault(f"/schema{fault.pointer}", "schema_refused", str(fault))
        raise SchemaRefused(f"/schema{fault.pointer}: {fault}", faults=[found]) from None


async def _read(tx: Tx, tenant_id: UUID, identifier: str, *, lock: bool = False) -> Row:
    if lock:  # a statement of its own, so that the next one sees what was committed while it waited
        await tx.execute(LOCK, tenant_id, identifier)
    row = await tx.fetchrow(f"{READ} and $2 in (type.id::text, type.name)", tenant_id, identifier)
    if row is None:
        raise EventTypeUnknown(f"There is no event type {identifier[:64]!r}; GET /v1/event_types/ lists them.")
    return row


async def _next_version(tx: Tx, row: Row, given: dict[str, Any]) -> int:
    if not {"description", "schema_", "omit_from_user_activity"} & set(given):
        return int(row["version"])
    version = int(row["version"]) + 1
    schema = given["schema_"] if "schema_" in given else None if row["schema"] is None else wire.raw(row["schema"])
    await _insert_version(
        tx, row["tenant_id"], row["id"], version, _kept(given, "description", row), schema,
        omit=_kept(given, "omit_from_user_activity", row),
    )  # fmt: skip
    return version


async def _insert_version(
    tx: Tx, tenant_id: UUID, type_id: UUID, version: int, description: str, schema: Any, *, omit: bool
) -> None:
    stored = None if schema is None else wire.text(schema)
    await tx.execute(INSERT_VERSION, tenant_id, type_id, version, description, stored, omit)


def _kept(given: dict[str, Any], name: str, row: Row) -> Any:
    return row[name] if given.get(name) is None else given[name]


def _name_taken(name: str) -> NameTaken:
    return NameTaken(
        f"There is an event type {name} already.", faults=[Fault("/name", "name_taken", "Choose another.")]
    )


def _view(row: Row) -> EventTypeView:
    return EventTypeView(
        row["id"], row["name"], row["description"], row["is_private"], row["is_intrinsic"], row["is_active"],
        row["omit_from_user_activity"], row["version"], wire.raw_or_none(row["schema"]),
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]),
    )  # fmt: skip
