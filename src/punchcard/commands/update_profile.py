"""Change a user (PATCH /v1/users/{id}): reports PROFILE_UPDATED with the names of the fields, not their content."""

from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.db.connection import Tx
from punchcard.errors import Conflict, NotFound
from punchcard.events import due
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.users.users import UserPatch, UserView, update_user


async def update_profile(
    desk: Desk, principal: Principal, id: UUID, definition: UserPatch, expected: wire.Expected
) -> UserView:
    """Change a user. Raises: NotFound, Conflict when the account is closed, PreconditionFailed, NameTaken."""
    tenant_id = principal.tenant_id
    changed = _changed(definition)

    async def body(tx: Tx) -> UserView:
        wallet = await ledger.lock(tx, tenant_id, id)
        if wallet is None:
            raise NotFound("There is no such user.")
        if wallet.status == "CLOSED":
            raise Conflict("The account is closed and cannot be changed.")
        user = await update_user(tx, tenant_id, id, changed, expected)
        if definition.is_restricted is not None:
            await ledger.set_status(tx, tenant_id, id, "RESTRICTED" if definition.is_restricted else "OPEN")
        payload = {"userId": str(id), "fields": _names(definition)}
        await report_intrinsic(desk, tx, principal, "PROFILE_UPDATED", id, wallet, payload)
        return user

    return await due.run(desk, body)


def _changed(definition: UserPatch) -> dict[str, Any]:
    changed: dict[str, Any] = definition.model_dump(include={"external_identifier"}, exclude_unset=True)
    if definition.profile is not None:
        changed["profile"] = definition.profile.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if definition.is_restricted is not None:
        changed["status"] = "RESTRICTED" if definition.is_restricted else "ACTIVE"
    return changed


def _names(definition: UserPatch) -> list[str]:
    given = definition.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return sorted(set(given) - {"profile"}) + sorted(f"profile.{name}" for name in given.get("profile") or {})
