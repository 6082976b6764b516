"""Create a tenant: the programme, its intrinsic event types, its API key, and the first client."""

from uuid import UUID

from msgspec import Struct

from punchcard import clock
from punchcard.access.clients import insert_client
from punchcard.access.roles import Role
from punchcard.access.tenants import insert_tenant
from punchcard.db.connection import Db, Tx
from punchcard.events.event_types import insert_intrinsic_types


class CreatedTenant(Struct, frozen=True):
    """What is needed to call the API as an administrator; the client's secret is shown this once."""

    tenant_id: UUID
    api_key: UUID
    client_id: str
    client_secret: str


async def create_tenant(db: Db, name: str) -> CreatedTenant:
    """Create a tenant called `name` (1 to 200 characters)."""
    tenant_id, api_key = clock.new_id(), clock.new_api_key()

    async def body(tx: Tx) -> CreatedTenant:
        await insert_tenant(tx, tenant_id, name, api_key)
        await insert_intrinsic_types(tx, tenant_id)
        return CreatedTenant(tenant_id, api_key, *await insert_client(tx, tenant_id, "first", Role.OWNER))

    return await db.run(body)
