"""Facts about parts of the kernel that another part of the sample showed to be held by no test."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from punchcard.engine.audience_logic import read_logic
from punchcard.engine.awaiting import release
from punchcard.engine.backtest import ENTRIES_MAX
from punchcard.engine.compatibility import compare
from punchcard.engine.constraint import compile_constraint
from punchcard.engine.counters import Counter, What
from punchcard.engine.example import FIELDS_MAX, ITEMS_MAX, LEVELS_MAX, OFFERS_MAX, STEPS_MAX, make_example
from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable, Reason
from punchcard.engine.expression.printer import LEVELS
from punchcard.engine.holdings import Account, Holdings, Lot
from punchcard.engine.lots import Terms, earn
from punchcard.engine.membership import Contact, attribute_faults, contact_key
from punchcard.engine.membership import Terms as Membership
from punchcard.engine.period import Duration, Unit
from punchcard.engine.policy import Expiry, Policies
from punchcard.engine.reversal import WhenSpent
from punchcard.engine.schema import compile_schema
from punchcard.engine.schema_facts import Facts, are_disjoint
from punchcard.engine.schema_parts import Parts
from punchcard.engine.situation import Subject
from punchcard.engine.tier import Held, Tier, is_effective, progress
from punchcard.engine.undoing import WHOLE, Share, undo
from punchcard.engine.undoing import Entry as Undone
from tests.engine.past import NOON, a_reactor

DAY = timedelta(days=1)


def test_values_that_bounds_of_examples_have() -> None:
    """How much is tried, and how large what is made may be."""
    assert (OFFERS_MAX, STEPS_MAX, LEVELS_MAX, ITEMS_MAX, FIELDS_MAX) == (24, 2_000, 20, 50, 100)
    assert ENTRIES_MAX == 300_000


def test_what_is_let_go_before_now_is_known() -> None:
    """Points that wait are let go whenever it is, where no time is told; those that have run out by now are gone."""
    for now, usable in ((None, 12), (NOON, 0)):
        lots = {1: Lot(1, 12, 12, NOON - 2 * DAY, NOON - DAY, True, None, "d")}
        posting = release(Subject(0, 1, pending=12), lots, now, cancels=False)
        assert posting is not None
        assert posting.lots is not None
        assert sum(move.points for move in posting.lots.moves if move.target is Account.USABLE) == usable


def test_one_test_that_is_negated() -> None:
    """It becomes a group of one that is negated; one that is negated twice is none."""
    one = {"==": [{"var": "tier"}, "Gold"]}
    group: Any = read_logic({"!": one})
    assert (group.is_all, group.is_negated, len(group.parts)) == (True, True, 1)
    twice: Any = read_logic({"!": {"!": one}})
    assert (twice.is_all, twice.is_negated) == (True, False)


def test_letters_are_changed_and_nothing_beside_them() -> None:
    """The letters of ASCII alone, from the first to the last."""
    facts = {"payload": {"t": "@AZ[`az{é"}}
    for name, changed in (("upperAscii", "@AZ[`AZ{é"), ("lowerAscii", "@az[`az{é")):
        assert compile_expression(f"payload.t.{name}()", outcome=None).evaluate(facts) == changed


def test_what_was_adjusted_goes_back_to_adjustments() -> None:
    """What an entry gave is taken back to where it came from."""
    for account in (Account.ADJUSTMENT, Account.ISSUE):
        subject = Subject(10, 9, in_lots=10)
        holdings = Holdings({4: Lot(4, 10, 10, NOON), 0: Lot(0, 0, 0, NOON)})
        entry = Undone(4, 3, 0, account, 10, has_lot=True)
        found = undo([entry], holdings, subject, NOON, Share(0, WHOLE), WhenSpent.WITHIN_BALANCE, 0)
        assert [move.target for move in found.postings[0].lots.moves] == [account]  # type: ignore[union-attr]


def test_activity_matters_where_one_policy_asks_for_it() -> None:
    """One of several policies is enough, and none asks for nothing."""
    idle, other = Expiry(Duration(days=1), is_for_inactivity=True), Expiry(Duration(days=1))
    found = [Policies(UTC, expiries=each).asks_for_activity for each in ((idle, other), (other,), ())]
    assert found == [True, False, False]


def test_attributes_that_are_not_there_are_an_empty_object() -> None:
    """They break what an empty object breaks."""
    terms = Membership(attributes=compile_schema({"required": ["size"]}))
    profiles: list[tuple[dict[str, Any], int]] = [
        ({}, 1), ({"attributes": None}, 1), ({"attributes": {}}, 1), ({"attributes": {"size": 1}}, 0),
    ]  # fmt: skip
    for profile, count in profiles:
        assert len(attribute_faults(terms, profile)) == count
    assert not Membership().deletes_auth_identifiers


def test_a_schema_is_traced() -> None:
    """Whether the payload fits, and what does not."""
    constraint = compile_constraint({"required": ["a"], "minProperties": 1})
    assert constraint is not None
    facts: dict[str, Any] = {"payload": {}}
    assert constraint.trace({"a": 1}, facts) == {"text": "the payload fits the JSON Schema", "value": True}
    told = constraint.trace({}, facts)
    assert (told["value"], {one["text"] for one in told["operands"]}) == (False, {"/a", "the payload"})


def test_a_choice_that_is_no_choice() -> None:
    """Neither side is taken where the condition is no truth, and the right one where it is."""
    for condition, value in ((True, 1), (False, 2)):
        assert compile_expression("payload.c ? 1 : 2", outcome=None).evaluate({"payload": {"c": condition}}) == value
    others: tuple[Any, ...] = (1, 0, None, "x")
    for condition in others:
        with pytest.raises(NotEvaluable, match="does not take"):
            compile_expression("payload.c ? 1 : 2", outcome=None).evaluate({"payload": {"c": condition}})


def test_points_that_run_out_as_they_are_earned() -> None:
    """What ends this very instant has run out; a moment later it can be spent."""
    for later, usable in ((0, 0), (1, 5)):
        terms = Terms(NOON + timedelta(microseconds=later))
        found = earn(Holdings(), 1, 5, NOON, terms=terms)
        assert sum(lot.remaining for lot in found.holdings.lots.values()) == usable


def test_how_tightly_operators_bind() -> None:
    """As CEL has them, each level more tightly than the one before."""
    assert LEVELS == {
        "||": 1, "&&": 2, "<": 3, "<=": 3, ">": 3, ">=": 3, "==": 3, "!=": 3, "in": 3, "+": 4, "-": 4,
        "*": 5, "/": 5, "%": 5,
    }  # fmt: skip


def test_a_counter_counts_from_its_begin() -> None:
    """Unless it is said that the past counts, too."""
    assert not Counter("c", UUID(int=1), UUID(int=2), What.COUNT, UTC).takes_past


def test_a_dependency_that_cannot_be_judged() -> None:
    """A schema beside a field is told as what cannot be compared."""
    old: dict[str, Any] = {"properties": {"a": {}}}
    new = {"properties": {"a": {"dependentSchemas": {"x": {"required": ["y"]}}}}}
    (found,) = compare(old, new).findings
    assert (found.level, found.pointer) == ("breaking", "/properties/a/dependentSchemas/x")
    assert found.detail == "Schemas with this dependency cannot be compared: values may be refused now."


def test_both_branches_of_a_condition_have_to_hold() -> None:
    """What is known to satisfy one branch alone may be refused by the other."""
    old = {"properties": {"a": {"type": "string", "minLength": 2}}}
    for otherwise, level in (({"minLength": 1}, "compatible"), ({"minLength": 3}, "breaking")):
        either = {"if": {"pattern": "x"}, "then": {"minLength": 2}, "else": otherwise}
        new = {"properties": {"a": {"type": "string", "minLength": 2} | either}}
        assert compare(old, new).level == level


def test_an_example_leaves_out_what_cannot_stand_together() -> None:
    """Where two fields cannot be there both, one of them is left out."""
    fields = {name: {"const": number} for number, name in enumerate("abc")}
    schema = {"type": "object", "properties": fields, "not": {"required": ["a", "b"]}, "minProperties": 2}
    assert make_example(schema) == {"b": 1, "c": 2}


def test_kinds_that_only_facts_tell() -> None:
    """A text is not before a number, nor a number before a text or a truth, and a map has no element under a number."""
    facts = {"payload": {"n": 5, "t": "abc", "b": True, "m": {"a": 1}, "gone": "x"}}
    for text in (
        "payload.n < 'x'",
        "payload.t < 1",
        "payload.b < 'x'",
        "payload.t > true",
        "payload.n >= true",
        "payload.b < 1",
    ):
        with pytest.raises(NotEvaluable) as fault:
            compile_expression(text).evaluate(facts)
        assert fault.value.reason is Reason.KIND
    for text in ("payload.m[payload.t] == 1", "payload.m[payload.n] == 1"):
        with pytest.raises(NotEvaluable) as fault:
            compile_expression(text).evaluate(facts)
        assert fault.value.reason is Reason.MISSING
    assert compile_expression("payload.m['a'] == 1 && payload.n < 5.5 && payload.t < 'abd'").holds(facts)


def test_numbers_in_base_16() -> None:
    """They are as long as others may be, and no longer."""
    assert compile_expression("0x1F == 31").holds({})
    compile_expression(f"0x{'f' * 255} > 1")
    with pytest.raises(ExpressionFault, match="out of range"):
        compile_expression(f"0x{'f' * 400} > 1")


def test_a_tier_is_there_from_its_begin_on() -> None:
    """The instant of its begin belongs to it, and that of its end does not."""
    tier = Tier(UUID(int=1), "Gold", 1, 0, None, effective_from=NOON, effective_until=NOON + DAY)
    moments = (NOON - DAY, NOON, NOON + DAY - timedelta(microseconds=1), NOON + DAY)
    assert [is_effective(tier, at) for at in moments] == [False, True, True, False]


def test_numbers_of_telephones_are_compared_as_they_are_dialled() -> None:
    """Two zeros are a plus, and signs between digits are nothing."""
    for text in ("+491701", "00491701", "+49 170-1", "00 49 (170) 1"):
        assert contact_key(Contact.TELEPHONE_NUMBER, text) == "+491701"
    assert contact_key(Contact.EMAIL_ADDRESS, " Ada@Example.org ") == "ada@example.org"


def test_objects_differ_where_one_field_does() -> None:
    """To a depth of four levels."""

    def nested(levels: int, value: int) -> dict[str, Any]:
        schema: dict[str, Any] = {"const": value}
        for _ in range(levels):
            schema = {"type": "object", "properties": {"n": schema}, "required": ["n"]}
        return schema

    for levels, apart in ((1, True), (4, True), (5, False)):
        one, other = (Facts(Parts(nested(levels, value)), [()]) for value in (1, 2))
        assert are_disjoint(one, other) is apart


def test_how_many_items_are_tried() -> None:
    """As few as have to be, and one at least where that is allowed; two where one is not enough."""
    for schema, made in (
        ({"type": "array", "items": {"const": 1}, "minItems": 3}, [1, 1, 1]),
        ({"type": "array", "items": False}, []),
        ({"type": "array", "items": {"const": 1}, "not": {"maxItems": 1}}, [1, 1]),
        ({"type": "array", "items": {"const": 1}, "maxItems": 5, "not": {"maxItems": 4}}, [1] * 5),
        ({"type": "boolean", "not": {"const": False}}, True),
        ({"type": ["boolean", "string"], "not": {"type": "string"}}, True),
    ):  # fmt: skip
        assert make_example({"required": ["a"], "properties": {"a": schema}}) == {"a": made}


def test_one_point_is_taken_back() -> None:
    """An entry of one point is undone as one of many, and one that takes a point as well."""
    for points, left in ((1, 9), (-1, 11)):
        subject = Subject(10, 9)
        holdings = Holdings({0: Lot(0, 10, 10, NOON)})
        undo([Undone(4, 3, 0, "ISSUE", points)], holdings, subject, NOON, Share(0, WHOLE), WhenSpent.WITHIN_BALANCE, 0)
        assert (subject.balance, subject.entries) == (left, 10)


def test_until_when_points_count_for_a_tier() -> None:
    """To the end of the period, where the tier is not held any more; else as long as it is held."""
    tier, end = Tier(UUID(int=1), "Gold", 1, 10, Unit.YEAR), datetime(2027, 1, 1, tzinfo=UTC)
    for until, expected in ((NOON - DAY, end), (NOON + DAY, NOON + DAY), (None, None)):
        assert progress(tier, {}, Held(tier.id, NOON - 2 * DAY, until), NOON, UTC).until == expected
    assert progress(tier, {}, None, NOON, UTC).until == end


def test_items_that_there_cannot_be_are_not_compared() -> None:
    """Of a list with one item nothing is asked of the second."""
    for most, level in ((1, "compatible"), (2, "breaking")):
        known = {"type": "array", "maxItems": most, "items": {"type": "string"}}
        asked = known | {"prefixItems": [{"type": "string"}, {"type": "number"}]}
        assert compare({"properties": {"a": known}}, {"properties": {"a": asked}}).level == level


def test_reactors_and_entries_where_nothing_is_said() -> None:
    """A reactor of a group does not ask for the best, and an entry is not pending."""
    assert not a_reactor().takes_best
    assert not Undone(4, 3, 0, "ISSUE", 1).is_pending
