"""Settings of a tenant, the tenant's own name and zone, and the first reactors."""

from tests.shop import Shop


def test_settings_are_made_changed_and_read_by_name(shop: Shop) -> None:
    """POST makes one with 201, PATCH takes an array and changes or makes each; a name may have slashes in it."""
    made = shop.call("POST", "/v1/settings/", {"name": "shop/colour.main", "value": "#fff"})
    assert (made.status_code, made.json()["data"]["version"]) == (201, 1)
    again = shop.call("POST", "/v1/settings/", {"name": "shop/colour.main", "value": "#000"})
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    given = [{"name": "b", "value": "2"}, {"name": "shop/colour.main", "value": "#000"}]
    refused = shop.call("PATCH", "/v1/settings/", given[:1])  # a name has two characters and more
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/0/name")
    given[0]["name"] = "bb"
    changed = shop.done("PATCH", "/v1/settings/", given)
    assert [(one["name"], one["value"], one["version"]) for one in changed] == [
        ("bb", "2", 1), ("shop/colour.main", "#000", 2),
    ]  # fmt: skip
    assert shop.done("GET", "/v1/settings/shop/colour.main") == changed[1]
    assert [one["name"] for one in shop.done("GET", "/v1/settings/")] == ["shop/colour.main", "bb"]
    assert shop.call("GET", "/v1/settings/nobodys").status_code == 404


def test_settings_that_cannot_be(shop: Shop) -> None:
    """Names of other characters, a slash at the end, texts beyond ASCII, an object for the array, a name twice: 422."""
    for name, value in (
        ("a b", "x"),
        ("a1", "x"),
        ("a", "x"),
        ("ab/", "x"),
        ("ab", "ä"),
        ("ab", ""),
        ("ab", "x" * 8193),
    ):
        assert shop.call("POST", "/v1/settings/", {"name": name, "value": value}).status_code == 422, name
    one = {"name": "ab", "value": "x"}
    for body in (one, [], [one, one], [{"name": "ab"}], ["ab"]):
        assert shop.call("PATCH", "/v1/settings/", body).status_code == 422, body
    assert shop.done("GET", "/v1/settings/") == []


def test_a_tenants_name_and_zone_are_changed(shop: Shop) -> None:
    """The zone is an IANA name, by which the tenant's days begin from then on; another is 422 with its pointer."""
    shown = shop.done("PATCH", "/v1/tenant/", {"name": "Kaffee", "timeZone": "Europe/Zurich"})
    assert (shown["name"], shown["timeZone"]) == ("Kaffee", "Europe/Zurich")
    for zone in ("Europe/Nowhere", "../etc/passwd", "", "europe/zurich", "CET+1"):
        refused = shop.call("PATCH", "/v1/tenant/", {"timeZone": zone})
        if zone:  # nothing is as good as left out
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/timeZone"), zone
    assert shop.call("PATCH", "/v1/tenant/", {"name": "  "}).json()["errors"][0]["pointer"] == "/name"
    assert shop.done("GET", "/v1/tenant/") == shown


def test_the_usual_reactors_are_drafts_and_made_once(shop: Shop) -> None:
    """`populate_reactors` makes what is not there by name; as drafts, so that a new member gets nothing by itself."""
    made = shop.done("POST", "/v1/tenant/populate_reactors")
    assert {one["state"] for one in made} == {"DRAFT"}
    assert [one["name"] for one in made] == ["Welcome", "Profile completed", "First reward"]
    assert shop.balance(shop.user()) == 0
    shop.done("POST", f"/v1/event_reactors/{made[0]['id']}/publish")
    assert shop.balance(shop.user()) == 100
    assert shop.done("POST", "/v1/tenant/populate_reactors") == []
