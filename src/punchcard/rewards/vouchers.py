"""Vouchers: what a user has bought, or was given. Owns `vouchers`."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, structs

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, page, scoped, select
from punchcard.errors import NotFound
from punchcard.rewards import codes

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
BOUGHT, GIVEN = "BOUGHT", "GIVEN"
READ = "select * from vouchers where tenant_id = $1"
FILTERS = {
    "user": Filter("user_id::text = {}"),
    "reward": Filter("reward_id::text = {}"),
    "status": Filter("status = {}"),
    "origin": Filter("origin = {}"),
}


CARRY_OVER = "update vouchers set user_id = $3 where tenant_id = $1 and user_id = $2"


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let one user's vouchers be another's, who goes on; the events that they were bought by stay where they are."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


class Voucher(Struct, frozen=True):
    """A voucher that has just been bought, or GIVEN by a reaction, with the event that it comes from.

    price: what was paid in points; nothing for one that was given.
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


class VoucherView(wire.View, frozen=True):
    """A voucher: BOUGHT for its price, or GIVEN by a reaction to the event; `purchasedAt` is when."""

    id: UUID
    user_id: UUID
    reward_id: UUID
    event_id: UUID
    price: int
    status: str
    purchased_at: str
    origin: str


async def give_vouchers(tx: Tx, vouchers: Sequence[Voucher]) -> None:
    """Write vouchers that reactions give: they get what one that is bought has. Their rewards and pools are held."""
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
    """Write vouchers; their stock is taken, and their events are written."""
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


async def list_vouchers(db: Db, tenant_id: UUID, own_user_id: UUID | None, listing: Listing) -> Page[VoucherView]:
    """List vouchers, the newest first; an end user sees the user's own."""
    head, fixed = scoped(READ, tenant_id, "user_id", own_user_id)
    sql, arguments = select(listing, head, fixed, FILTERS, id_column="id", order="DESC")
    return page(listing, await db.fetch(sql, *arguments), _view)


async def get_voucher(db: Db, tenant_id: UUID, own_user_id: UUID | None, id: UUID) -> VoucherView:
    """Return one voucher; an end user sees the user's own."""
    head, fixed = scoped(READ, tenant_id, "user_id", own_user_id)
    row = await db.fetchrow(f"{head} and id = ${len(fixed) + 1}", *fixed, id)
    if row is None:
        raise NotFound("There is no such voucher.")
    return _view(row)


def _view(row: Row) -> VoucherView:
    return VoucherView(
        row["id"], row["user_id"], row["reward_id"], row["event_id"], row["price"], row["status"],
        wire.rfc3339(row["purchased_at"]), row["origin"],
    )  # fmt: skip
