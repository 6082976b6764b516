"""Points policies that buy a reward by themselves: when the balance allows, once a run, as the member would."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from punchcard.db.connection import Db
from punchcard.db.queue import Job
from punchcard.jobs import purchase_rewards
from tests.jobs.conftest import ended
from tests.jobs.process import workplace
from tests.points.books import require_right
from tests.points.test_policies import PATH, policy
from tests.shop import Shop

REWARD = {"type": "VOUCHER", "name": "A cup", "price": 30, "purchasable": True, "availability": {"start": "2020-01-01"}}


async def run(shop: Shop, db: Db) -> tuple[int, Any]:
    """Do the job to its end; return its steps and what it came to."""
    place, steps = workplace(db), 0
    job = Job(shop.tenant.tenant_id, uuid4(), "a_test", {}, None, 0, None, 0, 1, uuid4())
    while True:
        progress = await db.run(lambda tx, job=job: purchase_rewards.step(tx, job, place))  # type: ignore[misc]
        steps += 1
        if progress.cursor is None:
            return steps, progress.result
        cursor = json.loads(json.dumps(progress.cursor, default=str))
        job = Job(job.tenant_id, job.id, job.kind, {}, cursor, progress.done, None, steps, 1, job.lease)


async def test_it_buys_what_the_balance_allows(shop: Shop, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many a run at most, leaving what is to be kept, in bounded steps, out of stock and all, with vouchers."""
    monkeypatch.setattr(purchase_rewards, "STEP_WALLETS", 1)
    monkeypatch.setattr(purchase_rewards, "LOOKED_AT", 2)
    cup = shop.done("POST", "/v1/rewards/", REWARD)
    policy(shop, {"rewardId": cup["id"], "keep": 10, "timesMax": 2}, "PURCHASE_REWARDS")
    rich, fair, poor = shop.cafe(), shop.user(), shop.user()
    for user, total in ((rich, 200), (fair, 69), (poor, 39)):
        shop.report(user, total)

    steps, result = await run(shop, db)

    assert (result, steps >= 3) == ({"bought": 3, "refused": {}}, True)
    assert [shop.balance(user) for user in (rich, fair, poor)] == [140, 39, 39]
    assert len(shop.done("GET", "/v1/vouchers/")) == 3
    event = shop.done("GET", "/v1/events/?filter=type:PURCHASED_REWARD")[0]
    assert (event["payload"]["comment"], event["reporter"].startswith("admin:policy:")) == ("A policy of a test", True)
    assert (await run(shop, db))[1]["bought"] == 2
    await require_right(db, shop.tenant.tenant_id)


async def test_what_cannot_be_bought_is_told(shop: Shop, db: Db) -> None:
    """Stock and caps on spending bind it as they bind the member."""
    cup = shop.done("POST", "/v1/rewards/", {**REWARD, "stockCapacity": 1})
    policy(shop, {"rewardId": cup["id"]}, "PURCHASE_REWARDS")
    users = [shop.cafe(), shop.user()]
    for user in users:
        shop.report(user, 50)
    assert (await run(shop, db))[1] == {"bought": 1, "refused": {"out_of_stock": 1}}
    assert sorted(shop.balance(user) for user in users) == [20, 50]


async def test_it_is_triggered(shop: Shop, db: Db) -> None:
    """One policy, or all, can be carried out now; a reward that is not there is refused, as is a wrong type."""
    cup = shop.done("POST", "/v1/rewards/", REWARD)
    bought = policy(shop, {"rewardId": cup["id"]}, "PURCHASE_REWARDS")
    assert bought["liabilityType"] == "PURCHASE_REWARDS"
    user = shop.cafe()
    shop.report(user, 50)
    job = shop.done("POST", f"{PATH}trigger_one", {"id": bought["id"]})["jobId"]
    assert json.loads((await ended(db, job))["result"]) == {"bought": 1, "refused": {}}
    assert shop.balance(user) == 20
    body = {"name": "A policy", "type": "PURCHASE_REWARDS", "config": {"rewardId": str(UUID(int=7))}}
    answer = shop.call("POST", PATH, body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/config/rewardId")
    body["config"] = {"rewardId": cup["id"], "timesMax": 0}
    assert shop.call("POST", PATH, body).status_code == 422
