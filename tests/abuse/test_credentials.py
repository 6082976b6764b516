"""Secrets and tokens over HTTP: rows T03 to T06 and T11 to T13. How tokens are read: tests/access."""

import json
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2 as httpx
import pytest

from punchcard.access import credential
from punchcard.db.embedded import Urls
from tests.abuse.raw import exchange
from tests.access import forge
from tests.conftest import served, server_environment
from tests.shop import Shop

PUBLIC = {"type": "VISITED_SHOP"}
pytestmark = pytest.mark.figure(name="R17")


def issuer(shop: Shop, algorithm: str = "RS256") -> Any:
    """Let the shop take tokens of the forge's issuer."""
    body: dict[str, Any] = {"issuer": forge.ISSUER, "audience": forge.AUDIENCE, "algorithm": algorithm}
    if algorithm == "HS256":
        body["secret"] = forge.SHARED
    else:
        body["jwks"] = {"keys": [forge.jwk(forge.private_key(algorithm), kid="1")]}
    return shop.done("POST", "/v1/token_issuers/", body)


def statuses(shop: Shop, bearer: str) -> set[int]:
    """Return how a bearer token is answered, at the hot lane and at the other."""
    return {
        shop.call("POST", "/v1/events", PUBLIC, bearer=bearer).status_code,
        shop.call("GET", "/v1/events/", bearer=bearer).status_code,
    }


def test_a_mistyped_secret_is_refused_without_the_database(shop: Shop) -> None:
    """T03: a secret whose checksum does not fit is 401, one that fits and is nobody's is 404."""
    shop.event_type()
    user, good = shop.user(), shop.secret()
    for place in (4, 20, len(good) - 1):
        wrong = good[:place] + ("a" if good[place] != "a" else "b") + good[place + 1 :]
        answer = shop.report(user, bearer=wrong)
        assert answer.status_code == 401
        assert "checksum" in answer.json()["detail"]
    assert shop.report(user, bearer=credential.make(credential.EVENT_TYPE_SECRET)).status_code == 404


def test_guessing_ends_in_429(shop: Shop, urls: Urls) -> None:
    """T03: after so many failures in a minute, an address gets 429 with Retry-After; a good secret still works."""
    shop.event_type()
    user, good = shop.user(), shop.secret()
    environment = server_environment(urls, PUNCHCARD_AUTH_FAILURES_PER_MINUTE_MAX="20")
    with served(environment) as (address, _), httpx.Client(base_url=address) as client:
        key = {"X-Api-Key": str(shop.tenant.api_key)}

        def tried(bearer: str) -> httpx.Response:
            body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}
            return client.post("/v1/events", json=body, headers=key | {"Authorization": f"Bearer {bearer}"})

        began = time.monotonic()
        answers = [tried(f"pcs_{secrets.token_urlsafe(32)}") for _ in range(100)]
        failed = sum(answer.status_code == 401 for answer in answers)
        assert [answer.status_code for answer in answers[:20]] == [401] * 20
        assert failed <= 20 + (time.monotonic() - began) / 3  # one comes back every three seconds
        over = [answer for answer in answers if answer.status_code == 429]
        assert len(over) == 100 - failed > 0
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in over)
        assert tried(good).status_code == 200


async def test_a_secret_lives_as_long_as_its_row_says(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """T04: inside the overlap of a rotation the old secret is 200, past it and revoked 401; the new one is 200."""
    shop.event_type()
    user, old = shop.user(), shop.secret()
    set_expiry = "update event_type_secrets set expires_at = clock_timestamp() + $2 where tenant_id = $1"
    await owner.execute(set_expiry, shop.tenant.tenant_id, timedelta(hours=1))
    assert shop.report(user, 1, bearer=old).status_code == 200
    await owner.execute(set_expiry, shop.tenant.tenant_id, timedelta(seconds=-1))
    refused = shop.report(user, 2, bearer=old)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    await owner.execute(
        "update event_type_secrets set expires_at = null, revoked_at = clock_timestamp() where tenant_id = $1",
        shop.tenant.tenant_id,
    )
    assert shop.report(user, 3, bearer=old).status_code == 401


def test_a_secret_in_the_query_is_not_taken_and_not_logged(shop: Shop, urls: Urls, tmp_path: Path) -> None:
    """T05: a secret in the query string is 401, and nothing of it, of a body or of a header is in the log."""
    shop.event_type()
    user, secret = shop.user(), shop.secret()
    log = tmp_path / "log"
    canaries = [secret, secret[10:30], "canary-of-the-body", "canary-of-the-query", shop.token]
    environment = server_environment(urls, PUNCHCARD_LOG_LEVEL="debug")
    with served(environment, log=log) as (address, _), httpx.Client(base_url=address) as client:
        key = {"X-Api-Key": str(shop.tenant.api_key)}
        body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"note": "canary-of-the-body"}}
        for name in ("access_token", "token", "secret", "api_key", "authorization"):
            answer = client.post(f"/v1/events?{name}={secret}&x=canary-of-the-query", json=body, headers=key)
            assert answer.status_code == 401
            assert secret not in answer.text
        admin = key | {"Authorization": f"Bearer {shop.token}"}
        assert client.post("/v1/events", json=body, headers=admin).status_code == 422
        assert client.get("/v1/events/?canary-of-the-query=1", headers=admin).status_code == 422
        assert exchange(address, b"\x16\x03\x01canary-of-the-body\r\n\r\n").status in (0, 400)
    written = log.read_text()
    assert [canary for canary in canaries if canary in written] == []


async def test_a_secret_opens_one_tenant_only(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """T06: a secret, an administrator's token or a member's token of tenant A with the key of B is 404 or 401."""
    shop.event_type()
    other = await open_shop()
    other.event_type()
    stranger = other.user()
    refused = other.report(stranger, bearer=shop.secret())
    never = other.report(stranger, bearer=credential.make(credential.EVENT_TYPE_SECRET))
    assert (refused.status_code, refused.json()["code"]) == (404, "secret_unknown")
    assert refused.json() | {"requestId": ""} == never.json() | {"requestId": ""}
    assert statuses(other, shop.token) == {401}
    assert statuses(other, shop.user_token(shop.user())) == {401}


def forged(shop: Shop) -> dict[str, str]:
    """Return tokens that try to be taken for an RS256 issuer's, by what they try."""
    key, good = forge.private_key("RS256"), forge.claims()
    stranger = forge.private_key("RS256", 2)
    signed = forge.token(key, "RS256", good, {"kid": "1"})
    head, payload, _ = signed.split(".")

    def unsigned(algorithm: str) -> str:
        return f"{forge.b64(json.dumps({'alg': algorithm, 'typ': 'JWT'}).encode())}.{payload}."

    def with_header(**members: Any) -> str:
        return forge.token(key, "RS256", good, members)

    now = int(time.time())
    return {
        "alg none": unsigned("none"),
        "alg nOnE": unsigned("nOnE"),
        "empty signature": f"{head}.{payload}.",
        "signature of another": forge.token(stranger, "RS256", good, {"kid": "1"}),
        "HS256 with the public key": forge.token(forge.public_pem(key), "HS256", good),
        "HS256 with the tenant's key": forge.token(str(shop.tenant.api_key).encode(), "HS256", good),
        "embedded jwk": forge.token(stranger, "RS256", good, {"jwk": forge.jwk(stranger)}),
        "x5u": with_header(x5u="http://127.0.0.1:1/key"),
        "unknown crit": with_header(crit=["exotic"], exotic=1),
        "kid with SQL": with_header(kid="1' or '1'='1"),
        "kid with a path": with_header(kid="../../../../dev/null"),
        "no exp": forge.token(key, "RS256", forge.claims(exp=None), {"kid": "1"}),
        "expired": forge.token(key, "RS256", forge.claims(exp=now - 3600), {"kid": "1"}),
        "not yet": forge.token(key, "RS256", forge.claims(nbf=now + 3600), {"kid": "1"}),
        "other issuer": forge.token(key, "RS256", forge.claims(iss="https://evil.example"), {"kid": "1"}),
        "other audience": forge.token(key, "RS256", forge.claims(aud="another"), {"kid": "1"}),
        "ID token": forge.token(key, "RS256", forge.claims(nonce="n", at_hash="h"), {"kid": "1"}),
        "ours by name": forge.token(
            b"0" * 32, "HS256",
            forge.claims(iss="punchcard", tid=str(shop.tenant.tenant_id), knd="admin", sub=shop.tenant.client_id),
        ),
        "no subject": forge.token(key, "RS256", forge.claims(sub=None), {"kid": "1"}),
    }  # fmt: skip


def test_forged_tokens_are_401(shop: Shop) -> None:
    """T11, T12: whatever a token claims about its algorithm, key, times or audience, it is 401; the true one works."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    shop.user("alice")
    issuer(shop)
    good = forge.token(forge.private_key("RS256"), "RS256", forge.claims(), {"kid": "1"})
    assert statuses(shop, good) == {200}
    answered = {name: statuses(shop, token) for name, token in forged(shop).items()}
    assert {name: found for name, found in answered.items() if found != {401}} == {}


def test_a_token_makes_the_server_connect_nowhere(shop: Shop, sentinel: Any) -> None:
    """T11: a jku, x5u or iss that names an address is 401, and nobody knocks there."""
    issuer(shop)
    key = forge.private_key("RS256")
    for name in ("jku", "x5u", "jwk", "x5c", "url"):
        token = forge.token(key, "RS256", forge.claims(iss=sentinel.url), {name: sentinel.url})
        assert statuses(shop, token) == {401}
    assert sentinel.visits() == 0


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA", "HS256"])
def test_each_algorithm_is_its_issuers(shop: Shop, algorithm: str) -> None:
    """T11: tokens of the issuer's own algorithm are taken, and those of every other one refused."""
    shop.user("alice")
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    issuer(shop, algorithm)

    def signed(name: str) -> str:
        key = forge.SHARED.encode() if name == "HS256" else forge.private_key(name)
        return forge.token(key, name, forge.claims(), {"kid": "1"})

    assert statuses(shop, signed(algorithm)) == {200}
    for other in {"RS256", "ES256", "EdDSA", "HS256"} - {algorithm}:
        assert statuses(shop, signed(other)) == {401}


def member_calls(shop: Shop, user: Any, token: str) -> list[tuple[int, str]]:
    """Return how each operation that a member has is answered: status and code."""
    wanted: list[tuple[str, str, Any]] = [
        ("POST", "/v1/events", PUBLIC),
        ("POST", "/v1/commands/purchase_reward", {"rewardId": str(UUID(int=0))}),
        ("GET", "/v1/events/", None),
        ("GET", f"/v1/users/{user['id']}", None),
        ("GET", f"/v1/users/{user['id']}/wallet", None),
        ("GET", "/v1/rewards/", None),
        ("GET", "/v1/vouchers/", None),
    ]
    answers = [shop.call(method, path, body, bearer=token) for method, path, body in wanted]
    return [(answer.status_code, answer.json().get("code", "")) for answer in answers]


def test_a_closed_account_ends_its_tokens_at_once(shop: Shop) -> None:
    """T13: from the moment an account is closed, the member's tokens, ours and the issuer's, are 401 everywhere."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    alice = shop.user("alice")
    issuer(shop)
    tokens = [shop.user_token(alice), forge.token(forge.private_key("RS256"), "RS256", forge.claims(), {"kid": "1"})]
    assert all(shop.call("GET", "/v1/events/", bearer=token).status_code == 200 for token in tokens)
    shop.done("DELETE", f"/v1/users/{alice['id']}")
    for token in tokens:
        assert set(member_calls(shop, alice, token)) == {(401, "unauthenticated")}
    assert shop.call("POST", f"/v1/users/{alice['id']}/access_tokens", {}).status_code == 404


def test_a_restricted_member_changes_nothing_at_once(shop: Shop) -> None:
    """T13: from the moment a member is restricted, reporting and buying are 403; reading goes on, and so it ends."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    ada = shop.user()
    token = shop.user_token(ada)
    shop.done("PATCH", f"/v1/users/{ada['id']}", {"isRestricted": True})
    answered = member_calls(shop, ada, token)
    assert answered[:2] == [(403, "user_restricted")] * 2
    assert set(answered[2:]) == {(200, "")}
    shop.done("PATCH", f"/v1/users/{ada['id']}", {"isRestricted": False})
    assert shop.call("POST", "/v1/events", PUBLIC, bearer=token).status_code == 200


def test_a_token_of_nobody_registered_is_401(shop: Shop) -> None:
    """T13: a well-signed token for somebody who is not registered opens nothing."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    issuer(shop)
    token = forge.token(forge.private_key("RS256"), "RS256", forge.claims(sub="nobody"), {"kid": "1"})
    assert statuses(shop, token) == {401}


async def test_a_revoked_client_ends_its_tokens_at_once(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """T04: once a client is revoked, its access tokens are 401 at both lanes and no new one is given."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    ada = shop.user()
    body = {**PUBLIC, "subject": ada["id"]}
    shop.done("POST", "/v1/events", body)
    revoke = "update clients set revoked_at = clock_timestamp() where tenant_id = $1"
    await owner.execute(revoke, shop.tenant.tenant_id)
    assert shop.call("POST", "/v1/events", {**body, "payload": {"second": True}}).status_code == 401
    assert wait_for_status(shop, 401)
    asked = {
        "client_id": shop.tenant.client_id, "client_secret": shop.tenant.client_secret,
        "grant_type": "client_credentials",
    }  # fmt: skip
    assert shop.http.post("/oauth/token", json=asked).status_code == 401


def wait_for_status(shop: Shop, wanted: int) -> bool:
    """Tell whether a read gets this status within the time that a notice from the database takes."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if shop.call("GET", "/v1/users/").status_code == wanted:
            return True
    return False
