"""The café that most tests of the console are about."""

from typing import Any

from tests.shop import Shop, fixed

BASKET = {
    "type": "object",
    "required": ["total"],
    "properties": {
        "total": {"type": "number", "minimum": 0},
        "shop": {"type": "string"},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"product": {"type": "string"}, "price": {"type": "number"}}},
        },
    },
}
MUG = {
    "type": "VOUCHER", "name": "A mug", "price": 5, "purchasable": True,
    "availability": {"start": "2020-01-01T00:00:00Z"},
}  # fmt: skip


def cafe(shop: Shop) -> Any:
    """Set up a shop with a point for each whole euro, 15 more from 20 euros on, and a member; return the member."""
    shop.event_type(schema=BASKET)
    shop.reactor(name="A point for each whole euro")
    shop.reactor(fixed(15), name="15 more", constraint={"properties": {"total": {"minimum": 20}}})
    profile = {"givenName": "Ada", "familyName": "Byron", "emailAddress": "ada@example.org"}
    return shop.user("ada", profile=profile)
