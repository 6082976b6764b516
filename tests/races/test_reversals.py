"""Many who undo the same event at once, beside reporters: it is undone once, and the books agree."""

import asyncio
from collections import Counter

from punchcard.db.connection import Db
from tests.points.books import require_right

from .conftest import Town


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
