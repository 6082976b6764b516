"""Wallets moved into each other: what goes out of one comes into the other, and debts are paid."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.holdings import Lot
from punchcard.engine.merging import enter, leave
from punchcard.engine.situation import Subject

START = datetime(2026, 1, 1, tzinfo=UTC)
POINTS = st.integers(0, 50)


@given(open_ended=POINTS, usable=POINTS, pending=POINTS, debt=POINTS, theirs=POINTS, owed=POINTS)
def test_nothing_is_made_or_lost(open_ended: int, usable: int, pending: int, debt: int, theirs: int, owed: int) -> None:
    """Over both wallets points and debts stay what they were, entries are numbered on, and nobody owes and has."""
    debt, owed = (0 if open_ended + usable else debt), (0 if theirs else owed)
    lots = {}
    if usable:
        lots[1] = Lot(1, usable, usable, START, START + timedelta(days=9))
    if pending:
        lots[2] = Lot(2, pending, pending, START, None, is_pending=True, awaits="delivery")
    old, new = Subject(open_ended + usable, 7, usable, pending, debt), Subject(theirs, 3, 0, 0, owed)
    before = (old.balance + new.balance - old.debt - new.debt, old.pending + new.pending)

    left, entered = leave(old, lots), enter(new, lots, open_ended, debt)

    assert (old.balance, old.in_lots, old.pending, old.debt) == (0, 0, 0, 0)
    assert (new.balance - new.debt, new.pending) == before
    assert new.balance == 0 or new.debt == 0
    assert sum(posting.points for posting in left) + sum(posting.points for posting in entered) == 0
    assert [posting.number for posting in left] == list(range(8, 8 + len(left)))
    assert [posting.number for posting in entered] == list(range(4, 4 + len(entered)))
    assert len({posting.reaction for posting in entered}) == len(entered)
    assert theirs + sum(posting.points_of_balance for posting in entered) == new.balance


@pytest.mark.parametrize(("held", "kept"), [(10, 4), (3, 0)])
def test_a_debt_is_paid_with_what_the_other_has(held: int, kept: int) -> None:
    """Who owed 6 has, as one with somebody who has 10, 4 left; and owes 3 still as one with somebody who has 3."""
    new = Subject(held, 1)

    leave(Subject(0, 1, debt=6), {})
    (posting,) = enter(new, {}, 0, 6)

    assert (new.balance, new.debt) == (kept, max(0, 6 - held))
    assert (posting.points, posting.owed) == (-6, min(0, held - 6))
