"""The job that drops jobs which ended long ago."""

from punchcard.db import queue
from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.jobs.step import Workplace

STEP_JOBS = 1_000


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Drop the jobs of all tenants that ended longer ago than `job_days`."""
    dropped = await queue.forget(tx, place.settings.job_days, STEP_JOBS)
    done = job.done + dropped
    return Progress(done if dropped == STEP_JOBS else None, done, result={"dropped": done})
