"""Wallets over time: sums and balances by the calendar, within bounds, and for those alone who may see them."""

from datetime import datetime
from typing import Any

from tests.points.test_wallet_at import history
from tests.shop import Shop


def over_time(shop: Shop, user: Any, query: str = "", **options: Any) -> Any:
    """Return a wallet over time."""
    return shop.done("GET", f"/v1/users/{user['id']}/wallet/history{query}", **options)


def test_days_weeks_and_years(shop: Shop) -> None:
    """Intervals follow each other to the one that is now, and the last one has what was recorded in it."""
    user = history(shop)
    for interval, key in (("HOUR", 22), ("DAY", 10), ("WEEK", 8), ("MONTH", 7), ("YEAR", 4)):
        shown = over_time(shop, user, f"?interval={interval}")
        assert (shown["opening"], len(shown["intervals"]), shown["interval"]) == (0, 30, interval)
        sums = [(one["balance"], one["earned"], one["spent"], one["expired"]) for one in shown["intervals"]]
        # The month or year of a test that runs over midnight may be the one before the last.
        assert [one for one in sums if one != (0, 0, 0, 0)][-1][0] == 7
        assert [sum(column) for column in zip(*sums, strict=True)][1:] == [11, 4, 0]
        assert len(shown["intervals"][-1]["key"]) == key
        for one, other in zip(shown["intervals"], shown["intervals"][1:], strict=False):
            assert one["end"] == other["start"]
    # An end user sees the own one, and nobody else's.
    assert over_time(shop, user, bearer=shop.user_token(user))["intervals"][-1]["balance"] == 7
    other = shop.call("GET", f"/v1/users/{user['id']}/wallet/history", bearer=shop.user_token(shop.user()))
    assert other.status_code in (403, 404)


def test_before_and_after(shop: Shop) -> None:
    """What came before the first interval is its opening, what came after the last one is not in it."""
    user = history(shop)
    now = datetime.fromisoformat(over_time(shop, user)["intervals"][-1]["start"]).date()
    year = now.year + 1
    later = over_time(shop, user, f"?recordedFrom={year}-01-01T00:00:00Z&recordedTo={year}-01-09T12:00:00Z")
    assert (later["opening"], len(later["intervals"])) == (7, 9)
    assert {(one["balance"], one["earned"]) for one in later["intervals"]} == {(7, 0)}
    earlier = over_time(shop, user, "?recordedFrom=2020-02-28T00:00:00Z&recordedTo=2020-03-01T00:00:00Z")
    assert [one["key"] for one in earlier["intervals"]] == ["2020-02-28", "2020-02-29", "2020-03-01"]
    assert {one["balance"] for one in earlier["intervals"]} == {0}


def test_bounds(shop: Shop) -> None:
    """More than 400 intervals, an end before the beginning, and times that no calendar holds are refused in place."""
    user = shop.user()
    path = f"/v1/users/{user['id']}/wallet/history"
    for query, pointer in {
        "?recordedFrom=2020-01-01T00:00:00Z": "/recordedFrom",
        "?recordedFrom=2020-01-02T00:00:00Z&recordedTo=2020-01-01T00:00:00Z": "/recordedFrom",
        "?interval=YEAR&recordedTo=0001-01-01T00:00:00Z": "/recordedTo",
        "?interval=CENTURY": "/interval",
    }.items():
        answer = shop.call("GET", path + query)
        assert answer.status_code == 422, (query, answer.text)
        assert answer.json()["errors"][0]["pointer"] == pointer
    years = over_time(shop, user, "?interval=YEAR&recordedFrom=1900-01-01T00:00:00Z")
    assert years["intervals"][0]["key"] == "1900"
    assert shop.call("GET", path.replace(user["id"], "0192f0c1-2345-7000-8000-000000000000")).status_code == 404
