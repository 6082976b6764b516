"""The tests of the kernel, the ledger and duplicates see most of what can be changed there (M01)."""

import os

import pytest

from tests.mutants.campaign import campaign, drawn, files
from tests.mutants.mutation import mutants_of
from tests.sizes import SEED, TIER, rounds

SCORE_MIN = 0.85
LOOKING_SECONDS = 5
"""So long tests of the kernel are begun on one mutant: what they have not seen by then is asked of the API's tests."""


def test_a_mutant_is_made_again() -> None:
    """Every file has the same mutants each time, numbered without a gap, and none of them is the source itself."""
    for path in files():
        made = mutants_of(path)
        assert [mutant.number for mutant in made] == list(range(len(made)))
        assert made == mutants_of(path)


@pytest.mark.figure(name="M01")
@pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it")
def test_most_mutants_are_seen() -> None:
    """M01: of mutants drawn from all files, at least 85 % make a test fail; those that do not are named."""
    every, survivors, tried = drawn(SEED), [], 0
    with campaign(broods=os.cpu_count() or 1, looking=LOOKING_SECONDS) as running:
        for mutant, survives in running.all_of(every[number] for number in rounds("M01 mutants")):
            tried += 1
            if survives:
                survivors.append(mutant)
                print(f"survived: {mutant.name}, line {mutant.line}: {mutant.what}")  # noqa: T201 - the figure
    print(f"mutants: {tried - len(survivors)} of {tried} seen, of {len(every)} there are")  # noqa: T201 - the figure
    assert len(survivors) <= tried * (1 - SCORE_MIN)
