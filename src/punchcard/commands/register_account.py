"""Register users (POST /v1/users/): the user, the wallet, the consents, and their events, all or nothing.

One that registers is a batch of one; a file that is imported comes in larger ones, in which whoever cannot be
registered leaves with the error as a value.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from punchcard import wire
from punchcard.access.membership import hold_terms
from punchcard.access.principals import Principal
from punchcard.commands import linked_venues, referred
from punchcard.commands.intrinsic import Told, report_new
from punchcard.db.connection import Tx
from punchcard.engine.membership import Terms, attribute_faults
from punchcard.errors import Fault, PunchcardError
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.users import consents, contacts
from punchcard.users.consent_types import ConsentType, read_consent_types
from punchcard.users.consents import Consent
from punchcard.users.definitions import UserDefinition, UserView
from punchcard.users.users import NewUser, drop_users, insert_users, new_users, read_user


async def register_account(
    desk: Desk, principal: Principal, definition: linked_venues.UserDefinition, *, locale: wire.Locale | None = None
) -> UserView:
    """Register a user. Texts about users are in no language, so `locale` changes nothing.

    Raises: NameTaken when an identifier, or a contact that is not to be shared, belongs to another user; Invalid for
    attributes that do not fit the tenant's profileSchema, for required consents that are not given, and for a
    registeredAt that no event may have occurred at.
    """
    del locale

    async def body(tx: Tx) -> UserView:
        (outcome,) = await register(desk, tx, principal, [definition])
        if isinstance(outcome, PunchcardError):
            raise outcome
        await linked_venues.link(
            tx, principal.tenant_id, outcome, definition.linked_venues, definition.linked_venues_definitions
        )
        return await read_user(tx, principal.tenant_id, outcome)

    return await desk.db.run(body)


async def register(
    desk: Desk, tx: Tx, principal: Principal, definitions: Sequence[UserDefinition]
) -> list[UUID | PunchcardError]:
    """Register those users that can be registered; return the id of each, or why it was not."""
    tenant_id = principal.tenant_id
    terms, types = await hold_terms(tx, tenant_id), await read_consent_types(tx, tenant_id)
    users = await new_users(tx, tenant_id, definitions)
    refused: dict[UUID, PunchcardError] = {}
    now = await tx.fetchval("select clock_timestamp()")
    for user in users:
        faults = _faults(user, terms, types) + _out_of_reach(desk, user.definition.registered_at, now)
        if faults:
            refused[user.id] = wire.invalid(faults).as_value()
    brought = await referred.find_codes(desk, tx, tenant_id, [user for user in users if user.id not in refused])
    refused |= brought.refused
    refused |= await insert_users(tx, tenant_id, [user for user in users if user.id not in refused])
    profiles = {user.id: user.profile for user in users if user.id not in refused}
    shared = await contacts.take_contacts(tx, tenant_id, profiles, terms.unique)
    await drop_users(tx, tenant_id, shared)
    refused |= shared
    await referred.write(tx, tenant_id, [one for one in brought.referred if one.user_id not in refused])
    await _begin(desk, tx, principal, [user for user in users if user.id not in refused], types)
    return [refused.get(user.id, user.id) for user in users]


def _faults(user: NewUser, terms: Terms, types: Mapping[UUID, ConsentType]) -> list[Fault]:
    found = [
        Fault(wire.pointer(("profile", "attributes", *fault.path)), fault.keyword, fault.detail)
        for fault in attribute_faults(terms, user.profile)
    ]
    return found + consents.missing(types, user.definition.consents_definition)


def _out_of_reach(desk: Desk, registered_at: datetime | None, now: datetime) -> list[Fault]:
    if registered_at is None or now - desk.occurred_past <= registered_at <= now + desk.occurred_ahead:
        return []
    first, last = wire.rfc3339(now - desk.occurred_past), wire.rfc3339(now + desk.occurred_ahead)
    detail = (
        f"Name an instant from {first} to {last}, as for what an event may have occurred at, or leave it out for now."
    )
    return [Fault("/registeredAt", "out_of_range", detail)]


async def _begin(
    desk: Desk, tx: Tx, principal: Principal, users: Sequence[NewUser], types: Mapping[UUID, ConsentType]
) -> None:
    """Give users who have just been written their wallets and consents, and report both."""
    if not users:
        return
    tenant_id = principal.tenant_id
    wallets = [(user.id, "RESTRICTED" if user.definition.is_restricted else "OPEN") for user in users]
    await ledger.open_wallets(tx, tenant_id, wallets)
    now = await tx.fetchval("select clock_timestamp()")
    given = [
        Consent.of(user.id, types[one.type.id])
        for user in users
        for one in user.definition.consents_definition or ()
        if one.checked
    ]
    await consents.give(tx, tenant_id, given, principal.name, now)
    told = [Told("REGISTERED_ACCOUNT", user.id, _payload(user), user.definition.registered_at) for user in users]
    told += [Told("CONSENT_GIVEN", one.user_id, one.payload) for one in given]
    await report_new(desk, tx, principal, told, now)


def _payload(user: NewUser) -> dict[str, str]:
    payload = {"userId": str(user.id), "accountNumber": user.account_number}
    if user.definition.referral_invite_code is not None:
        payload["referralInviteCode"] = user.definition.referral_invite_code
    return payload
