"""Close a user's account (DELETE /v1/users/{id}): nothing can be reported for it or by it any more."""

from uuid import UUID

from punchcard.access.membership import hold_terms
from punchcard.access.principals import Principal
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.db.connection import Tx
from punchcard.errors import NotFound
from punchcard.events import due
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.users.contacts import free_contacts
from punchcard.users.definitions import UserView
from punchcard.users.users import forget_auth_identifier, read_user, update_user


async def close_account(desk: Desk, principal: Principal, id: UUID) -> UserView:
    """Close an account; closing it again changes nothing. Raises: NotFound."""
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> UserView:
        terms = await hold_terms(tx, tenant_id)
        wallet = await ledger.lock(tx, tenant_id, id)
        if wallet is None:
            raise NotFound("There is no such user.")
        if wallet.status == "CLOSED":
            return await read_user(tx, tenant_id, id)
        await report_intrinsic(desk, tx, principal, "CLOSED_ACCOUNT", id, wallet, {"userId": str(id)})
        await ledger.set_status(tx, tenant_id, id, "CLOSED")
        await free_contacts(tx, tenant_id, [id])
        user = await update_user(tx, tenant_id, id, {"status": "CLOSED"})
        if terms.deletes_auth_identifiers:
            await forget_auth_identifier(tx, tenant_id, user)
        return await read_user(tx, tenant_id, id)

    return await due.run(desk, body)
