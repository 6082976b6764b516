"""The tenant's days: limits and counters over changes of the clocks, and a zone that nobody knows."""

import pytest

from punchcard.db.connection import Db
from tests.shop import Shop, fixed


async def report_at(shop: Shop, db: Db, zone: str, times: list[str]) -> list[int]:
    """Report in a tenant of this zone, with a limit of one a day; return the points of each."""
    shop.event_type()
    await db.execute("update tenants set time_zone = $2 where id = $1", shop.tenant.tenant_id, zone)
    shop.done("POST", "/v1/counters/", {"name": "times", "eventType": "PURCHASED_COFFEE", "per": "DAY"})
    shop.reactor(fixed(1), limits=[{"activations": 1, "per": "DAY"}])
    shop.reactor(fixed(10), constraint="counters.times.count == 2")
    shop.reactor(fixed(100), constraint="event.hour == 2")
    user = shop.user()
    answers = [shop.report(user, place, occurredAt=at) for place, at in enumerate(times)]
    return [answer.json()["data"]["points"] for answer in answers]


@pytest.mark.parametrize(
    ("zone", "times", "points"),
    [
        ("Europe/Berlin", ["2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"], [1, 10, 1]),
        ("Europe/Berlin", ["2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"], [1, 10, 1]),
        ("Europe/Berlin", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"], [101, 110]),
        ("Pacific/Auckland", ["2026-04-04T11:00:00Z", "2026-04-05T11:59:59Z", "2026-04-05T12:00:00Z"], [1, 10, 1]),
        ("America/Havana", ["2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"], [1, 1, 10]),
        ("Mars/Olympus_Mons", ["2026-03-28T00:00:00Z", "2026-03-28T23:59:59Z", "2026-03-29T02:00:00Z"], [1, 10, 101]),
    ],
    ids=["forward", "back", "twice-two-o'clock", "the-other-half", "midnight-twice", "unknown-is-utc"],
)
async def test_a_day_is_the_tenants(shop: Shop, db: Db, zone: str, times: list[str], points: list[int]) -> None:
    """F41: one stored rule holds through days of 23 and 25 hours; what nobody knows is UTC, and reports go on."""
    assert await report_at(shop, db, zone, times) == points
