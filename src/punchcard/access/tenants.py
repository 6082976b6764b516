"""Tenants: each a loyalty programme of its own, named by an API key, invisible to every other."""

from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from punchcard.config import Settings
from punchcard.db.connection import Db, Tx
from punchcard.errors import Fault
from punchcard.wire import Definition, Integer, View, invalid, rfc3339

NAME_CHARACTERS_MAX = 200
ADJUSTMENT_LIMIT_MAX = 10**15


class TenantView(View, frozen=True):
    """A tenant, as `punchcard tenant list` shows it. The API key is no secret: it names, and gives no right."""

    tenant_id: UUID
    name: str
    api_key: UUID
    created_at: str


class OwnTenantView(View, frozen=True):
    """The caller's own tenant. `timeZone` is an IANA name: the zone in which its people read times.

    `rateLimit` and `rateBurst` are how many requests one of its keys may make a second, and at once; null: as many as
    the server's settings say. `adjustmentLimit` is how many points one administrator adjusts alone; null: any number.
    """

    id: UUID
    name: str
    api_key: UUID
    time_zone: str
    rate_limit: int | None
    rate_burst: int | None
    adjustment_limit: int | None


SELECT_TENANT = """
    select id, name, api_key, time_zone, rate_limit, rate_burst, adjustment_limit from tenants where id = $1
"""


async def get_tenant(db: Db, tenant_id: UUID) -> OwnTenantView:
    """Return the tenant that is called."""
    row = await db.fetchrow(SELECT_TENANT, tenant_id)
    assert row is not None, "whoever calls has been admitted to it"
    return OwnTenantView(*row.values())


Rate = Annotated[Integer, Field(ge=1)]


class TenantPatch(Definition):
    """A change of a tenant: what is left out stays; null is the server's setting again, or no limit of adjustments."""

    rate_limit: Rate | None = None
    rate_burst: Rate | None = None
    adjustment_limit: Annotated[Integer, Field(ge=0, le=ADJUSTMENT_LIMIT_MAX)] | None = None


UPDATE_TENANT = """
    update tenants set
        rate_limit = case when $2 then $3::integer else rate_limit end,
        rate_burst = case when $4 then $5::integer else rate_burst end,
        adjustment_limit = case when $6 then $7::bigint else adjustment_limit end
    where id = $1
    returning id, name, api_key, time_zone, rate_limit, rate_burst, adjustment_limit
"""


async def patch_tenant(db: Db, tenant_id: UUID, settings: Settings, definition: TenantPatch) -> OwnTenantView:
    """Change the tenant that is called. Raises: Invalid for a rate beyond what the server lets tenants have."""
    most, named = settings.key_rate_limit_max, definition.model_fields_set
    limit, burst = definition.rate_limit, definition.rate_burst
    faults = [
        Fault(pointer, "out_of_range", f"Write a number from 1 to {most}; the server lets no tenant have more.")
        for pointer, rate in (("/rateLimit", limit), ("/rateBurst", burst))
        if rate is not None and rate > most
    ]
    if faults:
        raise invalid(faults)
    arguments = ("rate_limit" in named, limit, "rate_burst" in named, burst)
    adjusting = ("adjustment_limit" in named, definition.adjustment_limit)
    row = await db.fetchrow(UPDATE_TENANT, tenant_id, *arguments, *adjusting)
    assert row is not None, "whoever calls has been admitted to it"
    return OwnTenantView(*row.values())


class OwnRate(Struct, frozen=True):
    """What a tenant has said of its keys' rate: requests a second, and at once; None: as the settings say."""

    limit: int | None = None
    burst: int | None = None


SELECT_RATE = "select rate_limit, rate_burst from tenants where id = $1"


async def load_rate(tx: Tx, tenant_id: UUID) -> OwnRate:
    """Return a tenant's own rate."""
    row = await tx.fetchrow(SELECT_RATE, tenant_id)
    return OwnRate() if row is None else OwnRate(*row.values())


SELECT_ADJUSTMENT_LIMIT = "select adjustment_limit from tenants where id = $1"


async def load_adjustment_limit(tx: Tx, tenant_id: UUID) -> int | None:
    """Return how many points one administrator adjusts alone; None: any number."""
    limit: int | None = await tx.fetchval(SELECT_ADJUSTMENT_LIMIT, tenant_id)
    return limit


INSERT_TENANT = "insert into tenants (id, name, api_key) values ($1, $2, $3)"


async def insert_tenant(tx: Tx, tenant_id: UUID, name: str, api_key: UUID) -> None:
    """Record a tenant. Raises: Invalid for a name that is empty, blank, too long or holds control characters."""
    if not name.strip() or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        detail = f"A name has 1 to {NAME_CHARACTERS_MAX} printable characters."
        raise invalid([Fault("/name", "unusable_name", detail)])
    await tx.execute(INSERT_TENANT, tenant_id, name, api_key)


SELECT_TENANTS = "select id, name, api_key, created_at from tenants order by created_at, id"


async def list_tenants(db: Db) -> list[TenantView]:
    """Return all tenants, the oldest first."""
    return [
        TenantView(row["id"], row["name"], row["api_key"], rfc3339(row["created_at"]))
        for row in await db.fetch(SELECT_TENANTS)
    ]


SELECT_API_KEYS = "select id, api_key from tenants"


async def load_tenants(db: Db | Tx) -> dict[UUID, UUID]:
    """Return every tenant's id under its API key."""
    return {row["api_key"]: row["id"] for row in await db.fetch(SELECT_API_KEYS)}
