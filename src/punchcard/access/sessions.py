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

    mark: tells it apart from others, and opens nothing. role: its link's, and no more than whoever made the link, or
    whoever of the staff has signed in, has by now. member_id: the user that the person is besides, where that is known.
    staff_id, name, email: who of the staff it is.
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
    staff_id: UUID | None = None
    name: str | None = None
    email: str | None = None


class Seen(Struct, frozen=True):
    """What a session looked like when it began: the browser's own name for itself, and the network."""

    user_agent: str
    network: str


class OwnSession(Struct, frozen=True):
    """One of somebody's sessions. begun_by: LINK, PASSWORD or OIDC."""

    mark: str
    begun_by: str
    user_agent: str | None
    network: str | None
    created_at: datetime
    idle_expires_at: datetime
    expires_at: datetime


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
insert into console_sessions (tenant_id, digest, created_at, idle_expires_at, expires_at, role, client_id, staff_id,
                              begun_by, user_agent, network)
select $1, $2, now, now + least($3::interval, $4::interval), now + $4::interval, $5, $6, $7, $8, $9, $10 from begun
"""
PROOF = "select exists (select from console_sessions where tenant_id = $1 and digest = $2)"


async def begin(db: Db, link: str, idle_seconds: int, seconds: int, seen: Seen) -> str:
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
        whose = (taken["role"], taken["client_id"], None, "LINK")
        await tx.execute(INSERT_SESSION, taken["tenant_id"], digest, *lasting, *whose, seen.user_agent, seen.network)
        return True

    if not await db.run(body):
        raise SignInLinkUnusable(UNUSABLE)
    return token


async def begin_for_staff(
    tx: Tx, tenant_id: UUID, staff_id: UUID, begun_by: str, idle_seconds: int, seconds: int, seen: Seen
) -> str:
    """Begin a session of somebody of the staff, by `begun_by`: PASSWORD or OIDC; return its token."""
    token = credential.make(credential.SESSION)
    digest = credential.digest(token)
    tx.proof = (PROOF, tenant_id, digest)
    lasting = (timedelta(seconds=idle_seconds), timedelta(seconds=seconds))
    whose = (Role.OWNER.value, None, staff_id, begun_by)  # the role is the person's own, whatever it is by then
    await tx.execute(INSERT_SESSION, tenant_id, digest, *lasting, *whose, seen.user_agent, seen.network)
    return token


SELECT_SESSION = """
select session.tenant_id, tenant.name, tenant.api_key, tenant.time_zone, session.idle_expires_at, session.expires_at,
       session.idle_expires_at < least(clock_timestamp() + $2, session.expires_at) - $2 / $3 as is_due,
       session.role, coalesce(maker.role, person.role) as maker_role,
       coalesce(maker.user_id, person.user_id) as member_id, session.staff_id, person.name as person_name, person.email
from console_sessions as session join tenants as tenant on tenant.id = session.tenant_id
left join clients as maker on maker.tenant_id = session.tenant_id and maker.id = session.client_id
left join staff as person on person.tenant_id = session.tenant_id and person.id = session.staff_id
where session.digest = $1 and least(session.idle_expires_at, session.expires_at) > clock_timestamp()
  and maker.revoked_at is null and person.removed_at is null
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


# One's own: a person's, or of those who came by links, the ones whose links had the same maker.
OWN = """
from console_sessions as session
where session.tenant_id = $1 and session.staff_id is not distinct from $2::uuid
  and session.client_id is not distinct from (select own.client_id from console_sessions as own where own.digest = $3)
"""
SELECT_OWN = (
    "select session.*"
    + OWN
    + """
  and least(session.idle_expires_at, session.expires_at) > clock_timestamp() order by session.created_at desc limit 200
"""
)
END_OWN = "delete" + OWN + " and ($4::bytea is null or substring(session.digest for 6) = $4) returning true"
END_OF_STAFF = "delete from console_sessions where tenant_id = $1 and staff_id = $2"


async def list_own(db: Db, session: Session, token: str) -> list[OwnSession]:
    """List the sessions of whoever a session belongs to, the newest first."""
    rows = await db.fetch(SELECT_OWN, session.tenant_id, session.staff_id, credential.digest(token))
    names = ("begun_by", "user_agent", "network", "created_at", "idle_expires_at", "expires_at")
    return [OwnSession(mark_of(row["digest"]), *(row[name] for name in names)) for row in rows]


async def end_own(db: Db, session: Session, token: str, mark: str | None) -> int:
    """End one of somebody's own sessions, or all of them; return how many."""
    try:
        start = None if mark is None else bytes.fromhex(mark)
    except ValueError:
        return 0
    return len(await db.fetch(END_OWN, session.tenant_id, session.staff_id, credential.digest(token), start))


async def end_of_staff(tx: Tx, tenant_id: UUID, staff_id: UUID) -> None:
    """End all sessions of somebody of the staff."""
    await tx.execute(END_OF_STAFF, tenant_id, staff_id)


def mark_of(digest: bytes) -> str:
    """Return what tells a session apart from others, and opens nothing."""
    return digest[:6].hex()


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
        mark_of(digest), role, row["member_id"], row["staff_id"], row["person_name"], row["email"],
    )  # fmt: skip
