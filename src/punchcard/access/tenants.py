"""Tenants: each a loyalty programme of its own, named by an API key, invisible to every other."""

from uuid import UUID

from punchcard.db.connection import Db, Tx
from punchcard.errors import Fault
from punchcard.wire import View, invalid, rfc3339

NAME_CHARACTERS_MAX = 200


class TenantView(View, frozen=True):
    """A tenant, as `punchcard tenant list` shows it. The API key is no secret: it names, and gives no right."""

    tenant_id: UUID
    name: str
    api_key: UUID
    created_at: str


class OwnTenantView(View, frozen=True):
    """The caller's own tenant. `timeZone` is an IANA name: the zone in which its people read times."""

    id: UUID
    name: str
    api_key: UUID
    time_zone: str


SELECT_TENANT = "select id, name, api_key, time_zone from tenants where id = $1"


async def get_tenant(db: Db, tenant_id: UUID) -> OwnTenantView:
    """Return the tenant that is called."""
    row = await db.fetchrow(SELECT_TENANT, tenant_id)
    assert row is not None, "whoever calls has been admitted to it"
    return OwnTenantView(row["id"], row["name"], row["api_key"], row["time_zone"])


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
