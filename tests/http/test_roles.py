"""Roles of administrators: every operation times every role (T57), and that they are read at each call (T53)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest

from punchcard.access.clients import ClientDefinition, create_client, insert_client
from punchcard.access.principals import Kind, Principal
from punchcard.access.roles import LOOKING, REPORTING, Role, lesser, require_grantable, require_role
from punchcard.db.connection import Db
from punchcard.errors import Forbidden, RoleRequired
from punchcard.http import hot, live
from punchcard.http.routes import ROUTES, Route
from tests.http.browser import Browser, link_for
from tests.http.conftest import Furnished, filled, furnish
from tests.http.test_authorization import nobodys
from tests.shop import Shop

NEEDED = {"VIEWER": "viewer_required", "SUPPORT": "support_required", "MANAGER": "manager_required"}


def token_of(shop: Shop, client_id: str, secret: str) -> str:
    """Exchange a client's id and secret for an access token."""
    asked = {"client_id": client_id, "client_secret": secret, "grant_type": "client_credentials"}
    return str(shop.http.post("/oauth/token", json=asked).json()["access_token"])


def client(shop: Shop, role: Role, **more: Any) -> Any:
    """Make a client of a role; return it with its access token."""
    made = shop.done("POST", "/v1/clients/", {"name": f"Somebody {role}", "role": role, **more})
    return made | {"token": token_of(shop, made["id"], made["clientSecret"])}


def code_of(route: Route) -> str:
    """Return the code that names the least role of an operation."""
    least = next(role for role in (Role.VIEWER, Role.SUPPORT, Role.MANAGER, Role.OWNER) if role in route.roles)
    return NEEDED.get(least, "owner_required")


def refused(furnished: Furnished, route: Route, token: str) -> httpx.Response:
    """Call an operation as it would be carried out."""
    path, body = furnished.path(route.path), furnished.body(route.method, route.path)
    return furnished.shop.call(route.method, path, body, bearer=token)


def harmless(furnished: Furnished, route: Route, token: str) -> httpx.Response:
    """Call an operation in such a way that whoever is let in changes nothing: on what nobody has, or with no sense."""
    body = None if furnished.body(route.method, route.path) is None else {"nonsense": True}
    return furnished.shop.call(route.method, filled(route.path, nobodys()), body, bearer=token)


async def test_every_role_reaches_what_is_declared_and_nothing_else(db: Db, shop: Shop) -> None:
    """T57: on every operation, each role that is not declared gets 403 with the code of the least; others pass."""
    furnished = await furnish(db, shop, "mine")
    tokens = {role: client(shop, role)["token"] for role in Role}
    found = []
    for route in ROUTES:
        for role in Role:
            if role in route.roles:
                if route.streams or (route.path.count("{") == 0 and furnished.body(route.method, route.path) is None):
                    continue  # it would be carried out; the matrix of kinds of callers does so as owner
                answer = harmless(furnished, route, tokens[role])
                if answer.status_code in (401, 403):
                    found.append((route.method, route.path, role, answer.text))
            else:
                answer = refused(furnished, route, tokens[role])
                told = answer.status_code, answer.json()["code"], answer.json().get("roles")
                if told != (403, code_of(route), sorted(route.roles)):
                    found.append((route.method, route.path, role, answer.text))
    assert found == []


def test_every_route_names_its_roles() -> None:
    """T57: an owner may do everything, and whoever outranks a role reaches all that it does."""
    for route in ROUTES:
        assert Role.OWNER in route.roles
        if Role.SUPPORT in route.roles or Role.VIEWER in route.roles:
            assert Role.MANAGER in route.roles
        if Role.VIEWER in route.roles:
            assert Role.SUPPORT in route.roles
    by_operation = {route.operation: route for route in ROUTES}
    assert set(by_operation[hot.report_one].roles) == set(by_operation[hot.report_batch].roles) == REPORTING
    assert set(by_operation[live.stream_events].roles) == LOOKING


LOOKING_ONLY = {"preview_event", "check_constraint", "check_event_type", "preview_audience"}


def test_nobody_but_an_owner_sees_secrets_clients_and_the_tenant_to() -> None:
    """A viewer changes nothing anywhere; what opens doors is the owner's alone."""
    for route in ROUTES:
        if route.path.startswith("/v1/clients") or "/secret" in route.path:
            assert route.roles == (Role.OWNER,)
        if Role.VIEWER in route.roles and route.method != "GET":
            assert route.name in LOOKING_ONLY, route.name


def test_a_token_goes_by_the_role_of_the_moment(shop: Shop) -> None:
    """T53: a role that is lowered or raised counts for tokens that are out, on both lanes, from the next call on."""
    shop.event_type()
    user = shop.user()
    somebody = client(shop, Role.MANAGER)
    token, path = somebody["token"], f"/v1/clients/{somebody['id']}"
    assert shop.call("POST", "/v1/event_types/", {}, bearer=token).status_code == 422
    assert shop.report(user, 1, bearer=token).status_code == 200
    shop.done("PATCH", path, {"role": "VIEWER"})
    assert shop.call("POST", "/v1/event_types/", {}, bearer=token).json()["code"] == "manager_required"
    answer = shop.report(user, 2, bearer=token)
    assert (answer.status_code, answer.json()["code"]) == (403, "support_required")
    answer = shop.call("POST", "/v1/events/batch", [{"type": "PURCHASED_COFFEE"}], bearer=token)
    assert (answer.status_code, answer.json()["code"]) == (403, "support_required")
    shop.done("PATCH", path, {"role": "INTEGRATION"})
    assert shop.report(user, 3, bearer=token).status_code == 200
    shop.done("DELETE", path)
    assert shop.report(user, 4, bearer=token).status_code == 401


async def test_a_session_has_the_role_of_its_link_and_no_more_than_its_maker(db: Db, shop: Shop, server: str) -> None:
    """T53: what somebody may do at the console is the link's role, lowered with whoever made the link, over with it."""
    with Browser(server) as viewer, Browser(server) as made:
        await follow_sessions(db, shop, viewer, made)


async def follow_sessions(db: Db, shop: Shop, viewer: Browser, made: Browser) -> None:
    """Open a viewer's session, and one by the link of a manager who loses one role after the other."""
    maker = client(shop, Role.MANAGER)
    viewer.sign_in(await link_for(db, shop, role=Role.VIEWER))
    assert viewer.call("GET", "/v1/users/").status_code == 200
    assert viewer.call("POST", "/v1/event_types/", {}).json()["code"] == "manager_required"
    made.sign_in(await link_for(db, shop, role=Role.OWNER, client_id=maker["id"]))
    assert made.call("GET", "/console/session").json()["data"]["role"] == "MANAGER"
    assert made.call("GET", "/v1/clients/").json()["code"] == "owner_required"
    shop.done("PATCH", f"/v1/clients/{maker['id']}", {"role": "SUPPORT"})
    assert made.call("POST", "/v1/event_types/", {}).json()["code"] == "manager_required"
    shop.done("DELETE", f"/v1/clients/{maker['id']}")
    assert made.call("GET", "/v1/users/").status_code == 401


# clients -----------------------------------------------------------------------------------------


def test_a_client_is_made_changed_rotated_and_revoked(shop: Shop) -> None:
    """A client's secret is shown once; rotated, the old one is good for the overlap asked for; revoked, nothing is."""
    made = shop.done("POST", "/v1/clients/", {"name": "Till 1", "role": "INTEGRATION"})
    assert shop.done("GET", f"/v1/clients/{made['id']}") == {k: v for k, v in made.items() if k != "clientSecret"}
    assert "clientSecret" not in str(shop.done("GET", "/v1/clients/?role=INTEGRATION"))
    kept = shop.done("POST", f"/v1/clients/{made['id']}/rotate", {"overlapSeconds": 3_600})
    token_of(shop, made["id"], made["clientSecret"])
    token = token_of(shop, made["id"], kept["clientSecret"])
    gone = shop.done("POST", f"/v1/clients/{made['id']}/rotate", {})
    asked = {"client_id": made["id"], "grant_type": "client_credentials"}
    for old in (made, kept):
        refusal = shop.http.post("/oauth/token", json=asked | {"client_secret": old["clientSecret"]})
        assert refusal.status_code == 401
    token_of(shop, made["id"], gone["clientSecret"])
    assert shop.call("GET", "/v1/users/", bearer=token).status_code == 200
    assert shop.done("DELETE", f"/v1/clients/{made['id']}")["revokedAt"] is not None
    assert shop.call("GET", "/v1/users/", bearer=token).status_code == 401
    for method, end, body in (("PATCH", "", {"name": "x"}), ("POST", "/rotate", {})):
        assert shop.call(method, f"/v1/clients/{made['id']}{end}", body).status_code == 409


def test_a_repeat_by_key_leaves_the_secret_out(shop: Shop) -> None:
    """What is kept under an Idempotency-Key has no secret in it."""
    body, key = {"name": "Till", "role": "INTEGRATION"}, {"Idempotency-Key": "once"}
    first = shop.done("POST", "/v1/clients/", body, headers=key)
    again = shop.done("POST", "/v1/clients/", body, headers=key)
    assert again == {name: value for name, value in first.items() if name != "clientSecret"}


def test_the_last_owner_stays(shop: Shop) -> None:
    """Neither revoked nor lowered: 409 `last_owner`, until there is another owner."""
    first = shop.done("GET", "/v1/clients/")[0]
    assert first["role"] == "OWNER"
    path = f"/v1/clients/{first['id']}"
    assert shop.call("DELETE", path).json()["code"] == "last_owner"
    assert shop.call("PATCH", path, {"role": "MANAGER"}).json()["code"] == "last_owner"
    shop.done("PATCH", path, {"name": "The owner", "role": "OWNER"})
    client(shop, Role.OWNER)
    shop.done("PATCH", path, {"role": "MANAGER"})


def test_two_owners_who_revoke_each_other_leave_one(shop: Shop) -> None:
    """However close together, the second sees what the first has left: one owner stays."""
    for _ in range(10):
        first, second = shop.done("GET", "/v1/clients/?role=OWNER&isRevoked=false")[0], client(shop, Role.OWNER)
        with ThreadPoolExecutor(2) as pool:
            calls = [
                pool.submit(shop.call, "DELETE", f"/v1/clients/{one['id']}", bearer=bearer)
                for one, bearer in ((first, second["token"]), (second, shop.token))
            ]
            answers = [call.result() for call in calls]
        assert min(answer.status_code for answer in answers) == 200
        assert {answer.status_code for answer in answers} <= {200, 401, 409}
        token = shop.token if answers[1].status_code == 200 else second["token"]
        left = shop.done("GET", "/v1/clients/?role=OWNER&isRevoked=false", bearer=token)
        assert len(left) == 1
        if token != shop.token:
            return  # this shop's own client is revoked


async def test_nobody_gives_a_role_above_the_own(db: Db, shop: Shop) -> None:
    """Whatever the table of routes says: to give a role, one has to have all that it may do."""
    for own in Role:
        for given in Role:
            principal = Principal(shop.tenant.tenant_id, Kind.ADMIN, "x", role=own)
            if lesser(given, own) is given:
                require_grantable(own, given)
                continue
            with pytest.raises(Forbidden):
                await create_client(db, principal, ClientDefinition(name="x", role=given))
    with pytest.raises(RoleRequired):
        require_role(None, tuple(Role))


async def test_nobody_gives_points_to_himself(db: Db, shop: Shop) -> None:
    """T49: a client that is linked to a member gives that member nothing, and approves nothing for it; 403."""
    member, other = shop.user(), shop.user()
    clerk = client(shop, Role.MANAGER, userId=member["id"])
    path, command = "/v1/commands/adjust_points", {"actorId": member["id"], "points": 50, "comment": "Well done"}
    assert shop.call("POST", path, command, bearer=clerk["token"]).json()["code"] == "self_grant"
    shop.done("PATCH", "/v1/tenant/", {"adjustmentLimit": 10})
    waiting = shop.call("POST", path, command).json()["data"]["id"]
    approving = shop.call("POST", f"/v1/adjustments/{waiting}/approve", bearer=clerk["token"])
    assert (approving.status_code, approving.json()["code"]) == (403, "self_grant")
    assert shop.balance(member) == 0
    shop.done("POST", path, command | {"actorId": other["id"], "points": 5}, bearer=clerk["token"])
    shop.done("POST", path, command | {"points": 5})
    shop.done("POST", path, command | {"points": -5}, bearer=clerk["token"])
    client_id, _ = await db.run(lambda tx: insert_client(tx, shop.tenant.tenant_id, "x", Role.VIEWER))
    assert shop.call("PATCH", f"/v1/clients/{client_id}", {"userId": shop.tenant.client_secret}).status_code == 422
