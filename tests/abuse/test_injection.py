"""SQL in every place where text is taken: row T34."""

import pytest

from tests.abuse.raw import exchange
from tests.shop import Shop

# Above the limit of a statement, which is then ended: to carry one out is answered 503, which no test here takes.
SLEEP_SECONDS = 30
INJECTIONS = (
    "'", "''", "\\'", "' or '1'='1", "' or 1=1 --", "x' union select null, null --", "'; drop table users; --",
    f"'; select pg_sleep({SLEEP_SECONDS}); --", f"' || pg_sleep({SLEEP_SECONDS}) || '",
    f"(select pg_sleep({SLEEP_SECONDS}))",
    f"$$; select pg_sleep({SLEEP_SECONDS}); $$", "%", "_", "%%", "{}", "{0}", "$1", "$2", ":a", "%(a)s", "x\\", "/**/",
    "1; copy users to '/tmp/x'", "null", "-- ", "E'\\x27'", "U&'\\0027'", "id)", "[0]", "?", "ARRAY[1]", "x'::uuid",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (
            "/v1/events/",
            ("type", "subject", "reportedFrom", "occurredTo", "filter", "order", "limit", "skip", "cursor"),
        ),
        ("/v1/users/", ("accountNumber", "authIdentifier", "externalIdentifier", "status", "emailAddress", "filter")),
        ("/v1/event_types/", ("name", "isActive", "filter")),
        ("/v1/event_reactors/", ("name", "eventType", "isEnded")),
        ("/v1/rewards/", ("name", "type", "purchasable")),
        ("/v1/vouchers/", ("user", "reward", "status")),
        ("/v1/token_issuers/", ("issuer", "algorithm")),
    ],
)
def test_in_filters_it_is_a_value(door: Shop, path: str, names: tuple[str, ...]) -> None:
    """T34: in a filter, as its value or its name, SQL finds nothing or is 422; never another row, never later."""
    door.user()
    for name in names:
        for text in INJECTIONS:
            answer = door.http.get(path, params={name: text}, headers=door.headers())
            assert answer.status_code in (200, 422), (name, text)
            assert answer.json().get("data", []) == [], (name, text)
            if name in {"filter", "order"}:
                continue
            inside = door.http.get(path, params={"filter": f"{name}:{text}"}, headers=door.headers())
            assert inside.status_code in (200, 422), (name, text)
            assert inside.json().get("data", []) == [], (name, text)
    for text in INJECTIONS:
        assert door.http.get(path, params={text: "x"}, headers=door.headers()).status_code == 422


def test_in_paths_it_is_a_name(door: Shop) -> None:
    """T34: in a path SQL names nothing: 404."""
    head = "".join(f"{name}: {value}\r\n" for name, value in door.headers().items())
    for text in INJECTIONS:
        quoted = "".join(f"%{byte:02x}" for byte in text.encode())
        for path in (
            f"/v1/events/{quoted}", f"/v1/event_types/{quoted}", f"/v1/event_types/{quoted}/secret",
            f"/v1/users/{quoted}", f"/v1/users/{quoted}/wallet", f"/v1/event_reactors/{quoted}",
        ):  # fmt: skip
            answer = exchange(door.address, f"GET {path} HTTP/1.1\r\nHost: a\r\n{head}\r\n".encode())
            assert answer.status in (404, 405), path


def test_in_credentials_it_is_nobody(door: Shop) -> None:
    """T34: as API key, token, client id or client secret SQL is 401 or 400."""
    for text in INJECTIONS:
        headers = {"X-Api-Key": text.strip(), "Authorization": f"Bearer {door.token}"}
        assert door.http.get("/v1/users/", headers=headers).status_code == 401, text
        headers = {"X-Api-Key": str(door.tenant.api_key), "Authorization": f"Bearer {text.strip()}"}
        assert door.http.get("/v1/users/", headers=headers).status_code == 401, text
        asked = {"grant_type": "client_credentials", "client_id": text, "client_secret": door.tenant.client_secret}
        assert door.http.post("/oauth/token", json=asked).status_code in (400, 401), text
        asked = {"grant_type": text, "client_id": door.tenant.client_id, "client_secret": text}
        assert door.http.post("/oauth/token", json=asked).status_code == 400, text


def test_in_bodies_it_is_text(shop: Shop) -> None:
    """T34: in an event, a user, a reward, a type, a reactor and an issuer SQL is stored as it was sent, or refused."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    known = [one["id"] for one in shop.done("GET", "/v1/event_types/")]
    for text in INJECTIONS:
        user = shop.user(text, externalIdentifier=text)
        body = {"type": "VISITED_SHOP", "subject": text, "executor": text, "payload": {text: [text, {"a": text}]}}
        event = shop.done("POST", "/v1/events", body)
        assert (event["subject"], event["executor"], event["payload"]) == (user["id"], text, body["payload"])
        assert shop.call("POST", "/v1/events", {"type": text, "subject": text}).status_code == 404
        issuer = {"issuer": text, "audience": text, "algorithm": "HS256", "secret": "s" * 32, "subjectClaim": text}
        assert shop.done("POST", "/v1/token_issuers/", issuer)["issuer"] == text
        named = shop.call("POST", "/v1/event_types/", {"name": text, "description": text, "isPrivate": True})
        assert named.status_code == 422
        reactor = {"name": f"r {text}", "description": f"d {text}", "eventType": text, "reactions": []}
        assert shop.call("POST", "/v1/event_reactors/", reactor).status_code == 422
        made = shop.done("POST", "/v1/event_reactors/", reactor | {"eventType": "VISITED_SHOP"})
        assert (made["name"], made["description"]) == (reactor["name"], reactor["description"])
    assert [one["id"] for one in shop.done("GET", "/v1/event_types/")] == known
    assert len(shop.done("GET", "/v1/users/")) == len(INJECTIONS)


def test_as_a_place_in_the_payload_it_is_a_place(shop: Shop) -> None:
    """T34: the path of a JSON_VALUE is looked up in the payload and nowhere else: refused, or found, or missing."""
    shop.event_type(schema=None)
    user = shop.user()
    for text in (*INJECTIONS, "__class__.__init__", "a.__len__", "0", "-1", "a[0]", "$.a", "..", "/", "/~2", "a.٣"):
        derivation = {"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": text}]}
        body = {
            "name": "A reactor", "eventType": "PURCHASED_COFFEE", "reactions": [{"type": "POINTS",
            "points": derivation}],
        }  # fmt: skip
        made = shop.call("POST", "/v1/event_reactors/", body)
        assert made.status_code in (200, 422), text
    event = shop.done("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"%": 5}})
    assert event["points"] == 5
