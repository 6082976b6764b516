"""How often somebody may fail at the door: counted for each address."""

import math
from ipaddress import IPv6Address, ip_address

from punchcard.errors import PunchcardError, TooManyRequests


class FailureLimiter:
    """Counts failed authentications of each address: so many at once, and as many again in a minute.

    Over the limit a failure is answered 429 and not 401; whoever has good credentials is not held up, since many may
    share an address. Kept for the last `addresses_max` addresses that failed; an IPv6 network counts as one address.
    """

    def __init__(self, per_minute_max: int, addresses_max: int = 10_000) -> None:
        self._per_minute_max = per_minute_max
        self._addresses_max = addresses_max
        self._left: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._left)

    def answer(self, address: str, fault: PunchcardError, now: float) -> PunchcardError:
        """Count a failure at `now` (seconds); return what to raise: the fault, or TooManyRequests."""
        if not self._per_minute_max:
            return fault
        network = network_of(address)
        left = self._left_of(network, now)
        is_over = left < 1
        self._left.pop(network, None)
        if len(self._left) >= self._addresses_max:
            del self._left[next(iter(self._left))]
        self._left[network] = (left if is_over else left - 1, now)
        if not is_over:
            return fault
        wait = max(1, math.ceil((1 - left) * 60 / self._per_minute_max))
        detail = f"Too many failed authentications from this address; try again in {wait} s, with other credentials."
        return TooManyRequests(detail, headers={"Retry-After": str(wait)})

    def is_over(self, address: str, now: float) -> bool:
        """Tell whether the next failure of `address` would be answered 429."""
        return self._per_minute_max > 0 and self._left_of(network_of(address), now) < 1

    def _left_of(self, network: str, now: float) -> float:
        left, at = self._left.get(network, (float(self._per_minute_max), now))
        return min(self._per_minute_max, left + max(0.0, now - at) * self._per_minute_max / 60)


def network_of(address: str) -> str:
    """Return the network that an address counts as: itself, and of IPv6 its /64."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(IPv6Address(int(known) >> 64 << 64))
    return str(known.ipv4_mapped if isinstance(known, IPv6Address) else known)
