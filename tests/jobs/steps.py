"""A job done to its end in a test's own process, step by step."""

from uuid import UUID, uuid4

from punchcard.db.connection import Db
from punchcard.db.queue import Job
from punchcard.jobs.step import Step, Workplace


async def work(db: Db, place: Workplace, step: Step, tenant_id: UUID) -> int:
    """Do a job to its end; return the steps that it took."""
    job, steps = Job(tenant_id, uuid4(), "a_test", {}, None, 0, None, 0, 1, uuid4()), 0
    while True:
        progress = await db.run(lambda tx, job=job: step(tx, job, place))  # type: ignore[misc]
        steps += 1
        if progress.cursor is None:
            return steps
        job = Job(tenant_id, job.id, job.kind, {}, progress.cursor, progress.done, None, steps, 1, job.lease)
