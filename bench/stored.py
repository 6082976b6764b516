"""Ten million events stored, put there by SQL: what reporting and reading cost then, and what is kept on disk."""

import time

from bench.disk import disk
from bench.growth import COSTS, MEMBERS, costs, told, whole
from bench.reading import READING, loads
from bench.stage import Shop, Stage, send
from bench.table import Figure, Size, Table

STEPS, STEPS_QUICK = (10_000, 100_000, 1_000_000, 10_000_000), (10_000, 100_000)
EACH = 10
READ = (READING[0], READING[2], READING[4])
# As if each member had bought some more, members in no order; every constraint and foreign key holds.
FILL = """
    with turn as materialized (
        select user_id, entries + number as number, balance + 10 * number as balance_after
        from wallets, generate_series(1, $4::integer) as number where tenant_id = $1 order by number, random()
    ), bought as materialized (
        select user_id, number, balance_after, uuidv7() as id, statement_timestamp() as at from turn
    ), recorded as (
        insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, payload, occurred_at,
                            reported_at, reacted_at, points, verdicts)
        select $1, user_id, id, $2, 1, 'secret:00000000-0000-0000-0000-000000000001',
               ('{"total":10.00,"currency":"EUR","store":"Harbour","items":[{"sku":"C-0417","price":3.20,"quantity":2},'
                '{"sku":"B-0033","price":2.85,"quantity":1}],"receipt":"' || left(md5(id::text), 16) || '"}')::json,
               at, at, at, 10, '{"F":[[1,[0,10]]]}'
        from bought
    ), posted as (
        insert into ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account, points,
                                    balance_after, recorded_at)
        select $1, user_id, number, id, $3, 0, 'ISSUE', 10, balance_after, at from bought
    )
    update wallets set balance = balance + 10 * $4, earned = earned + 10 * $4, entries = entries + $4
    where tenant_id = $1
"""
COUNT = "select count(*) from events where tenant_id = $1"


async def by_stored(stage: Stage, size: Size) -> Table:
    """Fill the tables step by step, and measure at each."""
    shop = await stage.shop(MEMBERS)
    spent: dict[str, list[float]] = {}
    waits: dict[str, dict[str, float]] = {}
    more: dict[str, list[str]] = {}
    # On a machine with other work a connection may be waited for longer than anybody should wait.
    async with stage.serving(ACQUIRE_SECONDS_MAX="20"):
        for step in STEPS_QUICK if size.quick else STEPS:
            started, name = time.monotonic(), f"{step:,} events"
            await fill(stage, shop, step)
            await stage.tidy()
            print(f"  {name} after {time.monotonic() - started:.0f} s", flush=True)
            await stage.quiet()
            spent[name] = await costs(stage, shop, 3)
            found = await loads(stage, shop, seconds=2)
            waits[name] = {read: (await send(found[read])).p50_ms for read in READ}
            kept = (await disk(stage)).kept / await stage.db.fetchval(COUNT, shop.tenant)
            more[name] = [*[f"{wait:.1f} ms" for wait in waits[name].values()], f"{kept:,.0f} B"]
            print(f"  {told(spent[name])} {more[name]}", flush=True)
    first, *others = spent
    figures = whole(spent, first) | {
        f"{read}, p50 at {name}, to {first}": Figure(round(waits[name][read] / waits[first][read], 3), more=False)
        for name in others for read in READ
    }  # fmt: skip
    rows = [[name, *told(spent[name]), *more[name]] for name in spent]
    columns = ["Stored", *COSTS, *[f"{read}, p50" for read in READ], "kept an event"]
    return Table("With the events stored, by bulk load", columns, rows, figures)


async def fill(stage: Stage, shop: Shop, wanted: int) -> None:
    """Store events until there are so many."""
    stored = await stage.db.fetchval(COUNT, shop.tenant)
    while stored < wanted:
        each = min(EACH, max(1, (wanted - stored) // MEMBERS))
        await stage.db.execute(FILL, shop.tenant, shop.event_type, shop.reactor_version, each)
        stored += each * MEMBERS
