"""Rewards that reactions give, to many at once: exactly what the stock holds, through both processes."""

from collections import Counter

from tests.oracle.crowd import event, purchase
from tests.shop import fixed

from .conftest import CROWD, Town, reward

ROUNDS = 6


def give(reward_id: str) -> dict[str, str]:
    """Return a reaction that gives a reward."""
    return {"type": "REWARD", "reward": reward_id}


async def test_exactly_what_the_stock_holds_is_given(town: Town) -> None:
    """Of 32 events of 16 users at once, as many get a voucher as there is stock; all are recorded, nobody deadlocks."""
    shop = town.shop
    shop.event_type()
    users = [shop.user() for _ in range(16)]
    before = await town.deadlocks()
    for number in range(ROUNDS):
        last = reward(shop, 10, number)
        reactor = shop.reactor(name=f"Round {number}", reactions=[give(last)])
        answers = await town.crowd.at_once([event(town.purchase(users[place % 16])) for place in range(CROWD)])
        shop.done("DELETE", f"/v1/event_reactors/{reactor['id']}")
        assert Counter(answer.status for answer in answers) == {200: CROWD}
        assert shop.done("GET", f"/v1/rewards/{last}")["stockConsumed"] == number
        assert len(shop.done("GET", f"/v1/vouchers/?filter=reward:{last}")) == number
    assert await town.deadlocks() == before
    given = shop.done("GET", "/v1/events/?limit=1000&filter=type:VOUCHER_GIVEN")
    assert len(given) == sum(range(ROUNDS))


async def test_given_bought_and_followed_at_once(town: Town) -> None:
    """Purchases and gifts of one reward, with limits over all members on what follows: no deadlock, stock exact."""
    shop = town.shop
    users = [shop.cafe(), *(shop.user() for _ in range(7))]
    coffee = reward(shop, 1, 40)
    badge = shop.done("POST", "/v1/badges/", {"internalName": "Regular"})
    shop.reactor(name="Gift", reactions=[give(coffee), {"type": "BADGE", "badge": badge["id"]}], maxActivations=5)
    shared = {"maxActivations": 7, "activationContext": "TENANT"}
    shop.reactor(None, "VOUCHER_GIVEN", name="Again", reactions=[give(coffee)], **shared)
    shop.reactor(fixed(1), "BADGE_EARNED", name="On badges", limits=[{"points": 9, "context": "TENANT"}])
    shop.reactor(fixed(1), "PURCHASED_REWARD", name="On purchases", **shared)
    before = await town.deadlocks()
    calls = []
    for number in range(160):
        user = users[number % 8]
        calls.append(event(town.purchase(user, 2)))
        calls.append(purchase({"rewardId": coffee, "beneficiaryId": users[-number % 8]["id"]}))

    answers = await town.crowd.work_off(calls)

    assert {answer.status for answer in answers} <= {200, 409}
    assert await town.deadlocks() == before
    assert shop.done("GET", f"/v1/rewards/{coffee}")["stockConsumed"] == 40
    origins = Counter(one["origin"] for one in shop.done("GET", "/v1/vouchers/?limit=1000"))
    assert sum(origins.values()) == 40
    earned = shop.done("GET", "/v1/events/?limit=1000&filter=type:BADGE_EARNED")
    assert sum(one["points"] for one in earned) == min(9, len(earned))
