"""Whose events much follows from: their reports are written in a line of their own, so that nobody else waits there."""

from uuid import UUID

from punchcard import clock

LONG = 10
"""So many events that follow from one are a long chain."""

KEPT_SECONDS = 60.0
TENANTS_MAX = 1_000


class LongChains:
    """The tenants that have had a long chain lately, as far as this process has judged it."""

    def __init__(self) -> None:
        self._had: dict[UUID, float] = {}

    def note(self, tenant_id: UUID) -> None:
        """Note that a long chain has just been judged."""
        self._had.pop(tenant_id, None)
        if len(self._had) >= TENANTS_MAX:
            del self._had[next(iter(self._had))]
        self._had[tenant_id] = clock.monotonic_seconds()

    def had_by(self, tenant_id: UUID) -> bool:
        """Tell whether a tenant has had one lately."""
        at = self._had.get(tenant_id) if self._had else None  # asked of each report, and mostly there are none
        if at is None:
            return False
        if clock.monotonic_seconds() - at < KEPT_SECONDS:
            return True
        del self._had[tenant_id]
        return False
