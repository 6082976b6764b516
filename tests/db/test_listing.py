"""Lists: pages, filters, cursors."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.db.listing import read_cursor, write_cursor
from tests.shop import Shop

KEY = b"k" * 32


def test_a_cursor_goes_on_where_the_page_ended_whatever_is_added(shop: Shop) -> None:
    """Every row comes once, though rows are added between the pages."""
    user = shop.cafe()
    expected = [shop.report(user, total).json()["data"]["id"] for total in range(7)]

    seen, cursor = [], ""
    for extra in range(100, 200):
        page = shop.call("GET", f"/v1/events/?type=PURCHASED_COFFEE&limit=2&order=DESC{cursor}").json()
        seen += [event["id"] for event in page["data"]]
        shop.report(user, extra)
        if "next" not in page["page"]:
            break
        cursor = f"&cursor={page['page']['next']}"

    assert seen == expected[::-1]


def test_skip_and_order_are_the_references(shop: Shop) -> None:
    """ASC and DESC are each other's reverse; skip leaves rows out from the front."""
    for _ in range(3):
        shop.user()

    up = [user["id"] for user in shop.done("GET", "/v1/users/?order=ASC")]
    assert [user["id"] for user in shop.done("GET", "/v1/users/?order=DESC")] == up[::-1]
    assert [user["id"] for user in shop.done("GET", "/v1/users/?skip=1&limit=1")] == up[1:2]


def test_both_times_bound_a_list(shop: Shop) -> None:
    """From is included and to is not, for when it happened and for when it was reported."""
    user = shop.cafe()
    days = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"]
    ids = [shop.report(user, total, occurredAt=day).json()["data"]["id"] for total, day in enumerate(days)]
    reported = shop.done("GET", f"/v1/events/{ids[1]}")["reportedAt"]

    def found(query: str) -> set[str]:
        return {event["id"] for event in shop.done("GET", f"/v1/events/?type=PURCHASED_COFFEE&{query}")}

    assert found(f"occurredFrom={days[1]}") == set(ids[1:])
    assert found(f"occurredTo={days[1]}") == {ids[0]}
    assert found(f"reportedFrom={reported}") >= {ids[1], ids[2]}
    assert ids[2] not in found(f"reportedTo={reported}")


@given(st.uuids(), st.integers(0, 31), st.integers(1, 255))
def test_a_cursor_that_was_touched_is_refused(last: object, place: int, change: int) -> None:
    """A cursor is signed: no other one can be made of it, nor be taken from another tenant."""
    cursor = write_cursor(KEY, last)  # type: ignore[arg-type]  # hypothesis gives UUIDs
    touched = bytearray(cursor.encode())
    touched[place] = touched[place] ^ change

    assert read_cursor(KEY, cursor) == last
    with pytest.raises(ValueError, match="no cursor"):
        read_cursor(KEY, touched.decode("latin-1"))
    with pytest.raises(ValueError, match="no cursor"):
        read_cursor(b"z" * 32, cursor)


@pytest.mark.parametrize("cursor", ["", "x", "=" * 50, str(UUID(int=7)), "a" * 10_000])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    """Any other text is refused with what to take instead."""
    with pytest.raises(ValueError, match=r"page\.next"):
        read_cursor(KEY, cursor)
