"""Clients: machines and administrators that get an access token for an id and a secret."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard.access import credential
from punchcard.clock import random_bytes
from punchcard.db.connection import Tx


class Client(Struct, frozen=True):
    """A client. A revoked one may not call, and neither may whoever shows a token that it was given before."""

    id: str
    role: str
    revoked_at: datetime | None = None


INSERT_CLIENT = "insert into clients (tenant_id, id, name, secret_digest) values ($1, $2, $3, $4)"


async def insert_client(tx: Tx, tenant_id: UUID, name: str) -> tuple[str, str]:
    """Record a client with a new secret; return its id and the secret, which cannot be had again."""
    client_id = "client_" + credential.base62(int.from_bytes(random_bytes(14)), 20)
    secret = credential.make(credential.CLIENT_SECRET)
    await tx.execute(INSERT_CLIENT, tenant_id, client_id, name, credential.digest(secret))
    return client_id, secret


REVOKE_CLIENT = """
update clients set revoked_at = clock_timestamp() where tenant_id = $1 and id = $2 and revoked_at is null returning true
"""


async def revoke_client(tx: Tx, tenant_id: UUID, client_id: str) -> bool:
    """Take a client's right to call away, with all its access tokens; tell whether it had any."""
    return bool(await tx.fetchval(REVOKE_CLIENT, tenant_id, client_id))


SELECT_CLIENTS = "select id, role, revoked_at from clients where tenant_id = $1"


async def load(tx: Tx, tenant_id: UUID) -> dict[str, Client]:
    """Return the tenant's clients by id, revoked ones too."""
    rows = await tx.fetch(SELECT_CLIENTS, tenant_id)
    return {row["id"]: Client(row["id"], row["role"], row["revoked_at"]) for row in rows}
