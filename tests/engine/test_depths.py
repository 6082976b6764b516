"""How deep things may be, at the last level that is taken and the first that is not; and moments at borders."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from punchcard.engine.audience import CriteriaFault
from punchcard.engine.audience_tree import read_tree
from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.limits import ROLLING_MAX, Window, used
from punchcard.engine.period import Duration, Unit, span
from punchcard.engine.rows import RowsFault, read_rows
from tests.engine.past import NOON, a_limit


@pytest.mark.parametrize(
    ("begin", "end", "most"), [("(", ")", 63), ("!", "", 61), ("[", "][0]", 30), ("true ? 1 == 1 : ", "", 61)]
)
def test_rules_are_so_deep(begin: str, end: str, most: int) -> None:
    """The last level that is taken stays where it is, by brackets, by signs and by choices."""
    compile_expression(f"{begin * most}payload.a{end * most} == true", outcome=None)
    with pytest.raises(ExpressionFault, match="deeper than 64 levels"):
        compile_expression(f"{begin * (most + 1)}payload.a{end * (most + 1)} == true", outcome=None)


@pytest.mark.parametrize("wrap", [lambda below: [below], lambda below: {"a": below}])
def test_values_of_rows_are_so_deep(wrap: Any) -> None:
    """Sixteen levels, by lists and by maps."""
    value: Any = 1
    for _ in range(15):
        value = wrap(value)
    read_rows({"all": [{"fact": "payload.a", "operator": "==", "value": value}]})
    with pytest.raises(RowsFault, match="deeper than 16 levels") as fault:
        read_rows({"all": [{"fact": "payload.a", "operator": "==", "value": wrap(value)}]})
    assert fault.value.pointer.count("/") == 3 + 16


def rule() -> dict[str, Any]:
    """Return a rule of a query builder."""
    return {"type": "rule", "properties": {"field": "points.balance", "operator": "equal", "value": [1]}}


def test_trees_are_so_deep_and_so_many() -> None:
    """Ten levels and two hundred tests and groups are read, and no more."""
    tree = rule()
    for _ in range(9):
        tree = {"type": "group", "children1": [tree]}
    read_tree(tree)
    with pytest.raises(CriteriaFault, match="10 levels deep"):
        read_tree({"type": "group", "children1": [tree]})
    read_tree({"type": "group", "children1": [rule()] * 199})
    with pytest.raises(CriteriaFault, match="200 tests"):
        read_tree({"type": "group", "children1": [rule()] * 200})


def test_groups_say_how_they_are_joined() -> None:
    """By AND where nothing is said, negated only where that is said."""
    children = {"children1": {"x": rule()}}
    for properties, is_all, is_negated in (
        ({}, True, False), ({"conjunction": "OR"}, False, False), ({"not": True}, True, True),
        ({"not": False}, True, False),
    ):  # fmt: skip
        group: Any = read_tree({"type": "group", "properties": properties} | children)
        assert (group.is_all, group.is_negated, len(group.parts)) == (is_all, is_negated, 1)


def test_a_rolling_window_that_has_forgotten() -> None:
    """Where as many moments are known as are kept, the first has to lie before the window, or the limit is used up."""
    limit, day = a_limit(ROLLING_MAX * 2, per=Duration(days=1)), timedelta(days=1)
    step = timedelta(seconds=1)
    for first, found in ((NOON - day, ROLLING_MAX - 1), (NOON - day + step, ROLLING_MAX * 2)):
        window = Window(fired_at=[first, *(NOON - step * place for place in range(ROLLING_MAX - 1, 0, -1))])
        assert used(limit, window, NOON) == found
    window = Window(fired_at=[NOON - day + step])
    assert used(limit, window, NOON) == 1


def test_hours_beside_a_change_of_clocks() -> None:
    """The hour before the change ends with it, the one after begins with it, and others are whole."""
    berlin, hour = ZoneInfo("Europe/Berlin"), timedelta(hours=1)
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)  # 03:00 becomes 02:00
    for at in (change - timedelta(minutes=1), change, change + timedelta(minutes=1), change - hour, change + hour):
        found = span(Unit.HOUR, at, berlin)
        assert (found.end - found.start, found.start <= at < found.end) == (hour, True)
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour
    spring = datetime(2026, 10, 3, 15, 30, tzinfo=UTC)  # 02:00 becomes 02:30
    lengths = [span(Unit.HOUR, spring + timedelta(minutes=at), lord_howe) for at in (-1, 0, 29, 30)]
    assert [(one.end - one.start) // timedelta(minutes=1) for one in lengths] == [60, 30, 30, 60]
