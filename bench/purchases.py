"""Purchases a second at 64 connections, beside N1 (FastAPI and asyncpg, one transaction a purchase)."""

import json
from typing import Any
from uuid import UUID

from bench.contenders import MEMBERS
from bench.load import Load, Measured
from bench.stage import Shop, Stage, send
from bench.table import Figure, Table, cells, ratio

PATH = "/v1/commands/purchase_reward"
REWARDS = 100
BODIES = 5_000
RICH = "update wallets set balance = 1000000000, earned = 1000000000 where tenant_id = $1"
USERS = "select user_id from wallets where tenant_id = $1 order by user_id limit $2"
TYPE = "select id from event_types where tenant_id = $1 and name = 'PURCHASED_REWARD'"
REWARD = {
    "type": "VOUCHER", "name": "A coffee", "price": 10, "purchasable": True,
    "availability": {"start": "2020-01-01"}, "stockCapacity": 100_000_000,
}  # fmt: skip


async def by_purchases(stage: Stage, *, seconds: float, rounds: int) -> Table:
    """Let ours and N1 sell in turns: a hundred rewards, then one that everybody wants."""
    ours, theirs = [await _market(stage) for _ in range(2)]
    event_type = await stage.db.fetchval(TYPE, theirs[0].tenant)
    found: dict[str, list[Measured]] = {}
    async with stage.naive(theirs[0], "bench.naive_purchases", event_type=UUID(str(event_type))) as port:
        for number in range(rounds):
            for name, (market, rewards, at) in {
                "N1": (theirs, REWARDS, port), "ours": (ours, REWARDS, 0),
                "N1 hot": (theirs, 1, port), "ours hot": (ours, 1, 0),
            }.items():  # fmt: skip
                await stage.quiet()
                measured = await send(_load(stage, *market, rewards, at, seconds))
                found.setdefault(name, []).append(measured)
                print(
                    f"  {number + 1} {name:10} {measured.rate:7.0f}/s  p50 {measured.p50_ms:7.2f} ms  "
                    f"p99 {measured.p99_ms:7.2f} ms",
                    flush=True,
                )
            await stage.tidy()
    figures = {
        "a hundred rewards, to N1": _figure(found["ours"], found["N1"]),
        "one hot reward, to N1": _figure(found["ours hot"], found["N1 hot"]),
    }
    rows = [[name, *cells(figure), "≥ 3"] for name, figure in figures.items()]
    return Table("Purchases a second at 64 connections, to N1", ["Of", "best rounds", "rounds", "Aim"], rows, figures)


def _figure(ours: list[Measured], theirs: list[Measured]) -> Figure:
    return ratio([one.rate for one in ours], [one.rate for one in theirs])


async def _market(stage: Stage) -> tuple[Shop, list[str], list[str]]:
    """Make a shop of rich members with rewards; return it with the ids of both."""
    shop = await stage.shop(MEMBERS)
    await stage.db.execute(RICH, shop.tenant)
    rewards = [str(stage.call(shop, "/v1/rewards/", REWARD)["data"]["id"]) for _ in range(REWARDS)]
    return shop, [str(row["user_id"]) for row in await stage.db.fetch(USERS, shop.tenant, MEMBERS)], rewards


def _load(
    stage: Stage, shop: Shop, users: list[str], rewards: list[str], count: int, port: int, seconds: float
) -> Load:
    bodies = [
        json.dumps({"rewardId": rewards[number % count], "beneficiaryId": users[number * 7 % len(users)]})
        for number in range(BODIES)
    ]
    fields: dict[str, Any] = {"path": PATH, "bodies": bodies, "seconds": seconds}
    return Load(
        port=port or stage.port, api_key=shop.api_key, bearer=shop.token, subjects=shop.members, **fields
    )  # fmt: skip
