"""Replay: events judged again come to what is recorded, to the byte; what was changed behind the engine is named."""

import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from punchcard.cli import main
from punchcard.db.connection import Db, Tx
from punchcard.db.embedded import Urls
from punchcard.events.replay import Outcome, replay
from tests.points.test_integrity import vandal
from tests.points.test_pending import wallet
from tests.points.test_policies import policy
from tests.shop import ONE_PER_UNIT, Shop, fixed

__all__ = ["vandal"]

NUMBERS = itertools.count(1)
REWARD = {"type": "VOUCHER", "name": "A cup", "price": 5, "purchasable": True, "availability": {"start": "2020-01-01"}}
ORDER = {
    "type": "POINTS",
    "points": fixed(4),
    "awaits": "payload.order",
    "usableAfter": "PT1S",
    "expiresAfter": "P1D",
}
COUNTED = [{"points": 60, "per": "DAY"}, {"activations": 40, "per": "P1D"}]


def programme(shop: Shop) -> Any:
    """Set up a programme with limits, caps, groups, terms, waiting points, facts, and reactions to commands."""
    policy(shop, {"after": "P1Y"})
    capped = policy(shop, {"points": 50, "per": "DAY"}, "MAXIMUM_POINTS_EARN_CAP")
    policy(shop, {"points": 90, "per": "DAY"}, "MAXIMUM_POINTS_SPEND_CAP")
    shop.event_type()
    for name in ("ORDERED", "DELIVERED", "RETURNED"):
        shop.event_type(name, schema=None)
    shop.reactor(ONE_PER_UNIT, limits=COUNTED, priority=5)
    shop.reactor(fixed(3), name="For all together", maxActivations=3, activationContext="GLOBAL")
    shop.reactor(fixed(9), name="A budget", limits=[{"points": 40, "per": "DAY", "context": "TENANT"}])
    shop.reactor(fixed(2), name="By facts", constraint="wallet.balance > 20 && event.channel == 'admin'")
    for points in (1, 6):
        group = {"name": "one of them", "mode": "BEST"}
        shop.reactor(fixed(points), name=f"Group of {points}", group=group, constraint=f"payload.total > {points}")
    shop.reactor(event_type="ORDERED", reactions=[ORDER, {"type": "POINTS", "points": fixed(1)}])
    shop.reactor(event_type="DELIVERED", reactions=[{"type": "POINTS", "activates": "payload.order"}])
    shop.reactor(event_type="RETURNED", reactions=[{"type": "POINTS", "cancels": "payload.order"}])
    minus = {"operation": "PRODUCT", "arguments": [{"type": "NUMBER", "value": "-7"}]}
    shop.reactor(minus, "RETURNED", name="Takes some back", priority=-1)
    for name in ("POINTS_ADJUSTED", "EVENT_REVERSED", "PURCHASED_REWARD", "POINTS_ACTIVATED"):
        shop.reactor(fixed(1), name, name=f"On {name}")
    cup = shop.done("POST", "/v1/rewards/", REWARD)
    return cup, capped


def just_now() -> str:
    """Return an instant a second ago, but for a moment: what takes a second from then on is about to happen."""
    return (datetime.now(UTC) - timedelta(seconds=0.97)).isoformat()


def act(shop: Shop, users: list[Any], cup: Any, events: list[Any], step: tuple[str, int, int]) -> None:
    """Let something happen to one of the members; what is refused, is."""
    what, whose, number = step
    user = users[whose % len(users)]
    payload = {"total": number, "items": [next(NUMBERS)], "order": str(number % 3)}
    body: Any = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": payload}
    match what:
        case "buy":
            events.append(shop.done("POST", "/v1/events", body))
        case "order" | "deliver" | "return":
            kind = {"order": "ORDERED", "deliver": "DELIVERED", "return": "RETURNED"}[what]
            events.append(shop.done("POST", "/v1/events", body | {"type": kind, "occurredAt": just_now()}))
        case "batch":
            shop.call("POST", "/v1/events/batch", [
                body | {"type": kind, "subject": each["id"]}
                for each in users for kind in ("PURCHASED_COFFEE", "ORDERED", "DELIVERED")
            ])  # fmt: skip
        case "adjust":
            kinds = ("EARN", "SPEND", "NONE")
            asked = {"actorId": user["id"], "points": number, "comment": "A test", "impactType": kinds[number % 3]}
            bypass = {"liabilityHandlingPolicy": "BYPASS"} if number % 2 else {}
            events += [] if (made := shop.call("POST", "/v1/commands/adjust_points", asked | bypass)).is_error else [
                made.json()["data"]
            ]  # fmt: skip
        case "reward":
            asked = {"rewardId": cup["id"], "beneficiaryId": user["id"]}
            shop.call("POST", "/v1/commands/purchase_reward", asked)
        case "cancel":
            shop.call("POST", "/v1/commands/cancel_points", {"actorId": user["id"], "awaits": str(number % 3)})
        case "activate":
            shop.call("POST", "/v1/commands/activate_points", {"actorId": user["id"], "awaits": str(number % 3)})
        case "undo" if events:
            said = {"policy": ("within_balance", "debt")[number % 2], **({"share": 0.3} if number % 3 else {})}
            shop.call("POST", f"/v1/events/{events[number % len(events)]['id']}/reverse", said)


KINDS = ["buy", "order", "deliver", "return", "batch", "adjust", "reward", "cancel", "activate", "undo"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(1, 30)), min_size=1, max_size=14)


async def replayed(db: Db, shop: Shop) -> Outcome:
    """Replay a shop."""
    return await replay(db, shop.tenant.tenant_id)


async def require_equal(db: Db, shop: Shop) -> Outcome:
    """Replay a shop, which has to come to what is recorded."""
    found = await replayed(db, shop)
    assert found.differences == []
    assert (found.is_equal, found.state_hash) == (True, found.replayed_hash)
    return found


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_a_replay_comes_to_the_state(
    db: Db, open_shop: Callable[[], Awaitable[Shop]], steps: list[tuple[str, int, int]]
) -> None:
    """Whatever happens, the events come to what is recorded, to the byte."""
    shop = await open_shop()
    cup, _ = programme(shop)
    users, events = [shop.user() for _ in range(3)], []  # type: ignore[var-annotated]
    for step in steps:
        act(shop, users, cup, events, step)
    await require_equal(db, shop)


async def lived(shop: Shop) -> list[Any]:
    """Let a fixed history happen, through changes of policies, reactors and the zone; return the members."""
    cup, capped = programme(shop)
    users, events = [shop.user() for _ in range(3)], []  # type: ignore[var-annotated]
    for number, kind in enumerate(KINDS * 2):
        act(shop, users, cup, events, (kind, number % 3, 7 + number))
        if number == 12:
            shop.done(
                "PATCH", f"/v1/points_liability_criteria/{capped['id']}", {"config": {"points": 70, "per": "DAY"}}
            )
            reactor = shop.done("GET", "/v1/event_reactors/")[0]
            shop.done("PATCH", f"/v1/event_reactors/{reactor['id']}", {"limits": [{"points": 80, "per": "DAY"}]})
    return users


async def test_a_history_with_changes(shop: Shop, db: Db) -> None:
    """Each event is judged by the versions and policies of its own time; a second time it comes to the same."""
    await lived(shop)
    found = await require_equal(db, shop)
    assert (found.wallets, found.unpinned, found.merged, found.events > 25) == (3, 0, 0, True)
    assert (await require_equal(db, shop)).state_hash == found.state_hash


@pytest.mark.parametrize("also", [False, True])
async def test_time_at_work_is_replayed(shop: Shop, db: Db, *, also: bool) -> None:
    """Points that become usable and run out in one transaction do so before a reactor takes of them; and again."""
    shop.event_type()
    terms: list[dict[str, Any]] = [
        {"usableAfter": "PT1S"}, {"expiresAfter": "PT1S"}, {"usableAfter": "PT1S", "expiresAfter": "PT1M"},
        {"awaits": "payload.total", "expiresAfter": "PT1S"}, {},
    ]  # fmt: skip
    shop.reactor(reactions=[{"type": "POINTS", "points": fixed(9), **each} for each in terms])
    shop.reactor(fixed(-1), "POINTS_ACTIVATED", name="A fee")
    if also:
        shop.reactor(fixed(2), "POINTS_EXPIRED", name="A consolation")
    user = shop.user()
    for number in range(4):
        assert shop.report(user, number, occurredAt=just_now()).status_code == 200
    asked = 0
    while wallet(shop, user)["pending"] and asked < 500:
        asked += 1
    assert shop.report(user, 99).status_code == 200
    assert wallet(shop, user)["expired"] > 0
    await require_equal(db, shop)


TAMPERED = {
    "an entry": ("update ledger_entries set points = points + 1 where user_id = $1 and number = 2", "entries"),
    "a verdict": ("update events set verdicts = '{}' where user_id = $1 and points > 0", "points"),
    "a payload": (
        """update events set payload = '{"total": 3}' where user_id = $1 and payload->>'total' = '7'""", "verdicts",
    ),
    "a balance": (
        "update wallets set balance = balance + 1, earned = earned + 1 where user_id = $1", "wallet.balance",
    ),
    "a lot": ("update lots set remaining = remaining - 1 where user_id = $1 and remaining > 1", "lot"),
    "a count": ("update activation_windows set points = points + 1 where user_id = $1", "counts"),
}  # fmt: skip


async def test_what_was_changed_is_named(shop: Shop, db: Db, vandal: "asyncpg.Connection[Any]") -> None:
    """F40: each planted change, in any table, is found where it is, at whose member, and the hashes differ."""
    users = [UUID(user["id"]) for user in await lived(shop)]
    for what, (statement, expected) in TAMPERED.items():
        tampered = vandal.transaction()
        await tampered.start()
        for user in users:
            await vandal.execute(statement, user)
        found = await replay(_Same(vandal), shop.tenant.tenant_id)  # type: ignore[arg-type]
        await tampered.rollback()
        assert not found.is_equal, what
        assert expected in {one.what for one in found.differences}, (what, found.differences)
        assert {one.user_id for one in found.differences} <= {*users, UUID(int=0)}
    await require_equal(db, shop)


class _Same:
    """A database of one connection, whose transaction is open: what it has changed is seen, and taken back after."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._tx = Tx(connection)  # type: ignore[arg-type]

    @contextlib.asynccontextmanager
    async def transaction(self, **_: bool) -> AsyncIterator[Tx]:
        """Lend it."""
        yield self._tx


async def test_on_the_command_line(
    shop: Shop, urls: Urls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`punchcard replay --json` says so, with the hash, and exits 0; an unknown tenant is a sentence and 1."""
    import asyncio  # noqa: PLC0415 - the command has a loop of its own

    await lived(shop)
    monkeypatch.setenv("PUNCHCARD_DATABASE_URL", urls.app)
    monkeypatch.setenv("PUNCHCARD_MIGRATE_URL", urls.owner)
    arguments = ["replay", "--json", "--tenant", str(shop.tenant.tenant_id)]
    assert await asyncio.to_thread(main.run, arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["equal"], len(told["tenants"][0]["stateHash"])) == (True, 64)
    assert await asyncio.to_thread(main.run, ["replay", "--tenant", str(UUID(int=9))]) == 1
