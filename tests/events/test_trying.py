"""What is tried before it is saved: a reactor on one event, a schema on one payload; and nothing of it stays."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.shop import COFFEE_SCHEMA, ONE_PER_UNIT, Shop, fixed

PATH = "/v1/events/test_reaction"
EVENT = {"type": "PURCHASED_COFFEE", "payload": {"total": 10}}


def tried(shop: Shop, user: Any, **trial: Any) -> Any:
    """Preview a purchase of 10 with a reactor that is tried."""
    return shop.done("POST", PATH, EVENT | {"subject": user["id"], "trial": trial})


def test_changes_are_tried_in_place_of_what_is_live(shop: Shop) -> None:
    """The reactor takes part as it would with the changes, once, its constraint told in parts; then it is as before."""
    user = shop.cafe()
    reactor = shop.done("GET", "/v1/event_reactors/")[0]
    changes = {
        "constraint": "payload.total >= 5 && wallet.balance == 0",
        "reactions": [{"type": "POINTS", "points": fixed(7)}],
    }
    for _ in range(2):
        preview = tried(shop, user, reactorId=reactor["id"], changes=changes)
        (verdict,) = preview["verdicts"]
        assert (preview["points"], verdict["fired"], verdict["reactorVersion"]) == (7, True, 2)
        assert preview["tried"]["reactorId"] == reactor["id"]
        trace = preview["tried"]["trace"]
        assert trace["value"] is True
        assert [part["text"] for part in trace["operands"]] == ["payload.total >= 5", "wallet.balance == 0"]
    assert shop.done("GET", f"/v1/event_reactors/{reactor['id']}") == reactor
    assert shop.report(user, 10).json()["data"]["points"] == 10
    after = tried(shop, user, reactorId=reactor["id"], changes=changes)
    assert after["verdicts"][0]["code"] == "CONSTRAINT_FALSE"
    assert after["tried"]["trace"]["operands"][1]["operands"][0] == {"text": "wallet.balance", "value": 10}


def test_a_whole_reactor_is_tried_beside_the_live_ones(shop: Shop) -> None:
    """It is judged as a draft would be, and of a JSON Schema it is told what the payload breaks."""
    user = shop.cafe()
    new = {
        "name": "New", "eventType": "PURCHASED_COFFEE", "reactions": [{"type": "POINTS", "points": ONE_PER_UNIT}],
        "constraint": {"properties": {"total": {"minimum": 20}}},
    }  # fmt: skip
    preview = tried(shop, user, reactor=new)
    assert {one["reactorName"]: one["fired"] for one in preview["verdicts"]} == {
        "A reactor of a test": True, "New": False,
    }  # fmt: skip
    assert [(one["name"], one["state"]) for one in preview["included"]] == [("New", "DRAFT")]
    (fault,) = preview["tried"]["faults"]
    assert (fault["pointer"], fault["code"]) == ("/payload/total", "minimum")
    assert tried(shop, user, reactor=new | {"constraint": None})["points"] == 20
    assert [one["name"] for one in shop.done("GET", "/v1/event_reactors/")] == ["A reactor of a test"]
    assert len(shop.done("GET", "/v1/events/")) == 1


@pytest.mark.parametrize(
    ("trial", "pointer"),
    [
        ({}, "/trial"),
        ({"reactorId": "0199a7c2-0000-7000-8000-000000000000", "reactor": {}}, "/trial/reactor/name"),
        ({"reactor": {"name": "New", "eventType": "PURCHASED_COFFEE", "constraint": "payload.total >"}},
         "/trial/reactor/constraint"),
        ({"reactor": {"name": "New", "eventType": "VISITED_SHOP"}}, "/reactors/0"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried(shop: Shop, trial: Any, pointer: str) -> None:
    """Each is refused by its place, as saving would refuse it."""
    user = shop.cafe()
    shop.event_type("VISITED_SHOP")
    answer = shop.call("POST", PATH, EVENT | {"subject": user["id"], "trial": trial})
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


async def test_another_tenants_reactor_is_not_there(open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """A foreign id is answered exactly as an unknown one is."""
    shop, other = await open_shop(), await open_shop()
    other.cafe()
    foreign = other.done("GET", "/v1/event_reactors/")[0]["id"]
    user = shop.cafe()
    for changes in ({}, {"priority": 2}):
        told = []
        for reactor_id in (foreign, str(uuid4())):
            body = EVENT | {"subject": user["id"], "trial": {"reactorId": reactor_id, "changes": changes}}
            answer = shop.call("POST", PATH, body)
            told.append((answer.status_code, answer.json()["code"], answer.json()["detail"]))
        assert told[0] == told[1]
        assert told[0][0] in (404, 422)


def test_a_schema_is_checked_and_a_payload_tried_on_it(shop: Shop) -> None:
    """A schema that cannot be used is told by its place; one that can says what of a payload it does not take."""

    def checked(**asked: Any) -> Any:
        return shop.done("POST", "/v1/event_types/check", asked)

    broken = checked(schema={"type": "object", "properties": {"total": {"type": "nomber"}}})
    assert (broken["isValid"], broken["faults"][0]["pointer"]) == (False, "/schema/properties/total/type")
    good = checked(schema=COFFEE_SCHEMA)
    assert good["isValid"]
    assert "total" in good["example"]
    assert checked(schema=COFFEE_SCHEMA, payload=good["example"])["isTaken"]
    refused = checked(schema=COFFEE_SCHEMA, payload={"total": -1, "tip": 2})
    assert (refused["isTaken"], [one["pointer"] for one in refused["faults"]]) == (False, ["/payload/total"])
    closed = checked(schema=COFFEE_SCHEMA, allowUnknown=False, payload={"total": 1, "tip": 2})
    assert [one["pointer"] for one in closed["faults"]] == ["/payload/tip"]
    assert checked(payload={"anything": 1})["isTaken"]
