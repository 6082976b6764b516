"""Badges, and the books of who has earned them."""

from uuid import UUID

import asyncpg
import pytest

from punchcard.db.connection import Db, Tx
from punchcard.users.earned_badges import Earning, earn, read_held
from tests.shop import Shop

BADGE = {
    "internalName": "Early bird",
    "internalDescription": "Ten coffees before eight",
    "details": [
        {"name": "Early bird", "locale": "en", "artworkUrl": "https://example.org/bird.png"},
        {"name": "Frühaufsteher", "locale": "de", "description": "Zehn Kaffee vor acht"},
    ],
    "priority": 3,
}


def test_create_read_change_and_list(shop: Shop) -> None:
    """A badge keeps what it was given; a change makes its next version, the rest stays; lists go by status and name."""
    badge = shop.done("POST", "/v1/badges/", BADGE)
    other = shop.done("POST", "/v1/badges/", {"internalName": "Night owl"})

    assert badge | BADGE == badge
    assert (badge["status"], badge["version"], other["details"], other["priority"]) == ("ACTIVE", 1, [], 0)
    assert shop.done("GET", f"/v1/badges/{badge['id']}") == badge

    path = f"/v1/badges/{badge['id']}"
    change = {"status": "ARCHIVED", "internalDescription": None}
    archived = shop.done("PATCH", path, change, headers={"If-Match": '"1"'})
    assert (archived["status"], archived["internalName"], archived["version"]) == ("ARCHIVED", "Early bird", 2)
    assert (archived.get("internalDescription"), archived["details"]) == (None, BADGE["details"])
    assert shop.call("PATCH", path, {"priority": 1}, headers={"If-Match": '"1"'}).status_code == 412
    assert [one["id"] for one in shop.done("GET", "/v1/badges/?filter=status:ACTIVE")] == [other["id"]]
    assert [one["id"] for one in shop.done("GET", "/v1/badges/?search=OWL")] == [other["id"]]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"internalName": "x"}, "/internalName"),
        ({"details": [{"name": "Bird", "locale": "xx"}]}, "/details/0/locale"),
        ({"details": [{"name": "Bird", "locale": "en"}, {"name": "Vogel", "locale": "en"}]}, "/details"),
        ({"details": [{"name": "Bird", "locale": "en", "artworkUrl": "javascript:alert(1)"}]}, "/details/0/artworkUrl"),
        ({"priority": -1}, "/priority"),
        ({"status": "ACTIVE"}, "/status"),
    ],
)
def test_refused(shop: Shop, wrong: dict[str, object], pointer: str) -> None:
    """A badge that cannot be is refused, and the fault says where."""
    answer = shop.call("POST", "/v1/badges/", BADGE | wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_count_is_what_was_earned_less_what_was_taken_back(shop: Shop, db: Db) -> None:
    """A user has a badge as often as it was earned and not taken back; one event and reaction earn it once."""
    user, badge = shop.cafe(), shop.done("POST", "/v1/badges/", BADGE)
    first, second = (shop.report(user, total).json()["data"] for total in (1, 2))
    tenant_id, user_id, badge_id = shop.tenant.tenant_id, UUID(user["id"]), UUID(badge["id"])

    async def books(tx: Tx) -> list[tuple[int, UUID]]:
        now = await tx.fetchval("select clock_timestamp()")
        earnings = [Earning(tenant_id, user_id, badge_id, UUID(event["id"]), 7, 0) for event in (first, second)]
        await earn(tx, earnings, now)
        held = (await read_held(tx, {(tenant_id, user_id)}))[user_id]
        back = Earning(tenant_id, user_id, badge_id, UUID(second["id"]), change=-1)
        await earn(tx, [back], now)
        held += (await read_held(tx, {(tenant_id, user_id)}))[user_id]
        return [(one.count, one.badge_id) for one in held]

    assert await db.run(books) == [(2, badge_id), (1, badge_id)]

    async def again(tx: Tx) -> None:
        now = await tx.fetchval("select clock_timestamp()")
        await earn(tx, [Earning(tenant_id, user_id, badge_id, UUID(first["id"]), 7, 0)], now)

    with pytest.raises(asyncpg.UniqueViolationError):
        await db.run(again)
