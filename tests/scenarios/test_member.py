"""One member's life, from the registration to the erasure, over the API; and what only a command can report."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from punchcard.db.connection import Db
from punchcard.events.intrinsic_types import INTRINSIC_TYPES
from punchcard.jobs import judge_tiers
from punchcard.jobs.step import Workplace
from tests.events.past import ended
from tests.http.browser import Browser, link_for
from tests.jobs.process import workplace
from tests.jobs.steps import work
from tests.points.books import let_pass, require_right
from tests.points.test_policies import PATH, policy
from tests.referrals.test_referrals import JOB, campaign, code_of, gives, tranche
from tests.rewards.test_rewards import reward
from tests.shop import ONE_PER_UNIT, Shop, fixed
from tests.users.test_audiences import audience, rule
from tests.users.test_tiers import let_a_year_pass, yearly

CANARY = "canary-51d2f7"
PROFILE = {
    "givenName": f"{CANARY}-Ada", "familyName": f"{CANARY}-Byron", "emailAddress": f"{CANARY}@example.org",
    "telephoneNumber": f"{CANARY}-555", "city": f"{CANARY}-Basel",
}  # fmt: skip
NOTED = [{"type": "HANDLER", "handler": "EXAMPLE"}]
THREE_YEARS = 3 * 366
FOLLOWED = "A type of the engine's own is followed"


@pytest.fixture
def place(db: Db) -> Workplace:
    """Return a workplace of this process's own."""
    return workplace(db)


class Programme:
    """A coffee shop's programme: what members are given, can become, and can buy."""

    def __init__(self, shop: Shop) -> None:
        shop.event_type()
        for kind in INTRINSIC_TYPES:
            shop.reactor(None, kind.name, name=FOLLOWED, reactions=NOTED)
        self.badge = shop.done("POST", "/v1/badges/", {"internalName": "Much at once"})
        self.news = shop.done("POST", "/v1/consent_types/", {"name": "News", "required": False})
        self.gold = yearly(shop, 100)
        self.rich = audience(
            shop, rule("points.balance", "greater_or_equal", 100), frequency="REACTIVE", name="Rich",
            sendAudienceJoinedEvent=True, sendAudienceLeftEvent=True,
        )  # fmt: skip
        self.beans = reward(shop, name="A bag of beans", price=60, tier=self.gold["id"], stockCapacity=2)
        self.friends = campaign(shop)
        tranche(
            shop, self.friends, eventType="REGISTERED_ACCOUNT", constraint=None, reactions=gives(10),
            referrerReactions=gives(25),
        )  # fmt: skip
        policy(shop, {"after": "P1Y", "toEndOf": "YEAR"})
        shop.reactor(fixed(5), "CONSENT_GIVEN", name="For the news")
        award = {"type": "BADGE", "badge": self.badge["id"]}
        shop.reactor(
            name="One a unit", constraint="payload.total < 50",
            reactions=[{"type": "POINTS", "points": ONE_PER_UNIT}],
        )  # fmt: skip
        shop.reactor(
            name="Much at once", constraint="payload.total >= 50",
            reactions=[{"type": "POINTS", "points": ONE_PER_UNIT}, award],
        )  # fmt: skip


class Member:
    """One member, as the app, the till and the desk deal with her."""

    def __init__(self, shop: Shop, user: Any) -> None:
        self.shop, self.id, self.told = shop, user["id"], 0
        self.token = shop.user_token(user)

    def own(self, method: str, path: str, body: Any = None) -> Any:
        """Return what a call that must succeed answers to the member herself."""
        return self.shop.done(method, path, body, bearer=self.token)

    @property
    def balance(self) -> int:
        """What the app shows."""
        return int(self.own("GET", f"/v1/users/{self.id}/wallet")["balance"])

    def refused(self, rewarded: Any) -> tuple[int, str]:
        """Return why the member cannot buy a reward."""
        answer = self.shop.call("POST", "/v1/commands/purchase_reward", {"rewardId": rewarded["id"]}, bearer=self.token)
        return answer.status_code, answer.json()["code"]

    def happened(self) -> Iterator[Any]:
        """Yield the member's events since the last look, the oldest first, and require that each was reacted to."""
        path = f"/v1/events/?order=ASC&limit=1000&filter=subject:{self.id}"
        events = self.shop.done("GET", path)[self.told :]
        self.told += len(events)
        for event in events:
            verdicts = self.shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
            fired = {verdict["reactorName"] for verdict in verdicts if verdict["fired"]}
            assert fired if event["type"] == "PURCHASED_COFFEE" else FOLLOWED in fired, (event["type"], verdicts)
            yield event

    def news(self) -> list[tuple[str, int]]:
        """Return types and points of what happened since the last look."""
        return [(event["type"], event["points"]) for event in self.happened()]


def answers(shop: Shop, **ids: str) -> Iterator[tuple[str, str]]:
    """Yield every GET that an administrator can ask, with these ids for what stands in its path, and its answer."""
    for path, methods in shop.http.get("/openapi.json").json()["paths"].items():
        if "get" not in methods or not path.startswith("/v1/") or path == "/v1/events/stream":
            continue
        noun = path.split("/")[2]
        asked = path
        for name in ("id", "user_id"):
            asked = asked.replace(f"{{{name}}}", ids.get(noun, ""))
        if "{" not in asked and "//" not in asked:
            yield asked, shop.call("GET", asked).text


async def told_of(db: Db, shop: Shop) -> None:
    """Wait until the worker has told whoever invited."""
    ended(shop, str(await db.fetchval(JOB, shop.tenant.tenant_id)))


async def stays_away(db: Db, place: Workplace, programme: Programme, member: Member) -> None:
    """Let years pass: the points run out, and Gold with them."""
    shop = member.shop
    await let_pass(db, shop.tenant.tenant_id, THREE_YEARS)
    ended(shop, shop.done("POST", f"{PATH}trigger_daily_cron")["jobId"])
    assert (member.news(), member.balance) == ([("POINTS_EXPIRED", -75)], 0)
    for _ in range(3):
        await let_a_year_pass(db, shop.tenant.tenant_id)
    await work(db, place, judge_tiers.step, shop.tenant.tenant_id)
    assert member.news() == [("TIER_LOST", 0)]
    assert member.refused(programme.beans) == (409, "not_eligible")


def leaves(member: Member, voucher: str, event: str) -> None:
    """Erase the member: nothing tells who it was, and what happened is still told."""
    shop = member.shop
    assert CANARY in shop.call("GET", f"/v1/users/{member.id}").text
    ended(shop, shop.done("POST", f"/v1/users/{member.id}/erase")["jobId"])
    assert member.news() == [("CLOSED_ACCOUNT", 0)]
    assert shop.call("GET", f"/v1/users/{member.id}/wallet", bearer=member.token).status_code == 401
    told = dict(answers(shop, users=member.id, vouchers=voucher, benefits=voucher, events=event))
    assert {path for path, text in told.items() if CANARY in text} == set()
    assert len(told) > 40
    assert json.loads(told[f"/v1/users/{member.id}/export"])


async def test_a_life(shop: Shop, db: Db, place: Workplace) -> None:
    """From registration to erasure, each step is an event that is told, that reactors react to, and that adds up."""
    programme, tenant_id = Programme(shop), shop.tenant.tenant_id

    # She registers by the code of a friend, and agrees to the news; the welcome is for both.
    grace = Member(shop, shop.user("grace"))
    assert grace.news() == [("REGISTERED_ACCOUNT", 0)]
    consents = [{"type": {"id": programme.news["id"]}, "checked": True}]
    body = {"profile": PROFILE, "authIdentifier": f"{CANARY}-login", "consentsDefinition": consents}
    body["referralInviteCode"] = code_of(shop, {"id": grace.id})["inviteCode"]
    ada = Member(shop, shop.done("POST", "/v1/users/", body))
    assert ada.news() == [("REGISTERED_ACCOUNT", 10), ("CONSENT_GIVEN", 5)]
    await told_of(db, shop)
    assert (grace.news(), grace.balance) == ([("REFERRAL_TRANCHE_ACTIVATION", 25)], 25)

    # She buys coffee; the reward is for Gold, which she is not.
    coffee = {"type": "PURCHASED_COFFEE", "subject": f"{CANARY}-login", "payload": {"total": 30}}
    shop.done("POST", "/v1/events", coffee)
    assert ada.refused(programme.beans) == (409, "not_eligible")
    assert ada.news() == [("PURCHASED_COFFEE", 30)]

    # Much at once: a badge, Gold, and an audience, all of one event.
    bought = shop.done("POST", "/v1/events", coffee | {"payload": {"total": 70}})
    assert ada.news() == [("PURCHASED_COFFEE", 70), ("BADGE_EARNED", 0), ("TIER_REACHED", 0), ("AUDIENCE_JOINED", 0)]
    (badge,) = ada.own("GET", "/v1/badges/earned")
    (tier,) = ada.own("GET", "/v1/tiers/")
    assert (badge["id"], tier["attained"], tier["earnedPoints"]) == (programme.badge["id"], True, 115)
    assert "70 points" in " ".join(ada.own("GET", f"/v1/events/{bought['id']}/explain")["text"])

    # The reward is hers to buy, and good at the till, once.
    purchase = ada.own("POST", "/v1/commands/purchase_reward", {"rewardId": programme.beans["id"]})
    voucher = purchase["payload"]["voucherId"]
    redeemed = ada.own("POST", "/v1/commands/redeem_benefit", {"benefitId": voucher})
    code = redeemed["payload"]["code"]
    burned = shop.done("POST", "/v1/commands/validate_voucher", {"code": code})
    assert (burned["burned"], burned["event"]["payload"]["voucherId"]) == (True, voucher)
    assert shop.call("POST", "/v1/commands/validate_voucher", {"code": code}).json()["voucherStatus"] == "BURNED"
    assert shop.call("POST", f"/v1/vouchers/{voucher}/refund", {}).status_code == 409
    assert ada.news() == [
        ("PURCHASED_REWARD", -60), ("AUDIENCE_LEFT", 0), ("REDEEMED_VOUCHER", 0), ("BURNED_VOUCHER", 0),
    ]  # fmt: skip
    assert shop.done("GET", f"/v1/events/{redeemed['id']}")["payload"]["code"] == code

    # A second one is given back unused: points and stock are there again.
    shop.done("POST", "/v1/events", coffee | {"payload": {"total": 20}})
    second = ada.own("POST", "/v1/commands/purchase_reward", {"rewardId": programme.beans["id"]})
    assert (ada.balance, ada.refused(programme.beans)) == (15, (409, "out_of_stock"))
    shop.done("POST", f"/v1/vouchers/{second['payload']['voucherId']}/refund", {"comment": "Decaf"})
    assert ada.news() == [
        ("PURCHASED_COFFEE", 20), ("PURCHASED_REWARD", -60), ("EVENT_REVERSED", 60), ("VOUCHER_REFUNDED", 0),
    ]  # fmt: skip
    assert ada.balance == 75
    assert [one["status"] for one in ada.own("GET", "/v1/benefits/")] == ["REFUNDED", "BURNED"]

    await stays_away(db, place, programme, ada)
    leaves(ada, voucher=voucher, event=purchase["id"])
    ended(shop, shop.done("POST", "/v1/integrity/check")["id"])
    assert shop.done("GET", "/v1/integrity")["status"] == "AGREED"
    await require_right(db, tenant_id)


async def test_buying_a_reward_is_reported_by_the_command_alone(shop: Shop, db: Db) -> None:
    """A reactor reacts when a reward is bought; whoever reports PURCHASED_REWARD otherwise is told what to call."""
    user = shop.cafe()
    shop.report(user, 100)
    cup = reward(shop)
    shop.reactor(fixed(5), "PURCHASED_REWARD", constraint={"properties": {"price": {"minimum": 30}}})
    payload = {"rewardId": cup["id"], "rewardName": "A cup", "voucherId": cup["id"], "price": 30}
    event = {"type": "PURCHASED_REWARD", "subject": user["id"], "payload": payload}
    cloud = {"specversion": "1.0", "id": "1", "source": "/till", "type": event["type"], "subject": user["id"]}
    structured = {"Content-Type": "application/cloudevents+json"}
    binary = {f"ce-{name}": value for name, value in cloud.items()}

    with Browser(shop.address) as console:
        console.sign_in(await link_for(db, shop))
        refused = [
            shop.call("POST", "/v1/events", event),
            shop.call("POST", "/v1/events", event, bearer=shop.user_token(user)),
            shop.call("POST", "/v1/events", json.dumps(cloud | {"data": payload}).encode(), headers=structured),
            shop.call("POST", "/v1/events", payload, headers=binary),
            console.call("POST", "/v1/events", event),
        ]
    problems = [answer.json() for answer in refused]
    (item,) = shop.done("POST", "/v1/events/batch", [event])
    problems.append(item["problem"])
    for problem in problems:
        assert (problem["status"], problem["code"]) == (403, "intrinsic_type")
        assert "POST /v1/commands/purchase_reward" in problem["detail"]
    # A secret is good for its own type, and tells nothing of any other.
    answer = shop.call("POST", "/v1/events", event, bearer=shop.secret())
    assert (answer.status_code, answer.json()["code"]) == (403, "secret_not_valid_for_type")
    assert shop.done("GET", "/v1/events/?filter=type:PURCHASED_REWARD") == []
    assert shop.balance(user) == 100

    body = {"rewardId": cup["id"], "beneficiaryId": user["id"]}
    bought = shop.done("POST", "/v1/commands/purchase_reward", body)
    assert (bought["type"], bought["points"], bought["payload"]["price"]) == ("PURCHASED_REWARD", -25, 30)
    assert shop.done("GET", "/v1/events/?filter=type:PURCHASED_REWARD") == [bought]
    await require_right(db, shop.tenant.tenant_id)
