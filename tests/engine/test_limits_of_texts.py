"""How long, deep and many: on both sides of each limit of what administrators write; and reactors at such borders."""

from datetime import UTC
from typing import Any
from uuid import UUID

import pytest

from punchcard.engine.audience_logic import read_logic
from punchcard.engine.awaiting import Release, key_expression
from punchcard.engine.constraint import compile_constraint
from punchcard.engine.decide import decide
from punchcard.engine.demands import demands_of
from punchcard.engine.derivation import NotDerivable, compile_derivation, json_value
from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.holdings import Lot
from punchcard.engine.limits import Window
from punchcard.engine.period import Duration
from punchcard.engine.policy import CountedCap, Policies
from punchcard.engine.replay import Life, Told
from punchcard.engine.rows import RowsFault, read_rows
from punchcard.engine.situation import Code, PointsReaction, Situation, Subject, Verdict
from tests.engine.past import ADA, NOON, REACTOR, TOTAL, a_limit, a_reactor, an_event, gives

FACTS: dict[str, Any] = {"payload": {"list": [1, 2, 3], "text": "abc"}}


def value(text: str) -> Any:
    """Return what an expression comes to."""
    return compile_expression(text, outcome=None).evaluate(FACTS)


ROW = {"fact": "payload.total", "operator": ">", "value": 1}


def nested(row: Any, levels: int) -> Any:
    """Return groups around a row, so many levels in all."""
    for _ in range(levels):
        row = {"all": [row]}
    return row


def test_rows_are_so_deep_and_so_many() -> None:
    """Sixteen levels and two hundred rows are read, and one more is not; of values it is the same."""
    read_rows(nested(ROW, 16))
    read_rows({"any": [ROW] * 200})
    for rows, what in ((nested(ROW, 17), "16 levels"), ({"any": [ROW] * 201}, "200 rows")):
        with pytest.raises(RowsFault, match=what):
            read_rows(rows)


def test_criteria_are_so_deep() -> None:
    """Ten levels are read, by whatever operator, and eleven are not."""
    one: Any = {"==": [{"var": "points.balance"}, 1]}
    for wrap in (lambda below: {"!": below}, lambda below: {"and": [below]}, lambda below: {"!!": [below]}):
        logic = one
        for _ in range(9):
            logic = wrap(logic)
        read_logic(logic)
        with pytest.raises(Exception, match="10 levels deep"):
            read_logic(wrap(logic))


def test_criteria_are_so_many() -> None:
    """Two hundred tests and groups are read, and one more is not."""
    one = {"==": [{"var": "points.balance"}, 1]}
    read_logic({"and": [one] * 199})
    with pytest.raises(Exception, match="200 tests"):
        read_logic({"and": [one] * 200})


def test_one_value_of_many_is_a_value() -> None:
    """Where a list is asked for a text alone is one value, not its letters."""
    assert read_logic({"in": [{"var": "tier"}, "Gold"]}).values == ("Gold",)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["exists", "all", "exists_one", "filter"])
def test_macros_take_a_name_and_a_condition(name: str) -> None:
    """Two arguments, neither one nor three."""
    compile_expression(f"payload.list.{name}(x, x > 1)", outcome=None)
    for arguments in ("x", "x, true, true"):
        with pytest.raises(ExpressionFault):
            compile_expression(f"payload.list.{name}({arguments})", outcome=None)


def test_what_macros_come_to() -> None:
    """They go through a list; map takes a condition, too, but no more than that."""
    assert value("payload.list.map(x, x + 1)") == [2, 3, 4]
    assert value("payload.list.map(x, x > 1, x + 1)") == [3, 4]
    assert value("payload.list.sum(x, x * 2)") == 12
    assert value("payload.list.filter(x, x > 1)") == [2, 3]
    assert value("payload.list.exists_one(x, x > 2)") is True
    for text in ("payload.list.map(x, true, x, x)", "payload.list.sum(x, true, x)"):
        with pytest.raises(ExpressionFault):
            compile_expression(text, outcome=None)


def test_halves_of_characters_are_no_text() -> None:
    """The first and the last surrogate are refused as they stand, and their neighbours are not."""
    for code in (0xD7FF, 0xE000):
        assert value(f'"{chr(code)}"') == chr(code)
    for code in (0xD800, 0xDFFF):
        with pytest.raises(ExpressionFault):
            compile_expression(f'"{chr(code)}" == ""')


def test_whole_numbers_stay_whole() -> None:
    """Sums, differences and products of whole numbers are whole numbers."""
    for text, expected in (("1 + 2", 3), ("1 - 2", -1), ("2 * 3", 6)):
        assert (value(text), type(value(text))) == (expected, int)


def test_instants_move() -> None:
    """An hour later is later, whichever stands first, and an hour earlier is earlier."""
    for text in (
        'timestamp("2026-01-01T00:00:00Z") + duration("1h") == timestamp("2026-01-01T01:00:00Z")',
        'duration("1h") + timestamp("2026-01-01T00:00:00Z") == timestamp("2026-01-01T01:00:00Z")',
        'timestamp("2026-01-01T01:00:00Z") - duration("1h") == timestamp("2026-01-01T00:00:00Z")',
        'duration("1h") + duration("1h") == duration("2h")', 'duration("3h") - duration("1h") == duration("2h")',
    ):  # fmt: skip
        assert value(text) is True


@pytest.mark.parametrize(
    ("part", "of_instant", "of_duration"),
    [
        ("getFullYear", 2026, None), ("getMonth", 2, None), ("getDate", 4, None), ("getDayOfMonth", 3, None),
        ("getDayOfWeek", 3, None), ("getDayOfYear", 62, None), ("getHours", 5, 1), ("getMinutes", 6, 61),
        ("getSeconds", 7, 3_661), ("getMilliseconds", 89, 500),
    ],
)  # fmt: skip
def test_parts_of_instants(part: str, of_instant: int, of_duration: int | None) -> None:
    """As CEL counts them: months, days of the month and of the year from 0, Sunday is 0; of durations the whole."""
    assert value(f'timestamp("2026-03-04T05:06:07.089Z").{part}()') == of_instant
    if of_duration is not None:
        assert value(f'duration("3661.5s").{part}()') == of_duration


def test_a_place_in_a_list() -> None:
    """The last element of a list is there, and none after it."""
    payload = {"list": [4, 5]}
    assert compile_derivation("SUM", [json_value("list.1")]).points(payload) == 5
    with pytest.raises(NotDerivable, match="missing"):
        compile_derivation("SUM", [json_value("list.2")]).points(payload)


def test_what_an_index_is_asked_for() -> None:
    """A list of values that are written out is a demand; with anything else in it, it is none."""
    tree = compile_expression
    assert demands_of(tree('payload.text in ["a", "b"]').tree)[0].values == ("a", "b")
    assert demands_of(tree('payload.text in ["a", payload.other]').tree) == ()
    assert demands_of(tree('payload.text in ["a", null]').tree) == ()


def test_a_text_is_compared_up_to_a_length() -> None:
    """With 512 characters, and not with 513."""
    read_logic({"==": [{"var": "tier"}, "a" * 512]})
    with pytest.raises(Exception, match="512 characters"):
        read_logic({"==": [{"var": "tier"}, "a" * 513]})


def test_a_point_under_a_cap() -> None:
    """One point is held against a cap as a hundred are."""
    policies = Policies(UTC, earn_caps=(CountedCap(UUID(int=50), a_limit(4, points=True)),))
    situation = Situation({ADA: Subject(0, 0)}, windows={(ADA, UUID(int=50), "EVER"): Window(0, 4)})
    decision = decide(an_event(), [a_reactor(reactions=gives(1))], situation, policies)
    assert decision.verdicts[0].detail == ((0, 0, 1, "EVER", 4),)


def test_what_was_pending_does_not_count_against_a_limit() -> None:
    """Of twelve points that become usable and three that are given three are counted."""
    lets_go = PointsReaction(0, TOTAL[0].derivation, release=Release(key_expression('"d"'), cancels=False))
    reactor = a_reactor(reactions=(lets_go, *gives(3, start=1)), limits=(a_limit(50, points=True),))
    lots = {1: Lot(1, 12, 12, NOON, is_pending=True, awaits="d")}
    situation = Situation({ADA: Subject(0, 1, pending=12)}, waiting={ADA: {"d": lots}})
    decide(an_event(), [reactor], situation, Policies(UTC))
    assert situation.windows == {(ADA, REACTOR, "EVER"): Window(1, 3)}
    assert (situation.subjects[ADA].balance, situation.subjects[ADA].pending) == (15, 0)


def test_a_window_over_everybody_had_more_than_its_limit() -> None:
    """A limit of two that had been lowered from three was used three times, and is again."""
    reactor = a_reactor(limits=(a_limit(2, everybody=True, per=Duration(days=1)),))
    detail = 3, 2, "times", "WINDOW", "EVERYBODY"
    verdict = Verdict(Code.LIMIT_REACHED, 3, detail)
    told = Told(an_event(total=1), NOON, {}, (verdict,), (reactor,), Policies(UTC))
    assert Life.begin(ADA).judge(told).verdicts == [verdict]


def test_a_schema_and_an_empty_one() -> None:
    """Nothing, and a schema that says nothing, are no constraint."""
    assert (compile_constraint(None), compile_constraint({})) == (None, None)
    assert compile_constraint({"required": ["a"]}) is not None
