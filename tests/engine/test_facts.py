"""Facts: which of them a rule looks at, what they are, and what is kept."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.facts import FACTS, Member, of_event, of_member, paths_of, pinned

NOON = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("payload.total > 5", set()),
        ("user.attributes.vip && event.weekday == 'SUNDAY'", {("user", "attributes", "vip"), ("event", "weekday")}),
        ('user.attributes["v i p"]', {("user", "attributes", "v i p")}),
        ("has(user.attributes.vip)", {("user", "attributes", "vip")}),
        ("user.attributes[payload.key]", {("user", "attributes")}),
        ("payload.items.exists(item, item.price > wallet.balance)", {("wallet", "balance")}),
        ("now > event.occurredAt", {("now",), ("event", "occurredAt")}),
    ],
)
def test_what_a_rule_looks_at(text: str, paths: set[tuple[str, ...]]) -> None:
    """The least places below the roots, and the whole above where the way goes on by a value."""
    found = {path for path in paths_of(compile_expression(text, facts=FACTS, outcome=None).tree) if path[0] != "item"}
    assert found == paths


def test_an_event_in_the_tenants_zone() -> None:
    """In Berlin it is the next day already, a Monday."""
    event = of_event("BOUGHT", NOON, "secret", ZoneInfo("Europe/Berlin"))["event"]
    assert (event["weekday"], event["hour"], event["type"], event["channel"]) == ("MONDAY", 0, "BOUGHT", "secret")


def test_nothing_that_names_a_person() -> None:
    """Rules see attributes, place and age of an account, and neither name nor address."""
    profile = {"givenName": "Ada", "emailAddress": "a@example.org", "city": "Basel", "attributes": {"vip": True}}
    seen = of_member(Member(profile, NOON - timedelta(days=3, hours=1)), NOON)
    assert seen == {"attributes": {"vip": True}, "profile": {"city": "Basel"}, "accountAgeDays": 3}
    assert of_member(Member({}, NOON), NOON - timedelta(days=9))["accountAgeDays"] == 0


def test_only_what_was_looked_at_is_kept() -> None:
    """Of the user and the wallet; what the event says itself, and what is not there, is not."""
    facts = {"user": {"attributes": {"vip": True, "size": 4}}, "wallet": {"balance": 5, "pending": 0}, "event": {}}
    paths = [("user", "attributes", "vip"), ("wallet", "balance"), ("user", "tier"), ("event", "hour")]
    assert pinned(facts, paths) == {"user": {"attributes": {"vip": True}}, "wallet": {"balance": 5}}
    assert pinned(facts, [*paths, ("user", "attributes")])["user"] == {"attributes": {"vip": True, "size": 4}}
