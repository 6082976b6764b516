"""Many at once: a million codes sent to a pool, users imported, all of them looked at for an audience.

Told as CPU a piece, the engine's and PostgreSQL's, and as the memory that the engine grew by; and single events
that are reported beside an import, to those before it.
"""

import asyncio
import http.client
import json
import time
from collections.abc import Iterator
from typing import Any

from bench.stage import Shop, Stage, send
from bench.table import Figure, Table

SINGLE = {"connections": 8, "events": 1}
PART_USERS = 10_000
WAIT_SECONDS_MAX = 3_600
OPEN = "select count(*) from jobs where tenant_id = $1 and state in ('QUEUED', 'RUNNING')"
CRITERIA = {"criteriaJsonLogic": {">=": [{"var": "points.balance"}, 0]}, "triggerFrequency": "MANUAL"}


async def by_members(stage: Stage, *, codes: int, users: int) -> Table:
    """Send `codes`, import `users` while events are reported, and refresh an audience of them."""
    shop = await stage.shop(1_000)
    rows = [await _codes(stage, shop, codes)]
    alone = await send(stage.load(shop, seconds=3, warm_up_seconds=1, **SINGLE))
    imported, beside = await _users(stage, shop, users)
    rows += [imported, await _audience(stage, shop, users)]
    rows.append(["single events beside the import, to alone", "", "", f"{beside / alone.rate:.2f}"])
    for row in rows:
        print(f"  {row}", flush=True)
    figures = {"single events beside an import, to alone": Figure(round(beside / alone.rate, 3))}
    columns = ["What", "CPU a piece, engine", "PostgreSQL", "memory grown, or ratio"]
    return Table("Many at once", columns, rows, figures)


async def _codes(stage: Stage, shop: Shop, count: int) -> list[str]:
    pool = stage.call(shop, "/v1/code_pools/", {"name": "Many"})["data"]["id"]
    before, held = stage.cpu_seconds(), stage.memory_bytes()
    told = await asyncio.to_thread(_upload, stage, shop, f"/v1/code_pools/{pool}/codes/upload", _lines(count))
    if told["data"]["created"] != count:
        raise RuntimeError(str(told["data"])[:500])
    return [f"{count:,} codes of a file", *_each(stage, before, count), f"{(stage.memory_bytes() - held) >> 20} MiB"]


def _lines(count: int) -> Iterator[bytes]:
    for start in range(0, count, 1_000):
        yield "".join(f"BENCH-{number:012d}\n" for number in range(start, min(count, start + 1_000))).encode()


def _upload(stage: Stage, shop: Shop, path: str, parts: Any, media: str = "text/plain") -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=WAIT_SECONDS_MAX)
    headers = {"X-Api-Key": shop.api_key, "Authorization": f"Bearer {shop.token}", "Content-Type": media}
    connection.request("POST", path, parts, headers)
    return json.load(connection.getresponse())


async def _users(stage: Stage, shop: Shop, count: int) -> tuple[list[str], float]:
    """Import users; return the row, and how many single events a second went beside it."""
    before, held = stage.cpu_seconds(), stage.memory_bytes()
    for start in range(0, count, PART_USERS):
        lines = "\n".join(_user(number) for number in range(start, min(count, start + PART_USERS)))
        await asyncio.to_thread(_upload, stage, shop, "/v1/users/import", lines.encode(), "application/x-ndjson")
    beside = await send(stage.load(shop, seconds=3, warm_up_seconds=1, **SINGLE))
    await _ended(stage, shop)
    grown = f"{(stage.memory_bytes() - held) >> 20} MiB"
    return [f"{count:,} users imported", *_each(stage, before, count), grown], beside.rate


def _user(number: int) -> str:
    profile = {"givenName": "Ada", "familyName": f"Member {number}", "emailAddress": f"m{number}@example.org"}
    return json.dumps({"externalIdentifier": f"bench-{number}", "profile": profile})


async def _audience(stage: Stage, shop: Shop, count: int) -> list[str]:
    """Make an audience of everybody, then look at all of them again."""
    definition = {"name": "All", "description": "Everybody", "isActive": True, "criteriaDefinition": CRITERIA}
    made = stage.call(shop, "/v1/audiences/", definition)["data"]["id"]
    again = f"/v1/audiences/{made}/trigger-search-results"
    stage.call(shop, again, {})
    await _ended(stage, shop)
    before, held = stage.cpu_seconds(), stage.memory_bytes()
    stage.call(shop, again, {})
    await _ended(stage, shop)
    grown = f"{(stage.memory_bytes() - held) >> 20} MiB"
    return [f"{count:,} members looked at again for an audience", *_each(stage, before, count), grown]


async def _ended(stage: Stage, shop: Shop) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while await stage.db.fetchval(OPEN, shop.tenant):
        if time.monotonic() > deadline:
            raise RuntimeError("the jobs do not end")
        await asyncio.sleep(0.2)


def _each(stage: Stage, before: tuple[float, float], count: int) -> list[str]:
    return [f"{(now - then) / count * 1e6:.0f} µs" for now, then in zip(stage.cpu_seconds(), before, strict=True)]
