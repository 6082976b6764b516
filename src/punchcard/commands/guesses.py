"""Guesses: who tries codes again and again that nobody has must wait, whatever the codes are.

An end user has five at once, then one in twelve seconds. Of others, such as tills that share a client, each address
has that; all addresses of one client together have ten times as much, so that a stolen token is no way around. What
counts is a code that is none: a voucher that was used already, or has expired, is no guess.

Counted by the process, or by those together that serve side by side. An attempt is counted before it is made, so that
many at the same moment are no way around either.
"""

import math

from punchcard import clock
from punchcard.access.buckets import Buckets
from punchcard.access.principals import USER, Principal
from punchcard.errors import TooManyRequests

FAILURES_MAX = 5
SECONDS_EACH = 12.0
TOGETHER = 10
"""How many times as much all addresses of one caller have together."""

ACTORS_MAX = 50_000


class Guesses:
    """The failures of one process's callers, as somebody at an address sees them. `processes`: how many share them."""

    def __init__(self, processes: int = 1, buckets: Buckets | None = None, address: str = "") -> None:
        self._processes = processes
        self._most = max(1, FAILURES_MAX // processes)
        self._buckets = Buckets(ACTORS_MAX) if buckets is None else buckets
        self._address = address

    def at(self, address: str) -> "Guesses":
        """Return the same failures for a caller at an address."""
        return Guesses(self._processes, self._buckets, address)

    def begin(self, principal: Principal) -> None:
        """Count an attempt. Raises: TooManyRequests."""
        now = clock.monotonic_seconds()
        actors = self._actors(principal)
        with self._buckets.held():
            full_at = [max(self._buckets.full_at(actor), now) + SECONDS_EACH / share for actor, share in actors]
            wait = max(full_at) - now - self._most * SECONDS_EACH  # a bucket of any share takes as long to fill
            if wait <= 0:
                for (actor, _), at in zip(actors, full_at, strict=True):
                    self._buckets.keep(actor, at)
                return
        seconds = math.ceil(wait)
        detail = f"Too many codes were wrong; try again in {seconds} s."
        raise TooManyRequests(detail, headers={"Retry-After": str(seconds)})

    def forgive(self, principal: Principal) -> None:
        """Take an attempt back that was no guess."""
        with self._buckets.held():
            for actor, share in self._actors(principal):
                self._buckets.keep(actor, self._buckets.full_at(actor) - SECONDS_EACH / share)

    def _actors(self, principal: Principal) -> list[tuple[object, int]]:
        """Return whose failures an attempt counts among, and how many times as much each has."""
        actor = ("guesses", principal.tenant_id, principal.name)
        if principal.kind is USER:
            return [(actor, 1)]
        return [((*actor, self._address), 1), (actor, TOGETHER)]
