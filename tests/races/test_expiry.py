"""Expiry beside spending, through two processes: nobody spends what has run out, nothing runs out twice."""

from collections import Counter

from punchcard.db.connection import Db
from tests.oracle.crowd import event, purchase
from tests.points.books import let_pass, require_right
from tests.points.test_expiry import expired
from tests.points.test_policies import policy

from .conftest import CROWD, Town, reward

ROUNDS = 15
PRICE = 10


async def test_spenders_and_time_at_once(town: Town, db: Db) -> None:
    """Of 32 purchases when half of the points have just run out, exactly those succeed that the rest affords."""
    shop, tenant_id = town.shop, town.shop.tenant.tenant_id
    policy(shop, {"after": "P10D"})
    user, coffee = shop.cafe(), reward(shop, PRICE)
    body = {"rewardId": coffee, "beneficiaryId": user["id"]}
    before = await town.deadlocks()
    for number in range(ROUNDS):
        affordable = number % 4
        await town.crowd.at_once([event(town.purchase(user, 3 * PRICE))])
        await let_pass(db, tenant_id, 6)
        if affordable:
            await town.crowd.at_once([event(town.purchase(user, affordable * PRICE))])
        await let_pass(db, tenant_id, 5)
        answers = await town.crowd.at_once([purchase(body)] * CROWD)
        told = Counter(answer.code or answer.status for answer in answers)
        assert told == Counter({200: affordable, "insufficient_points": CROWD - affordable}) + Counter()
        assert shop.balance(user) == 0
    assert [lapsed["points"] for lapsed in expired(shop)] == [-3 * PRICE] * ROUNDS
    assert await town.deadlocks() == before
    await require_right(db, tenant_id)


async def test_two_spenders_never_take_the_same_points(town: Town, db: Db) -> None:
    """Events that earn on terms, and purchases, of four members through both processes: every lot adds up."""
    shop, tenant_id = town.shop, town.shop.tenant.tenant_id
    policy(shop, {"after": "P10D"})
    users = [shop.cafe(), *(shop.user() for _ in range(3))]
    coffee = reward(shop, 7)
    before = await town.deadlocks()
    calls = []
    for number in range(200):
        user = users[number % 4]
        calls.append(event(town.purchase(user, 1 + number % 5)))
        calls.append(purchase({"rewardId": coffee, "beneficiaryId": users[-number % 4]["id"]}))
        if number % 10 == 0:
            bodies = [town.purchase(each, 2) for each in users[:: (-1) ** number]]
            calls.append(lambda reporter, bodies=bodies: reporter.batch(bodies))  # type: ignore[misc]

    answers = await town.crowd.work_off(calls)

    assert {answer.status for answer in answers} <= {200, 409}
    assert await town.deadlocks() == before
    await require_right(db, tenant_id)
    findings = await town.verdict("spending on terms")
    assert findings.counts["vouchers"] > 0
