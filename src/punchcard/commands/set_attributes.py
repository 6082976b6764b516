"""Give attributes their values (POST /v1/attributes/, /v1/attributes/batch): all of a batch, or none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, model_validator

from punchcard import wire
from punchcard.access.tenants import hold_tenant
from punchcard.db.connection import Tx
from punchcard.engine.fingerprint import canonical_text
from punchcard.errors import Fault, NotFound, UserMerged
from punchcard.events import due
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.rewards.rewards import hold_reward
from punchcard.users.attribute_list import AttributeView, show_assigned
from punchcard.users.attributes import Assignment, SubjectType, assign
from punchcard.users.users import find_user

BATCH_MAX = 500
VALUE_CHARACTERS_MAX = 8_192

Subject = tuple[UUID, SubjectType, UUID]


class AttributeDefinition(wire.Definition):
    """A value for an attribute of a USER, a REWARD or the TENANT.

    A user is named by `subjectId` (id or account number) or `subjectAuthId` (authIdentifier), a reward by `subjectId`.
    The value replaces what stands under the key, or, with `shouldReplaceOnlySameKeyValue`, stands beside other values.
    """

    subject_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    subject_auth_id: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    subject_type: SubjectType
    key: Annotated[str, Field(min_length=1, max_length=512)]
    value: Any
    is_enabled: wire.Flag
    should_replace_only_same_key_value: wire.Flag

    @model_validator(mode="after")
    def _names_a_subject(self) -> "AttributeDefinition":
        named = [name for name in (self.subject_id, self.subject_auth_id) if name is not None]
        if self.subject_type is SubjectType.USER and len(named) != 1:
            raise ValueError("Name the user by subjectId or by subjectAuthId.")
        if self.subject_type is SubjectType.REWARD and (self.subject_id is None or self.subject_auth_id is not None):
            raise ValueError("Name the reward by subjectId.")
        if len(canonical_text(self.value)) > VALUE_CHARACTERS_MAX:
            raise ValueError(f"A value has at most {VALUE_CHARACTERS_MAX} characters as JSON.")
        return self


class BatchAttributeDefinition(wire.Definition):
    """Values for up to 500 attributes, given one after the other: all of them, or none."""

    definitions: Annotated[list[AttributeDefinition], Field(min_length=1, max_length=BATCH_MAX)]


async def create_attribute(desk: Desk, tenant_id: UUID, definition: AttributeDefinition) -> AttributeView:
    """Give an attribute a value; what stands already with that value stays. Raises: Invalid for an unknown subject."""
    (view,) = await _set(desk, tenant_id, [definition], "")
    return view


async def create_attributes(desk: Desk, tenant_id: UUID, definition: BatchAttributeDefinition) -> list[AttributeView]:
    """Give attributes their values, all or none; return those that stand then, in the order of the definitions.

    Raises: Invalid, which points at each definition whose subject is unknown.
    """
    return await _set(desk, tenant_id, definition.definitions, "/definitions/{}")


async def _set(
    desk: Desk, tenant_id: UUID, definitions: Sequence[AttributeDefinition], pointer: str
) -> list[AttributeView]:
    async def body(tx: Tx) -> list[AttributeView]:
        subjects = [await _subject(tx, tenant_id, one) for one in definitions]
        now, unknown = await _hold(tx, tenant_id, {subject for subject in subjects if subject is not None})
        faults = [
            Fault(f"{pointer.format(place)}/subjectId", "subject_unknown", "There is no such subject, or it is closed.")
            for place, subject in enumerate(subjects)
            if subject is None or subject in unknown
        ]
        if faults:
            raise wire.invalid(faults[:100])
        assigned = [
            Assignment(
                subject, one.key, one.value, one.is_enabled, beside_others=one.should_replace_only_same_key_value
            )
            for subject, one in zip(subjects, definitions, strict=True)
            if subject is not None
        ]
        await assign(tx, assigned, now)
        last = {(one.subject, one.key, canonical_text(one.value)): one for one in assigned}
        return await show_assigned(tx, list(last.values()))

    return await due.run(desk, body)


async def _subject(tx: Tx, tenant_id: UUID, one: AttributeDefinition) -> Subject | None:
    if one.subject_type is SubjectType.TENANT:
        is_it = one.subject_id in (None, str(tenant_id)) and one.subject_auth_id is None
        return (tenant_id, one.subject_type, tenant_id) if is_it else None
    name = one.subject_id if one.subject_id is not None else one.subject_auth_id
    assert name is not None, "it names a subject"
    if one.subject_type is SubjectType.USER:
        user_id = await find_user(tx, tenant_id, name)
        return None if user_id is None else (tenant_id, one.subject_type, user_id)
    return (tenant_id, one.subject_type, UUID(name)) if wire.is_uuid(name) else None


async def _hold(tx: Tx, tenant_id: UUID, subjects: set[Subject]) -> tuple[datetime, set[Subject]]:
    """Hold subjects: wallets, then rewards, then the tenant; say what time it is, and which subjects there are not."""
    ids = {kind: sorted(subject[2] for subject in subjects if subject[1] is kind) for kind in SubjectType}
    held = {row["user_id"]: row for row in await ledger.hold(tx, [(tenant_id, one) for one in ids[SubjectType.USER]])}
    unknown: set[Subject] = set()
    for user_id in ids[SubjectType.USER]:
        row = held.get(user_id)
        if row is not None and row["status"] == ledger.MERGED:
            raise UserMerged(user_id)
        if row is None or row["status"] == "CLOSED":
            unknown.add((tenant_id, SubjectType.USER, user_id))
    for reward_id in ids[SubjectType.REWARD]:
        try:
            await hold_reward(tx, tenant_id, reward_id)
        except NotFound:
            unknown.add((tenant_id, SubjectType.REWARD, reward_id))
    if ids[SubjectType.TENANT]:
        await hold_tenant(tx, tenant_id)
    now = max((row["now"] for row in held.values()), default=None)
    return now or await tx.fetchval("select clock_timestamp()"), unknown
