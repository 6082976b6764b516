"""The document of the running server, and a shop with one of everything."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest

from punchcard.access.clients import insert_client
from punchcard.access.roles import Role
from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.queue import enqueue
from punchcard.events.alerts import CODE_POOL_LOW, Found, raise_alerts
from punchcard.http.routes import Route
from tests.http.described import Described
from tests.shop import Shop, fixed


@pytest.fixture(scope="session")
def described(server: str) -> Described:
    """Read the document that the server serves."""
    return Described(httpx.get(f"{server}/openapi.json", timeout=60).json())


@dataclass(frozen=True)
class Furnished:
    """A shop with one of everything: ids by the name of the thing, and a body for each operation that takes one."""

    shop: Shop
    member: Any
    ids: dict[str, str]

    def path(self, pattern: str) -> str:
        """Return a route's path with this shop's ids."""
        return filled(pattern, self.ids)

    def body(self, method: str, path: str) -> Any:
        """Return a body that the operation takes, or None."""
        if (method, path) in BODIES_ONCE:
            return BODIES_ONCE[method, path](self)
        return BODIES[method, path](self.ids) if (method, path) in BODIES else None

    def unredeemed(self) -> str:
        """Buy a reward; return the voucher's id."""
        command = {"rewardId": self.ids["rewards"], "beneficiaryId": self.ids["users"]}
        return str(self.shop.done("POST", "/v1/commands/purchase_reward", command)["payload"]["voucherId"])

    def code(self) -> str:
        """Buy a reward, and redeem the voucher; return its code."""
        command = {"benefitId": self.unredeemed()}
        return str(self.shop.done("POST", "/v1/commands/redeem_benefit", command)["payload"]["code"])


def filled(pattern: str, ids: dict[str, str]) -> str:
    """Put ids into a route's path: of the thing that the part is named after, else of the collection."""
    parts = pattern.split("/")
    return "/".join(_id(parts, place, ids) if part.startswith("{") else part for place, part in enumerate(parts))


def _id(parts: list[str], place: int, ids: dict[str, str]) -> str:
    return ids.get(parts[place]) or ids.get(parts[place - 1]) or ids[parts[2]]


async def furnish(db: Db, shop: Shop, word: str) -> Furnished:
    """Put one of everything into a shop; `word` stands in all that can be read."""
    member = shop.user(word)
    ids = reported(shop, word) | on_sale(shop, member, word) | invited(shop, member, word)
    ids |= about(shop, member, word) | rules(shop, word) | doors(shop, word)
    low = Found(shop.tenant.tenant_id, CODE_POOL_LOW, word, {"codesAvailable": 1, "lowMark": 2})
    await db.run(lambda tx: raise_alerts(tx, [low]))
    ids |= {
        "alerts": shop.done("GET", "/v1/alerts/")[0]["id"],
        "jobs": str(await db.run(lambda tx: enqueue(tx, shop.tenant.tenant_id, "of_nobody", {"word": word}))),
        "adjustments": await waiting_adjustment(db, shop, member, word),
        "settings": await setting(shop, word),
        "audit": shop.done("GET", "/v1/audit/")[0]["id"],
        "{number}": "1",
        "{version}": "1",
        "{other}": "1",
    }
    return Furnished(shop, member, ids)


def reported(shop: Shop, word: str) -> dict[str, str]:
    """Report what is recorded, refused and set aside, of a member who goes by the word."""
    shop.event_type(schema={"type": "object"})
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    reactor = shop.reactor(fixed(100), "VISITED_SHOP", name=word)
    event = shop.done("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": word, "payload": {"word": word}})
    shop.call("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": word, "payload": {"word": word}})
    shop.event_type("ORDERED_TEA", schema=None)
    reaction = {"type": "POINTS", "points": fixed(1), "awaits": "payload.order"}
    shop.reactor(event_type="ORDERED_TEA", name=word, reactions=[reaction])
    for order in "ab":
        shop.done("POST", "/v1/events", {"type": "ORDERED_TEA", "subject": word, "payload": {"order": order}})
    kept = {"name": "LEFT_SHOP", "description": word, "isPrivate": True, "schema": {"required": ["number"]}}
    shop.done("POST", "/v1/event_types/", kept | {"settings": {"onInvalid": "quarantine"}})
    waiting = shop.call("POST", "/v1/events", {"type": "LEFT_SHOP", "subject": word, "payload": {"word": word}})
    return {
        "events": event["id"],
        "duplicates": shop.done("GET", "/v1/duplicates/")[0]["id"],
        "quarantine": waiting.json()["data"]["id"],
        "event_types": shop.done("GET", "/v1/event_types/PURCHASED_COFFEE")["id"],
        "{secret_id}": shop.done("POST", "/v1/event_types/PURCHASED_COFFEE/secrets/", {"name": word})["id"],
        "event_reactors": reactor["id"],
    }


def on_sale(shop: Shop, member: Any, word: str) -> dict[str, str]:
    """Put a reward with codes of its own on sale, and all that may belong to one; the member buys it."""
    own = {"name": word, "codeType": "POOL", "codes": [f"{word} {number}" for number in range(150)]}
    reward = shop.done("POST", "/v1/rewards/", REWARD | own)
    bought = shop.buy(member, reward)
    pool = shop.done("POST", "/v1/code_pools/", {"name": word})["id"]
    return {
        "rewards": reward["id"],
        "{code_id}": shop.done("GET", f"/v1/rewards/{reward['id']}/codes")[-1]["id"],
        "discounts": shop.call("POST", f"/v1/rewards/{reward['id']}/discounts", DISCOUNT).json()["data"]["id"],
        "reward_categories": shop.done("POST", "/v1/reward_categories/", CATEGORY | {"name": word})["id"],
        "venues": shop.call("POST", "/v1/venues/", VENUE | {"name": word}).json()["data"]["id"],
        "code_pools": pool,
        "codes": shop.done("POST", f"/v1/code_pools/{pool}/codes/", {"value": word})["id"],
        "vouchers": bought["payload"]["voucherId"],
        "benefits": bought["payload"]["voucherId"],
    }


def invited(shop: Shop, member: Any, word: str) -> dict[str, str]:
    """Let the member invite somebody."""
    campaign = shop.call("POST", "/v1/campaigns/", CAMPAIGN | {"name": word}).json()["data"]["id"]
    code = shop.done("POST", f"/v1/users/{member['id']}/referral_code", {})
    shop.user(referralInviteCode=code["inviteCode"])
    tranche = {"name": word, "eventType": "LEFT_SHOP", "reactions": []}
    return {
        "campaigns": campaign,
        "{code}": code["inviteCode"],
        "referral_codes": code["id"],
        "referrals": shop.done("GET", "/v1/referrals/")[0]["id"],
        "tranches": shop.call("POST", f"/v1/campaigns/{campaign}/tranches/", tranche).json()["data"]["id"],
    }


def about(shop: Shop, member: Any, word: str) -> dict[str, str]:
    """Say of members what can be said of them."""
    consent_type = shop.done("POST", "/v1/consent_types/", {"name": word, "required": False})
    agreed = {"type": {"id": consent_type["id"]}, "user": {"id": member["id"]}}
    told = ATTRIBUTE | {"subjectId": member["id"], "value": word}
    return {
        "users": member["id"],
        "another user": shop.user()["id"],
        "consent_types": consent_type["id"],
        "consents": shop.done("POST", "/v1/consents/", agreed)["id"],
        "attributes": shop.done("POST", "/v1/attributes/", told)["id"],
        "user_imports": shop.done("POST", "/v1/users/import", [{"externalIdentifier": word}])["id"],
    }


def rules(shop: Shop, word: str) -> dict[str, str]:
    """Make what a programme consists of beside reactors and rewards."""
    return {
        "counters": shop.done("POST", "/v1/counters/", COUNTER | {"description": word})["id"],
        "badges": shop.done("POST", "/v1/badges/", {"internalName": word})["id"],
        "points_liability_criteria": shop.done("POST", "/v1/points_liability_criteria/", POLICY | {"name": word})["id"],
        "audiences": shop.done("POST", "/v1/audiences/", AUDIENCE | {"name": word})["id"],
        "tiers": shop.done("POST", "/v1/tiers/", TIER | {"details": {"en": {"name": word}}})["id"],
    }


def doors(shop: Shop, word: str) -> dict[str, str]:
    """Let one of each kind of caller in."""
    person = {"email": f"{uuid4().hex}@x.example", "name": word, "role": "VIEWER"}
    issuer = {"issuer": word, "audience": word, "algorithm": "HS256", "secret": "s" * 32}
    return {
        "clients": shop.done("POST", "/v1/clients/", {"name": word, "role": "INTEGRATION"})["id"],
        "staff": shop.done("POST", "/v1/staff/", person)["id"],
        "token_issuers": shop.done("POST", "/v1/token_issuers/", issuer)["id"],
    }


@pytest.fixture(scope="module")
async def lasting(db: Db, server: str) -> AsyncIterator[Furnished]:
    """Furnish one shop for all operations that use nothing up."""
    with Shop(server, await create_tenant(db, "A shop")) as shop:
        yield await furnish(db, shop, "mine")


ALL = "all"
GOES_WITH = {
    "users": ALL, "event_types": ALL,
    "consents": "consent_types", "referrals": "campaigns", "vouchers": "rewards",
}  # fmt: skip
"""What is gone when something else is: much hangs on the member, and on the secret by which events are reported."""


class Spares:
    """Shops with one of everything, each lent until what an operation is about has been used up there."""

    def __init__(self, make: Callable[[], Awaitable[Furnished]]) -> None:
        self._make = make
        self._shops: list[tuple[Furnished, set[str]]] = []

    async def one_for(self, route: Route) -> Furnished:
        """Return a shop in which nothing that the operation needs has been used up."""
        collection = route.path.split("/")[2]
        family = GOES_WITH.get(collection, collection)
        for furnished, used in self._shops:
            if not used & {family, ALL}:
                used.add(family)
                return furnished
        furnished = await self._make()
        self._shops.append((furnished, {family}))
        return furnished


@pytest.fixture(scope="module")
async def spares(db: Db, server: str) -> AsyncIterator[Spares]:
    """Furnish shops for the operations that use something up, as many as it takes."""
    with contextlib.ExitStack() as stack:

        async def made() -> Furnished:
            return await furnish(db, stack.enter_context(Shop(server, await create_tenant(db, "A shop"))), "mine")

        yield Spares(made)


def leaves_all_as_it_was(route: Route) -> bool:
    """Tell whether every other operation finds its things as before: this one reads, changes a name, or adds."""
    return route.method != "DELETE" and route.path.rpartition("/")[2] not in USES_UP


async def setting(shop: Shop, word: str) -> str:
    """Make a setting; return its name."""
    name = "of." + "".join(filter(str.isalpha, word))
    assert shop.call("POST", "/v1/settings/", {"name": name, "value": word}).status_code == 201
    return name


async def waiting_adjustment(db: Db, shop: Shop, member: Any, word: str) -> str:
    """Let another administrator ask for an adjustment; return its id."""
    client_id, secret = await db.run(lambda tx: insert_client(tx, shop.tenant.tenant_id, "second", Role.OWNER))
    asked = {"client_id": client_id, "client_secret": secret, "grant_type": "client_credentials"}
    token = shop.http.post("/oauth/token", json=asked).json()["access_token"]
    shop.done("PATCH", "/v1/tenant/", {"adjustmentLimit": 1_000})
    command = {"actorId": member["id"], "points": 1_001, "comment": word}
    answer = shop.call("POST", "/v1/commands/adjust_points", command, bearer=token)
    assert answer.status_code == 202
    return str(answer.json()["data"]["id"])


REWARD = {
    "type": "VOUCHER", "name": "A cup", "price": 1, "purchasable": True, "availability": {"start": "2020-01-01"},
}  # fmt: skip
CAMPAIGN = {
    "name": "Friends",
    "linkConfig": {"title": "Come", "description": "For both", "desktopUrl": "https://shop.example/"},
}
CLICK = {"source": "OTHER", "sourceUserId": "x", "activityType": "CLICK"}
DISCOUNT = {"type": "PERCENTAGE", "value": 10}
CATEGORY = {"name": "Hot drinks", "priority": 1}
VENUE = {
    "name": "Harbour", "address": "Quay 1", "availability": {"start": "2020-01-01"},
    "coordinates": {"longitude": 7.6, "latitude": 47.5},
}  # fmt: skip
COUNTER = {"name": "visits", "eventType": "VISITED_SHOP"}
POLICY = {"name": "A policy", "type": "SIMPLE_EXPIRY", "config": {"after": "P1Y"}}
CRITERIA = {
    "criteriaJsonLogic": {">": [{"var": "points.balance"}, 10]}, "triggerFrequency": "MANUAL",
}  # fmt: skip
AUDIENCE = {"name": "The rich", "description": "A test", "isActive": True, "criteriaDefinition": CRITERIA}
TIER = {
    "pointsRequirement": 10, "calculation": "LIFETIME_EARN", "priority": 1, "defaultLocale": "en",
    "details": {"en": {"name": "Gold"}},
}  # fmt: skip
ATTRIBUTE = {
    "subjectType": "USER", "key": "size", "value": "M", "isEnabled": True, "shouldReplaceOnlySameKeyValue": False,
}  # fmt: skip
PROFILE = {"givenName": "A", "familyName": "B", "emailAddress": "a@example.org"}


def visit(ids: dict[str, str]) -> dict[str, Any]:
    """Return an event that has not been reported before."""
    return {"type": "VISITED_SHOP", "subject": ids["users"], "payload": {"randomId": uuid4().hex}}


USES_UP = {
    "acknowledge", "activate_points", "approve", "cancel", "cancel_points", "discard", "erase", "merge", "pause",
    "populate_reactors", "publish", "reject", "reset", "release", "resubmit", "resume", "reverse", "rotate", "refund",
}  # fmt: skip


BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/v1/events/"): visit,
    ("POST", "/v1/campaigns/"): lambda _: CAMPAIGN,
    ("PATCH", "/v1/campaigns/{id}"): lambda _: {"name": "Others"},
    ("POST", "/v1/campaigns/{campaign_id}/tranches/"): lambda _: {
        "name": "More", "eventType": "LEFT_SHOP", "reactions": [],
    },
    ("PATCH", "/v1/campaigns/{campaign_id}/tranches/{id}"): lambda _: {"maxActivations": 2},
    ("PATCH", "/v1/campaigns/{campaign_id}/referral_codes/{id}"): lambda _: {"inviteLink": "https://shop.example/x"},
    ("POST", "/v1/campaigns/{campaign_id}/referral_codes/{id}/referral"): lambda _: {
        "clickCount": 1, "source": "OTHER", "sourceUserId": "x",
    },
    ("POST", "/v1/referral_codes/{code}/referral/activity"): lambda _: CLICK,
    ("POST", "/v1/referral_codes/referral/tranche_status"): lambda ids: {
        "type": "LEFT_SHOP", "subject": ids["users"], "payload": {"number": 1},
    },
    ("POST", "/v1/events/batch"): lambda ids: [visit(ids)],
    ("POST", "/v1/events/test_reaction"): visit,
    ("POST", "/v1/events/{id}/reverse"): lambda _: {"comment": "A test"},
    ("POST", "/v1/quarantine/{id}/resubmit"): lambda _: {"payload": {"number": 1}},
    ("POST", "/v1/quarantine/{id}/discard"): lambda _: {"reason": "A test"},
    ("POST", "/v1/event_types/"): lambda _: {"name": "ANOTHER_TYPE", "description": "Another", "isPrivate": True},
    ("PATCH", "/v1/event_types/{identifier}"): lambda _: {"description": "Changed"},
    ("POST", "/v1/event_types/check"): lambda _: {"schema": {"type": "object"}, "payload": {}},
    ("POST", "/v1/event_types/import"): lambda _: {
        "eventTypes": [{"name": "IMPORTED_TYPE", "description": "Imported", "isPrivate": True}],
    },
    ("POST", "/v1/event_types/{identifier}/secrets/"): lambda _: {"name": "Another"},
    ("PATCH", "/v1/event_types/{identifier}/secrets/{secret_id}"): lambda _: {"name": "Changed"},
    ("POST", "/v1/event_types/{identifier}/secrets/{secret_id}/rotate"): lambda _: {"overlapSeconds": 60},
    ("POST", "/v1/event_reactors/"): lambda _: {"name": "Another", "eventType": "VISITED_SHOP", "reactions": []},
    ("POST", "/v1/event_reactors/check"): lambda _: {"constraint": "payload.total > 10"},
    ("POST", "/v1/event_reactors/backtest"): lambda ids: {"reactorId": ids["event_reactors"], "from": "2026-01-01"},
    ("PATCH", "/v1/event_reactors/{id}"): lambda _: {"description": "Changed"},
    ("POST", "/v1/event_reactors/{id}/clone"): lambda _: {"name": "A copy"},
    ("POST", "/v1/counters/"): lambda _: COUNTER | {"name": "others"},
    ("PATCH", "/v1/counters/{id}"): lambda _: {"description": "Changed"},
    ("POST", "/v1/users/"): lambda _: {"profile": PROFILE},
    ("POST", "/v1/attributes/"): lambda ids: ATTRIBUTE | {"subjectId": ids["users"]},
    ("POST", "/v1/attributes/batch"): lambda ids: {"definitions": [ATTRIBUTE | {"subjectId": ids["users"]}]},
    ("POST", "/v1/users/import"): lambda _: {"externalIdentifier": "crm-1", "profile": PROFILE},
    ("PATCH", "/v1/users/{id}"): lambda _: {"profile": {"city": "Basel"}},
    ("POST", "/v1/users/{id}/merge"): lambda ids: {"from": ids["another user"]},
    ("POST", "/v1/users/{user_id}/access_tokens"): lambda _: {},
    ("POST", "/v1/consents/"): lambda ids: {"type": {"id": ids["consent_types"]}, "user": {"id": ids["users"]}},
    ("POST", "/v1/consent_types/"): lambda _: {"name": "Another", "required": False},
    ("PATCH", "/v1/consent_types/{id}"): lambda _: {"priority": 2},
    ("POST", "/v1/settings/"): lambda _: {"name": "another", "value": "A text"},
    ("PATCH", "/v1/settings/"): lambda ids: [{"name": ids["settings"], "value": "Changed"}],
    ("POST", "/v1/clients/"): lambda _: {"name": "Another", "role": "INTEGRATION"},
    ("PATCH", "/v1/clients/{client_id}"): lambda _: {"name": "Changed"},
    ("POST", "/v1/clients/{client_id}/rotate"): lambda _: {"overlapSeconds": 60},
    ("POST", "/v1/alerts/{id}/acknowledge"): lambda _: {"comment": "A test"},
    ("POST", "/v1/staff/"): lambda _: {"email": f"{uuid4().hex}@x.example", "role": "SUPPORT"},
    ("PATCH", "/v1/staff/{staff_id}"): lambda _: {"role": "SUPPORT"},
    ("PATCH", "/v1/tenant/"): lambda _: {"rateLimit": 1_000},
    ("POST", "/v1/rewards/"): lambda _: REWARD,
    ("PATCH", "/v1/rewards/{id}"): lambda _: {"price": 2},
    ("POST", "/v1/rewards/{id}/codes"): lambda _: {"value": uuid4().hex, "voucher": {}},
    ("POST", "/v1/rewards/{reward_id}/discounts"): lambda _: DISCOUNT,
    ("PATCH", "/v1/rewards/{reward_id}/discounts/{id}"): lambda _: {"value": 5},
    ("POST", "/v1/reward_categories/"): lambda _: CATEGORY,
    ("PATCH", "/v1/reward_categories/{id}"): lambda _: {"priority": 2},
    ("POST", "/v1/venues/"): lambda _: VENUE,
    ("PATCH", "/v1/venues/{id}"): lambda _: {"name": "Station"},
    ("POST", "/v1/code_pools/"): lambda _: {"name": "Another"},
    ("PATCH", "/v1/code_pools/{id}"): lambda _: {"active": False},
    ("POST", "/v1/code_pools/{pool_id}/codes/"): lambda _: {"value": uuid4().hex},
    ("POST", "/v1/code_pools/{pool_id}/codes/create_bulk"): lambda _: {"codes": [uuid4().hex]},
    ("POST", "/v1/code_pools/{pool_id}/codes/upload"): lambda _: [uuid4().hex],
    ("POST", "/v1/badges/"): lambda _: {"internalName": "Early bird"},
    ("PATCH", "/v1/badges/{id}"): lambda _: {"priority": 2},
    ("POST", "/v1/users/{id}/purchases"): lambda ids: {"rewardId": ids["rewards"]},
    ("POST", "/v1/users/{id}/commands"): lambda ids: {
        "type": "PURCHASED_REWARD", "payload": {"rewardId": ids["rewards"]},
    },
    ("POST", "/v1/commands/purchase_reward"): lambda ids: {"rewardId": ids["rewards"], "beneficiaryId": ids["users"]},
    ("POST", "/v1/commands/adjust_points"): lambda ids: {"actorId": ids["users"], "points": 1, "comment": "A test"},
    ("POST", "/v1/commands/activate_points"): lambda ids: {"actorId": ids["users"], "awaits": "a"},
    ("POST", "/v1/commands/cancel_points"): lambda ids: {"actorId": ids["users"], "awaits": "b"},
    ("POST", "/v1/points_liability_criteria/"): lambda _: POLICY,
    ("PATCH", "/v1/points_liability_criteria/{id}"): lambda _: {"isActive": False},
    ("POST", "/v1/points_liability_criteria/trigger_one"): lambda ids: {"id": ids["points_liability_criteria"]},
    ("POST", "/v1/commands/award_badge"): lambda ids: {"badgeId": ids["badges"], "beneficiaryId": ids["users"]},
    ("POST", "/v1/tiers/"): lambda _: TIER,
    ("POST", "/v1/audiences/"): lambda _: AUDIENCE,
    ("POST", "/v1/audiences/preview"): lambda _: {"criteriaDefinition": CRITERIA},
    ("PATCH", "/v1/audiences/{id}"): lambda _: {"description": "Changed"},
    ("PATCH", "/v1/tiers/{id}"): lambda _: {"pointsRequirement": 20},
    ("POST", "/v1/token_issuers/"): lambda _: {
        "issuer": "https://x.example", "audience": "a", "algorithm": "HS256", "secret": "s" * 32,
    },
    ("PATCH", "/v1/token_issuers/{issuer_id}"): lambda _: {"audience": "b"},
}  # fmt: skip
BODIES_ONCE: dict[tuple[str, str], Any] = {
    ("POST", "/v1/commands/redeem_benefit"): lambda shop: {"benefitId": shop.unredeemed()},
    ("POST", "/v1/commands/validate_voucher"): lambda shop: {"code": shop.code()},
    ("POST", "/v1/users/{id}/redemptions"): lambda shop: {"resource": {"type": "VOUCHER", "id": shop.unredeemed()}},
    ("POST", "/v1/users/{id}/redemptions/validate"): lambda shop: {"value": shop.code(), "voucher": {}},
    ("POST", "/v1/vouchers/{id}/refund"): lambda _: {"comment": "A test"},
}
"""Bodies that are good for one request."""
