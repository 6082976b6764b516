"""Caps of points policies: what is earned, spent and held at most, and what is said of what was cut off."""

import asyncio
from typing import Any

import pytest

from punchcard.db.connection import Db
from tests.points.books import require_right
from tests.points.test_policies import PATH, policy
from tests.shop import Shop, fixed

EARN, SPEND, BALANCE = (f"MAXIMUM_POINTS_{what}_CAP" for what in ("EARN", "SPEND", "BALANCE"))


def earn(shop: Shop, user: Any, *totals: int, **more: Any) -> list[int]:
    """Report purchases; return what each gave."""
    return [int(shop.report(user, total, **more).json()["data"]["points"]) for total in totals]


def reasons(shop: Shop, event_id: str) -> list[str]:
    """Return what the verdicts of an event say."""
    return [verdict["reason"] for verdict in shop.done("GET", f"/v1/events/{event_id}/reactions")["verdicts"]]


def buy(shop: Shop, user: Any, price: int) -> Any:
    """Buy a reward of a price."""
    body = {"rewardId": shop.reward(price)["id"], "beneficiaryId": user["id"]}
    return shop.call("POST", "/v1/commands/purchase_reward", body)


async def test_what_a_cap_cuts_off_is_said(shop: Shop, db: Db) -> None:
    """Of a purchase beyond the daily cap the rest is given, and the verdict names the cap."""
    user = shop.cafe()
    policy(shop, {"points": 500, "per": "DAY"}, EARN)
    assert earn(shop, user, 420) == [420]

    cut = shop.report(user, 120).json()["data"]
    none = shop.report(user, 7).json()["data"]

    assert (cut["points"], none["points"], shop.balance(user)) == (80, 0, 500)
    assert reasons(shop, cut["id"]) == [
        "It fired and changed the balance by 80 points: earned 80 of 120: daily cap 500."
    ]
    assert reasons(shop, none["id"]) == ["It fired and changed the balance by 0 points: earned 0 of 7: daily cap 500."]
    await require_right(db, shop.tenant.tenant_id)


def test_a_backdated_event_uses_the_cap_of_its_day(shop: Shop) -> None:
    """Yesterday's purchase finds yesterday's cap."""
    user = shop.cafe()
    policy(shop, {"points": 10, "per": "DAY"}, EARN)

    assert earn(shop, user, 10) == [10]
    assert earn(shop, user, 11, 12, occurredAt="2026-01-02T12:00:00Z") == [10, 0]


def test_what_is_taken_back_does_not_make_room(shop: Shop) -> None:
    """A cap counts what was earned; spending it does not let more be earned."""
    user = shop.cafe()
    policy(shop, {"points": 10}, EARN)
    assert earn(shop, user, 8) == [8]
    assert buy(shop, user, 8).status_code == 200

    assert earn(shop, user, 9) == [2]


def test_the_tightest_cap_counts_over_all_reactions_of_an_event(shop: Shop) -> None:
    """Reactors and reactions of one event, and events of one batch, share what is left."""
    user = shop.cafe()
    shop.reactor(reactions=[{"type": "POINTS", "points": fixed(30)}, {"type": "POINTS", "points": fixed(30)}])
    policy(shop, {"points": 1_000, "per": "YEAR"}, EARN)
    policy(shop, {"points": 100, "per": "HOUR"}, EARN)
    batch = [{"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}} for total in (15, 16, 17)]

    answers = shop.done("POST", "/v1/events/batch", batch)

    assert [answer["event"]["points"] for answer in answers] == [75, 25, 0]


def test_a_balance_cap_lets_in_what_there_is_room_for(shop: Shop) -> None:
    """What is spent makes room again."""
    user = shop.cafe()
    policy(shop, {"points": 50}, BALANCE)
    cut = shop.report(user, 70).json()["data"]
    assert cut["points"] == 50
    assert reasons(shop, cut["id"])[0].endswith("earned 50 of 70: balance cap 50.")
    assert buy(shop, user, 20).status_code == 200

    assert earn(shop, user, 30) == [20]


def test_a_purchase_beyond_the_cap_on_spending_is_refused(shop: Shop) -> None:
    """The problem says how much may be spent still; a purchase that was refused counts for nothing."""
    user = shop.cafe()
    policy(shop, {"points": 50, "per": "WEEK"}, SPEND)
    earn(shop, user, 200)
    assert buy(shop, user, 30).status_code == 200

    refused = buy(shop, user, 21)

    assert (refused.status_code, refused.json()["code"], refused.json()["room"]) == (409, "spend_cap_reached", 20)
    assert buy(shop, user, 20).status_code == 200
    assert shop.balance(user) == 150


def test_a_preview_shows_the_cut_and_counts_nothing(shop: Shop) -> None:
    """Preview equals report, and is no use of the cap."""
    user = shop.cafe()
    policy(shop, {"points": 10, "per": "DAY"}, EARN)
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 12}}

    shown = [shop.done("POST", "/v1/events/test_reaction", body)["points"] for _ in range(2)]

    assert [*shown, *earn(shop, user, 12)] == [10, 10, 10]


@pytest.mark.parametrize("kind", [EARN, BALANCE])
async def test_at_once_no_more_than_the_cap(shop: Shop, db: Db, kind: str) -> None:
    """Many purchases at the same time give what the cap allows, and not a point more."""
    user = shop.cafe()
    policy(shop, {"points": 100}, kind)

    answers = await asyncio.gather(*(asyncio.to_thread(shop.report, user, 7 + number % 3 / 10) for number in range(3)))
    answers += await asyncio.gather(*(asyncio.to_thread(shop.report, user, number) for number in range(20, 60)))

    assert sum(answer.json()["data"]["points"] for answer in answers) == shop.balance(user) == 100
    await require_right(db, shop.tenant.tenant_id)


def test_a_cap_that_is_switched_off_binds_nobody(shop: Shop) -> None:
    """From the next event on."""
    user = shop.cafe()
    made = policy(shop, {"points": 1}, EARN)
    assert earn(shop, user, 5) == [1]
    shop.done("PATCH", PATH + made["id"], {"isActive": False})
    assert earn(shop, user, 6) == [6]
