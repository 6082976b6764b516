"""Consents: given and revoked, each with its event, and required ones."""

from typing import Any

import pytest

from tests.shop import Shop, fixed

PROFILE = {"givenName": "Ada", "familyName": "Lovelace", "emailAddress": "ada@example.org"}


def consent_type(shop: Shop, name: str = "Newsletter", **fields: Any) -> Any:
    """Create a consent type that is not required, if nothing else is said."""
    return shop.done("POST", "/v1/consent_types/", {"name": name, "required": False, **fields})


def agreed(kind: Any, *, checked: bool = True) -> Any:
    """Return what a body says of a consent."""
    return {"type": {"id": kind["id"]}, "checked": checked}


def events_of(shop: Shop, kind: str) -> list[Any]:
    """Return the events of a type, the newest first."""
    found = shop.done("GET", f"/v1/events/?type={kind}")
    assert isinstance(found, list)
    return found


def test_a_consent_is_given_and_revoked_once_each_with_its_event(shop: Shop) -> None:
    """CONSENT_GIVEN and CONSENT_REVOKED are reported in the change's transaction, and reactors answer."""
    kind, user = consent_type(shop), shop.user()
    shop.reactor(fixed(20), event_type="CONSENT_GIVEN")
    body = {"type": {"id": kind["id"]}, "user": {"id": user["id"]}}

    given = shop.done("POST", "/v1/consents/", body)
    again = shop.done("POST", "/v1/consents/", body)
    revoked = shop.done("DELETE", f"/v1/consents/{given['id']}")
    shop.done("DELETE", f"/v1/consents/{given['id']}")

    assert (given["checked"], given["type"]["name"], again["id"]) == (True, "Newsletter", given["id"])
    assert (revoked["checked"], "revokedAt" in revoked) == (False, True)
    payload = {"consentId": given["id"], "consentTypeId": kind["id"], "name": "Newsletter"}
    for name, points in (("CONSENT_GIVEN", 20), ("CONSENT_REVOKED", 0)):
        (event,) = events_of(shop, name)
        assert (event["payload"], event["points"], event["subject"]) == (payload, points, user["id"])
    assert shop.done("POST", "/v1/consents/", body)["id"] != given["id"]
    assert len(shop.done("GET", f"/v1/consents/?user={user['id']}")) == 2
    assert len(shop.done("GET", f"/v1/consents/?user={user['id']}&isGiven=true")) == 1


def test_required_consents_are_given_to_register(shop: Shop) -> None:
    """Whoever does not give a required consent is not registered, and is told which one is missing."""
    terms, news = consent_type(shop, "Terms", required=True), consent_type(shop)

    for given in (None, [agreed(news)], [agreed(terms, checked=False)]):
        body = {"profile": PROFILE} if given is None else {"profile": PROFILE, "consentsDefinition": given}
        refused = shop.call("POST", "/v1/users/", body)
        assert refused.status_code == 422
        assert terms["id"] in refused.json()["errors"][0]["detail"]
    user = shop.user(consentsDefinition=[agreed(terms), agreed(news, checked=False)])

    (consent,) = shop.done("GET", f"/v1/consents/?user={user['id']}")
    assert (consent["type"]["id"], consent["givenBy"].partition(":")[0]) == (terms["id"], "admin")
    assert [event["type"] for event in shop.done("GET", f"/v1/events/?subject={user['id']}&order=ASC")] == [
        "REGISTERED_ACCOUNT",
        "CONSENT_GIVEN",
    ]
    refused = shop.call("DELETE", f"/v1/consents/{consent['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_a_patch_gives_and_revokes(shop: Shop) -> None:
    """`consentsDefinition` changes what differs from it, and nothing besides."""
    one, two, three = (consent_type(shop, name) for name in ("One", "Two", "Three"))
    user = shop.user(consentsDefinition=[agreed(one), agreed(two)])
    token = shop.user_token(user)

    asked = [agreed(one), agreed(two, checked=False), agreed(three)]
    shop.done("PATCH", f"/v1/users/{user['id']}", {"consentsDefinition": asked}, bearer=token)

    names = {found["type"]["name"] for found in shop.done("GET", "/v1/consents/?isGiven=true", bearer=token)}
    assert names == {"One", "Three"}
    assert [len(events_of(shop, name)) for name in ("CONSENT_GIVEN", "CONSENT_REVOKED")] == [3, 1]


def test_what_one_change_reports_stands_in_its_order(shop: Shop) -> None:
    """The profile first, then the consents in the order in which the change named them."""
    kinds, user = [consent_type(shop, f"Letter {number}") for number in range(4)], shop.user()
    change = {"profile": {"city": "Basel"}, "consentsDefinition": [agreed(kind) for kind in reversed(kinds)]}
    shop.done("PATCH", f"/v1/users/{user['id']}", change)
    events = shop.done("GET", "/v1/events/?order=ASC")
    assert [event["payload"].get("name", event["type"]) for event in events] == [
        "REGISTERED_ACCOUNT", "PROFILE_UPDATED", *[kind["name"] for kind in reversed(kinds)],
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["register", "patch"])
def test_an_unknown_or_foreign_consent_type_is_pointed_at(shop: Shop, place: str) -> None:
    """A consent of a type that there is not changes nothing."""
    kind = consent_type(shop)
    shop.done("DELETE", f"/v1/consent_types/{kind['id']}")
    body = {"profile": PROFILE, "consentsDefinition": [agreed(kind)]}

    if place == "register":
        refused = shop.call("POST", "/v1/users/", body)
    else:
        refused = shop.call("PATCH", f"/v1/users/{shop.user()['id']}", body)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/consentsDefinition/0/type")


def test_consent_types_have_names_of_their_own(shop: Shop) -> None:
    """A name is taken while its type is there; a change names the version that it is made to."""
    kind = consent_type(shop)
    assert shop.call("POST", "/v1/consent_types/", {"name": "Newsletter", "required": True}).status_code == 409
    shop.done("PATCH", f"/v1/consent_types/{kind['id']}", {"priority": 3, "required": True})
    stale = shop.call("PATCH", f"/v1/consent_types/{kind['id']}", {"priority": 4}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    shop.done("DELETE", f"/v1/consent_types/{kind['id']}")
    assert shop.call("GET", f"/v1/consent_types/{kind['id']}").status_code == 404
    assert consent_type(shop)["id"] != kind["id"]


def test_a_member_gives_and_sees_the_own_consents_alone(shop: Shop) -> None:
    """T31: an end user gives, lists and revokes consents for nobody else."""
    kind, user, other = consent_type(shop), shop.user(), shop.user()
    token = shop.user_token(user)
    theirs = shop.done("POST", "/v1/consents/", {"type": {"id": kind["id"]}, "user": {"id": other["id"]}})

    own = shop.done("POST", "/v1/consents/", {"type": {"id": kind["id"]}, "user": {"id": user["id"]}}, bearer=token)

    foreign = {"type": {"id": kind["id"]}, "user": {"id": other["id"]}}
    assert shop.call("POST", "/v1/consents/", foreign, bearer=token).status_code == 403
    assert [found["id"] for found in shop.done("GET", "/v1/consents/", bearer=token)] == [own["id"]]
    assert shop.call("DELETE", f"/v1/consents/{theirs['id']}", bearer=token).status_code == 404
    assert shop.call("GET", f"/v1/consents/{theirs['id']}", bearer=token).status_code == 404


def test_rules_look_at_the_consents_that_are_given(shop: Shop) -> None:
    """`user.consents` holds the names, and what was seen stays with the event."""
    kind, user = consent_type(shop), shop.cafe()
    shop.reactor(fixed(5), name="For readers", constraint='"Newsletter" in user.consents')
    body = {"type": {"id": kind["id"]}, "user": {"id": user["id"]}}

    before = shop.report(user, 1).json()["data"]
    shop.done("POST", "/v1/consents/", body)
    after = shop.report(user, 2).json()["data"]

    assert (before["points"], after["points"]) == (1, 7)
    assert after["context"]["facts"]["user"]["consents"] == ["Newsletter"]
