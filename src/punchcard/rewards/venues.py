"""Venues: the places where vouchers are honoured. Owns `venues`. Coordinates are degrees (WGS 84)."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import msgspec
from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, by_part_of, listed
from punchcard.errors import Fault, NameTaken, NotFound
from punchcard.rewards.categories import Url

Name = Annotated[str, Field(min_length=1, max_length=64)]
Address = Annotated[str, Field(min_length=1, max_length=512)]
Degrees = Annotated[wire.Number, Field(decimal_places=12)]


class GeoPoint(wire.Definition):
    """A place on the globe, in degrees."""

    longitude: Annotated[Degrees, Field(ge=-180, le=180)]
    latitude: Annotated[Degrees, Field(ge=-90, le=90)]

    def told(self) -> wire.Json:
        """Return it as events tell of it."""
        return {"longitude": self.longitude, "latitude": self.latitude}


class VenueAttributes(wire.Definition):
    """How a venue is reached, and when."""

    booking_url: Url | None = None
    telephone_number: Annotated[str, Field(max_length=64)] | None = None
    opening_times: wire.Json | None = None


class _Described(wire.Definition):
    description: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    attributes: VenueAttributes | None = None
    external_identifier: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    is_user_modifiable: wire.Flag | None = None
    postcode: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    type: Literal["TENANT", "USER", "MERCHANT"] | None = None


class VenueDefinition(_Described):
    """A new venue. `externalIdentifier` is what tills call it."""

    name: Name
    address: Address
    availability: wire.Effectivity
    coordinates: GeoPoint


class VenuePatch(_Described):
    """What to change of a venue; a field that is left out stays."""

    name: Name | None = None
    address: Address | None = None
    availability: wire.Effectivity | None = None
    coordinates: GeoPoint | None = None


class GeoPointView(wire.View, frozen=True):
    """A place on the globe."""

    longitude: Decimal
    latitude: Decimal


class VenueView(wire.View, frozen=True):
    """A venue."""

    id: UUID
    name: str
    address: str
    availability: wire.EffectivityView
    coordinates: GeoPointView
    version: int
    created_at: str
    updated_at: str
    description: str | None = None
    attributes: Any = None
    external_identifier: str | None = None
    is_user_modifiable: bool | None = None
    postcode: str | None = None
    type: str | None = None


READ = "select * from venues where tenant_id = $1 and deleted_at is null"
LOCK = "select from venues where tenant_id = $1 and id = $2 for no key update"
INSERT = """
    insert into venues (tenant_id, id, name, address, longitude, latitude, available_from, available_until,
                        external_identifier, attributes)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *
"""
UPDATE = """
    update venues set name = $3, address = $4, longitude = $5, latitude = $6, available_from = $7,
        available_until = $8, external_identifier = $9, attributes = $10, version = version + 1,
        updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = "update venues set deleted_at = clock_timestamp() where tenant_id = $1 and id = $2 returning *"
KNOWN = "select id from venues where tenant_id = $1 and id = any($2::uuid[]) and deleted_at is null"
FIND = READ + " and (id::text = lower($2) or external_identifier = $2)"
FILTERS = {
    "name": Filter("name = {}"),
    "search": by_part_of("name"),
    "externalIdentifier": Filter("external_identifier = {}"),
}
_ELSEWHERE = {"name", "address", "availability", "coordinates", "external_identifier"}


async def create_venue(db: Db, tenant_id: UUID, definition: VenueDefinition) -> VenueView:
    """Add a venue. Raises: NameTaken for another one's externalIdentifier."""
    return await db.run(lambda tx: insert_venue(tx, tenant_id, definition))


async def insert_venue(tx: Tx, tenant_id: UUID, definition: VenueDefinition) -> VenueView:
    """Write a venue. Raises: NameTaken for another one's externalIdentifier."""
    when, where = definition.availability, definition.coordinates
    return await _written(
        tx, INSERT, tenant_id, clock.new_id(), definition.name, definition.address, where.longitude,
        where.latitude, when.start, when.end, definition.external_identifier, wire.text(_attributes(definition)),
    )  # fmt: skip


async def list_venues(db: Db, tenant_id: UUID, listing: Listing) -> Page[VenueView]:
    """List the venues."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, order="ASC")


async def get_venue(db: Db, tenant_id: UUID, id: UUID) -> VenueView:
    """Return one venue."""
    row = await db.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such venue.")
    return _view(row)


async def patch_venue(db: Db, tenant_id: UUID, id: UUID, definition: VenuePatch, expected: wire.Expected) -> VenueView:
    """Change a venue. Raises: NotFound, PreconditionFailed, NameTaken."""

    async def body(tx: Tx) -> VenueView:
        row = await _locked(tx, tenant_id, id)
        wire.require_version(row["version"], expected)
        given = definition.model_dump(exclude_unset=True)
        when = given.get("availability") or {"start": row["available_from"], "end": row["available_until"]}
        where = given.get("coordinates") or {"longitude": row["longitude"], "latitude": row["latitude"]}
        attributes = wire.decode(row["attributes"].encode()) | _attributes(definition)
        return await _written(
            tx, UPDATE, tenant_id, id, given.get("name") or row["name"], given.get("address") or row["address"],
            where["longitude"], where["latitude"], when["start"], when["end"],
            given.get("external_identifier", row["external_identifier"]), wire.text(attributes),
        )  # fmt: skip

    return await db.run(body)


async def delete_venue(db: Db, tenant_id: UUID, id: UUID) -> VenueView:
    """Close a venue for good: no voucher is honoured there any more."""

    async def body(tx: Tx) -> VenueView:
        await _locked(tx, tenant_id, id)
        deleted = await tx.fetchrow(DELETE, tenant_id, id)
        assert deleted is not None
        return _view(deleted)

    return await db.run(body)


async def require_venues(tx: Tx, tenant_id: UUID, ids: Collection[UUID], pointer: str = "/venues") -> None:
    """Make sure that there are such venues; `pointer` is where they stand. Raises: Invalid."""
    known = {row["id"] for row in await tx.fetch(KNOWN, tenant_id, list(ids))} if ids else set()
    faults = [
        Fault(f"{pointer}/{place}", "venue_unknown", "There is no such venue.")
        for place, venue_id in enumerate(ids)
        if venue_id not in known
    ]
    if faults:
        raise wire.invalid(faults)


async def find_venue(tx: Tx, tenant_id: UUID, name: str) -> UUID | None:
    """Return the venue of an id or externalIdentifier."""
    rows = await tx.fetch(FIND, tenant_id, name)
    return next((UUID(str(row["id"])) for row in rows), None)


async def _written(tx: Tx, sql: str, *arguments: Any) -> VenueView:
    try:
        row = await tx.fetchrow(sql, *arguments)
    except asyncpg.UniqueViolationError:
        detail = "Another venue has this externalIdentifier."
        raise NameTaken(detail, faults=[Fault("/externalIdentifier", "name_taken", detail)]) from None
    assert row is not None
    return _view(row)


async def _locked(tx: Tx, tenant_id: UUID, id: UUID) -> Row:
    await tx.execute(LOCK, tenant_id, id)
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such venue.")
    return row


def _attributes(definition: _Described) -> dict[str, Any]:
    given = definition.model_dump(exclude_unset=True, exclude=_ELSEWHERE)
    if definition.attributes is not None:
        given["attributes"] = definition.attributes.model_dump(by_alias=True, exclude_none=True)
    return given


def _view(row: Row) -> VenueView:
    return VenueView(
        row["id"], row["name"], row["address"],
        wire.EffectivityView(wire.rfc3339(row["available_from"]), wire.rfc3339_or_none(row["available_until"])),
        GeoPointView(row["longitude"], row["latitude"]), row["version"], wire.rfc3339(row["created_at"]),
        wire.rfc3339(row["updated_at"]), external_identifier=row["external_identifier"],
        **msgspec.json.decode(row["attributes"]),
    )  # fmt: skip


def references(ids: Sequence[UUID]) -> list[wire.ReferenceView]:
    """Return venues as other things name them."""
    return [wire.ReferenceView(venue_id) for venue_id in ids]
