"""Tiers: what members are by the points they earn. Owns `tiers`; who is in which one is in tier_stays.py.

A change of a tier has every member judged anew, by a job; until then members are in the tiers in which they were.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from punchcard import clock, wire
from punchcard.db import queue
from punchcard.db.connection import Db, Row, Tx
from punchcard.engine import tier as kernel
from punchcard.engine.tier import UNITS, Progress, Tier, Tiers
from punchcard.errors import Conflict, Fault, NotFound
from punchcard.locales import Locale, localized
from punchcard.users.tier_definitions import TierDefinition, TierPatch, TierView

JUDGE: Final = "judge_tiers"
"""The job that judges every member of a tenant anew."""

TIERS_MAX = 50


READ = "select * from tiers where tenant_id = $1 and deleted_at is null"
ORDERED = f"{READ} order by priority, points_requirement, id"
KNOWN = "select * from tiers where tenant_id = $1 order by priority, points_requirement, id"
LOCK = "select from tiers where tenant_id = $1 and id = $2 for no key update"
# One at a time, so that their number stays within its bound.
LOCK_ALL = "select from tenants where id = $1 for no key update"
COUNT = "select count(*) from tiers where tenant_id = $1 and deleted_at is null"
INSERT = """
    insert into tiers (tenant_id, id, points_requirement, calculation, accumulation_period, keeps_next, priority,
                       effective_from, effective_until, default_locale, details, opens_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
            case when $8 > statement_timestamp() then $8 end)
    returning *
"""
UPDATE = """
    update tiers set points_requirement = $3, calculation = $4, accumulation_period = $5, keeps_next = $6,
        priority = $7, effective_from = $8, effective_until = $9, default_locale = $10, details = $11,
        opens_at = case when $8 > statement_timestamp() then $8 end, version = version + 1,
        updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = """
    update tiers set deleted_at = clock_timestamp(), opens_at = null, version = version + 1
    where tenant_id = $1 and id = $2 and deleted_at is null returning *
"""
OPEN = """
    with opening as materialized (
        select tenant_id, id from tiers where opens_at <= statement_timestamp()
        order by opens_at limit $1 for no key update skip locked
    )
    update tiers as tier set opens_at = null from opening
    where tier.tenant_id = opening.tenant_id and tier.id = opening.id
    returning tier.tenant_id
"""


async def create_tier(db: Db, tenant_id: UUID, definition: TierDefinition) -> TierView:
    """Create a tier; a job finds the members who have attained it already. Raises: Conflict beyond 50 tiers."""

    async def body(tx: Tx) -> TierView:
        await tx.execute(LOCK_ALL, tenant_id)
        if await tx.fetchval(COUNT, tenant_id) >= TIERS_MAX:
            raise Conflict(f"There are {TIERS_MAX} tiers already; delete one.")
        row = await tx.fetchrow(INSERT, tenant_id, clock.new_id(), *_columns(definition))
        assert row is not None
        await _judge_all(tx, tenant_id)
        return view(row)

    return await db.run(body)


async def patch_tier(db: Db, tenant_id: UUID, id: UUID, definition: TierPatch, expected: wire.Expected) -> TierView:
    """Change a tier; a job judges every member by it anew. Raises: NotFound, PreconditionFailed, Invalid."""

    async def body(tx: Tx) -> TierView:
        await tx.execute(LOCK, tenant_id, id)
        row = await read_tier(tx, tenant_id, id)
        wire.require_version(row["version"], expected)
        updated = await tx.fetchrow(UPDATE, tenant_id, id, *_columns(_changed(row, definition)))
        assert updated is not None
        await _judge_all(tx, tenant_id)
        return view(updated)

    return await db.run(body)


async def delete_tier(db: Db, tenant_id: UUID, id: UUID) -> TierView:
    """Take a tier away; nobody is in it any more, and a job reports TIER_LOST. Raises: NotFound."""

    async def body(tx: Tx) -> TierView:
        row = await tx.fetchrow(DELETE, tenant_id, id)
        if row is None:
            raise NotFound("There is no such tier.")
        await _judge_all(tx, tenant_id)
        return view(row)

    return await db.run(body)


async def read_tier(tx: Tx, tenant_id: UUID, tier_id: UUID) -> Row:
    """Return a tier. Raises: NotFound."""
    row = await tx.fetchrow(f"{READ} and id = $2", tenant_id, tier_id)
    if row is None:
        raise NotFound("There is no such tier.")
    return row


async def read_tiers(tx: Tx, tenant_id: UUID) -> list[Row]:
    """Return the tiers of a tenant, the lowest first: 50 at most."""
    return await tx.fetch(ORDERED, tenant_id)


async def load_tiers(tx: Tx, tenant_id: UUID, zone: ZoneInfo) -> Tiers | None:
    """Return a tenant's tiers, compiled; None where there has never been any, so that nothing has to be counted."""
    rows = await tx.fetch(KNOWN, tenant_id)
    if not rows:
        return None
    made = [(compiled(row), row["deleted_at"] is None) for row in rows]
    live, gone = ([tier for tier, is_live in made if is_live is wanted] for wanted in (True, False))
    return Tiers(kernel.order(live), zone, tuple(gone))


async def take_opening(tx: Tx, count_max: int) -> int:
    """Have the members of tenants judged, some of whose tiers have begun; return how many tiers."""
    rows = await tx.fetch(OPEN, count_max)
    for tenant_id in sorted({row["tenant_id"] for row in rows}):
        await _judge_all(tx, tenant_id)
    return len(rows)


async def _judge_all(tx: Tx, tenant_id: UUID) -> None:
    # Without a key: a job that is under way has judged some members by what holds no longer.
    await queue.enqueue(tx, tenant_id, JUDGE, {})


def compiled(row: Row) -> Tier:
    """Compile a tier, as READ gives it."""
    name = wire.decode(row["details"].encode())[row["default_locale"]]["name"]
    unit = None if row["accumulation_period"] is None else UNITS[row["accumulation_period"]]
    return Tier(
        row["id"], name, row["priority"], row["points_requirement"], unit, row["keeps_next"], row["effective_from"],
        row["effective_until"],
    )  # fmt: skip


def _changed(row: Row, patch: TierPatch) -> TierDefinition:
    """Return what a tier is after a change. Raises: Invalid."""
    given = patch.model_dump(exclude_unset=True, by_alias=True, mode="json")
    current: dict[str, Any] = {
        "pointsRequirement": row["points_requirement"], "calculation": row["calculation"],
        "accumulationPeriod": row["accumulation_period"], "keepsNextPeriod": row["keeps_next"],
        "priority": row["priority"], "defaultLocale": row["default_locale"],
        "details": wire.decode(row["details"].encode()),
    }  # fmt: skip
    if row["effective_from"] is not None:
        current["effectivity"] = {
            "start": row["effective_from"].isoformat(),
            "end": None if row["effective_until"] is None else row["effective_until"].isoformat(),
        }
    kept = {name: value for name, value in given.items() if value is not None or name in _CLEARABLE}
    whole = current | kept
    if whole["calculation"] == "LIFETIME_EARN" and "calculation" in kept:
        whole |= {"accumulationPeriod": kept.get("accumulationPeriod"), "keepsNextPeriod": False}
    return wire.read(TierDefinition, whole)


_CLEARABLE = ("accumulationPeriod", "effectivity")


def _columns(definition: TierDefinition) -> Sequence[Any]:
    when = definition.effectivity
    details = {
        locale: texts.model_dump(by_alias=True, exclude_none=True) for locale, texts in definition.details.items()
    }
    return (
        definition.points_requirement, definition.calculation, definition.accumulation_period,
        definition.keeps_next_period, definition.priority, None if when is None else when.start,
        None if when is None else when.end, definition.default_locale, wire.text(details),
    )  # fmt: skip


def view(row: Row, locale: Locale | None = None, progress: Progress | None = None) -> TierView:
    """Return what is seen of a tier, and how far a member is towards it."""
    details: Mapping[str, Any] = wire.decode(row["details"].encode())
    shown = localized({}, details, locale, row["default_locale"])
    own: dict[str, Any] = {}
    if progress is not None:
        own = {
            "earned_points": progress.earned, "attained": progress.is_attained, "missing": progress.missing,
            "until": wire.rfc3339_or_none(progress.until),
        }  # fmt: skip
    return TierView(
        row["id"], shown["name"], shown.get("description"), shown.get("artworkUrl"), row["priority"],
        row["points_requirement"], row["calculation"], row["accumulation_period"], row["keeps_next"],
        _effectivity(row["effective_from"], row["effective_until"]), row["default_locale"], wire.raw(row["details"]),
        row["version"], wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]), **own,
    )  # fmt: skip


def _effectivity(start: datetime | None, end: datetime | None) -> wire.EffectivityView | None:
    return None if start is None else wire.EffectivityView(wire.rfc3339(start), wire.rfc3339_or_none(end))


def require_tier(tiers: Tiers | None, tier_id: UUID, pointer: str) -> Tier:
    """Return a tier that is named in a body. Raises: Invalid."""
    found = next((tier for tier in (tiers.tiers if tiers else ()) if tier.id == tier_id), None)
    if found is None:
        raise wire.invalid([Fault(pointer, "tier_unknown", "There is no such tier.")])
    return found
