"""Taking back a voucher that was not used."""

from typing import Any

import pytest

from tests.shop import Shop, fixed

from .test_rewards import buy, reward, rich
from .test_vouchers import bought, code_of, redeem, validate


def refund(shop: Shop, voucher: str) -> Any:
    """Refund a voucher."""
    return shop.call("POST", f"/v1/vouchers/{voucher}/refund", {"comment": "Wrong cup"})


def test_points_stock_and_code_are_there_again(shop: Shop) -> None:
    """A refund undoes the purchase, with what it earned, once; VOUCHER_REFUNDED says so, and the code waits again."""
    user = rich(shop)
    shop.reactor(fixed(5), event_type="PURCHASED_REWARD")
    cup = reward(shop, stockCapacity=1, codeType="POOL", codes=["ONLY"])
    voucher = bought(shop, cup, user)
    assert shop.balance(user) == 75

    event, again = refund(shop, voucher).json()["data"], refund(shop, voucher)

    assert (event["type"], event["payload"]["price"], event["payload"]["comment"]) == (
        "VOUCHER_REFUNDED",
        30,
        "Wrong cup",
    )
    assert (again.status_code, again.json()["voucherStatus"]) == (409, "REFUNDED")
    wallet = shop.done("GET", f"/v1/users/{user['id']}/wallet")
    assert (wallet["balance"], wallet["earned"], wallet["spent"]) == (100, 100, 0)
    assert shop.done("GET", f"/v1/rewards/{cup['id']}")["stockConsumed"] == 0
    assert shop.done("GET", f"/v1/vouchers/{voucher}")["status"] == "REFUNDED"
    assert redeem(shop, voucher).status_code == 409
    assert buy(shop, cup, user).status_code == 200


def test_whatever_followed_the_purchase_it_can_be_undone(shop: Shop) -> None:
    """A badge, an attribute and a voucher that the purchase brought are no hindrance; the badge goes, too."""
    user, badge = rich(shop), shop.done("POST", "/v1/badges/", {"internalName": "Buyer"})
    reactions = [
        {"type": "BADGE", "badge": badge["id"]},
        {"type": "ATTRIBUTE", "attributes": [{"key": "buys", "value": True, "isEnabled": True}]},
        {"type": "REWARD", "reward": reward(shop, name="A biscuit")["id"]},
        {"type": "HANDLER", "handler": "EXAMPLE"},
        {"type": "POINTS", "points": fixed(5)},
    ]
    shop.reactor(event_type="PURCHASED_REWARD", reactions=reactions, limits=[{"points": 50, "per": "DAY"}])
    voucher = bought(shop, reward(shop), user)
    assert refund(shop, voucher).status_code == 200
    assert (shop.balance(user), shop.done("GET", "/v1/badges/", bearer=shop.user_token(user))[0]["count"]) == (100, 0)


@pytest.mark.parametrize(
    "code", [{"codeType": "POOL", "codes": ["A1"]}, {"codeType": "STATIC", "code": {"value": "S"}}]
)
def test_a_code_that_is_out_stays_out(shop: Shop, code: dict[str, Any]) -> None:
    """A code that was shown, and may be used elsewhere, is not taken back; one that the engine drew is, and is dead."""
    user = rich(shop)
    shown, drawn = bought(shop, reward(shop, **code), user), bought(shop, reward(shop), user)
    redeem(shop, shown)
    text = redeem(shop, drawn).json()["data"]["payload"]["code"]

    refused, done = refund(shop, shown), refund(shop, drawn)

    assert (refused.status_code, refused.json()["code"], done.status_code) == (409, "not_reversible", 200)
    assert shop.balance(user) == 70
    assert validate(shop, text).json()["voucherStatus"] == "REFUNDED"


def test_undoing_the_purchase_is_the_same(shop: Shop) -> None:
    """A purchase whose voucher was used cannot be undone; one whose was not takes the voucher back."""
    user, cup = rich(shop), reward(shop)
    used = buy(shop, cup, user).json()["data"]
    text = redeem(shop, used["payload"]["voucherId"]).json()["data"]["payload"]["code"]
    validate(shop, text)
    fresh = buy(shop, cup, user).json()["data"]

    assert shop.call("POST", f"/v1/events/{used['id']}/reverse", {}).json()["code"] == "not_reversible"
    undone = shop.done("POST", f"/v1/events/{fresh['id']}/reverse", {})

    assert (undone["refund"]["type"], "voucher" in undone["undone"]) == ("VOUCHER_REFUNDED", True)
    assert shop.done("GET", f"/v1/vouchers/{fresh['payload']['voucherId']}")["status"] == "REFUNDED"
    assert shop.balance(user) == 70


def test_a_part_and_the_refund_give_back_what_was_paid(shop: Shop) -> None:
    """A third of the price by reversing a share of the purchase, and the rest by the voucher's refund; then nothing."""
    user, cup = rich(shop), reward(shop)
    purchase = buy(shop, cup, user).json()["data"]
    reverse = f"/v1/events/{purchase['id']}/reverse"

    shop.done("POST", reverse, {"share": 0.333333})
    assert shop.balance(user) == 79
    assert refund(shop, purchase["payload"]["voucherId"]).status_code == 200

    assert shop.balance(user) == 100
    assert shop.call("POST", reverse, {}).status_code == 409
    assert refund(shop, purchase["payload"]["voucherId"]).status_code == 409


def test_a_limit_counts_what_was_kept(shop: Shop) -> None:
    """Whoever gives a voucher back may buy again."""
    user, cup = rich(shop), reward(shop, limitPerUser={"count": 1})
    voucher = bought(shop, cup, user)
    assert buy(shop, cup, user).status_code == 409
    refund(shop, voucher)
    assert code_of(shop, cup, user)
