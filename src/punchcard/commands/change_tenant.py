"""Change the tenant that is called (PATCH /v1/tenant/), and what follows from that for its members."""

from uuid import UUID

from punchcard import wire
from punchcard.access.membership import terms_of
from punchcard.access.tenants import OwnTenantView, TenantPatch, hold_tenant, show_tenant, update_tenant
from punchcard.config import Settings
from punchcard.db.connection import Db, Tx
from punchcard.errors import Fault
from punchcard.events import velocity
from punchcard.users.contacts import change_uniqueness


async def patch_tenant(
    db: Db, tenant_id: UUID, settings: Settings, definition: TenantPatch, expected: wire.Expected
) -> OwnTenantView:
    """Change the tenant that is called.

    Raises: Invalid for a rate beyond what the server lets tenants have, SchemaRefused, Conflict when members share the
    contacts of which duplicates are to be forbidden, PreconditionFailed when somebody else has changed it meanwhile.
    """

    async def body(tx: Tx) -> OwnTenantView:
        before = await hold_tenant(tx, tenant_id)
        wire.require_version(before["version"], expected)
        await _require_types(tx, tenant_id, definition)
        after = await update_tenant(tx, before, settings, definition)
        await change_uniqueness(tx, tenant_id, terms_of(before).unique, terms_of(after).unique)
        return show_tenant(after)

    return await db.run(body)


async def _require_types(tx: Tx, tenant_id: UUID, definition: TenantPatch) -> None:
    """Make sure that limits name event types that there are. Raises: Invalid."""
    detail = "There is no such event type: write the name of one, or leave it out for all that are reported."
    faults = [
        Fault(f"/velocityLimits/{place}/eventType", "event_type_unknown", detail)
        for place, limit in enumerate(definition.velocity_limits or ())
        if limit.event_type is not None and not await velocity.knows_type(tx, tenant_id, limit.event_type)
    ]
    if faults:
        raise wire.invalid(faults)
