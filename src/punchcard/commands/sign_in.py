"""What signing in does: finds the person, begins the session, and says so in the audit log where somebody is new."""

from uuid import UUID

from punchcard.access import password_links, passwords, people, sessions, sign_in_attempts, staff
from punchcard.access.audit import Entry, record_operator
from punchcard.access.oidc import Identity
from punchcard.access.people import Person
from punchcard.access.roles import Role
from punchcard.access.sessions import Seen
from punchcard.access.sign_in_attempts import Attempt
from punchcard.access.tenants import list_tenants
from punchcard.config import Settings
from punchcard.db.connection import Db, Tx
from punchcard.errors import CredentialsRefused


async def enter(db: Db, person: Person, begun_by: str, settings: Settings, seen: Seen, attempt: Attempt) -> str:
    """Begin a session of somebody who has shown who it is; return its token."""
    lasting = (settings.session_idle_seconds_max, settings.session_seconds_max)

    async def body(tx: Tx) -> str:
        token = await sessions.begin_for_staff(tx, person.tenant_id, person.id, begun_by, *lasting, seen)
        await staff.note_sign_in(tx, person.tenant_id, person.id)
        await sign_in_attempts.succeeded(tx, attempt)
        return token

    return await db.run(body)


async def refresh_hash(db: Db, person: Person, password: str) -> None:
    """Hash a password anew that was hashed with other parameters than those of today."""
    if person.password_hash is not None and passwords.is_outdated(person.password_hash):
        hashed = await passwords.hash_of(password)
        await staff.keep_hash(db, person.tenant_id, person.id, hashed, person.password_hash)


async def set_by_link(db: Db, person: Person, token: str, hashed: str) -> bool:
    """Set somebody's password and use the link up; tell whether it could still be."""

    async def body(tx: Tx) -> bool:
        if not await password_links.take(tx, token):
            return False
        await staff.set_password(tx, person.tenant_id, person.id, hashed)
        return True

    return await db.run(body)


async def set_by_owner(db: Db, person: Person, hashed: str) -> None:
    """Set the password of somebody who knows the one before; all sessions end."""
    await db.run(lambda tx: staff.set_password(tx, person.tenant_id, person.id, hashed))


async def person_of(db: Db, identity: Identity, api_key: UUID | None, settings: Settings) -> Person:
    """Return whom a provider vouches for, linked to it from now on; or somebody new, where the settings say so.

    The address finds somebody once; from then on it is the provider's own name for the person, so that an address that
    passes on to somebody else opens nothing. Raises: CredentialsRefused.
    """
    known = await people.find_by_subject(db, identity.issuer, identity.subject, api_key)
    if known is not None:
        return known
    person = await people.find_by_email(db, identity.email, api_key)
    if person is None:
        person = await _new(db, identity, settings)
    if person.oidc_issuer == identity.issuer:
        raise CredentialsRefused("This address belongs to another account of the provider; ask an owner to reset it.")
    await db.run(lambda tx: staff.link_subject(tx, person.tenant_id, person.id, identity.issuer, identity.subject))
    return person


async def _new(db: Db, identity: Identity, settings: Settings) -> Person:
    role = dict(one.split("=") for one in settings.oidc_roles.split(",") if one).get(identity.email.partition("@")[2])
    tenants = [one.tenant_id for one in await list_tenants(db)]
    tenant_id = settings.oidc_tenant or (tenants[0] if len(tenants) == 1 else None)
    if role is None or tenant_id not in tenants or tenant_id is None:
        raise CredentialsRefused(f"Nobody of the staff has the address {identity.email}; ask an owner to add it.")

    async def body(tx: Tx) -> UUID:
        staff_id = await staff.insert_staff(tx, tenant_id, identity.email, identity.name, Role(role))
        told = {"id": str(staff_id), "email": identity.email, "role": role, "issuer": identity.issuer}
        await record_operator(tx, tenant_id, Entry("sign_in", "OpenID Connect", "staff", str(staff_id), after=told))
        return staff_id

    found = await people.find(db, tenant_id, await db.run(body))
    assert found is not None, "just added"
    return found
