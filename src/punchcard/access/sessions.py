"""Signing in to the console: links that open it once, and the sessions that follow. Owns both tables.

A link and a session are 256 random bits, of which a digest is kept. All times are the database's: a session ends when
nothing was done for a while (idle), at the latest so long after it began (absolute), or when somebody signs out.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from punchcard.access import credential
from punchcard.access.roles import Role, lesser
from punchcard.db.connection import Db, Row, Tx
from punchcard.errors import SignInLinkUnusable, Unauthenticated, Unavailable

UNUSABLE = "This link was used already, or it has expired: a link opens the console once. Ask for a new one."
ENDED = "The session has ended; sign in again with a new link."
RENEWED_A_SESSION = 30  # how often, at most, a session is written to within its idle time


class Session(Struct, frozen=True):
    """Somebody at the console of a tenant. From either of the two instants on, the session is over.

    mark: tells it apart from others, and opens nothing. role: its link's, and no more than whoever made the link has by
    now. member_id: the user that the maker of the link is besides, where that is known.
    """

    tenant_id: UUID
    tenant_name: str
    api_key: UUID
    time_zone: str
    idle_expires_at: datetime
    expires_at: datetime
    mark: str
    role: Role
    member_id: UUID | None = None


INSERT_LINK = """
insert into sign_in_links (tenant_id, digest, expires_at, role, client_id)
values ($1, $2, clock_timestamp() + $3, $4, $5)
"""


async def issue_link(
    db: Db | Tx, tenant_id: UUID, seconds: int, *, role: Role = Role.OWNER, client_id: str | None = None
) -> str:
    """Record a link to a tenant's console, good once within so many seconds; return its token.

    role: of the session that it opens. client_id: who made it; None: somebody who can reach the database.
    """
    token = credential.make(credential.SIGN_IN_LINK)
    made = (timedelta(seconds=seconds), role.value, client_id)
    await db.execute(INSERT_LINK, tenant_id, credential.digest(token), *made)
    return token


# Of several who use a link at once, one finds the row.
TAKE_LINK = """
with taken as (delete from sign_in_links where digest = $1 returning *)
select tenant_id, role, client_id from taken where expires_at > clock_timestamp()
"""
INSERT_SESSION = """
with begun as (select clock_timestamp() as now)
insert into console_sessions (tenant_id, digest, created_at, idle_expires_at, expires_at, role, client_id)
select $1, $2, now, now + least($3::interval, $4::interval), now + $4::interval, $5, $6 from begun
"""
PROOF = "select exists (select from console_sessions where tenant_id = $1 and digest = $2)"


async def begin(db: Db, link: str, idle_seconds: int, seconds: int) -> str:
    """Use a link up for a session of so many seconds at most; return the session's token.

    Raises: SignInLinkUnusable, in the same words whatever was wrong with the link.
    """
    if not credential.is_well_formed(link, credential.SIGN_IN_LINK):
        raise SignInLinkUnusable(UNUSABLE)
    token = credential.make(credential.SESSION)
    digest = credential.digest(token)

    async def body(tx: Tx) -> bool:
        taken = await tx.fetchrow(TAKE_LINK, credential.digest(link))
        if taken is None:
            return False
        tx.proof = (PROOF, taken["tenant_id"], digest)
        lasting = (timedelta(seconds=idle_seconds), timedelta(seconds=seconds))
        await tx.execute(INSERT_SESSION, taken["tenant_id"], digest, *lasting, taken["role"], taken["client_id"])
        return True

    if not await db.run(body):
        raise SignInLinkUnusable(UNUSABLE)
    return token


SELECT_SESSION = """
select session.tenant_id, tenant.name, tenant.api_key, tenant.time_zone, session.idle_expires_at, session.expires_at,
       session.idle_expires_at < least(clock_timestamp() + $2, session.expires_at) - $2 / $3 as is_due,
       session.role, maker.role as maker_role, maker.user_id as member_id
from console_sessions as session join tenants as tenant on tenant.id = session.tenant_id
left join clients as maker on maker.tenant_id = session.tenant_id and maker.id = session.client_id
where session.digest = $1 and least(session.idle_expires_at, session.expires_at) > clock_timestamp()
  and maker.revoked_at is null
"""
RENEW = """
update console_sessions set idle_expires_at = least(clock_timestamp() + $3, expires_at)
where tenant_id = $1 and digest = $2
"""


async def find(db: Db, token: str, idle_seconds: int, *, renew: bool) -> Session:
    """Return the session of a token; `renew` lets its idle time begin anew. Raises: Unauthenticated."""
    if not credential.is_well_formed(token, credential.SESSION):
        raise Unauthenticated(ENDED)
    idle, digest = timedelta(seconds=idle_seconds), credential.digest(token)
    row = await db.fetchrow(SELECT_SESSION, digest, idle, RENEWED_A_SESSION)
    if row is None:
        raise Unauthenticated(ENDED)
    if renew and row["is_due"]:
        with suppress(Unavailable):  # a database that takes no writes still lets people look
            await db.execute(RENEW, row["tenant_id"], digest, idle)
    return _session(row, digest)


END = "delete from console_sessions where digest = $1"


async def end(db: Db, token: str) -> None:
    """End a session, if there is one."""
    if credential.is_well_formed(token, credential.SESSION):
        await db.execute(END, credential.digest(token))


FORGET_LINKS = "delete from sign_in_links where expires_at < clock_timestamp()"
FORGET_SESSIONS = "delete from console_sessions where least(idle_expires_at, expires_at) < clock_timestamp()"


async def forget(db: Db) -> None:
    """Drop the links and sessions that are over."""
    await db.execute(FORGET_LINKS)
    await db.execute(FORGET_SESSIONS)


def _session(row: Row, digest: bytes) -> Session:
    role = Role(row["role"])
    if row["maker_role"] is not None:
        role = lesser(role, Role(row["maker_role"]))
    return Session(
        row["tenant_id"], row["name"], row["api_key"], row["time_zone"], row["idle_expires_at"], row["expires_at"],
        digest[:6].hex(), role, row["member_id"],
    )  # fmt: skip
