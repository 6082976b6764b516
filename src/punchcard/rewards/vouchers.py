"""Vouchers: what a user has bought. Owns `vouchers`."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, page, scoped, select
from punchcard.errors import NotFound

INSERT = """
    insert into vouchers (tenant_id, id, user_id, reward_id, event_id, price, purchased_at)
    values ($1, $2, $3, $4, $5, $6, $7)
"""
READ = "select * from vouchers where tenant_id = $1"
FILTERS = {
    "user": Filter("user_id::text = {}"),
    "reward": Filter("reward_id::text = {}"),
    "status": Filter("status = {}"),
}


class Voucher(Struct, frozen=True):
    """A voucher that has just been bought, with the event that says so and the price paid in points."""

    id: UUID
    tenant_id: UUID
    user_id: UUID
    reward_id: UUID
    event_id: UUID
    price: int
    purchased_at: datetime


class VoucherView(wire.View, frozen=True):
    """A voucher."""

    id: UUID
    user_id: UUID
    reward_id: UUID
    event_id: UUID
    price: int
    status: str
    purchased_at: str


async def insert_voucher(tx: Tx, voucher: Voucher) -> None:
    """Write a voucher."""
    await tx.execute(
        INSERT, voucher.tenant_id, voucher.id, voucher.user_id, voucher.reward_id, voucher.event_id, voucher.price,
        voucher.purchased_at,
    )  # fmt: skip


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
        wire.rfc3339(row["purchased_at"]),
    )  # fmt: skip
