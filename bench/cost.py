"""What one event costs: CPU by part, and bytes on disk by table, index and log."""

import asyncio

from bench.disk import Disk, disk
from bench.engine_cpu import engine_microseconds
from bench.growth import FILLING, MEMBERS, costs
from bench.stage import Stage, send
from bench.table import Figure, Size, Table

EVENTS, EVENTS_QUICK = 200_000, 20_000
LEAST_BYTES = 1.0


async def by_cost(stage: Stage, size: Size) -> Table:
    """Measure single events and batches, and take apart what they cost.

    A batch has the HTTP of one request, and one commit, for 500 events; what it costs beside the engine itself is taken
    for the driver's, and what a single event costs beside that for HTTP's and the commit's.
    """
    shop = await stage.shop(MEMBERS)
    await costs(stage, shop, size.seconds)  # tables that are no longer new
    single, postgres, batch, postgres_batch = await costs(stage, shop, 2 * size.seconds)
    engine = await asyncio.to_thread(engine_microseconds)
    events = EVENTS_QUICK if size.quick else EVENTS
    before = await disk(stage)
    await send(stage.load(shop, seconds=600, warm_up_seconds=0, requests=events // 500, **FILLING))
    batches = (await disk(stage)).since(before)
    before = await disk(stage)
    await send(stage.load(shop, seconds=600, warm_up_seconds=0, requests=events // 10))
    singles = (await disk(stage)).since(before)
    rows = [
        ["CPU: the engine itself", f"{engine:.1f} µs", f"{engine:.1f} µs"],
        ["CPU: driver", *[f"{batch - engine:.1f} µs"] * 2],
        ["CPU: HTTP, queue, answer, and the share of a commit", f"{single - batch:.1f} µs", ""],
        ["CPU: PostgreSQL", f"{postgres:.1f} µs", f"{postgres_batch:.1f} µs"],
        *_bytes(singles, events // 10, batches, events),
    ]
    figures = {
        "the engine's process to PostgreSQL, single": Figure(round(single / postgres, 3), more=False),
        "a single event to one of a batch, all CPU": Figure(
            round((single + postgres) / (batch + postgres_batch), 3), more=False
        ),
        "KiB kept an event": Figure(round(batches.kept / events / 1024, 3), more=False),
        "KiB of log an event, single": Figure(round(singles.log / (events // 10) / 1024, 3), more=False),
    }
    return Table("What one event costs", ["Part", "single", "in batches of 500"], rows, figures)


def _bytes(singles: Disk, one: int, batches: Disk, other: int) -> list[list[str]]:
    rows = []
    for kind, some, others in (
        ("table", singles.tables, batches.tables), ("index", singles.indexes, batches.indexes),
    ):  # fmt: skip
        rows += [
            [f"disk: {kind} `{name}`", f"{some[name] / one:.0f} B", f"{others[name] / other:.0f} B"]
            for name in sorted(others, key=lambda name: -others[name]) if others[name] / other >= LEAST_BYTES
        ]  # fmt: skip
    rows.append(["disk: all that is kept", f"{singles.kept / one:.0f} B", f"{batches.kept / other:.0f} B"])
    rows.append(["disk: write-ahead log, for a while", f"{singles.log / one:.0f} B", f"{batches.log / other:.0f} B"])
    return rows
