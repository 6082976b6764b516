"""Rewards, and buying them."""

from typing import Any

import pytest

from tests.shop import Shop, fixed

FOREVER = {"start": "2020-01-01"}


def reward(shop: Shop, **fields: Any) -> Any:
    """Put a reward into the catalogue."""
    body = {"type": "VOUCHER", "name": "A cup", "price": 30, "availability": FOREVER, "purchasable": True}
    return shop.done("POST", "/v1/rewards/", body | fields)


def buy(shop: Shop, reward: Any, user: Any, **options: Any) -> Any:
    """Buy a reward for a user."""
    body = {"rewardId": reward["id"], "beneficiaryId": user["id"]}
    return shop.call("POST", "/v1/commands/purchase_reward", body, **options)


def rich(shop: Shop, points: int = 100) -> Any:
    """Return a user with points."""
    user = shop.cafe()
    shop.report(user, points)
    return user


def test_buying_takes_price_stock_and_gives_a_voucher(shop: Shop) -> None:
    """One transaction: points, stock, voucher, and the PURCHASED_REWARD event that names them."""
    user, cup = rich(shop), reward(shop, stockCapacity=2)

    event = buy(shop, cup, user).json()["data"]

    (voucher,) = shop.done("GET", "/v1/vouchers/")
    wallet = shop.done("GET", f"/v1/users/{user['id']}/wallet")
    assert (event["type"], event["points"]) == ("PURCHASED_REWARD", -30)
    assert event["payload"] == {"rewardId": cup["id"], "rewardName": "A cup", "voucherId": voucher["id"], "price": 30}
    assert (voucher["eventId"], voucher["userId"], voucher["price"]) == (event["id"], user["id"], 30)
    assert (wallet["balance"], wallet["earned"], wallet["spent"]) == (70, 100, 30)
    assert (wallet["entries"][0]["eventId"], wallet["entries"][0]["account"]) == (event["id"], "REDEMPTION")
    assert shop.done("GET", f"/v1/rewards/{cup['id']}")["stockConsumed"] == 1


def test_reactors_react_to_a_purchase(shop: Shop) -> None:
    """Buying a reward is an event like any other to the reactors."""
    user, cup = rich(shop), reward(shop)
    shop.reactor(fixed(5), event_type="PURCHASED_REWARD", constraint={"properties": {"price": {"minimum": 30}}})

    assert buy(shop, cup, user).json()["data"]["points"] == -25
    assert shop.balance(user) == 75


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"price": 101}, "insufficient_points"),
        ({"stockCapacity": 0}, "out_of_stock"),
        ({"purchasable": False}, "not_purchasable"),
        ({"availability": {"start": "2999-01-01"}}, "not_purchasable"),
        ({"availability": {"start": "2020-01-01", "end": "2020-02-01"}}, "not_purchasable"),
    ],
)
def test_what_cannot_be_bought_takes_nothing(shop: Shop, fields: dict[str, Any], code: str) -> None:
    """A refused purchase leaves points, stock and vouchers as they were."""
    user, cup = rich(shop), reward(shop, **fields)

    answer = buy(shop, cup, user)

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert shop.balance(user) == 100
    assert shop.done("GET", "/v1/vouchers/") == []
    assert shop.done("GET", f"/v1/rewards/{cup['id']}")["stockConsumed"] == 0


@pytest.mark.parametrize("value", [0, -1, 2**31, "EUR"])
@pytest.mark.parametrize("field", ["price", "quantity", "points", "currency"])
def test_a_price_from_the_caller_is_refused(shop: Shop, field: str, value: Any) -> None:
    """T42: the price is the catalogue's; a field that names one is not known."""
    user, cup = rich(shop), reward(shop)

    answer = shop.call(
        "POST", "/v1/commands/purchase_reward", {"rewardId": cup["id"], "beneficiaryId": user["id"], field: value}
    )

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
    assert shop.balance(user) == 100


def test_the_same_key_buys_once(shop: Shop) -> None:
    """The first answer comes again, byte for byte, and nothing is taken a second time."""
    user, cup = rich(shop), reward(shop)
    key = {"Idempotency-Key": "till-7-receipt-123"}

    first, again = buy(shop, cup, user, headers=key), buy(shop, cup, user, headers=key)
    other = shop.call("POST", "/v1/commands/purchase_reward", {"rewardId": cup["id"]}, headers=key)

    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert shop.balance(user) == 70


def test_a_user_buys_for_himself_and_for_nobody_else(shop: Shop) -> None:
    """With an end user's token the beneficiary is the user; another one is refused."""
    user, cup, other = rich(shop), reward(shop), shop.user()
    token = shop.user_token(user)

    own = shop.call("POST", "/v1/commands/purchase_reward", {"rewardId": cup["id"]}, bearer=token)
    foreign = buy(shop, cup, other, bearer=token)

    assert (own.status_code, own.json()["data"]["reporter"]) == (200, f"user:{user['id']}")
    assert foreign.status_code == 403
    assert [voucher["userId"] for voucher in shop.done("GET", "/v1/vouchers/", bearer=token)] == [user["id"]]


def test_stock_cannot_be_less_than_what_is_sold(shop: Shop) -> None:
    """A patch keeps what it does not name, and never undercuts what has been sold."""
    user, cup = rich(shop), reward(shop, stockCapacity=5, description="Hot and black")
    buy(shop, cup, user)

    dearer = shop.done("PATCH", f"/v1/rewards/{cup['id']}", {"price": 40})
    refused = shop.call("PATCH", f"/v1/rewards/{cup['id']}", {"stockCapacity": 0})

    assert (dearer["price"], dearer["stockCapacity"], dearer["description"]) == (40, 5, "Hot and black")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/stockCapacity")


def test_a_deleted_reward_is_gone_and_its_vouchers_stay(shop: Shop) -> None:
    """What was bought remains."""
    user, cup = rich(shop), reward(shop)
    buy(shop, cup, user)
    shop.done("DELETE", f"/v1/rewards/{cup['id']}")

    assert shop.call("GET", f"/v1/rewards/{cup['id']}").status_code == 404
    assert buy(shop, cup, user).status_code == 404
    assert len(shop.done("GET", "/v1/vouchers/")) == 1
