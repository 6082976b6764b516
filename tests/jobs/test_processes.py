"""Workers as processes: killed in mid-job, and as the command line starts them."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from punchcard.db import queue
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.jobs.step import Workplace
from tests.faults.conftest import Cluster
from tests.jobs.conftest import Enqueue, ended, make_due, read
from tests.jobs.kinds import effects

ROOT = Path(__file__).parents[2]
TOTAL = 120


@contextlib.contextmanager
def worker(urls: Urls) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker with the tests' kinds and a lease of a second; kill it at the end."""
    command = [sys.executable, "-m", "tests.jobs.process", urls.app, "1"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        yield process
        process.kill()


async def reached(db: Db, job_id: object, count: int) -> None:
    """Wait until a job has left so many effects."""
    async with asyncio.timeout(120):
        while len(await effects(db, job_id)) < count:  # noqa: ASYNC110 - another process makes it true
            await asyncio.sleep(0.005)


@pytest.mark.crash
async def test_killed_in_mid_job(db: Db, place: Workplace, urls: Urls, enqueue: Enqueue) -> None:
    """F03: kill -9 at eight places of a job of 120 steps: another process goes on, and every step happened once."""
    del place
    chance = random.Random(7)
    job_id = await enqueue("count_up", total=TOTAL, seconds=0.005)
    for number in range(8):
        with worker(urls) as process:
            await reached(db, job_id, (number + 1) * TOTAL // 10)
            await asyncio.sleep(chance.uniform(0, 0.02))
            process.kill()
    with worker(urls):
        row = await ended(db, job_id)
    assert await effects(db, job_id) == list(range(TOTAL))
    assert (row["state"], row["done"], row["steps"]) == ("DONE", TOTAL, TOTAL)


@pytest.mark.crash
async def test_a_stopped_process_does_not_hold_a_job_up(db: Db, place: Workplace, urls: Urls, enqueue: Enqueue) -> None:
    """A worker that is frozen between its steps loses the job to another, and does nothing once it wakes."""
    del place
    job_id = await enqueue("count_up", total=400, seconds=0.001)
    with worker(urls) as frozen:
        await reached(db, job_id, 5)
        frozen.send_signal(signal.SIGSTOP)
        with worker(urls):
            ending = asyncio.create_task(ended(db, job_id))
            while not ending.done():
                await end_transactions(db, frozen.pid)
                await asyncio.wait([ending], timeout=0.2)
            await ending
            frozen.send_signal(signal.SIGCONT)
            await reached(db, await enqueue("count_up", total=3), 3)
    assert await effects(db, job_id) == list(range(400))


async def end_transactions(db: Db, pid: int) -> None:
    """End what a frozen process left open, as the server does by itself after 30 seconds."""
    ports = [one.laddr.port for one in psutil.Process(pid).net_connections()]
    await db.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where state = 'idle in transaction' and client_port = any($1::integer[])",
        ports,
    )


@pytest.mark.crash
async def test_a_step_that_kills_its_process_is_parked(db: Db, place: Workplace, urls: Urls, enqueue: Enqueue) -> None:
    """F21: attempts are counted before they are made: after three dead processes the fourth fails the job."""
    del place
    job_id = await enqueue("die")
    for _ in range(3):
        with worker(urls) as process:
            assert await asyncio.to_thread(process.wait, 60) == -signal.SIGKILL
        await make_due(db, job_id)
    with worker(urls):
        row = await ended(db, job_id)
        await reached(db, await enqueue("count_up", total=3), 3)
    assert (row["state"], row["attempt"], await effects(db, job_id)) == ("FAILED", 4, [])
    assert row["error"] == "It was begun 3 times, and each time its process ended before the step was done."


async def test_punchcard_worker(tmp_path: Path) -> None:
    """`punchcard worker` does what is queued, and ends with 0 when it is told to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHCARD_")}
    command = [sys.executable, "-m", "punchcard.cli.main", "worker", "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, env=kept, stdout=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "Punchcard works on jobs\n"
        db = await Db.open(Cluster(tmp_path / "data").url(), size=2)
        job_id = await db.run(lambda tx: queue.enqueue(tx, queue.INSTALLATION, "forget_jobs", {}))
        row = await ended(db, job_id)
        assert (row["state"], row["result"]) == ("DONE", '{"dropped":0}')
        assert (await read(db, job_id))["done"] == 0
        await db.close()
        process.terminate()
        assert await asyncio.to_thread(process.wait, 60) == 0
