"""A replay compares counters, points for tiers, badges, attributes and vouchers too, as far as events tell of them."""

from typing import Any
from uuid import UUID

import asyncpg
from msgspec import structs

from punchcard.db.connection import Db
from punchcard.events.replay import replay
from punchcard.points import integrity
from tests.points.test_integrity import vandal
from tests.points.test_replay import REWARD, _Same, require_equal
from tests.points.test_reversal import buy, undo
from tests.shop import Shop, fixed
from tests.users.test_tiers import tier

__all__ = ["vandal"]


def programme(shop: Shop) -> Any:
    """Let purchases move counters and tiers, earn badges, set attributes and give vouchers, once they last."""
    shop.event_type()
    shop.reactor()
    for name, more in (
        ("bought", {"what": "COUNT", "per": "MONTH"}), ("paid", {"what": "SUM", "value": "payload.total"}),
        ("days", {"what": "STREAK", "per": "DAY"}),
    ):  # fmt: skip
        shop.done("POST", "/v1/counters/", {"name": name, "eventType": "PURCHASED_COFFEE", **more})
    tier(shop, 40)
    badge = shop.done("POST", "/v1/badges/", {"internalName": "Regular"})
    cup = shop.done("POST", "/v1/rewards/", {**REWARD, "stockCapacity": 4})
    gift = {"type": "REWARD", "reward": {"id": cup["id"]}}
    level = [{"key": "level", "value": "two", "isEnabled": True}]
    many = [{"type": "BADGE", "badge": {"id": badge["id"]}}, {"type": "ATTRIBUTE", "attributes": level}, gift]
    shop.reactor(name="Many", constraint="counters.bought.count % 2 == 0", reactions=many)
    instead = {"type": "POINTS", "points": fixed(2), "forFailure": True}
    shop.reactor(name="A cup, or two points", constraint="payload.total > 20", reactions=[gift, instead])
    return badge, cup


async def lived(shop: Shop) -> list[Any]:
    """Let all of it happen, with commands, calls, reversals and a reward that runs out; return the members."""
    badge, cup = programme(shop)
    users = [shop.user("ada"), shop.user("bob")]
    events = [buy(shop, users[number % 2], 12 + number) for number in range(12)]
    value = {
        "subjectType": "USER",
        "subjectId": users[0]["id"],
        "key": "level",
        "value": "three",
        "isEnabled": True,
        "shouldReplaceOnlySameKeyValue": False,
    }
    shop.done("POST", "/v1/attributes/", value)
    events += [buy(shop, users[0], 30) for _ in range(2)]
    shop.done("POST", "/v1/commands/award_badge", {"beneficiaryId": users[1]["id"], "badgeId": badge["id"]})
    shop.call("POST", "/v1/commands/purchase_reward", {"rewardId": cup["id"], "beneficiaryId": users[1]["id"]})
    for event in (events[2], events[3], events[13]):
        undo(shop, event, share=0.5)
        undo(shop, event)
    vouchers = shop.done("GET", "/v1/vouchers/")
    usable = [one for one in vouchers if one["status"] in {"GIVEN", "PURCHASED"}]
    shop.call("POST", f"/v1/vouchers/{usable[0]['id']}/refund", {})
    shop.call("POST", "/v1/commands/redeem_benefit", {"voucherId": usable[-1]["id"]})
    return users


TAMPERED = {
    "counters": "update counter_values set total = total + 1 where user_id = $1",
    "tier_points": "update tier_points set points = points - 1 where user_id = $1 and period = 'EVER'",
    "badges": "insert into earned_badges (tenant_id, user_id, id, badge_id, event_id, earned_at) select tenant_id, "
    "user_id, gen_random_uuid(), badge_id, event_id, earned_at from earned_badges where user_id = $1 and reaction = 0",
    "attributes": "update attributes set value = '\"one\"' where user_id = $1 and event_id is not null",
    "vouchers": "update vouchers set status = 'REFUNDED', ended_at = now() where user_id = $1 and status = 'GIVEN'",
}


async def test_what_is_beside_the_wallet_is_replayed(shop: Shop, db: Db, vandal: "asyncpg.Connection[Any]") -> None:
    """All of it comes to what is recorded, under the hash of the integrity check; each planted change is named."""
    users = [UUID(user["id"]) for user in await lived(shop)]
    tenant_id = shop.tenant.tenant_id
    codes = await db.fetch("select verdicts::text from events where tenant_id = $1", tenant_id)
    assert any('"X":[' in row["verdicts"].replace(" ", "") for row in codes), "a reward has run out"
    found = await require_equal(db, shop)
    assert (await integrity.check_slice(db, tenant_id, UUID(int=0))).state_hash == found.state_hash
    for what, statement in TAMPERED.items():
        tampered = vandal.transaction()
        await tampered.start()
        for user in users:
            await vandal.execute(statement, user)
        told = await replay(_Same(vandal), tenant_id)  # type: ignore[arg-type]
        await tampered.rollback()
        assert (what, told.is_equal) in {(one.what, False) for one in told.differences}, (what, told.differences)
    assert structs.asdict(await require_equal(db, shop)) == structs.asdict(found)
