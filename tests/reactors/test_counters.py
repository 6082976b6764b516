"""Counters over the API: what rules see of them, when they count, and what cannot be."""

from typing import Any

import pytest

from tests.shop import Shop, fixed


def counter(shop: Shop, name: str = "purchases", **fields: Any) -> Any:
    """Create a counter of coffee purchases."""
    return shop.done("POST", "/v1/counters/", {"name": name, "eventType": "PURCHASED_COFFEE", **fields})


def bought(shop: Shop, user: Any, *times: str, **payload: Any) -> list[int]:
    """Report purchases at these times; return the points of each."""
    return [
        shop.report(user, 10, occurredAt=at, payload={"total": 10, "receipt": f"{at} {place}", **payload}).json()[
            "data"
        ]["points"]
        for place, at in enumerate(times)
    ]


def test_the_third_purchase_this_month(shop: Shop) -> None:
    """`count` holds the event itself, so the third is 3; each month has its own, for late events too."""
    shop.event_type()
    counter(shop, per="MONTH")
    shop.reactor(fixed(100), constraint="counters.purchases.count == 3")
    march = [f"2026-03-0{day}T12:00:00Z" for day in range(1, 6)]
    user = shop.user()
    assert bought(shop, user, *march[:2], "2026-04-01T12:00:00Z", *march[2:4]) == [0, 0, 0, 100, 0]
    assert bought(shop, user, "2026-04-02T12:00:00Z", "2026-04-03T12:00:00Z") == [0, 100]


def test_what_rules_see_is_kept_and_told(shop: Shop) -> None:
    """Values are pinned as they were, so the reason stays true; points may be worked out of them."""
    shop.event_type()
    counter(shop, "spent", what="SUM", value="payload.total", per="YEAR")
    worth = {"operation": "SUM", "arguments": [{"type": "EXPRESSION", "value": "counters.spent.before.sum / 10"}]}
    shop.reactor(
        worth, name="rich", constraint={"all": [{"fact": "counters.spent.sum", "operator": ">=", "value": 20}]}
    )
    user = shop.user()
    assert bought(shop, user, *(f"2026-03-0{day}T12:00:00Z" for day in (1, 2, 3))) == [0, 1, 2]
    first, *_, last = shop.done("GET", "/v1/events/?order=ASC&filter=type:PURCHASED_COFFEE")
    assert last["context"] == {"facts": {"counters": {"spent": {"sum": 30, "before": {"sum": 20}}}}}
    told = shop.done("GET", f"/v1/events/{first['id']}/explain")["reactors"][0]["text"]
    assert told == "The constraint does not hold: counters.spent.sum >= 20 is false: counters.spent.sum is 10."


def test_first_since_90_days_and_streaks(shop: Shop) -> None:
    """Days since the last one are missing before the first; a streak goes on day by day."""
    shop.event_type()
    counter(shop, "visits", what="STREAK", per="DAY")
    shop.reactor(fixed(50), constraint="counters.visits.daysSinceLast >= 90")
    shop.reactor(fixed(3), constraint="counters.visits.streak == 3 && counters.visits.before.streak == 2")
    days = ("2026-01-01", "2026-01-02", "2026-01-03", "2026-04-03", "2026-04-03", "2026-07-01")
    user = shop.user()
    assert bought(shop, user, *(f"{day}T12:00:00Z" for day in days)) == [0, 0, 3, 50, 0, 0]
    assert bought(shop, user, "2026-04-02T12:00:00Z") == [0]


def test_other_events_and_one_batch(shop: Shop) -> None:
    """A rule may look at a counter of another type; of several events in one batch each sees those before it."""
    shop.event_type()
    shop.event_type("VISITED_SHOP", schema=None)
    counter(shop, "visits", eventType="VISITED_SHOP", constraint="event.channel == 'admin' && payload.long == true")
    shop.reactor(
        {"operation": "SUM", "arguments": [{"type": "EXPRESSION", "value": "counters.visits.count"}]},
        constraint="!counters.visits.counts",
    )
    user = shop.user()
    visit = {"type": "VISITED_SHOP", "subject": user["id"]}
    batch = [
        {**visit, "payload": {"long": True, "n": 1}},
        {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}},
        {**visit, "payload": {"long": False, "n": 2}},
        {**visit, "payload": {"long": True, "n": 3}},
        {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 2}},
    ]
    answers = shop.done("POST", "/v1/events/batch", batch)
    assert [one["event"]["points"] for one in answers] == [0, 1, 0, 0, 2]
    standing = shop.done("GET", f"/v1/users/{user['id']}/counters")
    assert standing == [
        {"name": "visits", "what": "COUNT", "per": "EVER", "isReady": True, "count": 2, "daysSinceLast": 0}
    ]


def test_preview_moves_nothing_and_says_what_comes(shop: Shop) -> None:
    """A preview sees what the report will see, and counts nothing."""
    shop.event_type()
    counter(shop, takesPast=True)
    shop.reactor(fixed(5), name="second", constraint="counters.purchases.count == 2")
    user = shop.user()
    for total in (1, 2, 3):
        body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}}
        ready(shop)
        previews = [shop.done("POST", "/v1/events/test_reaction", body) for _ in range(2)]
        event = shop.report(user, total).json()["data"]
        reactions = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
        assert [preview["points"] for preview in previews] == [event["points"]] * 2
        assert previews[0]["verdicts"] == reactions


def ready(shop: Shop) -> None:
    """Wait until all counters are ready."""
    while not all(one["isReady"] for one in shop.done("GET", "/v1/counters/")):
        pass


def test_the_past_counts_where_it_is_taken(shop: Shop) -> None:
    """One counter begins when it is created, the other with the first event; each period has its own."""
    shop.event_type()
    user, other = shop.user(), shop.user()
    bought(shop, user, "2026-02-27T12:00:00Z", "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z")
    counter(shop, "later", per="MONTH")
    counter(shop, "all_of_it", per="MONTH", takesPast=True)
    ready(shop)
    count = {"type": "EXPRESSION", "value": "10 * counters.all_of_it.count + counters.later.count"}
    shop.reactor({"operation": "SUM", "arguments": [count]})
    assert bought(shop, user, "2026-03-03T12:00:00Z", "2026-02-28T12:00:00Z") == [31, 21]
    assert bought(shop, other, "2026-03-03T12:00:00Z", "2026-03-03T13:00:00Z") == [11, 22]


REFUSED: dict[str, tuple[Any, str, str]] = {
    "unknown": ("payload.total > 1 && counters.visit.count > 2", "/constraint", "column 31: There is no counter"),
    "not-of-a-count": ("counters.purchases.sum > 2", "/constraint", "has no sum; it has count"),
    "in-has": ("has(counters.visits)", "/constraint", "There is no counter visits"),
    "by-a-fact": ("counters[payload.name].count > 1", "/constraint", "Name one of the counters"),
    "in-rows": (
        {"all": [{"fact": "payload.total", "operator": ">", "value": 1},
                 {"any": [{"fact": "counters.visits.count", "operator": "==", "value": 1}]}]},
        "/constraint/all/1/any/0/fact", "There is no counter visits",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_rules_name_counters_that_are_there(shop: Shop, name: str) -> None:
    """Each other one is refused with its place, when it is saved and when it is checked."""
    shop.event_type()
    counter(shop)
    constraint, pointer, detail = REFUSED[name]
    body = {"name": "a rule", "eventType": "PURCHASED_COFFEE", "constraint": constraint}
    refused = shop.call("POST", "/v1/event_reactors/", body)
    assert refused.status_code == 422, refused.text
    (fault,) = refused.json()["errors"]
    assert fault["pointer"] == pointer
    assert detail in fault["detail"]
    check = shop.done("POST", "/v1/event_reactors/check", {"constraint": constraint})
    assert check["isValid"] is False
    assert (check["fault"].get("column") is not None) == isinstance(constraint, str)
    tried = shop.call("POST", "/v1/event_reactors/backtest", {"reactor": body, "from": "2026-01-01"})
    assert tried.json()["errors"][0]["pointer"] == f"/reactor{pointer}"


def test_points_name_counters_that_are_there(shop: Shop) -> None:
    """An argument that names none is refused where it stands."""
    shop.event_type()
    nested = {"operation": "SUM", "arguments": [{"type": "EXPRESSION", "value": "counters.nothing.count"}]}
    points = {"operation": "PRODUCT", "arguments": [{"type": "NUMBER", "value": "2"}, nested]}
    body = {"name": "a rule", "eventType": "PURCHASED_COFFEE", "reactions": [{"type": "POINTS", "points": points}]}
    refused = shop.call("POST", "/v1/event_reactors/", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/reactions/0/points/arguments/1/arguments/0/value"
    waiting = {"type": "POINTS", "points": fixed(1), "awaits": "counters.nothing.counts ? 'a' : 'b'"}
    refused = shop.call("POST", "/v1/event_reactors/", body | {"reactions": [waiting]})
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/reactions/0/awaits"]


def test_what_rules_name_stays(shop: Shop) -> None:
    """While a reactor names a counter it is neither changed nor deleted; then a change counts anew."""
    shop.event_type()
    made = counter(shop)
    path = f"/v1/counters/{made['id']}"
    reactor = shop.reactor(fixed(1), constraint="counters.purchases.count >= 1", state="DRAFT")
    for method, body in (("PATCH", {"per": "MONTH"}), ("DELETE", None)):
        refused = shop.call(method, path, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        assert "A reactor of a test" in refused.json()["detail"]
    assert shop.done("PATCH", path, {"description": "Purchases"})["version"] == 1
    user = shop.user()
    shop.report(user, 1)
    shop.done("DELETE", f"/v1/event_reactors/{reactor['id']}")
    changed = shop.done("PATCH", path, {"constraint": "payload.total > 1"}, headers={"If-Match": '"1"'})
    assert (changed["version"], changed["description"]) == (2, "Purchases")
    assert shop.call("PATCH", path, {"per": "DAY"}, headers={"If-Match": '"1"'}).status_code == 412
    shop.report(user, 2)
    assert shop.done("GET", f"/v1/users/{user['id']}/counters")[0]["count"] == 1
    shop.done("DELETE", path)
    assert shop.call("POST", f"/v1/event_reactors/{reactor['id']}/resume").status_code == 422
    assert shop.done("GET", f"/v1/users/{user['id']}/counters") == []
    assert counter(shop)["id"] != made["id"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": "Purchases"}, "/name"),
        ({"name": "in"}, "/name"),
        ({"eventType": "NO_SUCH_TYPE"}, "/eventType"),
        ({"what": "SUM"}, ""),
        ({"value": "payload.total"}, ""),
        ({"what": "STREAK", "per": "HOUR"}, ""),
        ({"what": "STREAK"}, ""),
        ({"what": "SUM", "value": "payload.total > 1"}, "/value"),
        ({"constraint": "wallet.balance > 1"}, "/constraint"),
        ({"constraint": "user.accountAgeDays > 1"}, "/constraint"),
        ({"constraint": "counters.purchases.count > 1"}, "/constraint"),
        ({"per": "FORTNIGHT"}, "/per"),
    ],
)
def test_counters_that_cannot_be(shop: Shop, fields: dict[str, Any], pointer: str) -> None:
    """Each is refused with its place."""
    shop.event_type()
    body = {"name": "purchases", "eventType": "PURCHASED_COFFEE", **fields}
    refused = shop.call("POST", "/v1/counters/", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text


def test_a_name_is_taken_once(shop: Shop) -> None:
    """Two counters of one name would be one to a rule."""
    shop.event_type()
    counter(shop)
    refused = shop.call("POST", "/v1/counters/", {"name": "purchases", "eventType": "PURCHASED_COFFEE"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/name")
