"""Wallets as they stood: at every past instant, page by page, and for those alone who may see them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from punchcard.db.connection import Db
from tests.shop import Shop, fixed


async def recorded(db: Db, shop: Shop) -> list[datetime]:
    """Return when the tenant's entries were recorded, to the microsecond, in the order of their numbers."""
    rows = await db.fetch(
        "select recorded_at from ledger_entries where tenant_id = $1 order by number", shop.tenant.tenant_id
    )
    return [row["recorded_at"] for row in rows]


def stood(shop: Shop, user: Any, at: datetime, more: str = "") -> Any:
    """Return a wallet as it stood at an instant."""
    return shop.done("GET", f"/v1/users/{user['id']}/wallet?at={at.isoformat().replace('+', '%2B')}{more}")


def history(shop: Shop) -> Any:
    """Let a member earn 1, 2 and 3 points, give 4 back, and earn 5."""
    shop.event_type(schema=None)
    for points in (1, 2, 3, -4, 5):
        shop.reactor(fixed(points), constraint={"properties": {"points": {"const": points}}, "required": ["points"]})
    user = shop.user()
    for points in (1, 2, 3, -4, 5):
        assert shop.report(user, payload={"points": points}).json()["data"]["points"] == points
    return user


async def test_a_wallet_as_it_stood(shop: Shop, db: Db) -> None:
    """An instant shows what was recorded before it: sums, and the entries up to it."""
    user = history(shop)
    instants = await recorded(db, shop)
    expected = [(0, 0, 0), (1, 1, 0), (3, 3, 0), (6, 6, 0), (2, 6, 4)]
    for number, at in enumerate(instants):
        shown = stood(shop, user, at)
        assert (shown["balance"], shown["earned"], shown["spent"]) == expected[number]
        assert [entry["number"] for entry in shown["entries"]] == list(range(number, 0, -1))
        assert stood(shop, user, at + timedelta(microseconds=1))["entries"][0]["number"] == number + 1
    now, later = shop.done("GET", f"/v1/users/{user['id']}/wallet"), datetime.now(UTC) + timedelta(seconds=30)
    shown = stood(shop, user, later)
    told = {name: value for name, value in now.items() if name not in {"pendingLots", "expiring"}}
    assert {name: value for name, value in shown.items() if name != "at"} == told
    assert (now["balance"], shown["at"][:10]) == (7, later.isoformat()[:10])


async def test_pages_of_the_past(shop: Shop, db: Db) -> None:
    """Pages go from the newest entry before the instant to the first; what came later is in none, whatever is asked."""
    user = history(shop)
    at = (await recorded(db, shop))[4]
    first = stood(shop, user, at, "&limit=3")
    assert [entry["number"] for entry in first["entries"]] == [4, 3, 2]
    second = stood(shop, user, at, f"&limit=3&before={first['nextBefore']}")
    assert [entry["number"] for entry in second["entries"]] == [1]
    assert "nextBefore" not in second
    assert stood(shop, user, at, "&limit=3&before=100")["entries"] == first["entries"]


def test_before_there_was_anything(shop: Shop) -> None:
    """A wallet from before its first entry is empty."""
    user = shop.cafe()
    shop.report(user, 10)
    shown = stood(shop, user, datetime(2020, 1, 1, tzinfo=UTC))
    assert (shown["balance"], shown["earned"], shown["entries"]) == (0, 0, [])
    assert shown["at"] == "2020-01-01T00:00:00.000Z"


@pytest.mark.parametrize("at", ["yesterday", "2026-02-30T00:00:00Z", "", "1", "2026-01-01", "2130-01-01T00:00:00Z"])
def test_what_is_no_instant(shop: Shop, at: str) -> None:
    """What cannot be read as an instant, or has not come yet, is a fault of that parameter."""
    answer = shop.call("GET", f"/v1/users/{shop.user()['id']}/wallet?at={at}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/at")


async def test_of_whom(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """A member sees the own past; another's, and another tenant's, is not there."""
    ada, bob = shop.user("ada"), shop.user("bob")
    query = "wallet?at=2026-01-01T00:00:00Z"
    assert shop.done("GET", f"/v1/users/{ada['id']}/{query}", bearer=shop.user_token(ada))["balance"] == 0
    assert shop.call("GET", f"/v1/users/{ada['id']}/{query}", bearer=shop.user_token(bob)).status_code == 404
    assert (await open_shop()).call("GET", f"/v1/users/{ada['id']}/{query}").status_code == 404
