"""Batches of several sizes, and payloads of several sizes."""

from bench.disk import disk
from bench.growth import MEMBERS
from bench.load import Measured
from bench.stage import Stage, send
from bench.table import Figure, Size, Table, cells, ratio

BATCHES = (1, 10, 100, 500, 1_000)
PADDINGS = (0, 1_000, 4_000, 16_000, 64_000)
BODY_BYTES = 260


async def by_batches(stage: Stage, size: Size) -> Table:
    """Measure events a second in batches to single ones at 64 connections, in turn."""
    shop = await stage.shop(MEMBERS)
    found: dict[int, list[Measured]] = {}
    cpu: dict[int, list[float]] = {}
    for _ in range(size.rounds):
        for events in BATCHES:
            fields = {} if events == 1 else {"path": "/v1/events/batch", "events": events, "connections": 4}
            await stage.quiet()
            before = sum(stage.cpu_seconds())
            measured = await send(stage.load(shop, seconds=2, warm_up_seconds=0, **fields))
            found.setdefault(events, []).append(measured)
            cpu.setdefault(events, []).append(1e6 * (sum(stage.cpu_seconds()) - before) / measured.events)
            print(f"  {events:5} {measured.rate:7.0f}/s  {cpu[events][-1]:5.0f} µs", flush=True)
        await stage.tidy()
    figures = {
        events: ratio([each.rate for each in found[events]], [each.rate for each in found[1]]) for events in BATCHES
    }
    rows = [
        [
            f"{events:,}", *cells(figures[events]), f"{min(cpu[events]):.0f} µs",
            f"{min(each.p99_ms for each in found[events]):.0f} ms",
        ]
        for events in BATCHES
    ]  # fmt: skip
    columns = [
        "Events a batch",
        "events a second, to single ones",
        "rounds",
        "CPU an event, engine and PostgreSQL",
        "p99",
    ]
    named = {f"batches of {events:,}, to single events": figures[events] for events in BATCHES[1:]}
    return Table("Batches (four connections; one event: 64)", columns, rows, named)


async def by_payloads(stage: Stage, size: Size) -> Table:
    """Measure single events at 64 connections, whose payloads have ever more text that hardly compresses."""
    shop = await stage.shop(MEMBERS)
    await send(stage.load(shop, seconds=size.seconds))  # tables that are no longer new
    rows, figures, spent, kept = [], {}, [0.0], 0.0
    for padding in PADDINGS:
        await stage.tidy()
        written, before = await disk(stage), stage.cpu_seconds()
        measured = await send(stage.load(shop, seconds=size.seconds, warm_up_seconds=0, padding=padding))
        cpu = [1e6 * (now - then) / measured.events for now, then in zip(stage.cpu_seconds(), before, strict=True)]
        added = (await disk(stage)).since(written)
        bytes_kept = added.kept / measured.events
        if padding:
            name = f"payload of {padding + BODY_BYTES:,} bytes, to the small one"
            figures[f"CPU, {name}"] = Figure(round(sum(cpu) / sum(spent), 3), more=False)
        else:
            spent, kept = cpu, bytes_kept
        rows.append([
            f"{padding + BODY_BYTES:,} bytes", *[f"{each:.0f} µs" for each in cpu], f"{bytes_kept:,.0f} B",
            f"{added.log / measured.events:,.0f} B", f"{measured.p99_ms:.1f} ms", f"{bytes_kept / kept:.2f}",
        ])  # fmt: skip
        print(f"  {rows[-1]}", flush=True)
    columns = ["Body", "engine", "PostgreSQL", "kept on disk", "log", "p99", "disk to the small one"]
    return Table("Payloads", columns, rows, figures)
