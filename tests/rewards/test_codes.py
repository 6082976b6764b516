"""Code pools: uploaded once, told when twice, sealed at rest."""

from typing import Any

from punchcard.db.connection import Db
from punchcard.rewards import codes
from tests.shop import Shop


def pool(shop: Shop, name: str = "Coupons of a partner", **fields: Any) -> Any:
    """Make a pool."""
    return shop.done("POST", "/v1/code_pools/", {"name": name, **fields})


def test_what_cannot_be_taken_is_told_for_each(shop: Shop) -> None:
    """Of many codes the doubles, in whatever spelling, and what is no code are told by place; the rest is added."""
    first, second = pool(shop), pool(shop, "Another")
    shop.done("POST", f"/v1/code_pools/{second['id']}/codes/", {"value": "gone-1"})

    sent = ["AAA-1", "bbb 2", "aaa1", "-", "GONE 1", "ccc3"]
    told = shop.done("POST", f"/v1/code_pools/{first['id']}/codes/create_bulk", {"codes": sent})

    assert told["created"] == 3
    assert [(each["index"], each["code"]) for each in told["refused"]] == [
        (2, "code_taken"), (3, "no_code"), (4, "code_taken"),
    ]  # fmt: skip
    listed = shop.done("GET", f"/v1/code_pools/{first['id']}/codes/")
    assert sorted(each["value"] for each in listed) == ["AAA-1", "bbb 2", "ccc3"]
    assert shop.done("GET", f"/v1/code_pools/{first['id']}")["codesAvailable"] == 3


async def test_codes_cannot_be_read_in_the_database(shop: Shop, db: Db) -> None:
    """What is stored of a code is a keyed digest and a sealed text."""
    made = pool(shop)
    shop.done("POST", f"/v1/code_pools/{made['id']}/codes/", {"value": "SECRET-COUPON"})

    (row,) = await db.fetch("select * from codes where tenant_id = $1", shop.tenant.tenant_id)

    assert b"SECRET" not in row["sealed"] + row["digest"]


def test_one_code_at_a_time(shop: Shop) -> None:
    """A code is added once, read and deleted; a list's codes are deleted together."""
    made = pool(shop)
    path = f"/v1/code_pools/{made['id']}/codes/"
    one = shop.done("POST", path, {"value": "ONE"})

    again = shop.call("POST", path, {"value": "o-n-e"})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/value")
    assert shop.done("GET", path + one["id"])["value"] == "ONE"
    assert shop.done("DELETE", path + one["id"])["value"] == "ONE"
    shop.done("POST", path + "create_bulk", {"codes": ["A1", "B2", "C3"]})
    assert shop.done("DELETE", path + "?limit=2") == {"deleted": 2, "kept": 0}
    assert shop.done("GET", f"/v1/code_pools/{made['id']}")["codesAvailable"] == 1


def test_drawn_codes_can_be_read_and_not_guessed() -> None:
    """T44: one-time codes have far more than 80 random bits, in letters and digits that nobody mistakes for another."""
    drawn = codes.draw(codes.GROUPS_OTP, "PROMO-{code}")
    characters = codes.fold(drawn.removeprefix("PROMO-"))

    assert set(characters) <= set(codes.ALPHABET)
    assert len(codes.ALPHABET) ** len(characters) > 2**80
    assert len({codes.draw(codes.GROUPS_OTP, None) for _ in range(200)}) == 200
