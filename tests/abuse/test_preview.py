"""A preview is what reporting would have been, and leaves nothing behind."""

from typing import Any

import asyncpg
import pytest

from tests.shop import ONE_PER_UNIT, Shop, fixed


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    """Make a shop whose reactors fire, fall short, are over, and cannot work their points out."""
    shop.event_type()
    shop.reactor(ONE_PER_UNIT, name="A point a unit")
    shop.reactor(fixed(25), name="From fifty on", constraint={"properties": {"total": {"minimum": 50}}})
    shop.reactor(fixed(5), name="Once", maxActivations=1)
    shop.reactor(fixed(5), name="Once for all", maxActivations=1, activationContext="TENANT")
    shop.reactor(fixed(7), name="Over", effectivity={"start": "2020-01-01", "end": "2020-02-01"})
    shop.reactor({"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "tip"}]}, name="No tip")
    shop.reactor(fixed(-1_000), name="More than there is")
    return shop


def told(shown: Any) -> list[tuple[Any, ...]]:
    """Return what verdicts say, apart from the event that they belong to."""
    return [
        (one["reactorId"], one["reactorVersion"], one["fired"], one["code"], one["reason"], one["reactions"])
        for one in shown["verdicts"]
    ]


@pytest.mark.parametrize("total", [10, 49.99, 50, 0, "50.5"])
def test_a_preview_is_what_reporting_then_does(cafe: Shop, total: Any) -> None:
    """Points, balance and every verdict with its reason are the same in the preview and in the event that follows."""
    user = cafe.user()
    for number in range(2):
        payload = {"total": float(total) if isinstance(total, str) else total, "randomId": number}
        body = {"type": "PURCHASED_COFFEE", "subject": user["accountNumber"], "payload": payload}
        previewed = cafe.done("POST", "/v1/events/test_reaction", body)
        assert previewed == cafe.done("POST", "/v1/events/test_reaction", body) | {
            "occurredAt": previewed["occurredAt"]
        }
        event = cafe.done("POST", "/v1/events", body)
        reactions = cafe.done("GET", f"/v1/events/{event['id']}/reactions")
        assert told(previewed) == told(reactions)
        assert len(previewed["verdicts"]) == 7
        assert previewed["points"] == event["points"] == reactions["points"]
        assert previewed["subject"] == event["subject"] == user["id"]
        assert previewed["balanceAfter"] == cafe.done("GET", f"/v1/users/{user['id']}/wallet")["balance"]


TABLES = ("events", "claims", "ledger_entries", "wallets", "activations", "idempotency_keys")


async def test_a_preview_leaves_nothing_behind(cafe: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """After a hundred previews every table is as it was, and the event is none's duplicate."""
    user = cafe.user()
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 60}}

    async def everything() -> list[Any]:
        tenant = cafe.tenant.tenant_id
        return [await owner.fetch(f"select * from {table} where tenant_id = $1", tenant) for table in TABLES]

    before = await everything()
    for number in range(100):
        headers = {"Idempotency-Key": f"preview {number}"}
        cafe.done("POST", "/v1/events/test_reaction", body, headers=headers)
    assert await everything() == before
    assert cafe.done("POST", "/v1/events", body)["points"] == 95


def test_a_preview_names_the_original(cafe: Shop) -> None:
    """A preview of an event that would be a duplicate names the original, instead of failing."""
    user = cafe.user()
    event = cafe.report(user).json()["data"]
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 10.0}}
    previewed = cafe.done("POST", "/v1/events/test_reaction", body)
    assert previewed["duplicateOf"] == {"id": event["id"], "reportedAt": event["reportedAt"]}
    assert "duplicateOf" not in cafe.done("POST", "/v1/events/test_reaction", body | {"payload": {"total": 11}})


def test_a_preview_is_refused_like_a_report(cafe: Shop) -> None:
    """Whatever reporting would be refused for, but for a duplicate, a preview is refused for with the same words."""
    user = cafe.user()
    closed = cafe.user()
    cafe.done("DELETE", f"/v1/users/{closed['id']}")
    good = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}
    changes: tuple[dict[str, Any], ...] = (
        {"type": "NO_SUCH"}, {"type": "PROFILE_UPDATED"}, {"subject": "nobody"}, {"subject": closed["id"]},
        {"subject": None}, {"payload": {}}, {"payload": {"total": -1}}, {"payload": None},
        {"occurredAt": "9999-01-01T00:00:00Z"},
    )  # fmt: skip
    for change in changes:
        reported, previewed = (
            cafe.call("POST", path, good | change).json() for path in ("/v1/events", "/v1/events/test_reaction")
        )
        for member in ("status", "code"):
            assert reported[member] == previewed[member], change
        assert [fault["pointer"] for fault in reported.get("errors", [])] == [
            fault["pointer"] for fault in previewed.get("errors", [])
        ]
