"""Verdicts: a few bytes, whatever was stored before."""

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.situation import Code, Verdict
from punchcard.engine.verdicts import pack, unpack

ALL = [
    Verdict(Code.FIRED, 1, ((0, 12), (1, 0, 5), (2, 3, 9, "DAY", 500))),
    Verdict(Code.NOT_EFFECTIVE, 2),
    Verdict(Code.CONSTRAINT_FALSE, 3),
    Verdict(Code.LIMIT_REACHED, 4, (3,)),
    Verdict(Code.NOT_DERIVABLE, 5, ("total is missing",)),
    Verdict(Code.BALANCE_TOO_LOW, 6, (4, -5)),
    Verdict(Code.BALANCE_TOO_HIGH, 7, (4, 5)),
    Verdict(Code.LIMIT_REACHED, 8, (500, 500, "points", "DAY", "SUBJECT")),
    Verdict(Code.SUPPRESSED, 9, (1,)),
    Verdict(Code.FIRED, 10, ((0, "B"), (1, 12), (2, "R"))),
    Verdict(Code.OUT_OF_STOCK, 11, (2,)),
    Verdict(Code.UNAVAILABLE, 12, (0,)),
    Verdict(Code.FAILED, 13, (("L", 500, 500, "points", "DAY", "SUBJECT"), (1, 3), (2, "A"))),
    Verdict(Code.FAILED, 14, (("C",),)),
]


def through_json(verdicts: list[Verdict]) -> Any:
    """Return the stored form as it is read back."""
    return msgspec.json.decode(msgspec.json.encode(pack(verdicts)))


def test_what_is_packed_comes_out_again() -> None:
    """The stored form loses nothing, through JSON and back."""
    assert list(unpack(through_json(ALL))) == ALL


used = st.tuples(st.integers(0, 3), st.just(7), st.just("times"), st.sampled_from(["DAY", "WEEK"]), st.just("SUBJECT"))
outcomes = st.integers(-2, 2) | st.sampled_from("BARWH")
reactions = st.lists(st.tuples(st.integers(0, 2), outcomes), max_size=2).map(tuple)
results = st.one_of(
    st.tuples(st.just(Code.LIMIT_REACHED), used | st.tuples(st.integers(0, 3))),
    st.tuples(st.just(Code.FIRED), reactions),
    st.tuples(st.just(Code.FAILED), reactions.map(lambda done: (("C",), *done))),
    st.tuples(st.just(Code.CONSTRAINT_FALSE), st.just(())),
    st.tuples(st.just(Code.NOT_DERIVABLE), st.tuples(st.sampled_from(["total is missing", "7"]))),
)


@given(st.dictionaries(st.integers(1, 2**40), results, max_size=20))
def test_any_numbers_come_out_again(given: dict[int, tuple[Code, tuple[Any, ...]]]) -> None:
    """However the numbers of versions lie, and whatever they share, each comes back with its own."""
    verdicts = [Verdict(code, number, detail) for number, (code, detail) in given.items()]
    assert list(unpack(through_json(verdicts))) == sorted(verdicts, key=lambda one: one.reactor_version_id)


def test_what_was_stored_before_is_still_read() -> None:
    """Rows of earlier releases name each version by itself."""
    old: dict[str, list[Any]] = {"C": [3, 5, 4, 6, 7], "F": [[1, [0, 12]]], "L": [[8, 3], [9, 3]]}
    told = [(one.code.value, one.reactor_version_id, one.detail) for one in unpack(old)]
    fired = [("F", 1, ((0, 12),))]
    assert told == fired + [("C", number, ()) for number in range(3, 8)] + [("L", 8, (3,)), ("L", 9, (3,))]


def test_numbers_in_a_row_are_one_text() -> None:
    """The least, then the steps: the form that the docstring shows."""
    assert pack([Verdict(Code.CONSTRAINT_FALSE, number) for number in (7002, 7000, 7007, 7001)]) == {
        "C": ["7000,1x2,5"]
    }


ONE_A_DAY = (1, 1, "times", "DAY", "SUBJECT")
SCATTERED = sorted(Random(7).sample(range(10**9), 100))
NONE_FIRES: dict[str, list[Verdict]] = {
    "in a row": [Verdict(Code.CONSTRAINT_FALSE, 100_000 + place) for place in range(100)],
    "numbers in billions": [Verdict(Code.CONSTRAINT_FALSE, 10**12 + place) for place in range(100)],
    "scattered over a billion": [Verdict(Code.CONSTRAINT_FALSE, number) for number in SCATTERED],
    "a budget each, used up by another event": [
        Verdict(Code.LIMIT_REACHED, 5_000_000 + 17 * place, (500 + place, 500 + place, "points", "DAY", "SUBJECT"))
        for place in range(100)
    ],
    "several reasons": [
        Verdict(code, 5_000_000 + 17 * place, detail)
        for place in range(100)
        for code, detail in [
            (Code.LIMIT_REACHED, ONE_A_DAY) if place % 10 == 0
            else (Code.LIMIT_REACHED, (place, 500, "points", "DAY", "SUBJECT")) if place % 25 == 7
            else (Code.NOT_DERIVABLE, ("total is missing",)) if place % 10 == 1
            else (Code.BALANCE_TOO_LOW, (4, -5)) if place % 10 == 2
            else (Code.NOT_EFFECTIVE, ()) if place % 10 == 3
            else (Code.CONSTRAINT_FALSE, ())
        ]
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", NONE_FIRES)
def test_a_hundred_reactors_that_do_not_fire_cost_less_than_a_kilobyte(name: str) -> None:
    """The verdicts of an event stay small, wherever the versions' numbers lie."""
    assert len(NONE_FIRES[name]) == 100
    assert len(msgspec.json.encode(pack(NONE_FIRES[name]))) <= 1_000
