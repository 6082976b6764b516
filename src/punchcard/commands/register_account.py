"""Register a user (POST /v1/users/): the user, the wallet, and REGISTERED_ACCOUNT, all or nothing."""

from punchcard.access.principals import Principal
from punchcard.commands.intrinsic import new_wallet, report_intrinsic
from punchcard.db.connection import Tx
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.users.users import UserDefinition, UserView, insert_user, read_user


async def register_account(desk: Desk, principal: Principal, definition: UserDefinition) -> UserView:
    """Register a user. Raises: NameTaken when an identifier belongs to another user."""
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> UserView:
        user = await insert_user(tx, tenant_id, definition)
        await ledger.open_wallet(tx, tenant_id, user.id)
        if definition.is_restricted:
            await ledger.set_status(tx, tenant_id, user.id, "RESTRICTED")
        wallet = new_wallet(await tx.fetchval("select clock_timestamp()"))
        payload = {"userId": str(user.id), "accountNumber": user.account_number}
        await report_intrinsic(desk, tx, principal, "REGISTERED_ACCOUNT", user.id, wallet, payload)
        return await read_user(tx, tenant_id, user.id)

    return await desk.db.run(body)
