"""The job that dates wallets by a points policy on inactivity, once such a policy begins or changes.

From then on events move the dates. A member who has done nothing since there is such a policy is taken to have done
something when the job comes by: nobody loses points for a time in which nobody knew of the policy.
"""

from uuid import UUID

from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.engine.policy import idle_until
from punchcard.jobs.step import Workplace
from punchcard.points import ledger

STEP_WALLETS = 500


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Note when the points of each member lapse for inactivity."""
    policies = (await place.desk.catalogue.current(job.tenant_id, tx)).policies
    if policies is None or not policies.asks_for_activity:
        return Progress(None, job.done, result={"wallets": job.done})
    held = await ledger.hold_following(tx, job.tenant_id, UUID(job.cursor or str(UUID(int=0))), STEP_WALLETS)
    dates = []
    for row in held:
        active_at = row["active_at"] or row["now"]
        lapses_at = idle_until(policies.expiries, active_at, policies.zone)
        dates.append((row["tenant_id"], row["user_id"], active_at, lapses_at))
    await ledger.note_activity(tx, dates)
    done = job.done + len(held)
    following = str(held[-1]["user_id"]) if len(held) == STEP_WALLETS else None
    return Progress(following, done, result={"wallets": done})
