"""The authorization matrix (R09): every operation, every kind of caller, own and foreign things."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest

from punchcard.access.principals import Kind
from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.http.audited import TOLD_WITHOUT_CONTENT, is_audited
from punchcard.http.routes import ROUTES, Route
from tests.http.conftest import Furnished, Spares, filled, furnish, leaves_all_as_it_was
from tests.http.described import Described
from tests.shop import Shop

CANARY = "canary-of-another-tenant"
ANSWERED = [route for route in ROUTES if not route.streams]  # the stream has its own tests: it never ends
FOR_ALL = (
    "/v1/consent_types",
    "/v1/rewards",
    "/v1/tiers",
    "/v1/badges",
    "/v1/reward_categories",
    "/v1/venues",
)  # the catalogue, which every member sees
SECRET = re.compile(r"pc[a-z]_[0-9A-Za-z]{20}")
ACTIONS = {
    "code_pools",
    "points_liability_criteria",
    "event_reactors",
    "integrity",
}  # what is done, and changes no object
pytestmark = pytest.mark.figure(name="R09")
BY_NAME = {"event_types"}  # their refusals repeat what was asked for


def send(
    furnished: Furnished, route: Route, headers: dict[str, str], ids: dict[str, str] | None = None
) -> httpx.Response:
    """Send one operation with a body that it takes, and these headers alone."""
    body = furnished.body(route.method, route.path)
    path = filled(route.path, ids or furnished.ids)
    return furnished.shop.http.request(route.method, path, json=body, headers=headers)


def without_id(answer: httpx.Response) -> tuple[int, Any]:
    """Return a refusal apart from its requestId."""
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "requestId"}


@pytest.fixture(scope="module")
async def other(db: Db, server: str) -> AsyncIterator[Furnished]:
    """Furnish the other tenant once: nothing that these tests send may change anything of it."""
    with Shop(server, await create_tenant(db, "Another shop")) as shop:
        yield await furnish(db, shop, CANARY)


@pytest.mark.parametrize("route", ANSWERED, ids=lambda route: f"{route.method} {route.path}")
async def test_every_caller_gets_what_is_declared(
    route: Route,
    described: Described,
    lasting: Furnished,
    spares: Spares,
    other: Furnished,
) -> None:
    """R09: without credentials 401, of another kind 403, foreign and unknown things one and the same 404, else 200.

    Whatever the answer is, the document describes it.
    """
    mine = lasting if leaves_all_as_it_was(route) else await spares.one_for(route)
    shop, callers = mine.shop, callers_of(mine, other)
    for name, headers in callers.unknown.items():
        answer = send(mine, route, headers)
        described.require(route.method, route.path, answer)
        is_asked_later = name == "a closed account" and Kind.USER not in route.who
        assert answer.status_code == (403 if is_asked_later else 401), name
    for kind, headers in callers.known.items():
        answer = send(mine, route, headers)
        described.require(route.method, route.path, answer)
        assert answer.status_code == expected(route, kind), (kind, answer.text)
        assert CANARY not in answer.text
    check_audit(route, shop)
    check_strangers(route, mine, callers.stranger)
    check_foreign(route, described, mine, other)


def check_audit(route: Route, shop: Shop) -> None:
    """Require that what takes a manager was written to the audit log, by whom, and without a secret."""
    newest = shop.done("GET", "/v1/audit/?limit=1")[0]
    if not is_audited(route):
        assert newest["operation"] != route.name
        return
    assert newest["operation"] == route.name, f"{route.name} must do its writing in one db.run"
    assert (newest["principal"], newest["role"]) == (f"admin:{shop.tenant.client_id}", "OWNER")
    assert newest["before"] or newest["after"] or newest["objectKind"] in TOLD_WITHOUT_CONTENT | ACTIONS
    text = shop.call("GET", "/v1/audit/?limit=1").text
    assert SECRET.search(text) is None
    assert "s" * 32 not in text


@dataclass(frozen=True)
class Callers:
    """Headers of those who call a shop: who is nobody there, who is of a kind, and another member."""

    unknown: dict[str, dict[str, str]]
    known: dict[Kind, dict[str, str]]
    stranger: dict[str, str]


MADE: dict[UUID, Callers] = {}


def callers_of(mine: Furnished, other: Furnished) -> Callers:
    """Return those who can call the shop `mine`, made when it is called first."""
    tenant_id = mine.shop.tenant.tenant_id
    if tenant_id not in MADE:
        stranger = mine.shop.headers(mine.shop.user_token(mine.shop.user()))
        MADE[tenant_id] = Callers(unknown(mine.shop, other.shop), known(mine), stranger)
    return MADE[tenant_id]


def unknown(shop: Shop, other: Shop) -> dict[str, dict[str, str]]:
    """Return the headers of those who are nobody here."""
    key = {"X-Api-Key": str(shop.tenant.api_key)}
    closed = shop.user()
    token = shop.user_token(closed)
    shop.done("DELETE", f"/v1/users/{closed['id']}")
    admin = {"Authorization": f"Bearer {shop.token}"}
    return {
        "nobody": {},
        "the key only": key,
        "a token without a key": admin,
        "an unknown key": admin | {"X-Api-Key": str(uuid4())},
        "another tenant's key": admin | {"X-Api-Key": str(other.tenant.api_key)},
        "another tenant's administrator": key | {"Authorization": f"Bearer {other.token}"},
        "a closed account": key | {"Authorization": f"Bearer {token}"},
        "a client's secret": key | {"Authorization": f"Bearer {shop.tenant.client_secret}"},
        "a password": key | {"Authorization": "Basic YTpi"},
        "nonsense": key | {"Authorization": "Bearer a.b.c"},
    }


def known(mine: Furnished) -> dict[Kind, dict[str, str]]:
    """Return the headers of each kind of caller, the administrator last, who may do everything."""
    shop = mine.shop
    return {
        Kind.SECRET: shop.headers(shop.secret()),
        Kind.USER: shop.headers(shop.user_token(mine.member)),
        Kind.ADMIN: shop.headers(),
    }


def expected(route: Route, kind: Kind) -> int:
    """Return the status that the route table declares for a caller of a kind."""
    if kind not in route.who:
        return 403
    if kind is Kind.SECRET and route.path == "/v1/events/":
        return 403  # VISITED_SHOP is not the secret's type
    return route.status


def check_strangers(route: Route, mine: Furnished, headers: dict[str, str]) -> None:
    """Require that one member reaches nothing of another's: 404 in the bytes of an unknown one, or nothing listed."""
    if Kind.USER not in route.who or route.path.startswith(FOR_ALL):
        return
    if route.method == "POST":
        assert send(mine, route, headers).status_code in ((200, 403, 404) if route.own is None else (404,))
    elif "{" in route.path:
        foreign = send(mine, route, headers)
        assert foreign.status_code == 404
        assert without_id(foreign) == without_id(send(mine, route, headers, nobodys()))
    else:
        shown = send(mine, route, headers).json()["data"]
        assert [one for one in shown if mine.member["id"] in one.values()] == []


def nobodys() -> dict[str, str]:
    """Return ids that nobody has."""
    names = (
        "events", "event_types", "event_reactors", "users", "rewards", "vouchers", "benefits", "jobs", "token_issuers",
        "duplicates", "quarantine", "clients", "staff", "settings", "audit",
        "adjustments", "points_liability_criteria", "consents", "consent_types",
        "user_imports", "attributes",
        "discounts", "reward_categories", "venues", "code_pools", "codes", "counters",
        "badges",
        "tiers",
        "alerts", "audiences", "campaigns", "referral_codes", "referrals", "tranches",
    )  # fmt: skip
    parts = {"{version}": "1", "{other}": "1", "{code_id}": str(uuid4()), "{code}": "NOBODYS"}
    return dict.fromkeys(names, str(uuid4())) | parts


def check_foreign(route: Route, described: Described, mine: Furnished, other: Furnished) -> None:
    """Require that an administrator reaches nothing of another tenant's."""
    if "{" not in route.path:
        return
    foreign = send(mine, route, mine.shop.headers(), other.ids)
    described.require(route.method, route.path, foreign)
    assert foreign.status_code == 404
    assert CANARY not in foreign.text
    if route.path.split("/")[2] not in BY_NAME:
        assert without_id(foreign) == without_id(send(mine, route, mine.shop.headers(), nobodys()))


def test_the_table_is_complete() -> None:
    """R09: each operation says who may call it, and none is open to the key alone; `own` stands for members only."""
    for route in ROUTES:
        assert route.who
        assert Kind.KEY not in route.who
        assert route.own is None or Kind.USER in route.who
