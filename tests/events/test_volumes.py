"""GET /v1/statistics/event_types and …/reactors: how much there is of each, over time."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.events import volumes
from tests.shop import Shop, fixed

BADGE = {"internalName": "Regular", "details": [{"locale": "en", "name": "Regular", "description": "Comes again"}]}


async def test_each_type_and_reactor_has_its_own_numbers(shop: Shop) -> None:
    """Events are counted by their types, and reactors by what fired, if it moved no points, too."""
    user = shop.cafe()
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    many = [shop.reactor(fixed(1), "VISITED_SHOP", name=f"Visits {n}") for n in range(5)]
    never = shop.reactor(fixed(1), name="Never", constraint="payload.total > 1000")
    badge = shop.done("POST", "/v1/badges/", BADGE)["id"]
    quiet = shop.reactor(name="Quiet", constraint="payload.total > 7", reactions=[{"type": "BADGE", "badge": badge}])
    for total in (7, 8, 9):
        shop.report(user, total)
    shop.done("PATCH", f"/v1/event_reactors/{quiet['id']}", {"name": "Quieter"})
    shop.report(user, 10)
    for n in range(2):
        shop.done("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": user["id"], "payload": {"n": n}})
    for period, count in (("24h", 25), ("30d", 31)):
        found = shop.done("GET", f"/v1/statistics/event_types?period={period}")
        assert found["eventTypes"][0] | {"buckets": [], "id": ""} == {
            "name": "PURCHASED_COFFEE", "events": 4, "buckets": [], "id": "",
        }  # fmt: skip
        assert {one["name"]: one["events"] for one in found["eventTypes"]}["VISITED_SHOP"] == 2
        buckets = found["eventTypes"][0]["buckets"]
        assert (len(buckets), sum(bucket["count"] for bucket in buckets)) == (count, 4)
        fired = shop.done("GET", f"/v1/statistics/reactors?period={period}")
        assert "countedSince" not in fired
        told = {one["id"]: one["activations"] for one in fired["reactors"]}
        assert [told[one["id"]] for one in many] == [2] * 5
        assert never["id"] not in told
        (own,) = shop.done("GET", f"/v1/statistics/reactors?period={period}&reactor={quiet['id']}")["reactors"]
        assert (own["name"], own["activations"]) == ("Quieter", 3)
        assert sum(bucket["count"] for bucket in own["buckets"]) == 3
    (own,) = shop.done("GET", f"/v1/statistics/reactors?reactor={never['id']}")["reactors"]
    assert (own["activations"], len(own["buckets"])) == (0, 31)
    shop.report(user, 11, occurredAt=(datetime.now(UTC) - timedelta(days=3)).isoformat())
    for noun, query, count in (
        ("eventTypes", "event_types?eventType=PURCHASED_COFFEE", 4), ("reactors", f"reactors?reactor={quiet['id']}", 3),
    ):  # fmt: skip
        for by, sums in (("occurred", (1, count)), ("reported", (0, count + 1))):
            found = shop.done("GET", f"/v1/statistics/{query}&time={by}")
            buckets = found[noun][0]["buckets"]
            assert (found["time"], buckets[-4]["count"], buckets[-1]["count"]) == (by, *sums)
    (visits,) = shop.done("GET", "/v1/statistics/event_types?eventType=VISITED_SHOP")["eventTypes"]
    assert visits["events"] == 2
    (none,) = shop.done("GET", "/v1/statistics/event_types?eventType=CLOSED_ACCOUNT")["eventTypes"]
    assert none["events"] == 0


async def test_what_is_not_there_is_not_counted(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """An unknown type or reactor answers 404, and so does another tenant's."""
    other = await open_shop()
    other.cafe()
    theirs = other.done("GET", "/v1/event_reactors/")[0]["id"]
    for query in (
        "event_types?eventType=NO_SUCH",
        "event_types?eventType=PURCHASED_COFFEE",
        f"reactors?reactor={theirs}",
    ):
        assert shop.call("GET", f"/v1/statistics/{query}").status_code == 404
    assert shop.call("GET", "/v1/statistics/reactors?period=1y").status_code == 422


async def test_only_the_newest_are_counted(shop: Shop, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more events than the bound the newest are counted, and the answer says from when on."""
    monkeypatch.setattr(volumes, "EVENTS_MAX", 2)
    user = shop.cafe()
    reported = [shop.report(user, total).json()["data"]["reportedAt"] for total in (7, 8, 9)]
    tenant_id = shop.tenant.tenant_id
    found = await volumes.get_event_volumes(db, tenant_id, Settings(), event_type="PURCHASED_COFFEE")
    assert (found.event_types[0].events, found.counted_since) == (2, reported[1])
    fired = await volumes.get_reactor_volumes(db, tenant_id, Settings())
    assert (fired.reactors[0].activations, fired.counted_since) == (2, reported[1])
