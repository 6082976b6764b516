"""Accounts made one while both are reported for and spent from."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from punchcard.db.connection import Db
from punchcard.points import integrity
from tests.shop import Shop

REWARD = {
    "type": "VOUCHER", "name": "A cup", "price": 7, "purchasable": True, "availability": {"start": "2020-01-01"},
    "details": {},
}  # fmt: skip


async def test_nothing_is_lost_or_refused_when_accounts_become_one_amid_traffic(shop: Shop, db: Db) -> None:
    """F26: each report under either name counts once, each purchase is paid once, and the books agree."""
    old, new = shop.cafe("old"), shop.user("new")
    for user in (old, new):
        shop.report(user, 100)
    reward = shop.done("POST", "/v1/rewards/", REWARD)["id"]

    def call(number: int) -> int:
        user = (old, new)[number % 2]
        if number == 20:
            return shop.call("POST", f"/v1/users/{old['id']}/merge", {"into": new["id"]}).status_code
        if number % 5 == 0:
            command = {"rewardId": reward, "beneficiaryId": user["id"]}
            return shop.call("POST", "/v1/commands/purchase_reward", command).status_code
        body = {"type": "PURCHASED_COFFEE", "subject": ("old", "new")[number % 2], "payload": {"total": 1, "n": number}}
        return shop.call("POST", "/v1/events", body).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(call, range(50)))

    assert set(statuses) == {200}
    bought = len([number for number in range(50) if number % 5 == 0 and number != 20])
    reported = 49 - bought
    wallet = shop.done("GET", f"/v1/users/{old['id']}/wallet")
    assert (wallet["balance"], wallet["earned"], wallet["spent"]) == (
        200 + reported - 7 * bought,
        200 + reported,
        7 * bought,
    )
    assert (await integrity.check_slice(db, shop.tenant.tenant_id, UUID(int=0))).differences == []


async def test_two_who_make_the_same_accounts_one_do_it_once(shop: Shop, db: Db) -> None:
    """T50: merged in both directions at once: one is done, the sum is what it was, the others are told so."""
    old, new = shop.cafe("old"), shop.user("new")
    shop.report(old, 10)
    shop.report(new, 5)

    def merge(pair: tuple[Any, Any]) -> int:
        return shop.call("POST", f"/v1/users/{pair[0]['id']}/merge", {"into": pair[1]["id"]}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(merge, [(old, new), (new, old), (old, new), (new, old)]))

    assert statuses == [200, 422, 422, 422]
    assert shop.balance(old) == shop.balance(new) == 15
    assert len(shop.done("GET", "/v1/users/")) == 1
    assert (await integrity.check_slice(db, shop.tenant.tenant_id, UUID(int=0))).differences == []
