"""Consent types: what members may be asked to agree to. Owns `consent_types`."""

from typing import Annotated
from uuid import UUID

import asyncpg
from msgspec import Struct
from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag
from punchcard.errors import Fault, NameTaken, NotFound

Name = Annotated[str, Field(min_length=1, max_length=128)]
Priority = Annotated[wire.Integer, Field(ge=0, le=10**15)]

READ = "select * from consent_types where tenant_id = $1 and deleted_at is null"
FILTERS = {"name": Filter("name = {}"), "required": Filter("required = {}", read_flag)}
INSERT = "insert into consent_types (tenant_id, id, name, required, priority) values ($1, $2, $3, $4, $5) returning *"
HOLD = f"{READ} and id = $2 for no key update"
UPDATE = """
    update consent_types set name = $3, required = $4, priority = $5, version = version + 1,
                             updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = """
    update consent_types set deleted_at = clock_timestamp(), updated_at = clock_timestamp(), version = version + 1
    where tenant_id = $1 and id = $2 returning *
"""


class ConsentTypeDefinition(wire.Definition):
    """A new consent type. A `required` one has to be given to register. Lists of forms go by `priority`."""

    name: Name
    required: wire.Flag
    priority: Priority = 0


class ConsentTypePatch(wire.Definition):
    """What to change of a consent type. Who has registered before is not asked again."""

    name: Name | None = None
    required: wire.Flag | None = None
    priority: Priority | None = None


class ConsentTypeView(wire.View, frozen=True):
    """A consent type."""

    id: UUID
    name: str
    required: bool
    priority: int
    version: int
    created_at: str
    updated_at: str


class ConsentType(Struct, frozen=True):
    """A consent type as registration needs it."""

    id: UUID
    name: str
    required: bool


async def list_consent_types(db: Db, tenant_id: UUID, listing: Listing) -> Page[ConsentTypeView]:
    """List the consent types, which an app shows before somebody registers; by `priority` is for the app to sort."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, order="ASC")


async def get_consent_type(db: Db, tenant_id: UUID, id: UUID) -> ConsentTypeView:
    """Return one consent type."""
    return _view(_found(await db.fetchrow(f"{READ} and id = $2", tenant_id, id)))


async def create_consent_type(db: Db, tenant_id: UUID, definition: ConsentTypeDefinition) -> ConsentTypeView:
    """Create a consent type. Raises: NameTaken."""

    async def body(tx: Tx) -> ConsentTypeView:
        try:
            row = await tx.fetchrow(
                INSERT, tenant_id, clock.new_id(), definition.name, definition.required, definition.priority
            )
        except asyncpg.UniqueViolationError:
            raise _taken() from None
        return _view(_found(row))

    return await db.run(body)


async def patch_consent_type(
    db: Db, tenant_id: UUID, id: UUID, definition: ConsentTypePatch, expected: wire.Expected
) -> ConsentTypeView:
    """Change a consent type. Raises: NotFound, PreconditionFailed, NameTaken."""

    async def body(tx: Tx) -> ConsentTypeView:
        row = _found(await tx.fetchrow(HOLD, tenant_id, id))
        wire.require_version(row["version"], expected)
        named = definition.model_dump(exclude_none=True)
        fields = [named.get(name, row[name]) for name in ("name", "required", "priority")]
        try:
            return _view(_found(await tx.fetchrow(UPDATE, tenant_id, id, *fields)))
        except asyncpg.UniqueViolationError:
            raise _taken() from None

    return await db.run(body)


async def delete_consent_type(db: Db, tenant_id: UUID, id: UUID) -> ConsentTypeView:
    """Delete a consent type: nobody is asked for it any more; what was given stays on record. Raises: NotFound."""

    async def body(tx: Tx) -> ConsentTypeView:
        _found(await tx.fetchrow(HOLD, tenant_id, id))
        return _view(_found(await tx.fetchrow(DELETE, tenant_id, id)))

    return await db.run(body)


async def read_consent_types(tx: Tx, tenant_id: UUID) -> dict[UUID, ConsentType]:
    """Return the consent types that members are asked for."""
    rows = await tx.fetch(READ, tenant_id)
    return {row["id"]: ConsentType(row["id"], row["name"], row["required"]) for row in rows}


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound("There is no such consent type.")
    return row


def _taken() -> NameTaken:
    detail = "Another consent type of this tenant has this name."
    return NameTaken(detail, faults=[Fault("/name", "name_taken", detail)])


def _view(row: Row) -> ConsentTypeView:
    return ConsentTypeView(
        row["id"], row["name"], row["required"], row["priority"], row["version"], wire.rfc3339(row["created_at"]),
        wire.rfc3339(row["updated_at"]),
    )  # fmt: skip
