"""Derivations: exact, or a reason."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.derivation import (
    POINTS_MAX,
    NotDerivable,
    combine,
    compile_derivation,
    json_value,
    number,
    round_points,
)

AMOUNTS = st.decimals(-(10**9), 10**9, places=4)


@given(AMOUNTS, st.integers(1, 1000), st.booleans())
def test_rounding_goes_towards_zero_or_away_from_it(exact: Decimal, unit: int, up: bool) -> None:  # noqa: FBT001
    """A rounded amount is the nearest multiple of the unit on the side of zero (DOWN) or the other one (UP)."""
    size = Fraction(exact.copy_abs()) / unit
    expected = (ceil(size) if up else floor(size)) * unit

    assert round_points(exact, unit, up=up) == (-expected if exact < 0 else expected)


@given(AMOUNTS, st.integers(1, 1000), st.booleans())
def test_a_counter_event_takes_back_exactly_what_was_given(exact: Decimal, unit: int, up: bool) -> None:  # noqa: FBT001
    """The opposite amount comes to the opposite points."""
    assert round_points(exact, unit, up=up) == -round_points(-exact, unit, up=up)


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.sampled_from(["SUM", "PRODUCT"]))
def test_sums_and_products_are_exact(amounts: list[Decimal], operation: Literal["SUM", "PRODUCT"]) -> None:
    """No digit is lost, however many there are."""
    result = combine(operation, [number(amount) for amount in amounts])({}, None)

    expected = sum(map(Fraction, amounts), Fraction()) if operation == "SUM" else Fraction(1)
    for amount in amounts if operation == "PRODUCT" else ():
        expected *= Fraction(amount)
    assert Fraction(result) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("total", 5),
        ("$.total", 5),
        ("basket.lines.1.price", Decimal("2.50")),
        ("/basket/lines/1/price", Decimal("2.50")),
        ("/odd~1na~0me", 7),
    ],
)
def test_a_path_finds_its_number(path: str, expected: Any) -> None:
    """A dotted path and a JSON pointer name the same place."""
    payload = {"total": 5, "basket": {"lines": [{}, {"price": Decimal("2.50")}]}, "odd/na~me": 7}

    assert json_value(path)(payload, None) == expected


@pytest.mark.parametrize("value", ["5", True, None, [5], {"a": 5}])
def test_only_a_number_is_a_number(value: Any) -> None:
    """Text, truth and nothing give no points, and the reason names the place."""
    with pytest.raises(NotDerivable, match="total"):
        json_value("total")({"total": value}, None)


def test_a_missing_place_is_named() -> None:
    """A reason says which place is missing."""
    with pytest.raises(NotDerivable, match=r"basket\.total is missing"):
        json_value("basket.total")({"basket": {}}, None)


def test_a_maximum_wins_over_rounding_up() -> None:
    """Rounding up never lifts the points over the maximum."""
    derivation = compile_derivation("SUM", [json_value("total")], points_max=Decimal("10.5"), rounds_up=True, unit=25)

    assert derivation.points({"total": 3}) == 10


@pytest.mark.parametrize("total", [POINTS_MAX + 1, -POINTS_MAX - 1, 10**4000, Decimal("1e308")])
def test_more_than_a_reaction_may_give_is_refused(total: Any) -> None:
    """Points have a bound, and what lies beyond is a reason, never an overflow."""
    with pytest.raises(NotDerivable):
        compile_derivation("PRODUCT", [json_value("total"), number(1)]).points({"total": total})
