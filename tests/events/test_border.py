"""The border of the duplicate window, in steps of ten milliseconds, by the database's clock (R05)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from punchcard.db.embedded import Urls
from punchcard.events.claims import Original, duplicate
from tests.shop import Shop
from tests.sizes import rounds

POINTS, ATTEMPTS = 201, 5
FIRST, STEP = timedelta(seconds=59), timedelta(milliseconds=10)
WINDOW = timedelta(seconds=60)
AGE = """
    update claims set reported_at = claims.reported_at - aged.by
    from unnest($2::uuid[], $3::interval[]) as aged (event_id, by)
    where claims.tenant_id = $1 and claims.event_id = aged.event_id
"""
TIMES = "select id, reported_at from events where tenant_id = $1"


@pytest.mark.figure(name="R05")
async def test_no_age_is_misjudged(shop: Shop, urls: Urls) -> None:
    """R05, T27: of 201 events aged 59.0 to 61.0 s each is a duplicate below 60 s and none later; no 409 renews one."""
    owner = await asyncpg.connect(urls.owner)
    try:
        user, numbers = shop.cafe(), count()
        for _ in rounds("R05 points of time", each=POINTS):
            for _ in range(ATTEMPTS):
                if await judge_all(shop, owner, [body(user, next(numbers)) for _ in range(POINTS)]):
                    break
            else:
                pytest.fail("a second passed each time before they were judged")
    finally:
        await owner.close()


def body(user: Any, number: int) -> dict[str, Any]:
    """Return an event that no other equals."""
    return {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1, "items": [number]}}


async def judge_all(shop: Shop, owner: Any, bodies: Sequence[Any]) -> bool:
    """Report events, again at once, and once more when each has its own age; compare each verdict with the age.

    Returns whether the border lay among them: a machine that was busy just then may have passed it with all.
    """
    first = shop.done("POST", "/v1/events/batch", bodies)
    ids = [verdict["event"]["id"] for verdict in first]
    again = shop.done("POST", "/v1/events/batch", bodies)
    assert {verdict["status"] for verdict in again} == {409}
    ages = [FIRST + STEP * place for place in range(len(ids))]
    # The time that passes meanwhile is left out, so that the ages lie around the border.
    passed = datetime.fromisoformat(again[0]["problem"]["event"]["reportedAt"])
    now = await owner.fetchval("select clock_timestamp()")
    await owner.execute(AGE, shop.tenant.tenant_id, ids, [age - (now - passed) for age in ages])

    verdicts = shop.done("POST", "/v1/events/batch", bodies)

    times = {str(row["id"]): row["reported_at"] for row in await owner.fetch(TIMES, shop.tenant.tenant_id)}
    (asked_at,) = {times[verdict["event"]["id"]] for verdict in verdicts if verdict["status"] == 200}
    expected = [
        200 if asked_at - (times[name] - (age - (now - passed))) >= WINDOW else 409
        for name, age in zip(ids, ages, strict=True)
    ]
    assert [verdict["status"] for verdict in verdicts] == expected
    return set(expected) == {200, 409}


def test_when_it_may_be_reported_again() -> None:
    """A client is told whole seconds, rounded up, of which there is one at least; and the exact time left."""
    original = Original(UUID(int=1), datetime(2026, 3, 1, tzinfo=UTC))
    times = ((10.5, "50", 49.5), (10.12344, "50", 49.877), (59.9, "1", 0.1), (60, "1", 0.0), (0, "60", 60.0))
    for age, header, left in times:
        told = duplicate(original, original.reported_at + timedelta(seconds=age))
        assert (told.headers, told.members["secondsLeft"]) == ({"Retry-After": header}, left)


def test_the_borders_of_a_window() -> None:
    """From the very instant of the report on, and before the window's end; an age below nothing is no duplicate."""
    original = Original(UUID(int=1), datetime(2026, 3, 1, tzinfo=UTC))
    moment = timedelta(microseconds=1)
    for age, refused in ((-moment, False), (0 * moment, True), (WINDOW - moment, True), (WINDOW, False)):
        assert original.refuses(original.reported_at + age, 60) is refused
