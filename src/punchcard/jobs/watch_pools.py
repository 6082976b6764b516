"""The job that raises alerts of code pools that have fewer codes than their `lowMark`."""

from uuid import UUID

from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.events import alerts
from punchcard.events.alerts import CODE_POOL_LOW, Found
from punchcard.jobs.step import Workplace
from punchcard.rewards import code_pools

STEP_POOLS = 100


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Look at some pools of all tenants."""
    del place
    after = None if job.cursor is None else (UUID(job.cursor[0]), UUID(job.cursor[1]))
    pools = await code_pools.read_watched(tx, after, STEP_POOLS)
    found = [
        Found(
            pool["tenant_id"], CODE_POOL_LOW, pool["name"],
            {"codesAvailable": pool["available"], "lowMark": pool["low_mark"]}, code_pool_id=pool["id"],
        )
        for pool in pools
        if pool["available"] < pool["low_mark"]
    ]  # fmt: skip
    await alerts.raise_alerts(tx, found)
    done = job.done + len(pools)
    last = [str(pools[-1]["tenant_id"]), str(pools[-1]["id"])] if len(pools) == STEP_POOLS else None
    return Progress(last, done, result={"pools": done})
