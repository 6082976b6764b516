"""GET /v1/statistics: what it counts is what members' wallets and the stream say."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from punchcard.db.connection import Db
from tests.shop import Shop, fixed

LOCAL = """
select array_agg(distinct (start at time zone 'America/St_Johns')::time) from unnest($1::timestamptz[]) as start
"""
A_CUP = {
    "type": "VOUCHER", "name": "A cup", "price": 10, "purchasable": True, "availability": {"start": "2020-01-01"},
}  # fmt: skip


async def test_a_period_adds_up(shop: Shop) -> None:
    """Events, points earned, spent and adjusted, liability, refusals and reactors agree with wallet and stream."""
    user = shop.cafe()
    other = shop.user("bob")
    for total in (7, 8, 7):  # the third is a duplicate
        shop.report(user, total)
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    visits = shop.reactor(fixed(100), "VISITED_SHOP", name="Visits")
    shop.done("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": other["id"], "payload": {}})
    shop.done("POST", "/v1/commands/adjust_points", {"actorId": user["id"], "points": 5, "comment": "A test"})
    bought = {"rewardId": shop.done("POST", "/v1/rewards/", A_CUP)["id"], "beneficiaryId": user["id"]}
    shop.done("POST", "/v1/commands/purchase_reward", bought)
    stream = shop.done("GET", "/v1/events/?limit=1000")
    for period, count, unit, by in (
        ("24h", 25, "HOUR", "reported"), ("7d", 8, "DAY", "occurred"), ("90d", 91, "DAY", "reported"),
    ):  # fmt: skip
        found = shop.done("GET", f"/v1/statistics?period={period}&time={by}")
        assert found["time"] == by
        buckets = found["buckets"]
        assert (len(buckets), found["unit"]) == (count, unit)
        sums = {name: sum(bucket[name] for bucket in buckets) for name in buckets[0] if name != "start"}
        assert sums == {"events": len(stream), "earned": 120, "spent": 10, "expired": 0, "adjusted": 0}
        balances = shop.balance(user) + shop.balance(other)
        assert found["liability"] == {"balance": balances, "pending": 0, "debt": 0, "members": 2}
        assert found["refused"] == [{"reason": "DUPLICATE", "count": 1}]
        assert [(one["activations"], one["points"]) for one in found["reactors"]] == [(2, 15), (1, 100)]
        assert found["reactors"][1] == {"reactorId": visits["id"], "name": "Visits", "activations": 1, "points": 100}


async def test_points_go_with_the_event_that_moved_them(shop: Shop) -> None:
    """By when they occurred, which is meant if nothing is said, late reports stand on their days, with their points."""
    user = shop.cafe()
    now = datetime.now(UTC)
    for days, total in ((3, 30), (3, 31), (40, 400)):
        shop.report(user, total, occurredAt=(now - timedelta(days=days)).isoformat())
    shop.report(user, 5)
    today = len(shop.done("GET", "/v1/events/?limit=1000")) - 3

    def told(query: str) -> list[tuple[int, int]]:
        found = shop.done("GET", f"/v1/statistics?{query}")
        sums = [(bucket["events"], bucket["earned"]) for bucket in found["buckets"]]
        (reactor,) = found["reactors"]
        assert reactor["points"] == sum(points for _, points in sums)
        return [each for each in sums if each != (0, 0)]

    assert told("period=7d") == [(2, 61), (today, 5)]
    assert told("period=90d&time=occurred") == [(1, 400), (2, 61), (today, 5)]
    assert told("period=90d&time=reported") == [(today + 3, 466)]
    assert shop.call("GET", "/v1/statistics?time=settled").status_code == 422


async def test_days_are_those_of_the_tenants_zone(shop: Shop, db: Db) -> None:
    """A day begins at the zone's midnight, and has 23 or 25 hours where its clocks change; nothing is another's."""
    shop.done("PATCH", "/v1/tenant/", {"timeZone": "America/St_Johns"})
    buckets = shop.done("GET", "/v1/statistics?period=90d")["buckets"]
    starts = [datetime.fromisoformat(bucket["start"]) for bucket in buckets]
    assert await db.fetchval(LOCAL, starts) == [time()]
    lengths = {later - earlier for earlier, later in pairwise(starts)}
    assert lengths <= {timedelta(hours=hours) for hours in (23, 24, 25)}
    assert shop.call("GET", "/v1/statistics?period=1y").status_code == 422
