"""N1: the service that one would usually write. FastAPI, pydantic, asyncpg, one transaction an event.

It gives the same guarantees on the same tables: the token is checked, the payload fits its schema, nobody's account is
closed, no event is judged by a configuration that has changed, one within 60 seconds of its twin is refused, the points
are in the ledger, and the answer leaves after the commit.
"""

import hashlib
import hmac
import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import asyncpg
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field

TENANT = uuid.UUID(os.environ["BENCH_TENANT"])
EVENT_TYPE = uuid.UUID(os.environ["BENCH_EVENT_TYPE"])
REACTOR_VERSION = int(os.environ["BENCH_REACTOR_VERSION"])
SECRET_DIGEST = hashlib.sha256(os.environ["BENCH_BEARER"].encode()).digest()
CONNECTIONS = int(os.environ.get("BENCH_CONNECTIONS", "20"))

WALLET = """
    select wallet.user_id, status, balance, entries, version, clock_timestamp() as now from user_keys as known
    join wallets as wallet using (tenant_id, user_id) join catalogue_versions using (tenant_id)
    where known.tenant_id = $1 and known.key = $2 for no key update of wallet
"""
CLAIM = """
    insert into claims as original (tenant_id, user_id, fingerprint, event_id, reported_at) values ($1, $2, $3, $4, $5)
    on conflict (tenant_id, user_id, fingerprint) do update
        set event_id = excluded.event_id, reported_at = excluded.reported_at
        where excluded.reported_at >= original.reported_at + interval '60 seconds'
    returning event_id
"""
EVENT = """
    insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, payload, occurred_at,
                        reported_at, reacted_at, points, verdicts)
    values ($1, $2, $3, $4, 1, $5, $6, $7, $7, $7, $8, $9)
"""
ENTRY = """
    insert into ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account, points,
                                balance_after, recorded_at)
    values ($1, $2, $3, $4, $5, 0, 'ISSUE', $6, $7, $8)
"""
MOVE = """
    update wallets set balance = balance + $3, earned = earned + $3, entries = entries + 1
    where tenant_id = $1 and user_id = $2
"""


class Line(BaseModel):
    """One thing bought."""

    sku: str
    price: Decimal
    quantity: int


class Payload(BaseModel):
    """What the event type's JSON Schema asks for."""

    model_config = ConfigDict(extra="allow")
    total: Decimal = Field(ge=0)
    items: list[Line] = []


class EventDefinition(BaseModel):
    """One event, as it is reported."""

    type: str
    subject: str = Field(min_length=1, max_length=128)
    payload: Payload


class EventView(BaseModel):
    """One event, as it is answered."""

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
        app.state.version = await pool.fetchval("select version from catalogue_versions where tenant_id = $1", TENANT)
        yield


app = FastAPI(lifespan=lifespan)


async def authorized(authorization: Annotated[str, Header()]) -> None:
    """Refuse callers without the token."""
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).digest()
    if not hmac.compare_digest(digest, SECRET_DIGEST):
        raise HTTPException(401)


@app.post("/v1/events", dependencies=[Depends(authorized)])
async def report(definition: EventDefinition) -> Answer:
    """Record an event and its points in a transaction."""
    payload = definition.payload.model_dump(mode="json")
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    points = int(definition.payload.total)
    event_id = uuid.uuid4()
    async with app.state.pool.acquire() as connection, connection.transaction():
        wallet = await connection.fetchrow(WALLET, TENANT, definition.subject)
        if wallet is None:
            raise HTTPException(404)
        if wallet["status"] == "CLOSED":
            raise HTTPException(422, "The account is closed")
        if wallet["version"] != app.state.version:  # of what is configured; it would have to be read again
            raise HTTPException(503)
        user, now = wallet["user_id"], wallet["now"]
        identity = hashlib.blake2b(EVENT_TYPE.bytes + user.bytes + canonical.encode(), digest_size=16).digest()
        if await connection.fetchval(CLAIM, TENANT, user, identity, event_id, now) is None:
            raise HTTPException(409, "Event Already Exists")
        verdicts = json.dumps({"F": [[REACTOR_VERSION, [0, points]]]})
        await connection.execute(
            EVENT, TENANT, user, event_id, EVENT_TYPE, "secret:bench", canonical, now, points, verdicts
        )
        if points:
            number, balance = wallet["entries"] + 1, wallet["balance"] + points
            await connection.execute(ENTRY, TENANT, user, number, event_id, REACTOR_VERSION, points, balance, now)
            await connection.execute(MOVE, TENANT, user, points)
    reported_at = now.astimezone(UTC)
    data = EventView(
        id=event_id, type=definition.type, subject=user, payload=payload, reportedAt=reported_at, points=points
    )
    return Answer(status="success", data=data)


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["BENCH_PORT"]), access_log=False, log_level="warning")
