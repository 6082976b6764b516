"""Many who undo the same event at once, beside reporters: it is undone once, and the books agree."""

import asyncio
from collections import Counter

from punchcard.db.connection import Db
from tests.points.books import require_right
from tests.points.test_reversal import buy, undo
from tests.points.test_reversal_chains import require_replayed, with_badge

from .conftest import Town

ROUNDS = 4


async def test_an_event_is_undone_once(town: Town, db: Db) -> None:
    """T71, F26: of eight reversals at once one succeeds and the others name it, while others earn and take."""
    shop = town.shop
    user = shop.cafe()
    before = await town.deadlocks()
    for number in range(4):
        event = shop.report(user, payload={"total": 10, "items": [number]}).json()["data"]
        paths = [f"/v1/events/{event['id']}/reverse"] * 8
        answers, _ = await asyncio.gather(
            asyncio.gather(*(asyncio.to_thread(shop.call, "POST", path, {}) for path in paths)),
            asyncio.gather(
                *(
                    asyncio.to_thread(shop.report, user, payload={"total": 1, "items": [number, each]})
                    for each in range(6)
                )
            ),
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"event_reversed"}
    assert shop.balance(user) == 24
    assert await town.deadlocks() == before
    await require_right(db, shop.tenant.tenant_id)


async def test_what_followed_is_undone_once(town: Town, db: Db) -> None:
    """T71, F26: an event, what followed from it, and points of both being spent, at once: each is undone once."""
    shop = town.shop
    user, first = with_badge(shop)
    undo(shop, first)
    assert shop.balance(user) == 0
    before = await town.deadlocks()
    for _ in range(ROUNDS):
        ada = shop.user()
        event = buy(shop, ada, 50)
        preview = shop.done("POST", f"/v1/events/{event['id']}/reverse?dryRun=true", {})
        followed = preview["followUps"][1]["eventId"]
        spending = {"actorId": ada["id"], "points": 30, "impactType": "SPEND", "comment": "Meanwhile"}
        calls = [
            *[(f"/v1/events/{event['id']}/reverse", {"share": share}) for share in (0.5, 0.25)],
            *[(f"/v1/events/{event['id']}/reverse", {})] * 3,
            *[(f"/v1/events/{followed}/reverse", {})] * 2,
            *[("/v1/commands/adjust_points", spending)] * 3,
        ]
        answers = await asyncio.gather(*(asyncio.to_thread(shop.call, "POST", path, body) for path, body in calls))
        undone = answers[:7]
        assert {answer.status_code for answer in answers} <= {200, 409, 422}
        assert [answer.status_code for answer in answers[2:5]].count(200) == 1
        taken = [answer.json()["data"] for answer in undone if answer.status_code == 200]
        parts = [part for one in taken for part in (one, *one.get("followUps", []))]
        spent = 30 * [answer.status_code for answer in answers[7:]].count(200)
        assert shop.balance(ada) == 97 - spent - sum(part["takenBack"] - part["givenBack"] for part in parts) >= 0
        shares: Counter[str] = Counter()
        for part in parts:
            shares[part["eventId"]] += round(part["share"] * 1_000_000)
        assert [*shares.values()] == [1_000_000] * 3
    tenant_id = shop.tenant.tenant_id
    assert await db.fetchval("select sum(change) from earned_badges where tenant_id = $1", tenant_id) == 0
    assert await db.fetchval("select max(count) from counter_values where tenant_id = $1", tenant_id) == 0
    assert await town.deadlocks() == before
    await require_replayed(shop, db)
