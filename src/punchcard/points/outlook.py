"""What a member holds by now, and what time alone will do to it: points that become usable, that run out, that lapse.

`GET /v1/users/{userId}/wallet` and its predictions show it as if time had done its work already, though nothing is
recorded before somebody holds the wallet.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.engine.holdings import Holdings, Lot
from punchcard.engine.lots import settle
from punchcard.engine.policy import Policies, idle_until
from punchcard.errors import NotFound, UserMerged
from punchcard.points.ledger import MERGED
from punchcard.points.lots import read_open
from punchcard.points.policies import load_policies

OPEN_ENDED = 0
"""Stands for the points without terms among the lots of a wallet."""

WALLET = """
    select wallet.*, tenant.time_zone, clock_timestamp() as now
    from wallets as wallet join tenants as tenant on tenant.id = wallet.tenant_id
    where wallet.tenant_id = $1 and wallet.user_id = $2
"""


class Outlook(Struct, frozen=True):
    """A wallet by now: what is in its lots, what has run out since that was recorded, and the tenant's zone."""

    wallet: Row
    holdings: Holdings
    zone: tzinfo

    @property
    def unrecorded(self) -> int:
        """What has run out, and is not recorded yet."""
        row, holdings = self.wallet, self.holdings
        return int(row["balance"] + row["pending"] - row["debt"] - holdings.balance - holdings.pending)

    @property
    def lots(self) -> list[Lot]:
        """The lots that hold something, those with terms."""
        return [lot for lot in self.holdings.lots.values() if lot.remaining and lot.number != OPEN_ENDED]


class PendingView(wire.View, frozen=True):
    """Points that are not usable yet; `entry` is the number of the ledger's entry that earned them.

    They become usable at `usableAt`, or before that when what they await happens.
    """

    entry: int
    points: int
    usable_at: str | None
    awaits: str | None = None


class ExpiringView(wire.View, frozen=True):
    """How many points run out by the end of a month, or within it, in the tenant's zone (`2027-12`)."""

    month: str
    points: int


class PredictionView(wire.View, frozen=True):
    """What happens next, at the earliest, and how many points it concerns on that day of the tenant's zone."""

    at: str
    points: int


class PredictionsView(wire.View, frozen=True):
    """What time alone does next; null: nothing. `lapse`: all points, unless the member does something before."""

    next_expiry: PredictionView | None
    next_activation: PredictionView | None
    lapse: PredictionView | None


async def get_predictions(db: Db, tenant_id: UUID, user_id: UUID) -> PredictionsView:
    """Return when a member's points run out next, and when pending ones become usable. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        outlook = await read_outlook(tx, tenant_id, user_id)
    ending = {lot.number: lot.expires_at for lot in outlook.lots if lot.expires_at is not None}
    starting = {lot.number: lot.usable_at for lot in outlook.lots if lot.is_pending and lot.usable_at is not None}
    held = max(outlook.holdings.balance, 0) + outlook.holdings.pending
    lapses_at = outlook.holdings.idle_until
    return PredictionsView(
        _first(outlook, ending), _first(outlook, starting),
        PredictionView(wire.rfc3339(lapses_at), held) if held and lapses_at is not None else None,
    )  # fmt: skip


def _first(outlook: Outlook, dates: Mapping[int, datetime]) -> PredictionView | None:
    if not dates:
        return None
    first = min(dates.values())
    day = first.astimezone(outlook.zone).date()
    lots = outlook.holdings.lots
    points = sum(
        lots[number].remaining for number, date in dates.items() if date.astimezone(outlook.zone).date() == day
    )
    return PredictionView(wire.rfc3339(first), points)


async def read_outlook(tx: Tx, tenant_id: UUID, user_id: UUID) -> Outlook:
    """Return a wallet as it is by now. Raises: NotFound."""
    row = await tx.fetchrow(WALLET, tenant_id, user_id)
    if row is None:
        raise NotFound("There is no such user.")
    if row["status"] == MERGED:
        raise UserMerged(user_id)
    zone, wallet = clock.zone(row["time_zone"]), (tenant_id, user_id)
    has_terms = bool(row["in_lots"] or row["pending"])
    known = (await read_open(tx, [wallet]))[wallet] if has_terms else {}
    policies = await load_policies(tx, tenant_id, zone, are_deals=False) if row["active_at"] is not None else None
    return Outlook(row, settle(holdings_of(row, known, policies), row["now"]).holdings, zone)


def holdings_of(row: Row, known: Mapping[int, Lot], policies: Policies | None) -> Holdings:
    """Return what a wallet holds, its open-ended points among it."""
    held, open_ended = dict(known), row["balance"] - row["in_lots"]
    if open_ended:
        held[OPEN_ENDED] = Lot(OPEN_ENDED, open_ended, open_ended, datetime.min.replace(tzinfo=UTC))
    return Holdings(held, row["debt"], lapses_at(row["active_at"], policies))


def lapses_at(active_at: datetime | None, policies: Policies | None) -> datetime | None:
    """Return when all points lapse if the member does nothing any more."""
    if policies is None or active_at is None:
        return None
    return idle_until(policies.expiries, active_at, policies.zone)


def pending(outlook: Outlook) -> list[PendingView]:
    """Return the points that are not usable yet, the next ones first."""
    lots = [lot for lot in outlook.lots if lot.is_pending]
    lots.sort(key=lambda lot: (lot.usable_at is None, lot.usable_at or lot.earned_at, lot.number))
    return [PendingView(lot.number, lot.remaining, wire.rfc3339_or_none(lot.usable_at), lot.awaits) for lot in lots]


def expiring(outlook: Outlook) -> list[ExpiringView]:
    """Return what runs out month by month: what ends with a month belongs to it."""
    sums: dict[str, int] = {}
    for lot in _by_end(outlook.lots):
        assert lot.expires_at is not None, "only such were asked for"
        last = (lot.expires_at - timedelta(microseconds=1)).astimezone(outlook.zone)
        month = f"{last.year:04}-{last.month:02}"
        sums[month] = sums.get(month, 0) + lot.remaining
    return [ExpiringView(month, points) for month, points in sums.items()]


def _by_end(lots: Iterable[Lot]) -> list[Lot]:
    return sorted((lot for lot in lots if lot.expires_at is not None), key=lambda lot: (lot.expires_at, lot.number))
