"""A reactor's life: drafted, published, paused, ended, resumed, cloned; its versions, and their differences."""

from typing import Any

from tests.shop import Shop, fixed


def made(shop: Shop, **fields: Any) -> str:
    """Create a reactor of a type; return its address."""
    shop.event_type()
    return f"/v1/event_reactors/{shop.reactor(fixed(5), **fields)['id']}"


def test_a_draft_reacts_once_it_is_published(shop: Shop) -> None:
    """A draft leaves no verdict; published twice it is live once."""
    path = made(shop, state="DRAFT")
    user = shop.user()
    before = shop.report(user, 1).json()["data"]["points"]
    states = [shop.done("POST", f"{path}/publish")["state"] for _ in range(2)]
    assert (before, states) == (0, ["LIVE", "LIVE"])
    assert shop.report(user, 2).json()["data"]["points"] == 5
    assert shop.call("POST", f"{path}/resume").status_code == 200


def test_paused_and_resumed(shop: Shop) -> None:
    """While it rests nothing is counted; afterwards the counts go on."""
    path = made(shop, maxActivations=2)
    user = shop.user()
    points = [shop.report(user, 1).json()["data"]["points"]]
    assert shop.done("POST", f"{path}/pause")["state"] == "PAUSED"
    points.append(shop.report(user, 2).json()["data"]["points"])
    assert shop.done("POST", f"{path}/resume")["state"] == "LIVE"
    points += [shop.report(user, total).json()["data"]["points"] for total in (3, 4)]
    assert points == [5, 0, 5, 0]


def test_an_ended_one_is_resumed_as_a_new_version(shop: Shop) -> None:
    """Its counts go on; what cannot be done in a state is 409."""
    path = made(shop, maxActivations=1)
    user = shop.user()
    shop.report(user, 1)
    assert shop.done("DELETE", path)["state"] == "ENDED"
    assert shop.call("PATCH", path, {"name": "another"}).status_code == 409
    assert shop.call("POST", f"{path}/pause").status_code == 409
    resumed = shop.done("POST", f"{path}/resume")
    assert (resumed["state"], resumed["version"], resumed.get("endedAt")) == ("LIVE", 2, None)
    assert shop.report(user, 2).json()["data"]["points"] == 0


def test_effectivity_shows_as_state(shop: Shop) -> None:
    """A live reactor whose time has not come, or is over, says so."""
    path = made(shop, effectivity={"start": "2999-01-01"})
    assert shop.done("GET", path)["state"] == "SCHEDULED"
    over = shop.done("PATCH", path, {"effectivity": {"start": "2020-01-01", "end": "2021-01-01"}})
    assert over["state"] == "ENDED"


def test_a_clone_counts_for_itself(shop: Shop) -> None:
    """It is a draft with the same content and another name."""
    path = made(shop, maxActivations=1, limits=[{"points": 9, "per": "DAY"}])
    user = shop.user()
    shop.report(user, 1)
    clone = shop.done("POST", f"{path}/clone", {"name": "a copy", "state": "LIVE"})
    original = shop.done("GET", path)
    same = ("reactions", "maxActivations", "limits", "priority", "eventType")
    assert [clone[field] for field in same] == [original[field] for field in same]
    assert (clone["name"], clone["version"]) == ("a copy", 1)
    assert shop.report(user, 2).json()["data"]["points"] == 5


def test_versions_and_their_difference(shop: Shop) -> None:
    """Every version is kept as it was; a difference names places with what stood there and what stands there."""
    path = made(shop, constraint={"properties": {"total": {"minimum": 5}}})
    shop.done("PATCH", path, {"priority": 3, "constraint": {"properties": {"total": {"minimum": 9}}}})
    shop.done("PATCH", path, {"name": "third"})
    listed = shop.done("GET", f"{path}/versions/")
    assert [version["version"] for version in listed] == [3, 2, 1]
    times = [version["updatedAt"] for version in listed]
    assert times == sorted(set(times), reverse=True)
    assert shop.done("GET", f"{path}/versions/1")["constraint"] == {"properties": {"total": {"minimum": 5}}}
    assert shop.call("GET", f"{path}/versions/4").status_code == 404
    difference = shop.done("GET", f"{path}/versions/2/diff/1")
    changes = {change["pointer"]: (change.get("before"), change.get("after")) for change in difference["changes"]}
    assert changes == {"/constraint/properties/total/minimum": (5, 9), "/priority": (0, 3)}
