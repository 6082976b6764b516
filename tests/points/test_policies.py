"""Points policies over the API: kept as versions, in force at once, and read strictly."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from punchcard.db.connection import Db
from tests.shop import Shop

PATH = "/v1/points_liability_criteria/"
A_YEAR = {"after": "P1Y", "toEndOf": "YEAR"}


def policy(shop: Shop, config: Any, kind: str = "SIMPLE_EXPIRY") -> Any:
    """Create a points policy."""
    return shop.done("POST", PATH, {"name": "A policy of a test", "type": kind, "config": config})


def test_a_policy_is_kept_as_versions(shop: Shop) -> None:
    """It is listed, read, changed with If-Match, switched off, and taken away."""
    made = policy(shop, A_YEAR)
    assert (made["version"], made["liabilityType"], made["isActive"]) == (1, "EXPIRY", True)
    path = PATH + made["id"]

    changed = shop.done("PATCH", path, {"config": {"after": "P90D"}}, headers={"If-Match": '"1"'})
    assert (changed["version"], changed["config"], changed["name"]) == (2, {"after": "P90D"}, made["name"])
    assert shop.call("PATCH", path, {"name": "Late"}, headers={"If-Match": '"1"'}).status_code == 412
    assert shop.done("PATCH", path, {"isActive": False})["isActive"] is False
    assert [one["version"] for one in shop.done("GET", f"{PATH}?filter=isActive:false")] == [3]

    shop.done("DELETE", path)
    assert shop.call("GET", path).status_code == 404
    assert shop.done("GET", PATH) == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "SIMPLE_EXPIRY", "config": {}}, "/config/after"),
        ({"type": "SIMPLE_EXPIRY", "config": {"after": "a year"}}, "/config/after"),
        ({"type": "SIMPLE_EXPIRY", "config": {"after": "P1Y", "points": 5}}, "/config/points"),
        ({"type": "SIMPLE_EXPIRY", "config": A_YEAR, "liabilityType": "EARNING_CAP"}, "/liabilityType"),
        ({"type": "MAXIMUM_POINTS_EARN_CAP", "config": {"points": 0}}, "/config/points"),
        ({"type": "MAXIMUM_POINTS_BALANCE_CAP", "config": {"points": 5, "per": "DAY"}}, "/config/per"),
        ({"type": "SOMETHING", "config": {}}, "/type"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(shop: Shop, body: Any, pointer: str) -> None:
    """A fault names the field of the config."""
    answer = shop.call("POST", PATH, {"name": "A policy", **body})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_points_run_out_at_the_end_of_the_following_year(shop: Shop, db: Db) -> None:
    """The year is that of the tenant's zone; what was earned before the policy keeps its terms, and so after it."""
    tenant_id = shop.tenant.tenant_id
    await db.execute("update tenants set time_zone = 'Pacific/Auckland' where id = $1", tenant_id)
    user = shop.cafe()
    shop.report(user, 1)
    made = policy(shop, A_YEAR)
    shop.report(user, 2)
    shop.done("DELETE", PATH + made["id"])
    shop.report(user, 3)

    rows = await db.fetch("select number, remaining, expires_at from lots where tenant_id = $1", tenant_id)

    zone = ZoneInfo("Pacific/Auckland")
    end = datetime(datetime.now(zone).year + 2, 1, 1, tzinfo=zone).astimezone(UTC)
    assert [tuple(row) for row in rows] == [(2, 2, end)]


async def test_of_several_expiries_the_earliest_counts(shop: Shop, db: Db) -> None:
    """Points run out by the first of them that says so."""
    user = shop.cafe()
    for after in ("P30D", "P10D", "P20D"):
        policy(shop, {"after": after})
    shop.report(user, 1)

    length = await db.fetchval("select expires_at - earned_at from lots where tenant_id = $1", shop.tenant.tenant_id)

    assert length.days == 10


def test_a_policy_of_another_tenant_is_not_there(shop: Shop) -> None:
    """An id that is not the tenant's is not found, whatever is to be done with it."""
    unknown = f"{PATH}00000000-0000-7000-8000-000000000000"
    calls = [shop.call("GET", unknown), shop.call("PATCH", unknown, {}), shop.call("DELETE", unknown)]
    calls.append(shop.call("POST", f"{PATH}trigger_one", {"id": unknown[-36:]}))
    assert [answer.status_code for answer in calls] == [404] * 4
