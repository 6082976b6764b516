"""Statements whose cost must not grow with what is stored: what they read of a table with many events."""

import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import pytest

from bench.stored import FILL
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.db.listing import Listing
from punchcard.events.search import Search
from punchcard.events.stream import READ, filters_for
from punchcard.points.wallet import ENTRIES
from tests.shop import Shop

EVENTS = 3_000
FEW_TYPES = """
    select pg_restore_relation_stats(
        'schemaname', 'public', 'relname', 'event_types', 'relpages', 1, 'reltuples', 1::real
    )
"""
SHOWN = 20


class Full(NamedTuple):
    """A shop with many events of one type, all of one member, and one event of another type."""

    shop: Shop
    member: UUID


@pytest.fixture
async def full(shop: Shop, db: Db, urls: Urls) -> AsyncIterator[Full]:
    """Store the events, and let the planner know of them."""
    member = shop.cafe()
    shop.event_type("RARE", schema=None)
    shop.done("POST", "/v1/events/", {"type": "RARE", "subject": member["id"]})
    coffee = shop.done("GET", "/v1/event_types/PURCHASED_COFFEE")
    version = await db.fetchval("select max(id) from reactor_versions where tenant_id = $1", shop.tenant.tenant_id)
    await db.execute(FILL, shop.tenant.tenant_id, UUID(coffee["id"]), version, EVENTS)
    owner = await asyncpg.connect(urls.owner)  # the application's role may not analyze
    await owner.execute("analyze events, ledger_entries, wallets")
    yield Full(shop, UUID(member["id"]))
    await owner.execute("analyze events, ledger_entries, wallets, event_types")
    await owner.close()


async def reads(db: Db, sql: str, *arguments: Any) -> int:
    """Return how many rows of events a statement looks at, in the plan that is made for any arguments."""
    async with db.transaction() as tx:
        await tx.execute("set local plan_cache_mode = force_generic_plan")
        told = await tx.fetchval(f"explain (analyze, format json) {sql}", *arguments)
    print(told)  # noqa: T201 - which plan it was is the first question when the number is another
    return sum(looked_at(json.loads(told)[0]["Plan"]))


def looked_at(plan: dict[str, Any]) -> list[int]:
    """Return the rows that each scan of events looked at."""
    here = []
    if plan.get("Relation Name") == "events":
        here = [round(plan["Actual Loops"] * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)))]
    return here + [rows for below in plan.get("Plans", ()) for rows in looked_at(below)]


async def test_a_page_of_a_wallet_reads_its_own_events(full: Full, db: Db, urls: Urls) -> None:
    """Of a member with thousands of events, a page of the wallet reads those that it shows.

    Also where the planner takes a tenant for one with a single event type, and would put the types first.
    """
    owner = await asyncpg.connect(urls.owner)
    await owner.execute(FEW_TYPES)
    await owner.close()
    assert await reads(db, ENTRIES, full.shop.tenant.tenant_id, full.member, EVENTS, SHOWN) == SHOWN


@pytest.mark.parametrize(("name", "wanted"), [("RARE", 1), ("NOTHING", 0), ("PURCHASED_COFFEE", SHOWN + 1)])
async def test_a_type_is_found_by_its_index(full: Full, db: Db, name: str, wanted: int) -> None:
    """However few events a type has, no events of other types are looked at to find them."""
    listing = Listing(b"k" * 32, limit=SHOWN, filters={"type": name})
    filters = await filters_for(db, full.shop.tenant.tenant_id, listing)
    sql, arguments = Search(READ, [full.shop.tenant.tenant_id], filters).select(listing)
    assert await reads(db, sql, *arguments) == wanted
