"""One process and two on one address (`serve --processes 2`), in turn."""

from contextlib import AsyncExitStack

from bench.growth import FILLING, MEMBERS
from bench.load import Measured
from bench.stage import Stage, send
from bench.table import Size, Table, cells, ratio

LOADS = {"single events at 64 connections": {}, "batches of 500": FILLING}


async def by_processes(stage: Stage, size: Size) -> Table:
    """Measure throughput with two processes to that with one."""
    shop = await stage.shop(MEMBERS)
    found: dict[tuple[str, int], list[Measured]] = {}
    async with AsyncExitStack() as stack:
        ports = {}
        for count in (1, 2):
            await stack.enter_async_context(stage.serving(processes=count))
            ports[count] = stage.port
        for _ in range(size.rounds):
            for what, fields in LOADS.items():
                for count, port in ports.items():
                    await stage.quiet()
                    measured = await send(stage.load(shop, port=port, seconds=2 * size.seconds, **fields))
                    found.setdefault((what, count), []).append(measured)
                    print(f"  {count} {what:32} {measured.rate:7.0f}/s  p99 {measured.p99_ms:7.2f} ms", flush=True)
            await stage.tidy()
    rows, figures = [], {}
    for what in LOADS:
        one, two = found[what, 1], found[what, 2]
        figure = figures[f"{what}, two to one"] = ratio([each.rate for each in two], [each.rate for each in one])
        p99 = [f"{min(each.p99_ms for each in measured):.1f} ms" for measured in (one, two)]
        rows.append([what, *cells(figure), *p99])
    columns = ["What", "two processes to one, best rounds", "rounds", "p99 of one", "p99 of two"]
    return Table("More processes", columns, rows, figures)
