"""Create a tenant: the programme, its intrinsic event types, its API key, and the first client."""

from uuid import UUID

from msgspec import Struct

from punchcard import clock
from punchcard.access.audit import Entry, record_operator
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
        client_id, secret = await insert_client(tx, tenant_id, "first", Role.OWNER)
        told = {"name": name, "apiKey": str(api_key), "owner": client_id}
        entry = Entry("create_tenant", "punchcard tenant create", "tenant", str(tenant_id), after=told)
        await record_operator(tx, tenant_id, entry)
        return CreatedTenant(tenant_id, api_key, client_id, secret)

    return await db.run(body)
