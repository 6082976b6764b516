"""A member's wallet, as its owner and support see it: the balance, and what changed it."""

from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db, Row
from punchcard.errors import NotFound

ENTRIES_SHOWN_MAX = 100

BALANCE = "select status, balance, earned, spent, entries from wallets where tenant_id = $1 and user_id = $2"
ENTRIES = """
    select entry.*, reactor.reactor_id, reactor.version as reactor_version, reactor.name as reactor_name,
           event_type.name as event_type
    from ledger_entries as entry
    join events as event on event.tenant_id = entry.tenant_id and event.user_id = entry.user_id
        and event.id = entry.event_id
    join event_types as event_type on event_type.tenant_id = entry.tenant_id and event_type.id = event.event_type_id
    left join reactor_versions as reactor on reactor.tenant_id = entry.tenant_id
        and reactor.id = entry.reactor_version_id
    where entry.tenant_id = $1 and entry.user_id = $2 and entry.number < $3
    order by entry.number desc limit $4
"""


class CausingReactor(wire.View, frozen=True):
    """The version of a reactor that gave or took points."""

    id: UUID
    version: int
    name: str


class EntryView(wire.View, frozen=True):
    """One change of the wallet. `points` is signed; `account` is the programme's side of it."""

    number: int
    points: int
    balance_after: int
    account: str
    event_id: UUID
    event_type: str
    recorded_at: str
    reactor: CausingReactor | None = None


class WalletView(wire.View, frozen=True):
    """Points in whole numbers; `entries` are the newest, `nextBefore` asks for those before them."""

    user_id: UUID
    balance: int
    earned: int
    spent: int
    entries: list[EntryView]
    next_before: int | None = None


async def get_wallet(
    db: Db, tenant_id: UUID, user_id: UUID, *, before: int | None = None, limit: int = 20
) -> WalletView:
    """Return the balance, and up to `limit` (1..100) entries from the newest on, or before number `before`."""
    limit = max(1, min(limit, ENTRIES_SHOWN_MAX))
    async with db.transaction(snapshot=True) as tx:
        wallet = await tx.fetchrow(BALANCE, tenant_id, user_id)
        if wallet is None:
            raise NotFound("There is no such user.")
        start = wallet["entries"] + 1 if before is None else before
        rows = await tx.fetch(ENTRIES, tenant_id, user_id, start, limit)
    entries = [_entry(row) for row in rows]
    more = entries[-1].number if entries and entries[-1].number > 1 else None
    return WalletView(user_id, wallet["balance"], wallet["earned"], wallet["spent"], entries, more)


def _entry(row: Row) -> EntryView:
    reactor = None
    if row["reactor_id"] is not None:
        reactor = CausingReactor(row["reactor_id"], row["reactor_version"], row["reactor_name"])
    return EntryView(
        row["number"],
        row["points"],
        row["balance_after"],
        row["account"],
        row["event_id"],
        row["event_type"],
        wire.rfc3339(row["recorded_at"]),
        reactor,
    )
