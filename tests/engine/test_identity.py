"""Which part of a payload identifies it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.fingerprint import canonical_text
from punchcard.engine.identity import MISSING, compile_identity, look_up, steps

PAYLOAD = {"order": 17, "till": {"id": "A", "seconds": 3}, "items": [{"sku": "x", "at": 1}, {"sku": "y", "at": 2}]}


def part(payload: Any, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> str:
    """Return what a payload comes down to, as canonical text."""
    identity = compile_identity(include, exclude)
    assert identity is not None
    return canonical_text(identity.part(payload))


def test_without_pointers_the_whole_identifies() -> None:
    """No pointers: no rule, so that fingerprints are what they have always been."""
    assert compile_identity() is None


@pytest.mark.parametrize(
    ("include", "change", "is_same"),
    [
        (("/order",), {"till": None}, True),
        (("/order",), {"order": 18}, False),
        (("/order",), {"order": "17"}, False),
        (("/order", "/till/id"), {"till": {"id": "A", "seconds": 4}}, True),
        (("/order", "/till/id"), {"till": {"id": "B", "seconds": 3}}, False),
        (("/items/0/sku",), {"items": [{"sku": "x"}]}, True),
        (("/items/0/sku",), {"items": [{"sku": "z"}]}, False),
        (("/order", "/till"), {"till": {"seconds": 3, "id": "A"}}, True),
    ],
)
def test_included_places_identify_and_no_others(include: tuple[str, ...], change: Any, is_same: bool) -> None:  # noqa: FBT001
    """What stands at an included place counts; whatever stands elsewhere does not."""
    assert (part(PAYLOAD, include) == part(PAYLOAD | change, include)) is is_same


@pytest.mark.parametrize(
    ("exclude", "change", "is_same"),
    [
        (("/till/seconds",), {"till": {"id": "A", "seconds": 99}}, True),
        (("/till/seconds",), {"till": {"id": "A"}}, True),
        (("/till/seconds",), {"till": {"id": "B", "seconds": 3}}, False),
        (("/till",), {"till": None}, True),
        (("/till", "/order"), {"till": 1, "order": 2}, True),
        (("/items/1/at",), {"items": [{"sku": "x", "at": 1}, {"sku": "y", "at": 7}]}, True),
        (("/items/1",), {"items": [{"sku": "x", "at": 1}]}, False),
        (("/missing/at/all",), {}, True),
    ],
)
def test_excluded_places_do_not_identify(exclude: tuple[str, ...], change: Any, is_same: bool) -> None:  # noqa: FBT001
    """What stands at an excluded place makes no difference; everything else does."""
    assert (part(PAYLOAD, exclude=exclude) == part(PAYLOAD | change, exclude=exclude)) is is_same


def test_missing_is_not_null() -> None:
    """A place that is missing differs from one that holds null."""
    assert part({"a": None, "b": 1}, ("/a", "/b")) != part({"b": 1}, ("/a", "/b"))


def test_none_of_the_places_means_the_whole() -> None:
    """Payloads without any place that identifies them differ as wholes, and are no twins of those that have one."""
    assert part({"x": 1}, ("/order",)) != part({"x": 2}, ("/order",))
    assert part({"x": 1}, exclude=("/x",)) != part({"x": 2}, exclude=("/x",))
    assert part({"x": 1}, exclude=("/x",)) != part({"whole": {"x": 1}}, exclude=("/x",))


def test_each_rule_has_its_text() -> None:
    """Rules that cut differently read differently; the order of pointers is no difference."""
    rules = [
        compile_identity(("/a", "/b")), compile_identity(("/a /b",)), compile_identity(("/a",)),
        compile_identity(exclude=("/a",)), compile_identity(("/a%20/b",)),
    ]  # fmt: skip
    assert len({rule.rule for rule in rules if rule}) == 5
    swapped = compile_identity(("/b", "/a"))
    assert swapped is not None
    assert rules[0] is not None
    assert swapped.rule == rules[0].rule


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/order", 17), ("/till/id", "A"), ("/items/1/sku", "y"), ("/items/01", MISSING), ("/items/2", MISSING),
        ("/items/-", MISSING), ("/order/x", MISSING), ("/items/\u0661", MISSING), ("/items/" + "9" * 200, MISSING),
    ],
)  # fmt: skip
def test_a_place_is_looked_up_as_rfc_6901_says(pointer: str, expected: Any) -> None:
    """A step is a key of an object, or a place in a list without leading zeros."""
    assert look_up(PAYLOAD, steps(pointer)) == expected


def test_a_step_may_hold_any_character() -> None:
    """RFC 6901: ~1 stands for /, ~0 for ~."""
    assert look_up({"a/b": {"m~n": 1}}, steps("/a~1b/m~0n")) == 1


@given(st.dictionaries(st.sampled_from("abc"), st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=3), max_size=3))
def test_the_payload_stays_as_it_is(payload: dict[str, Any]) -> None:
    """Cutting makes a new document."""
    before = canonical_text(payload)
    part(payload, exclude=("/a", "/b/0"))
    part(payload, include=("/a", "/b/0"))
    assert canonical_text(payload) == before
