"""Benefits: the vouchers that a user owns, each with its reward, as apps and tills show them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, page, read_flag, scoped, select
from punchcard.errors import NotFound
from punchcard.locales import Locale
from punchcard.rewards import codes, shelf
from punchcard.rewards.codes import Vault
from punchcard.rewards.reward_views import RewardView

STATUS = """
    case when status in ('PURCHASED', 'GIVEN', 'REDEEMED') and coalesce(expires_at <= statement_timestamp(), false)
        then 'EXPIRED' else status end
"""
READING = "select *, {} as status_now from vouchers where tenant_id = $1"
READ = READING.format(STATUS)
REWARDS = "select * from rewards where tenant_id = $1 and id = any($2::uuid[])"
FILTERS = {
    "user": Filter("user_id::text = {}", str.lower),
    "reward": Filter("reward_id::text = {}", str.lower),
    "status": Filter("(" + STATUS + ") = {}"),
    "origin": Filter("origin = {}"),
    "usable": Filter("((" + STATUS + ") in ('PURCHASED', 'GIVEN', 'REDEEMED')) = {}", read_flag),
}


class VoucherView(wire.View, frozen=True):
    """A voucher: BOUGHT for its price, or GIVEN by a reaction to the event; `purchasedAt` is when.

    `code` is there once it was redeemed, unless the reward hides codes: then the answer to the redemption alone has it.
    """

    id: UUID
    type: str
    user_id: UUID
    reward_id: UUID
    reward: RewardView
    event_id: UUID
    price: int
    status: str
    origin: str
    purchased_at: str
    expires_at: str | None = None
    redeemed_at: str | None = None
    burned_at: str | None = None
    ended_at: str | None = None
    venue_id: UUID | None = None
    code: str | None = None


async def list_vouchers(
    db: Db, tenant_id: UUID, vault: Vault, own_user_id: UUID | None, listing: Listing, *, locale: Locale | None = None
) -> Page[VoucherView]:
    """List vouchers, the newest first; an end user sees the user's own."""
    return await _list(db, tenant_id, vault, own_user_id, listing, locale)


async def get_voucher(
    db: Db, tenant_id: UUID, vault: Vault, own_user_id: UUID | None, id: UUID, *, locale: Locale | None = None
) -> VoucherView:
    """Return one voucher; an end user sees the user's own."""
    async with db.transaction(snapshot=True) as tx:
        return await read_voucher(tx, tenant_id, vault, own_user_id, id, locale)


async def list_benefits(
    db: Db, tenant_id: UUID, vault: Vault, own_user_id: UUID | None, listing: Listing, *, locale: Locale | None = None
) -> Page[VoucherView]:
    """List what users own: an end user the own, an administrator everybody's or, by `user`, one user's."""
    return await _list(db, tenant_id, vault, own_user_id, listing, locale)


async def get_benefit(
    db: Db, tenant_id: UUID, vault: Vault, own_user_id: UUID | None, id: UUID, *, locale: Locale | None = None
) -> VoucherView:
    """Return one thing that a user owns; its id is the voucher's."""
    async with db.transaction(snapshot=True) as tx:
        return await read_voucher(tx, tenant_id, vault, own_user_id, id, locale)


async def read_voucher(
    tx: Tx, tenant_id: UUID, vault: Vault, own_user_id: UUID | None, id: UUID, locale: Locale | None = None
) -> VoucherView:
    """Return one voucher as this transaction sees it. Raises: NotFound."""
    head, fixed = scoped(READ, tenant_id, "user_id", own_user_id)
    row = await tx.fetchrow(f"{head} and id = ${len(fixed) + 1}", *fixed, id)
    if row is None:
        raise NotFound("There is no such voucher.")
    (shown,) = await _views(tx, tenant_id, vault, [row], locale)
    return shown


async def _list(
    db: Db, tenant_id: UUID, vault: Vault, own_user_id: UUID | None, listing: Listing, locale: Locale | None
) -> Page[VoucherView]:
    head, fixed = scoped(READ, tenant_id, "user_id", own_user_id)
    sql, arguments = select(listing, head, fixed, FILTERS, id_column="id", order="DESC")
    async with db.transaction(snapshot=True) as tx:
        rows = await tx.fetch(sql, *arguments)
        shown = iter(await _views(tx, tenant_id, vault, rows, locale))
        return page(listing, rows, lambda _: next(shown))


async def _views(
    tx: Tx, tenant_id: UUID, vault: Vault, rows: Sequence[Row], locale: Locale | None
) -> list[VoucherView]:
    if not rows:
        return []
    rewards = await tx.fetch(REWARDS, tenant_id, list({row["reward_id"] for row in rows}))
    beside = await shelf.read_beside(tx, None, tenant_id, rewards)
    shown = {row["id"]: shelf.view(row, beside, locale) for row in rewards}
    wanted = [
        row["code_id"] for row in rows if row["redeemed_at"] is not None and not shown[row["reward_id"]].hide_code
    ]
    sealed = await tx.fetch(codes.BY_IDS, tenant_id, wanted) if wanted else []
    texts = {row["id"]: vault.open(tenant_id, row["id"], row["sealed"]) for row in sealed}
    return [_view(row, shown[row["reward_id"]], texts) for row in rows]


def _view(row: Row, reward: RewardView, texts: Mapping[UUID, str]) -> VoucherView:
    is_over = row["status_now"] == "EXPIRED"
    return VoucherView(
        row["id"], reward.type, row["user_id"], row["reward_id"], reward, row["event_id"], row["price"],
        row["status_now"], row["origin"], wire.rfc3339(row["purchased_at"]), wire.rfc3339_or_none(row["expires_at"]),
        wire.rfc3339_or_none(row["redeemed_at"]), wire.rfc3339_or_none(row["burned_at"]),
        wire.rfc3339_or_none(row["expires_at"] if is_over else row["ended_at"]), row["venue_id"],
        None if row["redeemed_at"] is None else texts.get(row["code_id"]),
    )  # fmt: skip
