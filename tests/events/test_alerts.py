"""Alerts: what comes faster than is usual, and pools that run low. Nothing is refused for one."""

from typing import Any
from uuid import UUID

import pytest

from punchcard.db.connection import Db
from punchcard.jobs import watch_pools, watch_velocity
from punchcard.jobs.step import Workplace
from tests.jobs.process import workplace
from tests.jobs.steps import work
from tests.shop import Shop, fixed

OWN_CARD = {"name": "Own card", "per": "SUBJECT_AND_SOURCE", "eventsMax": 3, "windowMinutes": 60}
INSTALLATION = UUID(int=0)


@pytest.fixture
def place(db: Db) -> Workplace:
    """Return a workplace."""
    return workplace(db)


async def watch(db: Db, place: Workplace) -> None:
    """Count all that was reported."""
    await work(db, place, watch_velocity.step, INSTALLATION)


def limit(shop: Shop, *limits: Any) -> None:
    """Say how fast events usually come."""
    shop.done("PATCH", "/v1/tenant/", {"velocityLimits": limits})


def open_alerts(shop: Shop) -> list[Any]:
    """Return the alerts that wait."""
    return list(shop.done("GET", "/v1/alerts/?status=OPEN"))


async def test_a_till_that_feeds_one_card_is_named(shop: Shop, db: Db, place: Workplace) -> None:
    """T48: whose card, which secret, which machine; once, growing, until somebody has looked; others are not named."""
    ada = shop.cafe()
    secret, others = shop.secret(), [shop.user() for _ in range(3)]
    (known,) = shop.done("GET", "/v1/event_types/PURCHASED_COFFEE/secrets/")
    assert shop.report(ada, 1, bearer=secret).status_code == 200
    limit(shop, OWN_CARD)
    await watch(db, place)  # from here on
    for user in others:
        assert shop.report(user, 5, bearer=secret).status_code == 200
    for total in (2, 3, 4):
        assert shop.report(ada, total, bearer=secret).status_code == 200
    assert shop.report(ada, 5).status_code == 200  # by another source
    await watch(db, place)
    assert open_alerts(shop) == []
    answer = shop.report(ada, 6, bearer=secret, executor="Eve at till 4")
    assert (answer.status_code, answer.json()["data"]["points"]) == (200, 6)
    await watch(db, place)
    await watch(db, place)
    (alert,) = open_alerts(shop)
    assert (alert["kind"], alert["name"], alert["user"]["id"]) == ("VELOCITY", "Own card", ada["id"])
    assert (alert["reporter"], alert["secretId"]) == (f"secret:{known['id']}", known["id"])
    assert (alert["details"]["events"], alert["details"]["points"]) == (4, 15)
    assert alert["details"]["executors"] == ["Eve at till 4"]
    assert alert["details"]["lastEventId"] == answer.json()["data"]["id"]
    assert shop.report(ada, 7, bearer=secret).status_code == 200
    await watch(db, place)
    (grown,) = open_alerts(shop)
    assert (grown["id"], grown["version"], grown["details"]["events"]) == (alert["id"], alert["version"] + 1, 5)


async def test_what_was_acknowledged_raises_no_other(shop: Shop, db: Db, place: Workplace) -> None:
    """Who looked and what came of it is kept, here and in the audit log; the events of then count no more."""
    ada = shop.cafe()
    limit(shop, OWN_CARD | {"eventsMax": 1})
    await watch(db, place)
    for total in (1, 2):
        shop.report(ada, total)
    await watch(db, place)
    (alert,) = open_alerts(shop)
    path = f"/v1/alerts/{alert['id']}"
    seen = shop.done("POST", f"{path}/acknowledge", {"comment": "His own party"})
    assert (seen["status"], seen["comment"]) == ("ACKNOWLEDGED", "His own party")
    assert seen["acknowledgedBy"] == f"admin:{shop.tenant.client_id}"
    assert shop.done("GET", path) == seen
    assert shop.call("POST", f"{path}/acknowledge", {}).status_code == 409
    (told,) = shop.done("GET", f"/v1/audit/?object={alert['id']}")
    assert (told["operation"], told["after"]["status"]) == ("acknowledge_alert", "ACKNOWLEDGED")
    shop.report(ada, 3)
    await watch(db, place)
    assert open_alerts(shop) == []
    await db.execute(
        "update alerts set acknowledged_at = acknowledged_at - interval '2 minutes' where id = $1", UUID(alert["id"])
    )
    shop.report(ada, 4)
    await watch(db, place)
    assert [one["details"]["events"] for one in open_alerts(shop)] == [4]


async def test_limits_count_by_source_by_member_and_by_points(shop: Shop, db: Db, place: Workplace) -> None:
    """A till that gives away a lot, a member who is everywhere; one type alone; windows pass."""
    ada, bob = shop.cafe(), shop.user()
    shop.event_type("VISITED_SHOP", schema=None)
    shop.reactor(fixed(1), event_type="VISITED_SHOP")
    limit(
        shop,
        {"name": "Till", "per": "SOURCE", "eventType": "PURCHASED_COFFEE", "pointsMax": 100},
        {"name": "Everywhere", "per": "SUBJECT", "eventsMax": 2, "windowMinutes": 5},
    )
    await watch(db, place)
    shop.report(ada, 60)
    shop.done("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": ada["id"], "payload": {}})
    shop.report(bob, 40)
    await watch(db, place)
    assert open_alerts(shop) == []
    shop.report(bob, 1)
    shop.report(ada, 1, bearer=shop.secret())
    await watch(db, place)
    found = {one["name"]: one for one in open_alerts(shop)}
    assert found["Till"].keys() >= {"reporter"}
    assert "user" not in found["Till"]
    assert found["Till"]["details"]["points"] == 101
    assert (found["Everywhere"]["user"]["id"], found["Everywhere"]["details"]["events"]) == (ada["id"], 3)
    await db.execute(
        "update velocity_counts set minute = minute - interval '6 minutes' where tenant_id = $1", shop.tenant.tenant_id
    )
    for one in found.values():
        shop.done("POST", f"/v1/alerts/{one['id']}/acknowledge", {})
    await db.execute(
        "update alerts set acknowledged_at = acknowledged_at - interval '1 day' where tenant_id = $1",
        shop.tenant.tenant_id,
    )
    shop.report(ada, 2)
    await watch(db, place)
    assert [one["name"] for one in open_alerts(shop)] == ["Till"]


def test_limits_that_cannot_be_are_refused(shop: Shop) -> None:
    """Unknown types, two of one name, one that limits nothing, windows beyond a day, an older version; `[]` ends it."""
    bad = (
        ([{"name": "a", "eventsMax": 1, "eventType": "NOT_THERE"}], "/velocityLimits/0/eventType"),
        ([{"name": "a", "eventsMax": 1}, {"name": "a", "eventsMax": 2}], "/velocityLimits/1/name"),
        ([{"name": "a"}], "/velocityLimits/0"),
        ([{"name": "a", "eventsMax": 1, "windowMinutes": 1441}], "/velocityLimits/0/windowMinutes"),
        ([{"name": str(number), "eventsMax": 1} for number in range(11)], "/velocityLimits"),
    )
    for limits, pointer in bad:
        answer = shop.call("PATCH", "/v1/tenant/", {"velocityLimits": limits})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    limit(shop, OWN_CARD)
    assert shop.done("GET", "/v1/tenant/")["velocityLimits"] == [OWN_CARD | {"eventType": None, "pointsMax": None}]
    seen = {"If-Match": shop.call("GET", "/v1/tenant/").headers["ETag"]}
    answers = [
        shop.call("PATCH", "/v1/tenant/", {"velocityLimits": [{"name": name, "eventsMax": 1}]}, headers=seen)
        for name in ("first", "second")
    ]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert [one["name"] for one in shop.done("GET", "/v1/tenant/")["velocityLimits"]] == ["first"]
    limit(shop)
    assert shop.done("GET", "/v1/tenant/")["velocityLimits"] == []


async def test_a_pool_that_is_low_is_told(shop: Shop, db: Db, place: Workplace) -> None:
    """An alert is raised below `lowMark`, and grows no version while nothing changes; without a mark nobody is told."""
    pool = shop.done("POST", "/v1/code_pools/", {"name": "Summer", "lowMark": 3})
    silent = shop.done("POST", "/v1/code_pools/", {"name": "Silent"})
    assert (pool["lowMark"], "lowMark" in silent) == (3, False)
    codes = f"/v1/code_pools/{pool['id']}/codes/"
    shop.done("POST", f"{codes}create_bulk", {"codes": ["a1", "a2", "a3"]})
    await work(db, place, watch_pools.step, INSTALLATION)
    assert open_alerts(shop) == []
    shop.done("DELETE", f"{codes}?limit=1")
    for _ in range(2):
        await work(db, place, watch_pools.step, INSTALLATION)
    (alert,) = open_alerts(shop)
    assert (alert["kind"], alert["codePool"]["id"], alert["version"]) == ("CODE_POOL_LOW", pool["id"], 1)
    assert alert["details"] == {"codesAvailable": 2, "lowMark": 3}
    assert shop.done("PATCH", f"/v1/code_pools/{pool['id']}", {"lowMark": None}).get("lowMark") is None
