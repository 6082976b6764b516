"""Counters when an event is taken back, and when two members become one."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from punchcard.db.connection import Db
from punchcard.events import recounting
from punchcard.events.catalogue import Catalogue
from tests.shop import Shop

KINDS: dict[str, dict[str, Any]] = {
    "times": {"what": "COUNT", "per": "MONTH"},
    "spent": {"what": "SUM", "value": "payload.total", "constraint": "payload.total > 1"},
    "days": {"what": "STREAK", "per": "DAY", "takesPast": True},
}


async def rows(db: Db, user: Any) -> list[Any]:
    """Return all that is counted for a member, by the counter's name."""
    sql = """
        select counter.name, stretch as place, count, total from counter_values
        join counter_versions using (tenant_id, series_id) join counters as counter on counter.id = counter_id
        where user_id = $1
        union all
        select counter.name, unit, first, last from counter_runs
        join counter_versions using (tenant_id, series_id) join counters as counter on counter.id = counter_id
        where user_id = $1
        order by 1, 2, 3, 4
    """
    return [tuple(row) for row in await db.fetch(sql, UUID(user["id"]))]


def furnish(shop: Shop) -> None:
    """Create an event type and a counter of each kind."""
    shop.event_type()
    for name, fields in KINDS.items():
        shop.done("POST", "/v1/counters/", {"name": name, "eventType": "PURCHASED_COFFEE", **fields})
    while not all(one["isReady"] for one in shop.done("GET", "/v1/counters/")):
        pass


def buy(shop: Shop, user: Any, day: int, total: float) -> Any:
    """Report a purchase on a day of March."""
    return shop.report(user, total, occurredAt=f"2026-03-{day:02}T12:00:00Z").json()["data"]


async def test_an_event_is_taken_back(shop: Shop, db: Db) -> None:
    """What is left is what would be there without the event; of a part of it, sums alone are less."""
    furnish(shop)
    counters = (await Catalogue(db).current(shop.tenant.tenant_id)).counters.values()
    for days in ([1, 2, 3], [1, 2, 2, 3], [5]):
        user, model = shop.user(), shop.user()
        events = [buy(shop, user, day, place + 2.5) for place, day in enumerate(days)]
        taken = events[len(events) // 2]
        for place, day in enumerate(days):
            if place != len(events) // 2:
                buy(shop, model, day, place + 2.5)
        async with db.transaction() as tx:
            ids = shop.tenant.tenant_id, counters, UUID(user["id"]), UUID(taken["id"])
            assert await recounting.uncount_event(tx, *ids) == list(KINDS)
        left = [row for row in await rows(db, user) if row[2:] not in ((0, 0), (0, Decimal("0.0")))]
        assert left == [row for row in await rows(db, model) if row[2:] != (0, 0)]
    user = shop.user()
    half = buy(shop, user, 1, 5)
    ids = shop.tenant.tenant_id, counters, UUID(user["id"]), UUID(half["id"])
    await db.run(lambda tx: recounting.uncount_event(tx, *ids, share=Decimal("0.5")))
    standing = {one["name"]: one for one in shop.done("GET", f"/v1/users/{user['id']}/counters")}
    assert (standing["spent"]["sum"], standing["spent"]["count"]) == (2.5, 1)


async def test_two_members_become_one(shop: Shop, db: Db) -> None:
    """The survivor has what one member with all of the events would have."""
    furnish(shop)
    old, survivor, model = (shop.user() for _ in range(3))
    for day, total in ((1, 2), (3, 4), (4, 1)):
        buy(shop, old, day, total)
        buy(shop, model, day, total)
    for day, total in ((2, 7), (3, 8), (9, 9)):
        buy(shop, survivor, day, total)
        buy(shop, model, day, total)
    shop.done("POST", f"/v1/users/{old['id']}/merge", {"into": survivor["id"]})
    assert await rows(db, survivor) == await rows(db, model)


def test_what_was_undone_is_no_part_of_the_past(shop: Shop) -> None:
    """An event that was reversed before a counter takes the past in does not count, and does after it no more."""
    shop.event_type()
    user = shop.user()
    first, second, _ = (buy(shop, user, day, day) for day in (1, 2, 3))
    shop.done("POST", f"/v1/events/{first['id']}/reverse", {"comment": "A test"})
    shop.done("POST", "/v1/counters/", {"name": "all", "eventType": "PURCHASED_COFFEE", "takesPast": True})
    while not shop.done("GET", "/v1/counters/")[0]["isReady"]:
        pass
    counts = [shop.done("GET", f"/v1/users/{user['id']}/counters")[0]["count"]]
    shop.done("POST", f"/v1/events/{second['id']}/reverse", {"comment": "A test"})
    counts.append(shop.done("GET", f"/v1/users/{user['id']}/counters")[0]["count"])
    assert counts == [2, 1]
