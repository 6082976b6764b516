"""Links with which somebody of the staff sets the own password: once, within a day. Owns `password_links`."""

from datetime import timedelta
from uuid import UUID

from punchcard.access import credential
from punchcard.db.connection import Db, Tx

SECONDS = 86_400

DROP = "delete from password_links where tenant_id = $1 and staff_id = $2"
INSERT = "insert into password_links values ($1, $2, $3, clock_timestamp() + $4)"


async def issue(tx: Tx, tenant_id: UUID, staff_id: UUID) -> str:
    """Record a link in place of any before; return its token."""
    token = credential.make(credential.PASSWORD_LINK)
    await drop(tx, tenant_id, staff_id)
    await tx.execute(INSERT, tenant_id, credential.digest(token), staff_id, timedelta(seconds=SECONDS))
    return token


async def drop(tx: Tx, tenant_id: UUID, staff_id: UUID) -> None:
    """Let the links of somebody open nothing any more."""
    await tx.execute(DROP, tenant_id, staff_id)


# Of two who use a link at once, one finds the row.
TAKE = "delete from password_links where digest = $1 and expires_at > clock_timestamp() returning true"


async def take(tx: Tx, token: str) -> bool:
    """Use a link up; tell whether it could still be."""
    return bool(await tx.fetchval(TAKE, credential.digest(token)))


FORGET = "delete from password_links where expires_at < clock_timestamp()"


async def forget(db: Db) -> None:
    """Drop the links that have expired."""
    await db.execute(FORGET)
