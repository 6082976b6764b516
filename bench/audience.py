"""A million members looked at for an audience: how long it takes, and what those who report meanwhile notice of it."""

import asyncio

from bench.load import Measured
from bench.stage import Shop, Stage, send
from bench.table import Figure, Table

SECONDS = 4.0
WAIT_SECONDS_MAX = 3_600
CRITERIA = {
    "criteriaJsonLogic": {
        "and": [
            {">=": [{"var": "points.balance"}, 0]},
            {"<": [{"var": "points.spent"}, 1_000_000]},
            {"<": [{"var": "account.ageDays"}, 30]},
        ]
    },
    "triggerFrequency": "MANUAL",
}
RUNNING = "select count(*) from jobs where tenant_id = $1 and state in ('QUEUED', 'RUNNING')"
TOOK = """
    select extract(epoch from ended_at - started_at)::float from jobs
    where tenant_id = $1 and kind = 'refresh_audience' order by ended_at desc limit 1
"""


async def by_audience(stage: Stage, *, members: int) -> Table:
    """Let everybody join an audience, then look at everybody again, beside reports about any member."""
    shop = await stage.shop(members)
    before = [await _report(stage, shop) for _ in range(3)]
    definition = {"name": "All", "description": "Everybody", "isActive": True, "criteriaDefinition": CRITERIA}
    made = stage.call(shop, "/v1/audiences/", definition)["data"]["id"]
    again = f"/v1/audiences/{made}/trigger-search-results"
    stage.call(shop, again, {})
    rows = [await _beside(stage, shop, "all of them join", before)]
    before = [await _report(stage, shop) for _ in range(3)]
    stage.call(shop, again, {})
    rows.append(await _beside(stage, shop, "all of them are looked at again", before))
    size = stage.call(shop, f"/v1/audiences/{made}")["data"]["memberCount"]
    if size != members:
        raise RuntimeError(f"{size} of {members} members are in the audience")
    head = ["What", "took", "reports a second beside it, to before", "p50", "p99"]
    figures = {f"reports while {row[0]}, to before": Figure(float(row[2])) for row in rows}
    return Table(f"An audience of {members:,} members", head, rows, figures)


async def _beside(stage: Stage, shop: Shop, what: str, before: list[Measured]) -> list[str]:
    beside: list[Measured] = []
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while await stage.db.fetchval(RUNNING, shop.tenant):
            beside.append(await _report(stage, shop))
    took = await stage.db.fetchval(TOOK, shop.tenant)
    row = [what, f"{took:.0f} s", *[f"{_mean(beside, name) / _mean(before, name):.2f}" for name in _NAMES]]
    print(f"  {row}, {_mean(before, 'rate'):,.0f}/s before", flush=True)
    return row


_NAMES = ("rate", "p50_ms", "p99_ms")


async def _report(stage: Stage, shop: Shop) -> Measured:
    return await send(stage.load(shop, seconds=SECONDS, warm_up_seconds=0))


def _mean(measured: list[Measured], name: str) -> float:
    return sum(getattr(one, name) for one in measured) / len(measured)
