"""Attributes as callers see them: those that stand, and one by its id though another has replaced it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag, scoped
from punchcard.engine.fingerprint import canonical_text
from punchcard.errors import NotFound
from punchcard.users.attributes import Assignment

READ_ANY = "select * from attributes where tenant_id = $1"
READ = f"{READ_ANY} and replaced_at is null"
BY_USER = "user_id = (select user_id from user_keys where tenant_id = $1 and key = {})"
FILTERS = {
    "subjectType": Filter("subject_type = {}"),
    "subjectId": Filter("subject_id = {}", UUID),
    "user": Filter(BY_USER, wire.subject_key),
    "key": Filter("key = {}"),
    "isEnabled": Filter("is_enabled = {}", read_flag),
}
STANDING = """
    select one.* from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[])
        with ordinality as asked (tenant_id, subject_type, subject_id, key, value, place)
    join attributes as one using (tenant_id, subject_type, subject_id, key)
    where one.replaced_at is null and one.value::text = asked.value order by asked.place
"""


class AttributeView(wire.View, frozen=True):
    """An attribute of a USER, a REWARD or the TENANT. Where an event gave it, `eventId` names that.

    `replacedAt`: another has taken its place since.
    """

    id: UUID
    subject_type: str
    subject_id: UUID
    key: str
    value: msgspec.Raw
    is_enabled: bool
    created_at: str
    event_id: UUID | None = None
    replaced_at: str | None = None


async def list_attributes(db: Db, tenant_id: UUID, own_user_id: UUID | None, listing: Listing) -> Page[AttributeView]:
    """List the attributes that stand, in the order in which they were given; an end user sees the own."""
    head, fixed = scoped(READ, tenant_id, "user_id", own_user_id)
    return await listed(db, listing, head, fixed, FILTERS, _view, order="ASC")


async def get_attribute(db: Db, tenant_id: UUID, own_user_id: UUID | None, id: UUID) -> AttributeView:
    """Return one attribute, also where another has replaced it; an end user sees the own."""
    row = await db.fetchrow(f"{READ_ANY} and id = $2", tenant_id, id)
    if row is None or own_user_id not in (None, row["user_id"]):
        raise NotFound("There is no such attribute.")
    return _view(row)


async def show_assigned(tx: Tx, assigned: Sequence[Assignment]) -> list[AttributeView]:
    """Return the attributes that assignments of this transaction have come to; of a key that was set twice the last."""
    asked = [(*one.subject, one.key, canonical_text(one.value)) for one in assigned]
    return [_view(row) for row in await tx.fetch(STANDING, *columns(asked, 5))]


def _view(row: Row) -> AttributeView:
    return AttributeView(
        row["id"], row["subject_type"], row["subject_id"], row["key"], wire.raw(row["value"]), row["is_enabled"],
        wire.rfc3339(row["created_at"]), row["event_id"], wire.rfc3339_or_none(row["replaced_at"]),
    )  # fmt: skip
