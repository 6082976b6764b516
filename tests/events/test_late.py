"""Late events: how far occurredAt may lie from now, and what becomes of what comes late, by the type's settings."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.shop import Shop, fixed

PURCHASES = "/v1/event_types/PURCHASED_COFFEE"


def ago(**span: float) -> str:
    """Return the instant so long ago."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def user(shop: Shop) -> Any:
    """Make the usual things."""
    return shop.cafe()


def settle(shop: Shop, **settings: Any) -> None:
    """Set something of PURCHASED_COFFEE."""
    shop.done("PATCH", PURCHASES, {"settings": settings})


@pytest.mark.parametrize(
    ("settings", "span", "status"),
    [
        ({"occurredPastDays": 3}, {"days": 2.9}, 200),
        ({"occurredPastDays": 3}, {"days": 3.1}, 422),
        ({"occurredPastDays": 0}, {"seconds": 5}, 422),
        ({"occurredPastDays": 36_500}, {"days": 8_000}, 422),
        ({"occurredFutureSeconds": 60}, {"seconds": -30}, 200),
        ({"occurredFutureSeconds": 60}, {"seconds": -120}, 422),
        ({"occurredFutureSeconds": 86_400}, {"seconds": -3_600}, 422),
        ({}, {"days": 1_000}, 200),
    ],
)
def test_the_reach_is_the_types_and_never_beyond_the_engines(
    shop: Shop, user: Any, settings: Any, span: Any, status: int
) -> None:
    """A type may narrow how far back and ahead occurredAt lies; the engine's own limits hold besides."""
    settle(shop, **settings)
    answer = shop.report(user, occurredAt=ago(**span))
    assert answer.status_code == status, answer.text
    if status == 422:
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/occurredAt"]
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 3}, "occurredAt": ago(**span)}
    assert shop.call("POST", "/v1/events/test_reaction", body).status_code == status


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"occurredPastDays": 2}, 422),
        ({"latePolicy": "reject", "lateAfterDays": 2}, 422),
        ({"latePolicy": "hold", "lateAfterDays": 2}, 202),
        ({}, 200),
    ],
)
def test_nobody_catches_up_with_an_ended_campaign(shop: Shop, user: Any, settings: Any, status: int) -> None:
    """T47: what is dated back into a campaign that has ended gives nothing where the type has a window."""
    shop.reactor(fixed(500), name="Campaign", effectivity={"start": ago(days=20), "end": ago(days=3)})
    settle(shop, **settings)
    back = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}, "occurredAt": ago(days=4)}
    assert shop.call("POST", "/v1/events", back).status_code == status
    (verdict,) = shop.done("POST", "/v1/events/batch", [{**back, "payload": {"total": 2}}])
    assert verdict["status"] == status
    assert shop.balance(user) == (1_003 if status == 200 else 0)


def test_late_ones_are_taken_by_default(shop: Shop, user: Any) -> None:
    """`latePolicy: accept` looks at nothing."""
    settle(shop, latePolicy="accept", lateAfterDays=1)
    assert shop.report(user, occurredAt=ago(days=400)).json()["data"]["points"] == 10


def test_late_ones_are_refused(shop: Shop, user: Any) -> None:
    """`latePolicy: reject`: what occurred longer ago is a 422 that points at occurredAt; without one, it is now."""
    settle(shop, latePolicy="reject", lateAfterDays=7)
    late = shop.report(user, occurredAt=ago(days=7.01))
    assert (late.status_code, late.json()["code"]) == (422, "occurred_at_out_of_range")
    assert [(fault["pointer"], fault["code"]) for fault in late.json()["errors"]] == [("/occurredAt", "late")]
    assert shop.report(user, occurredAt=ago(days=6.99)).status_code == 200
    assert shop.report(user, 11).status_code == 200
    assert shop.balance(user) == 21


def test_late_ones_are_held(shop: Shop, user: Any) -> None:
    """`latePolicy: hold`: what is late waits in quarantine, once, and becomes an event when somebody says so."""
    settle(shop, latePolicy="hold", lateAfterDays=7)
    occurred = ago(days=30)

    answer = shop.report(user, occurredAt=occurred)

    told = answer.json()["data"]
    assert (answer.status_code, told["reason"]) == (202, "LATE")
    assert [fault["pointer"] for fault in told["faults"]] == ["/occurredAt"]
    assert shop.report(user, occurredAt=occurred).status_code == 409
    (entry,) = shop.done("GET", "/v1/quarantine/?reason=LATE")
    assert (entry["payload"], entry["occurredAt"], entry["status"]) == ({"total": 10}, occurred, "OPEN")
    event = shop.done("POST", f"/v1/quarantine/{told['id']}/resubmit", {})
    assert (event["occurredAt"], event["points"]) == (occurred, 10)
    assert shop.balance(user) == 10


def test_a_held_event_is_judged_by_when_it_occurred(shop: Shop, user: Any) -> None:
    """Once resubmitted, a reactor of that time fires, and one of today does not."""
    settle(shop, latePolicy="hold", lateAfterDays=7)
    shop.reactor(fixed(100), name="Then", effectivity={"start": "2020-01-01", "end": ago(days=20)})
    shop.reactor(fixed(1_000), name="Since", effectivity={"start": ago(days=20)})
    told = shop.report(user, occurredAt=ago(days=30)).json()["data"]
    assert shop.done("POST", f"/v1/quarantine/{told['id']}/resubmit", {})["points"] == 110


def test_a_broken_one_that_is_late_is_both(shop: Shop, user: Any) -> None:
    """Refused where late ones are refused; kept for its payload where both are kept; refused where that is."""
    broken = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {}, "occurredAt": ago(days=30)}
    settle(shop, latePolicy="reject", lateAfterDays=7, onInvalid="quarantine")
    assert shop.call("POST", "/v1/events", broken).json()["code"] == "occurred_at_out_of_range"
    settle(shop, latePolicy="hold", lateAfterDays=7, onInvalid="reject")
    assert shop.call("POST", "/v1/events", broken).json()["code"] == "payload_invalid"
    settle(shop, onInvalid="quarantine")
    told = shop.call("POST", "/v1/events", broken).json()["data"]
    assert told["reason"] == "INVALID"
    assert shop.done("POST", f"/v1/quarantine/{told['id']}/resubmit", {"payload": {"total": 4}})["points"] == 4


def test_batches_and_previews_of_late_ones(shop: Shop, user: Any) -> None:
    """Each has its verdict in a batch, an atomic one is refused, and the preview tells what would be."""
    settle(shop, latePolicy="hold", lateAfterDays=7)

    def body(total: int, **span: float) -> dict[str, Any]:
        return {
            "type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}, "occurredAt": ago(**span)
        }  # fmt: skip

    bodies = [body(1, days=1), body(2, days=30), body(3, days=-30), body(4, days=6)]
    previewed = [shop.call("POST", "/v1/events/test_reaction", one) for one in bodies]
    assert [answer.status_code for answer in previewed] == [200, 200, 422, 200]
    assert previewed[1].json()["data"]["quarantined"]["reason"] == "LATE"
    assert shop.call("POST", "/v1/events/batch?atomic=true", [bodies[0], bodies[1]]).status_code == 422
    verdicts = shop.done("POST", "/v1/events/batch", bodies)
    assert [one["status"] for one in verdicts] == [200, 202, 422, 200]
    assert shop.balance(user) == 5
