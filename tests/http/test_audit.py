"""The audit log of every change of configuration: who, before, after; for ever, and without secrets."""

import pytest

from punchcard.access.audit import without_secrets
from punchcard.access.roles import Role
from punchcard.db.connection import Db
from punchcard.http.audited import is_audited, object_of
from punchcard.http.routes import ROUTES
from tests.http.browser import Browser, link_for
from tests.http.test_roles import client
from tests.shop import Shop

LEAVE_NO_ENTRY = {
    "report_one", "report_batch", "preview_event", "check_constraint",
}  # fmt: skip


def test_what_changes_the_configuration_is_audited() -> None:
    """Whatever takes a manager or an owner, and is no reading, is audited, and the log knows of which kind it is."""
    for route in ROUTES:
        if route.method != "GET" and not {Role.SUPPORT, Role.INTEGRATION} & set(route.roles):
            assert is_audited(route) == (route.name not in LEAVE_NO_ENTRY)
        if is_audited(route):
            assert object_of(route).kind in route.path


def test_a_change_is_told_with_before_and_after(shop: Shop) -> None:
    """Made, changed and ended, with who did it in which role, and the members that differ; filters narrow the list."""
    shop.event_type()
    manager = client(shop, Role.MANAGER)
    reactor = shop.reactor()
    path = f"/v1/event_reactors/{reactor['id']}"
    changed = shop.done("PATCH", path, {"name": "Another name"}, bearer=manager["token"])
    shop.done("DELETE", path)
    told = shop.done("GET", f"/v1/audit/?object={reactor['id']}&order=ASC")
    assert [entry["operation"] for entry in told] == ["create_reactor", "patch_reactor", "end_reactor"]
    assert (told[0].get("before"), told[0]["after"]) == (None, reactor)
    assert (told[1]["before"], told[1]["after"]) == (reactor, changed)
    assert told[1]["changed"] == ["name", "updatedAt", "version"]
    assert (told[1]["principal"], told[1]["role"]) == (f"admin:{manager['id']}", "MANAGER")
    assert told[1]["request"] == f"PATCH {path}"
    assert told[2]["after"]["state"] == "ENDED"
    assert {entry["objectKind"] for entry in told} == {"event_reactors"}
    by_manager = shop.done("GET", f"/v1/audit/?kind=event_reactors&principal=admin:{manager['id']}")
    assert [entry["id"] for entry in by_manager] == [told[1]["id"]]
    since, until = told[1]["recordedAt"], told[2]["recordedAt"]
    assert shop.done("GET", f"/v1/audit/?from={until}&kind=tiers") == []
    assert told[0]["id"] not in [entry["id"] for entry in shop.done("GET", f"/v1/audit/?from={since}")]
    assert shop.done("GET", f"/v1/audit/{told[1]['id']}") == told[1]
    page = shop.call("GET", "/v1/audit/?limit=2").json()
    rest = shop.call("GET", f"/v1/audit/?limit=100&cursor={page['page']['next']}").json()["data"]
    assert [entry["operation"] for entry in rest][-1] == "create_tenant"
    assert {entry["id"] for entry in rest} & {entry["id"] for entry in page["data"]} == set()


async def test_a_session_is_told_by_its_mark(db: Db, shop: Shop, server: str) -> None:
    """What somebody does at the console names the session and its role."""
    with Browser(server) as browser:
        browser.sign_in(await link_for(db, shop, role=Role.MANAGER))
        made = browser.call("POST", "/v1/consent_types/", {"name": "News", "required": False}).json()["data"]
    (entry,) = shop.done("GET", f"/v1/audit/?object={made['id']}")
    assert (entry["principal"], entry["role"]) == ("admin:console", "MANAGER")
    assert len(entry["session"]) == 12
    assert shop.done("GET", f"/v1/audit/?session={entry['session']}") == [entry]


def test_what_is_refused_or_repeated_leaves_no_entry(shop: Shop) -> None:
    """The entry is written in the change's own transaction: undone with it, and once for one Idempotency-Key."""
    shop.event_type()
    count = len(shop.done("GET", "/v1/audit/?limit=1000"))
    body = {"name": "PURCHASED_COFFEE", "description": "A second one", "isPrivate": True}
    assert shop.call("POST", "/v1/event_types/", body).status_code == 409
    assert shop.call("PATCH", "/v1/tenant/", {"timeZone": "Nowhere/Land"}).status_code == 422
    assert shop.call("DELETE", "/v1/token_issuers/00000000-0000-4000-8000-000000000000").status_code == 404
    for _ in range(2):
        shop.done("POST", "/v1/clients/", {"name": "Till", "role": "INTEGRATION"}, headers={"Idempotency-Key": "k"})
    told = shop.done("GET", "/v1/audit/?limit=1000")
    assert [entry["operation"] for entry in told[:-count]] == ["create_client"]


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ({"id": 1, "secret": "x", "all": [{"codes": ["y"]}]}, {"id": 1, "secret": "…", "all": [{"codes": "…"}]}),
        ({"headers": {"Authorization": "z"}, "code": None}, {"headers": {"Authorization": "…"}, "code": None}),
        ("text", "text"),
    ],
)  # fmt: skip
def test_secrets_are_left_out(shown: object, told: object) -> None:
    """Whatever its depth, a member that holds a secret is named and not shown."""
    assert without_secrets(shown) == told


def test_the_code_of_a_static_reward_is_for_those_who_may_list_codes(shop: Shop) -> None:
    """Neither the other roles nor the log see it."""
    static = {"codeType": "STATIC", "code": {"value": "SHOW-ME-NOT"}}
    body = {"type": "VOUCHER", "name": "Tea", "price": 1, "availability": {"start": "2020-01-01"}, "purchasable": True}
    made = shop.done("POST", "/v1/rewards/", body | static)
    assert made["code"] == {"value": "SHOW-ME-NOT"}
    for role, is_told in ((Role.MANAGER, True), (Role.SUPPORT, False), (Role.VIEWER, False), (Role.INTEGRATION, False)):
        bearer = client(shop, role)["token"]
        for path in ("/v1/rewards/", f"/v1/rewards/{made['id']}"):
            assert ("SHOW-ME-NOT" in shop.call("GET", path, bearer=bearer).text) is is_told, (role, path)
    assert "SHOW-ME-NOT" not in shop.call("GET", "/v1/audit/").text
