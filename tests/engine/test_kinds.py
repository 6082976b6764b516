"""What of kinds can be told of the text of a rule alone, word for word; and what facts of each kind come to."""

from decimal import Decimal
from typing import Any

import pytest

from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable
from punchcard.engine.expression.functions import FUNCTIONS, MACROS
from punchcard.engine.expression.values import DIGITS_MAX

FACTS: dict[str, Any] = {
    "payload": {"n": 5, "d": Decimal("2.5"), "t": "abc", "l": [1, 2], "m": {"a": 1}, "b": True, "none": None},
}


def value(text: str) -> Any:
    """Return what an expression comes to."""
    return compile_expression(text, outcome=None).evaluate(FACTS)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("abs('a')", 'abs takes a number; "a" is text.'), ("size(1)",
        "size takes text or a list or a map; 1 is a number."),
        ("!1", "! takes true or false; 1 is a number."), ("-'a' == 1", '- takes a number; "a" is text.'),
        ("1 && true", "&& takes true or false; 1 is a number."), ("1 ? 2 : 3", "? takes true or false; 1 is a number."),
        ("payload.l[true]", "[ ] takes a number or text; true is true or false."),
        ("{1: 2}", "the key of a map takes text; 1 is a number."), ("has((1 + 1).a)",
        "has() takes a map; 1 + 1 is a number."),
        ("'a'.exists(x, true)", 'exists takes a list or a map; "a" is text.'),
        ("[1].exists(x, 1)", "exists takes true or false; 1 is a number."),
        ("[1].map(x, 1, 2)", "map takes true or false; 1 is a number."),
        ("[1].sum(x, 'a')", 'sum takes a number; "a" is text.'),
        ("1 + 'a'", '+ does not fit: 1 is a number, "a" is text.'), ("null - 1",
        "- does not fit: null is null, 1 is a number."),
        ("1 in 'a'", 'in does not fit: 1 is a number, "a" is text.'), ("[1] < [2]",
        "< does not fit: [1] is a list, [2] is a list."),
        ("payload.t.matches(payload.t)", 'Write what matches takes here as text, like "…".'),
        ("(payload.n > 1 ? 1 : 2) + 'a'", '+ does not fit: payload.n > 1 ? 1 : 2 is a number, "a" is text.'),
        ("(payload.n > 1 ? 1 : 'b') - 'a'", '- does not fit: payload.n > 1 ? 1 : "b" is a value, "a" is text.'),
        ("1u == 1", "There is one kind of number; leave out the u."), ("1ux == 1", "There is one kind of number"),
        ("1_000 == 1", "A number ends here, but a letter or a digit follows"), ("payload.true == 1",
        "Here stands 'true'"),
        ("1 + " + "'" + "a" * 58 + "'", '+ does not fit: 1 is a number, "' + "a" * 58 + '" is text.'),
        ("1 + " + "'" + "a" * 59 + "'", '+ does not fit: 1 is a number, "' + "a" * 58 + "… is text."),
    ],
)  # fmt: skip
def test_kinds_that_do_not_fit(text: str, detail: str) -> None:
    """What is wanted is named, all of it, and what stands there, up to sixty characters of it."""
    with pytest.raises(ExpressionFault) as fault:
        compile_expression(text, outcome=None)
    assert fault.value.detail.startswith(detail)


def test_names_of_every_kind() -> None:
    """A quoted name may be a word that is reserved, or have other characters."""
    assert compile_expression("payload.`true` == 1 || payload.`a-b c` == 1").holds({"payload": {"true": 1}})
    assert compile_expression("payload.`a-b c` == 1").holds({"payload": {"a-b c": 1}})


COUNTS = {
    "size": {1}, "startsWith": {2}, "endsWith": {2}, "contains": {2}, "lowerAscii": {1}, "upperAscii": {1}, "trim": {1},
    "matches": {2}, "min": {1, 2, 3, 4}, "max": {1, 2, 3, 4}, "abs": {1}, "ceil": {1}, "floor": {1}, "round": {1},
    "sum": {1}, "timestamp": {1}, "duration": {1},
}  # fmt: skip


def test_how_many_values_functions_take() -> None:
    """As many as they have parts; parts of instants may have a zone besides; the least and most of any number."""
    for name, function in FUNCTIONS.items():
        wanted = COUNTS.get(name, {1, 2})
        assert {count for count in range(5) if function.takes_count(count)} == wanted, name
    assert MACROS == {"exists": 2, "all": 2, "exists_one": 2, "filter": 2, "map": 3, "sum": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max(1, 2, 3)", 3), ("min(3, 2, 1)", 1), ("max([1, 3])", 3), ("payload.m == {'a': 1}", True),
        ("payload.m == {'b': 1}", False), ("payload.m == {'a': 2}", False), ("'a' in payload.m", True),
        ("'b' in payload.m", False), ("payload.m['a']", 1), ("payload.d * 2 == 5", True),
        ("payload.n + 2.5 == 7.5", True),
        ("payload.d - payload.n == -2.5", True), ("payload.b == true", True), ("payload.b == 1", False),
        ("payload.none == null", True), ("payload.none == 0", False), ("payload.t < 'abd'", True),
        ("payload.b > false", True),
        ("payload.l == [1.0, 2]", True), ("payload.l == [1, 3]", False), ("[] == [1]", False), ("-payload.n", -5),
        ("-payload.d == -2.5", True), ("payload.n % 3", 2), ("floor(-payload.d)", -3), ("abs(-payload.n)", 5),
        ("duration('-90s').getMinutes()", -1), ("duration('-1.5s').getSeconds()", -1),
        ("duration('-90s') < duration('0')", True),
        ("duration('-1m') + duration('1m') == duration('0s')", True), ("round(0.5) + round(1.5) + round(-0.5)", 2),
    ],
)  # fmt: skip
def test_values(text: str, expected: Any) -> None:
    """What small things come to."""
    assert value(text) == expected
    assert isinstance(value(text), bool) is isinstance(expected, bool)


@pytest.mark.parametrize(
    "text",
    ["payload.n * payload.t", "payload.t * payload.n", "payload.b * payload.n", "payload.n + payload.b", "-payload.b",
     "payload.b < payload.n", "payload.l < payload.l", "payload.m[1]", "payload.l[true]", "payload.l[0.5]",
     "payload.l[2]",
     "payload.l[-1]", "payload.l[1e300]", "payload.t in payload.t", "null in payload.m", "payload.t / 2",
     "payload.n % 0",
     "payload.m['b']", "duration(payload.t)", "timestamp('9999-12-31T23:59:59Z') + duration('1s')", "now > 'a'",
     "max(payload.t, 1)", "payload.l.sum(x, payload.t)", "payload.l.all(x, x)", "payload.l.filter(x, payload.n)"],
)  # fmt: skip
def test_what_comes_to_nothing(text: str) -> None:
    """Kinds that facts alone tell, places that are not there, and what goes out of range, are told as reasons."""
    with pytest.raises((NotEvaluable, ExpressionFault)):
        value(text)


def test_the_most_digits() -> None:
    """A thousand digits are exact, whole or not, and one more is refused."""
    nines = {"payload": {"n": 10**DIGITS_MAX - 1, "d": Decimal("9" * DIGITS_MAX), "s": Decimal("1e-1998")}}
    for text in ("payload.n + 0 == payload.d + 0", "payload.n - 1 < payload.d - 0", "payload.s * 1 == payload.s"):
        assert compile_expression(text).evaluate(nines) is True
    for text in (
        "payload.n + 1 > 0",
        "-payload.n - 1 < 0",
        "payload.d + 1 > 0",
        "payload.n * 10 > 0",
        "payload.s * 0.1 > 0",
    ):
        with pytest.raises(NotEvaluable, match="more than 1000 digits"):
            compile_expression(text).evaluate(nines)
