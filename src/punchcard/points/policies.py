"""Points policies: when points run out, and how many can be earned, spent or held (the reference's liability criteria).

Owns `points_policies` and `points_policy_versions`. A change makes a version, and holds for what is earned from then
on: what has been earned keeps its terms. Of several expiries the earliest counts, of several caps the tightest.
"""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from punchcard import clock, wire
from punchcard.db import queue
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag
from punchcard.engine.limits import Limit
from punchcard.engine.period import Duration
from punchcard.engine.policy import Cap, CountedCap, Expiry, Policies, Purchase
from punchcard.errors import Fault, NotFound
from punchcard.points.policy_definitions import (
    CONFIGS,
    LIABILITY_TYPES,
    PointsLiabilityCriteriaDefinition,
    PointsLiabilityCriteriaPatch,
    PointsPolicyView,
)

DATE_IDLE: Final = "date_idle_points"
"""The job that dates wallets by a policy on inactivity."""


READ = """
    select policy.id, policy.tenant_id, policy.version, policy.created_at, policy.updated_at, version.name,
           version.type, version.config, version.is_active
    from points_policies as policy
    join points_policy_versions as version on version.tenant_id = policy.tenant_id
        and version.policy_id = policy.id and version.version = policy.version
    where policy.tenant_id = $1 and policy.deleted_at is null
"""
LOCK = "select from points_policies where tenant_id = $1 and id = $2 for no key update"
INSERT = "insert into points_policies (tenant_id, id) values ($1, $2)"
INSERT_VERSION = """
    insert into points_policy_versions (tenant_id, policy_id, version, name, type, config, is_active)
    values ($1, $2, $3, $4, $5, $6, $7)
"""
UPDATE = """
    update points_policies set version = $3, is_active = $4, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2
"""
DELETE = "update points_policies set deleted_at = clock_timestamp() where tenant_id = $1 and id = $2"
FILTERS = {
    "name": Filter("version.name = {}"),
    "type": Filter("version.type = {}"),
    "isActive": Filter("version.is_active = {}", read_flag),
}


REWARD = "select exists (select from rewards where tenant_id = $1 and id = $2 and deleted_at is null)"


async def create_points_policy(
    db: Db, tenant_id: UUID, definition: PointsLiabilityCriteriaDefinition
) -> PointsPolicyView:
    """Create a points policy; it holds for what is earned from now on. Raises: Invalid."""
    config = _stored(definition.type, definition.liability_type, definition.config)
    policy_id = clock.new_id()

    async def body(tx: Tx) -> PointsPolicyView:
        await tx.execute(INSERT, tenant_id, policy_id)
        await tx.execute(INSERT_VERSION, tenant_id, policy_id, 1, definition.name, definition.type, config, True)
        return view(await _in_force(tx, tenant_id, policy_id))

    return await db.run(body)


async def list_points_policies(db: Db, tenant_id: UUID, listing: Listing) -> Page[PointsPolicyView]:
    """List the points policies."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, view, id_column="policy.id", order="ASC")


async def get_points_policy(db: Db, tenant_id: UUID, id: UUID) -> PointsPolicyView:
    """Return one points policy. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        return view(await read_policy(tx, tenant_id, id))


async def patch_points_policy(
    db: Db, tenant_id: UUID, id: UUID, definition: PointsLiabilityCriteriaPatch, expected: wire.Expected
) -> PointsPolicyView:
    """Make a new version of a points policy; what has been earned keeps its terms.

    Raises: NotFound, PreconditionFailed, Invalid.
    """

    async def body(tx: Tx) -> PointsPolicyView:
        await tx.execute(LOCK, tenant_id, id)
        row = await read_policy(tx, tenant_id, id)
        wire.require_version(row["version"], expected)
        kind = definition.type or row["type"]
        config = wire.decode(row["config"].encode()) if definition.config is None else definition.config
        stored = _stored(kind, definition.liability_type, config)
        is_active = row["is_active"] if definition.is_active is None else definition.is_active
        version, name = row["version"] + 1, definition.name or row["name"]
        await tx.execute(INSERT_VERSION, tenant_id, id, version, name, kind, stored, is_active)
        await tx.execute(UPDATE, tenant_id, id, version, is_active)
        return view(await _in_force(tx, tenant_id, id))

    return await db.run(body)


async def delete_points_policy(db: Db, tenant_id: UUID, id: UUID) -> PointsPolicyView:
    """Take a points policy out of force, for ever; what has been earned keeps its terms. Raises: NotFound."""

    async def body(tx: Tx) -> PointsPolicyView:
        await tx.execute(LOCK, tenant_id, id)
        found = view(await read_policy(tx, tenant_id, id))
        await tx.execute(DELETE, tenant_id, id)
        return found

    return await db.run(body)


async def read_policy(tx: Tx, tenant_id: UUID, policy_id: UUID) -> Row:
    """Return a policy's current version. Raises: NotFound."""
    row = await tx.fetchrow(f"{READ} and policy.id = $2", tenant_id, policy_id)
    if row is None:
        raise NotFound("There is no such points policy.")
    return row


async def _in_force(tx: Tx, tenant_id: UUID, policy_id: UUID) -> Row:
    """Return a policy that was just written; one on inactivity has the wallets dated, by a job."""
    row = await read_policy(tx, tenant_id, policy_id)
    policy = compile_one(row)
    if isinstance(policy, Purchase) and not await tx.fetchval(REWARD, tenant_id, policy.reward_id):
        raise wire.invalid([Fault("/config/rewardId", "reward_unknown", "There is no such reward.")])
    if isinstance(policy, Expiry) and policy.is_for_inactivity and row["is_active"]:
        await queue.enqueue(tx, tenant_id, DATE_IDLE, {})
    return row


def _stored(kind: str, liability_type: str | None, config: wire.Json) -> str:
    """Return a config as it is kept. Raises: Invalid."""
    if liability_type not in (None, LIABILITY_TYPES[kind]):
        detail = f"A {kind} has the liabilityType {LIABILITY_TYPES[kind]}; leave it out, or write that."
        raise wire.invalid([Fault("/liabilityType", "liability_type", detail)])
    try:
        read = CONFIGS[kind].model_validate(config)
    except ValidationError as fault:
        faults = wire.faults_of(fault.errors(include_url=False, include_input=False), ("config",), given=config)
        raise wire.invalid(faults) from None
    return wire.text(read.model_dump(by_alias=True, exclude_unset=True))


async def read_purchases(tx: Tx, tenant_id: UUID) -> list[Row]:
    """Return the policies in force that buy rewards, in the order of their ids."""
    rows = await tx.fetch(f"{READ} and version.is_active order by policy.id", tenant_id)
    return [row for row in rows if row["type"] == "PURCHASE_REWARDS"]


async def load_policies(tx: Tx, tenant_id: UUID, zone: ZoneInfo, *, are_deals: bool) -> Policies | None:
    """Return the policies that are in force, compiled for the tenant's zone; None where there are none.

    are_deals: reactions have terms of their own, so there are policies in any case, if only the zone.
    """
    rows = await tx.fetch(f"{READ} and version.is_active order by policy.id", tenant_id)
    rows = [row for row in rows if row["type"] != "PURCHASE_REWARDS"]
    if not (rows or are_deals):
        return None
    return compile_policies(rows, zone)


def compile_policies(rows: list[Row], zone: ZoneInfo) -> Policies:
    """Compile the policies of one tenant, as READ gives them."""
    expiries: list[Expiry] = []
    counted: dict[str, list[CountedCap]] = {"MAXIMUM_POINTS_EARN_CAP": [], "MAXIMUM_POINTS_SPEND_CAP": []}
    balance_caps: list[Cap] = []
    for row in rows:
        policy = compile_one(row)
        if isinstance(policy, Expiry):
            expiries.append(policy)
        elif isinstance(policy, Purchase):
            continue  # it is carried out by the clock, and is nothing to whoever earns or spends
        elif policy.of_balance:
            balance_caps.append(policy)
        else:
            assert not isinstance(policy.per, Duration), "a config names a period of the calendar"
            limit = Limit(policy.points_max, of_points=True, per=policy.per, counts_everybody=False, zone=zone)
            counted[row["type"]].append(CountedCap(row["id"], limit))
    earn, spend = counted.values()
    return Policies(zone, tuple(expiries), tuple(earn), tuple(spend), tuple(balance_caps))


def compile_one(row: Row) -> Expiry | Cap | Purchase:
    """Compile one policy, as READ gives it."""
    config = CONFIGS[row["type"]].model_validate(wire.decode(row["config"].encode()))
    return config.compiled()


def view(row: Row) -> PointsPolicyView:
    """Return what an administrator sees of a policy."""
    return PointsPolicyView(
        row["id"], row["version"], row["name"], row["type"], LIABILITY_TYPES[row["type"]], wire.raw(row["config"]),
        row["is_active"], wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]),
    )  # fmt: skip
