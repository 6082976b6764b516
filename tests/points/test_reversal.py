"""Undoing events: what was recorded is taken back, by its lots and counts, once, and told."""

import itertools
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from punchcard.db.connection import Db
from punchcard.events.replay import replay
from punchcard.points import integrity
from tests.points.books import let_pass, require_right
from tests.points.test_policies import policy
from tests.shop import ONE_PER_UNIT, Shop, fixed

NOBODY = UUID(int=0)
NUMBERS = itertools.count(1)


def buy(shop: Shop, user: Any, total: int = 10) -> Any:
    """Report a purchase like no other; return the event."""
    payload = {"total": total, "items": [next(NUMBERS)]}
    return shop.report(user, payload=payload).json()["data"]


def undo(shop: Shop, event: Any, **said: Any) -> Any:
    """Undo an event; return what it came to."""
    return shop.done("POST", f"/v1/events/{event['id']}/reverse", said)


def spend(shop: Shop, user: Any, points: int) -> Any:
    """Take points, as for a purchase."""
    body = {"actorId": user["id"], "points": points, "impactType": "SPEND", "comment": "A test"}
    return shop.done("POST", "/v1/commands/adjust_points", body)


def wallet(shop: Shop, user: Any) -> Any:
    """Return a member's wallet."""
    return shop.done("GET", f"/v1/users/{user['id']}/wallet")


def stand(shop: Shop, user: Any) -> tuple[int, ...]:
    """Return the sums of a wallet."""
    shown = wallet(shop, user)
    return tuple(shown[name] for name in ("balance", "pending", "debt", "earned", "spent", "expired"))


async def counts(db: Db, shop: Shop) -> list[Any]:
    """Return what counts against limits and caps."""
    tenant_id = shop.tenant.tenant_id
    rows = await db.fetch("select count from activations where tenant_id = $1 order by user_id", tenant_id)
    read = "select stretch, count, points, fired_at from activation_windows where tenant_id = $1 order by 1, 2, 3"
    return [tuple(row) for row in (*rows, *await db.fetch(read, tenant_id))]


async def require_books(shop: Shop, db: Db) -> None:
    """Compare the books with themselves, by both checks."""
    await require_right(db, shop.tenant.tenant_id)
    assert (await integrity.check_slice(db, shop.tenant.tenant_id, NOBODY)).differences == []


async def test_an_event_is_undone_once(shop: Shop, db: Db) -> None:
    """T71: points and entry are taken back and named; again it is a 409 that names the first, a foreign one a 404."""
    user = shop.cafe()
    event = buy(shop, user, 50)
    told = undo(shop, event, comment="Brought back")
    assert (told["takenBack"], told["givenBack"], told["forgiven"], told["share"]) == (50, 0, 0, 1)
    reversal = told["event"]
    assert (reversal["type"], reversal["points"], reversal["payload"]["eventId"]) == (
        "EVENT_REVERSED",
        -50,
        event["id"],
    )
    assert stand(shop, user) == (0, 0, 0, 0, 0, 0)
    newest = wallet(shop, user)["entries"][0]
    assert (newest["points"], newest["undoes"], newest["reason"]) == (-50, True, "Brought back")

    again = shop.call("POST", f"/v1/events/{event['id']}/reverse", {})
    assert (again.status_code, again.json()["code"], again.json()["reversalId"]) == (
        409, "event_reversed", reversal["id"],
    )  # fmt: skip
    answer = shop.call("POST", f"/v1/events/{reversal['id']}/reverse", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_reversible")
    assert shop.call("POST", f"/v1/events/{UUID(int=5)}/reverse", {}).status_code == 404
    for share in (0, -1, 2, 0.0000001):
        assert shop.call("POST", f"/v1/events/{event['id']}/reverse", {"share": share}).status_code == 422
    await require_books(shop, db)


async def test_shares_come_to_the_whole(shop: Shop, db: Db) -> None:
    """Parts are rounded down, together they are all of it, and more than is left is refused."""
    user = shop.cafe()
    shop.reactor(fixed(7), name="Another one", limits=[{"activations": 1, "per": "DAY"}])
    before = await counts(db, shop)
    event = buy(shop, user, 100)
    taken = [undo(shop, event, share=0.333333)["takenBack"] for _ in range(2)]
    left = shop.call("POST", f"/v1/events/{event['id']}/reverse", {"share": 0.5})
    assert (left.status_code, left.json()["errors"][0]["code"]) == (422, "larger_than_left")
    assert "0.333334" in left.json()["errors"][0]["detail"]
    last = undo(shop, event)
    assert (*taken, last["takenBack"], sum(taken) + last["takenBack"]) == (35, 35, 37, 107)
    assert (last["shareInAll"], stand(shop, user)) == (1, (0, 0, 0, 0, 0, 0))
    assert await counts(db, shop) == [*before, (f"DAY {event['occurredAt'][:10]}", 0, 0, [])]
    await require_books(shop, db)


@pytest.mark.parametrize("how", ["within_balance", "debt", "refuse"])
async def test_when_the_points_are_spent(shop: Shop, db: Db, how: str) -> None:
    """T45: earned, spent, brought back: what is missing is left, owed or refused; no balance is ever below zero."""
    user = shop.cafe()
    event = buy(shop, user, 100)
    spend(shop, user, 70)
    answer = shop.call("POST", f"/v1/events/{event['id']}/reverse", {"policy": how})
    if how == "refuse":
        assert (answer.status_code, answer.json()["code"], answer.json()["balance"]) == (409, "insufficient_points", 0)
        assert stand(shop, user) == (30, 0, 0, 100, 70, 0)
    elif how == "within_balance":
        assert (answer.json()["data"]["takenBack"], answer.json()["data"]["forgiven"]) == (30, 70)
        assert stand(shop, user) == (0, 0, 0, 70, 70, 0)
    else:
        assert (answer.json()["data"]["takenBack"], answer.json()["data"]["owed"]) == (100, 70)
        assert stand(shop, user) == (0, 0, 70, 0, 70, 0)
        assert buy(shop, user, 50)["points"] == 0
        assert buy(shop, user, 50)["points"] == 30
        assert stand(shop, user) == (30, 0, 0, 100, 70, 0)
        assert [entry.get("owed", 0) for entry in wallet(shop, user)["entries"]] == [20, 50, -70, 0, 0]
    await require_books(shop, db)


async def test_a_debt_has_a_limit(shop: Shop, db: Db) -> None:
    """The tenant says how much a member may owe; beyond that a reversal is refused, and nothing has changed."""
    shop.done("PATCH", "/v1/tenant/", {"debtLimit": 69})
    user = shop.cafe()
    event = buy(shop, user, 100)
    spend(shop, user, 70)
    assert shop.call("POST", f"/v1/events/{event['id']}/reverse", {"policy": "debt"}).status_code == 409
    assert undo(shop, event, policy="debt", share=0.99)["owed"] == 69
    await require_books(shop, db)


async def test_points_on_terms_pay_a_debt_out_of_their_lot(shop: Shop, db: Db) -> None:
    """What is given with an end, or becomes usable, pays what is owed, and the rest of the lot is the member's."""
    user = shop.cafe()
    event = buy(shop, user, 100)
    spend(shop, user, 100)
    undo(shop, event, policy="debt")
    policy(shop, {"after": "P10D"})
    assert buy(shop, user, 60)["points"] == 0
    shop.event_type("ORDERED", schema=None)
    shop.reactor(event_type="ORDERED", reactions=[{"type": "POINTS", "points": fixed(50), "usableAfter": "P1D"}])
    shop.done("POST", "/v1/events", {"type": "ORDERED", "subject": user["id"]})
    assert stand(shop, user)[:3] == (0, 50, 40)
    await let_pass(db, shop.tenant.tenant_id, 2)
    assert stand(shop, user)[:3] == (10, 0, 0)
    assert buy(shop, user, 5)["points"] == 5
    await require_books(shop, db)
    await let_pass(db, shop.tenant.tenant_id, 11)
    assert buy(shop, user, 1)["points"] == 1
    assert stand(shop, user)[:3] == (1, 0, 0)
    await require_books(shop, db)


async def test_a_purchase_gives_its_points_back_into_their_lots(shop: Shop, db: Db) -> None:
    """What was taken goes back where it came from; what has run out there since runs out again, as an event."""
    user = shop.cafe()
    buy(shop, user, 10)
    policy(shop, {"after": "P10D"})
    buy(shop, user, 20)
    before = await db.fetch("select number, remaining from lots where tenant_id = $1", shop.tenant.tenant_id)
    first, second = spend(shop, user, 25), spend(shop, user, 5)
    told = undo(shop, first)
    assert (told["givenBack"], told["balanceAfter"], stand(shop, user)[:1]) == (25, 25, (25,))
    assert undo(shop, second)["givenBack"] == 5
    assert await db.fetch("select number, remaining from lots where tenant_id = $1", shop.tenant.tenant_id) == before
    assert stand(shop, user) == (30, 0, 0, 30, 0, 0)
    spent = spend(shop, user, 15)
    await let_pass(db, shop.tenant.tenant_id, 11)
    assert undo(shop, spent)["givenBack"] == 15
    assert stand(shop, user) == (10, 0, 0, 30, 0, 20)
    assert sorted(e["points"] for e in shop.done("GET", "/v1/events/?filter=type:POINTS_EXPIRED")) == [-15, -5]
    await require_books(shop, db)


async def test_points_that_have_run_out_are_not_taken_twice(shop: Shop, db: Db) -> None:
    """Of an earning that has run out only what was spent of it is taken from other points, in shares as in whole."""
    user = shop.cafe()
    policy(shop, {"after": "P10D"})
    event = buy(shop, user, 100)
    spend(shop, user, 60)
    await let_pass(db, shop.tenant.tenant_id, 11)
    buy(shop, user, 200)
    first = undo(shop, event, share=0.5)
    assert (first["ranOut"], first["takenBack"]) == (40, 10)
    second = undo(shop, event)
    assert (second["ranOut"], second["takenBack"], stand(shop, user)[0]) == (0, 50, 140)
    await require_books(shop, db)


async def test_pending_points_are_taken_back_as_pending(shop: Shop, db: Db) -> None:
    """The balance stays; an activation is not undone, and said to be left."""
    user = shop.user()
    for name in ("ORDERED", "DELIVERED"):
        shop.event_type(name, schema=None)
    shop.reactor(event_type="ORDERED", reactions=[{"type": "POINTS", "points": fixed(9), "awaits": "payload.id"}])
    shop.reactor(event_type="DELIVERED", reactions=[{"type": "POINTS", "activates": "payload.id"}])
    first, second = (
        shop.done("POST", "/v1/events", {"type": "ORDERED", "subject": user["id"], "payload": {"id": key}})
        for key in "ab"
    )
    assert (undo(shop, first)["takenBack"], stand(shop, user)[:2]) == (9, (0, 9))
    done = shop.done("POST", "/v1/events", {"type": "DELIVERED", "subject": user["id"], "payload": {"id": "b"}})
    told = undo(shop, done)
    assert (told["takenBack"], [left["what"] for left in told["left"]], stand(shop, user)[0]) == (0, ["entry"], 9)
    assert (undo(shop, second)["takenBack"], stand(shop, user)[0]) == (9, 0)
    await require_books(shop, db)


async def test_limits_and_caps_have_room_again(shop: Shop, db: Db) -> None:
    """Activations, windows and caps count as if the event had not been, under the policies that judged it."""
    user = shop.user()
    shop.event_type()
    capped = policy(shop, {"points": 50, "per": "DAY"}, "MAXIMUM_POINTS_EARN_CAP")
    limits = [{"activations": 2, "per": "P7D"}, {"points": 45, "per": "MONTH", "context": "TENANT"}]
    shop.reactor(ONE_PER_UNIT, limits=limits, maxActivations=3, activationContext="GLOBAL")
    events = [buy(shop, user, 30), buy(shop, user, 30), buy(shop, user, 30)]
    assert [event["points"] for event in events] == [30, 15, 0]
    shop.done("PATCH", f"/v1/points_liability_criteria/{capped['id']}", {"isActive": False})
    shop.done("PATCH", f"/v1/points_liability_criteria/{capped['id']}", {"isActive": True, "config": {"points": 60}})
    undo(shop, events[0])
    undo(shop, events[1])
    rows = await counts(db, shop)
    assert all(row[-3:-1] == (0, 0) or row == (0,) for row in rows), rows
    assert buy(shop, user, 40)["points"] == 40
    await require_books(shop, db)


async def test_a_preview_is_what_comes(shop: Shop, db: Db) -> None:
    """It says the same, and nothing has changed; reactors of EVENT_REVERSED take part in what is recorded."""
    user = shop.cafe()
    event = buy(shop, user, 10)
    before = stand(shop, user), len(shop.done("GET", "/v1/events/"))
    shown = shop.done("POST", f"/v1/events/{event['id']}/reverse?dryRun=true", {})
    assert (stand(shop, user), len(shop.done("GET", "/v1/events/"))) == before
    told = undo(shop, event)
    assert {**told, "event": None} == {**shown, "event": None}
    shop.reactor(fixed(1), "EVENT_REVERSED", name="A consolation")
    other = buy(shop, user, 10)
    assert (undo(shop, other)["event"]["points"], stand(shop, user)[0]) == (-9, 1)
    await require_books(shop, db)


async def test_the_references_way_works_as_any_event(shop: Shop, db: Db) -> None:
    """A counter-event with its reactor takes points as any other, and is refused by the balance in its verdict."""
    user = shop.cafe()
    shop.event_type("RETURNED_COFFEE", schema=None)
    minus = {"operation": "PRODUCT", "arguments": [*ONE_PER_UNIT["arguments"], {"type": "NUMBER", "value": "-1"}]}
    shop.reactor(minus, "RETURNED_COFFEE")
    buy(shop, user, 30)
    body = {"type": "RETURNED_COFFEE", "subject": user["id"], "payload": {"total": 30}}
    assert shop.done("POST", "/v1/events", body)["points"] == -30
    event = shop.done("POST", "/v1/events", {**body, "payload": {"total": 31}})
    (verdict,) = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
    assert (event["points"], verdict["code"], stand(shop, user)[0]) == (0, "BALANCE_TOO_LOW", 0)
    await require_books(shop, db)


STEPS = st.lists(st.tuples(st.sampled_from(["buy", "spend", "pass"]), st.integers(1, 40)), max_size=5)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STEPS, after=STEPS, total=st.integers(1, 60), how=st.sampled_from(["within_balance", "debt"]))
async def test_undone_at_once_all_is_as_before(
    shop: Shop, db: Db, before: list[tuple[str, int]], after: list[tuple[str, int]], total: int, how: str
) -> None:
    """Whatever came before, an event and its reversal leave wallet and counts as they were; later, the books agree."""
    tenant_id = shop.tenant.tenant_id
    if not shop.done("GET", "/v1/event_types/?filter=name:PURCHASED_COFFEE"):
        shop.event_type()
        policy(shop, {"after": "P6D"})
        policy(shop, {"points": 100, "per": "DAY"}, "MAXIMUM_POINTS_EARN_CAP")
        shop.reactor(limits=[{"points": 80, "per": "DAY"}])
        shop.reactor(fixed(3), name="Pending ones", reactions=[
            {"type": "POINTS", "points": fixed(3), "usableAfter": "P2D"}, {"type": "POINTS", "points": fixed(2)},
        ])  # fmt: skip
    user = shop.user()

    async def live(steps: list[tuple[str, int]]) -> None:
        for what, number in steps:
            if what == "buy":
                buy(shop, user, number)
            elif what == "pass":
                await let_pass(db, tenant_id, 1)
            elif stand(shop, user)[0] >= number:
                spend(shop, user, number)

    await live(before)
    stood, counted = stand(shop, user), await counts(db, shop)
    event = buy(shop, user, total)
    undo(shop, event, policy=how)
    assert stand(shop, user) == stood
    zeros = [row for row in await counts(db, shop) if row[-3:-1] != (0, 0)]
    assert zeros == [row for row in counted if row[-3:-1] != (0, 0)]
    later = buy(shop, user, total)
    await live(after)
    for share in ("0.25", None):
        said = {} if share is None else {"share": float(Decimal(share))}
        undo(shop, later, policy=how, **said)
    assert min(stand(shop, user)) >= 0
    await require_books(shop, db)


async def test_counters_and_badges_follow(shop: Shop, db: Db) -> None:
    """A counter has not counted the event any more, and a badge is not held any more."""
    user = shop.cafe()
    shop.done("POST", "/v1/counters/", {"name": "coffees", "eventType": "PURCHASED_COFFEE", "what": "COUNT"})
    badge = shop.done("POST", "/v1/badges/", {"internalName": "Regular"})
    events = [buy(shop, user), buy(shop, user)]
    await db.execute(
        "insert into earned_badges (tenant_id, user_id, id, badge_id, event_id, earned_at)"
        " values ($1, $2, gen_random_uuid(), $3, $4, clock_timestamp())",
        shop.tenant.tenant_id, user["id"], badge["id"], events[0]["id"],
    )  # fmt: skip
    told = undo(shop, events[0])
    assert told["undone"] == [f"badge {badge['id']}", "counter coffees"]
    held = "select sum(change) from earned_badges where tenant_id = $1"
    counted = "select max(count) from counter_values where tenant_id = $1"
    assert [await db.fetchval(sql, shop.tenant.tenant_id) for sql in (held, counted)] == [0, 1]


def rich_reactions(shop: Shop) -> list[Any]:
    """Return reactions of every kind: points, a badge, an attribute, a voucher, a call."""
    badge = shop.done("POST", "/v1/badges/", {"internalName": "Regular"})
    cup = {"type": "VOUCHER", "name": "A cup", "price": 5, "purchasable": True, "availability": {"start": "2020-01-01"}}
    reward = shop.done("POST", "/v1/rewards/", {**cup, "stockCapacity": 2})
    return [
        {"type": "POINTS", "points": fixed(5)},
        {"type": "BADGE", "badge": {"id": badge["id"]}},
        {"type": "ATTRIBUTE", "attributes": [{"key": "level", "value": "two", "isEnabled": True}]},
        {"type": "REWARD", "reward": {"id": reward["id"]}},
        {"type": "WEBHOOK", "url": "https://hooks.example.org/told"},
    ]


async def test_what_reactions_did_is_undone_or_named(shop: Shop, db: Db) -> None:
    """Badge, attribute and voucher go, what stood before is back, stock too; the call of a webhook is named."""
    user = shop.user()
    shop.event_type()
    first = {"type": "ATTRIBUTE", "attributes": [{"key": "level", "value": "one", "isEnabled": True}]}
    shop.event_type("JOINED", schema=None)
    shop.reactor(event_type="JOINED", reactions=[first])
    shop.done("POST", "/v1/events", {"type": "JOINED", "subject": user["id"]})
    shop.reactor(reactions=rich_reactions(shop))
    told = undo(shop, buy(shop, user))
    assert sorted(one.split()[0] for one in told["undone"]) == ["attribute", "badge", "voucher"]
    assert ("webhook", "hooks.example.org was, or will be, told of the event.") in [
        (left["what"], left["detail"]) for left in told["left"]
    ]
    tenant_id = shop.tenant.tenant_id
    standing = "select value #>> '{}' from attributes where tenant_id = $1 and key = 'level' and replaced_at is null"
    assert [row[0] for row in await db.fetch(standing, tenant_id)] == ["one"]
    assert await db.fetchval("select sum(change) from earned_badges where tenant_id = $1", tenant_id) == 0
    assert await db.fetchval("select stock_consumed from rewards where tenant_id = $1", tenant_id) == 0
    assert [one["status"] for one in shop.done("GET", "/v1/vouchers/")] == ["REFUNDED"]
    assert stand(shop, user) == (0, 0, 0, 0, 0, 0)
    await require_books(shop, db)
    assert (await replay(db, tenant_id)).differences == []


async def test_points_for_failure_are_undone_too(shop: Shop, db: Db) -> None:
    """What a reactor gave without firing makes room under its limits and caps again."""
    user = shop.user()
    shop.event_type()
    policy(shop, {"points": 50, "per": "DAY"}, "MAXIMUM_POINTS_EARN_CAP")
    reactions = [{"type": "POINTS", "points": fixed(4), "forFailure": True}, {"type": "POINTS", "points": fixed(9)}]
    limits = [{"points": 40, "per": "DAY"}, {"points": 90, "per": "DAY", "context": "TENANT"}]
    shop.reactor(reactions=reactions, limits=limits, constraint="payload.total > 100")
    event = buy(shop, user)
    assert (event["points"], undo(shop, event)["takenBack"]) == (4, 4)
    assert all(row[-3:-1] == (0, 0) for row in await counts(db, shop)), await counts(db, shop)
    await require_books(shop, db)
    assert (await replay(db, shop.tenant.tenant_id)).differences == []
