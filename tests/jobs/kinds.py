"""Kinds of jobs for the tests. Each step leaves a row in a table that would take it twice."""

import os
import signal

from punchcard.db.connection import Db, Tx
from punchcard.db.queue import Job, Progress
from punchcard.errors import Invalid
from punchcard.jobs.step import JobKind, Workplace

TABLE = "create table if not exists job_effects (job_id uuid not null, number integer not null)"
LEAVE = "insert into job_effects (job_id, number) values ($1, $2)"
LEFT = "select number from job_effects where job_id = $1 order by number"


async def effects(db: Db, job_id: object) -> list[int]:
    """Return the numbers that the steps of a job have left, doubled ones twice."""
    return [row["number"] for row in await db.fetch(LEFT, job_id)]


async def count_up(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Leave one row a step, up to `total`; `seconds` slow each step down after its effect and before its record."""
    del place
    number = job.cursor or 0
    await tx.execute(LEAVE, job.id, number)
    await tx.execute("select pg_sleep($1)", job.input.get("seconds", 0))
    done, total = number + 1, job.input["total"]
    return Progress(None if done == total else done, done, total, {"counted": done}, job.input.get("rest", 0))


async def stumble(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Leave a row, then fail as long as this is not the attempt that `succeeds_at`."""
    del place
    await tx.execute(LEAVE, job.id, job.attempt)
    if job.attempt < job.input["succeeds_at"]:
        raise ZeroDivisionError("a fault of a test")
    return Progress(None, 1, result={"attempts": job.attempt})


async def refuse(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Leave a row, then say that this can never be done."""
    del place
    await tx.execute(LEAVE, job.id, 0)
    raise Invalid("The file of this job has no rows.")


async def die(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Leave a row, then kill the process."""
    del place
    await tx.execute(LEAVE, job.id, 0)
    os.kill(os.getpid(), signal.SIGKILL)
    return Progress(None, 1)


KINDS = {
    "count_up": JobKind(count_up),
    "stumble": JobKind(stumble, attempts_max=3, pause_seconds=0),
    "refuse": JobKind(refuse),
    "die": JobKind(die, attempts_max=3),
}
