"""What a tenant's configuration and profileSchema say of those who register, and of changes."""

from typing import Any

import pytest

from tests.shop import Shop

PROFILE = {"givenName": "Ada", "familyName": "Lovelace", "emailAddress": "ada@example.org"}
SCHEMA = {"type": "object", "required": ["size"], "properties": {"size": {"enum": ["S", "M", "L"]}}}


def register(shop: Shop, **profile: Any) -> Any:
    """Ask to register a user with fields of a profile."""
    return shop.call("POST", "/v1/users/", {"profile": PROFILE | profile})


def forbid_shared(shop: Shop, *fields: str) -> Any:
    """Say that no two members share these contacts."""
    return shop.call("PATCH", "/v1/tenant/", {"configuration": {f"allowDuplicate{field}": False for field in fields}})


def test_members_may_share_contacts_unless_the_tenant_says_otherwise(shop: Shop) -> None:
    """Two members of one e-mail address register, until duplicates are forbidden: then a third is refused."""
    assert register(shop).status_code == 200
    forbidden = forbid_shared(shop, "EmailAddress")
    assert forbidden.status_code == 200
    assert forbidden.json()["data"]["configuration"]["allowDuplicateEmailAddress"] is False

    refused = register(shop, emailAddress="ADA@example.org")

    assert (refused.status_code, refused.json()["code"]) == (409, "name_taken")
    assert refused.json()["errors"][0]["pointer"] == "/profile/emailAddress"
    assert len(shop.done("GET", "/v1/users/")) == 1
    shop.done("PATCH", "/v1/tenant/", {"configuration": {"allowDuplicateEmailAddress": True}})
    assert register(shop).status_code == 200


def test_duplicates_that_there_are_stand_in_the_way_of_forbidding_them(shop: Shop) -> None:
    """Forbidding what two members share already is refused, says how many there are, and changes nothing."""
    register(shop)
    register(shop)

    refused = forbid_shared(shop, "EmailAddress")

    assert (refused.status_code, refused.json()["shared"]) == (409, 1)
    assert register(shop).status_code == 200


@pytest.mark.parametrize("same", ["+41 44 668 18 00", "0041446681800", "+41 (44) 668-18-00"])
def test_a_telephone_number_is_the_same_however_it_is_set(shop: Shop, same: str) -> None:
    """Spaces, brackets, dashes and 00 for + make no other number."""
    forbid_shared(shop, "TelephoneNumber")
    assert register(shop, telephoneNumber="+41446681800").status_code == 200

    assert register(shop, telephoneNumber=same).status_code == 409
    assert register(shop).status_code == 200  # whoever has no number shares none


def test_a_contact_is_free_again_once_its_member_has_another_or_has_left(shop: Shop) -> None:
    """A patch moves a contact, to one that is free alone; a closed account holds none."""
    forbid_shared(shop, "EmailAddress")
    first, second = register(shop).json()["data"], register(shop, emailAddress="b@example.org").json()["data"]
    address = {"profile": {"emailAddress": "b@example.org"}}

    assert shop.call("PATCH", f"/v1/users/{first['id']}", address).status_code == 409
    shop.done("DELETE", f"/v1/users/{second['id']}")
    assert shop.call("PATCH", f"/v1/users/{first['id']}", address).status_code == 200
    assert register(shop).status_code == 200


def test_attributes_have_to_fit_the_tenants_schema(shop: Shop) -> None:
    """Registering and changing point at what does not fit; whoever registered before is left alone."""
    before = shop.user()
    shop.done("PATCH", "/v1/tenant/", {"profileSchema": SCHEMA})
    assert shop.done("GET", "/v1/tenant/")["profileSchema"] == SCHEMA

    lacking, wrong = register(shop), register(shop, attributes={"size": "XXL"})

    assert lacking.json()["errors"][0]["pointer"] == "/profile/attributes/size"
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/profile/attributes/size")
    assert register(shop, attributes={"size": "M"}).status_code == 200
    assert shop.call("PATCH", f"/v1/users/{before['id']}", {"profile": {"city": "Bern"}}).status_code == 200
    changed = {"profile": {"attributes": {"size": 5}}}
    assert shop.call("PATCH", f"/v1/users/{before['id']}", changed).status_code == 422
    shop.done("PATCH", "/v1/tenant/", {"profileSchema": None})
    assert register(shop).status_code == 200


def test_a_schema_that_reaches_outside_is_refused(shop: Shop) -> None:
    """T36: nothing is fetched for profileSchema."""
    refused = shop.call("PATCH", "/v1/tenant/", {"profileSchema": {"$ref": "http://169.254.169.254/x"}})

    assert (refused.status_code, refused.json()["code"]) == (422, "schema_refused")
    assert refused.json()["errors"][0]["pointer"].startswith("/profileSchema")


def test_genders_are_not_guessed(shop: Shop) -> None:
    """The setting is known, and refused with the reason; the others keep what they were."""
    asked = {"configuration": {"enableUserGenderGuessing": True}}
    refused = shop.call("PATCH", "/v1/tenant/", asked)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (
        422,
        "/configuration/enableUserGenderGuessing",
    )
    whole = {
        "allowDuplicateEmailAddress": False, "allowDuplicateTelephoneNumber": True,
        "allowedTeamInvitationTypes": ["REGISTER_ACCOUNT"], "enableUserGenderGuessing": False,
        "deleteAuthIdentifiers": True,
    }  # fmt: skip
    assert shop.done("PATCH", "/v1/tenant/", {"configuration": whole})["configuration"] == whole
    assert shop.done("PATCH", "/v1/tenant/", {"rateLimit": 5})["configuration"] == whole


def test_closing_sets_the_auth_identifier_free_where_the_tenant_says_so(shop: Shop) -> None:
    """Without `deleteAuthIdentifiers` the name stays with the closed account; with it, it can be taken again."""
    first = shop.user("ada")
    shop.done("DELETE", f"/v1/users/{first['id']}")
    assert shop.call("POST", "/v1/users/", {"profile": PROFILE, "authIdentifier": "ada"}).status_code == 409
    shop.done("PATCH", "/v1/tenant/", {"configuration": {"deleteAuthIdentifiers": True}})

    second = shop.user("eve")
    assert shop.done("DELETE", f"/v1/users/{second['id']}")["authIdentifier"] is None

    assert shop.user("eve")["id"] != second["id"]


def test_a_member_changes_the_own_profile_and_nothing_else(shop: Shop) -> None:
    """T31: an end user's token changes profile and consents of that user, and no field that is the tenant's."""
    user, other = shop.user(), shop.user()
    token, path = shop.user_token(user), f"/v1/users/{user['id']}"

    assert shop.done("PATCH", path, {"profile": {"city": "Bern"}}, bearer=token)["profile"]["city"] == "Bern"
    for body in ({"isRestricted": False}, {"externalIdentifier": "x"}, {"flags": {"vip": True}}):
        assert shop.call("PATCH", path, body, bearer=token).status_code == 403
    assert shop.call("PATCH", f"/v1/users/{other['id']}", {"profile": {}}, bearer=token).status_code == 404
    shop.done("PATCH", path, {"isRestricted": True, "flags": {"why": "abuse"}})
    assert shop.call("PATCH", path, {"profile": {"city": "Thun"}}, bearer=token).status_code == 403
    assert shop.done("GET", path)["flags"] == {"why": "abuse"}


def test_users_are_linked_to_venues_that_are_there_or_new(shop: Shop) -> None:
    """`linkedVenues` are all links from then on, `linkedVenuesDefinitions` make venues; unknown ones are refused."""
    place = {
        "address": "1 Street",
        "availability": {"start": "2026-01-01"},
        "coordinates": {"longitude": 7, "latitude": 46},
    }
    there = shop.call("POST", "/v1/venues/", {"name": "Main", **place}).json()["data"]

    user = shop.user(linkedVenues=[{"id": there["id"]}], linkedVenuesDefinitions=[{"name": "Home", **place}])

    first, second = user["linkedVenues"]
    assert first == {"id": there["id"]}
    assert shop.done("GET", f"/v1/venues/{second['id']}")["type"] == "USER"
    refused = shop.call("PATCH", f"/v1/users/{user['id']}", {"linkedVenues": [{"id": user["id"]}]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/linkedVenues/0")
    changed = shop.done("PATCH", f"/v1/users/{user['id']}", {"linkedVenues": [second]})
    assert changed["linkedVenues"] == [second]
    gone = shop.done("PATCH", f"/v1/users/{user['id']}", {"linkedVenues": []})
    assert "linkedVenues" not in gone


def test_a_summary_shows_members_with_their_wallets(shop: Shop) -> None:
    """GET /v1/users/summary has a line a member, filtered as the list of users is."""
    user = shop.cafe()
    shop.user(externalIdentifier="crm-7")
    shop.report(user, 12)

    (line,) = shop.done("GET", f"/v1/users/summary?accountNumber={user['accountNumber']}")

    assert (line["id"], line["balance"], line["earned"], line["givenName"]) == (user["id"], 12, 12, "Ada")
    assert [one["externalIdentifier"] for one in shop.done("GET", "/v1/users/summary?search=crm-7")] == ["crm-7"]
    assert len(shop.done("GET", "/v1/users/summary?name=ada%20memb")) == 2
