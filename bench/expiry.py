"""A million lots that run out at once: how fast the job is, and what those who report meanwhile notice of it."""

import asyncio
from uuid import UUID

from bench.growth import MEMBERS
from bench.load import Measured
from bench.stage import Shop, Stage, send
from bench.table import Figure, Table
from punchcard.db import queue
from punchcard.db.queue import INSTALLATION

LOTS_A_MEMBER = 10
SECONDS = 4.0
ROUNDS = 3
WAIT_SECONDS_MAX = 1_800
ENDED = "select state, extract(epoch from ended_at - started_at)::float as seconds from jobs where id = $1"
# One earning after the other, each with its event: as if every member had bought ten times in the last year.
EARN = """
    with member as (
        select user_id, row_number() over (order by user_id) as place from wallets where tenant_id = $1
    ), earned as (
        insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, executor, payload,
                            occurred_at, reported_at, points, verdicts, reacted_at)
        select $1, user_id, uuidv7(), $2, 1, 'admin:00000000-0000-0000-0000-000000000001', null, '{"total": 10}',
               statement_timestamp(), statement_timestamp(), 10, '{}', statement_timestamp()
        from member where place > $4 and place <= $5 returning user_id, id
    ), posted as (
        insert into ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account,
                                    points, balance_after, recorded_at)
        select $1, user_id, number, id, $3, number, 'ISSUE', 10, 10 * number, statement_timestamp()
        from earned, generate_series(1, $6::integer) as number returning user_id, number
    ), kept as (
        insert into lots (tenant_id, user_id, number, points, remaining, earned_at, expires_at, is_pending)
        select $1, user_id, number, 10, 10, statement_timestamp(), statement_timestamp() + interval '1 day', false
        from posted
    )
    update wallets set balance = 10 * $6, earned = 10 * $6, in_lots = 10 * $6, entries = $6
    where tenant_id = $1 and user_id in (select user_id from earned)
"""
CHUNK = 10_000
LET_PASS = (
    "update lots set earned_at = earned_at - '2 days'::interval, expires_at = earned_at where tenant_id = $1",
    "update wallets set due_at = statement_timestamp() - interval '1 day' where tenant_id = $1 and in_lots > 0",
)
LEFT = "select count(*) from lots where tenant_id = $1 and remaining > 0"


async def by_expiry(stage: Stage, *, lots: int) -> Table:
    """Let `lots` lots run out, ten a member, beside reports about others, and about any member; and without it."""
    shop = await stage.shop(MEMBERS + lots // LOTS_A_MEMBER)
    for place in range(MEMBERS, shop.members, CHUNK):
        await stage.db.execute(
            EARN, shop.tenant, shop.event_type, shop.reactor_version, place, place + CHUNK, LOTS_A_MEMBER
        )
    await stage.tidy()
    whom = {"about members of whom nothing runs out": MEMBERS, "about any member": shop.members}
    found: dict[tuple[str, str], list[Measured]] = {}
    for statement in LET_PASS:
        await stage.db.execute(statement, shop.tenant)
    await stage.tidy()
    for _ in range(ROUNDS):  # in turn: what else the machine does changes within minutes
        for what in ("without the job", "beside it"):
            job_id = await _begin(stage) if what == "beside it" else None
            for who, subjects in whom.items():
                found.setdefault((what, who), []).append(await _report(stage, shop, subjects))
            if job_id is not None:
                async with stage.db.transaction() as tx:
                    await queue.cancel(tx, INSTALLATION, job_id)
    left, job_id = await stage.db.fetchval(LEFT, shop.tenant), await _begin(stage)
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while (row := await stage.db.fetchrow(ENDED, job_id)) is None or row["seconds"] is None:
            await _report(stage, shop, MEMBERS)
    if row["state"] != "DONE" or await stage.db.fetchval(LEFT, shop.tenant):
        raise RuntimeError(row["state"])
    print(f"  {left / row['seconds']:,.0f} lots a second", flush=True)
    rows, figures = [], {}
    for who in whom:
        alone, beside = found["without the job", who], found["beside it", who]
        rows.append([f"{who}, without the job", *_cells(alone)])
        rows.append([f"{who}, beside it", *_cells(beside)])
        rows.append(["to each other", *[f"{_ratio(beside, alone, name):.2f}" for name in ("rate", "p50_ms", "p99_ms")]])
        figures[f"events {who}, beside the job to without"] = Figure(round(_ratio(beside, alone, "rate"), 3))
    title = f"{lots:,} lots run out, {left / row['seconds']:,.0f} a second beside reports"
    return Table(title, ["Reports", "events a second", "p50", "p99"], rows, figures)


async def _begin(stage: Stage) -> UUID:
    async with stage.db.transaction() as tx:
        return await queue.enqueue(tx, INSTALLATION, "expire_points", {})


async def _report(stage: Stage, shop: Shop, subjects: int) -> Measured:
    return await send(stage.load(shop, seconds=SECONDS, warm_up_seconds=0, subjects=subjects))


def _cells(measured: list[Measured]) -> list[str]:
    return [
        f"{_mean(measured, 'rate'):,.0f}", f"{_mean(measured, 'p50_ms'):.1f} ms", f"{_mean(measured, 'p99_ms'):.1f} ms",
    ]  # fmt: skip


def _ratio(some: list[Measured], others: list[Measured], name: str) -> float:
    return _mean(some, name) / _mean(others, name)


def _mean(measured: list[Measured], name: str) -> float:
    return sum(getattr(one, name) for one in measured) / len(measured)
