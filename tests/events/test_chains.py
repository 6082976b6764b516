"""Chains: events that follow from events, their bounds, and that nobody else notices."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from typing import Any
from zlib import crc32

import pytest

from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.events.follow_ups import DEPTH_MAX
from tests.shop import Shop, fixed
from tests.sizes import SEED, rounds

BUDGET = Settings.model_fields["follow_ups_max"].default
pytestmark = pytest.mark.figure(name="R12")


def award(badge: Any) -> dict[str, Any]:
    """Return a reaction that awards a badge."""
    return {"type": "BADGE", "badge": badge["id"]}


def on(badge: Any) -> str:
    """Return a constraint that holds where this badge was earned."""
    return f"payload.badgeId == '{badge['id']}'"


def stream(shop: Shop, user: Any) -> list[Any]:
    """Return a user's events in their order, without the registration."""
    return shop.done("GET", f"/v1/events/?order=ASC&limit=1000&filter=subject:{user['id']}")[1:]  # type: ignore[no-any-return]


@pytest.fixture
def badges(shop: Shop) -> list[Any]:
    """Return two badges of a shop with an event type."""
    shop.event_type()
    return [shop.done("POST", "/v1/badges/", {"internalName": name}) for name in ("First", "Second")]


@pytest.mark.parametrize("length", [1, 2])
def test_a_loop_ends_at_its_depth(shop: Shop, badges: list[Any], length: int) -> None:
    """T38, F22: A→A and A→B→A end eight events deep; the last one tells what was parked and why."""
    loop = badges[:length]
    shop.reactor(reactions=[award(loop[0])])
    for place, badge in enumerate(loop):
        following = loop[(place + 1) % length]
        reactions = [award(following), {"type": "POINTS", "points": fixed(1)}]
        shop.reactor(None, "BADGE_EARNED", name=f"Loop {place}", reactions=reactions, constraint=on(badge))
    user = shop.user()

    event = shop.report(user).json()["data"]

    events = stream(shop, user)
    assert [one["type"] for one in events] == ["PURCHASED_COFFEE", *["BADGE_EARNED"] * DEPTH_MAX]
    assert [one["context"]["causedBy"]["depth"] for one in events[1:]] == [*range(1, DEPTH_MAX + 1)]
    assert [one["context"]["causedBy"]["eventId"] for one in events[1:]] == [one["id"] for one in events[:-1]]
    assert (event["points"], shop.balance(user)) == (0, DEPTH_MAX)
    parked = events[-1]["context"]["parked"]
    assert (parked["count"], parked["events"][0]["bound"]) == (1, "DEPTH")
    came = shop.done("GET", f"/v1/events/{events[-1]['id']}/reactions")
    assert came["parked"] == [{"type": "BADGE_EARNED", "bound": "DEPTH"}]
    told = shop.done("GET", f"/v1/events/{events[-1]['id']}/explain")["text"]
    assert told[-1].startswith("1 event of the type BADGE_EARNED that would have followed was parked")


def test_a_fan_out_ends_with_its_budget(shop: Shop, badges: list[Any]) -> None:
    """T38, F22, R12: ten of ten of ten events end at the budget of the one that was reported; others are unaffected."""
    shop.reactor(reactions=[award(badges[0])])
    shop.reactor(None, "BADGE_EARNED", name="Ten", reactions=[award(badges[0])] * 10)
    user, other = shop.user(), shop.user()
    event = {"type": "PURCHASED_COFFEE", "payload": {"total": 1}}

    batch = [event | {"subject": one["id"]} for one in (user, other)]
    answer = shop.done("POST", "/v1/events/batch", batch)

    assert [one["event"]["points"] for one in answer] == [0, 0]
    for one in (user, other):
        events = stream(shop, one)
        assert len(events) == 1 + BUDGET
        bounds = [
            each["bound"] for whole in events for each in whole.get("context", {}).get("parked", {}).get("events", [])
        ]
        assert set(bounds) == {"BUDGET"}
        depths = [whole["context"]["causedBy"]["depth"] for whole in events[1:]]
        assert depths == sorted(depths)


NAMES = ("a", "d")  # of which one goes by one shard and one by the other
WAITING = "select exists (select from pg_stat_activity where wait_event_type = 'Lock')"
HELD = "select from wallets where tenant_id = $1 for update"
ATTEMPTS = 3


async def test_who_has_fan_outs_is_not_waited_for(
    shop: Shop, badges: list[Any], open_shop: Callable[[], Awaitable[Shop]], db: Db
) -> None:
    """R12: after a fan-out the tenant's reports are written in a line of their own, whatever they wait for there."""
    assert {crc32(name.encode()) % 2 for name in NAMES} == {0, 1}
    other = await open_shop()
    other.cafe(NAMES[0])
    other.user(NAMES[1])
    for name in NAMES:
        shop.user(name)
    shop.reactor(reactions=[award(badges[0])])
    shop.reactor(None, "BADGE_EARNED", name="Ten", reactions=[award(badges[0])] * 10)
    totals = itertools.count()

    async def report(of: Shop) -> list[int]:
        bodies = [{"type": "PURCHASED_COFFEE", "subject": name, "payload": {"total": next(totals)}} for name in NAMES]
        calls = (asyncio.to_thread(of.call, "POST", "/v1/events", body) for body in bodies)
        return [answer.status_code for answer in await asyncio.gather(*calls)]

    for _ in range(ATTEMPTS):  # those that wait are given up after seconds, for which a busy machine may stand still
        assert await report(shop) == [200, 200]
        async with db.transaction() as tx:
            await tx.execute(HELD, shop.tenant.tenant_id)
            waiting = asyncio.create_task(report(shop))
            async with asyncio.timeout(60):
                while not await db.fetchval(WAITING):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.01)
            assert await report(other) == [200, 200]
            is_first = not waiting.done()
        assert set(await waiting) <= {200, 503}
        if is_first:
            break
    assert is_first


def test_any_graph_ends_within_its_budget(shop: Shop, badges: list[Any]) -> None:
    """R12: whatever awards what, an event has at most its budget of followers, and none deeper than allowed."""
    chance = random.Random(SEED)
    reactors: list[Any] = []
    for number in rounds("R12 graphs"):
        for reactor in reactors:
            shop.done("DELETE", f"/v1/event_reactors/{reactor['id']}")
        reactors = [shop.reactor(reactions=[award(chance.choice(badges))] * chance.randint(1, 3), name="Begin")]
        for badge in badges:
            reactions = [award(chance.choice(badges)) for _ in range(chance.randint(1, 10))]
            constraint = on(badge) if chance.random() < 0.7 else None
            reactors.append(shop.reactor(None, "BADGE_EARNED", reactions=reactions, constraint=constraint))
        user = shop.user()

        assert shop.report(user, number).status_code == 200

        followers = stream(shop, user)[1:]
        assert 1 <= len(followers) <= BUDGET
        depths = [one["context"]["causedBy"]["depth"] for one in followers]
        assert max(depths) <= DEPTH_MAX


def test_commands_enter_chains(shop: Shop, badges: list[Any]) -> None:
    """What a command reports is reacted to, and so is what follows from that."""
    shop.reactor(None, "REGISTERED_ACCOUNT", name="Welcome", reactions=[award(badges[0])])
    shop.reactor(fixed(7), "BADGE_EARNED", name="On badges")

    user = shop.user()

    assert shop.balance(user) == 7
    assert [one["type"] for one in stream(shop, user)] == ["BADGE_EARNED"]


def test_a_batch_is_its_events_one_by_one(shop: Shop, badges: list[Any]) -> None:
    """What follows from an event comes before the next event, in one batch as in single reports: entry by entry."""
    shop.reactor(reactions=[award(badges[0]), {"type": "POINTS", "points": fixed(1)}])
    shop.reactor(fixed(10), "BADGE_EARNED", name="On badges", limits=[{"activations": 2}])
    cap = {"type": "POINTS_CAP", "points": fixed(15)}
    shop.reactor(name="Cap", priority=-1, reactions=[cap])
    single, batched = shop.user(), shop.user()
    event = {"type": "PURCHASED_COFFEE"}
    totals = range(1, 5)

    for total in totals:
        shop.report(single, total)
    shop.done(
        "POST",
        "/v1/events/batch",
        [event | {"subject": batched["id"], "payload": {"total": total}} for total in totals],
    )

    books = [shop.done("GET", f"/v1/users/{one['id']}/wallet")["entries"] for one in (single, batched)]
    shown = [[(entry["number"], entry["points"], entry["balanceAfter"]) for entry in entries] for entries in books]
    assert shown[0] == shown[1]
    streams = [[(one["type"], one["points"]) for one in stream(shop, one)] for one in (single, batched)]
    assert streams[0] == streams[1]
    in_order = [one["id"] for one in stream(shop, batched)]
    assert in_order == sorted(in_order)


def test_limits_and_stock_of_what_follows(shop: Shop, badges: list[Any]) -> None:
    """Limits over all members, and stock, hold for reactors of what follows as for others."""
    body = {"type": "VOUCHER", "name": "A cup", "price": 30, "availability": {"start": "2020-01-01"}}
    cup = shop.done("POST", "/v1/rewards/", body | {"purchasable": True, "stockCapacity": 3})
    shop.reactor(reactions=[award(badges[0])])
    given = [{"type": "REWARD", "reward": cup["id"]}]
    shop.reactor(None, "BADGE_EARNED", name="A cup", reactions=given, maxActivations=5, activationContext="TENANT")
    shop.reactor(fixed(2), "VOUCHER_GIVEN", name="On vouchers", limits=[{"activations": 2, "context": "TENANT"}])
    users = [shop.user() for _ in range(4)]

    event = {"type": "PURCHASED_COFFEE", "payload": {"total": 1}}
    shop.done("POST", "/v1/events/batch", [event | {"subject": user["id"]} for user in users])

    assert [shop.balance(user) for user in users] == [2, 2, 0, 0]
    assert len(shop.done("GET", "/v1/vouchers/")) == 3
    assert shop.done("GET", f"/v1/rewards/{cup['id']}")["stockConsumed"] == 3


def test_a_draft_that_awards_a_badge_is_previewed(shop: Shop, badges: list[Any]) -> None:
    """A preview with a draft tells what would follow from it, though nothing live awards that badge."""
    draft = shop.reactor(reactions=[award(badges[1])], state="DRAFT")
    shop.reactor(fixed(4), "BADGE_EARNED", name="On badges")
    user = shop.user()
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}, "reactors": [draft["id"]]}

    told = shop.done("POST", "/v1/events/test_reaction", body)

    assert [(one["payload"]["badgeName"], one["points"]) for one in told["followUps"]] == [("Second", 4)]
    assert told["balanceAfter"] == 4


def test_preview_tells_what_would_follow(shop: Shop, badges: list[Any]) -> None:
    """A preview tells every event that would follow, with its verdicts, and what would be parked."""
    shop.reactor(reactions=[award(badges[0])])
    shop.reactor(None, "BADGE_EARNED", name="Loop", reactions=[award(badges[0])])
    user = shop.user()
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}

    told = shop.done("POST", "/v1/events/test_reaction", body)

    assert [one["depth"] for one in told["followUps"]] == [*range(1, DEPTH_MAX + 1)]
    assert all(one["verdicts"][0]["fired"] for one in told["followUps"])
    assert told["parked"] == [{"type": "BADGE_EARNED", "bound": "DEPTH"}]
    assert stream(shop, user) == []
