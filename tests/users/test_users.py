"""Users: registered, changed, closed, each with its intrinsic event."""

from typing import Any

import pytest

from tests.shop import Shop, fixed

PROFILE = {"givenName": "Ada", "familyName": "Lovelace", "emailAddress": "ada@example.org"}


def events_of(shop: Shop, kind: str) -> list[Any]:
    """Return the events of a type, the newest first."""
    found = shop.done("GET", f"/v1/events/?type={kind}")
    assert isinstance(found, list)
    return found


def test_registering_reports_an_event_that_reactors_answer(shop: Shop) -> None:
    """REGISTERED_ACCOUNT is in the user's own transaction, and welcome points are there at once."""
    shop.reactor(fixed(50), event_type="REGISTERED_ACCOUNT")

    user = shop.user("ada")

    (event,) = events_of(shop, "REGISTERED_ACCOUNT")
    assert (event["subject"], event["points"]) == (user["id"], 50)
    assert event["payload"] == {"userId": user["id"], "accountNumber": user["accountNumber"]}
    assert shop.balance(user) == 50


def test_who_was_a_member_elsewhere_has_registered_then(shop: Shop) -> None:
    """REGISTERED_ACCOUNT occurs at `registeredAt`; a reactor that began later gives nothing, and no future is taken."""
    shop.reactor(fixed(50), event_type="REGISTERED_ACCOUNT", effectivity={"start": "2025-01-01"})
    earlier = shop.user("ada", registeredAt="2024-05-06T07:08:09Z")
    later = shop.user("bob", registeredAt="2025-05-06T07:08:09Z")
    assert [one["occurredAt"] for one in events_of(shop, "REGISTERED_ACCOUNT")] == [
        "2025-05-06T07:08:09.000Z", "2024-05-06T07:08:09.000Z",
    ]  # fmt: skip
    assert (earlier["createdAt"], later["createdAt"]) == ("2024-05-06T07:08:09.000Z", "2025-05-06T07:08:09.000Z")
    assert (shop.balance(earlier), shop.balance(later)) == (0, 50)
    answer = shop.call("POST", "/v1/users/", {"profile": PROFILE, "registeredAt": "2999-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/registeredAt")


def test_an_account_number_checks_itself(shop: Shop) -> None:
    """Twelve digits, the last by Luhn's rule."""
    digits = [int(digit) for digit in shop.user()["accountNumber"]]

    doubled = [digit * 2 - 9 * (digit > 4) if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    assert len(digits) == 12
    assert sum(doubled) % 10 == 0


def test_a_country_is_one_that_there_is(shop: Shop) -> None:
    """By its code of ISO 3166-1; another one is told at its field."""
    profile = {"givenName": "Ada", "familyName": "Byron", "emailAddress": "ada@example.org"}
    assert shop.done("POST", "/v1/users/", {"profile": {**profile, "country": "CH"}})["profile"]["country"] == "CH"
    for wrong in ("XX", "ch", ""):
        answer = shop.call("POST", "/v1/users/", {"profile": {**profile, "country": wrong}})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/profile/country")


@pytest.mark.parametrize("field", ["authIdentifier", "externalIdentifier"])
def test_an_identifier_belongs_to_one_user(shop: Shop, field: str) -> None:
    """A second user of the same name is refused, and nothing of him is left."""
    shop.done("POST", "/v1/users/", {"profile": PROFILE, field: "ada"})

    answer = shop.call("POST", "/v1/users/", {"profile": PROFILE, field: "ada"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, f"/{field}")
    assert len(shop.done("GET", "/v1/users/")) == 1
    assert len(events_of(shop, "REGISTERED_ACCOUNT")) == 1


def test_nobody_takes_anothers_account_number_as_a_name(shop: Shop) -> None:
    """One name leads to one user, whatever kind of name it is."""
    user = shop.user()

    for name in (user["accountNumber"], user["id"], user["id"].upper()):
        assert shop.call("POST", "/v1/users/", {"profile": PROFILE, "authIdentifier": name}).status_code == 409


def test_a_patch_merges_and_says_what_changed_but_not_to_what(shop: Shop) -> None:
    """PROFILE_UPDATED names the fields; the stream holds no personal data of them."""
    user = shop.done("POST", "/v1/users/", {"profile": PROFILE | {"city": "London"}})

    changed = shop.done("PATCH", f"/v1/users/{user['id']}", {"profile": {"city": None, "givenName": "Augusta"}})

    (event,) = events_of(shop, "PROFILE_UPDATED")
    assert changed["profile"] == PROFILE | {"givenName": "Augusta"}
    assert event["payload"] == {"userId": user["id"], "fields": ["profile.city", "profile.givenName"]}


def test_a_closed_account_takes_no_events_and_cannot_be_changed(shop: Shop) -> None:
    """Closing is reported once, and shuts the account for reporting, tokens, purchases and changes."""
    user = shop.cafe()
    token = shop.user_token(user)
    shop.done("DELETE", f"/v1/users/{user['id']}")
    shop.done("DELETE", f"/v1/users/{user['id']}")

    refused = shop.report(user)
    assert (refused.status_code, refused.json()["code"]) == (422, "subject_closed")
    assert shop.call("GET", f"/v1/users/{user['id']}", bearer=token).status_code == 401
    assert shop.call("PATCH", f"/v1/users/{user['id']}", {"externalIdentifier": "x"}).status_code == 409
    assert shop.call("POST", f"/v1/users/{user['id']}/access_tokens", {}).status_code == 404
    assert len(events_of(shop, "CLOSED_ACCOUNT")) == 1


def test_users_are_found_by_what_they_go_by(shop: Shop) -> None:
    """Lists filter by account number, identifiers, status and e-mail, whatever its case."""
    user = shop.done("POST", "/v1/users/", {"profile": PROFILE, "authIdentifier": "a", "externalIdentifier": "e"})
    shop.user()

    for query in (
        f"accountNumber={user['accountNumber']}",
        "authIdentifier=a",
        "externalIdentifier=e",
        "emailAddress=ADA@EXAMPLE.ORG",
        "filter=authIdentifier:a,status:ACTIVE",
    ):
        assert [found["id"] for found in shop.done("GET", f"/v1/users/?{query}")] == [user["id"]]


def test_an_issuers_token_never_speaks_for_an_account_number(shop: Shop) -> None:
    """A login may let people choose their name; an account number as a name opens nobody's account."""
    from joserfc import jwt  # noqa: PLC0415 - this test alone signs as a shop's login does
    from joserfc.jwk import OctKey  # noqa: PLC0415

    user = shop.user("ada")
    secret = "a shared secret of thirty-two bytes"
    issuer = {"issuer": "https://login.example", "audience": "app", "algorithm": "HS256", "secret": secret}
    shop.done("POST", "/v1/token_issuers/", issuer)

    def status(subject: str) -> int:
        claims = {"iss": "https://login.example", "aud": "app", "sub": subject, "exp": 4_000_000_000}
        token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))
        return shop.call("GET", f"/v1/users/{user['id']}/wallet", bearer=token).status_code

    assert [status("ada"), status(user["id"]), status(user["accountNumber"])] == [200, 200, 401]
