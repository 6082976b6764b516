"""How long it takes to try a reactor on 100,000 past events, beside reporting a tenth of them."""

import asyncio
from uuid import UUID

from bench.growth import FILLING, MEMBERS
from bench.stage import Shop, Stage, send
from bench.table import Figure, Table
from punchcard.jobs.backtest import BacktestDefinition, backtest_reactor

REPORTED_SHARE = 10
WAIT_SECONDS_MAX = 600
SINGLE = {"connections": 64, "events": 1}
ENDED = "select state, extract(epoch from ended_at - started_at)::float as seconds from jobs where id = $1"
REACTOR = "select reactor_id from reactor_versions where tenant_id = $1 and id = $2"
# The candidate has a constraint and a limit, and what was given then is compared.
CHANGES = {"constraint": "payload.total >= 20", "limits": [{"points": 100, "per": "DAY"}]}


async def by_backtest(stage: Stage, *, events: int) -> Table:
    """Report `events`, then try a changed reactor on them; each beside reporting a tenth."""
    shop = await stage.shop(MEMBERS)
    tenth = events // REPORTED_SHARE
    filling = stage.load(shop, seconds=600, warm_up_seconds=0, requests=(events - 2 * tenth) // 500, **FILLING)
    await send(filling)
    batches = await send(stage.load(shop, seconds=600, warm_up_seconds=0, requests=tenth // 500, **FILLING))
    single = await send(stage.load(shop, seconds=600, warm_up_seconds=0, requests=tenth, **SINGLE))
    seconds = await _backtested(stage, shop)
    rows = [
        [f"reporting {tenth:,}, single", f"{single.seconds:.2f} s", f"{seconds / single.seconds:.2f}"],
        [f"reporting {tenth:,}, in batches of 500", f"{batches.seconds:.2f} s", f"{seconds / batches.seconds:.2f}"],
        [f"a backtest of {events:,}", f"{seconds:.2f} s", ""],
    ]
    for row in rows:
        print(f"  {row}", flush=True)
    name = f"a backtest of {events:,}, to reporting {tenth:,} in batches"
    figures = {name: Figure(round(seconds / batches.seconds, 3), more=False)}
    return Table("A reactor tried on past events", ["What", "took", "the backtest to it"], rows, figures)


async def _backtested(stage: Stage, shop: Shop) -> float:
    """Return how long the server's own worker was at it."""
    reactor_id = await stage.db.fetchval(REACTOR, shop.tenant, shop.reactor_version)
    asked = {"reactorId": reactor_id, "changes": CHANGES, "from": "2026-01-01"}
    job_id: UUID = (await backtest_reactor(stage.db, shop.tenant, BacktestDefinition.model_validate(asked))).id
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while (row := await stage.db.fetchrow(ENDED, job_id)) is None or row["seconds"] is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    if row["state"] != "DONE":
        raise RuntimeError(row["state"])
    return float(row["seconds"])
