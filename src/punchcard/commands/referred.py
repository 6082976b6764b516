"""Who registers by a member's code: the code is looked up and held, and nobody is brought by himself."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.membership import Contact, contacts_of
from punchcard.errors import Fault, Invalid
from punchcard.events.request import Desk
from punchcard.referrals import referral_codes, referrals
from punchcard.referrals.referrals import Referred, device_of
from punchcard.users.users import NewUser, read_user

POINTER = "/referralInviteCode"


class Brought(Struct, frozen=True):
    """Who of new users comes by whose code, and who cannot register like that."""

    referred: Sequence[Referred] = ()
    refused: Mapping[UUID, Invalid] = {}


async def find_codes(desk: Desk, tx: Tx, tenant_id: UUID, users: Sequence[NewUser]) -> Brought:
    """Hold the codes by which new users come, before anything of theirs is written: one code counts them in a row."""
    by_code = [user for user in users if user.definition.referral_invite_code is not None]
    if not by_code:
        return Brought()
    texts = {(user.definition.referral_invite_code or "").lower() for user in by_code}
    codes = await referral_codes.hold_codes(tx, tenant_id, texts)
    members = {row["user_id"]: await read_user(tx, tenant_id, row["user_id"]) for row in codes.values()}
    found, refused = [], {}
    for user in by_code:
        code = codes.get((user.definition.referral_invite_code or "").lower())
        referrer = None if code is None else members[code["user_id"]]
        theirs = None if referrer is None else wire.decode(bytes(referrer.profile))
        fault = _refusal(code, None if referrer is None else referrer.status, theirs, user.profile)
        if fault is not None:
            refused[user.id] = wire.invalid([fault]).as_value()
            continue
        assert code is not None, "else it is refused"
        activity = user.definition.referral_activity
        device = None if activity is None else device_of(desk.fingerprint_key, activity.ip_address, activity.user_agent)
        found.append(Referred(user.id, code, None if activity is None else activity.source, device))
    return Brought(found, refused)


async def write(tx: Tx, tenant_id: UUID, referred: Sequence[Referred]) -> None:
    """Write down who came by whose code, once the users are written."""
    for one in referred:
        await referrals.add(tx, tenant_id, one)
        await referral_codes.count(tx, tenant_id, one.code["id"], registers=1)


def _refusal(
    code: Row | None, status: str | None, referrer: Mapping[str, Any] | None, profile: Mapping[str, Any]
) -> Fault | None:
    if code is None or referrer is None:
        detail = "No active campaign has such a code; leave it out, or ask whoever sent it for another one."
        return Fault(POINTER, "referral_code_unknown", detail)
    if status == "CLOSED":
        return Fault(POINTER, "referrer_closed", "Whoever sent this code has left; leave it out.")
    if is_same_person(referrer, profile):
        detail = "This code is of the same person: nobody brings himself. Leave it out."
        return Fault(POINTER, "self_referral", detail)
    return None


def is_same_person(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two profiles share an e-mail address (whatever is tagged on to it) or a telephone number."""
    first, second = _contacts(one), _contacts(other)
    return any(first[kind] == second.get(kind) for kind in first)


def _contacts(profile: Mapping[str, Any]) -> dict[Contact, str]:
    found = contacts_of(profile, list(Contact))
    if Contact.EMAIL_ADDRESS in found:
        name, _, host = found[Contact.EMAIL_ADDRESS].rpartition("@")
        found[Contact.EMAIL_ADDRESS] = f"{name.partition('+')[0]}@{host}"
    return found
