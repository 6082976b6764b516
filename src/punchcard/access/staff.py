"""Staff: the people who sign in to the console by themselves. Owns `staff`.

Whoever is added has no password: a link, which works once and for a day, lets the person set it. Its token is told to
the owner who adds or resets somebody, and to nobody else. A role counts from the next call on, and a removed person's
sessions are over at once; the entry stays, since the audit log names it.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, UnsetType, structs
from pydantic import AfterValidator, Field

from punchcard import clock, wire
from punchcard.access import password_links, sessions
from punchcard.access.clients import ClientName, require_user
from punchcard.access.principals import Principal
from punchcard.access.roles import Role, require_grantable
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag
from punchcard.errors import Conflict, NameTaken, NotFound

STAFF_MAX = 1_000
EMAIL = r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$"

Email = Annotated[str, Field(min_length=3, max_length=254, pattern=EMAIL), AfterValidator(str.lower)]
StaffRole = Literal[Role.OWNER, Role.MANAGER, Role.SUPPORT, Role.VIEWER]


class StaffDefinition(wire.Definition):
    """Somebody new; without a `name`, the e-mail address is it. `userId` is the member that the person is besides."""

    email: Email
    name: ClientName | None = None
    role: StaffRole
    user_id: UUID | None = None


class StaffPatch(wire.Definition):
    """What to change; a field that is left out stays. Another role counts from the next call on."""

    name: ClientName | None = None
    role: StaffRole | None = None
    user_id: UUID | None = Field(None, description="null: the person is no member")


class StaffView(wire.View, frozen=True, kw_only=True):
    """Somebody of the staff. In the audit log, and as the reporter of events, the person is `admin:staff:` and the id.

    `hasPassword` is false until it has been set; `oidcIssuer` is the provider that the person has signed in by.
    """

    id: UUID
    email: str
    name: str
    role: str
    user_id: UUID | None
    has_password: bool
    oidc_issuer: str | None
    signed_in_at: str | None
    created_at: str
    updated_at: str
    removed_at: str | None
    version: int


class FullStaffView(StaffView, frozen=True, kw_only=True):
    """Somebody who has to set a password.

    `passwordToken` is told this once, and is good for a day: it makes the link to the console's page
    `/console/set-password#token=…`. A repeat by Idempotency-Key leaves it out.
    """

    password_token: str | UnsetType = UNSET


READ = "select * from staff where tenant_id = $1"
FILTERS = {
    "role": Filter("role = {}"),
    "email": Filter("email = lower({})"),
    "isRemoved": Filter("(removed_at is not null) = {}", read_flag),
}


async def list_staff(db: Db, tenant_id: UUID, listing: Listing) -> Page[StaffView]:
    """List the staff, removed people too."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, lambda row: StaffView(**_fields(row)), order="ASC")


async def get_staff(db: Db, tenant_id: UUID, staff_id: UUID) -> StaffView:
    """Return one of the staff. Raises: NotFound."""
    return StaffView(**_fields(_found(await db.fetchrow(READ + " and id = $2", tenant_id, staff_id))))


INSERT = """
insert into staff (tenant_id, id, email, name, role, user_id) values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id, email) where removed_at is null do nothing returning true
"""
COUNT = "select count(*) from staff where tenant_id = $1 and removed_at is null"


async def insert_staff(
    tx: Tx, tenant_id: UUID, email: str, name: str | None, role: Role, user_id: UUID | None = None
) -> UUID:
    """Record somebody; return the id. Raises: NameTaken, Conflict when there are too many."""
    staff_id = clock.new_id()
    if not await tx.fetchval(INSERT, tenant_id, staff_id, email, name or email[:200], role.value, user_id):
        raise NameTaken("Somebody of the staff has this e-mail address already.")
    if await tx.fetchval(COUNT, tenant_id) > STAFF_MAX:
        raise Conflict(f"A tenant has at most {STAFF_MAX} people; remove one who has left.")
    return staff_id


async def create_staff(db: Db, principal: Principal, definition: StaffDefinition) -> FullStaffView:
    """Add somebody; the token with which the person sets a password is told this once.

    Raises: Forbidden for a role above the own, NameTaken, Invalid, Conflict.
    """
    require_grantable(principal.role, definition.role)
    tenant_id, made = principal.tenant_id, ""

    async def body(tx: Tx) -> FullStaffView:
        nonlocal made
        await require_user(tx, tenant_id, definition.user_id)
        staff_id = await insert_staff(
            tx, tenant_id, definition.email, definition.name, definition.role, definition.user_id
        )
        made = await password_links.issue(tx, tenant_id, staff_id)
        return FullStaffView(**_fields(await _hold(tx, tenant_id, staff_id)))

    return structs.replace(await db.run(body), password_token=made)


UPDATE = """
update staff set name = $3, role = $4, user_id = $5, version = version + 1, updated_at = clock_timestamp()
where tenant_id = $1 and id = $2
"""


async def patch_staff(
    db: Db, principal: Principal, staff_id: UUID, definition: StaffPatch, expected: wire.Expected
) -> StaffView:
    """Change somebody's name, role or member. Another role counts from the next call on, in open sessions too.

    Raises: NotFound, PreconditionFailed, Forbidden for a role above the own, Conflict, Invalid.
    """
    if definition.role is not None:
        require_grantable(principal.role, definition.role)
    tenant_id, changed = principal.tenant_id, definition.model_dump(exclude_unset=True)

    async def body(tx: Tx) -> StaffView:
        row = await _hold_present(tx, tenant_id, staff_id)
        wire.require_version(row["version"], expected)
        user_id = changed.get("user_id", row["user_id"])
        await require_user(tx, tenant_id, user_id)
        role = (definition.role or Role(row["role"])).value
        await tx.execute(UPDATE, tenant_id, staff_id, definition.name or row["name"], role, user_id)
        return StaffView(**_fields(await _hold(tx, tenant_id, staff_id)))

    return await db.run(body)


RESET = """
update staff set password_hash = null, password_changed_at = null, oidc_issuer = null, oidc_subject = null,
    version = version + 1, updated_at = clock_timestamp()
where tenant_id = $1 and id = $2
"""


async def reset(tx: Tx, tenant_id: UUID, staff_id: UUID) -> str:
    """Take somebody's password and sessions away; return the token for setting another. Raises: NotFound, Conflict."""
    await _hold_present(tx, tenant_id, staff_id)
    await tx.execute(RESET, tenant_id, staff_id)
    await sessions.end_of_staff(tx, tenant_id, staff_id)
    return await password_links.issue(tx, tenant_id, staff_id)


async def reset_staff(db: Db, principal: Principal, staff_id: UUID) -> FullStaffView:
    """Take somebody's password, linked sign-in and sessions away, and make a token for setting another password.

    Raises: NotFound, Conflict when the person has been removed.
    """
    tenant_id, made = principal.tenant_id, ""

    async def body(tx: Tx) -> FullStaffView:
        nonlocal made
        made = await reset(tx, tenant_id, staff_id)
        return FullStaffView(**_fields(await _hold(tx, tenant_id, staff_id)))

    return structs.replace(await db.run(body), password_token=made)


REMOVE = """
update staff set removed_at = clock_timestamp(), password_hash = null, password_changed_at = null,
    version = version + 1, updated_at = clock_timestamp()
where tenant_id = $1 and id = $2 and removed_at is null
"""


async def remove(tx: Tx, tenant_id: UUID, staff_id: UUID) -> None:
    """Take somebody's ways in and sessions away, for good. Again, it changes nothing. Raises: NotFound."""
    await _hold(tx, tenant_id, staff_id)
    await tx.execute(REMOVE, tenant_id, staff_id)
    await password_links.drop(tx, tenant_id, staff_id)
    await sessions.end_of_staff(tx, tenant_id, staff_id)


async def remove_staff(db: Db, principal: Principal, staff_id: UUID) -> StaffView:
    """Take somebody's ways in and sessions away, for good. Again, it changes nothing. Raises: NotFound."""
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> StaffView:
        await remove(tx, tenant_id, staff_id)
        return StaffView(**_fields(await _hold(tx, tenant_id, staff_id)))

    return await db.run(body)


# what signing in changes ------------------------------------------------------------------------------

UPDATE_HASH = """
update staff set password_hash = $3, password_changed_at = clock_timestamp(), version = version + 1,
    updated_at = clock_timestamp()
where tenant_id = $1 and id = $2 and removed_at is null
"""
REHASH = "update staff set password_hash = $3 where tenant_id = $1 and id = $2 and password_hash = $4"
SIGNED_IN = "update staff set signed_in_at = clock_timestamp() where tenant_id = $1 and id = $2"
LINK_SUBJECT = """
update staff set oidc_issuer = $3, oidc_subject = $4, version = version + 1, updated_at = clock_timestamp()
where tenant_id = $1 and id = $2 and oidc_issuer is distinct from $3
"""


async def set_password(tx: Tx, tenant_id: UUID, staff_id: UUID, hashed: str) -> None:
    """Give somebody another password; whoever knew the one before is signed out everywhere."""
    await tx.execute(UPDATE_HASH, tenant_id, staff_id, hashed)
    await password_links.drop(tx, tenant_id, staff_id)
    await sessions.end_of_staff(tx, tenant_id, staff_id)


async def keep_hash(db: Db, tenant_id: UUID, staff_id: UUID, hashed: str, before: str) -> None:
    """Keep the same password by a newer hash."""
    await db.execute(REHASH, tenant_id, staff_id, hashed, before)


async def note_sign_in(tx: Tx, tenant_id: UUID, staff_id: UUID) -> None:
    """Note that somebody has signed in now."""
    await tx.execute(SIGNED_IN, tenant_id, staff_id)


async def link_subject(tx: Tx, tenant_id: UUID, staff_id: UUID, issuer: str, subject: str) -> None:
    """Note under which name a provider of sign-ins knows somebody, for good."""
    await tx.execute(LINK_SUBJECT, tenant_id, staff_id, issuer, subject)


# members that the staff are besides ------------------------------------------------------------------

CARRY_OVER = "update staff set user_id = $3 where tenant_id = $1 and user_id = $2"
ERASE = "update staff set user_id = null where tenant_id = $1 and user_id = any($2::uuid[])"


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let staff who were one member be another, who goes on."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Let staff be members no more."""
    await tx.execute(ERASE, tenant_id, list(family))


async def _hold(tx: Tx, tenant_id: UUID, staff_id: UUID) -> Row:
    return _found(await tx.fetchrow(READ + " and id = $2 for update", tenant_id, staff_id))


async def _hold_present(tx: Tx, tenant_id: UUID, staff_id: UUID) -> Row:
    row = await _hold(tx, tenant_id, staff_id)
    if row["removed_at"] is not None:
        raise Conflict("The person has been removed, for good; add the person again.")
    return row


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound("The tenant has no such person among its staff.")
    return row


def _fields(row: Row) -> dict[str, Any]:
    told = {name: row[name] for name in ("id", "email", "name", "role", "user_id", "oidc_issuer", "version")}
    times = {
        name: wire.rfc3339_or_none(row[name]) for name in ("signed_in_at", "created_at", "updated_at", "removed_at")
    }
    return told | times | {"has_password": row["password_hash"] is not None}
