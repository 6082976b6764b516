"""Counters under races: every event is counted once, whoever reports it, and whenever the counter is created."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.events.past import ended
from tests.oracle.crowd import event
from tests.shop import Shop

from .conftest import CROWD, Town

ROUNDS = 12

COUNT = {"operation": "SUM", "arguments": [{"type": "EXPRESSION", "value": "counters.purchases.count"}]}
DEFINITION = {"name": "purchases", "eventType": "PURCHASED_COFFEE"}


def standing(shop: Shop, users: Sequence[Any]) -> list[Any]:
    """Return how the counter stands for each of them."""
    found = [shop.done("GET", f"/v1/users/{user['id']}/counters")[0] for user in users]
    return [one.get("count") for one in found]


async def test_each_event_sees_its_own_number(town: Town) -> None:
    """Of 32 purchases of one member at once through two processes each sees another number, from 1 to 32."""
    shop = town.shop
    shop.event_type()
    shop.done("POST", "/v1/counters/", DEFINITION)
    shop.reactor(COUNT)
    user = shop.user()
    answers = await town.crowd.at_once([event(town.purchase(user)) for _ in range(CROWD)])
    assert sorted(answer.data["points"] for answer in answers) == list(range(1, CROWD + 1))
    assert standing(shop, [user]) == [CROWD]


async def test_one_that_takes_the_past_misses_nothing(town: Town) -> None:
    """Created while a crowd reports through two processes, a counter of the past ends with every event counted once."""
    shop = town.shop
    shop.event_type()
    users = [shop.user() for _ in range(6)]
    creating = None
    for turn in range(ROUNDS):
        if turn == 1:
            body = DEFINITION | {"takesPast": True}
            creating = asyncio.create_task(asyncio.to_thread(shop.done, "POST", "/v1/counters/", body))
        answers = await town.crowd.at_once([event(town.purchase(users[number % 6])) for number in range(24)])
        assert {answer.status for answer in answers} == {200}
    assert creating is not None
    await creating
    (job,) = shop.done("GET", "/v1/jobs/?filter=kind:count_past")
    assert ended(shop, job["id"])["result"] == {"members": 6}
    assert standing(shop, users) == [4 * ROUNDS] * 6
    shop.reactor(COUNT)
    assert [shop.report(user, 7).json()["data"]["points"] for user in users] == [4 * ROUNDS + 1] * 6
