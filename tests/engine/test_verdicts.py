"""Verdicts: a few bytes, and the whole story."""

import msgspec
import pytest

from punchcard.engine.constraint import compile_constraint
from punchcard.engine.situation import Code, Verdict
from punchcard.engine.verdicts import Judged, pack, reason, unpack

ALL = [
    Verdict(Code.FIRED, 1, ((0, 12), (1, 0))),
    Verdict(Code.NOT_EFFECTIVE, 2),
    Verdict(Code.CONSTRAINT_FALSE, 3),
    Verdict(Code.LIMIT_REACHED, 4, (3,)),
    Verdict(Code.NOT_DERIVABLE, 5, ("total is missing",)),
    Verdict(Code.BALANCE_TOO_LOW, 6, (4, -5)),
    Verdict(Code.BALANCE_TOO_HIGH, 7, (4, 5)),
]
JUDGED = Judged(compile_constraint({"properties": {"total": {"minimum": 50}}}), 3, "2026-01-01T00:00:00.000Z", None)


def test_what_is_packed_comes_out_again() -> None:
    """The stored form loses nothing, through JSON and back."""
    stored = msgspec.json.decode(msgspec.json.encode(pack(ALL)))

    told = [(verdict.code, verdict.reactor_version_id) for verdict in unpack(stored)]

    assert told == [(verdict.code, verdict.reactor_version_id) for verdict in ALL]
    assert pack(unpack(stored)) == stored


def test_a_hundred_reactors_that_do_not_fire_cost_less_than_a_kilobyte() -> None:
    """The verdicts of an event stay small."""
    stored = msgspec.json.encode(pack([Verdict(Code.CONSTRAINT_FALSE, 100_000 + place) for place in range(100)]))

    assert len(stored) < 1_000


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (ALL[0], "changed the balance by 12 points"),
        (ALL[1], "from 2026-01-01T00:00:00.000Z until further notice"),
        (ALL[2], "/total: 3 is less than the minimum of 50"),
        (ALL[3], "3 of at most 3 times"),
        (ALL[4], "total is missing"),
        (ALL[5], "balance of 4 points does not cover a change of -5"),
        (ALL[6], "cannot grow by 5"),
    ],
)
def test_a_reason_names_the_actual_values(verdict: Verdict, words: str) -> None:
    """Each verdict is told in a sentence with what decided it."""
    assert words in reason(verdict, JUDGED, {"total": 3})
