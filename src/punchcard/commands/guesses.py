"""Guesses: who tries codes again and again that nobody has must wait, whatever the codes are.

An end user has five at once, then one in twelve seconds. Of others, such as tills that share a client, each address
has that; all addresses of one client together have ten times as much, so that a stolen token is no way around. What
counts is a code that is none: a voucher that was used already, or has expired, is no guess.

Counted in each process, as the rate limits are; an attempt is counted before it is made, so that many at the same
moment are no way around either.
"""

import math
from collections import OrderedDict
from typing import Self

from punchcard import clock
from punchcard.access.principals import USER, Principal
from punchcard.errors import TooManyRequests

FAILURES_MAX = 5
SECONDS_EACH = 12.0
TOGETHER = 10
"""How many times as much all addresses of one caller have together."""

ACTORS_MAX = 50_000


class Guesses:
    """The failures of one process's callers, as somebody at an address sees them. `processes`: how many share them."""

    def __init__(self, processes: int = 1) -> None:
        self._most = max(1, FAILURES_MAX // processes)
        self._full_at: OrderedDict[object, float] = OrderedDict()
        self._address = ""

    def at(self, address: str) -> Self:
        """Return the same failures for a caller at an address."""
        found = type(self)()
        found._most, found._full_at, found._address = self._most, self._full_at, address  # noqa: SLF001 - its own kind
        return found

    def begin(self, principal: Principal) -> None:
        """Count an attempt. Raises: TooManyRequests."""
        now = clock.monotonic_seconds()
        buckets = self._buckets(principal)
        full_at = [max(self._full_at.get(actor, 0.0), now) + SECONDS_EACH / share for actor, share in buckets]
        wait = max(full_at) - now - self._most * SECONDS_EACH  # a bucket of any share takes as long to become empty
        if wait > 0:
            seconds = math.ceil(wait)
            detail = f"Too many codes were wrong; try again in {seconds} s."
            raise TooManyRequests(detail, headers={"Retry-After": str(seconds)})
        for (actor, _), at in zip(buckets, full_at, strict=True):
            self._full_at[actor] = at
            self._full_at.move_to_end(actor)
        while len(self._full_at) > ACTORS_MAX:
            self._full_at.popitem(last=False)

    def forgive(self, principal: Principal) -> None:
        """Take an attempt back that was no guess."""
        for actor, share in self._buckets(principal):
            if actor in self._full_at:
                self._full_at[actor] -= SECONDS_EACH / share

    def _buckets(self, principal: Principal) -> list[tuple[object, int]]:
        """Return whose failures an attempt counts among, and how many times as much each has."""
        actor = (principal.tenant_id, principal.name)
        if principal.kind is USER:
            return [(actor, 1)]
        return [((*actor, self._address), 1), (actor, TOGETHER)]
