"""Let time do its work in the wallets of a tenant now, rather than when the job comes by (POST …/trigger_one, …).

What can be spent does not depend on it: nobody spends points that have run out, however late the job is.
"""

from uuid import UUID

from punchcard import wire
from punchcard.db import queue
from punchcard.db.connection import Db, Tx
from punchcard.engine.policy import Expiry, Purchase
from punchcard.errors import Conflict
from punchcard.points.policies import DATE_IDLE, compile_one, read_policy, read_purchases

EXPIRE = "expire_points"
PURCHASE = "purchase_rewards"


class TriggerDefinition(wire.Definition):
    """Which points policy."""

    id: UUID


class TriggeredView(wire.View, frozen=True):
    """The job that does it; GET /v1/jobs/{id} tells how far it has come."""

    job_id: UUID


async def trigger_one_policy(db: Db, tenant_id: UUID, definition: TriggerDefinition) -> TriggeredView:
    """Carry out one points policy now: points run out, or rewards are bought, as far as it is time.

    Raises: NotFound, Conflict for a cap, which needs no clock.
    """

    async def body(tx: Tx) -> TriggeredView:
        policy = compile_one(await read_policy(tx, tenant_id, definition.id))
        if isinstance(policy, Purchase):
            asked = {"policyId": str(definition.id)}
            return TriggeredView(await queue.enqueue(tx, tenant_id, PURCHASE, asked, key=str(definition.id)))
        if not isinstance(policy, Expiry):
            raise Conflict("A cap is carried out as points are earned or spent; there is nothing to do by the clock.")
        kind = DATE_IDLE if policy.is_for_inactivity else EXPIRE
        return TriggeredView(await queue.enqueue(tx, tenant_id, kind, {}, key="policy"))

    return await db.run(body)


async def trigger_points_policies(db: Db, tenant_id: UUID) -> TriggeredView:
    """Carry out all points policies now: points become usable, and run out, as far as their time has come.

    Rewards that policies buy are bought too, by a job of its own; the answer names the one of the points.
    """

    async def body(tx: Tx) -> TriggeredView:
        if await read_purchases(tx, tenant_id):
            await queue.enqueue(tx, tenant_id, PURCHASE, {}, key="policy")
        return TriggeredView(await queue.enqueue(tx, tenant_id, EXPIRE, {}, key="policy"))

    return await db.run(body)
