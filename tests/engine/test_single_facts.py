"""Facts about parts of the kernel that a sample of mutants showed to be held by no test."""

from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from punchcard.engine.audience import CriteriaFault
from punchcard.engine.audience_logic import read_logic
from punchcard.engine.backtest import Day, Sum
from punchcard.engine.compatibility import compare
from punchcard.engine.counters import Counter, What
from punchcard.engine.demands import demands_of_schema
from punchcard.engine.example import make_example
from punchcard.engine.explain import Entry, member, reason, support
from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.expression.parser import BYTES_MAX, parse
from punchcard.engine.facts import counters_in
from punchcard.engine.holdings import Account, Holdings, Lot, Move
from punchcard.engine.judged import Judged
from punchcard.engine.lots import Terms
from punchcard.engine.period import Unit
from punchcard.engine.reversal import WhenSpent, reverse
from punchcard.engine.situation import Code, InLots, Verdict
from punchcard.engine.tier import EVER, Held, Tier, progress
from tests.engine.past import NOON

DAY = timedelta(days=1)


def test_single_values_are_held_against_formats() -> None:
    """Of values that can be counted those are lost that have not the format that is asked for."""
    old, new = ({"properties": {"a": one}} for one in ({"enum": ["2026-03-01", "x"]}, {"format": "date"}))
    compared = compare(old, new)
    assert compared.findings[0].detail == 'The values "x" are refused now.'


@pytest.mark.parametrize("keyword", ["contentMediaType", "contentEncoding"])
def test_content_of_texts(keyword: str) -> None:
    """Another content is told, and the same is not, in a draft that judges by it."""
    draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
    said = "text/html" if keyword == "contentMediaType" else "base64"
    plain, judging = (draft | {"properties": {"a": {"type": "string"} | more}} for more in ({}, {keyword: said}))
    (found,) = compare(plain, judging).findings
    assert (found.pointer, found.detail) == (
        f"/properties/a/{keyword}", f'Texts of another content than "{said}" are refused now.',
    )  # fmt: skip
    known = draft | {"properties": {"a": {"type": "string", keyword: said, "minLength": 1}}}
    assert [one.pointer for one in compare(judging, known).findings] == ["/properties/a/minLength"]


def test_an_index_is_asked_for_texts_of_a_schema_alone() -> None:
    """A list with anything but texts in it is no demand."""
    for among, count in ((["a", "b"], 1), (["a", 1], 0), ([1], 0), ([None, "a"], 0)):
        schema = {"required": ["k"], "properties": {"k": {"enum": among}}}
        assert len(demands_of_schema(schema)) == count


def test_values_of_one_kind() -> None:
    """Texts, numbers and truths are not mixed in one list."""
    read_logic({"in": [{"var": "attributes.x"}, [1, 2]]})
    for values in ([True, 1], ["a", 1], ["a", True]):
        with pytest.raises(CriteriaFault, match="of one kind"):
            read_logic({"in": [{"var": "attributes.x"}, values]})


def test_points_go_back_to_a_lot_that_ends_later_alone() -> None:
    """A lot that runs out this instant has run out: what comes back gets a lot of its own, if it renews."""
    for after, number in ((0, 9), (1, 1)):
        end = NOON.replace(microsecond=after)
        holdings = Holdings({1: Lot(1, 5, 0, NOON.replace(hour=1), end)})
        found = reverse(
            holdings, [Move(1, Account.USABLE, Account.REDEMPTION, 5)], NOON, new_lot=9,
            when_spent=WhenSpent.WITHIN_BALANCE, terms=Terms(NOON.replace(year=2027)), renews=True, lets_lapse=False,
        )  # fmt: skip
        assert [lot.number for lot in found.holdings.lots.values() if lot.remaining] == [number]


def test_an_example_of_what_holds_itself() -> None:
    """A list or an object that may hold its like goes no deeper than it has to."""
    for tree, made in (
        ({"type": "array", "items": {"$ref": "#/$defs/t"}}, [[]]),
        ({"type": "object", "properties": {"t": {"$ref": "#/$defs/t"}}}, {"t": {}}),
    ):
        document = {"required": ["a"], "properties": {"a": {"$ref": "#/$defs/t"}}, "$defs": {"t": tree}}
        assert make_example(document) == {"a": made}


def test_sums_are_written_as_lists() -> None:
    """A backtest that was begun by one version is gone on with by the next: its sums are lists of numbers."""
    assert msgspec.json.encode(Sum(1, 2, 3, 4)) == b"[1,2,3,4]"
    assert msgspec.json.encode(Day(1, 2, 3, 4, 5)) == b"[1,2,3,4,5]"


def test_what_members_are_told_of_later_points() -> None:
    """Issued points that are pending; neither usable ones, nor pending ones of another account."""
    for is_pending, account, told in (
        (True, "ISSUE", ["You got 5 points that you can use later."]),
        (False, "ISSUE", ["Nothing in this changes your points."]),
        (True, "ADJUSTMENT", ["Nothing in this changes your points."]),
    ):
        assert member(0, [], {}, [Entry(1, 5, 0, account, is_pending, None)]) == told
    taken = member(0, [], {}, [Entry(1, -1, 0, "ISSUE", is_pending=True, title=None)])
    assert taken == ["1 point that you could have used later was taken back."]
    assert member(-1, [], {}, []) == ["1 point was taken from your balance."]


def test_what_reactions_did_to_pending_points() -> None:
    """The balance is told where any reaction changed it, and each side once."""
    known = {1: Judged("One", 1, None, None, None, None)}
    gave, made = "gave 5 points that cannot be spent yet", "made 5 pending points usable"
    for detail, words in (
        (((0, 5, "PENDING"),), f"It fired and {gave}."),
        (((0, 5, "PENDING"), (1, 3)), f"It fired and changed the balance by 3 points, and {gave}."),
        (((0, 5, "ACTIVATED"), (1, -2, "CANCELLED")), f"It fired and {made}, and took 2 pending points back."),
    ):
        assert words in reason(Verdict(Code.FIRED, 1, detail), known, {"payload": {}})


def test_what_was_parked_is_told() -> None:
    """One event is an event, and two are events."""
    for count, words in ((1, "1 event of the type A "), (2, "2 events of the type A ")):
        assert support(0, [], 0, [], [("A", "DEPTH")] * count)[-1].startswith(words)


def test_the_longest_rule() -> None:
    """A rule has 8,192 bytes at most."""
    assert BYTES_MAX == 8_192


def test_long_texts_are_cut_in_faults() -> None:
    """Sixty characters are shown, of more the first of them."""
    for count, shown in ((60, "x" * 60), (61, "x" * 59 + "…")):
        with pytest.raises(ExpressionFault) as fault:
            compile_expression(f'now > timestamp("{"x" * count}")')
        assert fault.value.detail.startswith(f"{shown!r} is no instant")


def test_counters_that_a_rule_names() -> None:
    """Counters alone, wherever they stand, with what is asked of them."""
    tree = compile_expression('payload.a > 1 && max(counters.c.count, 1) > counters["d"].sum').tree
    assert sorted(path for path, _ in counters_in(tree)) == [("c", "count"), ("d", "sum")]


def test_nothing_is_missing_to_a_tier_that_is_held() -> None:
    """To one that is not it is what has to be earned yet, and never less than nothing."""
    tier, now = Tier(UUID(int=1), "Gold", 1, 10, Unit.YEAR), NOON
    for held, earned, missing in ((None, 4, 6), (None, 12, 0), (Held(tier.id, now, None), 4, 0)):
        found = progress(tier, {"2026": earned, EVER: 1}, held, now, NOON.tzinfo)  # type: ignore[arg-type]
        assert (found.earned, found.missing, found.is_attained) == (earned, missing, held is not None)


def test_a_posting_leaves_lots_alone_where_nothing_is_said() -> None:
    """What is left out of what a posting does to lots is nothing."""
    nothing: Any = InLots()
    assert (nothing.usable, nothing.is_pending, nothing.moves, nothing.is_applied) == (0, False, (), False)


def test_places_make_no_difference_between_rules() -> None:
    """Nodes that say the same are the same, wherever they stand."""
    text = '{"k": [-payload.a[0] + size(payload.l)]} == (has(payload.b) && !true ? null : payload.l.map(x, x))'
    assert parse(text) == parse(f"  ({text})")


def test_what_is_taken_where_nothing_is_said() -> None:
    """A counter has settled, and a reactor counts for each member."""
    assert Counter("c", UUID(int=1), UUID(int=2), What.COUNT, UTC).is_settled
    assert not Judged("One", 1, None, None, None, None).counts_everybody
