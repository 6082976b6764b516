"""Change a user (PATCH /v1/users/{id}): reports PROFILE_UPDATED with the names of the fields, not their content.

A member may change the own profile and consents; the rest is for administrators.
"""

from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.access.membership import hold_terms
from punchcard.access.principals import Kind, Principal
from punchcard.commands.agree import change_consents, require_open
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.commands.linked_venues import UserPatch, link
from punchcard.db.connection import Tx
from punchcard.engine.membership import Terms, attribute_faults
from punchcard.errors import Fault, Forbidden, NotFound
from punchcard.events import due
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.users import contacts, users
from punchcard.users.definitions import UserView

OWN_FIELDS = {"profile", "consents_definition"}


async def update_profile(
    desk: Desk,
    principal: Principal,
    id: UUID,
    definition: UserPatch,
    expected: wire.Expected,
    *,
    locale: wire.Locale | None = None,
) -> UserView:
    """Change a user; an end user changes the own profile and consents. `locale` changes nothing.

    Raises: NotFound, Forbidden, UserRestricted, Conflict when the account is closed, PreconditionFailed, NameTaken,
    Invalid.
    """
    del locale
    _require_own_fields(principal, definition)
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> UserView:
        terms = await hold_terms(tx, tenant_id)
        wallet = await ledger.lock(tx, tenant_id, id)
        if wallet is None:
            raise NotFound("There is no such user.")
        require_open(principal, wallet)
        changed = await _changed(tx, tenant_id, id, definition, terms)
        await link(tx, tenant_id, id, definition.linked_venues, definition.linked_venues_definitions)
        user = await users.update_user(tx, tenant_id, id, changed, expected)
        if definition.is_restricted is not None:
            await ledger.set_status(tx, tenant_id, id, "RESTRICTED" if definition.is_restricted else "OPEN")
        payload = {"userId": str(id), "fields": _names(definition)}
        await report_intrinsic(desk, tx, principal, "PROFILE_UPDATED", id, wallet, payload)
        await change_consents(desk, tx, principal, id, wallet, definition.consents_definition or ())
        return user

    return await due.run(desk, body)


def _require_own_fields(principal: Principal, definition: UserPatch) -> None:
    beyond = sorted(definition.model_fields_set - OWN_FIELDS)
    if principal.kind is Kind.USER and beyond:
        raise Forbidden("An end user changes profile and consentsDefinition alone; leave the other fields out.")


async def _changed(tx: Tx, tenant_id: UUID, id: UUID, definition: UserPatch, terms: Terms) -> dict[str, Any]:
    """Return the fields to be written; the contacts that they hold belong to this user from here on."""
    changed: dict[str, Any] = definition.model_dump(include={"external_identifier", "flags"}, exclude_unset=True)
    if definition.is_restricted is not None:
        changed["status"] = "RESTRICTED" if definition.is_restricted else "ACTIVE"
    if definition.profile is None:
        return changed
    changes = definition.profile.model_dump(mode="json", by_alias=True, exclude_unset=True)
    profile = changed["profile"] = await users.read_profile(tx, tenant_id, id, changes)
    if "attributes" in changes:
        _require_attributes(terms, profile)
    if terms.unique:
        await contacts.free_contacts(tx, tenant_id, [id])
        for refusal in (await contacts.take_contacts(tx, tenant_id, {id: profile}, terms.unique)).values():
            raise refusal
    return changed


def _require_attributes(terms: Terms, profile: dict[str, Any]) -> None:
    faults = [
        Fault(wire.pointer(("profile", "attributes", *fault.path)), fault.keyword, fault.detail)
        for fault in attribute_faults(terms, profile)
    ]
    if faults:
        raise wire.invalid(faults)


def _names(definition: UserPatch) -> list[str]:
    given = definition.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return sorted(set(given) - {"profile"}) + sorted(f"profile.{name}" for name in given.get("profile") or {})
