"""Reading at 64 connections: pages of the stream, wallets, explanations; beside reporting."""

import random
from typing import Any

from bench.growth import FILLING, MEMBERS
from bench.load import Load, Measured
from bench.stage import Shop, Stage, send
from bench.table import Figure, Size, Table, cells, ratio

FILLED, FILLED_QUICK = 100_000, 20_000
PATHS = 500
IDS = "select id from events where tenant_id = $1 order by id desc limit $2"
USERS = "select user_id from wallets where tenant_id = $1 order by user_id limit $2"
READING = ("stream: first page of 50", "stream: page of 50 of one type", "a wallet", "an event", "why (explain)")


async def by_reading(stage: Stage, size: Size) -> Table:
    """Measure what is read to single events reported, in turn."""
    shop = await stage.shop(MEMBERS)
    requests = (FILLED_QUICK if size.quick else FILLED) // 500
    await send(stage.load(shop, seconds=600, warm_up_seconds=0, requests=requests, **FILLING))
    await stage.tidy()
    found: dict[str, list[Measured]] = {}
    cpu: dict[str, list[float]] = {}
    # On a machine with other work a connection may be waited for longer than anybody should wait.
    async with stage.serving(ACQUIRE_SECONDS_MAX="20"):
        for _ in range(size.rounds):
            for name, load in (await loads(stage, shop, seconds=2)).items():
                await stage.quiet()
                before = sum(stage.cpu_seconds())
                measured = await send(load)
                found.setdefault(name, []).append(measured)
                spent = 1e6 * (sum(stage.cpu_seconds()) - before) / max(1.0, measured.rate * (load.seconds + 1))
                cpu.setdefault(name, []).append(spent)
                print(f"  {name:32} {measured.rate:7.0f}/s  p99 {measured.p99_ms:7.2f} ms  {spent:5.0f} µs", flush=True)
    figures = {f"{name}, to a report": _to_reports(found, name) for name in READING}
    rows = [
        [
            name, *cells(figures[f"{name}, to a report"]), f"{min(cpu[name]):.0f} µs",
            *[f"{min(getattr(each, of) for each in found[name]):.1f} ms" for of in ("p50_ms", "p99_ms")],
        ]
        for name in READING
    ]  # fmt: skip
    columns = ["Read", "rate to single reports', best rounds", "rounds", "CPU, engine and PostgreSQL", "p50", "p99"]
    return Table("Reading at 64 connections", columns, rows, figures)


def _to_reports(found: dict[str, list[Measured]], name: str) -> Figure:
    return ratio([each.rate for each in found[name]], [each.rate for each in found["reports"]])


async def loads(stage: Stage, shop: Shop, *, seconds: float) -> dict[str, Load]:
    """Return a load for each kind of reading, and one of single reports."""
    ids = [str(row["id"]) for row in await stage.db.fetch(IDS, shop.tenant, 20_000)]
    some = random.sample(ids, min(PATHS, len(ids)))
    users = [str(row["user_id"]) for row in await stage.db.fetch(USERS, shop.tenant, PATHS)]
    paths = {
        READING[0]: ["/v1/events/?limit=50"],
        READING[1]: ["/v1/events/?limit=50&type=PURCHASED_COFFEE"],
        READING[2]: [f"/v1/users/{user}/wallet" for user in users],
        READING[3]: [f"/v1/events/{event}" for event in some],
        READING[4]: [f"/v1/events/{event}/explain" for event in some],
    }
    found = {"reports": stage.load(shop, seconds=seconds)}
    for name, own in paths.items():
        given: dict[str, Any] = {"paths": own, "seconds": seconds, "subjects": shop.members}
        found[name] = Load(port=stage.port, api_key=shop.api_key, bearer=shop.token, **given)
    return found
