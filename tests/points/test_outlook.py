"""What a member sees of points to come and points to go."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from punchcard.db.connection import Db
from tests.points.books import let_pass, require_right
from tests.points.test_policies import A_YEAR, policy
from tests.shop import Shop, fixed


def wallet(shop: Shop, user: Any, **options: Any) -> Any:
    """Return a user's wallet."""
    return shop.done("GET", f"/v1/users/{user['id']}/wallet", **options)


def predictions(shop: Shop, user: Any, **options: Any) -> Any:
    """Return what a user's wallet comes to."""
    return shop.done("GET", f"/v1/users/{user['id']}/wallet/predictions", **options)


@pytest.fixture
def member(shop: Shop) -> Any:
    """Return a member who has 10 points for ever, 20 for 30 days, and 30 that are usable in 14 days."""
    user = shop.cafe()
    shop.reactor(reactions=[{"type": "POINTS", "points": fixed(20), "expiresAfter": "P30D"}])
    shop.reactor(reactions=[{"type": "POINTS", "points": fixed(30), "usableAfter": "P14D"}])
    assert shop.report(user, 10).json()["data"]["points"] == 30
    return user


def test_a_wallet_says_what_is_pending_and_what_runs_out(shop: Shop, member: Any) -> None:
    """Pending points are outside the balance, with their date; what runs out is told by the month."""
    seen = wallet(shop, member)

    soon, later = (datetime.now(UTC) + timedelta(days=days) for days in (14, 30))
    assert (seen["balance"], seen["pending"], seen["earned"], seen["spent"], seen["expired"]) == (30, 30, 60, 0, 0)
    (pending,) = seen["pendingLots"]
    assert (pending["points"], pending["entry"], pending["usableAt"][:10]) == (30, 3, soon.date().isoformat())
    assert seen["expiring"] == [{"month": f"{later.year:04}-{later.month:02}", "points": 20}]
    assert [entry.get("pending", False) for entry in seen["entries"]] == [True, False, False]


async def test_a_wallet_is_shown_as_time_has_made_it(shop: Shop, db: Db, member: Any) -> None:
    """Before anything is recorded, points that have run out are gone, and those that were pending are there."""
    await let_pass(db, shop.tenant.tenant_id, 31)

    before = wallet(shop, member)
    shop.report(member, 0)
    after = wallet(shop, member)

    names = ("balance", "pending", "expired", "expiring", "pendingLots")
    assert {name: before[name] for name in names} == {
        "balance": 40, "pending": 0, "expired": 20, "expiring": [], "pendingLots": [],
    }  # fmt: skip
    assert (after["balance"], after["expired"]) == (60, 20)
    assert [entry["account"] for entry in after["entries"][2:4]] == ["BREAKAGE", "PENDING"]
    await require_right(db, shop.tenant.tenant_id)


def test_predictions_name_the_next_of_each(shop: Shop, member: Any) -> None:
    """The member sees them too; somebody else's are nobody's business."""
    seen = predictions(shop, member, bearer=shop.user_token(member))

    soon, later = (datetime.now(UTC) + timedelta(days=days) for days in (14, 30))
    assert (seen["nextActivation"]["points"], seen["nextActivation"]["at"][:10]) == (30, soon.date().isoformat())
    assert (seen["nextExpiry"]["points"], seen["nextExpiry"]["at"][:10]) == (20, later.date().isoformat())
    assert seen["lapse"] is None
    path = f"/v1/users/{shop.user()['id']}/wallet/predictions"
    assert shop.call("GET", path, bearer=shop.user_token(member)).status_code in (403, 404)


def test_lots_are_listed_as_they_are_spent(shop: Shop, member: Any) -> None:
    """What runs out first stands first, what waits last; points for ever lie outside; the member sees it too."""
    path = f"/v1/users/{member['id']}/wallet/lots"
    taken = {"actorId": member["id"], "points": -5, "comment": "A spilled coffee"}
    shop.done("POST", "/v1/commands/adjust_points", taken)
    seen = shop.done("GET", path, bearer=shop.user_token(member))

    soon, later = (datetime.now(UTC) + timedelta(days=days) for days in (14, 30))
    assert (seen["count"], seen["openEnded"]) == (2, 10)
    first, waiting = seen["lots"]
    assert (first["points"], first["remaining"], first["isPending"], first["usableAt"]) == (20, 15, False, None)
    assert (first["expiresAt"][:10], waiting["expiresAt"]) == (later.date().isoformat(), None)
    assert (waiting["remaining"], waiting["isPending"]) == (30, True)
    assert waiting["usableAt"][:10] == soon.date().isoformat()
    assert shop.done("GET", f"/v1/events/{first['eventId']}")["points"] == 30
    other = f"/v1/users/{shop.user()['id']}/wallet/lots"
    assert shop.call("GET", other, bearer=shop.user_token(member)).status_code in (403, 404)
    nothing = {"userId": other.split("/")[3], "count": 0, "openEnded": 0, "lots": [], "nextAfter": None}
    assert shop.done("GET", other) == nothing
    one = shop.done("GET", f"{path}?limit=1")
    rest = shop.done("GET", f"{path}?limit=1&after={one['nextAfter']}")
    assert [page["lots"] for page in (one, rest)] == [[first], [waiting]]
    assert (seen["nextAfter"], rest["nextAfter"], rest["count"]) == (None, None, 2)
    for broken in ("nothing", one["nextAfter"][:-9], "WzFd"):
        assert shop.call("GET", f"{path}?after={broken}").status_code == 422


def test_nothing_is_predicted_of_points_for_ever(shop: Shop) -> None:
    """Without terms there is nothing to come."""
    user = shop.cafe()
    shop.report(user, 5)
    assert predictions(shop, user) == {"nextExpiry": None, "nextActivation": None, "lapse": None}


def test_a_lapse_is_predicted_from_the_last_event(shop: Shop) -> None:
    """All points, open-ended ones too."""
    policy(shop, {"after": "P60D", "onInactivity": True})
    user = shop.cafe()
    shop.report(user, 5)
    lapse = predictions(shop, user)["lapse"]
    expected = datetime.now(UTC) + timedelta(days=60)
    assert (lapse["points"], lapse["at"][:10]) == (5, expected.date().isoformat())


def test_what_ends_with_a_year_belongs_to_its_december(shop: Shop) -> None:
    """The end of a period is not within the next one."""
    policy(shop, A_YEAR)
    user = shop.cafe()
    shop.report(user, 5)
    assert wallet(shop, user)["expiring"] == [{"month": f"{datetime.now(UTC).year + 1}-12", "points": 5}]


async def test_an_idle_wallet_is_shown_empty(shop: Shop, db: Db) -> None:
    """Once its time has come, nothing is left in it."""
    policy(shop, {"after": "P60D", "onInactivity": True})
    user = shop.cafe()
    shop.report(user, 5)
    await let_pass(db, shop.tenant.tenant_id, 61)
    seen = wallet(shop, user)
    assert (seen["balance"], seen["expired"]) == (0, 5)


async def test_a_wallet_of_the_past_has_what_was_pending_then(shop: Shop, db: Db, member: Any) -> None:
    """Entries alone tell it."""
    before = datetime.now(UTC).isoformat()
    await let_pass(db, shop.tenant.tenant_id, 15)
    shop.report(member, 1)

    path = f"/v1/users/{member['id']}/wallet?at={before.replace('+', '%2B')}"
    seen, now = shop.done("GET", path), wallet(shop, member)

    assert (seen["balance"], seen["pending"], now["balance"], now["pending"]) == (30, 30, 81, 30)
