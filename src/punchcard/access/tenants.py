"""Tenants: each a loyalty programme of its own, named by an API key, invisible to every other."""

import zoneinfo
from functools import lru_cache
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Struct
from pydantic import Field

from punchcard.access.membership import (
    TenantConfiguration,
    TenantConfigurationView,
    changed_configuration,
    read_configuration,
    require_schema,
)
from punchcard.access.velocity import LIMITS_MAX, VelocityLimit, VelocityLimitView, limits_text, read_limits
from punchcard.config import Settings
from punchcard.db.connection import Db, Row, Tx
from punchcard.errors import Fault
from punchcard.wire import Definition, Integer, Json, View, invalid, raw_or_none, rfc3339, text

NAME_CHARACTERS_MAX = 200
ADJUSTMENT_LIMIT_MAX = 10**15


class TenantView(View, frozen=True):
    """A tenant, as `punchcard tenant list` shows it. The API key is no secret: it names, and gives no right."""

    tenant_id: UUID
    name: str
    api_key: UUID
    created_at: str


class OwnTenantView(View, frozen=True):
    """The caller's own tenant. `timeZone` is an IANA name: the zone in which its people read times.

    `rateLimit` and `rateBurst` are how many requests one of its keys may make a second, and at once; null: as many as
    the server's settings say. `adjustmentLimit` is how many points one administrator adjusts alone; null: any number.
    `debtLimit` is how much a member may owe after a reversal that makes a debt; null: any amount.
    `profileSchema` is the JSON Schema that `profile.attributes` of members have to fit. `velocityLimits` say how fast
    events usually come; what comes faster raises an alert. `version` counts the changes of all this.
    """

    id: UUID
    name: str
    api_key: UUID
    time_zone: str
    rate_limit: int | None
    rate_burst: int | None
    adjustment_limit: int | None
    debt_limit: int | None
    configuration: TenantConfigurationView
    velocity_limits: tuple[VelocityLimitView, ...]
    version: int
    profile_schema: msgspec.Raw | None = None


SELECT_TENANT = "select * from tenants where id = $1"


async def get_tenant(db: Db, tenant_id: UUID) -> OwnTenantView:
    """Return the tenant that is called."""
    row = await db.fetchrow(SELECT_TENANT, tenant_id)
    assert row is not None, "whoever calls has been admitted to it"
    return show_tenant(row)


def show_tenant(row: Row) -> OwnTenantView:
    """Return a tenant as its administrators see it."""
    return OwnTenantView(
        row["id"], row["name"], row["api_key"], row["time_zone"], row["rate_limit"], row["rate_burst"],
        row["adjustment_limit"], row["debt_limit"], read_configuration(row["configuration"]),
        read_limits(row["velocity_limits"]), row["version"], raw_or_none(row["profile_schema"]),
    )  # fmt: skip


Rate = Annotated[Integer, Field(ge=1)]


class TenantPatch(Definition):
    """A change of a tenant: what is left out stays; null is the server's setting again, no limit, or no schema."""

    name: str | None = None
    time_zone: str | None = Field(None, description="an IANA name, such as Europe/Zurich")
    rate_limit: Rate | None = None
    rate_burst: Rate | None = None
    adjustment_limit: Annotated[Integer, Field(ge=0, le=ADJUSTMENT_LIMIT_MAX)] | None = None
    debt_limit: Annotated[Integer, Field(ge=0, le=ADJUSTMENT_LIMIT_MAX)] | None = None
    configuration: TenantConfiguration | None = None
    profile_schema: Json | None = None
    velocity_limits: Annotated[list[VelocityLimit], Field(max_length=LIMITS_MAX)] | None = None


HOLD_TENANT = "select * from tenants where id = $1 for no key update"
UPDATE_TENANT = """
    update tenants set rate_limit = $2, rate_burst = $3, adjustment_limit = $4, debt_limit = $5, configuration = $6,
                       profile_schema = $7, name = $8, time_zone = $9, velocity_limits = $10,
                       version = version + 1
    where id = $1 returning *
"""


async def hold_tenant(tx: Tx, tenant_id: UUID) -> Row:
    """Hold the tenant that is called: nobody registers or changes a member meanwhile."""
    row = await tx.fetchrow(HOLD_TENANT, tenant_id)
    assert row is not None, "whoever calls has been admitted to it"
    return row


async def update_tenant(tx: Tx, before: Row, settings: Settings, definition: TenantPatch) -> Row:
    """Change a tenant that the caller holds. Raises: Invalid, SchemaRefused."""
    if definition.name is not None:
        _require_name(definition.name)
    if definition.time_zone is not None and definition.time_zone not in _zones():
        detail = "There is no such time zone: write an IANA name, such as Europe/Zurich, or UTC."
        raise invalid([Fault("/timeZone", "time_zone_unknown", detail)])
    _require_rates(settings, definition)
    require_schema(definition.profile_schema)
    named = definition.model_fields_set
    kept = [
        getattr(definition, name) if name in named else before[name]
        for name in ("rate_limit", "rate_burst", "adjustment_limit", "debt_limit")
    ]
    configuration = changed_configuration(before["configuration"], definition.configuration)
    schema = before["profile_schema"]
    if "profile_schema" in named:
        schema = None if definition.profile_schema is None else text(definition.profile_schema)
    called = (definition.name or before["name"], definition.time_zone or before["time_zone"])
    limits = before["velocity_limits"]
    if "velocity_limits" in named:
        limits = limits_text(definition.velocity_limits or [])
    row = await tx.fetchrow(UPDATE_TENANT, before["id"], *kept, configuration, schema, *called, limits)
    assert row is not None, "it is held"
    return row


def _require_name(name: str) -> None:
    if not name.strip() or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        detail = f"A name has 1 to {NAME_CHARACTERS_MAX} printable characters."
        raise invalid([Fault("/name", "unusable_name", detail)])


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _require_rates(settings: Settings, definition: TenantPatch) -> None:
    most = settings.key_rate_limit_max
    faults = [
        Fault(pointer, "out_of_range", f"Write a number from 1 to {most}; the server lets no tenant have more.")
        for pointer, rate in (("/rateLimit", definition.rate_limit), ("/rateBurst", definition.rate_burst))
        if rate is not None and rate > most
    ]
    if faults:
        raise invalid(faults)


class OwnRate(Struct, frozen=True):
    """What a tenant has said of its keys' rate: requests a second, and at once; None: as the settings say."""

    limit: int | None = None
    burst: int | None = None


SELECT_RATE = "select rate_limit, rate_burst from tenants where id = $1"


async def load_rate(tx: Tx, tenant_id: UUID) -> OwnRate:
    """Return a tenant's own rate."""
    row = await tx.fetchrow(SELECT_RATE, tenant_id)
    return OwnRate() if row is None else OwnRate(*row.values())


SELECT_DEBT_LIMIT = "select debt_limit from tenants where id = $1"


async def load_debt_limit(tx: Tx, tenant_id: UUID) -> int | None:
    """Return how much a member may owe; None: any amount."""
    limit: int | None = await tx.fetchval(SELECT_DEBT_LIMIT, tenant_id)
    return limit


SELECT_ADJUSTMENT_LIMIT = "select adjustment_limit from tenants where id = $1"


async def load_adjustment_limit(tx: Tx, tenant_id: UUID) -> int | None:
    """Return how many points one administrator adjusts alone; None: any number."""
    limit: int | None = await tx.fetchval(SELECT_ADJUSTMENT_LIMIT, tenant_id)
    return limit


INSERT_TENANT = "insert into tenants (id, name, api_key) values ($1, $2, $3)"


async def insert_tenant(tx: Tx, tenant_id: UUID, name: str, api_key: UUID) -> None:
    """Record a tenant. Raises: Invalid for a name that is empty, blank, too long or holds control characters."""
    _require_name(name)
    await tx.execute(INSERT_TENANT, tenant_id, name, api_key)


SELECT_TENANTS = "select id, name, api_key, created_at from tenants order by created_at, id"


async def list_tenants(db: Db) -> list[TenantView]:
    """Return all tenants, the oldest first."""
    return [
        TenantView(row["id"], row["name"], row["api_key"], rfc3339(row["created_at"]))
        for row in await db.fetch(SELECT_TENANTS)
    ]


SELECT_API_KEYS = "select id, api_key from tenants"


async def load_tenants(db: Db | Tx) -> dict[UUID, UUID]:
    """Return every tenant's id under its API key."""
    return {row["api_key"]: row["id"] for row in await db.fetch(SELECT_API_KEYS)}
