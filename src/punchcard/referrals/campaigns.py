"""Campaigns in which members invite others. Owns `campaigns`."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

import msgspec
from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, by_part_of, listed, read_flag
from punchcard.errors import Fault, NotFound

HOURLY_MAX = 20

Text1024 = Annotated[str, Field(min_length=2, max_length=1024)]
Text256 = Annotated[str, Field(min_length=1, max_length=256)]
Url = Annotated[str, Field(max_length=2048, pattern=r"^https?://[^/\s]")]
HourlyMax = Annotated[wire.Integer, Field(ge=1, le=1_000_000)]


class LinkConfig(wire.Definition):
    """What the links say that members send: `desktopUrl` is where they lead; apps show the others."""

    title: Text1024
    description: Text1024
    image_url: Url | None = None
    desktop_url: Url
    android_url: Url | None = None
    ios_url: Url | None = None
    android_uri_scheme: Annotated[str, Field(min_length=2, max_length=256)] | None = None
    channel: Text256 | None = None
    feature: Text256 | None = None
    tags: Annotated[list[Text256], Field(max_length=100)] | None = None


Audiences = Annotated[list[wire.Hydratable], Field(max_length=100)]


class CampaignDefinition(wire.Definition):
    """A new campaign. Members of `eligibleAudiences` can invite others, or all where none is named.

    registrationsPerHourMax: of what one code brings in an hour beyond that, each waits for somebody to look at it.
    """

    name: Text1024
    link_config: LinkConfig
    is_active: wire.Flag = True
    eligible_audiences: Audiences = Field(default_factory=list)
    registrations_per_hour_max: HourlyMax = HOURLY_MAX


class CampaignPatch(wire.Definition):
    """What to change of a campaign; a field that is left out stays. Links that were given out keep leading there."""

    name: Text1024 | None = None
    link_config: LinkConfig | None = None
    is_active: wire.Flag | None = None
    eligible_audiences: Audiences | None = None
    registrations_per_hour_max: HourlyMax | None = None


class CampaignView(wire.View, frozen=True):
    """A campaign. One that is not active brings nobody, and its tranches rest."""

    id: UUID
    name: str
    link_config: msgspec.Raw
    is_active: bool
    eligible_audiences: list[wire.ReferenceView]
    registrations_per_hour_max: int
    version: int
    created_at: str
    updated_at: str


READ = "select * from campaigns where tenant_id = $1 and deleted_at is null"
LOCK = "select from campaigns where tenant_id = $1 and id = $2 for no key update"
INSERT = """
    insert into campaigns (tenant_id, id, name, link_config, is_active, eligible_audiences, hourly_max)
    values ($1, $2, $3, $4, $5, $6, $7) returning *
"""
UPDATE = """
    update campaigns set name = $3, link_config = $4, is_active = $5, eligible_audiences = $6, hourly_max = $7,
                         version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = """
    update campaigns set deleted_at = clock_timestamp(), is_active = false, version = version + 1,
                         updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
UNKNOWN = """
    select wanted.id from unnest($2::uuid[]) as wanted (id)
    left join audiences on audiences.tenant_id = $1 and audiences.id = wanted.id and audiences.deleted_at is null
    where audiences.id is null limit 1
"""
ACTIVE = (
    READ
    + """
    and is_active and (eligible_audiences = '{}' or eligible_audiences && $2::uuid[]) order by id desc limit 1
"""
)
FILTERS = {
    "name": Filter("name = {}"),
    "search": by_part_of("name"),
    "isActive": Filter("is_active = {}", read_flag),
}


async def list_campaigns(db: Db, tenant_id: UUID, listing: Listing) -> Page[CampaignView]:
    """List the campaigns."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, view, order="ASC")


async def get_campaign(db: Db, tenant_id: UUID, id: UUID) -> CampaignView:
    """Return one campaign."""
    return view(await read_campaign(db, tenant_id, id))


async def create_campaign(db: Db, tenant_id: UUID, definition: CampaignDefinition) -> CampaignView:
    """Create a campaign. Of several active ones the newest counts for a member. Raises: Invalid."""

    async def body(tx: Tx) -> CampaignView:
        audiences = await _audiences(tx, tenant_id, definition.eligible_audiences)
        row = await tx.fetchrow(
            INSERT, tenant_id, clock.new_id(), definition.name, _stored(definition.link_config), definition.is_active,
            audiences, definition.registrations_per_hour_max,
        )  # fmt: skip
        assert row is not None
        return view(row)

    return await db.run(body)


async def patch_campaign(
    db: Db, tenant_id: UUID, id: UUID, definition: CampaignPatch, expected: wire.Expected
) -> CampaignView:
    """Change a campaign. Raises: NotFound, PreconditionFailed, Invalid."""

    async def body(tx: Tx) -> CampaignView:
        row = await read_campaign(tx, tenant_id, id, lock=True)
        wire.require_version(row["version"], expected)
        config, audiences = row["link_config"], row["eligible_audiences"]
        if definition.link_config is not None:
            config = _stored(definition.link_config)
        if definition.eligible_audiences is not None:
            audiences = await _audiences(tx, tenant_id, definition.eligible_audiences)
        is_active = row["is_active"] if definition.is_active is None else definition.is_active
        updated = await tx.fetchrow(
            UPDATE, tenant_id, id, definition.name or row["name"], config, is_active, audiences,
            definition.registrations_per_hour_max or row["hourly_max"],
        )  # fmt: skip
        assert updated is not None
        return view(updated)

    return await db.run(body)


async def delete_campaign(db: Db, tenant_id: UUID, id: UUID) -> CampaignView:
    """End a campaign for good: its codes bring nobody any more, and its tranches rest. Raises: NotFound."""

    async def body(tx: Tx) -> CampaignView:
        await read_campaign(tx, tenant_id, id, lock=True)
        row = await tx.fetchrow(DELETE, tenant_id, id)
        assert row is not None
        return view(row)

    return await db.run(body)


async def read_campaign(tx: Db | Tx, tenant_id: UUID, id: UUID, *, lock: bool = False) -> Row:
    """Return one campaign as it is kept. Raises: NotFound."""
    if lock:
        await tx.execute(LOCK, tenant_id, id)
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such campaign.")
    return row


async def read_active(tx: Tx, tenant_id: UUID, audience_ids: Sequence[UUID]) -> Row | None:
    """Return the newest active campaign in which somebody in these audiences can invite others."""
    return await tx.fetchrow(ACTIVE, tenant_id, audience_ids)


def link_of(campaign: Row, invite_code: str) -> str:
    """Return the link by which a code is sent."""
    url = urlsplit(wire.decode(campaign["link_config"].encode())["desktopUrl"])
    query = [*parse_qsl(url.query, keep_blank_values=True), ("code", invite_code)]
    return str(urlunsplit(url._replace(query=urlencode(query))))


async def _audiences(tx: Tx, tenant_id: UUID, wanted: Sequence[wire.Hydratable]) -> list[UUID]:
    ids = list(dict.fromkeys(one.id for one in wanted))
    unknown = await tx.fetchval(UNKNOWN, tenant_id, ids)
    if unknown is not None:
        place = [one.id for one in wanted].index(unknown)
        pointer = wire.pointer(("eligibleAudiences", place, "id"))
        raise wire.invalid([Fault(pointer, "audience_unknown", "There is no such audience.")])
    return ids


def _stored(config: LinkConfig) -> str:
    return wire.text(config.model_dump(by_alias=True, exclude_unset=True))


def view(row: Row) -> CampaignView:
    """Return what callers see of a campaign."""
    return CampaignView(
        row["id"], row["name"], wire.raw(row["link_config"]), row["is_active"],
        [wire.ReferenceView(one) for one in row["eligible_audiences"]], row["hourly_max"], row["version"],
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]),
    )  # fmt: skip
