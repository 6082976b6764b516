"""Others want all processors, and come before the engine and its PostgreSQL (F36)."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from punchcard.db import embedded
from tests.sizes import TIER

from .conftest import Engine, loaded, shop_of

pytestmark = [
    pytest.mark.crash,
    pytest.mark.figure(name="N02"),
    pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it"),
]

LAST = 19
EACH, IMPORTED = 150, 1_000
JSON_LINES = {"Content-Type": "application/x-ndjson"}
LONGER_THAN_A_LEASE, MOMENT = 1.3, 0.1
OPEN = "select exists (select from jobs where kind = 'import_users' and state in ('QUEUED', 'RUNNING'))"


@contextlib.contextmanager
def starved(first: Engine, second: Engine) -> Iterator[None]:
    """Let engines and their PostgreSQL come last, behind two that never rest on each processor."""
    for process in map(psutil.Process, (first.process.pid, second.process.pid, *first.processes())):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.nice(LAST)
    command = [sys.executable, "-S", "-c", "while True: pass"]
    burners = [subprocess.Popen(command) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def line(number: int) -> str:
    """Return one user as JSON."""
    profile = {"givenName": "Ada", "familyName": f"No. {number}", "emailAddress": f"a{number}@example.org"}
    return json.dumps({"externalIdentifier": f"crm-{number}", "profile": profile})


async def test_others_come_first(tmp_path: Path, cast: Callable[[Path], None]) -> None:
    """F36: leases of a second run out, and nothing is done twice; what waits is worked off, 0 lost, 0 doubled."""
    data = tmp_path / "below" / "data"
    cast(data)
    async with embedded.running(data, purpose="serve") as urls:
        first, second = Engine(data, urls), Engine(data, urls)
        try:
            for each in (first, second):
                await each.start(PUNCHCARD_JOB_LEASE_SECONDS="1")
            await starve(first, second, tmp_path)
        finally:
            first.stop()
            second.stop()


async def starve(first: Engine, second: Engine, tmp_path: Path) -> None:
    """Import members, which both may work on, while events are reported and nobody gets on."""
    async with (
        loaded(first, tmp_path) as (shop, load),
        shop_of(second.address, first.url()) as other,
    ):
        await load.more(EACH)
        other.http.timeout = 60
        with starved(first, second):
            lines = "\n".join(map(line, range(IMPORTED)))
            sent = await asyncio.to_thread(other.call, "POST", "/v1/users/import", lines.encode(), headers=JSON_LINES)
            assert sent.status_code == 200, sent.text
            await load.more(EACH)
            await take_turns(first, second)
        await load.more(EACH)
        await load.stop()
        job: Any = other.done("GET", f"/v1/jobs/{sent.json()['data']['id']}")
        assert job["result"] == {"registered": IMPORTED, "known": 0, "refused": 0}
        assert len(other.done("GET", "/v1/users/?limit=1000")) == IMPORTED
        assert not load.statuses[None], "each request was answered"
        title = f"starved of processors, {load.statuses[503]} times 503"
        await load.crowd.verdict(first.url(), shop.tenant.tenant_id, title)


async def take_turns(first: Engine, second: Engine) -> None:
    """Let neither get on for longer than a lease, in turn, until the import has ended."""
    connection = await asyncpg.connect(first.url())
    async with asyncio.timeout(120):
        while await connection.fetchval(OPEN):
            for each in (first, second):
                each.process.send_signal(signal.SIGSTOP)
                await asyncio.sleep(LONGER_THAN_A_LEASE)
                each.process.send_signal(signal.SIGCONT)
                await asyncio.sleep(MOMENT)
    await connection.close()
