"""Signing in by an OpenID Connect provider: a real one, a small one, on this machine."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import served, server_environment
from tests.http.browser import Browser
from tests.http.identity_provider import CLIENT, SECRET, IdentityProvider
from tests.shop import Shop

DOMAIN = "cafe.example"


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    """Run a provider."""
    made = IdentityProvider()
    yield made
    made.stop()


@pytest.fixture
async def town(urls: Urls, db: Db, provider: IdentityProvider) -> Any:
    """Serve a tenant whose staff may sign in by the provider, new people as viewers; return the shop."""
    tenant = await create_tenant(db, "A shop")
    settings = {
        "PUNCHCARD_OIDC_ISSUER": provider.issuer, "PUNCHCARD_OIDC_CLIENT_ID": CLIENT,
        "PUNCHCARD_OIDC_CLIENT_SECRET": SECRET, "PUNCHCARD_OIDC_NAME": "Cafe login",
        "PUNCHCARD_OIDC_ROLES": f"{DOMAIN}=VIEWER", "PUNCHCARD_OIDC_TENANT": str(tenant.tenant_id),
    }  # fmt: skip
    with served(server_environment(urls, **settings)) as (address, _), Shop(address, tenant) as shop:
        yield shop


def begun(browser: Browser) -> str:
    """Begin to sign in by the provider; return where the browser is sent."""
    answer = browser.call("POST", "/console/oidc", {})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["address"])


def entered(browser: Browser, provider: IdentityProvider) -> Any:
    """Sign in by the provider, all the way."""
    return browser.call("POST", "/console/session", provider.agree(begun(browser)))


async def test_people_sign_in_by_their_provider(town: Shop, provider: IdentityProvider) -> None:
    """Somebody who was added is found by the verified address, from then on by the provider's own name for the person.

    Somebody new of the configured domain gets its role; an address that passed on to somebody else opens nothing; a new
    key of the provider is taken; and a reset lets the person be linked anew.
    """
    provider.claims = {"email": f"Ada@{DOMAIN}"}
    ada = town.done("POST", "/v1/staff/", {"email": f"ada@{DOMAIN}", "role": "MANAGER"})
    with Browser(str(town.http.base_url).rstrip("/")) as browser:
        assert browser.call("GET", "/console/ways").json()["data"] == {"oidc": "Cafe login"}
        session = entered(browser, provider).json()["data"]
        assert (session["principal"], session["role"]) == (f"admin:staff:{ada['id']}", "MANAGER")
        assert browser.call("GET", "/console/sessions").json()["data"][0]["begunBy"] == "OIDC"
        provider.number, provider.claims = 1, {"email": f"lovelace@{DOMAIN}"}
        assert entered(browser, provider).status_code == 401, "a key that is known for a minute is not asked for again"
        provider.number = 0
        assert entered(browser, provider).json()["data"]["email"] == f"ada@{DOMAIN}"
        provider.claims = {"sub": "person-2", "email": f"ada@{DOMAIN}"}
        assert entered(browser, provider).status_code == 401
        provider.claims = {"sub": "person-3", "email": f"bob@{DOMAIN}"}
        bob = entered(browser, provider).json()["data"]
        assert (bob["role"], bob["email"], bob["name"]) == ("VIEWER", f"bob@{DOMAIN}", "Ada")
        provider.claims = {"sub": "person-4", "email": "eve@elsewhere.example"}
        unknown = entered(browser, provider)
        assert (unknown.status_code, unknown.json()["code"]) == (401, "credentials_refused")
        town.done("POST", f"/v1/staff/{ada['id']}/reset")
        provider.claims = {"sub": "person-2", "email": f"ada@{DOMAIN}"}
        assert entered(browser, provider).status_code == 200
    assert town.done("GET", "/v1/audit/?filter=kind:staff&limit=1")[0]["objectKind"] == "staff"


async def test_what_is_forged_or_not_asked_for_opens_nothing(town: Shop, provider: IdentityProvider) -> None:
    """T54: another state, another browser, a code used twice, and an ID token that is not ours are refused."""
    with Browser(str(town.http.base_url).rstrip("/")) as browser:
        wrong: list[dict[str, Any]] = [
            {"nonce": uuid4().hex}, {"nonce": None}, {"aud": "another"}, {"aud": [CLIENT, "another"]},
            {"iss": "https://evil.example"}, {"exp": 1}, {"exp": None}, {"sub": None}, {"email": None},
            {"email_verified": None}, {"email_verified": "true"}, {"azp": "another"},
        ]  # fmt: skip
        for claims in wrong:
            provider.claims = claims
            refused = entered(browser, provider)
            assert (refused.status_code, refused.json()["code"]) == (401, "credentials_refused"), claims
            assert "punchcard_session" not in browser.cookies
        provider.claims = {}
        back = provider.agree(begun(browser))
        assert browser.call("POST", "/console/session", back | {"state": "x" * 43}).status_code == 401
        back = provider.agree(begun(browser))
        with Browser(browser.address) as victim:
            assert victim.call("POST", "/console/session", back).status_code == 401, "login CSRF"
        assert browser.call("POST", "/console/session", back).status_code == 200
        assert browser.call("POST", "/console/session", back).status_code == 401
        assert "evil" not in begun(browser)


async def test_the_way_back_is_an_address_of_our_own(town: Shop, provider: IdentityProvider) -> None:
    """T58: where the provider sends the browser is PUNCHCARD_PUBLIC_URL or this machine, never what Host says."""
    with Browser(str(town.http.base_url).rstrip("/")) as browser:
        assert f"redirect_uri={browser.address.replace(':', '%3A').replace('/', '%2F')}" in begun(browser)
        poisoned: dict[str, str | None] = {"Host": "evil.example", "Origin": "https://evil.example"}
        refused = browser.call("POST", "/console/oidc", {}, headers=poisoned)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        provider.stop()
        assert browser.call("POST", "/console/oidc", {}).status_code == 200, "its document is known for a while"
