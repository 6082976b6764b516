"""What the demo's coffee shop has lived through: made up, and the same each time for the same seed and end.

Pure: instants and amounts come from a seeded generator, never from a clock.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from msgspec import Struct

DAYS = 90
MEMBERS = 300
SEED = 17
ADA = "ada"

GIVEN_NAMES = """
    Amal Anouk Bea Cem Chloe Daan Dina Elif Emma Farid Femke Giulia Hugo Ines Jonas Kofi Lara Leila Lina Luca Maja
    Marco Mila Nadia Noah Olga Omar Paula Rosa Samir Sofia Tariq Tessa Theo Vera Yara Yusuf Zoe
"""
FAMILY_NAMES = """
    Akin Bakker Bauer Bianchi Costa Dubois Engel Fischer Garcia Haddad Ivanova Jansen Kaya Keller Lopez Marino Meyer
    Moreau Novak Okafor Petit Rossi Santos Schmidt Silva Tanaka Visser Weber Yilmaz Zimmer
"""
SHOPS = ("Old Town", "Station", "Harbour")
MENU = {
    "espresso": "2.40", "cappuccino": "3.60", "flat white": "3.90", "filter coffee": "2.90", "chai latte": "4.20",
    "iced latte": "4.50", "hot chocolate": "3.80",
}  # fmt: skip
BAKERY = {"croissant": "2.30", "banana bread": "3.40", "cheesecake": "4.60", "bagel": "4.90"}
BEANS = {"beans 250 g": "9.50", "beans 1 kg": "29.00"}
# Monday to Sunday: when it is open, by the clock in UTC, and how busy it is.
OPEN_HOURS = ((7, 18), (7, 18), (7, 18), (7, 18), (7, 19), (8, 18), (9, 16))
BUSY = (0.95, 1.0, 1.0, 1.05, 1.2, 1.35, 0.75)
# How likely it is that a member has the app, was there from the first day on, checks in, rates the visit, goes to the
# usual shop, takes the usual drink, takes two, something to eat, beans for home. With PAYS_FROM points: pays with some.
HAS_APP, OLD_MEMBER, CHECKS_IN, RATES = 0.45, 0.7, 0.8, 0.07
PAYS, PAYS_FROM, CUP = 0.3, 120, 60
OLD_DAYS, WELCOME = 730, 50
USUAL_SHOP, USUAL_DRINK, TAKES_TWO, EATS, TAKES_BEANS = 0.85, 0.75, 0.12, 0.35, 0.05


class Member(Struct, frozen=True):
    """Somebody with habits. `joined_day` counts from the first day of the history; below zero: before that."""

    name: str
    given_name: str
    family_name: str
    drink: str
    shop: str
    hour: float
    visits_a_week: float
    joined_day: int
    has_app: bool

    @property
    def definition(self) -> dict[str, Any]:
        """The body that registers this member."""
        profile = {
            "givenName": self.given_name,
            "familyName": self.family_name,
            "emailAddress": f"{self.name}@example.org",
        }
        return {"authIdentifier": self.name, "profile": profile}

    def registration(self, end: datetime) -> dict[str, Any]:
        """Return the body that registers this member, before the first visit of a history up to `end`."""
        opened = _first_day(end) + timedelta(days=self.joined_day, hours=7)
        return self.definition | {"registeredAt": _text(min(opened, end))}


def members(count: int = MEMBERS) -> list[Member]:
    """Return the members, Ada first."""
    chance = Random(SEED)  # noqa: S311 - made-up data, no secrets
    names = [(given, family) for given in GIVEN_NAMES.split() for family in FAMILY_NAMES.split()]
    chosen = [("Ada", "Byron"), *chance.sample(names, count - 1)]
    return [
        Member(
            name=f"{given}.{family}".lower() if number else ADA,
            given_name=given,
            family_name=family,
            drink=chance.choice(tuple(MENU)),
            shop=chance.choices(SHOPS, (5, 3, 2))[0],
            hour=chance.choices((8.2, 10.5, 13.0, 15.8), (5, 2, 3, 3))[0],
            visits_a_week=min(9.0, chance.lognormvariate(0.9, 0.7)),
            joined_day=-chance.randrange(1, OLD_DAYS)
            if number == 0 or chance.random() < OLD_MEMBER
            else chance.randrange(DAYS - 5),
            has_app=chance.random() < HAS_APP,
        )
        for number, (given, family) in enumerate(chosen)
    ]


def history(known: Sequence[Member], end: datetime) -> Iterator[dict[str, Any]]:
    """Yield the events of the `DAYS` days before `end`, in the order in which they happened."""
    chance = Random(SEED + 1)  # noqa: S311 - made-up data, no secrets
    saved = dict.fromkeys((member.name for member in known), WELCOME)
    for day in range(DAYS + 1):
        morning = _first_day(end) + timedelta(days=day)
        happened = [
            event
            for member in known
            if day >= member.joined_day and chance.random() < member.visits_a_week / 7 * BUSY[morning.weekday()]
            for event in _paid(chance, saved, visit(chance, member, _moment(chance, member, morning)))
        ]
        yield from sorted(
            (one for one in happened if one["occurredAt"] < _text(end)), key=lambda one: one["occurredAt"]
        )


def _paid(chance: Random, saved: dict[str, int], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a visit's events; who has saved enough may pay a cup with points, at the same till."""
    (till,) = (event for event in events if event["type"] == "PURCHASED_COFFEE")
    name, payload = till["subject"], till["payload"]
    saved[name] += int(payload["total"])
    if saved[name] < PAYS_FROM or chance.random() >= PAYS:
        return events
    saved[name] -= CUP
    told = {"points": CUP, "shop": payload["shop"], "receiptId": payload["receiptId"]}
    return [*events, till | {"type": "PAID_WITH_POINTS", "payload": told}]


def _first_day(end: datetime) -> datetime:
    return (end - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)


def visit(chance: Random, member: Member, at: datetime | None) -> list[dict[str, Any]]:
    """Return the events of one visit: perhaps a check-in, a purchase, perhaps a rating. `at` None: just now."""
    receipt = f"{chance.getrandbits(48):012x}"
    shop = member.shop if chance.random() < USUAL_SHOP else chance.choice(SHOPS)
    told: list[tuple[int, str, dict[str, Any]]] = []
    if member.has_app and chance.random() < CHECKS_IN:
        told.append((0, "VISITED_SHOP", {"shop": shop, "visitId": f"v-{receipt}"}))
    told.append((chance.randint(2, 9), "PURCHASED_COFFEE", _purchase(chance, member, shop, f"r-{receipt}")))
    if chance.random() < RATES:
        stars = chance.choices((5, 4, 3, 2, 1), (52, 30, 10, 5, 3))[0]
        told.append((chance.randint(20, 300), "RATED_VISIT", {"receiptId": f"r-{receipt}", "stars": stars}))
    return [
        {"type": name, "subject": member.name, "payload": payload}
        | ({} if at is None else {"occurredAt": _text(at + timedelta(minutes=minutes))})
        for minutes, name, payload in told
    ]


def _purchase(chance: Random, member: Member, shop: str, receipt: str) -> dict[str, Any]:
    drink = member.drink if chance.random() < USUAL_DRINK else chance.choice(tuple(MENU))
    basket = {drink: 1 + (chance.random() < TAKES_TWO)}
    if chance.random() < EATS:
        basket[chance.choice(tuple(BAKERY))] = 1
    if chance.random() < TAKES_BEANS:
        basket[chance.choice(tuple(BEANS))] = chance.choice((1, 1, 2))
    prices = {**MENU, **BAKERY, **BEANS}
    items = [{"product": name, "quantity": count, "price": Decimal(prices[name])} for name, count in basket.items()]
    total = sum((Decimal(prices[name]) * count for name, count in basket.items()), Decimal(0))
    return {"receiptId": receipt, "shop": shop, "total": total, "items": items}


def _moment(chance: Random, member: Member, morning: datetime) -> datetime:
    """Return a moment near a member's hour of the day, while the shop is open."""
    opens, closes = OPEN_HOURS[morning.weekday()]
    hour = chance.gauss(member.hour, 0.6)
    if not opens <= hour < closes:
        hour = chance.uniform(opens, closes)
    return morning + timedelta(seconds=math.floor(hour * 3_600))


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")
