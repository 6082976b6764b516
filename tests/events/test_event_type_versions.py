"""The versions of an event type: numbered, immutable, and served each by itself."""

import itertools

import pytest

from tests.shop import COFFEE_SCHEMA, Shop

PATH = "/v1/event_types/PURCHASED_COFFEE"


def test_every_change_is_kept_under_its_number(shop: Shop) -> None:
    """What a version said is shown as it was, whatever came after it."""
    made = shop.event_type()
    shop.done("PATCH", PATH, {"description": "Later", "settings": {"onInvalid": "quarantine"}})
    shop.done("PATCH", PATH, {"schema": None, "enhancers": ["POINTS_ENHANCER"]})

    first, second, third = (shop.done("GET", f"{PATH}/versions/{number}") for number in (1, 2, 3))

    assert (first["description"], first["schema"], first["enhancers"]) == (made["description"], COFFEE_SCHEMA, [])
    assert (second["description"], second["settings"]["onInvalid"]) == ("Later", "quarantine")
    assert (third["schema"], third["enhancers"]) == (None, ["POINTS_ENHANCER"])
    assert shop.done("GET", f"/v1/event_types/{made['id']}/versions/2") == second


def test_the_list_goes_on_by_cursor_from_the_newest(shop: Shop) -> None:
    """Twelve versions, five at a time: each once, in falling order; ASC turns it round."""
    shop.event_type()
    for number in range(2, 13):
        shop.done("PATCH", PATH, {"description": f"Version {number}"})

    seen, query = [], "?limit=5"
    while query:
        answer = shop.call("GET", f"{PATH}/versions/{query}").json()
        seen += [version["version"] for version in answer["data"]]
        following = answer["page"].get("next")
        query = f"?limit=5&cursor={following}" if following else ""

    assert seen == list(range(12, 0, -1))
    ascending = shop.done("GET", f"{PATH}/versions/?order=ASC&limit=1000")
    assert [later["version"] - earlier["version"] for earlier, later in itertools.pairwise(ascending)] == [1] * 11


def test_the_schema_is_served_by_itself(shop: Shop) -> None:
    """`/schema` is a JSON Schema document as it was written; a version without one takes everything."""
    shop.event_type()
    shop.done("PATCH", PATH, {"schema": None})

    first, second = (shop.call("GET", f"{PATH}/versions/{number}/schema") for number in (1, 2))

    assert (first.status_code, first.headers["content-type"]) == (200, "application/schema+json")
    assert first.json() == COFFEE_SCHEMA
    assert second.json() == {}


@pytest.mark.parametrize("rest", ["", "/schema"], ids=["version", "schema"])
@pytest.mark.parametrize("number", ["0", "2", "999999999", "1000000000", "-1", "1.0", "one", "%31a"])
def test_a_number_that_no_version_has_is_not_found(shop: Shop, number: str, rest: str) -> None:
    """Numbers start at 1 and end at the newest; anything else is 404."""
    shop.event_type()

    assert shop.call("GET", f"{PATH}/versions/{number}{rest}").status_code == 404


def test_versions_of_an_unknown_type_are_not_found(shop: Shop) -> None:
    """The refusal names the type, as everywhere."""
    refusals = [shop.call("GET", f"/v1/event_types/UNHEARD_OF/versions/{rest}") for rest in ("", "1", "1/schema")]

    assert {refused.json()["code"] for refused in refusals} == {"event_type_unknown"}
