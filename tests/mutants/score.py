"""What a campaign comes to: how many mutants were tried at each stage, which survive, and which were left out."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile

from tests.mutants.campaign import Campaign
from tests.mutants.mutation import Mutant

KERNEL_SHARE = 0.55
"""Of the time: first as many as go into it are shown to the kernel's tests, then survivors to those through the API."""

Told = Callable[[str, Mutant, bool], None]


def within(mutants: Iterable[Mutant], seconds: float) -> Iterator[Mutant]:
    """Yield mutants until so many seconds are over."""
    started = time.monotonic()
    return takewhile(lambda _: time.monotonic() - started < seconds, mutants)


class Score:
    """Who survived which stage. `told`: called with the stage, the mutant and whether it survives it."""

    def __init__(self, told: Told = lambda *_: None) -> None:
        self._told = told
        self._survives: dict[Mutant, bool] = {}
        self._further: dict[Mutant, bool] = {}

    def know(self, stage: str, mutant: Mutant, survives: bool) -> None:  # noqa: FBT001 - as campaigns yield it
        """Count what is known of a mutant."""
        (self._survives if stage == "kernel" else self._further)[mutant] = survives

    def try_kernel(self, running: Campaign, mutants: Iterable[Mutant]) -> None:
        """Show mutants to the tests of the kernel, the ledger and duplicates."""
        for mutant, survives in running.kernel(mutants):
            self.know("kernel", mutant, survives)
            self._told("kernel", mutant, survives)

    def try_further(self, running: Campaign, seconds: float) -> None:
        """Show those that have survived to tests through the API, as many as can be begun in so many seconds."""
        waiting = [mutant for mutant in self.survivors if mutant not in self._further]
        for mutant, survives in running.further(within(waiting, seconds)):
            self.know("further", mutant, survives)
            self._told("further", mutant, survives)

    @property
    def tried(self) -> int:
        """How many were shown to a test."""
        return len(self._survives)

    @property
    def survivors(self) -> list[Mutant]:
        """What no test has seen, by the stages that it was shown to."""
        return [mutant for mutant, survives in self._survives.items() if survives and self._further.get(mutant, True)]

    @property
    def share(self) -> float:
        """The part of those tried that was seen: at least, as not all survivors may have been shown to all tests."""
        return 1 - len(self.survivors) / len(self._survives) if self._survives else 0

    def lines(self, equal: Mapping[Mutant, str]) -> Iterator[str]:
        """Yield what is to be told. `equal`: those of the sample that were left out, and why."""
        for mutant in self.survivors:
            shown = "" if mutant in self._further else ", not shown to tests through the API"
            yield f"survived: {mutant.name}, line {mutant.line}: {mutant.what}{shown}"
        for mutant, why in equal.items():
            yield f"mutants: equal, and left out: {mutant.name}, line {mutant.line}: {mutant.what}: {why}"
        tried, seen = self.tried, self.tried - sum(self._survives.values())
        later = len(self._further) - sum(self._further.values())
        yield f"mutants: {len(equal)} left out as equal"
        yield f"mutants: {seen} of {tried} seen by tests of the kernel, the ledger and duplicates"
        yield f"mutants: {later} of {len(self._further)} survivors shown to tests through the API seen by those"
        yield f"mutants: {seen + later} of {tried} seen, {100 * self.share:.1f} %"
