"""N1 for purchases: FastAPI, pydantic, asyncpg, one transaction a purchase, on the same tables.

It gives the same guarantees: the token is checked, price and stock are the catalogue's and guarded by locks, points are
in the ledger, the voucher and the event are written, and the answer leaves after the commit.
"""

import hashlib
import hmac
import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

TENANT = uuid.UUID(os.environ["BENCH_TENANT"])
EVENT_TYPE = uuid.UUID(os.environ["BENCH_EVENT_TYPE"])
SECRET_DIGEST = hashlib.sha256(os.environ["BENCH_BEARER"].encode()).digest()
CONNECTIONS = int(os.environ.get("BENCH_CONNECTIONS", "20"))

WALLET = """
    select status, balance, entries, clock_timestamp() as now from wallets
    where tenant_id = $1 and user_id = $2 for no key update
"""
REWARD = """
    select name, price, purchasable and available_from <= clock_timestamp()
        and coalesce(clock_timestamp() < available_until, true) as is_for_sale
    from rewards where tenant_id = $1 and id = $2 and deleted_at is null for no key update
"""
TAKE = """
    update rewards set stock_consumed = stock_consumed + 1
    where tenant_id = $1 and id = $2 and (stock_capacity is null or stock_consumed < stock_capacity)
"""
EVENT = """
    insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, payload, occurred_at,
                        reported_at, reacted_at, points, verdicts)
    values ($1, $2, $3, $4, 1, $5, $6, $7, $7, $7, $8, '{}')
"""
ENTRY = """
    insert into ledger_entries (tenant_id, user_id, number, event_id, account, points, balance_after, recorded_at)
    values ($1, $2, $3, $4, 'REDEMPTION', $5, $6, $7)
"""
MOVE = """
    update wallets set balance = balance - $3, spent = spent + $3, entries = entries + 1
    where tenant_id = $1 and user_id = $2
"""
VOUCHER = """
    insert into vouchers (tenant_id, id, user_id, reward_id, event_id, price, purchased_at)
    values ($1, $2, $3, $4, $5, $6, $7)
"""


class Purchase(BaseModel):
    """What is bought, and for whom."""

    rewardId: uuid.UUID  # noqa: N815 - the wire's name
    beneficiaryId: uuid.UUID  # noqa: N815 - the wire's name


class EventView(BaseModel):
    """The event, as it is answered."""

    id: uuid.UUID
    type: str
    subject: uuid.UUID
    payload: dict[str, Any]
    reportedAt: datetime  # noqa: N815 - the wire's name
    points: int


class Answer(BaseModel):
    """The envelope."""

    status: str
    data: EventView


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold the pool."""
    url = os.environ["BENCH_DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


async def authorized(authorization: Annotated[str, Header()]) -> None:
    """Refuse callers without the token."""
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).digest()
    if not hmac.compare_digest(digest, SECRET_DIGEST):
        raise HTTPException(401)


@app.post("/v1/commands/purchase_reward", dependencies=[Depends(authorized)])
async def purchase(definition: Purchase) -> Answer:
    """Sell one of a reward in a transaction."""
    user, reward_id = definition.beneficiaryId, definition.rewardId
    event_id, voucher_id = uuid.uuid4(), uuid.uuid4()
    async with app.state.pool.acquire() as connection, connection.transaction():
        wallet = await connection.fetchrow(WALLET, TENANT, user)
        if wallet is None or wallet["status"] != "OPEN":
            raise HTTPException(422)
        reward = await connection.fetchrow(REWARD, TENANT, reward_id)
        if reward is None or not reward["is_for_sale"]:
            raise HTTPException(409, "not for sale")
        price, now = reward["price"], wallet["now"]
        if wallet["balance"] < price:
            raise HTTPException(409, "insufficient points")
        if await connection.execute(TAKE, TENANT, reward_id) != "UPDATE 1":
            raise HTTPException(409, "out of stock")
        payload = {
            "rewardId": str(reward_id), "rewardName": reward["name"], "voucherId": str(voucher_id), "price": price,
        }  # fmt: skip
        await connection.execute(
            EVENT, TENANT, user, event_id, EVENT_TYPE, "admin:bench", json.dumps(payload), now, -price
        )
        number, balance = wallet["entries"] + 1, wallet["balance"] - price
        await connection.execute(ENTRY, TENANT, user, number, event_id, -price, balance, now)
        await connection.execute(MOVE, TENANT, user, price)
        await connection.execute(VOUCHER, TENANT, voucher_id, user, reward_id, event_id, price, now)
    data = EventView(
        id=event_id, type="PURCHASED_REWARD", subject=user, payload=payload, reportedAt=now.astimezone(UTC),
        points=-price,
    )  # fmt: skip
    return Answer(status="success", data=data)


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["BENCH_PORT"]), access_log=False, log_level="warning")
