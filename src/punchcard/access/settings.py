"""Settings of a tenant: names and texts of its own, for its shops and apps to agree on. Owns `settings`.

The engine reads none of them. They are no place for secrets: every administrator may read them.
"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import CoreSchema

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import Conflict, Fault, NameTaken, NotFound

SETTINGS_MAX = 1_000
CHANGED_MAX = 100

Name = Annotated[
    str, Field(min_length=2, max_length=64, pattern=r"^[a-zA-Z./]*[a-zA-Z.]$", description="does not end in a slash")
]
Value = Annotated[str, Field(min_length=1, max_length=8192, pattern=r"^[\x01-\x7F]+$")]


class SettingDefinition(wire.Definition):
    """A setting: its name, and its text."""

    name: Name
    value: Value


class SettingsPatch(wire.Definition):
    """An array of settings: those that exist get the text, the others are made."""

    settings: Annotated[list[SettingDefinition], Field(min_length=1, max_length=CHANGED_MAX)]

    @model_validator(mode="before")
    @classmethod
    def _read_array(cls, given: Any) -> Any:
        if not isinstance(given, list):
            raise ValueError('Write an array of settings: [{"name": …, "value": …}].')  # noqa: TRY004 - pydantic's
        return {"settings": given}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        """Describe what is sent: the array."""
        array: dict[str, Any] = handler.resolve_ref_schema(handler(schema))["properties"]["settings"]
        return array


class SettingView(wire.View, frozen=True):
    """A setting of the tenant."""

    name: str
    value: str
    version: int
    created_at: str
    updated_at: str


READ = "select serial_id as id, name, value, version, created_at, updated_at from settings where tenant_id = $1"
FILTERS = {"name": Filter("name = {}")}


async def list_settings(db: Db, tenant_id: UUID, listing: Listing) -> Page[SettingView]:
    """List the tenant's settings, in the order in which they were made."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, id_column="serial_id", order="ASC")


async def get_setting(db: Db, tenant_id: UUID, name: str) -> SettingView:
    """Return one setting. Raises: NotFound."""
    return _view(_found(await db.fetchrow(READ + " and name = $2", tenant_id, name)))


INSERT = """
insert into settings (tenant_id, name, value, serial_id) values ($1, $2, $3, $4) on conflict do nothing returning true
"""
COUNT = "select count(*) from settings where tenant_id = $1"


async def create_setting(db: Db, tenant_id: UUID, definition: SettingDefinition) -> SettingView:
    """Make a setting. Raises: NameTaken, Conflict when the tenant has too many."""

    async def body(tx: Tx) -> SettingView:
        name = definition.name
        if not await tx.fetchval(INSERT, tenant_id, name, definition.value, clock.new_id()):
            fault = Fault("/name", "name_taken", "Choose another, or change that one with PATCH.")
            raise NameTaken(f"There is a setting {name!r} already.", faults=[fault])
        await _require_room(tx, tenant_id)
        return _view(_found(await tx.fetchrow(READ + " and name = $2", tenant_id, name)))

    return await db.run(body)


PUT = """
insert into settings as known (tenant_id, name, value, serial_id) values ($1, $2, $3, $4)
on conflict (tenant_id, name) do update set value = excluded.value, version = known.version + 1,
    updated_at = clock_timestamp()
"""


async def patch_settings(db: Db, tenant_id: UUID, definition: SettingsPatch) -> list[SettingView]:
    """Change several settings, all or none; what does not exist is made. Raises: Invalid, Conflict."""
    given = {one.name: one.value for one in definition.settings}
    if len(given) < len(definition.settings):
        raise wire.invalid([Fault("", "named_twice", "Name each setting once.")])

    async def body(tx: Tx) -> list[SettingView]:
        for name in sorted(given):
            await tx.execute(PUT, tenant_id, name, given[name], clock.new_id())
        await _require_room(tx, tenant_id)
        rows = await tx.fetch(READ + " and name = any($2::text[])", tenant_id, list(given))
        return sorted(map(_view, rows), key=lambda one: list(given).index(one.name))

    return await db.run(body)


async def _require_room(tx: Tx, tenant_id: UUID) -> None:
    if await tx.fetchval(COUNT, tenant_id) > SETTINGS_MAX:
        raise Conflict(f"A tenant has at most {SETTINGS_MAX} settings.")


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound("There is no such setting.")
    return row


def _view(row: Row) -> SettingView:
    return SettingView(
        row["name"], row["value"], row["version"], wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"])
    )
