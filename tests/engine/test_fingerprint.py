"""The identity of a payload, held against RFC 8785."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from punchcard import wire
from punchcard.engine.fingerprint import canonical_text, fingerprint

KEY, TENANT, TYPE, USER = b"k" * 32, UUID(int=1), UUID(int=2), UUID(int=3)
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8"), max_size=8)
)
DOCUMENTS = st.dictionaries(
    st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=6),
    st.recursive(
        LEAVES,
        lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text("abc", max_size=3), below, max_size=3),
    ),
    max_size=5,
)


def digest(payload: Any, **changes: Any) -> bytes:
    """Return the fingerprint of a payload."""
    identity: dict[str, Any] = {"key": KEY, "tenant_id": TENANT, "event_type_id": TYPE, "user_id": USER}
    return fingerprint(**(identity | changes), payload=payload)


@given(DOCUMENTS)
def test_the_canonical_form_is_that_of_rfc_8785(document: dict[str, Any]) -> None:
    """Where RFC 8785 can tell numbers apart, the canonical text is the same."""
    assert canonical_text(document) == rfc8785.dumps(document).decode()


@given(DOCUMENTS, st.randoms())
def test_the_order_of_keys_does_not_matter(document: dict[str, Any], chance: Any) -> None:
    """A payload with its keys in another order is the same payload."""
    keys = list(document)
    chance.shuffle(keys)

    assert digest({key: document[key] for key in keys}) == digest(document)


@pytest.mark.parametrize(
    ("one", "other"), [("1", "1.0"), ("1", "1e0"), ("0.10", "0.1"), ("-0", "0"), ("1200", "1.2e3")]
)
def test_ways_of_writing_a_number_are_one(one: str, other: str) -> None:
    """A number is what it is worth, not how it is written."""
    assert digest(wire.decode(b'{"n":%s}' % one.encode())) == digest(wire.decode(b'{"n":%s}' % other.encode()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"n": 9007199254740993}, {"n": 9007199254740992}),
        ({"n": Decimal("0.1")}, {"n": Decimal("0.10000000000000000001")}),
        ({"n": "1"}, {"n": 1}),
        ({"n": None}, {}),
        ({"n": True}, {"n": 1}),
        ({"n": "\u00e9"}, {"n": "e\u0301"}),
        ({"n": [1, 2]}, {"n": [2, 1]}),
    ],
)
def test_what_differs_is_told_apart(one: Any, other: Any) -> None:
    """Large integers, long fractions, kinds, absence, normal forms and order of items are differences."""
    assert digest(one) != digest(other)


def test_tenant_type_and_subject_are_part_of_it() -> None:
    """The same payload of another tenant, type or user is another event, and another key another digest."""
    same = {"total": 1}
    others: list[dict[str, Any]] = [
        {"tenant_id": UUID(int=9)},
        {"event_type_id": UUID(int=9)},
        {"user_id": UUID(int=9)},
        {"key": b"z" * 32},
    ]

    assert len({digest(same), *(digest(same, **other) for other in others)}) == 5
    assert len(digest(same)) == 16
