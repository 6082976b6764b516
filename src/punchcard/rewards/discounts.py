"""Discounts: what a voucher of a reward takes off the price at the till. Owns `reward_discounts`.

ABSOLUTE takes `value` off, FIXED makes the price `value`, PERCENTAGE takes so many hundredths off. The engine does not
reckon with them: it tells the till, which knows the price.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import Fault, NotFound
from punchcard.rewards.venues import references, require_venues

VALUE_MAX = 1_000_000_000
PER_REWARD_MAX = 100

Type = Literal["ABSOLUTE", "FIXED", "PERCENTAGE"]
Value = Annotated[wire.Number, Field(ge=0, le=VALUE_MAX, decimal_places=6)]
Sku = Annotated[str, Field(min_length=1, max_length=128)]
Venues = Annotated[list[wire.Reference], Field(max_length=100)]


class DiscountDefinition(wire.Definition):
    """A new discount, on everything or on one article, everywhere or at some venues."""

    type: Type
    value: Value
    sku: Sku | None = None
    product_sku: Sku | None = None
    venues: Venues = Field(default_factory=list)


class DiscountPatch(wire.Definition):
    """What to change of a discount; a field that is left out stays. `reward` moves it to another reward."""

    type: Type | None = None
    value: Value | None = None
    sku: Sku | None = None
    product_sku: Sku | None = None
    reward: wire.Reference | None = None
    venues: Venues | None = None


class DiscountView(wire.View, frozen=True):
    """A discount."""

    id: UUID
    type: str
    value: Decimal
    reward: wire.ReferenceView
    venues: Sequence[wire.ReferenceView]
    version: int
    created_at: str
    updated_at: str
    sku: str | None = None
    product_sku: str | None = None


READ = "select * from reward_discounts where tenant_id = $1 and reward_id = $2"
OF_REWARDS = "select * from reward_discounts where tenant_id = $1 and reward_id = any($2::uuid[]) order by id"
HOLD_REWARD = "select from rewards where tenant_id = $1 and id = $2 for no key update"
IS_REWARD = """
    select (select count(*) from reward_discounts where tenant_id = $1 and reward_id = $2) as count
    from rewards where tenant_id = $1 and id = $2 and deleted_at is null
"""
INSERT = """
    insert into reward_discounts (tenant_id, id, reward_id, type, value, sku, product_sku, venue_ids)
    values ($1, $2, $3, $4, $5, $6, $7, $8) returning *
"""
UPDATE = """
    update reward_discounts set reward_id = $3, type = $4, value = $5, sku = $6, product_sku = $7, venue_ids = $8,
        version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = "delete from reward_discounts where tenant_id = $1 and id = $2"
FILTERS = {"type": Filter("type = {}"), "sku": Filter("sku = {}")}


async def create_discount(db: Db, tenant_id: UUID, reward_id: UUID, definition: DiscountDefinition) -> DiscountView:
    """Add a discount to a reward. Raises: NotFound, Invalid."""

    async def body(tx: Tx) -> DiscountView:
        if await _held_reward(tx, tenant_id, reward_id) >= PER_REWARD_MAX:
            raise wire.invalid([Fault("", "too_many", f"A reward has {PER_REWARD_MAX} discounts at most.")])
        _require_share(definition.type, definition.value)
        await require_venues(tx, tenant_id, definition.venues)
        return await _written(
            tx, INSERT, tenant_id, clock.new_id(), reward_id, definition.type, definition.value, definition.sku,
            definition.product_sku, definition.venues,
        )  # fmt: skip

    return await db.run(body)


async def list_discounts(db: Db, tenant_id: UUID, reward_id: UUID, listing: Listing) -> Page[DiscountView]:
    """List the discounts of a reward. Raises: NotFound."""
    if await db.fetchval(IS_REWARD, tenant_id, reward_id) is None:
        raise NotFound("There is no such reward.")
    return await listed(db, listing, READ, [tenant_id, reward_id], FILTERS, _view, order="ASC")


async def get_discount(db: Db, tenant_id: UUID, reward_id: UUID, id: UUID) -> DiscountView:
    """Return one discount of a reward."""
    row = await db.fetchrow(READ + " and id = $3", tenant_id, reward_id, id)
    if row is None:
        raise NotFound("There is no such discount.")
    return _view(row)


async def patch_discount(
    db: Db, tenant_id: UUID, reward_id: UUID, id: UUID, definition: DiscountPatch, expected: wire.Expected
) -> DiscountView:
    """Change a discount. Raises: NotFound, PreconditionFailed, Invalid."""

    async def body(tx: Tx) -> DiscountView:
        row = await _held(tx, tenant_id, reward_id, id)
        wire.require_version(row["version"], expected)
        given = definition.model_dump(exclude_unset=True)
        moved_to = given.get("reward") or reward_id
        if moved_to != reward_id and await _count(tx, tenant_id, moved_to) is None:
            raise wire.invalid([Fault("/reward", "reward_unknown", "There is no such reward.")])
        kind, value = given.get("type") or row["type"], given.get("value")
        value = row["value"] if value is None else value
        _require_share(kind, value)
        venues = row["venue_ids"] if given.get("venues") is None else given["venues"]
        await require_venues(tx, tenant_id, given.get("venues") or [])
        texts = (given.get("sku", row["sku"]), given.get("product_sku", row["product_sku"]))
        return await _written(tx, UPDATE, tenant_id, id, moved_to, kind, value, *texts, venues)

    return await db.run(body)


async def delete_discount(db: Db, tenant_id: UUID, reward_id: UUID, id: UUID) -> DiscountView:
    """Take a discount off a reward."""

    async def body(tx: Tx) -> DiscountView:
        row = await _held(tx, tenant_id, reward_id, id)
        await tx.execute(DELETE, tenant_id, id)
        return _view(row)

    return await db.run(body)


async def discounts_of(db: Db | Tx, tenant_id: UUID, reward_ids: Sequence[UUID]) -> dict[UUID, list[DiscountView]]:
    """Return the discounts of rewards."""
    found: dict[UUID, list[DiscountView]] = {}
    for row in await db.fetch(OF_REWARDS, tenant_id, reward_ids) if reward_ids else ():
        found.setdefault(row["reward_id"], []).append(_view(row))
    return found


async def _count(tx: Tx, tenant_id: UUID, reward_id: UUID) -> int | None:
    count: int | None = await tx.fetchval(IS_REWARD, tenant_id, reward_id)
    return count


async def _held_reward(tx: Tx, tenant_id: UUID, reward_id: UUID) -> int:
    """Hold the reward, and return how many discounts it has. Raises: NotFound."""
    await tx.execute(HOLD_REWARD, tenant_id, reward_id)
    count = await _count(tx, tenant_id, reward_id)
    if count is None:
        raise NotFound("There is no such reward.")
    return count


async def _held(tx: Tx, tenant_id: UUID, reward_id: UUID, id: UUID) -> Row:
    row = await tx.fetchrow(READ + " and id = $3 for no key update", tenant_id, reward_id, id)
    if row is None:
        raise NotFound("There is no such discount.")
    return row


async def _written(tx: Tx, sql: str, *arguments: Any) -> DiscountView:
    row = await tx.fetchrow(sql, *arguments)
    assert row is not None
    return _view(row)


def _require_share(kind: str, value: Any) -> None:
    if kind == "PERCENTAGE" and value > 100:  # noqa: PLR2004 - hundredths
        raise wire.invalid([Fault("/value", "out_of_range", "A percentage is 100 at most.")])


def _view(row: Row) -> DiscountView:
    return DiscountView(
        row["id"], row["type"], row["value"], wire.ReferenceView(row["reward_id"]), references(row["venue_ids"]),
        row["version"], wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]), row["sku"],
        row["product_sku"],
    )  # fmt: skip
