"""How the counters stand for one member now: what support looks up, and what an app shows of the way to a goal."""

from decimal import Decimal
from uuid import UUID

from punchcard import clock, wire
from punchcard.db.connection import Tx
from punchcard.engine.counters import Counter, Tally, look
from punchcard.engine.facts import Member
from punchcard.errors import NotFound
from punchcard.events import counting
from punchcard.events.request import Desk
from punchcard.users.users import read_members


class CounterStandingView(wire.View, frozen=True):
    """How a counter stands in the period of now.

    count, sum, streak: what it counts; a streak goes on for as long as the period after its last one lasts.
    daysSinceLast: missing where there was nothing yet. isReady: false while the counter is being prepared.
    """

    name: str
    what: str
    per: str
    is_ready: bool
    count: int | None = None
    sum: Decimal | int | None = None
    streak: int | None = None
    days_since_last: int | None = None


async def list_user_counters(desk: Desk, tenant_id: UUID, user_id: UUID) -> list[CounterStandingView]:
    """Tell how each counter stands for a user, by its name. Raises: NotFound."""
    snapshot = await desk.catalogue.current(tenant_id)
    async with desk.db.transaction(snapshot=True) as tx:
        known: dict[UUID, Member] = await read_members(tx, [(tenant_id, user_id)])
        if user_id not in known:
            raise NotFound("There is no such user.")
        return [await _standing(tx, tenant_id, user_id, counter) for counter in snapshot.counters.values()]


async def _standing(tx: Tx, tenant_id: UUID, user_id: UUID, counter: Counter) -> CounterStandingView:
    now = clock.now()
    tally: Tally | None = await counting.read_tally(tx, tenant_id, user_id, counter, now)
    seen = {} if tally is None else look(counter, tally, now, None)
    return CounterStandingView(
        counter.name, counter.what.value, "EVER" if counter.per is None else counter.per.value, tally is not None,
        seen.get("count"), seen.get("sum"), seen.get("streak"), seen.get("daysSinceLast"),
    )  # fmt: skip
