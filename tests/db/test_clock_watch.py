"""What two readings of the database's clock say about it (db/clock_watch.py)."""

from datetime import UTC, datetime, timedelta

import pytest

from punchcard.db.clock_watch import Reading

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(10.0, 0.0), (9.6, 0.0), (11.4, 0.0), (9.0, -0.5), (-80.0, -89.5), (12.0, 0.5), (3_610.0, 3_598.5)],
)
def test_a_step_is_what_no_waiting_explains(seconds: float, step: float) -> None:
    """Between two readings 9.5 to 11.5 s have passed: what the clock says beyond that is a step, and its least."""
    before = Reading(START, 100.0, 100.5)
    later = Reading(START + timedelta(seconds=seconds), 110.0, 111.5)
    assert before.step_to(later) == step
