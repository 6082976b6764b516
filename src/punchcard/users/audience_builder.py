"""What criteria can be built from, and how many members they would mean: for those who write them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db, Tx
from punchcard.engine.audience import COMPARISONS_MAX, DEPTH_MAX, FIELDS, OPERATORS, Kind
from punchcard.errors import Conflict
from punchcard.users.audience_definitions import AudienceCriteriaDefinition, read_criteria
from punchcard.users.audience_sql import Condition
from punchcard.users.audiences import enqueue_refresh, read_audience

EXACT_MAX = 50_000
SAMPLE_MAX = 20
LISTED_MAX = 500

COUNT_UP_TO = "select count(*) from (select from users where tenant_id = $1 limit $2) as counted"
COUNT_ALL = "select count(*) from users where tenant_id = $1"
# A member is in the sample by chance that is the same at each look.
PREVIEW = """
    with looked_at as materialized (
        select id from users where tenant_id = $1 and ($2 = 1 or abs(hashtext(id::text)) % $2 = 0)
    ), meant as materialized (
        select member.id, member.account_number from looked_at
        join users as member on member.tenant_id = $1 and member.id = looked_at.id
        join wallets as wallet on wallet.tenant_id = $1 and wallet.user_id = looked_at.id
        where member.status in ('ACTIVE', 'RESTRICTED') and {condition}
    )
    select (select count(*) from looked_at) as looked_at, (select count(*) from meant) as meant,
           array(select id from meant order by id limit $3) as ids,
           array(select account_number from meant order by id limit $3) as numbers
"""
TYPES = "select name from event_types where tenant_id = $1 and is_active order by name limit $2"
BADGES = "select id, internal_name as name from badges where tenant_id = $1 order by internal_name limit $2"
CONSENTS = "select id, name from consent_types where tenant_id = $1 and deleted_at is null order by name limit $2"
TIERS = """
    select id, details->default_locale->>'name' as name from tiers where tenant_id = $1 and deleted_at is null
    order by priority limit $2
"""
LABELS = {
    "profile.country": "Country, by its two letters",
    "profile.region": "Region",
    "profile.city": "City",
    "profile.postcode": "Postcode",
    "profile.gender": "Gender: FEMALE, MALE, OTHER or UNKNOWN",
    "profile.birthdate": "Birthdate",
    "profile.age": "Age in years",
    "account.status": "ACTIVE or RESTRICTED",
    "account.registeredAt": "When the user registered",
    "account.ageDays": "Days since the registration",
    "activity.lastEventAt": "When an event was last reported about the user",
    "activity.daysSinceLastEvent": "Days since then",
    "points.balance": "Points that can be spent",
    "points.pending": "Points that are not usable yet",
    "points.earned": "Points ever earned",
    "points.spent": "Points ever spent",
    "points.expired": "Points that have run out",
    "tier": "The tier of the highest priority, by id or name",
    "tier.priority": "The priority of that tier",
}


class FieldView(wire.View, frozen=True):
    """A field that a test can look at. `listValues`: what it can be, for a menu."""

    label: str
    type: str
    operators: Sequence[str]
    list_values: Sequence[Any] | None = None


class FamilyView(wire.View, frozen=True):
    """Fields that go on with a key of the tenant's own, put in place of KEY."""

    pattern: str
    label: str
    type: str
    operators: Sequence[str]
    keys: Sequence[str] | None = None


class CriteriaConfigView(wire.View, frozen=True):
    """What criteria can be built from: fields by their names, families of fields, and the bounds."""

    fields: dict[str, FieldView]
    families: Sequence[FamilyView]
    conjunctions: Sequence[str]
    comparisons_max: int
    depth_max: int


class AudiencePreviewDefinition(wire.Definition):
    """Criteria to be tried."""

    criteria_definition: AudienceCriteriaDefinition


class SampledView(wire.View, frozen=True):
    """One whom the criteria mean."""

    id: UUID
    account_number: str


class AudiencePreviewView(wire.View, frozen=True):
    """How many members criteria mean now, and some of them.

    isEstimate: there are too many to count for a look; `lookedAt` of them were, picked by chance.
    """

    count: int
    is_estimate: bool
    looked_at: int
    sample: list[SampledView]


class RefreshingView(wire.View, frozen=True):
    """The job that refreshes the audience; GET /v1/jobs/{id} tells how far it has come."""

    job_id: UUID


async def get_criteria_config(db: Db, tenant_id: UUID) -> CriteriaConfigView:
    """Return what the criteria of an audience can be built from."""
    async with db.transaction(snapshot=True) as tx:
        tiers = [
            {"value": str(row["id"]), "title": row["name"]} for row in await tx.fetch(TIERS, tenant_id, LISTED_MAX)
        ]
        types, badges, consents = [
            [row["name"] for row in await tx.fetch(sql, tenant_id, LISTED_MAX)] for sql in (TYPES, BADGES, CONSENTS)
        ]
    fields = {
        name: FieldView(LABELS[name], str(kind), OPERATORS[kind], tiers if name == "tier" else None)
        for name, kind in FIELDS.items()
    }
    number, flag, anything = OPERATORS[Kind.NUMBER], OPERATORS[Kind.FLAG], OPERATORS[Kind.ANY]
    families = (
        FamilyView("profile.attributes.KEY", "An attribute of the profile", "any", anything),
        FamilyView("attributes.KEY", "An attribute that was given to the user", "any", anything),
        FamilyView("consents.KEY", "Whether a consent is given, by its type's name or id", "boolean", flag, consents),
        FamilyView("badges.KEY", "How often a badge was earned, by its name or id", "number", number, badges),
        FamilyView("events.KEY", "How many events of a type there were", "number", number, types),
        FamilyView(
            "events.KEY.P30D", "How many there were in the last 30 days, or another duration", "number", number, types
        ),
    )
    return CriteriaConfigView(fields, families, ("AND", "OR"), COMPARISONS_MAX, DEPTH_MAX)


async def preview_audience(db: Db, tenant_id: UUID, definition: AudiencePreviewDefinition) -> AudiencePreviewView:
    """Return how many members criteria would mean now; of very many, as an estimate. Raises: Invalid."""
    criterion = read_criteria(definition.criteria_definition, "/criteriaDefinition")
    assert criterion is not None
    async with db.transaction(snapshot=True) as tx:
        total = await tx.fetchval(COUNT_UP_TO, tenant_id, EXACT_MAX + 1)
        if total > EXACT_MAX:
            total = await tx.fetchval(COUNT_ALL, tenant_id)
        share = -(-total // EXACT_MAX) or 1
        condition = Condition([tenant_id, share, SAMPLE_MAX])
        (row,) = await condition.fetch(tx, PREVIEW.format(condition=condition.of(criterion)))
    counted = row["meant"] if share == 1 else round(row["meant"] * total / max(row["looked_at"], 1))
    sample = [SampledView(*one) for one in zip(row["ids"], row["numbers"], strict=True)]
    return AudiencePreviewView(counted, share > 1, row["looked_at"], sample)


async def trigger_search_results(db: Db, tenant_id: UUID, id: UUID) -> RefreshingView:
    """Refresh an audience now, by a job. Raises: NotFound, Conflict where it is not active."""

    async def body(tx: Tx) -> RefreshingView:
        row = await read_audience(tx, tenant_id, id)
        if not row["is_active"]:
            raise Conflict("The audience is not active: PATCH it with isActive true first.")
        return RefreshingView(await enqueue_refresh(tx, tenant_id, id))

    return await db.run(body)
