"""Token issuers: whose signed tokens speak for a tenant's users, and with which keys that is checked."""

from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import UNSET, Raw, UnsetType
from pydantic import Field, SecretStr

from punchcard.access import issuer_keys
from punchcard.access.bearer import Algorithm
from punchcard.access.issuer_tokens import context
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Principal
from punchcard.access.tokens import ENGINE
from punchcard.clock import new_id
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import Conflict, Fault, NameTaken, NotFound
from punchcard.wire import ANY_VERSION, Definition, Expected, Json, View, invalid, raw, require_version, rfc3339, text

ISSUERS_MAX = 50

Name = Annotated[str, Field(min_length=1, max_length=512)]
ClaimName = Annotated[str, Field(min_length=1, max_length=128)]


class IssuerDefinition(Definition):
    """A token issuer. HS256 takes a `secret`, every other algorithm `jwks`: a set of public keys, never an address."""

    issuer: Name = Field(description="exactly as in the tokens' `iss`")
    audience: Name = Field(description="what the tokens' `aud` is or holds")
    algorithm: Algorithm
    jwks: Json | None = Field(None, description="a JWK set of public keys (RFC 7517)")
    secret: SecretStr | None = Field(None, description="32 to 1,024 bytes; never shown again")
    subject_claim: ClaimName = Field("sub", description="the claim that holds the user's authIdentifier or id")


class IssuerChange(Definition):
    """What is to be changed of a token issuer; what is not named stays. Another algorithm needs other keys."""

    issuer: Name | None = None
    audience: Name | None = None
    algorithm: Algorithm | None = None
    jwks: Json | None = None
    secret: SecretStr | None = None
    subject_claim: ClaimName | None = None


class IssuerView(View, frozen=True):
    """A token issuer, without its secret."""

    id: UUID
    issuer: str
    audience: str
    algorithm: str
    subject_claim: str
    version: int
    created_at: str
    updated_at: str
    jwks: Raw | UnsetType = UNSET


COUNT_ISSUERS = "select count(*) from token_issuers where tenant_id = $1"
INSERT_ISSUER = """
insert into token_issuers (tenant_id, id, issuer, audience, algorithm, jwks, sealed_secret, subject_claim)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning *
"""


async def create_issuer(db: Db, principal: Principal, keyring: Keyring, definition: IssuerDefinition) -> IssuerView:
    """Configure a token issuer.

    Raises: Invalid for keys that cannot be taken, NameTaken when the tenant has that issuer, Conflict when it has
    too many.
    """
    keys = _keys_of(definition)
    issuer_id = new_id()
    sealed = _sealed(principal, issuer_id, keyring, keys)

    async def body(tx: Tx) -> IssuerView:
        if await tx.fetchval(COUNT_ISSUERS, principal.tenant_id) >= ISSUERS_MAX:
            raise Conflict(f"A tenant has at most {ISSUERS_MAX} token issuers; delete one that is not used.")
        row = await tx.fetchrow(INSERT_ISSUER, *_columns(principal.tenant_id, issuer_id, definition, keys, sealed))
        return _view(_found(row))

    try:
        return await db.run(body)
    except asyncpg.UniqueViolationError:
        raise _taken(definition.issuer) from None


SELECT_ISSUERS = "select * from token_issuers where tenant_id = $1"
FILTERS = {"issuer": Filter("issuer = {}"), "algorithm": Filter("algorithm = {}")}


async def list_issuers(db: Db, principal: Principal, listing: Listing) -> Page[IssuerView]:
    """List the tenant's token issuers."""
    return await listed(db, listing, SELECT_ISSUERS, [principal.tenant_id], FILTERS, _view, order="ASC")


SELECT_ISSUER = "select * from token_issuers where tenant_id = $1 and id = $2"


async def get_issuer(db: Db, principal: Principal, issuer_id: UUID) -> IssuerView:
    """Return one token issuer. Raises: NotFound."""
    return _view(_found(await db.fetchrow(SELECT_ISSUER, principal.tenant_id, issuer_id)))


UPDATE_ISSUER = """
update token_issuers set issuer = $3, audience = $4, algorithm = $5, jwks = $6, sealed_secret = $7, subject_claim = $8,
  version = version + 1, updated_at = clock_timestamp()
where tenant_id = $1 and id = $2
returning *
"""


async def patch_issuer(
    db: Db,
    principal: Principal,
    keyring: Keyring,
    issuer_id: UUID,
    change: IssuerChange,
    expected: Expected = ANY_VERSION,
) -> IssuerView:
    """Change a token issuer; from then on its tokens are judged by the new words, those already out too.

    Raises: NotFound, PreconditionFailed, Invalid for keys that cannot be taken, NameTaken for the name.
    """

    async def body(tx: Tx) -> IssuerView:
        before = _found(await tx.fetchrow(SELECT_ISSUER + " for update", principal.tenant_id, issuer_id))
        require_version(before["version"], expected)
        definition = _merged(before, change)
        keeps_secret = before["sealed_secret"] is not None and definition.algorithm == "HS256" and change.secret is None
        keys = _keys_of(definition, keeps_secret=keeps_secret)
        sealed = before["sealed_secret"] if keeps_secret else _sealed(principal, issuer_id, keyring, keys)
        row = await tx.fetchrow(UPDATE_ISSUER, *_columns(principal.tenant_id, issuer_id, definition, keys, sealed))
        return _view(_found(row))

    try:
        return await db.run(body)
    except asyncpg.UniqueViolationError:
        raise _taken(change.issuer or "") from None


DELETE_ISSUER = "delete from token_issuers where tenant_id = $1 and id = $2 returning id"


async def delete_issuer(db: Db, principal: Principal, issuer_id: UUID) -> None:
    """Forget a token issuer; its tokens are refused from then on. Raises: NotFound."""

    async def body(tx: Tx) -> None:
        _found(await tx.fetchrow(DELETE_ISSUER, principal.tenant_id, issuer_id))

    await db.run(body)


class _Keys(msgspec.Struct, frozen=True):
    jwks: list[Json] | None = None
    secret: bytes | None = None


def _keys_of(definition: IssuerDefinition, *, keeps_secret: bool = False) -> _Keys:
    """Check what pydantic cannot, and return the keys. Raises: Invalid with every fault."""
    faults = []
    keys = _Keys()
    if definition.issuer.casefold() == ENGINE:
        faults.append(Fault("/issuer", "unusable_issuer", "The engine's own tokens have this issuer."))
    shared = definition.algorithm == "HS256"
    misplaced = "jwks" if shared else "secret"
    if getattr(definition, misplaced) is not None:
        takes = "a secret and no jwks" if shared else "jwks and no secret"
        faults.append(Fault(f"/{misplaced}", "misplaced", f"{definition.algorithm} takes {takes}."))
    if shared and definition.secret is not None:
        secret = definition.secret.get_secret_value()
        fault = issuer_keys.fault_of_secret(secret)
        faults += [fault] if fault else []
        keys = _Keys(secret=secret.encode())
    elif shared and not keeps_secret:
        faults.append(Fault("/secret", "missing", "HS256 needs a secret."))
    elif not shared and definition.jwks is None:
        faults.append(Fault("/jwks", "missing", f"{definition.algorithm} needs jwks."))
    elif not shared and definition.jwks is not None:
        public, found = issuer_keys.read_key_set(definition.jwks, definition.algorithm)
        faults += found
        keys = _Keys(jwks=public)
    if faults:
        raise invalid(faults)
    return keys


def _merged(before: Row, change: IssuerChange) -> IssuerDefinition:
    """Lay the change over what stood before. Keys stay where the new algorithm has a use for them."""
    algorithm = change.algorithm or before["algorithm"]
    stays = before["jwks"] is not None and algorithm != "HS256"
    kept = msgspec.json.decode(before["jwks"]) if stays else None
    return IssuerDefinition.model_construct(
        issuer=change.issuer or before["issuer"],
        audience=change.audience or before["audience"],
        algorithm=algorithm,
        jwks=kept if change.jwks is None else change.jwks,
        secret=change.secret,
        subject_claim=change.subject_claim or before["subject_claim"],
    )


def _sealed(principal: Principal, issuer_id: UUID, keyring: Keyring, keys: _Keys) -> bytes | None:
    return keyring.seal(keys.secret, context(principal.tenant_id, issuer_id)) if keys.secret is not None else None


def _columns(
    tenant_id: UUID, issuer_id: UUID, definition: IssuerDefinition, keys: _Keys, sealed: bytes | None
) -> list[Any]:
    jwks = text({"keys": keys.jwks}) if keys.jwks is not None else None
    named = (definition.issuer, definition.audience, definition.algorithm)
    return [tenant_id, issuer_id, *named, jwks, sealed, definition.subject_claim]


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound("The tenant has no such token issuer.")
    return row


def _taken(issuer: str) -> NameTaken:
    return NameTaken(f"The tenant has a token issuer {issuer!r} already; change that one.")


def _view(row: Row) -> IssuerView:
    return IssuerView(
        id=row["id"],
        issuer=row["issuer"],
        audience=row["audience"],
        algorithm=row["algorithm"],
        subject_claim=row["subject_claim"],
        version=row["version"],
        created_at=rfc3339(row["created_at"]),
        updated_at=rfc3339(row["updated_at"]),
        jwks=raw(row["jwks"]) if row["jwks"] is not None else UNSET,
    )
