"""The tests of the kernel, the ledger and duplicates see most of what can be changed there (M01)."""

import os
import time
from itertools import takewhile

import pytest

from tests.mutants.campaign import campaign, drawn, files
from tests.mutants.equal import Rotten, equal, judgements
from tests.mutants.mutation import mutants_of
from tests.mutants.score import KERNEL_SHARE, Score
from tests.sizes import SECONDS, SEED, TIER, rounds

SCORE_MIN = 0.85
LOOKING_SECONDS = 3
"""So long tests of the kernel are begun on one mutant: what they have not seen by then is asked of the API's tests."""


def test_a_mutant_is_made_again() -> None:
    """Every file has the same mutants each time, numbered without a gap, and none of them is the source itself."""
    for path in files():
        made = mutants_of(path)
        assert [mutant.number for mutant in made] == list(range(len(made)))
        assert made == mutants_of(path)


def test_a_judgement_fits_its_mutants() -> None:
    """Each mutant that is judged equal is still there, and none was judged twice."""
    judged = judgements()
    assert len(equal(judged)) == sum(each["mutants"] for each in judged)


def test_a_judgement_that_fits_nothing_is_an_error() -> None:
    """What was judged of a line that has changed since, or of more mutants than there are, has to be judged again."""
    known = judgements()[0]
    for rotten in ({**known, "line": "gone"}, {**known, "mutants": known["mutants"] + 1}, {**known, "why": " "}):
        with pytest.raises(Rotten):
            equal([rotten])


def test_a_score_counts_what_was_not_shown_as_not_seen() -> None:
    """A survivor counts as seen when the API's tests have seen it, and never when they were not asked."""
    seen, seen_later, survives, not_shown = mutants_of("engine/tier.py")[:4]
    score = Score()
    for mutant in (seen, seen_later, survives, not_shown):
        score.know("kernel", mutant, mutant is not seen)
    score.know("further", seen_later, survives=False)
    score.know("further", survives, survives=True)
    assert score.survivors == [survives, not_shown]
    assert score.share == 0.5
    assert list(score.lines({}))[-2:] == [
        "mutants: 1 of 2 survivors shown to tests through the API seen by those",
        "mutants: 2 of 4 seen, 50.0 %",
    ]


@pytest.mark.figure(name="M01")
@pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it")
def test_most_mutants_are_seen() -> None:
    """M01: of mutants drawn from all files that are not equal, at least 85 % make a test fail; survivors are named."""
    order, left_out, score = drawn(SEED), equal(judgements()), Score()
    every = [mutant for mutant in order if mutant.name not in left_out]
    with campaign(broods=os.cpu_count() or 1, looking=LOOKING_SECONDS) as running:
        ending = time.monotonic() + SECONDS
        score.try_kernel(running, (every[number] for number in rounds("M01 mutants", share=KERNEL_SHARE)))
        score.try_further(running, ending - time.monotonic())
    drawn_so_far = takewhile(lambda mutant: mutant != every[score.tried], order)
    for line in score.lines({mutant: left_out[mutant.name] for mutant in drawn_so_far if mutant.name in left_out}):
        print(line)  # noqa: T201 - the figure
    assert score.share >= SCORE_MIN
