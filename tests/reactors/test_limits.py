"""Limits in stretches of time and groups, over the API and under races."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.shop import ONE_PER_UNIT, Shop, fixed


def codes(shop: Shop, answer: Any) -> dict[str, tuple[str, str]]:
    """Return each reactor's code and reason on a reported event."""
    told = shop.done("GET", f"/v1/events/{answer.json()['data']['id']}/reactions")["verdicts"]
    return {verdict["reactorName"]: (verdict["code"], verdict["reason"]) for verdict in told}


def test_at_most_500_a_day(shop: Shop) -> None:
    """A day's budget gives what is left of it, then nothing; the day before has its own."""
    shop.event_type()
    shop.reactor(ONE_PER_UNIT, limits=[{"points": 500, "per": "DAY"}])
    user = shop.user()
    today, before = "2026-03-02T12:00:00Z", "2026-03-01T12:00:00Z"
    given = [shop.report(user, total, occurredAt=today).json()["data"]["points"] for total in (420, 120)]
    third = shop.report(user, 10, occurredAt=today)
    assert given == [420, 80]
    assert codes(shop, third)["A reactor of a test"] == (
        "LIMIT_REACHED",
        "It had already given 500 of at most 500 points on that day.",
    )
    assert shop.report(user, 30, occurredAt=before).json()["data"]["points"] == 30
    assert shop.balance(user) == 530


@pytest.mark.parametrize("limit", [{"activations": 1, "per": "PT2H"}, {"coolDown": "PT2H"}], ids=["window", "said so"])
def test_a_cool_down(shop: Shop, limit: Any) -> None:
    """Once in a stretch of time, counted between the times at which events happened."""
    shop.event_type()
    shop.reactor(fixed(5), limits=[limit])
    user = shop.user()
    times = ("10:00", "11:59", "12:00", "08:30", "08:00")
    points = [
        shop.report(user, place, occurredAt=f"2026-03-01T{time}:00Z").json()["data"]["points"]
        for place, time in enumerate(times)
    ]
    assert points == [5, 0, 5, 0, 5]


def test_a_shared_cool_down_is_exact_under_a_race(shop: Shop) -> None:
    """Of twenty members at once one gets the points, and once more when the time is over."""
    shop.event_type()
    shop.reactor(fixed(3), limits=[{"coolDown": "P1D", "context": "TENANT"}])
    users = [shop.user() for _ in range(20)]
    for at in ("2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"):
        with ThreadPoolExecutor(16) as pool:
            answers = list(
                pool.map(lambda user, at=at: shop.report(user, 1, occurredAt=at, payload={"total": 1, "at": at}), users)
            )
        assert sum(answer.json()["data"]["points"] for answer in answers) == 3


@pytest.mark.parametrize("kind", ["activations", "points"])
def test_a_shared_limit_is_exact_under_a_race(shop: Shop, kind: str) -> None:
    """Forty members at once: a limit over everybody is used up to its last unit, and not passed."""
    shop.event_type()
    shop.reactor(fixed(3), limits=[{kind: 10, "per": "YEAR", "context": "TENANT"}])
    users = [shop.user() for _ in range(40)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda user: shop.report(user, 1), users))
    points = [answer.json()["data"]["points"] for answer in answers]
    assert sum(points) == (30 if kind == "activations" else 10)
    assert sum(shop.balance(user) for user in users) == sum(points)


def test_an_edit_may_count_anew(shop: Shop) -> None:
    """Counts go on through edits, unless they are told to start anew."""
    shop.event_type()
    reactor = shop.reactor(fixed(1), limits=[{"activations": 1}], maxActivations=2)
    path = f"/v1/event_reactors/{reactor['id']}"
    user = shop.user()
    first, second = shop.report(user, 1), shop.report(user, 2)
    shop.done("PATCH", path, {"limits": [{"activations": 2}]})
    third, fourth = shop.report(user, 3), shop.report(user, 4)
    shop.done("PATCH", path, {"keepCounts": False})
    fifth = shop.report(user, 5)
    points = [answer.json()["data"]["points"] for answer in (first, second, third, fourth, fifth)]
    assert points == [1, 0, 1, 0, 1]


def test_groups_and_priority(shop: Shop) -> None:
    """Of a group the one of highest priority fires, the others say which did; one mode a group."""
    shop.event_type()
    group = {"name": "weekend", "mode": "FIRST_MATCH"}
    shop.reactor(fixed(5), name="single", group=group)
    double = shop.reactor(fixed(10), name="double", group=group, priority=7)
    user = shop.user()
    answer = shop.report(user, 1)
    assert answer.json()["data"]["points"] == 10
    told = codes(shop, answer)
    assert (told["double"][0], told["single"][0]) == ("FIRED", "SUPPRESSED")
    other = {"name": "other", "eventType": "PURCHASED_COFFEE", "group": {"name": "weekend", "mode": "BEST"}}
    refused = shop.call("POST", "/v1/event_reactors/", other)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/group/mode")
    assert double["group"] == group


@pytest.mark.parametrize(
    ("limit", "pointer"),
    [
        ({}, "/limits/0"),
        ({"activations": 1, "points": 1}, "/limits/0"),
        ({"activations": 0}, "/limits/0/activations"),
        ({"points": 5, "per": "P1D"}, "/limits/0"),
        ({"activations": 1, "per": "FORTNIGHT"}, "/limits/0/per"),
        ({"activations": 1, "per": "PT0S"}, "/limits/0/per"),
        ({"activations": 5_000, "per": "P1D"}, "/limits/0"),
        ({"coolDown": "PT1H", "activations": 1}, "/limits/0"),
        ({"coolDown": "DAY"}, "/limits/0/coolDown"),
    ],
    ids=[
        "nothing",
        "both",
        "zero",
        "rolling-points",
        "no-period",
        "no-length",
        "too-many",
        "two-in-one",
        "no-cool-down",
    ],
)
def test_limits_that_cannot_be(shop: Shop, limit: dict[str, Any], pointer: str) -> None:
    """Each is refused with its place."""
    shop.event_type()
    body = {"name": "limited", "eventType": "PURCHASED_COFFEE", "limits": [limit]}
    refused = shop.call("POST", "/v1/event_reactors/", body)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"] == pointer
