"""The secrets that report the events of a private type: several a type, one for each chain of tills, for instance.

Administrators alone see them. In full a secret is shown when it is made, and whenever it is asked for by itself; a list
has only its first characters. What is kept under an Idempotency-Key is without the secret, which is stored sealed only.
"""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, UnsetType, structs
from pydantic import Field

from punchcard import wire
from punchcard.access import secrets
from punchcard.access.keyring import Keyring
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, page, read_flag, select
from punchcard.errors import Conflict, EventTypeUnknown, NotFound

OVERLAP_SECONDS = 86_400
OVERLAP_SECONDS_MAX = 30 * 86_400

# Neither a space at an end, nor a character that is not shown.
SecretName = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$")
]


class SecretDefinition(wire.Definition):
    """A new secret. Of the type's live secrets no other has its name."""

    name: SecretName = Field(description="what it is for, such as a chain of tills")
    expires_at: wire.Instant | None = Field(None, description="from then on it is refused; none: never by itself")


class SecretChange(wire.Definition):
    """What to change of a secret; a field that is left out stays."""

    name: SecretName | None = None
    expires_at: wire.Instant | None = Field(None, description="from then on it is refused; null: never by itself")


class SecretRotation(wire.Definition):
    """How to rotate a secret: for so many seconds the old one stays valid beside the new one; with 0, not at all."""

    overlap_seconds: wire.Integer = Field(OVERLAP_SECONDS, ge=0, le=OVERLAP_SECONDS_MAX)


class SecretView(wire.View, frozen=True):
    """The secret that reports events of a private type."""

    secret: str


class NamedSecretView(wire.View, frozen=True, kw_only=True):
    """A secret, of which `hint` has the first characters; `successorId` is the one that it was rotated to.

    `lastUsedAt` lags by up to 5 seconds, and may miss the last 5 seconds of a server that was killed.
    """

    id: UUID
    name: str
    hint: str | None
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    successor_id: UUID | None
    version: int


class FullSecretView(NamedSecretView, frozen=True, kw_only=True):
    """A secret in full. A repeat by Idempotency-Key leaves `secret` out: ask for it by its id."""

    secret: str | UnsetType = UNSET


class RotatedSecretView(FullSecretView, frozen=True, kw_only=True):
    """The new secret; until `bothValidUntil` the one with the id `rotatedFrom` is valid too."""

    rotated_from: UUID
    both_valid_until: str


FIND_TYPE = "select id, is_private, is_intrinsic from event_types where tenant_id = $1 and $2 in (id::text, name)"
READ = """
    select secret.*, used.last_used_at
    from event_type_secrets as secret
    left join event_type_secret_uses as used on used.tenant_id = secret.tenant_id and used.secret_id = secret.id
    where secret.tenant_id = $1 and secret.event_type_id = $2
"""
IS_LIVE = "(secret.revoked_at is null and (secret.expires_at is null or secret.expires_at > clock_timestamp()))"
FILTERS = {"name": Filter("secret.name = {}"), "isLive": Filter(IS_LIVE + " = {}", read_flag)}


async def get_secret(db: Db, tenant_id: UUID, keyring: Keyring, identifier: str) -> SecretView:
    """Return the newest live secret of a private event type. Raises: EventTypeUnknown, Conflict, NotFound."""
    async with db.transaction(snapshot=True) as tx:
        event_type = await _find_type(tx, tenant_id, identifier)
    _require_private(event_type)
    return SecretView(await secrets.reveal(db, keyring, tenant_id, event_type["id"]))


async def list_secrets(
    db: Db, tenant_id: UUID, keyring: Keyring, identifier: str, listing: Listing
) -> Page[NamedSecretView]:
    """List the secrets of an event type, those that ended among them. Raises: EventTypeUnknown."""
    async with db.transaction(snapshot=True) as tx:
        event_type = await _find_type(tx, tenant_id, identifier)
        sql, arguments = select(
            listing, READ, [tenant_id, event_type["id"]], FILTERS, id_column="secret.id", order="ASC"
        )
        rows = await tx.fetch(sql, *arguments)
    return page(listing, rows, lambda row: NamedSecretView(**_fields(keyring, row)))


async def create_secret(
    db: Db, tenant_id: UUID, keyring: Keyring, identifier: str, definition: SecretDefinition
) -> FullSecretView:
    """Make another secret for a private event type, valid beside those that it has.

    Raises: EventTypeUnknown, Conflict when the type takes no secrets or has too many, NameTaken, Invalid.
    """
    new = secrets.draw(definition.name, definition.expires_at)

    async def body(tx: Tx) -> FullSecretView:
        event_type = await _find_type(tx, tenant_id, identifier, lock=True)
        _require_private(event_type)
        await secrets.issue(tx, keyring, tenant_id, event_type["id"], new)
        return FullSecretView(**_fields(keyring, await _read(tx, tenant_id, event_type["id"], new.id)))

    return structs.replace(await db.run(body), secret=new.text)


async def get_secret_in_full(
    db: Db, tenant_id: UUID, keyring: Keyring, identifier: str, secret_id: UUID
) -> FullSecretView:
    """Return one secret, in full. Raises: EventTypeUnknown, NotFound."""
    async with db.transaction(snapshot=True) as tx:
        event_type = await _find_type(tx, tenant_id, identifier)
        row = await _read(tx, tenant_id, event_type["id"], secret_id)
    return FullSecretView(**_fields(keyring, row), secret=secrets.opened(keyring, row))


async def rotate_secret(
    db: Db, tenant_id: UUID, keyring: Keyring, identifier: str, secret_id: UUID, rotation: SecretRotation
) -> RotatedSecretView:
    """Make a secret's successor, of the same name; both are valid until the overlap is over.

    Raises: EventTypeUnknown, NotFound, Conflict when it was revoked or rotated already, or the type has too many.
    """
    drawn, overlap = secrets.draw(), timedelta(seconds=rotation.overlap_seconds)

    async def body(tx: Tx) -> RotatedSecretView:
        event_type = await _find_type(tx, tenant_id, identifier, lock=True)
        _require_private(event_type)
        old = await _read(tx, tenant_id, event_type["id"], secret_id)
        await secrets.rotate(tx, keyring, old, overlap, structs.replace(drawn, name=old["name"]))
        ending = await _read(tx, tenant_id, event_type["id"], secret_id)
        fields = _fields(keyring, await _read(tx, tenant_id, event_type["id"], drawn.id))
        until = wire.rfc3339(ending["expires_at"])
        return RotatedSecretView(**fields, rotated_from=secret_id, both_valid_until=until)

    return structs.replace(await db.run(body), secret=drawn.text)


async def patch_secret(
    db: Db,
    tenant_id: UUID,
    keyring: Keyring,
    identifier: str,
    secret_id: UUID,
    change: SecretChange,
    expected: wire.Expected,
) -> NamedSecretView:
    """Change a secret's name or expiry; one that has expired can be made valid again.

    Raises: EventTypeUnknown, NotFound, PreconditionFailed, Conflict when it was revoked, NameTaken, Invalid.
    """

    async def body(tx: Tx) -> NamedSecretView:
        event_type = await _find_type(tx, tenant_id, identifier, lock=True)
        row = await _read(tx, tenant_id, event_type["id"], secret_id)
        await secrets.change(tx, row, change.model_dump(exclude_unset=True), expected)
        return NamedSecretView(**_fields(keyring, await _read(tx, tenant_id, event_type["id"], secret_id)))

    return await db.run(body)


async def revoke_secret(db: Db, tenant_id: UUID, keyring: Keyring, identifier: str, secret_id: UUID) -> NamedSecretView:
    """Revoke a secret at once and for good: no process takes it in a later transaction. Again, it changes nothing.

    Raises: EventTypeUnknown, NotFound.
    """

    async def body(tx: Tx) -> NamedSecretView:
        event_type = await _find_type(tx, tenant_id, identifier, lock=True)
        await _read(tx, tenant_id, event_type["id"], secret_id)
        await secrets.revoke(tx, tenant_id, secret_id)
        return NamedSecretView(**_fields(keyring, await _read(tx, tenant_id, event_type["id"], secret_id)))

    return await db.run(body)


async def _find_type(tx: Tx, tenant_id: UUID, identifier: str, *, lock: bool = False) -> Row:
    """Return an event type. Its row is the lock of all its secrets."""
    key = wire.subject_key(identifier)  # an id in capitals is the same id
    row = await tx.fetchrow(FIND_TYPE + (" for no key update" if lock else ""), tenant_id, key)
    if row is None:
        raise EventTypeUnknown(f"There is no event type {identifier[:64]!r}; GET /v1/event_types/ lists them.")
    return row


async def _read(tx: Tx, tenant_id: UUID, event_type_id: UUID, secret_id: UUID) -> Row:
    row = await tx.fetchrow(READ + " and secret.id = $3", tenant_id, event_type_id, secret_id)
    if row is None:
        raise NotFound("The event type has no such secret.")
    return row


def _require_private(event_type: Row) -> None:
    if not event_type["is_private"] or event_type["is_intrinsic"]:
        raise Conflict("Only private event types have a secret; this one is reported with an end user's token.")


def _fields(keyring: Keyring, row: Row) -> dict[str, Any]:
    """Return what every view of a secret has."""
    return {
        "id": row["id"],
        "name": row["name"],
        "hint": secrets.hint(keyring, row),
        "created_at": wire.rfc3339(row["created_at"]),
        "expires_at": wire.rfc3339_or_none(row["expires_at"]),
        "revoked_at": wire.rfc3339_or_none(row["revoked_at"]),
        "last_used_at": wire.rfc3339_or_none(row["last_used_at"]),
        "successor_id": row["successor_id"],
        "version": row["version"],
    }
