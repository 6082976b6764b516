"""The job that buys rewards for members by points policies (PURCHASE_REWARDS): each day, early, in the tenant's zone.

A step looks at some members, and buys for those whose balances are enough, as they would themselves: with the reward's
limits, criteria and stock, and a PURCHASED_REWARD event. Where it went on is recorded with what it bought, so a member
gets no more than the policy says in one run, whatever breaks off. What cannot be bought is counted, by the reason.
"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard.access.principals import Kind, Principal
from punchcard.commands.expire_points import PURCHASE
from punchcard.commands.sale import Order, Outcome, sell
from punchcard.db.connection import Row, Tx
from punchcard.db.queue import Job, Progress
from punchcard.engine.policy import Purchase, purchases
from punchcard.errors import PunchcardError
from punchcard.events.due import let_time_work_in
from punchcard.events.event import EventView
from punchcard.jobs.step import Workplace
from punchcard.points import ledger
from punchcard.points.policies import compile_one, read_purchases

KIND = PURCHASE
LOOKED_AT = 2_000
STEP_WALLETS = 50
NOBODY = UUID(int=0)


class Cursor(Struct, frozen=True):
    """How far a run has come: the policies that are left, the member who was looked at last, and what came of it."""

    policies: list[UUID]
    after: UUID = NOBODY
    bought: int = 0
    refused: dict[str, int] = {}


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Buy for some members what one policy says."""
    rows = {row["id"]: row for row in await read_purchases(tx, job.tenant_id)}
    cursor = _begin(job, list(rows)) if job.cursor is None else msgspec.convert(job.cursor, Cursor)
    if not cursor.policies:
        return Progress(None, job.done, result=_result(cursor))
    policy_id, *others = cursor.policies
    row = rows.get(policy_id)  # None: it was taken out of force meanwhile
    following, outcomes = (None, []) if row is None else await _buy(tx, place, job.tenant_id, row, cursor.after)
    refused = Counter(cursor.refused) + Counter(one.code for one in outcomes if isinstance(one, PunchcardError))
    bought = cursor.bought + sum(isinstance(one, EventView) for one in outcomes)
    left = others if following is None else cursor.policies
    cursor = Cursor(left, following or NOBODY, bought, dict(refused))
    return Progress(msgspec.to_builtins(cursor) if left else None, bought, result=_result(cursor))


def _begin(job: Job, in_force: Sequence[UUID]) -> Cursor:
    asked = job.input.get("policyId")
    return Cursor([one for one in in_force if asked is None or str(one) == asked])


def _result(cursor: Cursor) -> dict[str, object]:
    return {"bought": cursor.bought, "refused": cursor.refused}


async def _buy(tx: Tx, place: Workplace, tenant_id: UUID, row: Row, after: UUID) -> tuple[UUID | None, list[Outcome]]:
    """Buy for the next members; return the last who was looked at (None: there are no more), and what came of it."""
    policy = compile_one(row)
    assert isinstance(policy, Purchase), "others are not read"
    price = await tx.fetchval(PRICE, tenant_id, policy.reward_id)
    if not price:
        return None, []
    seen = await ledger.read_affording(tx, tenant_id, after, LOOKED_AT, policy.keep + price)
    buyers = [user_id for user_id, affords in seen if affords][:STEP_WALLETS]
    is_last = len(seen) < LOOKED_AT and len([one for _, one in seen if one]) <= STEP_WALLETS
    through = buyers[-1] if len(buyers) == STEP_WALLETS else seen[-1][0] if seen else after
    principal = Principal(tenant_id, Kind.ADMIN, f"policy:{row['id']}")
    outcomes: list[Outcome] = []
    for _ in range(policy.times_max or 1):
        buyers = await _who_can(tx, place, tenant_id, buyers, policy, price)
        if not buyers:
            break
        orders = [Order(place.db, principal, user_id, policy.reward_id, row["name"]) for user_id in buyers]
        came_of_it = await sell(place.desk, tx, orders)
        outcomes += came_of_it
        buyers = [one for one, outcome in zip(buyers, came_of_it, strict=True) if isinstance(outcome, EventView)]
    return None if is_last else through, outcomes


PRICE = "select price from rewards where tenant_id = $1 and id = $2 and deleted_at is null"


async def _who_can(
    tx: Tx, place: Workplace, tenant_id: UUID, buyers: Sequence[UUID], policy: Purchase, price: int
) -> list[UUID]:
    """Hold wallets, let time do its work in them, and return whose balances are still enough."""
    wallets = [(tenant_id, user_id) for user_id in buyers]
    await let_time_work_in(place.desk, tx, await ledger.hold(tx, wallets))
    held = await ledger.hold(tx, wallets)
    return [row["user_id"] for row in held if row["status"] == "OPEN" and purchases(policy, row["balance"], price)]
