"""Attributes set by calls: one, or a batch that is whole or not at all; of users, rewards and the tenant."""

from typing import Any

import pytest

from tests.shop import Shop

REWARD = {
    "type": "VOUCHER", "name": "A cup", "price": 1, "purchasable": True, "availability": {"start": "2020-01-01"},
    "details": {},
}  # fmt: skip


def attribute(key: str, value: Any, *, beside: bool = False, **fields: Any) -> dict[str, Any]:
    """Return a definition of a user's attribute, if nothing else is said."""
    told = {"subjectType": "USER", "key": key, "value": value, "isEnabled": True, **fields}
    return {**told, "shouldReplaceOnlySameKeyValue": beside}


def values(shop: Shop, query: str) -> list[tuple[str, Any]]:
    """Return keys and values of a list of attributes."""
    return [(one["key"], one["value"]) for one in shop.done("GET", f"/v1/attributes/?{query}")]


def test_a_value_replaces_what_stands_or_stands_beside_it(shop: Shop) -> None:
    """One value a key, unless it is to replace the same value alone; what was replaced can be read still."""
    user = shop.user("ada")
    first = shop.done("POST", "/v1/attributes/", attribute("size", "S", subjectId=user["id"]))
    again = shop.done("POST", "/v1/attributes/", attribute("size", "S", subjectAuthId="ada"))
    second = shop.done("POST", "/v1/attributes/", attribute("size", {"eu": 42}, subjectId=user["accountNumber"]))
    for colour in ("red", "blue", "red"):
        shop.done("POST", "/v1/attributes/", attribute("colour", colour, beside=True, subjectId=user["id"]))

    assert (again["id"], second["value"]) == (first["id"], {"eu": 42})
    assert values(shop, f"user={user['id']}") == [("size", {"eu": 42}), ("colour", "red"), ("colour", "blue")]
    assert "replacedAt" in shop.done("GET", f"/v1/attributes/{first['id']}")
    assert values(shop, "user=ada&key=colour") == [("colour", "red"), ("colour", "blue")]


def test_rewards_and_the_tenant_have_attributes_too(shop: Shop) -> None:
    """REWARD and TENANT are subjects; an end user sees none but the own."""
    reward, user = shop.done("POST", "/v1/rewards/", REWARD), shop.user()
    tenant = attribute("motto", "Good coffee", subjectType="TENANT")
    shop.done("POST", "/v1/attributes/", attribute("vegan", True, subjectType="REWARD", subjectId=reward["id"]))
    shop.done("POST", "/v1/attributes/", tenant)
    own = shop.done("POST", "/v1/attributes/", attribute("size", "S", subjectId=user["id"]))

    token = shop.user_token(user)
    assert values(shop, "subjectType=REWARD") == [("vegan", True)]
    assert values(shop, f"subjectId={shop.tenant.tenant_id}") == [("motto", "Good coffee")]
    assert [one["id"] for one in shop.done("GET", "/v1/attributes/", bearer=token)] == [own["id"]]
    assert shop.call("POST", "/v1/attributes/", tenant, bearer=token).status_code == 403


async def test_a_batch_is_whole_or_not_at_all(shop: Shop, open_shop: Any) -> None:
    """Each definition whose subject is unknown, closed or another tenant's is pointed at, and nothing is written."""
    user, closed, foreign = shop.user(), shop.user(), (await open_shop()).user()
    shop.done("DELETE", f"/v1/users/{closed['id']}")
    good = [attribute(f"key {number}", number, subjectId=user["id"]) for number in range(100)]
    bad = [attribute("x", 1, subjectId=one) for one in ("nobody", closed["id"], foreign["id"])]

    refused = shop.call("POST", "/v1/attributes/batch", {"definitions": [good[0], *bad]})
    done = shop.done("POST", "/v1/attributes/batch", {"definitions": good})

    pointers = [fault["pointer"] for fault in refused.json()["errors"]]
    assert pointers == [f"/definitions/{place}/subjectId" for place in (1, 2, 3)]
    assert [one["value"] for one in done] == list(range(100))
    assert shop.call("POST", "/v1/attributes/batch", {"definitions": good * 6}).status_code == 422


@pytest.mark.parametrize(
    "fields",
    [{}, {"subjectId": "a", "subjectAuthId": "b"}, {"subjectId": "x", "value": "v" * 9_000}, {"subjectType": "SHOP"}],
)
def test_a_definition_names_one_subject_and_a_value_of_some_size(shop: Shop, fields: Any) -> None:
    """Nobody, two names, a value that is too long, an unknown kind of subject: 422."""
    assert shop.call("POST", "/v1/attributes/", attribute("size", "S") | fields).status_code == 422
