"""Tiers as members and administrators read them: which one a user is in, how many points are missing, and what was."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Listing, Page
from punchcard.engine import tier as kernel
from punchcard.engine.tier import Progress
from punchcard.errors import Fault, NotFound
from punchcard.locales import Locale
from punchcard.users import tiers
from punchcard.users.tier_definitions import TierView
from punchcard.users.tier_stays import Standing, read_standings

NOW = "select time_zone, statement_timestamp() as now from tenants where id = $1"
KNOWN = "select exists (select from users where tenant_id = $1 and id = $2)"
STAYS_MAX = 100
STAYS = """
    select stay.*, tier.details, tier.default_locale, tier.priority from tier_stays as stay
    join tiers as tier on tier.tenant_id = stay.tenant_id and tier.id = stay.tier_id
    where stay.tenant_id = $1 and stay.user_id = $2
    order by stay.reached_at desc, tier.priority desc, tier.id limit $3
"""


class TierStayView(wire.View, frozen=True, omit_defaults=False):
    """A stay of a user in a tier. `until`: when it ends by itself, if it does; `lostAt` and `lostWhy`: how it ended."""

    tier_id: UUID
    tier_name: str
    priority: int
    reached_at: str
    until: str | None
    lost_at: str | None
    lost_why: str | None


async def list_tiers(
    db: Db, tenant_id: UUID, own_user_id: UUID | None, listing: Listing, *, locale: Locale | None = None
) -> Page[TierView]:
    """List the tiers, the lowest first, with how far the calling user is.

    An administrator names a user as `filter=user:ID`. Raises: Invalid, NotFound for a user whom nobody knows.
    """
    async with db.transaction(snapshot=True) as tx:
        user_id = own_user_id or await _named(tx, tenant_id, listing)
        rows = await tiers.read_tiers(tx, tenant_id)
        progress = await _progress(tx, tenant_id, user_id, rows)
    if listing.order == "DESC":
        rows.reverse()
    shown = rows[listing.skip : listing.skip + listing.limit]
    return Page([tiers.view(row, locale, progress.get(row["id"])) for row in shown], listing)


async def get_tier(
    db: Db, tenant_id: UUID, own_user_id: UUID | None, id: UUID, *, locale: Locale | None = None
) -> TierView:
    """Return one tier, with how far the calling user is. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        row = await tiers.read_tier(tx, tenant_id, id)
        progress = await _progress(tx, tenant_id, own_user_id, [row])
    return tiers.view(row, locale, progress.get(id))


async def list_tier_stays(db: Db, tenant_id: UUID, user_id: UUID) -> list[TierStayView]:
    """Return the tiers that a user is and was in, the newest first, up to 100. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        await _require_user(tx, tenant_id, user_id)
        rows = await tx.fetch(STAYS, tenant_id, user_id, STAYS_MAX)
    return [
        TierStayView(
            row["tier_id"], wire.decode(row["details"].encode())[row["default_locale"]]["name"], row["priority"],
            wire.rfc3339(row["reached_at"]), wire.rfc3339_or_none(row["until"]), wire.rfc3339_or_none(row["lost_at"]),
            row["lost_why"],
        )
        for row in rows
    ]  # fmt: skip


async def _named(tx: Tx, tenant_id: UUID, listing: Listing) -> UUID | None:
    """Return the user whom an administrator asks about. Raises: Invalid, NotFound."""
    faults = [
        Fault(f"/{name}", "unknown_filter", "This list can be filtered by user.")
        for name in listing.filters
        if name != "user"
    ]
    named = listing.filters.get("user")
    if named is not None:
        try:
            user_id = UUID(named)
        except ValueError:
            faults.append(Fault("/user", "unreadable_filter", "Write the id of a user."))
    if faults:
        raise wire.invalid(faults)
    if named is None:
        return None
    await _require_user(tx, tenant_id, user_id)
    return user_id


async def _require_user(tx: Tx, tenant_id: UUID, user_id: UUID) -> None:
    if not await tx.fetchval(KNOWN, tenant_id, user_id):
        raise NotFound("There is no such user.")


async def _progress(tx: Tx, tenant_id: UUID, user_id: UUID | None, rows: list[Row]) -> dict[UUID, Progress]:
    """Return how far a user is towards each of these tiers; nothing where no user is asked about."""
    if user_id is None or not rows:
        return {}
    current = await tx.fetchrow(NOW, tenant_id)
    assert current is not None
    zone, now = clock.zone(current["time_zone"]), current["now"]
    read = await read_standings(tx, [(tenant_id, user_id)], kernel.keys_to_read(now, zone))
    return {row["id"]: _one(row, read[user_id], now, zone) for row in rows}


def _one(row: Row, standing: Standing, now: datetime, zone: ZoneInfo) -> Progress:
    held = next((one for one in standing.held if one.tier_id == row["id"]), None)
    return kernel.progress(tiers.compiled(row), standing.sums, held, now, zone)
