"""From what is told of a reward to the columns in which it stands."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Tx
from punchcard.errors import Fault, NameTaken, NotFound
from punchcard.rewards import code_pools, codes, pool_codes, visibility
from punchcard.rewards.categories import require_category
from punchcard.rewards.codes import Vault
from punchcard.rewards.definitions import DESCRIBED, RewardCode, RewardDefinition, RewardPatch
from punchcard.rewards.venues import require_venues

IS_TIER = "select exists (select from tiers where tenant_id = $1 and id = $2 and deleted_at is null)"
AUDIENCES = "select id from audiences where tenant_id = $1 and id = any($2::uuid[]) and deleted_at is null"


async def source_of(tx: Tx, vault: Vault, tenant_id: UUID, code_type: str, code: RewardCode | None) -> dict[str, Any]:
    """Return where a reward's codes come from, by columns. Raises: Invalid, NameTaken."""
    given = {} if code is None else code.model_dump(exclude_none=True)
    takes = {"STATIC": "value", "POOL": "pool"}.get(code_type, "template")
    for name in given.keys() - {takes}:
        detail = f"A code of the type {code_type} takes {takes} and nothing else."
        raise wire.invalid([Fault(f"/code/{name}", "code_unusable", detail)])
    if "template" in given:
        return {"code_template": given["template"]}
    if "pool" in given:
        try:
            await code_pools.require_pool(tx, tenant_id, given["pool"])
        except NotFound:
            raise wire.invalid([Fault("/code/pool", "pool_unknown", "There is no such code pool.")]) from None
        return {"pool_id": given["pool"]}
    if "value" in given:
        code_id = await codes.add_shared(tx, vault, tenant_id, given["value"])
        if code_id is None:
            raise NameTaken(pool_codes.KNOWN, faults=[Fault("/code/value", "code_taken", pool_codes.KNOWN)])
        return {"code_id": code_id}
    return {}


async def changed_by(
    tx: Tx, tenant_id: UUID, definition: RewardDefinition | RewardPatch, kept: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a definition says, by the columns it goes to. Raises: Invalid for what there is not."""
    given = definition.model_dump(exclude_unset=True)
    changed: dict[str, Any] = {
        name: given[name]
        for name in ("name", "price", "purchasable", "hide_code")
        if given.get(name) is not None
    }  # fmt: skip
    if definition.availability is not None:
        changed["available_from"], changed["available_until"] = (
            definition.availability.start,
            definition.availability.end,
        )
    for name, column in (
        ("stock_capacity", "stock_capacity"), ("category", "category_id"), ("tier", "tier_id"),
        ("purchase_expiration", "expiration_days"),
    ):  # fmt: skip
        if name in given:
            changed[column] = given[name]
    for name, column in (("venues", "venue_ids"), ("purchasable_for_audiences", "audience_ids")):
        if name in given:
            changed[column] = given[name] or []
    if "limit_per_user" in given:
        limit = definition.limit_per_user
        changed["limit_count"], changed["limit_per"] = (None, None) if limit is None else (limit.count, limit.per)
    await require_category(tx, tenant_id, changed.get("category_id"))
    await require_venues(tx, tenant_id, changed.get("venue_ids") or [])
    await _require_conditions(tx, tenant_id, changed.get("tier_id"), changed.get("audience_ids") or [])
    described = definition.model_dump(mode="json", exclude_unset=True, include=set(DESCRIBED))
    if definition.details is not None:
        described["details"] = {
            locale: texts.model_dump(by_alias=False, exclude_none=True) for locale, texts in definition.details.items()
        }
    changed["attributes"] = wire.text(wire.decode(kept["attributes"].encode()) | described)
    return changed | _criteria(definition, given) | _warning(definition, given, kept)


async def _require_conditions(tx: Tx, tenant_id: UUID, tier_id: UUID | None, audience_ids: Sequence[UUID]) -> None:
    """Make sure that there are the tier and the audiences that a reward is for. Raises: Invalid."""
    faults = []
    if tier_id is not None and not await tx.fetchval(IS_TIER, tenant_id, tier_id):
        faults.append(Fault("/tier", "tier_unknown", "There is no such tier."))
    known = {row["id"] for row in await tx.fetch(AUDIENCES, tenant_id, audience_ids)} if audience_ids else set()
    faults += [
        Fault(f"/purchasableForAudiences/{place}", "audience_unknown", "There is no such audience.")
        for place, audience_id in enumerate(audience_ids)
        if audience_id not in known
    ]
    if faults:
        raise wire.invalid(faults)


def _criteria(definition: RewardDefinition | RewardPatch, given: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(definition, RewardDefinition):
        name, criteria = "visibility_criteria_definition", definition.visibility_criteria_definition
    else:
        name, criteria = "visibility_criteria_patch", definition.visibility_criteria_patch  # type: ignore[assignment]
    if name not in given:
        return {}
    if criteria is None:
        return {"criteria": None}
    if criteria.criteria_tree is None and criteria.criteria_json_logic is None:
        return {}
    return {"criteria": visibility.written(criteria.criteria_tree, criteria.criteria_json_logic)}


def _warning(
    definition: RewardDefinition | RewardPatch, given: Mapping[str, Any], kept: Mapping[str, Any]
) -> dict[str, Any]:
    if "notification_config" not in given:
        return {}
    config = definition.notification_config
    if config is None:
        return {"notify_quantity": None, "notify_emails": [], "notified_at": None}
    said = {"notify_quantity": config.quantity, "notify_emails": config.emails}
    return said if config.triggered and kept["notified_at"] else said | {"notified_at": None}
