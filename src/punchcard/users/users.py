"""Users: the members of a programme, and the names that they go by. Owns `users` and `user_keys`."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, page, select
from punchcard.engine.facts import Member
from punchcard.errors import Fault, NameTaken, NotFound

ACCOUNT_DIGITS = 12

Text64 = Annotated[str, Field(min_length=1, max_length=64)]
Text256 = Annotated[str, Field(min_length=1, max_length=256)]
Identifier = Annotated[str, Field(min_length=1, max_length=512)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Gender = Literal["FEMALE", "MALE", "OTHER", "UNKNOWN"]


class _Profile(wire.Definition):
    gender: Gender | None = None
    birthdate: date | None = None
    country: Country | None = None
    city: Text256 | None = None
    postcode: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    picture_url: Annotated[str, Field(max_length=2048, pattern=r"^https?://")] | None = None
    street_address: Text64 | None = None
    telephone_number: Annotated[str, Field(max_length=64)] | None = None
    region: Annotated[str, Field(max_length=256)] | None = None
    attributes: wire.Json | None = None


class UserProfileDefinition(_Profile):
    """A new user's profile."""

    family_name: Text64
    given_name: Text64
    email_address: Email
    attribution_data: wire.Json | None = None


class UserProfilePatch(_Profile):
    """What to change of a profile; null takes a field away."""

    family_name: Text64 | None = None
    given_name: Text64 | None = None
    email_address: Email | None = None


class UserDefinition(wire.Definition):
    """A new user. `authIdentifier` is the name in the tenant's own login, the subject of its tokens."""

    profile: UserProfileDefinition
    auth_identifier: Identifier | None = None
    external_identifier: Identifier | None = None
    is_restricted: wire.Flag = False


class UserPatch(wire.Definition):
    """What to change of a user; a field that is left out stays."""

    profile: UserProfilePatch | None = None
    external_identifier: Identifier | None = None
    is_restricted: wire.Flag | None = None


class UserView(wire.View, frozen=True):
    """A user."""

    id: UUID
    account_number: str
    auth_identifier: str | None
    external_identifier: str | None
    profile: msgspec.Raw
    status: str
    is_restricted: bool
    version: int
    created_at: str
    updated_at: str


class NewUser(Struct, frozen=True):
    """A user's id and account number, once there is one."""

    id: UUID
    account_number: str


READ = "select * from users where tenant_id = $1"
READ_MEMBERS = """
    select id, profile, created_at from users
    where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
"""
BY_KEY = "id = (select user_id from user_keys where tenant_id = $1 and key = {})"
LOCK = "select from users where tenant_id = $1 and id = $2 for no key update"
# An exact name, or the beginning of one; compared byte by byte, as the indexes are made.
BEGINS = "lower({field}) ~>=~ lower({{0}}) and lower({field}) ~<~ (lower({{0}}) || chr(1114111))"
FULL_NAME = "(profile->>'givenName') || ' ' || (profile->>'familyName')"
BY_SEARCH = " or ".join(
    [BY_KEY.replace("{}", "{0}")]
    + [f"({BEGINS.format(field=field)})" for field in (FULL_NAME, "profile->>'familyName'", "profile->>'emailAddress'")]
)
FILTERS = {
    "accountNumber": Filter(BY_KEY),
    "authIdentifier": Filter(BY_KEY, wire.subject_key),
    "externalIdentifier": Filter("external_identifier = {}"),
    "status": Filter("status = {}"),
    "search": Filter(f"({BY_SEARCH})", lambda text: wire.subject_key(text.strip())),
    "emailAddress": Filter("lower(profile->>'emailAddress') = lower({})"),
}
INSERT = """
    insert into users (tenant_id, id, account_number, auth_identifier, external_identifier, profile, status)
    values ($1, $2, $3, $4, $5, $6, $7)
"""
INSERT_KEYS = """
    insert into user_keys (tenant_id, user_id, key, proves_identity)
    select $1, $2, * from unnest($3::text[], $4::boolean[]) on conflict do nothing returning key
"""
UPDATE = """
    update users set profile = $3, external_identifier = $4, status = $5, version = version + 1,
                     updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
FIND = "select user_id from user_keys where tenant_id = $1 and key = $2"
FIND_CALLER = """
    select users.id from user_keys join users on users.tenant_id = user_keys.tenant_id and users.id = user_keys.user_id
    where user_keys.tenant_id = $1 and key = $2 and proves_identity and status <> 'CLOSED'
"""


async def insert_user(tx: Tx, tenant_id: UUID, definition: UserDefinition) -> NewUser:
    """Write a new user and its names. Raises: NameTaken when a name belongs to another user."""
    user = NewUser(clock.new_id(), clock.account_number(ACCOUNT_DIGITS))
    while await tx.fetchval(FIND, tenant_id, user.account_number):
        user = NewUser(user.id, clock.account_number(ACCOUNT_DIGITS))
    status = "RESTRICTED" if definition.is_restricted else "ACTIVE"
    profile = definition.profile.model_dump(mode="json", by_alias=True, exclude_none=True)
    auth_identifier = definition.auth_identifier
    try:
        await tx.execute(
            INSERT, tenant_id, user.id, user.account_number, auth_identifier, definition.external_identifier,
            wire.text(profile), status,
        )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise _taken("externalIdentifier") from None
    keys = {str(user.id): True, user.account_number: False}
    if auth_identifier is not None:
        keys[wire.subject_key(auth_identifier)] = True
    if len(await tx.fetch(INSERT_KEYS, tenant_id, user.id, list(keys), list(keys.values()))) < len(keys):
        raise _taken("authIdentifier")
    return user


async def list_users(db: Db, tenant_id: UUID, listing: Listing) -> Page[UserView]:
    """List the users.

    `search` finds by id, account number or authIdentifier exactly, and by the beginning of a name or e-mail address.
    """
    sql, arguments = select(listing, READ, [tenant_id], FILTERS, id_column="id", order="ASC")
    return page(listing, await db.fetch(sql, *arguments), _view)


async def get_user(db: Db, tenant_id: UUID, id: UUID) -> UserView:
    """Return one user."""
    async with db.transaction(snapshot=True) as tx:
        return await read_user(tx, tenant_id, id)


async def read_user(tx: Tx, tenant_id: UUID, user_id: UUID) -> UserView:
    """Return one user as this transaction sees it. Raises: NotFound."""
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, user_id)
    if row is None:
        raise NotFound("There is no such user.")
    return _view(row)


async def find_user(db: Db | Tx, tenant_id: UUID, name: str) -> UUID | None:
    """Return the user who goes by an id, account number or authIdentifier."""
    found: UUID | None = await db.fetchval(FIND, tenant_id, wire.subject_key(name))
    return found


async def find_caller(db: Db, tenant_id: UUID, subject: str) -> UUID | None:
    """Return the user whom a token's subject names by id or authIdentifier, unless the account is closed."""
    found: UUID | None = await db.fetchval(FIND_CALLER, tenant_id, wire.subject_key(subject))
    return found


async def update_user(
    tx: Tx, tenant_id: UUID, user_id: UUID, changed: Mapping[str, Any], expected: wire.Expected = wire.ANY_VERSION
) -> UserView:
    """Change a user's fields: `profile` (merged), `external_identifier`, `status`.

    Raises: NotFound, PreconditionFailed, NameTaken.
    """
    await tx.execute(LOCK, tenant_id, user_id)
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, user_id)
    if row is None:
        raise NotFound("There is no such user.")
    wire.require_version(row["version"], expected)
    profile = wire.decode(row["profile"].encode()) | changed.get("profile", {})
    kept = {name: value for name, value in profile.items() if value is not None}
    external = changed.get("external_identifier", row["external_identifier"])
    try:
        updated = await tx.fetchrow(
            UPDATE, tenant_id, user_id, wire.text(kept), external, changed.get("status", row["status"])
        )
    except asyncpg.UniqueViolationError:
        raise _taken("externalIdentifier") from None
    assert updated is not None
    return _view(updated)


def _taken(field: str) -> NameTaken:
    detail = f"Another user of this tenant has this {field}."
    return NameTaken(detail, faults=[Fault(f"/{field}", "name_taken", detail)])


def _view(row: Row) -> UserView:
    return UserView(
        row["id"], row["account_number"], row["auth_identifier"], row["external_identifier"], wire.raw(row["profile"]),
        row["status"], row["status"] == "RESTRICTED", row["version"], wire.rfc3339(row["created_at"]),
        wire.rfc3339(row["updated_at"]),
    )  # fmt: skip


async def read_members(tx: Tx, asked: Collection[tuple[UUID, UUID]]) -> dict[UUID, Member]:
    """Return users (tenant id, user id) as rules see them."""
    rows = await tx.fetch(READ_MEMBERS, *columns(asked, 2))
    return {row["id"]: Member(wire.decode(row["profile"].encode()), row["created_at"]) for row in rows}
