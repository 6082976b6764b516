"""The versions of event types: immutable, numbered from 1, and named by every event that one of them judged.

Owns `event_type_versions`.
"""

import asyncio
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import Struct, structs

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Listing, Page, listed
from punchcard.engine.example import make_example
from punchcard.engine.fingerprint import canonical_text
from punchcard.errors import EventTypeUnknown, NotFound
from punchcard.events.event_type_definitions import EventTypeDefinition, EventTypePatch, check_schema
from punchcard.events.type_settings import (
    Enhancer,
    TypeSettings,
    effective_schema,
    mappings_text,
    read_enhancers,
    read_settings,
)

# What the tables that join a version call its columns.
COLUMNS = """version.description, version.schema, version.omit_from_user_activity, version.settings, version.enhancers,
    version.meta_type_mappings"""
FIND_TYPE = "select id from event_types where tenant_id = $1 and $2 in (id::text, name)"
# A list goes on after an id, which a version has not; its number, written as one, sorts as the number does.
ID = "lpad(to_hex(version.version), 32, '0')::uuid"
READ = f"""
    select {ID} as id, version.version, version.created_at, {COLUMNS} from event_type_versions as version
    where version.tenant_id = $1 and version.event_type_id = $2
"""  # noqa: S608 - put together from constants
READ_ONE = f"""
    {READ} and version.version = coalesce($3, (select version from event_types where tenant_id = $1 and id = $2))
"""  # noqa: S608 - put together from constants
INSERT_VERSION = """
    insert into event_type_versions (tenant_id, event_type_id, version, description, schema, omit_from_user_activity,
                                     settings, enhancers, meta_type_mappings)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


class EventTypeVersionView(wire.View, frozen=True):
    """A version of an event type, as it was made."""

    version: int
    description: str
    omit_from_user_activity: bool
    schema: msgspec.Raw | None
    settings: TypeSettings
    enhancers: tuple[str, ...]
    meta_type_mappings: msgspec.Raw
    created_at: str


class EventTypeExampleView(wire.View, frozen=True):
    """A payload that the schema of a version takes; null, with the reason, where none could be made."""

    version: int
    payload: dict[str, Any] | None
    detail: str | None = None


class SchemaDocument(wire.Document, frozen=True):
    """A JSON Schema, as it was written."""

    MEDIA_TYPE: ClassVar[str] = "application/schema+json"


class Content(Struct, frozen=True):
    """What a version says. `schema` and `meta_type_mappings` are JSON texts, as they were written."""

    description: str
    schema: str | None = None
    omit_from_user_activity: bool = False
    settings: TypeSettings = TypeSettings()
    enhancers: tuple[Enhancer, ...] = ()
    meta_type_mappings: str = "[]"

    def is_same(self, other: "Content") -> bool:
        """Tell whether both say the same, however their JSON is written."""
        return _canonical(self) == _canonical(other)


def _canonical(content: Content) -> Content:
    schema, mappings = _canonical_text(content.schema), _canonical_text(content.meta_type_mappings)
    return structs.replace(content, schema=schema, meta_type_mappings=mappings)


def _canonical_text(stored: str | None) -> str | None:
    return None if stored is None else canonical_text({"": wire.decode(stored.encode())})


def first_content(definition: EventTypeDefinition) -> Content:
    """Return what the first version of a new event type says. Raises: SchemaRefused, Invalid."""
    settings = definition.settings.over(TypeSettings())
    check_schema(definition.schema_, settings)
    return Content(
        definition.description,
        _text_or_none(definition.schema_),
        definition.omit_from_user_activity,
        settings,
        definition.enhancers,
        mappings_text(definition.meta_type_mappings),
    )


def next_content(current: Content, patch: EventTypePatch) -> Content:
    """Return what stands after a change; what is left out of it, or null, stays. Raises: SchemaRefused, Invalid."""
    given: dict[str, Any] = {}
    if patch.description is not None:
        given["description"] = patch.description
    if "schema_" in patch.model_fields_set:
        given["schema"] = _text_or_none(patch.schema_)
    if patch.omit_from_user_activity is not None:
        given["omit_from_user_activity"] = patch.omit_from_user_activity
    if patch.settings is not None:
        given["settings"] = patch.settings.over(current.settings)
    if patch.enhancers is not None:
        given["enhancers"] = patch.enhancers
    if patch.meta_type_mappings is not None:
        given["meta_type_mappings"] = mappings_text(patch.meta_type_mappings)
    content = structs.replace(current, **given)
    if {"schema", "settings"} & given.keys():
        check_schema(None if content.schema is None else wire.decode(content.schema.encode()), content.settings)
    return content


def content_of(row: Row) -> Content:
    """Read a version from a row that has `COLUMNS`."""
    return Content(
        row["description"], row["schema"], row["omit_from_user_activity"], read_settings(row["settings"]),
        read_enhancers(row["enhancers"]), row["meta_type_mappings"],
    )  # fmt: skip


async def insert_version(tx: Tx, tenant_id: UUID, type_id: UUID, version: int, content: Content) -> None:
    """Write a version down. The caller holds the type's row."""
    await tx.execute(
        INSERT_VERSION, tenant_id, type_id, version, content.description, content.schema,
        content.omit_from_user_activity, wire.text(content.settings), wire.text(content.enhancers),
        content.meta_type_mappings,
    )  # fmt: skip


async def list_versions(db: Db, tenant_id: UUID, identifier: str, listing: Listing) -> Page[EventTypeVersionView]:
    """List the versions of an event type, by id or name, the newest first. Raises: EventTypeUnknown."""
    async with db.transaction(snapshot=True) as tx:
        type_id = await find_type(tx, tenant_id, identifier)
        return await listed(tx, listing, READ, [tenant_id, type_id], {}, _view, id_column=ID, order="DESC")


async def get_version(db: Db, tenant_id: UUID, identifier: str, number: int) -> EventTypeVersionView:
    """Return one version of an event type, by its number. Raises: EventTypeUnknown, NotFound."""
    async with db.transaction(snapshot=True) as tx:
        return _view(await read_version(tx, tenant_id, identifier, number))


async def get_schema(db: Db, tenant_id: UUID, identifier: str, number: int) -> SchemaDocument:
    """Return the JSON Schema of a version by itself; a version without one takes every payload, as `{}` says.

    Raises: EventTypeUnknown, NotFound.
    """
    async with db.transaction(snapshot=True) as tx:
        row = await read_version(tx, tenant_id, identifier, number)
    return SchemaDocument((row["schema"] or "{}").encode())


async def get_example(db: Db, tenant_id: UUID, identifier: str, *, version: int | None = None) -> EventTypeExampleView:
    """Make an example of a payload from the schema of a version, of the current one if none is named.

    Raises: EventTypeUnknown, NotFound.
    """
    async with db.transaction(snapshot=True) as tx:
        row = await read_version(tx, tenant_id, identifier, version)
    content = content_of(row)
    payload = await asyncio.to_thread(make_example, effective_schema(content.schema, content.settings))
    detail = "No payload could be made that the schema takes." if payload is None else None
    return EventTypeExampleView(row["version"], payload, detail)


async def read_version(tx: Tx, tenant_id: UUID, identifier: str, number: int | None) -> Row:
    """Return the row of one version; None is the current one. Raises: EventTypeUnknown, NotFound."""
    type_id = await find_type(tx, tenant_id, identifier)
    row = await tx.fetchrow(READ_ONE, tenant_id, type_id, number)
    if row is None:
        raise NotFound(f"The event type has no version {number}; …/versions/ lists them.")
    return row


async def find_type(tx: Tx, tenant_id: UUID, identifier: str) -> UUID:
    """Return the id of an event type that is named by id or name. Raises: EventTypeUnknown."""
    type_id: UUID | None = await tx.fetchval(FIND_TYPE, tenant_id, wire.subject_key(identifier))
    if type_id is None:
        raise unknown(identifier)
    return type_id


def unknown(identifier: str) -> EventTypeUnknown:
    """Return the refusal of an id or name that no event type has."""
    return EventTypeUnknown(f"There is no event type {identifier[:64]!r}; GET /v1/event_types/ lists them.")


def _view(row: Row) -> EventTypeVersionView:
    content = content_of(row)
    return EventTypeVersionView(
        row["version"], content.description, content.omit_from_user_activity, wire.raw_or_none(content.schema),
        content.settings, content.enhancers, wire.raw(content.meta_type_mappings), wire.rfc3339(row["created_at"]),
    )  # fmt: skip


def _text_or_none(schema: wire.Json | None) -> str | None:
    return None if schema is None else wire.text(schema)
