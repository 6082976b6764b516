"""What is told of verdicts: the actual values to support, and to the member what concerns the member."""

import pytest

from punchcard.engine.constraint import compile_constraint
from punchcard.engine.explain import Entry, member, reason, support
from punchcard.engine.judged import Judged
from punchcard.engine.situation import Code, Verdict

TOTAL = compile_constraint({"properties": {"total": {"minimum": 50}}})
JUDGED = Judged("Double", 2, TOTAL, 3, "2026-01-01T00:00:00.000Z", None)
SHARED = Judged("Shared", 1, None, 3, None, None, counts_everybody=True)
REACTIONS = (
    {"type": "BADGE", "badge": {"id": "B1"}},
    {"type": "REWARD", "reward": "r1"},
    {"type": "ATTRIBUTE", "attributes": [{"key": "size", "value": "L", "isEnabled": True}]},
    {"type": "WEBHOOK", "url": "https://example.org/till?token=secret"},
    {"type": "HANDLER", "handler": "EXAMPLE"},
)
ACTING = Judged("Acting", 1, TOTAL, None, None, None, reactions=REACTIONS, names={"b1": "Early bird", "r1": "A cup"})
KNOWN = {1: JUDGED, 2: SHARED, 3: ACTING}
DAILY = (500, 500, "points", "DAY", "SUBJECT")

TOLD = [
    (Verdict(Code.FIRED, 1, ((0, 12), (1, 0))), "changed the balance by 12 points", []),
    (Verdict(Code.FIRED, 1, ((0, 80, 120),)), "80 of 120", ["You earned 80 of 120: the limit of an offer."]),
    (
        Verdict(Code.FIRED, 1, ((0, 80, 120, "DAY", 500),)),
        "earned 80 of 120: daily cap 500",
        ["You earned 80 of 120: daily cap 500."],
    ),
    (Verdict(Code.NOT_EFFECTIVE, 1), "from 2026-01-01T00:00:00.000Z until further notice", []),
    (Verdict(Code.CONSTRAINT_FALSE, 1), "/total: 3 is less than the minimum of 50", []),
    (
        Verdict(Code.LIMIT_REACHED, 1, (3,)),
        "3 of at most 3 times",
        ["An offer can be had 3 times, and you have had it."],
    ),
    (
        Verdict(Code.LIMIT_REACHED, 2, (3,)),
        "3 of at most 3 times, for all members together",
        ["An offer was used up by all members together."],
    ),
    (
        Verdict(Code.LIMIT_REACHED, 1, DAILY),
        "given 500 of at most 500 points on that day",
        ["Of an offer you had already got 500 of at most 500 points on that day."],
    ),
    (
        Verdict(Code.LIMIT_REACHED, 1, (7, 7, "times", "WEEK", "EVERYBODY")),
        "fired 7 of at most 7 times in that week, for all members together",
        ["An offer was used up by all members together in that week."],
    ),
    (Verdict(Code.NOT_DERIVABLE, 1, ("total is missing",)), "total is missing", []),
    (
        Verdict(Code.BALANCE_TOO_LOW, 1, (4, -5)),
        "balance of 4 points does not cover a change of -5",
        ["Your balance of 4 points did not cover a change of -5."],
    ),
    (Verdict(Code.BALANCE_TOO_HIGH, 1, (4, 5)), "cannot grow by 5", ["Your balance holds no more points."]),
    (Verdict(Code.FIRED, 3, ((0, "B"),)), "It fired. It awarded the badge “Early bird”.", ["You earned a badge."]),
    (
        Verdict(Code.FIRED, 3, ((1, "R"), (5, 7))),
        "changed the balance by 7 points. It gave a voucher of “A cup”.",
        ["You were given a voucher of “A cup”."],
    ),
    (
        Verdict(Code.FIRED, 3, ((2, "A"), (3, "W"), (4, "H"))),
        "It fired. It set the attribute “size”. It has example.org called. It ran EXAMPLE.",
        [],
    ),
    (Verdict(Code.OUT_OF_STOCK, 3, (1,)), "“A cup” was out of stock", ["Nothing is left of “A cup”."]),
    (Verdict(Code.UNAVAILABLE, 3, (0,)), "“Early bird” could not be had then", []),
    (
        Verdict(Code.FAILED, 3, (("C",), (0, "B"), (5, 7))),
        "3 is less than the minimum of 50. It did what it does then and changed the balance by 7 points. It awarded",
        ["You earned a badge."],
    ),
    (Verdict(Code.SUPPRESSED, 1, (2,)), "Of its group “Shared” (version 1) fired instead.", []),
]
IDS = [f"{number} {verdict.code.name}" for number, (verdict, _, _) in enumerate(TOLD)]


@pytest.mark.parametrize(("verdict", "words", "concerning"), TOLD, ids=IDS)
def test_each_reason_names_the_actual_values(verdict: Verdict, words: str, concerning: list[str]) -> None:
    """Support is told what decided it; the member what concerns the member, and no name of a reactor."""
    assert words in reason(verdict, KNOWN, {"payload": {"total": 3}})
    told = member(5, [verdict, verdict], KNOWN, [])
    assert told == ["You got 5 points.", *concerning]
    assert "Double" not in str(told)


def test_every_code_is_told() -> None:
    """No reason is without its sentence here."""
    assert {verdict.code for verdict, _, _ in TOLD} == set(Code)


def test_a_rule_is_told_with_its_parts() -> None:
    """Of an expression each decisive part is told with what it came to."""
    judged = Judged("Rule", 1, compile_constraint("payload.total > 10 && payload.shop == 'Harbour'"), None, None, None)
    told = reason(Verdict(Code.CONSTRAINT_FALSE, 1), {1: judged}, {"payload": {"total": 3, "shop": "Station"}})
    assert "3" in told
    assert "payload.total" in told


@pytest.mark.parametrize(
    ("points", "entries", "told"),
    [
        (0, [], ["Nothing in this changes your points."]),
        (1, [], ["You got 1 point."]),
        (-7, [], ["7 points were taken from your balance."]),
        (0, [Entry(1, 20, 0, "ISSUE", is_pending=True, title="Double")], ["You got 20 points that you can use later."]),
    ],
    ids=["nothing", "one", "taken", "later"],
)
def test_the_member_is_told_the_points(points: int, entries: list[Entry], told: list[str]) -> None:
    """What came of it, in one sentence."""
    assert member(points, [], {}, entries) == told


def test_support_is_told_everything_in_order() -> None:
    """The sum, each reactor, each entry."""
    entries = [
        Entry(4, 12, 19, "ISSUE", is_pending=False, title="“Double” (version 2)"),
        Entry(5, 3, 19, "ISSUE", is_pending=True, title="“Later” (version 1)"),
        Entry(6, -1, 18, "REDEMPTION", is_pending=False, title=None),
    ]
    assert support(11, ["A reason."], 1, entries) == [
        "The event changed the balance by 11 points. 1 of 1 reactors that were live fired.",
        "A reason.",
        "Entry 4 of the wallet: 12 points by “Double” (version 2); the balance was then 19.",
        "Entry 5 of the wallet: 3 points by “Later” (version 1); not usable yet; the usable balance stayed 19.",
        "Entry 6 of the wallet: -1 point, for a reward; the balance was then 18.",
    ]
    assert support(0, [], 0, []) == ["The event did not change the balance. No reactor was live for it."]
