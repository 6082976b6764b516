"""Finding who wants to sign in: somebody of the staff, by what the person shows at the door."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard.access import credential
from punchcard.db.connection import Db, Row


class Person(Struct, frozen=True):
    """Somebody of the staff, as the door reads it. Nobody without a password hash has a password."""

    tenant_id: UUID
    id: UUID
    email: str
    password_hash: str | None
    oidc_issuer: str | None
    name: str
    role: str
    signed_in_at: datetime | None


# One address may be known to several tenants. Without one that is named, it is where the person was last.
FIND_BY_EMAIL = """
select person.* from staff as person join tenants as tenant on tenant.id = person.tenant_id
where person.email = $1 and person.removed_at is null and ($2::uuid is null or tenant.api_key = $2)
order by person.signed_in_at desc nulls last, person.id limit 1
"""
FIND_BY_SUBJECT = """
select person.* from staff as person join tenants as tenant on tenant.id = person.tenant_id
where person.oidc_issuer = $1 and person.oidc_subject = $2 and person.removed_at is null
  and ($3::uuid is null or tenant.api_key = $3)
order by person.signed_in_at desc nulls last, person.id limit 1
"""
FIND_BY_LINK = """
select person.* from password_links as link
join staff as person on person.tenant_id = link.tenant_id and person.id = link.staff_id
where link.digest = $1 and link.expires_at > clock_timestamp() and person.removed_at is null
"""
FIND = "select * from staff where tenant_id = $1 and id = $2 and removed_at is null"


async def find_by_email(db: Db, email: str, api_key: UUID | None) -> Person | None:
    """Return who has an address of e-mail, of the tenant that an API key names, else where the person was last."""
    return _person(await db.fetchrow(FIND_BY_EMAIL, email.strip().lower(), api_key))


async def find_by_subject(db: Db, issuer: str, subject: str, api_key: UUID | None) -> Person | None:
    """Return whom a provider of sign-ins knows by `subject`."""
    return _person(await db.fetchrow(FIND_BY_SUBJECT, issuer, subject, api_key))


async def find_by_link(db: Db, token: str) -> Person | None:
    """Return who may set a password with a link's token; it is not used up by that."""
    if not credential.is_well_formed(token, credential.PASSWORD_LINK):
        return None
    return _person(await db.fetchrow(FIND_BY_LINK, credential.digest(token)))


FIND_IN = "select * from staff where tenant_id = $1 and email = $2 and removed_at is null"


async def find_in(db: Db, tenant_id: UUID, email: str) -> Person | None:
    """Return who of a tenant's staff has an address of e-mail."""
    return _person(await db.fetchrow(FIND_IN, tenant_id, email.strip().lower()))


LIST = "select * from staff where tenant_id = $1 and removed_at is null order by email"


async def list_present(db: Db, tenant_id: UUID) -> list[Person]:
    """Return all of a tenant's staff who may sign in, by their addresses."""
    return [found for row in await db.fetch(LIST, tenant_id) if (found := _person(row)) is not None]


async def find(db: Db, tenant_id: UUID, staff_id: UUID) -> Person | None:
    """Return somebody of a tenant's staff, unless removed."""
    return _person(await db.fetchrow(FIND, tenant_id, staff_id))


def _person(row: Row | None) -> Person | None:
    if row is None:
        return None
    return Person(
        row["tenant_id"], row["id"], row["email"], row["password_hash"], row["oidc_issuer"], row["name"],
        row["role"], row["signed_in_at"],
    )  # fmt: skip
