"""Sales: rewards bought by many members at once, in one transaction; a single purchase is a sale to one.

    recall   Idempotency-Keys                                         the first answer again
    hold     wallets, then rewards, then their pools, each in order
    check    who may buy, what is for sale, how many, for how much    each refusal is a value, and holds up nobody else
    settle   PURCHASED_REWARD events, with the price and what reactors make of them
    record   stock, codes, vouchers, answers under their keys

A member buys once in a sale: the next purchase is checked against what the first one left. The price is the
catalogue's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from msgspec import Struct

from punchcard import clock, wire
from punchcard.access.principals import Kind, Principal
from punchcard.commands.eligibility import require_eligible
from punchcard.commands.spending import count_spent
from punchcard.db.connection import Db, Row, Tx
from punchcard.engine.earning import move
from punchcard.engine.situation import Posting, Situation, Subject
from punchcard.engine.words import points as of_points
from punchcard.errors import (
    Conflict,
    Fault,
    InsufficientPoints,
    NotFound,
    NotPurchasable,
    OutOfStock,
    PunchcardError,
    UserMerged,
    UserRestricted,
)
from punchcard.events.catalogue import Snapshot
from punchcard.events.event import EventView
from punchcard.events.request import Desk, Draft
from punchcard.events.settle import settle
from punchcard.points import ledger
from punchcard.rewards import code_pools, codes, rewards, vouchers
from punchcard.rewards.rewards import Reward, Taken
from punchcard.rewards.vouchers import Voucher

PURCHASED_REWARD = "PURCHASED_REWARD"

log = structlog.get_logger()


class Order(Struct, frozen=True):
    """What somebody wants to buy, for whom.

    db: the caller's, which may keep the answer under a key. is_own_path: the path names the user, and not the body.
    """

    db: Db
    principal: Principal
    user_id: UUID
    reward_id: UUID
    comment: str | None = None
    is_own_path: bool = False

    @property
    def reward(self) -> Reward:
        """The reward, with its tenant."""
        return self.principal.tenant_id, self.reward_id


class Sale(Struct):
    """What a sale has found, and what it has come to so far. `left` counts the stock down, None: any number."""

    now: datetime
    subjects: dict[UUID, Subject]
    catalogue: Mapping[Reward, Row]
    snapshots: Mapping[UUID, Snapshot]
    left: dict[Reward, int | None]
    waiting: dict[tuple[UUID, UUID], list[UUID]]


class Sold(Struct, frozen=True):
    """An order that can be carried out, with the voucher to come and the code that was taken for it."""

    order: Order
    draft: Draft
    voucher_id: UUID
    row: Row
    code_id: UUID | None


Outcome = EventView | Exception


async def sell(desk: Desk, tx: Tx, orders: Sequence[Order]) -> list[Outcome]:
    """Carry out those orders that can be; return the event of each, or why there is none. Raises: WalletsDue."""
    outcomes: dict[int, Outcome] = {}
    for place, order in enumerate(orders):
        try:
            await order.db.begin(tx)
        except Exception as known:  # noqa: BLE001 - the first answer is told by an exception of the caller's
            outcomes[place] = known
    open_orders = {place: order for place, order in enumerate(orders) if place not in outcomes}
    if open_orders:
        outcomes |= await _sell(desk, tx, open_orders)
    return [outcomes[place] for place in range(len(orders))]


async def _sell(desk: Desk, tx: Tx, orders: Mapping[int, Order]) -> dict[int, Outcome]:
    wallets = {(order.principal.tenant_id, order.user_id) for order in orders.values()}
    held = {row["user_id"]: row for row in await ledger.hold(tx, sorted(wallets))}
    now = max((row["now"] for row in held.values()), default=None)
    if now is None:
        return {place: _no_user(order).as_value() for place, order in orders.items()}
    ledger.require_settled(held.values(), now)
    sale = await _begin(desk, tx, orders, held, now)
    outcomes: dict[int, Outcome] = {}
    sold: dict[int, Sold] = {}
    for place, order in orders.items():
        try:
            sold[place] = await _check(tx, sale, order, held.get(order.user_id))
        except PunchcardError as error:
            outcomes[place] = error.as_value()
        except UserMerged as merged:
            outcomes[place] = merged
    await _give_back_codes(tx, sale)
    events = await settle(desk, tx, [one.draft for one in sold.values()], Situation(dict(sale.subjects)), now)
    await _record(tx, sale, list(sold.values()), events)
    for (place, one), event in zip(sold.items(), events, strict=True):
        await one.order.db.finish(tx, event)
        outcomes[place] = event
    return outcomes


async def _begin(desk: Desk, tx: Tx, orders: Mapping[int, Order], held: Mapping[UUID, Row], now: datetime) -> Sale:
    """Hold what is for sale, and take as many codes as the orders may need."""
    counts = Counter(order.reward for order in orders.values())
    catalogue = await rewards.hold_for_sale(tx, counts)
    wanted: Counter[tuple[UUID, UUID]] = Counter()
    for reward, row in catalogue.items():
        if row["pool_id"] is not None:
            wanted[reward[0], row["pool_id"]] += counts[reward]
    waiting = {}
    for pool in sorted(await code_pools.share(tx, wanted)) if wanted else ():
        waiting[pool] = (await codes.take(tx, *pool, wanted[pool]))[::-1]
    tenants = sorted({tenant_id for tenant_id, _ in counts})
    return Sale(
        now,
        {user_id: ledger.subject_of(row) for user_id, row in held.items()},
        catalogue,
        {tenant_id: await desk.catalogue.current(tenant_id, tx) for tenant_id in tenants},
        {reward: _stock_left(row) for reward, row in catalogue.items()},
        waiting,
    )


def _stock_left(row: Row) -> int | None:
    return None if row["stock_capacity"] is None else row["stock_capacity"] - row["stock_consumed"]


async def _check(tx: Tx, sale: Sale, order: Order, wallet: Row | None) -> Sold:
    """Find out whether an order can be carried out, and take its price. Raises: the error that answers it."""
    _require_open(order, wallet)
    row, snapshot = sale.catalogue.get(order.reward), sale.snapshots[order.principal.tenant_id]
    if row is None:
        raise NotFound("There is no such reward.")
    subject, price = sale.subjects[order.user_id], row["price"]
    told = {"price": price, "balance": subject.balance}
    if not row["purchasable"] or not row["is_available"]:
        raise NotPurchasable("The reward is not for sale, or not now; see its availability.", **told)
    await require_eligible(tx, snapshot, order.user_id, subject, row, sale.now)
    pool = sale.waiting.get((order.reward[0], row["pool_id"]))
    if sale.left[order.reward] == 0 or (row["pool_id"] is not None and not pool):
        raise OutOfStock("Nothing is left of this reward.", **told)
    if subject.balance < price:
        detail = f"The reward costs {of_points(price)}, and the balance is {subject.balance}."
        raise InsufficientPoints(detail, **told)
    if price and snapshot.policies is not None and snapshot.policies.spend_caps:
        await count_spent(tx, order.reward[0], order.user_id, snapshot.policies, price, sale.now)
    left = sale.left[order.reward]
    sale.left[order.reward] = None if left is None else left - 1
    voucher_id = clock.new_id()
    own = [move(subject, -price, account="REDEMPTION")] if price else []
    return Sold(order, _draft(sale, order, row, voucher_id, own), voucher_id, row, pool.pop() if pool else None)


def _require_open(order: Order, wallet: Row | None) -> None:
    if wallet is None or wallet["tenant_id"] != order.principal.tenant_id:
        raise _no_user(order)
    if wallet["status"] == ledger.MERGED:
        raise UserMerged(order.user_id)
    if wallet["status"] == "CLOSED":
        raise Conflict("The beneficiary's account is closed.")
    if wallet["status"] == "RESTRICTED" and order.principal.kind is Kind.USER:
        raise UserRestricted("An administrator has restricted this user.")


def _no_user(order: Order) -> PunchcardError:
    if order.is_own_path:
        return NotFound("There is no such user.")
    return wire.invalid([Fault("/beneficiaryId", "subject_unknown", "There is no such user.")])


def _draft(sale: Sale, order: Order, row: Row, voucher_id: UUID, own: Sequence[Posting]) -> Draft:
    payload: dict[str, Any] = {
        "rewardId": str(order.reward_id),
        "rewardName": row["name"],
        "voucherId": str(voucher_id),
        "price": row["price"],
    }
    if order.comment is not None:
        payload["comment"] = order.comment
    (event_id,) = clock.stream_ids(sale.now, 1)
    event_type = sale.snapshots[order.reward[0]].types[PURCHASED_REWARD]
    return Draft(
        order.user_id, payload, sale.now, event_id, order.reward[0], event_type, order.principal.name, None, own
    )  # fmt: skip


async def _give_back_codes(tx: Tx, sale: Sale) -> None:
    """Put back the codes of orders that were refused."""
    for (tenant_id, _), left in sale.waiting.items():
        if left:
            await codes.give_back(tx, tenant_id, left)


async def _record(tx: Tx, sale: Sale, sold: Sequence[Sold], events: Sequence[EventView]) -> None:
    """Write vouchers and stock, and see whether so little is left that somebody is to be told."""
    counts = Counter(one.order.reward for one in sold)
    warned = {reward for reward in counts if await _is_low(tx, sale, reward)}
    await rewards.take(tx, {reward: Taken(count, reward in warned) for reward, count in counts.items()})
    await vouchers.insert_vouchers(
        tx, [_voucher(sale, one, event) for one, event in zip(sold, events, strict=True)]
    )  # fmt: skip
    for tenant_id, reward_id in sorted(warned):
        log.warning("little is left of a reward", tenantId=str(tenant_id), rewardId=str(reward_id))


async def _is_low(tx: Tx, sale: Sale, reward: Reward) -> bool:
    row = sale.catalogue[reward]
    if row["notify_quantity"] is None or row["notified_at"] is not None:
        return False
    most = int(row["notify_quantity"])
    left = sale.left[reward]
    if left is not None and left <= most:
        return True
    return row["pool_id"] is not None and await codes.left(tx, reward[0], row["pool_id"], most + 1) <= most


def _voucher(sale: Sale, one: Sold, event: EventView) -> Voucher:
    order = one.order
    return Voucher(
        one.voucher_id, order.reward[0], order.user_id, order.reward_id, UUID(event.id), one.row["price"], sale.now,
        code_id=one.code_id, expires_at=vouchers.expiry(one.row, sale.now),
    )  # fmt: skip
