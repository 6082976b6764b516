"""Backtests of rules that look at more than the payload: what was kept counts, and else what is so now."""

from tests.events.past import backtested, by, candidate
from tests.shop import Shop, fixed

SILVER = {
    "pointsRequirement": 1, "calculation": "LIFETIME_EARN", "priority": 1, "defaultLocale": "en",
    "details": {"en": {"name": "Silver"}},
}  # fmt: skip


def test_what_was_kept_of_members_counts_and_else_what_is_so_now(shop: Shop) -> None:
    """A live rule has kept a member's level with each event; of what none has looked at, the present is assumed."""
    shop.event_type()
    profile = {"givenName": "A", "familyName": "B", "emailAddress": "a@example.org", "city": "Basel"}
    user = shop.user(profile=profile | {"attributes": {"level": 1}})
    constraint = "user.attributes.level == 1"
    reactor = shop.reactor(fixed(5), constraint=constraint)
    path = f"/v1/users/{user['id']}"
    for level in (2, 1, 2):
        assert shop.report(user, level, occurredAt=f"2026-03-0{level}T12:00:00Z").status_code in (200, 409)
        shop.done("PATCH", path, {"profile": {"city": "Bern", "attributes": {"level": level}}})
    same = backtested(shop, reactorId=reactor["id"])
    assert (same["events"], same["difference"], same["assumed"]) == (2, 0, 0)
    other = backtested(shop, reactorId=reactor["id"], changes={"constraint": "user.profile.city == 'Bern'"})
    assert (other["fired"], other["assumed"]) == (2, 2)
    assert any("assumed" in line for line in other["assumptions"])
    shop.done("POST", "/v1/tiers/", SILVER)
    shop.reactor(fixed(5))
    shop.report(user, 9)
    tried = backtested(shop, reactorId=reactor["id"], changes={"constraint": "user.tier == 'Silver'"})
    assert (tried["fired"], tried["assumed"]) == (2, 2)


def test_counters_of_other_types_and_of_before(shop: Shop) -> None:
    """What happened before the time, and events of other types, have counted when a reactor is tried on later ones."""
    shop.event_type()
    shop.event_type("VISITED_SHOP", schema=None)
    user = shop.user()
    for day in ("2026-01-05", "2026-03-01", "2026-03-03"):
        visit = {"type": "VISITED_SHOP", "subject": user["id"], "payload": {"day": day}}
        shop.done("POST", "/v1/events", visit | {"occurredAt": f"{day}T09:00:00Z"})
        shop.report(user, 1, occurredAt=f"{day}T10:00:00Z", payload={"total": 1, "day": day})
    for name in ("visits", "purchases"):
        kind = {"visits": "VISITED_SHOP", "purchases": "PURCHASED_COFFEE"}[name]
        shop.done("POST", "/v1/counters/", {"name": name, "eventType": kind})
    reactor = candidate(by("10 * counters.visits.count + counters.purchases.count"))
    assert [day["points"] for day in backtested(shop, reactor=reactor)["days"]] == [22, 33]
