"""How a catalogue is arranged: categories in languages, discounts, venues."""

from typing import Any

import pytest

from tests.shop import Shop

NOWHERE = "00000000-0000-4000-8000-000000000000"


def category(shop: Shop, name: str = "Drinks", **fields: Any) -> Any:
    """Make a category."""
    return shop.done("POST", "/v1/reward_categories/", {"name": name, "priority": 1, **fields})


def test_texts_come_in_the_language_asked_for(shop: Shop) -> None:
    """What a language lacks is taken from the default one, and what that lacks from the category itself."""
    details = [
        {"locale": "de", "name": "Getränke", "description": "Heiß und kalt"},
        {"locale": "fr", "name": "Boissons"},
    ]
    made = category(shop, details=details, defaultLocale="de", pictureUrl="https://x.example/cup.png")
    path = f"/v1/reward_categories/{made['id']}"

    shop.done("POST", "/v1/code_pools/", {"name": "Supplier"})
    assert [one["id"] for one in shop.done("GET", "/v1/reward_categories/?search=drin")] == [made["id"]]
    assert [len(shop.done("GET", f"/v1/code_pools/?search={part}")) for part in ("SUPP", "x")] == [1, 0]

    shown = {locale: shop.done("GET", f"{path}?locale={locale}") for locale in ("fr", "de", "tr")}

    assert [(each["name"], each["description"]) for each in shown.values()] == [
        ("Boissons", "Heiß und kalt"), ("Getränke", "Heiß und kalt"), ("Getränke", "Heiß und kalt"),
    ]  # fmt: skip
    assert {each["pictureUrl"] for each in shown.values()} == {"https://x.example/cup.png"}
    assert shop.done("GET", "/v1/reward_categories/?locale=fr")[0]["details"] == details
    assert shop.call("GET", f"{path}?locale=xx").status_code == 422


def test_a_category_is_never_below_itself(shop: Shop) -> None:
    """A circle is refused, and so is a parent that there is not; what has something in it stays."""
    drinks = category(shop)
    hot = category(shop, "Hot drinks", parent={"id": drinks["id"]})
    path = f"/v1/reward_categories/{drinks['id']}"

    for parent in (hot["id"], drinks["id"], NOWHERE):
        answer = shop.call("PATCH", path, {"parent": {"id": parent}})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/parent")
    assert shop.call("DELETE", path).status_code == 409
    shop.done("PATCH", f"/v1/reward_categories/{hot['id']}", {"parent": None})
    shop.done("DELETE", path)
    assert [each["name"] for each in shop.done("GET", "/v1/reward_categories/")] == ["Hot drinks"]


@pytest.mark.parametrize("body", [{"type": "PERCENTAGE", "value": 101}, {"type": "FIXED", "value": -1}, {"value": 1}])
def test_discounts_that_cannot_be(shop: Shop, body: Any) -> None:
    """A percentage is 100 at most, and no discount is less than nothing."""
    made = shop.done(
        "POST",
        "/v1/rewards/",
        {"type": "VOUCHER", "name": "A cup", "price": 1, "purchasable": True, "availability": {"start": "2020-01-01"}},
    )
    path = f"/v1/rewards/{made['id']}/discounts"

    assert shop.call("POST", path, body).status_code == 422
    good = shop.call("POST", path, {"type": "ABSOLUTE", "value": 0.30, "sku": "CUP"})
    assert (good.status_code, good.json()["data"]["value"]) == (201, 0.3)
    one = f"{path}/{good.json()['data']['id']}"
    assert shop.done("PATCH", one, {"type": "PERCENTAGE", "value": 12.5})["value"] == 12.5
    assert shop.call("PATCH", one, {"value": 150}).status_code == 422
    shop.done("DELETE", one)
    assert shop.done("GET", path) == []


def test_venues_go_by_the_name_that_tills_have_for_them(shop: Shop) -> None:
    """An externalIdentifier belongs to one venue, until that is closed."""
    body = {
        "name": "Harbour", "address": "Quay 1", "availability": {"start": "2020-01-01"}, "externalIdentifier": "till-7",
        "coordinates": {"longitude": 7.59, "latitude": 47.56}, "attributes": {"telephoneNumber": "+41 61 000"},
    }  # fmt: skip
    made = shop.call("POST", "/v1/venues/", body)
    assert (made.status_code, made.json()["data"]["coordinates"]) == (201, {"longitude": 7.59, "latitude": 47.56})
    path = f"/v1/venues/{made.json()['data']['id']}"

    assert shop.call("POST", "/v1/venues/", body).status_code == 409
    assert shop.done("PATCH", path, {"name": "Old harbour"})["attributes"] == {"telephoneNumber": "+41 61 000"}
    shop.done("DELETE", path)
    assert shop.call("POST", "/v1/venues/", body).status_code == 201
