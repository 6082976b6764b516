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


ALWAYS = {"start": "2020-01-01T00:00:00Z"}


def _tier(name: str, points: int, priority: int) -> dict[str, Any]:
    details = {"en": {"name": name}}
    return {
        "pointsRequirement": points, "calculation": "LIFETIME_EARN", "priority": priority,
        "details": details, "defaultLocale": "en",
    }  # fmt: skip


def _venue(name: str, address: str, latitude: float, longitude: float) -> dict[str, Any]:
    coordinates = {"latitude": latitude, "longitude": longitude}
    return {"name": name, "address": address, "availability": ALWAYS, "coordinates": coordinates}


# Reached by few: a tier is reached when its history is loaded, which is today.
BESIDE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    *(("/v1/tiers/", name, _tier(name, points, place)) for place, (name, points) in enumerate(
        (("Silver", 500), ("Gold", 1_000)), 1)),
    ("/v1/consent_types/", "Newsletter", {"name": "Newsletter", "required": False}),
    ("/v1/consent_types/", "Partners", {"name": "Offers of partners", "required": False}),
    ("/v1/counters/", "ratings", {"name": "ratings", "eventType": "RATED_VISIT", "description": "Visits rated"}),
    ("/v1/venues/", "Old Town", _venue("Old Town", "Cathedral Lane 4", 47.5565, 7.5922)),
    ("/v1/venues/", "Station", _venue("Station", "Station Square 1", 47.5474, 7.5896)),
    ("/v1/venues/", "Harbour", _venue("Harbour", "Quay 12", 47.5866, 7.5927)),
)  # fmt: skip
"""What is there beside types, reactors and rewards, so that every page has something to show: path, name, body."""

CRITIC = {"internalName": "Critic", "details": [{"locale": "en", "name": "Critic", "description": "Ten visits rated"}]}


def critics(badge_id: str) -> dict[str, Any]:
    """Return the reactor that awards the badge."""
    return {
        "name": "A badge for the tenth rating",
        "eventType": "RATED_VISIT",
        "constraint": "counters.ratings.count == 10",
        "reactions": [{"type": "BADGE", "badge": badge_id}],
    }


_EARNED = {"field": "points.earned", "operator": "greater_or_equal", "value": [400]}
REGULARS: dict[str, Any] = {
    "name": "Regulars", "description": "Who has earned 400 points and more", "isActive": True,
    "criteriaDefinition": {
        "triggerFrequency": "DAILY",
        "criteriaTree": {"type": "group", "children1": [{"type": "rule", "properties": _EARNED}]},
    },
}  # fmt: skip
_LINK = {"title": "Coffee together", "description": "50 points for you", "desktopUrl": "https://example.org/join"}
FRIENDS: dict[str, Any] = {"name": "Bring a friend", "linkConfig": _LINK}
CATEGORIES: tuple[dict[str, Any], ...] = (
    {"name": "Drinks", "priority": 2},
    {"name": "To take home", "priority": 1},
)


def _reward(name: str, price: int, stock: int | None, start: str) -> dict[str, Any]:
    body = {"type": "VOUCHER", "name": name, "price": price, "availability": {"start": start}, "purchasable": True}
    return body if stock is None else body | {"stockCapacity": stock}


def rewards(start: str, drinks: str, home: str) -> list[dict[str, Any]]:
    """Return the rewards, for sale from `start` on, in their categories; the cheapest first."""
    return [
        _reward("A coffee of your choice", 60, None, start) | {"category": {"id": drinks}},
        _reward("Enamel mug", 140, 60, start) | {"category": {"id": home}},
        _reward("250 g of beans", 200, 40, start) | {"category": {"id": home}},
        _reward("Barista course", 600, 6, start),
    ]
