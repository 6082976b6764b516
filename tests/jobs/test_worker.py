"""The worker and its queue, in one process: once, in turns, again after a failure, and not after a cancellation."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from punchcard.db import queue
from punchcard.db.connection import Db, Tx
from punchcard.db.queue import Job, Progress
from punchcard.jobs.step import JobKind, Workplace
from punchcard.jobs.worker import Worker
from tests.jobs.conftest import Enqueue, make_due, read
from tests.jobs.kinds import KINDS, count_up, effects


async def all_turns(*workers: Worker) -> None:
    """Let each worker work, side by side, until nothing is due."""

    async def turns(worker: Worker) -> None:
        while await worker.turn():
            pass

    await asyncio.gather(*map(turns, workers))


async def test_a_job_is_done_step_by_step(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """A job of five steps leaves five effects, its progress and its result."""
    job_id = await enqueue("count_up", total=5)
    assert (await read(db, job_id))["state"] == "QUEUED"
    await all_turns(Worker(place, KINDS))
    row = await read(db, job_id)
    assert (row["state"], row["done"], row["total"], row["steps"]) == ("DONE", 5, 5, 5)
    assert (row["result"], row["lease"], row["error"]) == ('{"counted":5}', None, None)
    assert await effects(db, job_id) == [0, 1, 2, 3, 4]


async def test_many_workers_do_each_step_once(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """Four workers over thirty jobs: each step of each job once."""
    ids = [await enqueue("count_up", total=6) for _ in range(30)]
    await all_turns(*(Worker(place, KINDS) for _ in range(4)))
    for job_id in ids:
        assert await effects(db, job_id) == list(range(6))


async def test_unknown_kinds_are_left_alone(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """A kind that only a newer program knows is not touched."""
    job_id = await enqueue("of_tomorrow")
    await all_turns(Worker(place, KINDS))
    assert (await read(db, job_id))["state"] == "QUEUED"


async def test_a_job_exists_once_its_transaction_is_committed(
    db: Db, place: Workplace, enqueue: Enqueue, tenant_id: UUID
) -> None:
    """What is put in by a transaction that is rolled back was never put in."""
    del place, enqueue

    async def body(tx: Tx) -> None:
        await queue.enqueue(tx, tenant_id, "count_up", {"total": 1})
        raise LookupError

    with pytest.raises(LookupError):
        await db.run(body)
    assert await db.fetchval("select count(*) from jobs where tenant_id = $1", tenant_id) == 0


async def test_a_key_is_open_once(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """Ten at once with one key put in one job; after its end the key can be used again."""
    first, *others = await asyncio.gather(*(enqueue("count_up", key="one", total=1) for _ in range(10)))
    assert set(others) == {first}
    assert await enqueue("count_up", key="two", total=1) != first
    await all_turns(Worker(place, KINDS))
    assert await enqueue("count_up", key="one", total=1) != first
    assert await effects(db, first) == [0]


class Halted:
    """A kind whose step leaves its effect and waits, still uncommitted, until it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = asyncio.Event(), asyncio.Event()
        self.kinds = {"count_up": JobKind(self._step)}

    async def _step(self, tx: Tx, job: Job, place: Workplace) -> Progress:
        progress = await count_up(tx, job, place)
        self.begun.set()
        await self.let_go.wait()
        return progress


async def test_a_late_step_is_not_taken_over(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """A step that outlasts its lease keeps the job: no other worker begins it, and the attempts do not count up."""
    job_id, halted = await enqueue("count_up", total=1), Halted()
    late = asyncio.create_task(Worker(place, halted.kinds).turn())
    await halted.begun.wait()
    for _ in range(5):
        await make_due(db, job_id)
        assert not await Worker(place, KINDS).turn()
    halted.let_go.set()
    assert await late
    row = await read(db, job_id)
    assert (row["state"], row["steps"], row["attempt"]) == ("DONE", 1, 1)
    assert await effects(db, job_id) == [0]


async def test_who_lost_the_job_does_nothing(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """A worker that paused between claim and step, past its lease, finds the job taken: its step is not begun."""
    job_id = await enqueue("count_up", total=3)
    paused = await queue.claim(db, ["count_up"], 30)
    assert paused is not None
    await make_due(db, job_id)
    await all_turns(Worker(place, KINDS))

    async def body(tx: Tx) -> tuple[bool, Job | None]:
        held = await queue.hold(tx, paused)
        return held, await queue.advance(tx, paused, Progress(None, 99), 30)

    assert await db.run(body) == (False, None)
    await queue.fail(db, paused, "too late")
    await queue.retry(db, paused, "too late", 0)
    await queue.release(db, paused)
    row = await read(db, job_id)
    assert (row["state"], row["done"], row["error"]) == ("DONE", 3, None)
    assert await effects(db, job_id) == [0, 1, 2]


async def test_a_cancelled_step_is_rolled_back(db: Db, place: Workplace, enqueue: Enqueue, tenant_id: UUID) -> None:
    """Cancelling answers at once while a step is at work; that step leaves nothing, those before it stay."""
    job_id, halted = await enqueue("count_up", total=3, rest=0.001), Halted()
    await Worker(place, KINDS).turn()
    await make_due(db, job_id)
    working = asyncio.create_task(Worker(place, halted.kinds).turn())
    await halted.begun.wait()
    await db.run(lambda tx: queue.cancel(tx, tenant_id, job_id))
    assert (await read(db, job_id))["state"] == "CANCELLED"
    halted.let_go.set()
    assert await working
    row = await read(db, job_id)
    assert (row["state"], row["done"], row["lease"]) == ("CANCELLED", 1, None)
    assert await effects(db, job_id) == [0]


async def test_a_job_leaves_the_machine_to_others_between_steps(
    db: Db, place: Workplace, enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind that rests does its next step after a pause; whoever stops the worker need not wait for its end."""
    monkeypatch.setattr("punchcard.jobs.worker.REST_SECONDS_MAX", 3_600)
    job_id = await enqueue("count_up", total=3)
    resting = Worker(place, {"count_up": JobKind(count_up, rest=1e9)})
    working = asyncio.create_task(resting.run())
    while (await read(db, job_id))["done"] < 1:  # noqa: ASYNC110 - the row tells
        await asyncio.sleep(0.01)
    resting.stop()
    await working
    row = await read(db, job_id)
    assert (row["state"], row["done"], row["lease"]) == ("RUNNING", 1, None)
    await all_turns(Worker(place, KINDS))
    assert await effects(db, job_id) == [0, 1, 2]


async def test_a_waiting_job_is_cancelled(db: Db, place: Workplace, enqueue: Enqueue, tenant_id: UUID) -> None:
    """A cancelled job that was not begun never is."""
    job_id = await enqueue("count_up", total=3)
    await db.run(lambda tx: queue.cancel(tx, tenant_id, job_id))
    await all_turns(Worker(place, KINDS))
    assert (await read(db, job_id))["state"] == "CANCELLED"
    assert await effects(db, job_id) == []


async def test_a_failed_step_is_tried_again(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """Between two attempts the job waits with the reason; once it succeeds only that attempt has left something."""
    job_id, worker = await enqueue("stumble", succeeds_at=3), Worker(place, KINDS)
    assert await worker.turn()
    row = await read(db, job_id)
    assert (row["state"], row["attempt"], row["error"]) == (
        "QUEUED", 1, f"A fault of the program: the log has it under {job_id}.",
    )  # fmt: skip
    await all_turns(worker)
    row = await read(db, job_id)
    assert (row["state"], row["error"], row["result"]) == ("DONE", None, '{"attempts":3}')
    assert await effects(db, job_id) == [3]


async def test_a_step_that_keeps_failing_fails_the_job(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """After its last attempt the job is FAILED, and nothing of it is left."""
    job_id = await enqueue("stumble", succeeds_at=99)
    await all_turns(Worker(place, KINDS))
    row = await read(db, job_id)
    assert (row["state"], row["attempt"], await effects(db, job_id)) == ("FAILED", 3, [])


async def test_what_can_never_be_done_is_tried_once(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """An error that is the job's own fails it at once, with its sentence."""
    job_id = await enqueue("refuse")
    await all_turns(Worker(place, KINDS))
    row = await read(db, job_id)
    assert (row["state"], row["attempt"], row["error"]) == ("FAILED", 1, "The file of this job has no rows.")
    assert await effects(db, job_id) == []


async def test_pauses_double(db: Db, place: Workplace, enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between attempts double, up to five minutes, and a quarter of chance comes on top."""
    monkeypatch.setattr("punchcard.clock.jitter_seconds", lambda most: most)
    kinds = {"stumble": JobKind(KINDS["stumble"].step, attempts_max=99, pause_seconds=96)}
    job_id, pauses = await enqueue("stumble", succeeds_at=99), []
    for _ in range(4):
        before = await db.fetchval("select statement_timestamp()")
        assert await Worker(place, kinds).turn()
        after = await db.fetchval("select statement_timestamp()")
        due_at = (await read(db, job_id))["due_at"]
        pauses.append(((due_at - after).total_seconds(), (due_at - before).total_seconds()))
        assert not await Worker(place, kinds).turn()
        await make_due(db, job_id)
    assert all(least <= pause <= most for (least, most), pause in zip(pauses, (120, 240, 375, 375), strict=True))


async def test_a_long_job_lets_the_others_go_first(
    db: Db, place: Workplace, enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With turns of one step, a short job that came later ends before a long one does."""
    monkeypatch.setattr("punchcard.jobs.worker.TURN_SECONDS", -1.0)
    long, short = await enqueue("count_up", total=50), await enqueue("count_up", total=2)
    worker = Worker(place, KINDS)
    while (await read(db, short))["ended_at"] is None:
        assert await worker.turn()
    row: Any = await read(db, long)
    assert (row["state"], row["attempt"], row["lease"]) == ("RUNNING", 0, None)
    assert row["done"] < 5
    await all_turns(worker)
    assert await effects(db, long) == list(range(50))


async def test_a_stop_ends_after_the_step(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """`stop` lets the step at work be recorded and gives the job back at once, without waiting for its lease."""
    job_id, halted = await enqueue("count_up", total=3), Halted()
    worker = Worker(place, halted.kinds)
    running = asyncio.create_task(worker.run())
    await halted.begun.wait()
    worker.stop()
    halted.let_go.set()
    await running
    row = await read(db, job_id)
    assert (row["state"], row["done"], row["lease"]) == ("RUNNING", 1, None)
    await all_turns(Worker(place, KINDS))
    assert await effects(db, job_id) == [0, 1, 2]
