"""How long a start takes, and what an idle server holds and uses."""

import asyncio
import resource
import sys
import time

import psutil

from bench.stage import Stage
from bench.table import Figure, Size, Table

IDLE_SECONDS, IDLE_SECONDS_QUICK = 10, 4
SETTLING_SECONDS = 8


async def by_starting(stage: Stage, size: Size) -> Table:
    """Start servers on a database that is there, beside a bare Python; then let one stand idle."""
    starts, spent, bare = [], [], []
    for _ in range(max(3, size.rounds)):
        await stage.quiet()
        bare.append(await _bare())
        started = time.monotonic()
        async with stage.serving():
            starts.append(time.monotonic() - started)
            spent.append(_used(stage))
    seconds = IDLE_SECONDS_QUICK if size.quick else IDLE_SECONDS
    held = {}
    for count in (1, 2):
        async with stage.serving(processes=count):
            await asyncio.sleep(SETTLING_SECONDS)
            before = _used(stage)
            await asyncio.sleep(seconds)
            held[count] = _memory(stage), (_used(stage) - before) / seconds
    postgres = sum(each.memory_full_info().pss for each in (stage.postgres, *stage.postgres.children()))
    rows = [
        ["from the command to the first connection", f"{min(starts):.2f} s ({min(starts):.2f} to {max(starts):.2f})"],
        ["its CPU", f"{min(spent):.2f} s"],
        ["a bare Python's CPU, for comparison", f"{min(bare):.3f} s"],
        *[
            [f"idle, {count} process(es): memory of its own", f"{memory >> 20} MiB"]
            for count, (memory, _) in held.items()
        ],
        *[[f"idle, {count} process(es): CPU", f"{share:.2%} of a core"] for count, (_, share) in held.items()],
        ["PostgreSQL's memory beside it, shared buffers too", f"{postgres >> 20} MiB"],
    ]
    figures = {
        "CPU of a start, to a hundred starts of a bare Python": Figure(
            round(min(spent) / min(bare) / 100, 3), more=False
        ),
        "idle memory of a server, in 100 MiB": Figure(round(held[1][0] / 2**20 / 100, 3), more=False),
        "memory of two processes, to one": Figure(round(held[2][0] / held[1][0], 3), more=False),
    }
    return Table("Start and idle", ["What", "found"], rows, figures)


async def _bare() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _servers(stage: Stage) -> list[psutil.Process]:
    assert stage.engine is not None
    return [stage.engine, *stage.engine.children(recursive=True)]


def _memory(stage: Stage) -> int:
    """Return what the server holds, what it shares counted once."""
    return sum(int(each.memory_full_info().pss) for each in _servers(stage))


def _used(stage: Stage) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in _servers(stage))
