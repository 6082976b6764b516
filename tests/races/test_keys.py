"""The same Idempotency-Key many times at once."""

from tests.oracle.crowd import event, purchase

from .conftest import Town, reward

RACERS = 16


async def test_a_key_is_one_event(town: Town) -> None:
    """One key sent 16 times at once makes one event; whoever asks meanwhile gets it too, or is told to wait."""
    user = town.shop.cafe()
    for number in range(20):
        body, key = town.purchase(user), f"event-{number}"
        answers = await town.crowd.at_once([event(body, key)] * RACERS)
        ids = {answer.data["id"] for answer in answers if answer.status == 200}
        assert len(ids) == 1
        assert {answer.code for answer in answers if answer.status != 200} <= {"idempotency_key_in_flight"}
        fresh = [answer for answer in answers if answer.status == 200 and "idempotency-replayed" not in answer.headers]
        assert len(fresh) == 1
        (again,) = await town.crowd.at_once([event(body, key)])
        assert again.data["id"] in ids
        assert again.headers["idempotency-replayed"] == "true"
    findings = await town.verdict("keys of events")
    assert findings.counts["events recorded"] == 20


async def test_a_key_is_one_purchase(town: Town) -> None:
    """One key sent 16 times at once buys one voucher, although the balance affords them all."""
    user, coffee = town.shop.cafe(), reward(town.shop, 1)
    assert town.shop.report(user, 1000).status_code == 200
    body = {"rewardId": coffee, "beneficiaryId": user["id"]}
    for number in range(20):
        answers = await town.crowd.at_once([purchase(body, f"purchase-{number}")] * RACERS)
        assert {answer.status for answer in answers} <= {200, 409}
        assert len({answer.data["id"] for answer in answers if answer.status == 200}) == 1
    assert town.shop.balance(user) == 980


async def test_one_key_with_two_bodies(town: Town) -> None:
    """When two requests race under one key, one is carried out and the other never is."""
    user = town.shop.cafe()
    for number in range(20):
        bodies = [town.purchase(user), town.purchase(user)]
        answers = await town.crowd.at_once([event(bodies[place % 2], f"shared-{number}") for place in range(8)])
        assert {answer.status for answer in answers} <= {200, 409, 422}
        assert len({answer.data["id"] for answer in answers if answer.status == 200}) == 1
    findings = await town.verdict("one key, two bodies")
    assert findings.counts["events recorded"] == 20
