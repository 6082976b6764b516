"""Rate limits: how many requests a caller may make, counted in token buckets that each process keeps for itself.

    policy  whose                     at how many a second, how many at once
    key     a secret's, a client's    the tenant's own rateLimit and rateBurst, else PUNCHCARD_KEY_RATE_LIMIT, _BURST
    user    an end user's             PUNCHCARD_USER_RATE_LIMIT, _BURST

Buckets are in access/buckets.py. Whoever cannot be told from others, having shown no credentials that are good, has
no bucket: access/ and the limit of failed authentications look after those.

The header fields are those of draft-ietf-httpapi-ratelimit-headers-11.
"""

import math
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from punchcard import clock
from punchcard.access.buckets import Buckets, SharedBuckets
from punchcard.access.principals import Kind, Principal
from punchcard.access.tenants import OwnRate
from punchcard.config import Settings
from punchcard.errors import TooManyRequests
from punchcard.http import metrics

EVENTS_A_REQUEST = 100
"""So many events of a batch, or a part of them, count as one request."""

NOTHING: Mapping[str, str] = {}


class Limit(Struct, frozen=True):
    """A bucket's measures: `rate` requests a second flow in, and it holds `burst`."""

    name: str
    rate: float
    burst: float
    policy: str


@lru_cache(maxsize=4_096)
def limit(name: str, rate: float, burst: float, processes: int) -> Limit | None:
    """Return one process's share of a limit; None for none."""
    if not rate:
        return None
    rate, burst = rate / processes, max(1.0, burst / processes)
    window = math.ceil(round(burst / rate, 6))
    return Limit(name, rate, burst, f'"{name}";q={max(1, round(rate * window))};w={window}')


def left_in(full_at: float, limit: Limit, now: float) -> float:
    """Return how many requests a bucket still has that will be full at `full_at`; below zero when it owes some."""
    return limit.burst - max(0.0, full_at - now) * limit.rate


def drawn(full_at: float, limit: Limit, now: float, count: float = 1) -> float:
    """Return when a bucket will be full once `count` requests are drawn from it."""
    return max(full_at, now) + count / limit.rate


class Rates:
    """The limits of one process, and how far each caller has used them up."""

    def __init__(self, settings: Settings, buckets: Buckets | None = None) -> None:
        self._processes = settings.processes
        self._key = (settings.key_rate_limit, settings.key_rate_burst)
        self._user = limit("user", settings.user_rate_limit, settings.user_rate_burst, settings.processes)
        self._buckets = Buckets() if buckets is None else buckets

    def limit_of(self, principal: Principal, own: OwnRate) -> Limit | None:
        """Return the limit of a caller whose tenant has `own` rates; None where nothing is counted."""
        if principal.kind is Kind.USER:
            return self._user
        if principal.kind is Kind.KEY:
            return None
        rate, burst = self._key
        rate, burst = rate if own.limit is None else own.limit, burst if own.burst is None else own.burst
        return limit("key", rate, burst, self._processes)

    def standing(self, principal: Principal, own: OwnRate) -> tuple[float, Limit, int] | None:
        """Return what is left in a caller's bucket, its measures, and the seconds until it is full; draw nothing.

        None where nothing is counted.
        """
        found = self.limit_of(principal, own)
        if found is None:
            return None
        now = clock.monotonic_seconds()
        full_at = self._buckets.full_at(_key(principal, found))
        return max(0.0, left_in(full_at, found, now)), found, max(0, math.ceil(full_at - now))

    def admit(self, principal: Principal, own: OwnRate) -> Mapping[str, str]:
        """Draw one request; return the header fields that tell what is left. Raises: TooManyRequests."""
        found = self.limit_of(principal, own)
        if found is None:
            return NOTHING
        now, key = clock.monotonic_seconds(), _key(principal, found)
        full_at = self._buckets.full_at(key)
        left = left_in(full_at, found, now)
        if left < 1:
            self._buckets.keep(key, full_at)
            metrics.RATE_LIMITED.labels(found.name).inc()
            raise _refused(found, left)
        full_at = drawn(full_at, found, now)
        self._buckets.keep(key, full_at)
        return {
            "RateLimit-Policy": found.policy,
            "RateLimit": f'"{found.name}";r={int(left - 1)};t={math.ceil(full_at - now)}',
        }

    def charge_batch(self, principal: Principal, own: OwnRate, events: int) -> None:
        """Draw what a batch counts beyond the one request that admitted it. It is never refused: the bucket may owe."""
        found = self.limit_of(principal, own)
        beyond = (events - 1) // EVENTS_A_REQUEST
        if found is not None and beyond > 0:
            key = _key(principal, found)
            self._buckets.keep(key, drawn(self._buckets.full_at(key), found, clock.monotonic_seconds(), beyond))


class SharedRates(Rates):
    """The limits of processes that serve side by side: each caller has one bucket in all of them."""

    def __init__(self, settings: Settings, buckets: SharedBuckets) -> None:
        super().__init__(settings, buckets)

    def admit(self, principal: Principal, own: OwnRate) -> Mapping[str, str]:
        """Draw one request; see `Rates.admit`. Raises: TooManyRequests."""
        with self._buckets.held():
            return super().admit(principal, own)

    def charge_batch(self, principal: Principal, own: OwnRate, events: int) -> None:
        """Draw what a batch counts beyond one request."""
        with self._buckets.held():
            super().charge_batch(principal, own, events)


def _key(principal: Principal, limit: Limit) -> object:
    # By its rate too: the number kept for a bucket means nothing once the rate has changed.
    return principal.tenant_id, principal.kind, principal.id, limit.rate


def _refused(limit: Limit, left: float) -> TooManyRequests:
    wait = max(1, math.ceil((1 - left) / limit.rate))
    whose = "An end user" if limit.name == "user" else "A key"
    detail = f"{whose} may make {limit.rate:g} requests a second, {limit.burst:g} at once; try again in {wait} s."
    headers = {
        "Retry-After": str(wait),
        "RateLimit-Policy": limit.policy,
        "RateLimit": f'"{limit.name}";r=0;t={wait}',
    }
    return TooManyRequests(detail, headers=headers)
