"""Clients: machines and administrators that get an access token for an id and a secret. Owns `clients`.

A client has a role (roles.py), which is looked up at each call. The secret is shown once, when it is made; after that
there is only its digest.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType, structs
from pydantic import Field

from punchcard import clock, wire
from punchcard.access import credential
from punchcard.access.principals import Principal
from punchcard.access.roles import Role, require_grantable
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag
from punchcard.errors import Conflict, Fault, LastOwner, NotFound

LIVE_MAX = 500
NAME_CHARACTERS_MAX = 200
OVERLAP_SECONDS_MAX = 30 * 86_400
NAME = r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"  # no space at an end, no character that is not shown

ClientName = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX, pattern=NAME)]


CARRY_OVER = "update clients set user_id = $3 where tenant_id = $1 and user_id = $2"


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let clients whose holder is one member be held by another, who goes on."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


ERASE = "update clients set user_id = null where tenant_id = $1 and user_id = any($2::uuid[])"


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Let clients be held by members no more."""
    await tx.execute(ERASE, tenant_id, list(family))


class Client(Struct, frozen=True):
    """A client as the door knows it. A revoked one may not call, nor whoever shows a token that it was given before."""

    id: str
    role: Role
    revoked_at: datetime | None = None
    user_id: UUID | None = None


class ClientDefinition(wire.Definition):
    """A new client. `userId` is the member that its holder is besides: points can then not be given to that member."""

    name: ClientName = Field(description="whose it is: a person, a till, a shop")
    role: Role
    user_id: UUID | None = None


class ClientPatch(wire.Definition):
    """What to change of a client; a field that is left out stays. Another role counts from the next call on."""

    name: ClientName | None = None
    role: Role | None = None
    user_id: UUID | None = Field(None, description="null: the holder is no member")


class ClientRotation(wire.Definition):
    """How to rotate a client's secret: for so many seconds the old one is good beside the new one; 0: not at all."""

    overlap_seconds: wire.Integer = Field(0, ge=0, le=OVERLAP_SECONDS_MAX)


class ClientView(wire.View, frozen=True, kw_only=True):
    """A client. `formerSecretUntil`: until then the secret from before the last rotation is good too."""

    id: str
    name: str
    role: str
    user_id: UUID | None
    former_secret_until: str | None
    created_at: str
    updated_at: str
    revoked_at: str | None
    version: int


class FullClientView(ClientView, frozen=True, kw_only=True):
    """A client and its secret, which is shown this once. A repeat by Idempotency-Key leaves the secret out."""

    client_secret: str | UnsetType = UNSET


READ = """
select serial_id as id, id as client_id, name, role, user_id, former_until, created_at, updated_at, revoked_at, version
from clients where tenant_id = $1
"""
FILTERS = {
    "role": Filter("role = {}"),
    "isRevoked": Filter("(revoked_at is not null) = {}", read_flag),
}


async def list_clients(db: Db, tenant_id: UUID, listing: Listing) -> Page[ClientView]:
    """List the clients, revoked ones too."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, id_column="serial_id", order="ASC")


async def get_client(db: Db, tenant_id: UUID, client_id: str) -> ClientView:
    """Return one client. Raises: NotFound."""
    return _view(_found(await db.fetchrow(READ + " and id = $2", tenant_id, client_id)))


INSERT_CLIENT = """
insert into clients (tenant_id, id, serial_id, name, role, user_id, secret_digest) values ($1, $2, $3, $4, $5, $6, $7)
"""
COUNT_LIVE = "select count(*) from clients where tenant_id = $1 and revoked_at is null"


async def insert_client(tx: Tx, tenant_id: UUID, name: str, role: Role, user_id: UUID | None = None) -> tuple[str, str]:
    """Record a client with a new secret; return its id and the secret, which cannot be had again.

    Raises: Conflict when there are too many, Invalid for a name that cannot be used.
    """
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX or re.fullmatch(NAME, name) is None:
        detail = f"A name has 1 to {NAME_CHARACTERS_MAX} printable characters, and no space at an end."
        raise wire.invalid([Fault("/name", "unusable_name", detail)])
    client_id = "client_" + credential.base62(int.from_bytes(clock.random_bytes(14)), 20)
    secret = credential.make(credential.CLIENT_SECRET)
    digest = credential.digest(secret)
    await tx.execute(INSERT_CLIENT, tenant_id, client_id, clock.new_id(), name, role.value, user_id, digest)
    if await tx.fetchval(COUNT_LIVE, tenant_id) > LIVE_MAX:
        raise Conflict(f"A tenant has at most {LIVE_MAX} clients; revoke one that is not used any more.")
    return client_id, secret


async def create_client(db: Db, principal: Principal, definition: ClientDefinition) -> FullClientView:
    """Make a client; its secret is shown this once. Raises: Forbidden for a role above the own, Invalid, Conflict."""
    require_grantable(principal.role, definition.role)
    tenant_id = principal.tenant_id
    made = ""

    async def body(tx: Tx) -> FullClientView:
        nonlocal made
        await require_user(tx, tenant_id, definition.user_id)
        client_id, made = await insert_client(tx, tenant_id, definition.name, definition.role, definition.user_id)
        return FullClientView(**_fields(await _hold(tx, tenant_id, client_id)))

    return structs.replace(await db.run(body), client_secret=made)


OWNERS = "select id from clients where tenant_id = $1 and role = 'OWNER' and revoked_at is null order by id for update"
UPDATE = """
update clients set name = $3, role = $4, user_id = $5, version = version + 1, updated_at = clock_timestamp()
where tenant_id = $1 and id = $2
"""


async def patch_client(
    db: Db, principal: Principal, client_id: str, definition: ClientPatch, expected: wire.Expected
) -> ClientView:
    """Change a client's name, role or member. Another role counts from the next call on, for tokens already out too.

    Raises: NotFound, PreconditionFailed, Forbidden for a role above the own, LastOwner, Conflict, Invalid.
    """
    if definition.role is not None:
        require_grantable(principal.role, definition.role)
    tenant_id, changed = principal.tenant_id, definition.model_dump(exclude_unset=True)

    async def body(tx: Tx) -> ClientView:
        owners = await _owners(tx, tenant_id)
        row = await _hold(tx, tenant_id, client_id)
        wire.require_version(row["version"], expected)
        if row["revoked_at"] is not None:
            raise Conflict("The client has been revoked, for good; make another.")
        role = definition.role or Role(row["role"])
        if role is not Role.OWNER:
            _require_other(owners, client_id)
        user_id = changed.get("user_id", row["user_id"])
        await require_user(tx, tenant_id, user_id)
        await tx.execute(UPDATE, tenant_id, client_id, definition.name or row["name"], role.value, user_id)
        return _view(await _hold(tx, tenant_id, client_id))

    return await db.run(body)


ROTATE = """
update clients set secret_digest = $3, version = version + 1, updated_at = clock_timestamp(),
    former_digest = case when $4::interval > interval '0' then secret_digest end,
    former_until = case when $4::interval > interval '0' then clock_timestamp() + $4::interval end
where tenant_id = $1 and id = $2
"""


async def rotate_client(db: Db, principal: Principal, client_id: str, definition: ClientRotation) -> FullClientView:
    """Give a client another secret, shown this once. Access tokens that are out stay good until they expire.

    Raises: NotFound, Conflict when the client has been revoked.
    """
    tenant_id, overlap = principal.tenant_id, timedelta(seconds=definition.overlap_seconds)
    secret = credential.make(credential.CLIENT_SECRET)

    async def body(tx: Tx) -> FullClientView:
        row = await _hold(tx, tenant_id, client_id)
        if row["revoked_at"] is not None:
            raise Conflict("The client has been revoked, for good; make another.")
        await tx.execute(ROTATE, tenant_id, client_id, credential.digest(secret), overlap)
        return FullClientView(**_fields(await _hold(tx, tenant_id, client_id)))

    return structs.replace(await db.run(body), client_secret=secret)


REVOKE_CLIENT = """
update clients set revoked_at = clock_timestamp(), version = version + 1, updated_at = clock_timestamp()
where tenant_id = $1 and id = $2 and revoked_at is null returning true
"""


async def revoke(tx: Tx, tenant_id: UUID, client_id: str) -> bool:
    """Take a client's right to call away, with all its access tokens; tell whether it had any."""
    return bool(await tx.fetchval(REVOKE_CLIENT, tenant_id, client_id))


async def revoke_client(db: Db, principal: Principal, client_id: str) -> ClientView:
    """Take a client's right to call away, with all its access tokens and sessions, for good. Again, it changes nothing.

    Raises: NotFound, LastOwner.
    """
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> ClientView:
        owners = await _owners(tx, tenant_id)
        await _hold(tx, tenant_id, client_id)
        _require_other(owners, client_id)
        await revoke(tx, tenant_id, client_id)
        return _view(await _hold(tx, tenant_id, client_id))

    return await db.run(body)


async def _owners(tx: Tx, tenant_id: UUID) -> set[str]:
    """Hold all owners, first of all: of two changes at once, the second sees what the first has left."""
    return {row["id"] for row in await tx.fetch(OWNERS, tenant_id)}


def _require_other(owners: set[str], client_id: str) -> None:
    if owners == {client_id}:
        raise LastOwner("This is the tenant's last owner: make another client an owner first.")


USER = "select exists (select from users where tenant_id = $1 and id = $2)"


async def require_user(tx: Tx, tenant_id: UUID, user_id: UUID | None) -> None:
    """Refuse a member that the tenant does not have; None is none. Raises: Invalid."""
    if user_id is not None and not await tx.fetchval(USER, tenant_id, user_id):
        raise wire.invalid([Fault("/userId", "subject_unknown", "There is no such user.")])


async def _hold(tx: Tx, tenant_id: UUID, client_id: str) -> Row:
    return _found(await tx.fetchrow(READ + " and id = $2 for update", tenant_id, client_id))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound("The tenant has no such client.")
    return row


SELECT_CLIENTS = "select id, role, revoked_at, user_id from clients where tenant_id = $1"


async def load(tx: Tx, tenant_id: UUID) -> dict[str, Client]:
    """Return the tenant's clients by id, revoked ones too."""
    rows = await tx.fetch(SELECT_CLIENTS, tenant_id)
    return {row["id"]: Client(row["id"], Role(row["role"]), row["revoked_at"], row["user_id"]) for row in rows}


def _view(row: Row) -> ClientView:
    return ClientView(**_fields(row))


def _fields(row: Row) -> dict[str, Any]:
    return {
        "id": row["client_id"],
        "name": row["name"],
        "role": row["role"],
        "user_id": row["user_id"],
        "former_secret_until": wire.rfc3339_or_none(row["former_until"]),
        "created_at": wire.rfc3339(row["created_at"]),
        "updated_at": wire.rfc3339(row["updated_at"]),
        "revoked_at": wire.rfc3339_or_none(row["revoked_at"]),
        "version": row["version"],
    }
