"""Vouchers: what a user has bought, or was given, and what became of it. Owns `vouchers`.

    PURCHASED, GIVEN → REDEEMED (the code was shown) → BURNED (used at a till)
    PURCHASED, GIVEN, REDEEMED → EXPIRED, or REFUNDED

One whose time is over is EXPIRED for everybody at once, whenever the row comes to say so.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, structs

from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.errors import NotFound
from punchcard.rewards import codes

BOUGHT, GIVEN = "BOUGHT", "GIVEN"
OPEN = ("PURCHASED", "GIVEN", "REDEEMED")

INSERT = """
    insert into vouchers (tenant_id, id, user_id, reward_id, event_id, price, purchased_at, origin,
                          reactor_version_id, reaction, code_id, expires_at, status)
    select *, case origin when 'GIVEN' then 'GIVEN' else 'PURCHASED' end
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::timestamptz[],
                $8::text[], $9::bigint[], $10::smallint[], $11::uuid[], $12::timestamptz[])
         as new (tenant_id, id, user_id, reward_id, event_id, price, purchased_at, origin, reactor_version_id, reaction,
                 code_id, expires_at)
"""
COUNT = """
    select count(*) from vouchers
    where tenant_id = $1 and user_id = $2 and reward_id = $3 and origin = 'BOUGHT' and status <> 'REFUNDED'
        and purchased_at >= coalesce($4, '-infinity'::timestamptz)
"""
TERMS = """
    select id, pool_id, expiration_days from rewards
    where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
"""
FIND = """
    select voucher.*, reward.name as reward_name, reward.code_type, reward.code_template,
           reward.code_id as static_code_id, reward.venue_ids, reward.pool_id
    from vouchers as voucher
    join rewards as reward on reward.tenant_id = voucher.tenant_id and reward.id = voucher.reward_id
    where voucher.tenant_id = $1
"""
UNUSED = """
    select id from vouchers where tenant_id = $1 and user_id = $2 and reward_id = $3
        and status in ('PURCHASED', 'GIVEN') and coalesce(expires_at > statement_timestamp(), true)
    order by expires_at, id limit 1
"""
HOLD = "select from vouchers where tenant_id = $1 and id = $2 for no key update"
# Of several with one shared code, the one that can be used and expires first.
FIND_BY_CODE = (
    FIND
    + """
    and voucher.code_id = $2 and ($3::uuid is null or voucher.user_id = $3)
    order by voucher.status = 'REDEEMED' and coalesce(voucher.expires_at > clock_timestamp(), true) desc,
        voucher.expires_at, voucher.id
    limit 1
"""
)
REDEEM = """
    update vouchers set status = 'REDEEMED', code_id = $3, is_code_shared = $4, redeemed_at = $5
    where tenant_id = $1 and id = $2
"""
BURN = """
    update vouchers set status = 'BURNED', burned_at = $3, venue_id = $4 where tenant_id = $1 and id = $2
"""
END = "update vouchers set status = $3, ended_at = $4 where tenant_id = $1 and id = $2"
EXPIRE = """
    with due as materialized (
        select tenant_id, id, status as was from vouchers
        where expires_at <= statement_timestamp() and status in ('PURCHASED', 'GIVEN', 'REDEEMED')
        order by expires_at limit $1 for no key update skip locked
    )
    update vouchers set status = 'EXPIRED', ended_at = vouchers.expires_at from due
    where vouchers.tenant_id = due.tenant_id and vouchers.id = due.id
    returning vouchers.tenant_id, vouchers.code_id, due.was
"""


CARRY_OVER = "update vouchers set user_id = $3 where tenant_id = $1 and user_id = $2"


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let one user's vouchers be another's, who goes on; the events that they were bought by stay where they are."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


class Voucher(Struct, frozen=True):
    """A voucher that has just been bought, or GIVEN by a reaction, with the event that it comes from.

    price: what was paid in points; nothing for one that was given. code_id: the code that was taken for it.
    """

    id: UUID
    tenant_id: UUID
    user_id: UUID
    reward_id: UUID
    event_id: UUID
    price: int
    purchased_at: datetime
    origin: str = BOUGHT
    reactor_version_id: int | None = None
    reaction: int | None = None
    code_id: UUID | None = None
    expires_at: datetime | None = None


async def give_vouchers(tx: Tx, vouchers: Sequence[Voucher]) -> None:
    """Write vouchers that reactions give: they get what one that is bought has. Their rewards and pools are held."""
    if not vouchers:
        return
    asked = {(one.tenant_id, one.reward_id) for one in vouchers}
    terms = {row["id"]: row for row in await tx.fetch(TERMS, *columns(asked, 2))}
    pools = Counter((one.tenant_id, terms[one.reward_id]["pool_id"]) for one in vouchers)
    waiting = {
        pool_id: (await codes.take(tx, tenant_id, pool_id, count))[::-1]
        for (tenant_id, pool_id), count in pools.items()
        if pool_id is not None
    }
    given = []
    for one in vouchers:
        row = terms[one.reward_id]
        code_id = waiting[row["pool_id"]].pop() if row["pool_id"] is not None else None
        given.append(structs.replace(one, code_id=code_id, expires_at=expiry(row, one.purchased_at)))
    await insert_vouchers(tx, given)


def expiry(reward: Row, now: datetime) -> datetime | None:
    """Return when a voucher of a reward expires that is bought now."""
    days = reward["expiration_days"]
    return None if days is None else now + timedelta(days=days)


async def insert_vouchers(tx: Tx, vouchers: Sequence[Voucher]) -> None:
    """Write vouchers; their stock and codes are taken, and their events are written."""
    rows = [
        (
            one.tenant_id, one.id, one.user_id, one.reward_id, one.event_id, one.price, one.purchased_at, one.origin,
            one.reactor_version_id, one.reaction, one.code_id, one.expires_at,
        )
        for one in vouchers
    ]  # fmt: skip
    if rows:
        await tx.execute(INSERT, *columns(rows, 12))


async def count_bought(tx: Tx, tenant_id: UUID, user_id: UUID, reward_id: UUID, since: datetime | None) -> int:
    """Return how many of a reward a member has bought, and kept, since then or ever. The caller holds the wallet."""
    count: int = await tx.fetchval(COUNT, tenant_id, user_id, reward_id, since)
    return count


async def find_voucher(tx: Tx, tenant_id: UUID, voucher_id: UUID, own_user_id: UUID | None = None) -> Row:
    """Return a voucher with what its reward says of codes; an end user's own. Raises: NotFound."""
    row = await tx.fetchrow(FIND + " and voucher.id = $2", tenant_id, voucher_id)
    if row is None or own_user_id not in (None, row["user_id"]):
        raise NotFound("There is no such voucher.")
    return row


async def find_unused(db: Db, tenant_id: UUID, user_id: UUID, reward_id: UUID) -> UUID | None:
    """Return the member's voucher of a reward that was not redeemed, the first to expire."""
    found: UUID | None = await db.fetchval(UNUSED, tenant_id, user_id, reward_id)
    return found


async def find_by_code(tx: Tx, tenant_id: UUID, code_id: UUID, user_id: UUID | None) -> Row | None:
    """Return the voucher that has a code; of a shared one, the user's that can be used, if there is such a one."""
    return await tx.fetchrow(FIND_BY_CODE, tenant_id, code_id, user_id)


async def hold_voucher(tx: Tx, tenant_id: UUID, voucher_id: UUID) -> Row:
    """Hold a voucher until the transaction ends, and return it as it is then. The caller holds the wallet."""
    await tx.execute(HOLD, tenant_id, voucher_id)
    return await find_voucher(tx, tenant_id, voucher_id)


GIVEN_BY = """
    select id from vouchers
    where tenant_id = $1 and user_id = $2 and event_id = $3 and reactor_version_id is not null order by id
"""


async def given_by(tx: Tx, tenant_id: UUID, user_id: UUID, event_id: UUID) -> list[UUID]:
    """Return the vouchers that reactions to a member's event gave."""
    return [row["id"] for row in await tx.fetch(GIVEN_BY, tenant_id, user_id, event_id)]


async def redeem(tx: Tx, voucher: Row, code: Row, now: datetime) -> None:
    """Show a voucher's code. The caller holds it."""
    await tx.execute(REDEEM, voucher["tenant_id"], voucher["id"], code["id"], code["is_shared"], now)


async def burn(tx: Tx, voucher: Row, venue_id: UUID | None, now: datetime) -> None:
    """Use a voucher up. The caller holds it."""
    await tx.execute(BURN, voucher["tenant_id"], voucher["id"], now, venue_id)


async def refund(tx: Tx, voucher: Row, now: datetime) -> None:
    """Take a voucher back; a code that nobody has seen waits in its pool again. The caller holds it."""
    await tx.execute(END, voucher["tenant_id"], voucher["id"], "REFUNDED", now)
    if voucher["status"] != "REDEEMED" and voucher["code_id"] is not None:
        await _unlink(tx, voucher["tenant_id"], [voucher["code_id"]])


async def expire(tx: Tx, count_max: int) -> int:
    """Let the rows say EXPIRED whose time is over; codes that nobody has seen wait in their pools again."""
    rows = await tx.fetch(EXPIRE, count_max)
    for tenant_id in {row["tenant_id"] for row in rows}:
        unseen = [
            row["code_id"]
            for row in rows
            if row["tenant_id"] == tenant_id and row["was"] != "REDEEMED" and row["code_id"] is not None
        ]
        await _unlink(tx, tenant_id, unseen)
    return len(rows)


UNLINK = "update vouchers set code_id = null where tenant_id = $1 and code_id = any($2::uuid[]) and not is_code_shared"


async def _unlink(tx: Tx, tenant_id: UUID, code_ids: Sequence[UUID]) -> None:
    if code_ids:
        await tx.execute(UNLINK, tenant_id, code_ids)
        await codes.give_back(tx, tenant_id, code_ids)
