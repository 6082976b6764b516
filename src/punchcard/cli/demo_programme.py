"""The demo's loyalty programme: what may be reported, what it is worth, and what points buy."""

from typing import Any

NAME = "Corner Coffee (demo)"

_TEXT = {"type": "string", "minLength": 1}
_ITEM = {
    "type": "object",
    "required": ["product", "quantity", "price"],
    "properties": {
        "product": _TEXT,
        "quantity": {"type": "integer", "minimum": 1},
        "price": {"type": "number", "minimum": 0},
    },
}

EVENT_TYPES: tuple[dict[str, Any], ...] = (
    {
        "name": "PURCHASED_COFFEE",
        "description": "Somebody paid at the till; reported by the till with the secret of this type",
        "isPrivate": True,
        "schema": {
            "type": "object",
            "required": ["total"],
            "properties": {
                "total": {"type": "number", "minimum": 0},
                "shop": _TEXT,
                "receiptId": _TEXT,
                "items": {"type": "array", "items": _ITEM},
            },
        },
    },
    {
        "name": "PAID_WITH_POINTS",
        "description": "A member paid a cup with points at the till",
        "isPrivate": True,
        "schema": {
            "type": "object",
            "required": ["points"],
            "properties": {"points": {"type": "integer", "minimum": 1}, "shop": _TEXT, "receiptId": _TEXT},
        },
    },
    {
        "name": "VISITED_SHOP",
        "description": "A member checked in with the app; reported with the member's own token",
        "isPrivate": False,
        "schema": {"type": "object", "required": ["shop"], "properties": {"shop": _TEXT, "visitId": _TEXT}},
    },
    {
        "name": "RATED_VISIT",
        "description": "A member rated a visit in the app; reported with the member's own token",
        "isPrivate": False,
        "schema": {
            "type": "object",
            "required": ["stars"],
            "properties": {"stars": {"type": "integer", "minimum": 1, "maximum": 5}, "receiptId": _TEXT},
        },
    },
)


def _points(*arguments: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"type": "POINTS", "points": {"operation": "SUM", "roundingDirection": "DOWN", "arguments": list(arguments)}}
    ]


def _fixed(points: int) -> list[dict[str, Any]]:
    return _points({"type": "NUMBER", "value": str(points)})


REACTORS: tuple[dict[str, Any], ...] = (
    {
        "name": "A point for each whole euro",
        "eventType": "PURCHASED_COFFEE",
        "reactions": _points({"type": "JSON_VALUE", "value": "total"}),
    },
    {
        "name": "15 more from 20 euros on, three times",
        "eventType": "PURCHASED_COFFEE",
        "constraint": {"properties": {"total": {"minimum": 20}}},
        "maxActivations": 3,
        "activationContext": "SUBJECT",
        "reactions": _fixed(15),
    },
    {"name": "Welcome", "eventType": "REGISTERED_ACCOUNT", "reactions": _fixed(50)},
    {"name": "A point for checking in", "eventType": "VISITED_SHOP", "reactions": _fixed(1)},
    {
        "name": "Thanks for your opinion, ten times",
        "eventType": "RATED_VISIT",
        "maxActivations": 10,
        "activationContext": "SUBJECT",
        "reactions": _fixed(3),
    },
    {
        "name": "Points for a cup",
        "eventType": "PAID_WITH_POINTS",
        "reactions": [
            {
                "type": "POINTS",
                "points": {
                    "operation": "PRODUCT",
                    "arguments": [{"type": "JSON_VALUE", "value": "points"}, {"type": "NUMBER", "value": "-1"}],
                },
            }
        ],
    },
    {"name": "Something back for each reward", "eventType": "PURCHASED_REWARD", "reactions": _fixed(5)},
)


def _reward(name: str, price: int, stock: int | None, start: str) -> dict[str, Any]:
    body = {"type": "VOUCHER", "name": name, "price": price, "availability": {"start": start}, "purchasable": True}
    return body if stock is None else body | {"stockCapacity": stock}


def rewards(start: str) -> list[dict[str, Any]]:
    """Return the rewards, for sale from `start` on; the cheapest first."""
    return [
        _reward("A coffee of your choice", 60, None, start),
        _reward("Enamel mug", 140, 60, start),
        _reward("250 g of beans", 200, 40, start),
        _reward("Barista course", 600, 6, start),
    ]
