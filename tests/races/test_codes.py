"""Many buyers of few codes, and one code at many tills at once."""

import asyncio
from collections import Counter

import httpx2 as httpx
import pytest

from tests.oracle.crowd import purchase
from tests.sizes import SIZES, rounds

from .conftest import CROWD, Town

ROUNDS, ROUNDS_MAX = 6, SIZES["R07 code races"].on_release
CODES = 10


@pytest.mark.figure(name="R07")
async def test_a_code_goes_to_one_buyer(town: Town) -> None:
    """R07, F28: of 32 buyers of two rewards on one pool of 10 codes 10 get one, each another, and only they pay."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(CROWD - 1))]
    for user in users:
        assert town.shop.report(user, 10 * ROUNDS_MAX).status_code == 200
    body = {"type": "VOUCHER", "name": "A coupon", "price": 10, "purchasable": True, "codeType": "POOL"}
    shown: list[str] = []
    took = 0
    for number in rounds("R07 code races"):
        took = number + 1
        pool = town.shop.done("POST", "/v1/code_pools/", {"name": f"Pool {number}"})["id"]
        codes = [f"{number} {code}" for code in range(CODES)]
        town.shop.done("POST", f"/v1/code_pools/{pool}/codes/create_bulk", {"codes": codes})
        about = body | {"availability": {"start": "2020-01-01"}, "code": {"pool": {"id": pool}}}
        rewards = [town.shop.done("POST", "/v1/rewards/", about)["id"] for _ in range(2)]
        answers = await town.crowd.at_once(
            [
                purchase({"rewardId": rewards[place % 2], "beneficiaryId": user["id"]})
                for place, user in enumerate(users)
            ]
        )
        assert Counter(answer.code or answer.status for answer in answers) == {
            200: CODES,
            "out_of_stock": CROWD - CODES,
        }
        for answer in answers:
            if answer.status == 200:
                command = {"benefitId": answer.data["payload"]["voucherId"]}
                shown.append(town.shop.done("POST", "/v1/commands/redeem_benefit", command)["payload"]["code"])
    assert sorted(shown) == sorted(f"{number} {code}" for number in range(took) for code in range(CODES))
    assert sum(town.shop.balance(user) for user in users) == 10 * ROUNDS_MAX * CROWD - 10 * took * CODES


async def test_a_voucher_is_used_once(town: Town) -> None:
    """T43: the same code at four tills of two processes at once is taken by one of them."""
    user = town.shop.cafe()
    cup = town.shop.reward(0)
    for _ in range(ROUNDS):
        voucher = town.shop.buy(user, cup)["payload"]["voucherId"]
        code = town.shop.done("POST", "/v1/commands/redeem_benefit", {"benefitId": voucher})["payload"]["code"]
        async with httpx.AsyncClient(headers=town.shop.headers(), timeout=60) as tills:
            answers = await asyncio.gather(
                *(
                    tills.post(f"{server}/v1/commands/validate_voucher", json={"code": code})
                    for server in town.servers
                    for _ in range(2)
                )
            )
        statuses = Counter(answer.status_code for answer in answers)
        assert statuses[200] == 1
        assert set(statuses) <= {200, 409, 429}
        if statuses[429]:
            return  # whoever fails so often has to wait, and so does the next round
