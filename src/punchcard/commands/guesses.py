"""Guesses: who fails with codes again and again has to wait, whatever the codes are.

Five failures at once, then one in twelve seconds: nobody gets through the space of a readable code. Counted in each
process, as the rate limits are; an attempt is counted before it is made, so that many at the same moment are no way
around.
"""

import math
from collections import OrderedDict

from punchcard import clock
from punchcard.errors import TooManyRequests

FAILURES_MAX = 5
SECONDS_EACH = 12.0
ACTORS_MAX = 50_000


class Guesses:
    """The failures of one process's callers. `processes`: how many share the limit."""

    def __init__(self, processes: int = 1) -> None:
        self._most = max(1, FAILURES_MAX // processes)
        self._full_at: OrderedDict[object, float] = OrderedDict()

    def begin(self, actor: object) -> None:
        """Count an attempt. Raises: TooManyRequests."""
        now = clock.monotonic_seconds()
        full_at = max(self._full_at.get(actor, 0.0), now) + SECONDS_EACH
        wait = full_at - now - self._most * SECONDS_EACH
        if wait > 0:
            seconds = math.ceil(wait)
            detail = f"Too many codes were wrong; try again in {seconds} s."
            raise TooManyRequests(detail, headers={"Retry-After": str(seconds)})
        self._full_at[actor] = full_at
        self._full_at.move_to_end(actor)
        if len(self._full_at) > ACTORS_MAX:
            self._full_at.popitem(last=False)

    def forgive(self, actor: object) -> None:
        """Take an attempt back that was no failure."""
        if actor in self._full_at:
            self._full_at[actor] -= SECONDS_EACH
