"""Secrets of event types: who has one may report events of that very type, about any user.

Owns `event_type_secrets`. A type has several, each under a name of its own. Of one name there is one current secret;
one that was rotated has a successor, and is valid beside it until its overlap is over. A line is what became of one
secret by rotation. They are looked up by their SHA-256 and kept sealed besides, since an administrator may read them
again. A row stays for ever, since events name it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from punchcard.access import credential
from punchcard.access.keyring import Keyring, SealBroken
from punchcard.clock import new_id
from punchcard.db.connection import Db, Row, Tx
from punchcard.errors import Conflict, Fault, NameTaken, NotFound, Unavailable
from punchcard.wire import Expected, invalid, require_version, rfc3339

LIVE_MAX = 50
FIRST_NAME = "default"
ENDED_DAYS_KNOWN = 90
HINT_CHARACTERS = 8

digest = credential.digest


class Secret(Struct, frozen=True):
    """What is known of a secret. From `expires_at` on it is refused."""

    id: UUID
    event_type_id: UUID
    digest: bytes
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    line_id: UUID | None = None

    def refusal(self, now: datetime) -> str | None:
        """Return why the secret opens nothing at `now`; None while it is valid."""
        if self.revoked_at is not None:
            return "The secret has been revoked; report with another one of the event type."
        if self.expires_at is not None and self.expires_at <= now:
            return f"The secret expired at {rfc3339(self.expires_at)}; report with its successor, or another one."
        return None


class NewSecret(Struct, frozen=True):
    """A secret about to be recorded: its id, and itself."""

    id: UUID
    text: str
    name: str = FIRST_NAME
    expires_at: datetime | None = None


def draw(name: str = FIRST_NAME, expires_at: datetime | None = None) -> NewSecret:
    """Draw a new secret."""
    return NewSecret(new_id(), credential.make(credential.EVENT_TYPE_SECRET), name, expires_at)


# issue, rotate -----------------------------------------------------------------------------------

SUCCEED = """
update event_type_secrets set successor_id = $4, version = version + 1
where tenant_id = $1 and event_type_id = $2 and name = $3
  and revoked_at is null and successor_id is null and expires_at <= clock_timestamp()
returning line_id
"""
INSERT = """
insert into event_type_secrets (tenant_id, id, event_type_id, line_id, name, expires_at, digest, sealed)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def issue(
    tx: Tx, keyring: Keyring, tenant_id: UUID, event_type_id: UUID, new: NewSecret | None = None
) -> NewSecret:
    """Record a secret under a name that no other secret has, or only an expired one. The caller holds the type.

    Raises: NameTaken, Conflict when the type has too many, Invalid when it would have expired already.
    """
    new = new or draw()
    await _require_future(tx, new.expires_at)
    line_id = await tx.fetchval(SUCCEED, tenant_id, event_type_id, new.name, new.id)
    await _insert(tx, keyring, tenant_id, event_type_id, line_id, new)
    return new


RETIRE = """
update event_type_secrets
set successor_id = $3, version = version + 1, expires_at = least(expires_at, clock_timestamp() + $4::interval),
    revoked_at = case when $4::interval = interval '0' then clock_timestamp() end
where tenant_id = $1 and id = $2
"""


async def rotate(tx: Tx, keyring: Keyring, secret: Row, overlap: timedelta, new: NewSecret) -> None:
    """Record the successor of a secret that the caller holds; let the old one end after `overlap`, or now if it is 0.

    Raises: Conflict when it was revoked or rotated before, or the type has too many.
    """
    _require_not_revoked(secret)
    if secret["successor_id"] is not None:
        raise Conflict(f"This secret was rotated already; rotate its successor {secret['successor_id']}.")
    await tx.execute(RETIRE, secret["tenant_id"], secret["id"], new.id, overlap)
    await _insert(tx, keyring, secret["tenant_id"], secret["event_type_id"], secret["line_id"], new)


async def _insert(
    tx: Tx, keyring: Keyring, tenant_id: UUID, event_type_id: UUID, line_id: UUID | None, new: NewSecret
) -> None:
    sealed = keyring.seal(new.text.encode(), _context(tenant_id, new.id))
    ids = (tenant_id, new.id, event_type_id, line_id or new.id)
    try:
        await tx.execute(INSERT, *ids, new.name, new.expires_at, digest(new.text), sealed)
    except asyncpg.UniqueViolationError:
        raise _name_taken(new.name) from None
    await _require_room(tx, tenant_id, event_type_id)


# change, revoke ----------------------------------------------------------------------------------

CHANGE = """
update event_type_secrets set name = $3, expires_at = $4, version = version + 1 where tenant_id = $1 and id = $2
"""


async def change(tx: Tx, secret: Row, changed: dict[str, Any], expected: Expected) -> None:
    """Change `name` or `expires_at` of a secret that the caller holds; one that has expired may become valid again.

    Raises: PreconditionFailed, Conflict when it was revoked, NameTaken, Invalid for an expiry that cannot be.
    """
    require_version(secret["version"], expected)
    _require_not_revoked(secret)
    name, expires_at = changed.get("name") or secret["name"], changed.get("expires_at", secret["expires_at"])
    if "expires_at" in changed:
        await _require_future(tx, expires_at)
    if expires_at is None and secret["successor_id"] is not None:
        raise invalid([Fault("/expiresAt", "needed", "A secret that was rotated has to end: name an instant.")])
    try:
        await tx.execute(CHANGE, secret["tenant_id"], secret["id"], name, expires_at)
    except asyncpg.UniqueViolationError:
        raise _name_taken(name) from None
    await _require_room(tx, secret["tenant_id"], secret["event_type_id"])


REVOKE = """
update event_type_secrets set revoked_at = clock_timestamp(), version = version + 1
where tenant_id = $1 and id = $2 and revoked_at is null returning true
"""


async def revoke(tx: Tx, tenant_id: UUID, secret_id: UUID) -> bool:
    """Make a secret useless at once; tell whether it was not yet revoked."""
    return bool(await tx.fetchval(REVOKE, tenant_id, secret_id))


COUNT_LIVE = """
select count(*) from event_type_secrets
where tenant_id = $1 and event_type_id = $2 and revoked_at is null
  and (expires_at is null or expires_at > clock_timestamp())
"""


async def _require_room(tx: Tx, tenant_id: UUID, event_type_id: UUID) -> None:
    if await tx.fetchval(COUNT_LIVE, tenant_id, event_type_id) > LIVE_MAX:
        raise Conflict(f"An event type has at most {LIVE_MAX} live secrets; revoke one that is not used any more.")


async def _require_future(tx: Tx, expires_at: datetime | None) -> None:
    if expires_at is not None and not await tx.fetchval("select $1 > clock_timestamp()", expires_at):
        raise invalid([Fault("/expiresAt", "in_the_past", "Name an instant to come; DELETE revokes a secret at once.")])


def _require_not_revoked(secret: Row) -> None:
    if secret["revoked_at"] is not None:
        raise Conflict("This secret has been revoked, for good; create another.")


def _name_taken(name: str) -> NameTaken:
    fault = Fault("/name", "name_taken", "Choose another, or rotate that secret.")
    return NameTaken(f"The event type has a secret {name!r} already.", faults=[fault])


# read --------------------------------------------------------------------------------------------

SELECT_NEWEST = """
select id, tenant_id, sealed from event_type_secrets
where tenant_id = $1 and event_type_id = $2 and revoked_at is null
  and (expires_at is null or expires_at > clock_timestamp())
order by created_at desc, id desc limit 1
"""


async def reveal(db: Db, keyring: Keyring, tenant_id: UUID, event_type_id: UUID) -> str:
    """Return the newest live secret of an event type. Raises: NotFound when it has none."""
    row = await db.fetchrow(SELECT_NEWEST, tenant_id, event_type_id)
    if row is None:
        raise NotFound("The event type has no live secret; create one.")
    return opened(keyring, row)


def opened(keyring: Keyring, secret: Row) -> str:
    """Return a secret in full. Raises: Unavailable when it was sealed for another row, or was changed."""
    try:
        return keyring.unseal(secret["sealed"], _context(secret["tenant_id"], secret["id"])).decode()
    except SealBroken:
        raise Unavailable("The stored secret cannot be opened; revoke it and issue another.") from None


def hint(keyring: Keyring, secret: Row) -> str | None:
    """Return a secret's first characters, by which people recognize it; None when it cannot be opened."""
    try:
        return opened(keyring, secret)[:HINT_CHARACTERS]
    except Unavailable:
        return None


def _context(tenant_id: UUID, secret_id: UUID) -> bytes:
    """Bind what is sealed to its row, so that nobody with the database can show it in another's place."""
    return tenant_id.bytes + secret_id.bytes


# Those that ended long ago are left out, so that what is loaded does not grow for ever with each rotation.
SELECT_KNOWN = """
select id, event_type_id, digest, expires_at, revoked_at, line_id from event_type_secrets
where tenant_id = $1 and coalesce(least(expires_at, revoked_at), 'infinity') > clock_timestamp() - $2::interval
"""


async def load(tx: Tx, tenant_id: UUID) -> dict[bytes, Secret]:
    """Return the tenant's secrets by digest; those that ended lately too, which are answered unlike unknown ones."""
    return {
        row["digest"]: Secret(
            row["id"], row["event_type_id"], row["digest"], row["expires_at"], row["revoked_at"], row["line_id"]
        )
        for row in await tx.fetch(SELECT_KNOWN, tenant_id, timedelta(days=ENDED_DAYS_KNOWN))
    }


EXISTS = "select exists (select from event_type_secrets where tenant_id = $1 and event_type_id = $2)"


async def exists(tx: Tx, tenant_id: UUID, event_type_id: UUID) -> bool:
    """Tell whether the event type has ever had a secret."""
    return bool(await tx.fetchval(EXISTS, tenant_id, event_type_id))
