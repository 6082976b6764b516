"""Previews with drafts: what would be if they were live, and nothing of it stays."""

from typing import Any
from uuid import uuid4

import pytest

from tests.shop import ONE_PER_UNIT, Shop, fixed

PATH = "/v1/events/test_reaction"


def previewed(shop: Shop, user: Any, *reactors: Any) -> Any:
    """Preview a purchase of 10 with reactors that are not live."""
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 10}}
    return shop.done("POST", PATH, body | {"reactors": [reactor["id"] for reactor in reactors]})


def names(preview: Any) -> list[str]:
    """Return the names of the reactors that were judged."""
    return sorted(verdict["reactorName"] for verdict in preview["verdicts"])


def test_drafts_and_paused_ones_take_part(shop: Shop) -> None:
    """They are judged beside the live ones and said to be included; without them the preview is as ever."""
    user = shop.cafe()
    draft = shop.reactor(fixed(5), name="Draft", state="DRAFT")
    paused = shop.reactor(fixed(7), name="Paused")
    shop.done("POST", f"/v1/event_reactors/{paused['id']}/pause")
    preview = previewed(shop, user, draft, paused)
    assert (preview["points"], preview["balanceAfter"]) == (22, 22)
    assert names(preview) == ["A reactor of a test", "Draft", "Paused"]
    assert [(one["name"], one["version"], one["state"]) for one in preview["included"]] == [
        ("Draft", 1, "DRAFT"), ("Paused", 1, "PAUSED"),
    ]  # fmt: skip
    plain = previewed(shop, user)
    assert (plain["points"], names(plain), "included" in plain) == (10, ["A reactor of a test"], False)


def test_they_react_in_their_order(shop: Shop) -> None:
    """A draft of higher priority wins its group, and its limits count from nothing."""
    shop.event_type()
    group = {"name": "weekend", "mode": "FIRST_MATCH"}
    shop.reactor(fixed(5), name="Live", group=group, priority=1)
    draft = shop.reactor(
        ONE_PER_UNIT, name="Draft", group=group, priority=2, state="DRAFT", limits=[{"points": 8, "per": "DAY"}]
    )
    preview = previewed(shop, shop.user(), draft)
    assert {one["reactorName"]: one["code"] for one in preview["verdicts"]} == {"Draft": "FIRED", "Live": "SUPPRESSED"}
    assert preview["points"] == 8


def test_it_comes_to_what_publishing_comes_to(shop: Shop) -> None:
    """Once the draft is published, the event does what its preview said; a live one named is no other than the rest."""
    user = shop.cafe()
    draft = shop.reactor(fixed(5), name="Draft", state="DRAFT", maxActivations=1)
    first, second = previewed(shop, user, draft), previewed(shop, user, draft)
    assert first["verdicts"] == second["verdicts"]
    assert [event["type"] for event in shop.done("GET", "/v1/events/")] == ["REGISTERED_ACCOUNT"]
    shop.done("POST", f"/v1/event_reactors/{draft['id']}/publish")
    again = previewed(shop, user, draft)
    assert "included" not in again
    assert shop.report(user, 10).json()["data"]["points"] == first["points"] == again["points"] == 15


@pytest.mark.parametrize("kind", ["unknown", "of-another-type", "ended"])
def test_what_cannot_take_part(shop: Shop, kind: str) -> None:
    """Each is refused by its place in the list."""
    user = shop.cafe()
    draft = shop.reactor(state="DRAFT", name="Draft")
    shop.event_type("OTHER_TYPE")
    other = {
        "unknown": {"id": str(uuid4())},
        "of-another-type": shop.reactor(event_type="OTHER_TYPE", state="DRAFT", name="Other"),
        "ended": shop.reactor(name="Ended"),
    }[kind]
    if kind == "ended":
        shop.done("DELETE", f"/v1/event_reactors/{other['id']}")
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 10}}
    refused = shop.call("POST", PATH, body | {"reactors": [draft["id"], other["id"]]})
    code = {"unknown": "reactor_unknown", "of-another-type": "other_event_type", "ended": "reactor_ended"}[kind]
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["pointer"], fault["code"]) == (422, "/reactors/1", code)
