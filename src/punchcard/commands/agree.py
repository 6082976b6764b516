"""Give and revoke consents (/v1/consents/, and `consentsDefinition` of a user), each with its event, all or nothing."""

from collections.abc import Sequence
from uuid import UUID

from punchcard import wire
from punchcard.access.principals import Kind, Principal
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.db.connection import Tx
from punchcard.errors import Conflict, Fault, Forbidden, NotFound, UserRestricted
from punchcard.events import due
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.points.ledger import LockedWallet
from punchcard.users import consents
from punchcard.users.consent_types import ConsentType, read_consent_types
from punchcard.users.consents import Consent, ConsentView
from punchcard.users.definitions import UserConsentDefinition


class ConsentDefinition(wire.Definition):
    """Who gives the consent of which type; an end user gives the own."""

    type: wire.Hydratable
    user: wire.Hydratable


async def give_consent(
    desk: Desk, principal: Principal, definition: ConsentDefinition, *, locale: wire.Locale | None = None
) -> ConsentView:
    """Give a consent for a user, and report CONSENT_GIVEN; one that is given already stays as it is.

    Raises: Forbidden, UserRestricted, Invalid for an unknown user or type, Conflict when the account is closed.
    """
    del locale
    tenant_id, user_id = principal.tenant_id, definition.user.id
    if principal.kind is Kind.USER and user_id != principal.user_id:
        raise Forbidden("An end user gives consents for nobody else.")

    async def body(tx: Tx) -> ConsentView:
        wallet = await ledger.lock(tx, tenant_id, user_id)
        if wallet is None:
            raise wire.invalid([Fault("/user/id", "subject_unknown", "There is no such user.")])
        require_open(principal, wallet)
        kind = (await read_consent_types(tx, tenant_id)).get(definition.type.id)
        if kind is None:
            raise wire.invalid([Fault("/type/id", "consent_type_unknown", "There is no such consent type.")])
        known = (await consents.read_given(tx, tenant_id, user_id)).get(kind.id)
        if known is None:
            known = await _give(desk, tx, principal, wallet, Consent.of(user_id, kind))
        return await consents.show_consent(tx, tenant_id, known)

    return await due.run(desk, body)


async def revoke_consent(
    desk: Desk, principal: Principal, own_user_id: UUID | None, id: UUID, *, locale: wire.Locale | None = None
) -> ConsentView:
    """Revoke a consent, and report CONSENT_REVOKED; one that was revoked before stays as it is.

    Raises: NotFound, UserRestricted, Conflict when the account is closed, or the consent is required of every member.
    """
    del locale
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> ConsentView:
        found = await consents.find_consent(tx, tenant_id, own_user_id, id)
        wallet = await ledger.lock(tx, tenant_id, found["user_id"])
        if wallet is None:
            raise NotFound("There is no such consent.")
        require_open(principal, wallet)
        row = await consents.find_consent(tx, tenant_id, own_user_id, id)  # as it is now that nobody changes it
        if row["revoked_at"] is None:
            types = await read_consent_types(tx, tenant_id)
            kind = types.get(row["consent_type_id"], ConsentType(row["consent_type_id"], row["type_name"], False))
            await _revoke(desk, tx, principal, wallet, Consent(id, row["user_id"], kind))
        return await consents.show_consent(tx, tenant_id, id)

    return await due.run(desk, body)


async def change_consents(
    desk: Desk,
    tx: Tx,
    principal: Principal,
    user_id: UUID,
    wallet: LockedWallet,
    asked: Sequence[UserConsentDefinition],
) -> None:
    """Give the consents that are checked, and revoke those that are not; what is so already stays. Raises: Invalid."""
    if not asked:
        return
    types = await read_consent_types(tx, principal.tenant_id)
    faults = consents.unknown(types, asked)
    if faults:
        raise wire.invalid(faults)
    known = await consents.read_given(tx, principal.tenant_id, user_id)
    for one in asked:
        kind, given = types[one.type.id], known.get(one.type.id)
        if one.checked and given is None:
            await _give(desk, tx, principal, wallet, Consent.of(user_id, kind))
        elif not one.checked and given is not None:
            await _revoke(desk, tx, principal, wallet, Consent(given, user_id, kind))


async def _give(desk: Desk, tx: Tx, principal: Principal, wallet: LockedWallet, one: Consent) -> UUID:
    await consents.give(tx, principal.tenant_id, [one], principal.name, wallet.now)
    await report_intrinsic(desk, tx, principal, "CONSENT_GIVEN", one.user_id, wallet, one.payload)
    return one.id


async def _revoke(desk: Desk, tx: Tx, principal: Principal, wallet: LockedWallet, one: Consent) -> None:
    if one.type.required:
        raise Conflict(f"The consent {one.type.name!r} is required of every member; close the account to take it back.")
    await consents.revoke(tx, principal.tenant_id, one.user_id, [one.id], principal.name, wallet.now)
    await report_intrinsic(desk, tx, principal, "CONSENT_REVOKED", one.user_id, wallet, one.payload)


def require_open(principal: Principal, wallet: LockedWallet) -> None:
    """Make sure that what a member has said may be changed. Raises: Conflict, UserRestricted."""
    if wallet.status == "CLOSED":
        raise Conflict("The account is closed and cannot be changed.")
    if wallet.status == "RESTRICTED" and principal.kind is Kind.USER:
        raise UserRestricted("An administrator has restricted this user.")
