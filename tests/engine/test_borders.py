"""What lies just on this side of a border and just beyond it, where mutants of the kernel were not seen before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable, Reason
from punchcard.engine.expression.instants import read_zone
from punchcard.engine.expression.parser import BYTES_MAX
from punchcard.engine.membership import attribute_faults
from punchcard.engine.period import Duration
from punchcard.engine.policy import _length
from punchcard.engine.redaction import is_about, without
from punchcard.engine.schema_demands import Gap
from punchcard.engine.trace import shorten
from punchcard.engine.webhook import refuse_url
from punchcard.engine.words import many, points, verb

FACTS: dict[str, Any] = {
    "payload": {"text": "abc", "list": [1, 2], "whole": 5, "inside": {"list": 1}},
    "now": datetime(2026, 3, 1, tzinfo=UTC),
}


def value(text: str) -> Any:
    """Return what an expression comes to."""
    return compile_expression(text, outcome=None).evaluate(FACTS)


@pytest.mark.parametrize(("number", "said"), [(1, "is"), (-1, "is"), (0, "are"), (2, "are"), (-2, "are")])
def test_a_verb_goes_with_its_number(number: int, said: str) -> None:
    """One point is, and all other numbers of points are."""
    assert verb(number, "is", "are") == said


def test_numbers_of_things() -> None:
    """One is one point, and two are points, taken or given."""
    assert (points(1), points(-1), points(2), many(2, "pending point")) == (
        "1 point", "-1 point", "2 points", "2 pending points",
    )  # fmt: skip


def test_lengths_are_told_in_words() -> None:
    """One day is a day and two are days; what is nought is left out."""
    assert _length(Duration(months=14, days=2, seconds=3_661)) == "1 year 2 months 2 days 1 hour 1 minute 1 second"
    assert _length(Duration(months=0, days=1, seconds=0)) == "1 day"


def test_of_many_values_five_are_told() -> None:
    """Five values are all named; of seven, five, and how many more there are."""
    assert "more" not in Gap.of_values(("enum",), [1, 2, 3, 4, 5]).what
    told = Gap.of_values(("enum",), [1, 2, 3, 4, 5, 6, 7]).what
    assert told.endswith("and 2 more")
    assert "6" not in told


ABOUT_ADA: list[Any] = [
    {"id": "ada"}, {"userId": "ada"}, {"subject": "ada"}, {"subjectId": "ada"}, {"user": {"id": "ada"}},
]  # fmt: skip
ABOUT_OTHERS: list[Any] = [
    {"user": {"id": "bob"}}, {"id": "bob", "user": "ada"}, {"name": "ada"}, ["ada"], {"subject": "bob"},
]  # fmt: skip


def test_what_is_about_a_member() -> None:
    """An object is about whom one of its four names says, or its user; about nobody else."""
    assert [is_about(said, {"ada"}) for said in ABOUT_ADA] == [True] * len(ABOUT_ADA)
    assert [is_about(said, {"ada"}) for said in ABOUT_OTHERS] == [False] * len(ABOUT_OTHERS)


def test_what_is_about_others_stays() -> None:
    """What is about somebody else stays whole, and what is about the member keeps nothing that describes."""
    left = without([{"id": "ada", "name": "Ada", "points": 3}, {"id": "bob", "name": "Bob"}], {"ada"})
    assert "Ada" not in str(left)
    assert {"id": "bob", "name": "Bob"} in left


class Terms:
    """Stands for the terms of a membership that asks for no attributes."""

    attributes = None


def test_without_a_schema_attributes_have_no_faults() -> None:
    """Where nothing is asked for, nothing is missing."""
    terms: Any = Terms()
    assert attribute_faults(terms, {}) == []


def test_zones_west_of_greenwich_are_behind() -> None:
    """An offset with a minus is behind, with a plus ahead."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert read_zone("-02:30").utcoffset(now) == -timedelta(hours=2, minutes=30)
    assert read_zone("+02:30").utcoffset(now) == timedelta(hours=2, minutes=30)


def test_what_is_deep_is_cut() -> None:
    """Three levels are shown, the fourth is not; what is empty is shown at any depth; durations are in seconds."""
    assert shorten([[[1]]]) == [[[1]]]
    assert shorten([[[[1]]]]) == [[["…"]]]
    assert shorten([[[[]]]]) == [[[[]]]]
    assert shorten(timedelta(seconds=90)) == "90s"
    assert shorten(timedelta(milliseconds=1_500)) == "1.5s"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('duration("5us") == duration("0.000005s")', True),
        ("payload.whole - 7", -2), ("payload.whole - 1.5 == 3.5", True),
        ('"AbcZ[@".lowerAscii() == "abcz[@"', True), ("payload.list[1]", 2),
    ],
)  # fmt: skip
def test_values(text: str, expected: Any) -> None:
    """Small things come to what they say."""
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    ["payload.whole - payload.text", "payload.text - payload.whole", "payload.text[0]", 'payload.list["a"]'],
)
def test_kinds_that_do_not_go_together(text: str) -> None:
    """Neither side alone makes a difference, nor an element, of what has none."""
    with pytest.raises(NotEvaluable) as fault:
        value(text)
    assert fault.value.reason is Reason.KIND


def test_what_is_missing_is_named_with_its_way() -> None:
    """What is told is the way up to the first step that is not there, a name that comes twice among them."""
    for text, way in (("payload.inside.gone > 1", "payload.inside.gone"), ("payload.gone.gone > 1", "payload.gone")):
        with pytest.raises(NotEvaluable, match=f"^{way} is missing$"):
            value(text)


def test_surrogates_are_no_characters() -> None:
    """The characters around the surrogates can be written, and the first and the last of them cannot."""
    assert len(value('"\\ud7ff\\ue000"')) == 2
    for code in ("d800", "dfff"):
        with pytest.raises(ExpressionFault):
            compile_expression(f'"\\u{code}" == ""')


def test_an_expression_has_so_many_bytes() -> None:
    """The longest expression is taken, and one byte more is not."""
    longest = '"' + "a" * (BYTES_MAX - 8) + '" == ""'
    longest = longest[:1] + "a" * (BYTES_MAX - len(longest)) + longest[1:]
    assert len(longest) == BYTES_MAX
    compile_expression(longest)
    with pytest.raises(ExpressionFault):
        compile_expression(longest.replace("a", "aa", 1))


@pytest.mark.parametrize("url", ["http://example.5/", "http://2130706433./", "http://example.0x1/", "http://1./"])
def test_hosts_that_end_in_a_number_are_no_names(url: str) -> None:
    """T59: what ends in a number is read as an address, whatever stands before it and with a dot behind it."""
    assert refuse_url(url) is not None
