"""How the cost of an event grows: CPU of the engine and of PostgreSQL, which other work on the machine hardly moves."""

from typing import Any

from bench.stage import Shop, Stage, send
from bench.table import Table

MEMBERS = 10_000
COSTS = ["engine, single", "PostgreSQL, single", "engine, batch of 500", "PostgreSQL, batch of 500"]
STEPS = (10_000, 100_000, 1_000_000)
FILLING = {"path": "/v1/events/batch", "events": 500, "connections": 4}


async def costs(stage: Stage, shop: Shop, seconds: float, **more: Any) -> list[str]:
    """Return the CPU microseconds of an event, as in `COSTS`; `more` is said of each load."""
    cells = []
    for fields in ({}, FILLING):
        before = stage.cpu_seconds()
        measured = await send(stage.load(shop, seconds=seconds, warm_up_seconds=0, **fields, **more))
        after = stage.cpu_seconds()
        cells += [f"{1e6 * (after[side] - before[side]) / measured.events:.0f} µs" for side in (0, 1)]
    return cells


async def by_events(stage: Stage, *, most: int) -> Table:
    """Fill the tables up to `most` events, and measure costs and the engine's memory on the way."""
    shop = await stage.shop(MEMBERS)
    rows = []
    async with stage.serving():
        reached = 0
        for step in (*(step for step in STEPS if step < most), most):
            requests = (step - reached) // 500
            load = stage.load(shop, seconds=600, warm_up_seconds=0, requests=requests, **FILLING)
            measured = await send(load)
            reached += measured.events
            megabytes = stage.memory_bytes() / 2**20
            rows.append([f"{step:,}", *await costs(stage, shop, 3), f"{megabytes:.0f} MiB"])
            print(f"  {rows[-1]}", flush=True)
    return Table("With the events stored", ["Events", *COSTS, "the engine's memory"], rows)


async def by_reactors(stage: Stage, *, seconds: float) -> Table:
    """Measure with ever more reactors that give points on the same event type."""
    rows = []
    for reactors in (1, 10, 100):
        shop = await stage.shop(MEMBERS, reactors=reactors)
        rows.append([str(reactors), *await costs(stage, shop, seconds)])
        print(f"  {rows[-1]}", flush=True)
    return Table("With the reactors of an event type, each of which gives points", ["Reactors", *COSTS], rows)


async def by_users(stage: Stage, *, seconds: float) -> Table:
    """Measure with ever more members, all of whom take part."""
    rows = []
    for members in (1_000, 10_000, 100_000):
        shop = await stage.shop(members)
        rows.append([f"{members:,}", *await costs(stage, shop, seconds)])
        print(f"  {rows[-1]}", flush=True)
    return Table("With the members", ["Members", *COSTS], rows)
