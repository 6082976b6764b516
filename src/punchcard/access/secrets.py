"""Secrets of event types: who has one may report events of that very type, about any user.

Looked up by their SHA-256 and kept sealed besides, since an administrator may read them again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from punchcard.access import credential
from punchcard.access.keyring import Keyring, SealBroken
from punchcard.clock import new_id
from punchcard.db.connection import Db, Tx
from punchcard.errors import NotFound, Unavailable

digest = credential.digest


class Secret(Struct, frozen=True):
    """What is known of a secret. From `expires_at` on it is refused."""

    id: UUID
    event_type_id: UUID
    digest: bytes
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the secret opens anything at `now`."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


INSERT = """
insert into event_type_secrets (tenant_id, id, event_type_id, digest, sealed) values ($1, $2, $3, $4, $5)
"""


async def issue(tx: Tx, keyring: Keyring, tenant_id: UUID, event_type_id: UUID) -> str:
    """Record a new secret for an event type and return it. Secrets from before stay as they are."""
    secret = credential.make(credential.EVENT_TYPE_SECRET)
    secret_id = new_id()
    sealed = keyring.seal(secret.encode(), _context(tenant_id, secret_id))
    await tx.execute(INSERT, tenant_id, secret_id, event_type_id, digest(secret), sealed)
    return secret


EXPIRE_SECRETS = """
update event_type_secrets set expires_at = least(expires_at, clock_timestamp() + $3)
where tenant_id = $1 and event_type_id = $2 and revoked_at is null
"""


async def rotate(tx: Tx, keyring: Keyring, tenant_id: UUID, event_type_id: UUID, overlap: timedelta) -> str:
    """Issue a new secret, and let all from before expire after `overlap`."""
    await tx.execute(EXPIRE_SECRETS, tenant_id, event_type_id, overlap)
    return await issue(tx, keyring, tenant_id, event_type_id)


SELECT_NEWEST = """
select id, sealed from event_type_secrets
where tenant_id = $1 and event_type_id = $2 and revoked_at is null
  and (expires_at is null or expires_at > clock_timestamp())
order by created_at desc, id desc limit 1
"""


async def reveal(db: Db, keyring: Keyring, tenant_id: UUID, event_type_id: UUID) -> str:
    """Return the newest active secret of an event type. Raises: NotFound when it has none."""
    row = await db.fetchrow(SELECT_NEWEST, tenant_id, event_type_id)
    if row is None:
        raise NotFound("The event type has no active secret.")
    try:
        return keyring.unseal(row["sealed"], _context(tenant_id, row["id"])).decode()
    except SealBroken:
        raise Unavailable("The stored secret cannot be opened; revoke it and issue another.") from None


REVOKE = """
update event_type_secrets set revoked_at = clock_timestamp()
where tenant_id = $1 and id = $2 and revoked_at is null returning true
"""


async def revoke(tx: Tx, tenant_id: UUID, secret_id: UUID) -> bool:
    """Make a secret useless at once; tell whether it was of use."""
    return bool(await tx.fetchval(REVOKE, tenant_id, secret_id))


SELECT_SECRETS = """
select id, event_type_id, digest, expires_at, revoked_at from event_type_secrets where tenant_id = $1
"""


async def load(tx: Tx, tenant_id: UUID) -> dict[bytes, Secret]:
    """Return the tenant's secrets by digest; revoked and expired ones too, which are answered unlike unknown ones."""
    return {
        row["digest"]: Secret(row["id"], row["event_type_id"], row["digest"], row["expires_at"], row["revoked_at"])
        for row in await tx.fetch(SELECT_SECRETS, tenant_id)
    }


def _context(tenant_id: UUID, secret_id: UUID) -> bytes:
    """Bind what is sealed to its row, so that nobody with the database can show it in another's place."""
    return tenant_id.bytes + secret_id.bytes


EXISTS = "select exists (select from event_type_secrets where tenant_id = $1 and event_type_id = $2)"


async def exists(tx: Tx, tenant_id: UUID, event_type_id: UUID) -> bool:
    """Tell whether the event type has ever had a secret."""
    return bool(await tx.fetchval(EXISTS, tenant_id, event_type_id))
