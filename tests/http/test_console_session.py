"""Signing in to the console: a link works once, a session ends, and no other site can use it."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from punchcard.access import credential
from punchcard.db.connection import Db
from tests.http.browser import Browser, link_for
from tests.shop import Shop

SHORTEN = "update console_sessions set {column} = clock_timestamp() - interval '1 second' where tenant_id = $1"
pytestmark = pytest.mark.figure(name="R17")


@pytest.fixture
def browser(server: str) -> Iterator[Browser]:
    """Open a browser that has not signed in."""
    with Browser(server) as opened:
        yield opened


@pytest.fixture
async def admin(browser: Browser, db: Db, shop: Shop) -> Browser:
    """Sign in to the shop's console."""
    answer = browser.sign_in(await link_for(db, shop))
    assert answer.status_code == 200, answer.text
    return browser


async def test_a_link_opens_the_tenants_console(browser: Browser, db: Db, shop: Shop) -> None:
    """A link's token becomes a session that names the tenant and its ends, and a cookie that no script can read."""
    answer = browser.sign_in(await link_for(db, shop))
    session = answer.json()["data"]
    tenant = {"id": str(shop.tenant.tenant_id), "name": "A shop", "apiKey": str(shop.tenant.api_key), "timeZone": "UTC"}
    assert (session["tenant"], session["principal"]) == (tenant, "admin:console")
    idle, end = (datetime.fromisoformat(session[name]) for name in ("idleExpiresAt", "expiresAt"))
    assert end - idle == timedelta(hours=11, minutes=30)
    assert browser.set_cookie.split("; ")[1:] == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert browser.call("GET", "/console/session").json()["data"] == session
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_link_works_once(browser: Browser, db: Db, shop: Shop) -> None:
    """The second use of a link is refused with its own code, and the first one's session lives on."""
    link = await link_for(db, shop)
    assert browser.sign_in(link).status_code == 200
    with Browser(browser.address) as thief:
        refused = thief.sign_in(link)
        assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_link_unusable")
        assert thief.cookies == {}
    assert browser.call("GET", "/v1/tenant/").status_code == 200


async def test_of_many_who_use_a_link_at_once_one_gets_in(server: str, db: Db, shop: Shop) -> None:
    """Of eight browsers that use one link at the same time, exactly one gets a session."""
    link = await link_for(db, shop)
    browsers = [Browser(server) for _ in range(8)]
    answers = await asyncio.gather(*(asyncio.to_thread(one.sign_in, link) for one in browsers))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    assert await db.fetchval("select count(*) from console_sessions where tenant_id = $1", shop.tenant.tenant_id) == 1
    for one in browsers:
        one.http.close()


async def test_an_expired_or_invented_link_is_refused(browser: Browser, db: Db, shop: Shop) -> None:
    """A link past its time, one never given out and a client's secret get the same answer."""
    links = [await link_for(db, shop, seconds=0), credential.make(credential.SIGN_IN_LINK), shop.tenant.client_secret]
    answers = [browser.sign_in(link).json() for link in links]
    assert {answer["code"] for answer in answers} == {"sign_in_link_unusable"}
    assert len({answer["detail"] for answer in answers}) == 1


async def test_a_session_calls_the_api_as_administrator(admin: Browser, shop: Shop) -> None:
    """With the cookie alone every operation is called as the tenant's administrator; events say it was the console."""
    user = shop.cafe()
    tenant = admin.call("GET", "/v1/tenant/").json()["data"]
    assert (tenant["id"], tenant["apiKey"]) == (str(shop.tenant.tenant_id), str(shop.tenant.api_key))
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 7}}
    event = admin.call("POST", "/v1/events", body).json()["data"]
    assert (event["points"], event["reporter"]) == (7, "admin:console")
    assert admin.call("POST", "/v1/event_types/", {"name": "A_TYPE", "description": "x"}).status_code != 403


async def test_a_session_is_one_tenants(admin: Browser, shop: Shop) -> None:
    """X-Api-Key may repeat the session's tenant, and cannot name another."""
    assert admin.call("GET", "/v1/tenant/", headers={"X-Api-Key": str(shop.tenant.api_key)}).status_code == 200
    other = "00000000-0000-4000-8000-000000000000"
    assert admin.call("GET", "/v1/tenant/", headers={"X-Api-Key": other}).status_code == 401


async def test_signing_out_ends_the_session_everywhere(admin: Browser) -> None:
    """After signing out the cookie is gone, and a copy of it opens nothing (T53)."""
    stolen = dict(admin.cookies)
    assert admin.call("DELETE", "/console/session").json() == {"status": "success", "data": None}
    assert admin.cookies == {}
    assert admin.call("GET", "/console/session").status_code == 401
    admin.cookies = stolen
    for method, path in (("GET", "/v1/tenant/"), ("GET", "/console/session"), ("POST", "/v1/users/")):
        refused = admin.call(method, path, {} if method == "POST" else None)
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


async def test_signing_in_makes_a_new_session(admin: Browser, db: Db, shop: Shop) -> None:
    """A session id that was there before signing in, planted or not, opens nothing afterwards (T53)."""
    planted = dict(admin.cookies)
    assert admin.sign_in(await link_for(db, shop)).status_code == 200
    assert admin.cookies != planted
    assert admin.call("GET", "/v1/tenant/").status_code == 200
    admin.cookies = planted
    assert admin.call("GET", "/v1/tenant/").status_code == 401


@pytest.mark.parametrize("column", ["idle_expires_at", "expires_at = clock_timestamp(), idle_expires_at"])
async def test_a_session_ends_by_itself(admin: Browser, db: Db, shop: Shop, column: str) -> None:
    """A session that was idle for too long, or lasted for too long, is answered 401."""
    await db.execute(SHORTEN.format(column=column), shop.tenant.tenant_id)
    refused = admin.call("GET", "/v1/tenant/")
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


async def test_work_prolongs_a_session_and_looking_at_it_does_not(admin: Browser, db: Db, shop: Shop) -> None:
    """A call begins the idle time anew, never past the session's end; asking how long it lasts does not."""
    tenant_id = shop.tenant.tenant_id
    soon = "update console_sessions set idle_expires_at = clock_timestamp() + interval '5 minutes' where tenant_id = $1"
    await db.execute(soon, tenant_id)
    before = admin.call("GET", "/console/session").json()["data"]["idleExpiresAt"]
    assert admin.call("GET", "/console/session").json()["data"]["idleExpiresAt"] == before
    admin.call("GET", "/v1/tenant/")
    after = admin.call("GET", "/console/session").json()["data"]["idleExpiresAt"]
    assert datetime.fromisoformat(after) - datetime.fromisoformat(before) > timedelta(minutes=24)

    ends = "update console_sessions set expires_at = idle_expires_at where tenant_id = $1"
    await db.execute(soon, tenant_id)
    await db.execute(ends, tenant_id)
    admin.call("GET", "/v1/tenant/")
    session = admin.call("GET", "/console/session").json()["data"]
    assert session["idleExpiresAt"] == session["expiresAt"]


CROSS_SITE: list[dict[str, str | None]] = [
    {"Origin": None},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", CROSS_SITE, ids=str)
async def test_no_other_site_can_change_anything(
    admin: Browser, db: Db, shop: Shop, headers: dict[str, str | None]
) -> None:
    """A change with the cookie but not from the console's own pages is a 403, signing in and out too (T54)."""
    user = {"profile": {"givenName": "Eve", "familyName": "Byron", "emailAddress": "eve@example.org"}}
    link = await link_for(db, shop)
    for method, path, body in (
        ("POST", "/v1/users/", user),
        ("POST", "/v1/events", {"type": "X", "payload": {}}),
        ("DELETE", "/console/session", None),
        ("POST", "/console/session", {"token": link}),
    ):
        refused = admin.call(method, path, body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "cross_site"), path
    assert admin.call("GET", "/v1/users/").json()["data"] == []
    with Browser(admin.address) as unused:
        assert unused.sign_in(link).status_code == 200, "a refused sign-in leaves the link as it was"


async def test_what_forms_can_send_is_no_json(admin: Browser, db: Db, shop: Shop) -> None:
    """The media types that a form can send without asking are 415, signing in too (T54)."""
    for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        for path in ("/v1/users/", "/v1/events", "/console/session"):
            assert admin.call("POST", path, {}, headers={"Content-Type": media}).status_code == 415
    assert admin.sign_in(await link_for(db, shop)).status_code == 200


async def test_another_site_cannot_read(admin: Browser) -> None:
    """A page of another site that includes an address of the API gets a 403; typing the address does not."""
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)):
        assert admin.call("GET", "/v1/tenant/", headers={"Sec-Fetch-Site": site}).status_code == status


async def test_a_token_wins_over_the_cookie(admin: Browser, shop: Shop) -> None:
    """With an Authorization header the cookie is not looked at, nor is where the request comes from."""
    headers: dict[str, str | None] = {**shop.headers(), "Origin": "https://evil.example"}
    user = {"profile": {"givenName": "Ada", "familyName": "Byron", "emailAddress": "ada@example.org"}}
    assert admin.call("POST", "/v1/users/", user, headers=headers).status_code == 200
    assert admin.call("GET", "/v1/tenant/", headers={"Authorization": "Bearer nonsense"}).status_code == 401


async def test_over_https_the_cookie_is_bound_to_the_host(browser: Browser, db: Db, shop: Shop) -> None:
    """Behind HTTPS the cookie is `__Host-` and Secure, another's host is refused, and a planted one does not count."""
    host: dict[str, str | None] = {"Host": "console.example", "Origin": "https://console.example"}
    link = {"token": await link_for(db, shop)}
    for origin in ("http://console.example", "https://evil.example", "https://console.example:8443"):
        assert browser.call("POST", "/console/session", link, headers=host | {"Origin": origin}).status_code == 403
    assert browser.call("POST", "/console/session", link, headers=host).status_code == 200
    assert browser.set_cookie.startswith("__Host-punchcard=pcw_")
    assert browser.set_cookie.split("; ")[1:] == ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"]
    assert browser.call("GET", "/v1/tenant/", headers=host).status_code == 200
    browser.cookies = {"punchcard_session": browser.cookies["__Host-punchcard"]}
    assert browser.call("GET", "/v1/tenant/", headers=host).status_code == 401


async def test_cookies_that_contradict_each_other_count_for_none(admin: Browser) -> None:
    """Two cookies of the session's name with different values open nothing."""
    (name, value), *_ = admin.cookies.items()
    planted = {"Cookie": f"{name}=pcw_other; {name}={value}"}
    assert admin.call("GET", "/v1/tenant/", headers={**planted}).status_code == 401


async def test_nothing_of_a_session_can_be_read_in_the_database(admin: Browser, db: Db, shop: Shop) -> None:
    """Neither the link's token nor the cookie is stored: the tables hold digests."""
    rows = await db.fetch("select * from console_sessions where tenant_id = $1", shop.tenant.tenant_id)
    (value,) = admin.cookies.values()
    assert [row["digest"] for row in rows] == [credential.digest(value)]
    assert value not in str(rows)
