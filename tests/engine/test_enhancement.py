"""What enhancers add, and what the rules see of it."""

from decimal import Decimal

from punchcard.engine.enhancement import KNOWN, REFUSED, Facts, History, enhance, seen_by_rules

FACTS = Facts(70, History(100, 30, 40, 5), Decimal("0.25"))


def test_each_enhancer_adds_under_its_own_name() -> None:
    """What was added stands under the enhancer's name, in the order in which enhancers run."""
    enhanced = enhance(["POINTS_ENHANCER", "RANDOM_NUMBER"], FACTS)

    assert list(enhanced.items()) == [
        ("RANDOM_NUMBER", {"randomNumber": Decimal("0.25")}),
        (
            "POINTS_ENHANCER",
            {"points": {"balance": 70, "earned": 100, "spent": 30, "earnedInPeriod": 40, "spentInPeriod": 5}},
        ),
    ]


def test_an_enhancer_wins_over_the_payload() -> None:
    """A reporter cannot tell the rules another balance; what was reported stays as it was."""
    payload = {"points": {"balance": 10**9}, "total": 3}
    seen = seen_by_rules(payload, enhance(["POINTS_ENHANCER"], FACTS))

    assert seen["points"]["balance"] == 70
    assert seen["total"] == 3
    assert payload == {"points": {"balance": 10**9}, "total": 3}


def test_nothing_added_is_the_payload_itself() -> None:
    """Without enhancers nothing is copied."""
    payload = {"total": 3}
    assert seen_by_rules(payload, None) is payload


def test_a_history_counts_both_ways() -> None:
    """What is gained adds to the earned, what is taken to the spent."""
    history = History(100, 30, 40, 5)
    for points in (7, -3, 2):
        history.add(points)
    assert history == History(109, 33, 49, 8)


def test_no_enhancer_is_both_known_and_unknown() -> None:
    """An enhancer either works or is refused."""
    assert not set(KNOWN) & set(REFUSED)


def test_audiences_and_the_tier() -> None:
    """They are told by id and name; who is in no tier has none."""
    facts = Facts(0, audiences=[{"id": "1", "name": "Climbers"}])
    assert enhance(["TIER", "AUDIENCE_ENHANCER"], facts) == {
        "AUDIENCE_ENHANCER": {"audiences": [{"id": "1", "name": "Climbers"}]}, "TIER": {"tier": None},
    }  # fmt: skip
