"""Contacts that no two members may share, under races."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.shop import Shop


def test_one_of_many_who_register_at_once_gets_the_address(shop: Shop) -> None:
    """Twelve register with one address, however it is written: one succeeds, and eleven are told that it is taken."""
    shop.done("PATCH", "/v1/tenant/", {"configuration": {"allowDuplicateEmailAddress": False}})

    def register(number: int) -> int:
        address = "ADA@example.org" if number % 2 else "ada@example.org"
        profile = {"givenName": f"Ada {number}", "familyName": "Byron", "emailAddress": address}
        return shop.call("POST", "/v1/users/", {"profile": profile}).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(register, range(12)))

    assert statuses == [200] + [409] * 11
    assert len(shop.done("GET", "/v1/users/")) == 1


def test_forbidding_duplicates_and_registering_them_at_once_never_leaves_two(shop: Shop) -> None:
    """Whichever comes first: either the tenant is refused, or the second member is."""
    for number in range(8):
        profile = {"givenName": "Ada", "familyName": "Byron", "emailAddress": f"{number}@example.org"}
        shop.done("POST", "/v1/users/", {"profile": profile})
        shop.done("PATCH", "/v1/tenant/", {"configuration": {"allowDuplicateEmailAddress": True}})
        both: list[tuple[str, str, Any]] = [
            ("PATCH", "/v1/tenant/", {"configuration": {"allowDuplicateEmailAddress": False}}),
            ("POST", "/v1/users/", {"profile": profile}),
        ]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda one: shop.call(*one).status_code, both))
        assert sorted(answers) == [200, 409]
        if answers[1] == 200:
            (second,) = shop.done("GET", f"/v1/users/?emailAddress={number}@example.org")[1:]
            shop.done("DELETE", f"/v1/users/{second['id']}")
