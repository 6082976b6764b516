"""What came of an event: the ledger's entries that it made, and no others."""

from tests.shop import Shop, fixed


def test_entries_name_what_made_them(shop: Shop) -> None:
    """An event's entries stand in the ledger's order, each with its reactor's version and the reaction's number."""
    shop.event_type()
    reactions = [{"type": "POINTS", "points": fixed(3)}, {"type": "POINTS", "points": fixed(-1)}]
    first = shop.reactor(name="Three, less one", reactions=reactions)
    second = shop.reactor(fixed(2), name="Two")
    shop.reactor(fixed(9), name="Never", constraint={"required": ["nothing"]})
    ada = shop.user("ada")
    shop.report(ada, 1)
    event = shop.report(ada, 2).json()["data"]
    shop.report(ada, 3)
    told = shop.done("GET", f"/v1/events/{event['id']}/reactions")
    one = {"id": first["id"], "version": 1, "name": "Three, less one"}
    two = {"id": second["id"], "version": 1, "name": "Two"}
    assert told["entries"] == [
        {"number": 4, "points": 3, "balanceAfter": 7, "account": "ISSUE", "reactor": one, "reaction": 0},
        {"number": 5, "points": -1, "balanceAfter": 6, "account": "ISSUE", "reactor": one, "reaction": 1},
        {"number": 6, "points": 2, "balanceAfter": 8, "account": "ISSUE", "reactor": two, "reaction": 0},
    ]
    assert sum(entry["points"] for entry in told["entries"]) == told["points"] == event["points"]


def test_the_version_that_judged_is_named(shop: Shop) -> None:
    """A reactor that is changed afterwards stays, in the entry, what it was."""
    ada = shop.cafe()
    event = shop.report(ada, 5).json()["data"]
    reactor = shop.done("GET", "/v1/event_reactors/")[0]
    shop.done("PATCH", f"/v1/event_reactors/{reactor['id']}", {"name": "Renamed"})
    (entry,) = shop.done("GET", f"/v1/events/{event['id']}/reactions")["entries"]
    assert entry["reactor"] == {"id": reactor["id"], "version": 1, "name": "A reactor of a test"}


def test_a_purchase_has_an_entry_without_a_reactor(shop: Shop) -> None:
    """What a command moved has its entry too, and names no reactor."""
    ada = shop.cafe()
    shop.report(ada, 10)
    event = shop.buy(ada, shop.reward(4, "A mug"))
    (entry,) = shop.done("GET", f"/v1/events/{event['id']}/reactions")["entries"]
    assert entry == {"number": 2, "points": -4, "balanceAfter": 6, "account": "REDEMPTION"}


def test_an_event_that_moved_nothing_has_none(shop: Shop) -> None:
    """No points, no entries."""
    ada = shop.cafe()
    event = shop.report(ada, 0).json()["data"]
    told = shop.done("GET", f"/v1/events/{event['id']}/reactions")
    assert (told["points"], told["entries"]) == (0, [])
