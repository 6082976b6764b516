"""Attributes: what is known of a user, a reward or the tenant by keys. Owns `attributes`.

A key has one value, or several where each was set beside the others. What is set replaces all that stands under its
key, or (`beside_others`) only the same value. What was replaced stays, with the event that replaced it. Only enabled
attributes are facts: a disabled one keeps its place and its value.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from punchcard import clock, wire
from punchcard.db.connection import Tx, columns
from punchcard.engine.fingerprint import canonical_text

READ = """
    select id, tenant_id, subject_type, subject_id, key, value, is_enabled from attributes
    where replaced_at is null
      and (tenant_id, subject_type, subject_id, key) in
          (select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]))
    order by id
"""
READ_ENABLED = """
    select subject_id, key, value from attributes
    where replaced_at is null and is_enabled
      and (tenant_id, subject_type, subject_id) in (select * from unnest($1::uuid[], $2::text[], $3::uuid[]))
    order by id
"""
REPLACE = """
    update attributes as old set replaced_at = new.replaced_at, replaced_by = new.replaced_by
    from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[]) as new (tenant_id, id, replaced_at, replaced_by)
    where old.tenant_id = new.tenant_id and old.id = new.id
"""
INSERT = """
    insert into attributes (tenant_id, id, subject_type, subject_id, key, value, is_enabled, event_id,
                            reactor_version_id, reaction, created_at, replaced_at, replaced_by)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::json[], $7::boolean[],
                         $8::uuid[], $9::bigint[], $10::smallint[], $11::timestamptz[], $12::timestamptz[], $13::uuid[])
"""


class SubjectType(StrEnum):
    """What an attribute is of."""

    USER = "USER"
    REWARD = "REWARD"
    TENANT = "TENANT"


Subject = tuple[UUID, SubjectType, UUID]
"""Tenant id, and what it is: a user's or reward's id, or the tenant's once more."""


class Assignment(Struct, frozen=True):
    """A value that an attribute is given. event_id, reactor_version_id, reaction: what gave it; None: a call did."""

    subject: Subject
    key: str
    value: Any
    is_enabled: bool
    event_id: UUID | None = None
    reactor_version_id: int | None = None
    reaction: int | None = None
    beside_others: bool = False


class _Standing(Struct):
    """An attribute that stands, or stood until an assignment of the same transaction; new: the one that gave it."""

    id: UUID
    subject: Subject
    key: str
    value: str
    is_enabled: bool
    new: Assignment | None = None
    replaced_by: Assignment | None = None

    @property
    def ended_by(self) -> str | None:
        """The id of the event that replaced it, if one did."""
        by = None if self.replaced_by is None else self.replaced_by.event_id
        return None if by is None else str(by)


async def assign(tx: Tx, assignments: Sequence[Assignment], now: datetime) -> None:
    """Give attributes their values, one after the other; the caller holds their subjects: a user by the wallet.

    What stands already with the same value changes nothing.
    """
    if not assignments:
        return
    asked = {(*one.subject, one.key) for one in assignments}
    standing: dict[tuple[Subject, str], list[_Standing]] = {}
    for row in await tx.fetch(READ, *columns(asked, 4)):
        subject = (row["tenant_id"], SubjectType(row["subject_type"]), row["subject_id"])
        known = _Standing(row["id"], subject, row["key"], row["value"], row["is_enabled"])
        standing.setdefault((subject, row["key"]), []).append(known)
    touched = [each for one in assignments for each in _assign(standing.setdefault((one.subject, one.key), []), one)]
    replaced = [each for each in touched if each.new is None]
    if replaced:
        rows = [(each.subject[0], each.id, now, each.replaced_by and each.replaced_by.event_id) for each in replaced]
        await tx.execute(REPLACE, *columns(rows, 4))
    added = [each for each in touched if each.new is not None]
    if added:
        await tx.execute(INSERT, *columns([_row(each, each.new, now) for each in added if each.new], 13))


STANDING = """
    select subject_id, key, value, is_enabled from attributes
    where tenant_id = $1 and subject_type = 'USER' and subject_id = any($2::uuid[]) and replaced_at is null order by id
"""
END = """
    update attributes set replaced_at = $3, replaced_by = $4
    where tenant_id = $1 and subject_type = 'USER' and subject_id = $2 and replaced_at is null
"""


async def carry_over(
    tx: Tx, tenant_id: UUID, merged: tuple[UUID, UUID], survivor: tuple[UUID, UUID], now: datetime
) -> None:
    """Let one user's attributes be another's, who goes on, but for keys that this one has; with the merge's events."""
    (merged_id, gone_id), (survivor_id, event_id) = merged, survivor
    rows = await tx.fetch(STANDING, tenant_id, [merged_id, survivor_id])
    own = {row["key"] for row in rows if row["subject_id"] == survivor_id}
    subject = (tenant_id, SubjectType.USER, survivor_id)
    taken = [
        Assignment(subject, row["key"], wire.read_stored(row["value"]), row["is_enabled"], event_id, beside_others=True)
        for row in rows
        if row["subject_id"] == merged_id and row["key"] not in own
    ]
    await tx.execute(END, tenant_id, merged_id, now, gone_id)
    await assign(tx, taken, now)


ERASE = "delete from attributes where tenant_id = $1 and user_id = any($2::uuid[])"


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Drop all attributes of users, those too that others have replaced."""
    await tx.execute(ERASE, tenant_id, list(family))


def _assign(standing: list[_Standing], one: Assignment) -> Iterable[_Standing]:
    """Move on what stands under a key; return what has to be written: what ended, and what is new."""
    value = canonical_text(one.value)
    rivals = [each for each in standing if each.value == value or not one.beside_others]
    same = [each for each in rivals if (each.value, each.is_enabled) == (value, one.is_enabled)]
    touched = []
    for each in rivals:
        if each not in same:
            each.replaced_by = one
            standing.remove(each)
            if each.new is None:  # what is new is written as it ends up
                touched.append(each)
    if not same:
        new = _Standing(clock.new_id(), one.subject, one.key, value, one.is_enabled, one)
        standing.append(new)
        touched.append(new)
    return touched


def _row(each: _Standing, new: Assignment, now: datetime) -> tuple[Any, ...]:
    tenant_id, kind, subject_id = each.subject
    ended = each.replaced_by
    return (
        tenant_id, each.id, kind.value, subject_id, each.key, each.value, each.is_enabled, new.event_id,
        new.reactor_version_id, new.reaction, now, now if ended else None, ended.event_id if ended else None,
    )  # fmt: skip


async def read_enabled(tx: Tx, subjects: Collection[Subject]) -> dict[UUID, dict[str, Any]]:
    """Return the enabled attributes of subjects by their ids: of a key its value, or the list of its several values."""
    values: dict[UUID, dict[str, list[Any]]] = {subject_id: {} for *_, subject_id in subjects}
    for row in await tx.fetch(READ_ENABLED, *columns(subjects, 3)):
        values[row["subject_id"]].setdefault(row["key"], []).append(wire.read_stored(row["value"]))
    return {subject_id: _as_facts(found) for subject_id, found in values.items()}


def _as_facts(values: Mapping[str, list[Any]]) -> dict[str, Any]:
    return {key: found[0] if len(found) == 1 else found for key, found in values.items()}


class History(Struct):
    """The attributes of a user as assignments make them one after the other, in memory: with what was replaced."""

    standing: dict[str, list[_Standing]] = field(default_factory=dict)
    all: list[_Standing] = field(default_factory=list)

    def assign(self, one: Assignment) -> None:
        """Give an attribute its value, as `assign` does."""
        touched = _assign(self.standing.setdefault(one.key, []), one)
        self.all += [each for each in touched if each.new is one]

    def end(self, one: Assignment) -> None:
        """End what an event, or a call, has set: a call did."""
        value = canonical_text(one.value)
        for each in self.standing.get(one.key, [])[:]:
            if each.new is not None and (each.value, each.new.event_id) == (value, one.event_id):
                self.standing[one.key].remove(each)

    def take_back(self, event_id: UUID, reversal_id: UUID) -> None:
        """Let what an event set, and what stands, be what it was before, as `take_back` does."""
        gone = [each for rows in self.standing.values() for each in rows if each.new and each.new.event_id == event_id]
        keys = {each.key for each in gone}
        for each in gone:
            self.standing[each.key].remove(each)
            each.replaced_by = Assignment(each.subject, each.key, None, is_enabled=False, event_id=reversal_id)
        before = [
            each.new
            for each in self.all
            if each.key in keys and each not in gone and each.replaced_by is not None and each.new is not None
            and each.replaced_by.event_id == event_id and each.new.event_id != event_id
        ]  # fmt: skip
        for one in before:
            self.assign(Assignment(one.subject, one.key, one.value, one.is_enabled, reversal_id, beside_others=True))

    def lines(self) -> list[tuple[Any, ...]]:
        """Return what events have set: by which event, key, value, whether enabled, version, reaction, replaced by."""
        return [
            (
                str(new.event_id), each.key, each.value, each.is_enabled, new.reactor_version_id, new.reaction,
                each.ended_by,
            )
            for each in self.all
            if (new := each.new) is not None and new.event_id is not None
        ]  # fmt: skip


SET_BY = """
    select id, key from attributes
    where tenant_id = $1 and user_id = $2 and event_id = $3 and replaced_at is null order by id
"""
REPLACED_BY = """
    select key, value, is_enabled from attributes
    where tenant_id = $1 and user_id = $2 and replaced_by = $3 and event_id is distinct from $3
        and key = any($4::text[])
    order by id
"""


async def set_by(tx: Tx, member: tuple[UUID, UUID], event_id: UUID) -> list[str]:
    """Return the keys of a member's attributes that an event set, and that stand."""
    return [row["key"] for row in await tx.fetch(SET_BY, *member, event_id)]


async def take_back(tx: Tx, member: tuple[UUID, UUID], event_id: UUID, reversal_id: UUID, now: datetime) -> None:
    """Let a member's attributes that an event set, and that stand, be what they were before; the wallet is held.

    reversal_id: the event that replaces them.
    """
    rows = await tx.fetch(SET_BY, *member, event_id)
    if not rows:
        return
    tenant_id, user_id = member
    await tx.execute(REPLACE, *columns([(tenant_id, row["id"], now, reversal_id) for row in rows], 4))
    before = await tx.fetch(REPLACED_BY, *member, event_id, [row["key"] for row in rows])
    subject = (tenant_id, SubjectType.USER, user_id)
    again = [
        Assignment(
            subject, row["key"], wire.read_stored(row["value"]), row["is_enabled"], reversal_id, beside_others=True
        )
        for row in before
    ]
    await assign(tx, again, now)
