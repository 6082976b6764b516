"""A programme that has one of everything, and every text in it is the one that is given."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from punchcard.db.connection import Db
from punchcard.events.alerts import VELOCITY, Found, raise_alerts
from tests.console.cafe import MUG
from tests.shop import Shop, fixed

TIER = {"pointsRequirement": 9, "calculation": "LIFETIME_EARN", "priority": 1, "defaultLocale": "en"}
EARNED = {"type": "rule", "properties": {"field": "points.earned", "operator": "greater", "value": [1]}}
CRITERIA = {"triggerFrequency": "MANUAL", "criteriaTree": {"type": "group", "children1": [EARNED]}}


def furnish(shop: Shop, text: str) -> dict[str, str]:
    """Make one of everything, named `text`, so that every page has something to show; return the ids, by noun."""
    ids: dict[str, str] = {}

    def make(noun: str, path: str, body: Any, **options: Any) -> Any:
        answer = shop.call("POST", path, body, **options)
        assert answer.is_success, answer.text
        made = answer.json()["data"]
        if noun:
            ids[noun] = made["id"]
        return made

    usual = {"name": text[:64], "eventsMax": 1_000}
    shop.done("PATCH", "/v1/tenant/", {"name": text, "adjustmentLimit": 50, "velocityLimits": [usual]})
    make_rules(shop, text, ids, make)
    make_offers(shop, text, make)
    make_places(text, ids, make)
    make_members(shop, text, ids, make)
    make_system(text, make)
    return ids


def make_rules(shop: Shop, text: str, ids: dict[str, str], make: Any) -> None:
    """Make an event type, reactors, a policy, a counter and a backtest."""
    schema = {
        "type": "object",
        "properties": {text: {"type": "string", "title": text, "description": text}, "size": {"type": "string"}},
    }
    settings = {"onInvalid": "quarantine"}
    definition = {"name": "EVIL", "description": text, "isPrivate": True, "schema": schema, "settings": settings}
    make("", "/v1/event_types/", definition)
    make("", "/v1/event_types/EVIL/secrets/", {"name": text})
    make("counter", "/v1/counters/", {"name": "visits", "description": text, "eventType": "EVIL"})
    constraint = {"description": text, "properties": {text: {"const": text}}}
    judged = shop.reactor(None, "EVIL", name=text, description=text, constraint=constraint)["id"]
    shop.reactor(fixed(70), "EVIL", name=f"{text} too", group={"name": text, "mode": "BEST"})
    webhook = {"type": "WEBHOOK", "url": f"https://till.example.org/{quote(text)}", "headers": {"X-Till": text}}
    shop.reactor(None, "EVIL", name=text, reactions=[webhook])
    shop.done("PATCH", f"/v1/event_reactors/{judged}", {"limits": [{"coolDown": "PT2H"}]})
    make("backtest", "/v1/event_reactors/backtest", {"reactorId": judged, "from": "2026-01-01"})
    ids["judged"] = judged
    policy = {"name": text, "type": "SIMPLE_EXPIRY", "config": {"after": "P1Y"}}
    make("policy", "/v1/points_liability_criteria/", policy)
    make("reactor", f"/v1/event_reactors/{judged}/clone", {"name": text})


def make_offers(shop: Shop, text: str, make: Any) -> None:
    """Make tiers, badges, an audience, a consent type, categories, a code pool and a reward."""
    make("tier", "/v1/tiers/", TIER | {"details": {"en": {"name": text, "description": text}}})
    described = {"locale": "en", "name": text, "description": text}
    make("badge", "/v1/badges/", {"internalName": text, "internalDescription": text, "details": [described]})
    audience = {"name": text, "description": text, "isActive": True, "criteriaDefinition": CRITERIA}
    make("audience", "/v1/audiences/", audience)
    make("consent", "/v1/consent_types/", {"name": text, "required": False})
    make("category", "/v1/reward_categories/", {"name": text, "description": text, "priority": 1})
    make("pool", "/v1/code_pools/", {"name": text, "description": text})
    make("", f"/v1/code_pools/{shop.done('GET', '/v1/code_pools/')[0]['id']}/codes/", {"value": "MUG-1"})
    reward = MUG | {"name": text, "description": text}
    make("reward", "/v1/rewards/", reward)


def make_places(text: str, ids: dict[str, str], make: Any) -> None:
    """Make a venue with a discount, and a campaign with a tranche."""
    always = {"start": "2020-01-01T00:00:00Z"}
    where = {"coordinates": {"latitude": 48.2, "longitude": 16.4}, "availability": always}
    make("venue", "/v1/venues/", where | {"name": text, "address": text, "description": text})
    discount = {"type": "PERCENTAGE", "value": 12.5, "sku": text, "venues": [ids["venue"]]}
    make("", f"/v1/rewards/{ids['reward']}/discounts", discount)
    link = {"title": text, "description": text, "desktopUrl": "https://shop.example/join", "tags": [text]}
    make("campaign", "/v1/campaigns/", {"name": text, "linkConfig": link, "registrationsPerHourMax": 1})
    tranche = {"name": text, "eventType": "EVIL", "reactions": [{"type": "POINTS", "points": fixed(1)}]}
    make("tranche", f"/v1/campaigns/{ids['campaign']}/tranches/", tranche)


def make_members(shop: Shop, text: str, ids: dict[str, str], make: Any) -> None:
    """Register a member who has, did and waits for what one can; report, refuse and keep reports."""
    profile = {"givenName": text, "familyName": "x", "emailAddress": f"{text.replace(' ', '')}@x", "city": text}
    user = shop.user(text, profile=profile, externalIdentifier=text)
    ids["user"] = user["id"]
    report = {"type": "EVIL", "subject": user["id"], "executor": text, "payload": {text: f"{text}!"}}
    make("event", "/v1/events", report)
    assert shop.call("POST", "/v1/events", report).status_code == 409
    shop.call("POST", "/v1/events", report | {"payload": {text: 7}})
    bought = {"rewardId": ids["reward"], "beneficiaryId": user["id"], "comment": text}
    shop.done("POST", "/v1/commands/purchase_reward", bought)
    award = {"badgeId": ids["badge"], "beneficiaryId": user["id"], "comment": text}
    shop.done("POST", "/v1/commands/award_badge", award)
    for points in (5, 60):
        adjustment = {"actorId": user["id"], "points": points, "comment": text}
        assert shop.call("POST", "/v1/commands/adjust_points", adjustment).is_success
    shop.done("POST", "/v1/consents/", {"user": {"id": user["id"]}, "type": {"id": ids["consent"]}})
    attribute = {"subjectType": "USER", "subjectId": user["id"], "key": "likes", "value": text}
    options = {"isEnabled": True, "shouldReplaceOnlySameKeyValue": False}
    shop.done("POST", "/v1/attributes/", attribute | options)
    code = shop.done("POST", f"/v1/users/{user['id']}/referral_code", {})["inviteCode"]
    for number in (1, 2):
        shop.user(f"{text} {number}", referralInviteCode=code, profile=profile | {"emailAddress": f"{number}@x"})
    shop.done("POST", f"/v1/audiences/{ids['audience']}/trigger-search-results", {})


async def alarm(db: Db, shop: Shop, text: str, ids: dict[str, str]) -> None:
    """Raise an alert, as the sweep does."""
    fast = {"events": 1_200, "points": 36, "lastEventId": ids["event"], "executors": [text]}
    found = Found(shop.tenant.tenant_id, VELOCITY, text, fast, user_id=UUID(ids["user"]), reporter="secret:1")
    async with db.transaction() as tx:
        await raise_alerts(tx, [found])


def make_system(text: str, make: Any) -> None:
    """Make somebody of the staff, a key and a token issuer."""
    make("staff", "/v1/staff/", {"email": "evil@cafe.example", "name": text, "role": "VIEWER"})
    make("client", "/v1/clients/", {"name": text, "role": "INTEGRATION"})
    issuer = {"issuer": "https://login.example/", "audience": text, "algorithm": "HS256", "secret": "s" * 32}
    make("issuer", "/v1/token_issuers/", issuer)
    make("", "/v1/integrity/check", {})
