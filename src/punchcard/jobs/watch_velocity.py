"""The job that counts what was reported, once a minute, and raises alerts where it came faster than is usual."""

from uuid import UUID

from punchcard.access.velocity import read_limits
from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.events import alerts, velocity
from punchcard.jobs.step import Workplace

STEP_EVENTS = 2_000
BEFORE_ALL = UUID(int=0)


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Count some events of one tenant that has limits."""
    del place
    after = BEFORE_ALL if job.cursor is None else UUID(job.cursor)
    watched = await velocity.next_watched(tx, after)
    if watched is None:
        return Progress(None, job.done, result={"events": job.done})
    tenant_id, limits = watched["id"], read_limits(watched["velocity_limits"])
    counted = await velocity.count_slice(tx, tenant_id, limits, STEP_EVENTS)
    await alerts.raise_alerts(tx, await velocity.find_exceeded(tx, tenant_id, limits, counted.rows))
    done = job.done + len(counted.rows)
    return Progress(str(after if counted.is_full else tenant_id), done, result={"events": done})
