"""Change the tenant that is called (PATCH /v1/tenant/), and what follows from that for its members."""

from uuid import UUID

from punchcard.access.membership import terms_of
from punchcard.access.tenants import OwnTenantView, TenantPatch, hold_tenant, show_tenant, update_tenant
from punchcard.config import Settings
from punchcard.db.connection import Db, Tx
from punchcard.users.contacts import change_uniqueness


async def patch_tenant(db: Db, tenant_id: UUID, settings: Settings, definition: TenantPatch) -> OwnTenantView:
    """Change the tenant that is called.

    Raises: Invalid for a rate beyond what the server lets tenants have, SchemaRefused, Conflict when members share the
    contacts of which duplicates are to be forbidden.
    """

    async def body(tx: Tx) -> OwnTenantView:
        before = await hold_tenant(tx, tenant_id)
        after = await update_tenant(tx, before, settings, definition)
        await change_uniqueness(tx, tenant_id, terms_of(before).unique, terms_of(after).unique)
        return show_tenant(after)

    return await db.run(body)
