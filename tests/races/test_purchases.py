"""Many buyers at once: never more than the balance affords or the stock holds."""

from collections import Counter

import pytest

from tests.oracle.crowd import event, purchase
from tests.sizes import SIZES, rounds

from .conftest import CROWD, Town, reward

PRICE = 10
ENOUGH = 10 * PRICE * SIZES["R07 stock races"].on_release


@pytest.mark.figure(name="R06")
async def test_exactly_what_the_balance_affords(town: Town) -> None:
    """R06, T40, F27: of 32 purchases at once, exactly the k that are affordable succeed, k from 0 to 5, 60 times."""
    user, coffee = town.shop.cafe(), reward(town.shop, PRICE)
    body = {"rewardId": coffee, "beneficiaryId": user["id"]}
    bought = 0
    for number in rounds("R06 balance races"):
        affordable = number % 6
        bought += affordable
        await town.crowd.at_once([event(town.purchase(user, affordable * PRICE))])
        answers = await town.crowd.at_once([purchase(body)] * CROWD)
        told = Counter(answer.code or answer.status for answer in answers)
        assert told == Counter({200: affordable, "insufficient_points": CROWD - affordable}) + Counter()
    findings = await town.verdict("balance race")
    assert findings.counts["vouchers"] == bought
    assert town.shop.balance(user) == 0


@pytest.mark.figure(name="R07")
async def test_exactly_what_the_stock_holds(town: Town) -> None:
    """R07, T41, F27: of 32 buyers at once, as many as there is stock succeed, nobody else loses points; 60 times."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(15))]
    for user in users:
        assert town.shop.report(user, ENOUGH).status_code == 200
    bought = 0
    for number in rounds("R07 stock races"):
        stock = number % 6
        bought += stock
        last = reward(town.shop, PRICE, stock)
        answers = await town.crowd.at_once(
            [purchase({"rewardId": last, "beneficiaryId": users[place % 16]["id"]}) for place in range(CROWD)]
        )
        told = Counter(answer.code or answer.status for answer in answers)
        assert told == Counter({200: stock, "out_of_stock": CROWD - stock}) + Counter()
    assert sum(town.shop.balance(user) for user in users) == len(users) * ENOUGH - bought * PRICE


async def test_purchases_beside_events_of_the_same_users(town: Town) -> None:
    """F26: events, batches and purchases of four users by both processes: no deadlock, no 5xx, the books balance."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(3))]
    town.shop.reactor(
        {"operation": "SUM", "arguments": [{"type": "NUMBER", "value": "1"}]},
        event_type="PURCHASED_REWARD",
        maxActivations=20,
        activationContext="TENANT",
    )
    town.shop.reactor(maxActivations=50, activationContext="TENANT")
    coffee = reward(town.shop, 2, 150)
    before = await town.deadlocks()
    calls = []
    for number in range(320):
        user = users[number % 4]
        calls.append(event(town.purchase(user, 3)))
        calls.append(purchase({"rewardId": coffee, "beneficiaryId": users[-number % 4]["id"]}))
        if number % 10 == 0:
            bodies = [town.purchase(each, 1) for each in users[:: (-1) ** number]]
            calls.append(lambda reporter, bodies=bodies: reporter.batch(bodies))  # type: ignore[misc]
    answers = await town.crowd.work_off(calls)
    assert {answer.status for answer in answers} <= {200, 409}
    assert await town.deadlocks() == before
    findings = await town.verdict("purchases beside events")
    assert findings.counts["activations"] == 70
    assert findings.counts["vouchers"] == 150


async def test_batches_in_opposite_orders(town: Town) -> None:
    """F26: batches of two processes that name the same users in opposite orders never deadlock, and all are done."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(29))]
    before = await town.deadlocks()
    for _ in range(10):
        batches = [[town.purchase(user) for user in users[:: (-1) ** place]] for place in range(8)]
        answers = await town.crowd.at_once(
            [lambda reporter, bodies=bodies: reporter.batch(bodies) for bodies in batches]  # type: ignore[misc]
        )
        assert [{verdict["status"] for verdict in answer.data} for answer in answers] == [{200}] * 8
    assert await town.deadlocks() == before
    findings = await town.verdict("batches in opposite orders")
    assert findings.counts["events recorded"] == 2400
