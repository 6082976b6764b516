"""How the cost of an event grows: CPU of the engine and of PostgreSQL, which other work on the machine hardly moves."""

from typing import Any

from bench.stage import Shop, Stage, send
from bench.table import Figure, Table

MEMBERS = 10_000
COSTS = ["engine, single", "PostgreSQL, single", "engine, batch of 500", "PostgreSQL, batch of 500"]
STEPS = (10_000, 100_000, 1_000_000)
FILLING: dict[str, Any] = {"path": "/v1/events/batch", "events": 500, "connections": 4}


async def costs(stage: Stage, shop: Shop, seconds: float, **more: Any) -> list[float]:
    """Return the CPU microseconds of an event, as in `COSTS`; `more` is said of each load."""
    found = []
    for fields in ({}, FILLING):
        before = stage.cpu_seconds()
        measured = await send(stage.load(shop, seconds=seconds, warm_up_seconds=0, **fields, **more))
        after = stage.cpu_seconds()
        found += [1e6 * (after[side] - before[side]) / measured.events for side in (0, 1)]
    return found


def told(spent: list[float]) -> list[str]:
    """Return costs as cells of a table."""
    return [f"{each:.0f} µs" for each in spent]


def whole(spent: dict[str, list[float]], to: str) -> dict[str, Figure]:
    """Return what each costs, engine and PostgreSQL together, to one of them: singly and in batches."""
    return {
        f"{name}, {kind}, to {to}": Figure(round(sum(each[side:][:2]) / sum(spent[to][side:][:2]), 3), more=False)
        for name, each in spent.items() if name != to for side, kind in ((0, "single"), (2, "batches"))
    }  # fmt: skip


async def by_events(stage: Stage, *, most: int) -> Table:
    """Fill the tables up to `most` events, and measure costs and the engine's memory on the way."""
    shop = await stage.shop(MEMBERS)
    rows, spent = [], {}
    async with stage.serving():
        reached = 0
        for step in (*(step for step in STEPS if step < most), most):
            requests = (step - reached) // 500
            load = stage.load(shop, seconds=600, warm_up_seconds=0, requests=requests, **FILLING)
            measured = await send(load)
            reached += measured.events
            megabytes = stage.memory_bytes() / 2**20
            spent[f"{step:,} events"] = await costs(stage, shop, 3)
            rows.append([f"{step:,}", *told(spent[f"{step:,} events"]), f"{megabytes:.0f} MiB"])
            print(f"  {rows[-1]}", flush=True)
    return Table(
        "With the events stored", ["Events", *COSTS, "the engine's memory"], rows, whole(spent, next(iter(spent)))
    )


async def by_reactors(stage: Stage, *, seconds: float) -> Table:
    """Measure with ever more reactors that give points on the same event type."""
    spent = {}
    for reactors in (1, 10, 100):
        shop = await stage.shop(MEMBERS, reactors=reactors)
        spent[f"{reactors}"] = await costs(stage, shop, seconds)
        print(f"  {reactors} {told(spent[f'{reactors}'])}", flush=True)
    rows = [[name, *told(each)] for name, each in spent.items()]
    title = "With the reactors of an event type, each of which gives points"
    return Table(title, ["Reactors", *COSTS], rows, whole(spent, "1"))


async def by_users(stage: Stage, *, seconds: float) -> Table:
    """Measure with ever more members, all of whom take part."""
    spent = {}
    for members in (1_000, 10_000, 100_000):
        shop = await stage.shop(members)
        spent[f"{members:,}"] = await costs(stage, shop, seconds)
        print(f"  {members:,} {told(spent[f'{members:,}'])}", flush=True)
    rows = [[name, *told(each)] for name, each in spent.items()]
    return Table("With the members", ["Members", *COSTS], rows, whole(spent, "1,000"))
