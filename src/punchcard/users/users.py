"""Users: the members of a programme, and the names that they go by. Owns `users` and `user_keys`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.engine.facts import Member
from punchcard.errors import Fault, NameTaken, NotFound, UserMerged
from punchcard.users.definitions import UserDefinition, UserView

ACCOUNT_DIGITS = 12


class NewUser(Struct, frozen=True):
    """A user about to be written: the id and account number that it gets, and what it was described by."""

    id: UUID
    account_number: str
    definition: UserDefinition

    @property
    def status(self) -> str:
        """How the user begins."""
        return "RESTRICTED" if self.definition.is_restricted else "ACTIVE"

    @property
    def keys(self) -> dict[str, bool]:
        """Every name that leads to the user, and whether a token that bears it proves who is calling."""
        keys = {str(self.id): True, self.account_number: False}
        if self.definition.auth_identifier is not None:
            keys[wire.subject_key(self.definition.auth_identifier)] = True
        return keys

    @property
    def profile(self) -> wire.Json:
        """The profile as it is kept."""
        return self.definition.profile.model_dump(mode="json", by_alias=True, exclude_none=True)


READ = "select * from users where tenant_id = $1"
READ_MEMBERS = """
    select id, profile, created_at from users
    where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
"""
LOCK = "select from users where tenant_id = $1 and id = $2 for no key update"
KNOWN_EXTERNAL = """
    select external_identifier from users where tenant_id = $1 and external_identifier = any($2::text[])
"""
KNOWN_NUMBERS = "select key from user_keys where tenant_id = $1 and key = any($2::text[])"
INSERT = """
    insert into users (tenant_id, id, account_number, auth_identifier, external_identifier, profile, status, flags,
                       created_at)
    select $1, id, number, auth, external, profile, status, flags, coalesce(registered_at, clock_timestamp())
    from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::json[], $7::text[], $8::json[], $9::timestamptz[])
         as new (id, number, auth, external, profile, status, flags, registered_at)
    on conflict (tenant_id, external_identifier) do nothing returning id
"""
INSERT_KEYS = """
    insert into user_keys (tenant_id, key, user_id, proves_identity)
    select $1, * from unnest($2::text[], $3::uuid[], $4::boolean[]) on conflict do nothing returning key, user_id
"""
DROP_KEYS = "delete from user_keys where tenant_id = $1 and user_id = any($2::uuid[])"
DROP = "delete from users where tenant_id = $1 and id = any($2::uuid[])"
UPDATE = """
    update users set profile = $3, external_identifier = $4, status = $5, flags = $6, version = version + 1,
                     updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
MERGED_WITH = "select id from users where tenant_id = $1 and merged_into = $2"
GIVE_UP = """
    update users set status = 'MERGED', merged_into = $3, profile = '{}', flags = null, auth_identifier = null,
                     external_identifier = null, version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2
"""
FOLLOW = "update users set merged_into = $3 where tenant_id = $1 and merged_into = $2"
TAKE_IN = """
    update users set profile = $3, flags = $4, auth_identifier = $5, external_identifier = $6, linked_venues = $7,
                     version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
# What is no name of a person stays: ids, and account numbers, which stand in the stream and must lead to nobody else.
ERASE = """
    update users set profile = '{}', flags = null, auth_identifier = null, external_identifier = null,
                     linked_venues = '{}', erased_at = coalesce(erased_at, $3), version = version + 1, updated_at = $3
    where tenant_id = $1 and id = any($2::uuid[]) and erased_at is null
"""
ERASE_KEYS = """
    delete from user_keys as known where tenant_id = $1 and user_id = $2 and not exists (
        select from users
        where users.tenant_id = $1 and users.id = any($3::uuid[]) and known.key in (users.id::text, account_number)
    )
    returning key
"""
GIVE_KEYS = "update user_keys set user_id = $3 where tenant_id = $1 and user_id = $2"
FORGET_AUTH_IDENTIFIER = "update users set auth_identifier = null where tenant_id = $1 and id = $2"
LINK_VENUES = "update users set linked_venues = $3 where tenant_id = $1 and id = $2"
LINKED_VENUES = "select linked_venues from users where tenant_id = $1 and id = $2"
FREE_KEY = "delete from user_keys where tenant_id = $1 and user_id = $2 and key = $3"
FIND = "select user_id from user_keys where tenant_id = $1 and key = $2"
FIND_CALLER = """
    select users.id from user_keys join users on users.tenant_id = user_keys.tenant_id and users.id = user_keys.user_id
    where user_keys.tenant_id = $1 and key = $2 and proves_identity and status <> 'CLOSED'
"""


async def new_users(tx: Tx, tenant_id: UUID, definitions: Sequence[UserDefinition]) -> list[NewUser]:
    """Give users that are about to be written their ids, and account numbers that nobody has."""
    numbers: list[str] = []
    while len(numbers) < len(definitions):
        drawn = {clock.account_number(ACCOUNT_DIGITS) for _ in range(len(definitions) - len(numbers))} - set(numbers)
        known = {row["key"] for row in await tx.fetch(KNOWN_NUMBERS, tenant_id, list(drawn))}
        numbers += drawn - known
    return [
        NewUser(clock.new_id(), number, definition) for number, definition in zip(numbers, definitions, strict=True)
    ]


async def insert_users(tx: Tx, tenant_id: UUID, users: Sequence[NewUser]) -> dict[UUID, NameTaken]:
    """Write new users and their names; return, by id, why some were not written: a name belongs to somebody else."""
    rows = [
        (
            user.id, user.account_number, user.definition.auth_identifier, user.definition.external_identifier,
            wire.text(user.profile), user.status, flags_text(user.definition.flags),
            user.definition.registered_at,
        )
        for user in sorted(users, key=lambda user: user.definition.external_identifier or "")
    ]  # fmt: skip
    written = {row["id"] for row in await tx.fetch(INSERT, tenant_id, *columns(rows, 8))}
    refused = {user.id: taken("/externalIdentifier") for user in users if user.id not in written}
    keys = sorted((key, user.id, proves) for user in users if user.id in written for key, proves in user.keys.items())
    had = {(row["key"], row["user_id"]) for row in await tx.fetch(INSERT_KEYS, tenant_id, *columns(keys, 3))}
    late = {user_id: taken("/authIdentifier") for key, user_id, _ in keys if (key, user_id) not in had}
    await drop_users(tx, tenant_id, late)
    return refused | late


async def drop_users(tx: Tx, tenant_id: UUID, user_ids: Collection[UUID]) -> None:
    """Take back users that this transaction has written, since nothing came of them."""
    if user_ids:
        await tx.execute(DROP_KEYS, tenant_id, list(user_ids))
        await tx.execute(DROP, tenant_id, list(user_ids))


async def get_user(db: Db, tenant_id: UUID, id: UUID) -> UserView:
    """Return one user."""
    async with db.transaction(snapshot=True) as tx:
        return await read_user(tx, tenant_id, id)


async def read_user(tx: Tx, tenant_id: UUID, user_id: UUID) -> UserView:
    """Return one user as this transaction sees it. Raises: NotFound."""
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, user_id)
    if row is None:
        raise NotFound("There is no such user.")
    if row["status"] == "MERGED":
        raise UserMerged(user_id)
    return view(row)


async def read_known(tx: Tx, tenant_id: UUID, names: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of names ("external" or "auth", and the identifier) that a member goes by."""
    external = [name for kind, name in names if kind == "external"]
    auth = [name for kind, name in names if kind == "auth"]
    found = {("external", row[0]) for row in await tx.fetch(KNOWN_EXTERNAL, tenant_id, external)} if external else set()
    return found | ({("auth", row[0]) for row in await tx.fetch(KNOWN_NUMBERS, tenant_id, auth)} if auth else set())


async def read_family(db: Db | Tx, tenant_id: UUID, user_id: UUID) -> list[UUID]:
    """Return a user and those that were given up for this one."""
    return [user_id, *(row["id"] for row in await db.fetch(MERGED_WITH, tenant_id, user_id))]


async def give_up(tx: Tx, tenant_id: UUID, merged_id: UUID, survivor_id: UUID) -> UserView:
    """Let a user live on as another: names lead there, and what the survivor does not say of itself is taken over.

    The caller holds both wallets. Raises: NotFound.
    """
    merged = await tx.fetchrow(READ + " and id = $2", tenant_id, merged_id)
    survivor = await tx.fetchrow(READ + " and id = $2", tenant_id, survivor_id)
    if merged is None or survivor is None:
        raise NotFound("There is no such user.")
    await tx.execute(GIVE_UP, tenant_id, merged_id, survivor_id)
    await tx.execute(FOLLOW, tenant_id, merged_id, survivor_id)
    await tx.execute(GIVE_KEYS, tenant_id, merged_id, survivor_id)
    kept = [survivor[name] or merged[name] for name in ("flags", "auth_identifier", "external_identifier")]
    venues = list(dict.fromkeys([*survivor["linked_venues"], *merged["linked_venues"]]))
    updated = await tx.fetchrow(TAKE_IN, tenant_id, survivor_id, _joined(merged, survivor), *kept, venues)
    assert updated is not None
    return view(updated)


def _joined(merged: Row, survivor: Row) -> str:
    theirs, own = (wire.decode(row["profile"].encode()) for row in (merged, survivor))
    attributes = {**(theirs.get("attributes") or {}), **(own.get("attributes") or {})}
    return wire.text({**theirs, **own, **({"attributes": attributes} if attributes else {})})


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID], now: datetime) -> list[str]:
    """Erase what is known of a person; `family` begins with the user. Return the names that led there."""
    await tx.execute(ERASE, tenant_id, list(family), now)
    return [row["key"] for row in await tx.fetch(ERASE_KEYS, tenant_id, family[0], list(family))]


async def find_user(db: Db | Tx, tenant_id: UUID, name: str) -> UUID | None:
    """Return the user who goes by an id, account number or authIdentifier."""
    found: UUID | None = await db.fetchval(FIND, tenant_id, wire.subject_key(name))
    return found


async def find_caller(db: Db, tenant_id: UUID, subject: str) -> UUID | None:
    """Return the user whom a token's subject names by id or authIdentifier, unless the account is closed."""
    found: UUID | None = await db.fetchval(FIND_CALLER, tenant_id, wire.subject_key(subject))
    return found


async def read_profile(tx: Tx, tenant_id: UUID, user_id: UUID, changes: Mapping[str, Any]) -> wire.Json:
    """Hold a user, and return the profile as it is once `changes` are merged into it. Raises: NotFound."""
    await tx.execute(LOCK, tenant_id, user_id)
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, user_id)
    if row is None:
        raise NotFound("There is no such user.")
    profile = wire.decode(row["profile"].encode()) | changes
    return {name: value for name, value in profile.items() if value is not None}


async def update_user(
    tx: Tx, tenant_id: UUID, user_id: UUID, changed: Mapping[str, Any], expected: wire.Expected = wire.ANY_VERSION
) -> UserView:
    """Change a user's fields: `profile` (as a whole), `external_identifier`, `status`, `flags`.

    Raises: NotFound, PreconditionFailed, NameTaken.
    """
    await tx.execute(LOCK, tenant_id, user_id)
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, user_id)
    if row is None:
        raise NotFound("There is no such user.")
    wire.require_version(row["version"], expected)
    profile = wire.text(changed["profile"]) if "profile" in changed else row["profile"]
    external = changed.get("external_identifier", row["external_identifier"])
    flags = flags_text(changed["flags"]) if "flags" in changed else row["flags"]
    try:
        updated = await tx.fetchrow(
            UPDATE, tenant_id, user_id, profile, external, changed.get("status", row["status"]), flags
        )
    except asyncpg.UniqueViolationError:
        raise taken("/externalIdentifier") from None
    assert updated is not None
    return view(updated)


async def link_venues(tx: Tx, tenant_id: UUID, user_id: UUID, venue_ids: Sequence[UUID]) -> None:
    """Link a user to venues, and to no others; the caller has seen that they are there."""
    await tx.execute(LINK_VENUES, tenant_id, user_id, list(dict.fromkeys(venue_ids)))


async def read_linked_venues(tx: Tx, tenant_id: UUID, user_id: UUID) -> list[UUID]:
    """Return the venues that a user is linked to."""
    return list(await tx.fetchval(LINKED_VENUES, tenant_id, user_id) or ())


async def forget_auth_identifier(tx: Tx, tenant_id: UUID, user: UserView) -> None:
    """Take the name in the tenant's own login from a user, so that another may have it."""
    if user.auth_identifier is not None:
        await tx.execute(FREE_KEY, tenant_id, user.id, wire.subject_key(user.auth_identifier))
        await tx.execute(FORGET_AUTH_IDENTIFIER, tenant_id, user.id)


def taken(pointer: str) -> NameTaken:
    """Return the refusal of a name or contact that another user has."""
    detail = f"Another user of this tenant has this {pointer.rpartition('/')[2]}."
    return NameTaken(detail, faults=[Fault(pointer, "name_taken", detail)])


def flags_text(flags: Any) -> str | None:
    """Return flags as they are kept."""
    return None if flags is None else wire.text(flags)


def view(row: Row) -> UserView:
    """Return a user as callers see one."""
    return UserView(
        row["id"], row["account_number"], row["auth_identifier"], row["external_identifier"], wire.raw(row["profile"]),
        row["status"], row["status"] == "RESTRICTED", row["version"], wire.rfc3339(row["created_at"]),
        wire.rfc3339(row["updated_at"]), wire.raw_or_none(row["flags"]), wire.rfc3339_or_none(row["erased_at"]),
        [wire.ReferenceView(one) for one in row["linked_venues"]] or None,
    )  # fmt: skip


async def read_members(tx: Tx, asked: Collection[tuple[UUID, UUID]]) -> dict[UUID, Member]:
    """Return users (tenant id, user id) as rules see them."""
    rows = await tx.fetch(READ_MEMBERS, *columns(asked, 2))
    return {row["id"]: Member(wire.decode(row["profile"].encode()), row["created_at"]) for row in rows}
