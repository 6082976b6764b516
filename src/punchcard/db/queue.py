"""The queue of jobs. Owns `jobs`. It stands this low so that a command can put a job in within its own transaction.

A job is a row; it is done in steps, each one transaction that holds the step's effect and where to go on. Two guards
make each step's effect happen once, whatever is killed, paused or cut off:

- while a step is at work its transaction holds an advisory lock, which ends with the connection and not by the clock;
  nobody takes the job over meanwhile, however late the lease is;
- the step's last statement moves the row on only if the lease is still this worker's and no step was done in between;
  else the whole transaction is rolled back.

The lease says nothing about exactness: it keeps workers out of each other's way between two steps.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx

INSTALLATION = UUID(int=0)
"""Stands for no tenant: the installation's own work."""

LOCK_SPACE = 0x4A6F6273  # "Jobs": apart from every other advisory lock


class Job(Struct, frozen=True):
    """A job as a worker holds it. `input` is what it was asked, `cursor` where the last step ended (None: nowhere yet).

    `attempt` counts the beginnings of the next step, this one included; `steps` those that were done.
    """

    tenant_id: UUID
    id: UUID
    kind: str
    input: wire.Json
    cursor: Any
    done: int
    total: int | None
    steps: int
    attempt: int
    lease: UUID


class Progress(Struct, frozen=True):
    """What a step came to: units `done` in all of `total`, and where the next step goes on.

    cursor: any JSON value but null; None ends the job, with its `result`. rest_seconds: a pause before the next step,
    for work that must leave the database to others.
    """

    cursor: Any
    done: int
    total: int | None = None
    result: wire.Json | None = None
    rest_seconds: float = 0.0


ENQUEUE = """
    with added as (
        insert into jobs (tenant_id, id, kind, key, input) values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, kind, key) where state in ('QUEUED', 'RUNNING') do nothing returning id
    )
    select id from added
    union all
    select id from jobs where tenant_id = $1 and kind = $3 and key = $4 and state in ('QUEUED', 'RUNNING')
    limit 1
"""


async def enqueue(tx: Tx, tenant_id: UUID, kind: str, input: wire.Json, *, key: str | None = None) -> UUID:
    """Put a job in, to be done once this transaction is committed; return its id.

    kind: one of `jobs.kinds.KINDS`. key: of the jobs of a tenant and kind with the same key only one is open; while
    there is one, its id is returned and nothing is put in.
    """
    while True:
        found = await tx.fetchval(ENQUEUE, tenant_id, clock.new_id(), kind, key, wire.text(input))
        if found is not None:  # else the one in the way has ended between the two looks
            return UUID(str(found))


# A job whose step is at work still, though its lease is over, keeps its holder, and its time is put off.
CLAIM = """
    with next as materialized (
        select tenant_id, id from jobs
        where state in ('QUEUED', 'RUNNING') and due_at <= statement_timestamp() and kind = any($1::text[])
        order by due_at limit 1 for no key update skip locked
    ), tried as materialized (
        select tenant_id, id, pg_try_advisory_xact_lock($4, hashtext(id::text)) as is_free from next
    )
    update jobs as job set
        state = 'RUNNING', due_at = statement_timestamp() + $3::interval, attempt = attempt + is_free::integer,
        lease = case when is_free then $2 else lease end, started_at = coalesce(started_at, statement_timestamp())
    from tried where job.tenant_id = tried.tenant_id and job.id = tried.id
    returning job.*, is_free
"""


async def claim(db: Db, kinds: Sequence[str], lease_seconds: float) -> Job | None:
    """Take the job that has been due for longest, or whose worker has not been heard of for `lease_seconds`."""
    row = await db.fetchrow(CLAIM, kinds, clock.new_id(), timedelta(seconds=lease_seconds), LOCK_SPACE)
    return None if row is None or not row["is_free"] else _job(row)


HOLD = """
    select true from jobs where tenant_id = $1 and id = $2 and lease = $3 and state = 'RUNNING'
        and pg_try_advisory_xact_lock($4, hashtext(id::text))
"""


async def hold(tx: Tx, job: Job) -> bool:
    """Hold a job for the length of a step; False when it is not this worker's any more, or was cancelled."""
    return bool(await tx.fetchval(HOLD, job.tenant_id, job.id, job.lease, LOCK_SPACE))


# The beginning of the next step counts from here on.
ADVANCE = """
    update jobs set
        cursor = $5, done = $6, total = coalesce($7, total), result = $8, steps = steps + 1, attempt = 1, error = null,
        due_at = statement_timestamp() + $9::interval,
        state = case when $5::json is null then 'DONE' else state end,
        lease = case when $5::json is null then null else lease end,
        ended_at = case when $5::json is null then statement_timestamp() end
    where tenant_id = $1 and id = $2 and lease = $3 and state = 'RUNNING' and steps = $4
"""
PROOF = "select exists (select from jobs where tenant_id = $1 and id = $2 and steps > $3)"


async def advance(tx: Tx, job: Job, progress: Progress, lease_seconds: float) -> Job | None:
    """Record what a step came to, in the step's own transaction; return the job as the next step finds it.

    None: it is not this worker's any more, or was cancelled, and the transaction must be rolled back.
    """
    tx.proof = (PROOF, job.tenant_id, job.id, job.steps)
    moved = await tx.execute(
        ADVANCE, job.tenant_id, job.id, job.lease, job.steps, _json(progress.cursor), progress.done, progress.total,
        _json(progress.result), timedelta(seconds=lease_seconds),
    )  # fmt: skip
    if moved != "UPDATE 1":
        return None
    total = job.total if progress.total is None else progress.total
    return msgspec.structs.replace(
        job, cursor=progress.cursor, done=progress.done, total=total, steps=job.steps + 1, attempt=1
    )


RELEASE = """
    update jobs set lease = null, attempt = greatest(attempt - 1, 0), due_at = statement_timestamp() + $4::interval
    where tenant_id = $1 and id = $2 and lease = $3
"""


async def release(db: Db, job: Job, rest_seconds: float = 0.0) -> None:
    """Give a job back between two steps; any worker may take it, those that wait for longer before it."""
    await db.execute(RELEASE, job.tenant_id, job.id, job.lease, timedelta(seconds=rest_seconds))


RETRY = """
    update jobs set state = 'QUEUED', lease = null, error = $4, due_at = statement_timestamp() + $5::interval
    where tenant_id = $1 and id = $2 and lease = $3
"""


async def retry(db: Db, job: Job, error: str, pause_seconds: float) -> None:
    """Give a job back whose step failed, to be tried again after a pause."""
    await db.execute(RETRY, job.tenant_id, job.id, job.lease, error, timedelta(seconds=pause_seconds))


FAIL = """
    update jobs set state = 'FAILED', lease = null, error = $4, ended_at = statement_timestamp()
    where tenant_id = $1 and id = $2 and lease = $3
"""


async def fail(db: Db, job: Job, error: str) -> None:
    """End a job that cannot be done; `error` is a sentence. What its steps did stays done."""
    await db.execute(FAIL, job.tenant_id, job.id, job.lease, error)


CANCEL = """
    update jobs set state = 'CANCELLED', lease = null, ended_at = statement_timestamp()
    where tenant_id = $1 and id = $2 and state in ('QUEUED', 'RUNNING')
"""


async def cancel(tx: Tx, tenant_id: UUID, id: UUID) -> None:
    """End a job, unless it has ended. A step at work is rolled back; what was done before it stays done."""
    await tx.execute(CANCEL, tenant_id, id)


FORGET = """
    delete from jobs where (tenant_id, id) in (
        select tenant_id, id from jobs where ended_at < statement_timestamp() - $1::interval order by ended_at limit $2
    )
"""


async def forget(tx: Tx, days: int, count_max: int) -> int:
    """Drop up to `count_max` jobs that ended more than `days` ago, of all tenants; return how many."""
    return int((await tx.execute(FORGET, timedelta(days=days), count_max)).removeprefix("DELETE "))


COUNT = "select state, count(*) from jobs where state in ('QUEUED', 'RUNNING', 'FAILED') group by state"


async def count(db: Db) -> dict[str, int]:
    """Count the jobs of all tenants that are QUEUED, RUNNING or FAILED."""
    found = {row["state"]: row["count"] for row in await db.fetch(COUNT)}
    return {state: found.get(state, 0) for state in ("QUEUED", "RUNNING", "FAILED")}


def _json(value: Any) -> str | None:
    return None if value is None else wire.text(value)


def _job(row: Row) -> Job:
    cursor = None if row["cursor"] is None else msgspec.json.decode(row["cursor"])
    return Job(
        row["tenant_id"], row["id"], row["kind"], msgspec.json.decode(row["input"]), cursor, row["done"],
        row["total"], row["steps"], row["attempt"], row["lease"],
    )  # fmt: skip
