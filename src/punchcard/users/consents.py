"""Consents: what members have agreed to, and until when. Owns `consents`; the caller holds the members' wallets."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag, scoped
from punchcard.errors import Fault, NotFound
from punchcard.users.consent_types import ConsentType
from punchcard.users.definitions import UserConsentDefinition

READ = """
    select consent.*, type.name as type_name from consents as consent
    join consent_types as type on type.tenant_id = consent.tenant_id and type.id = consent.consent_type_id
    where consent.tenant_id = $1
"""
FILTERS = {
    "user": Filter(
        "consent.user_id = (select user_id from user_keys where tenant_id = $1 and key = {})", wire.subject_key
    ),
    "type": Filter("consent.consent_type_id = {}", UUID),
    "isGiven": Filter("(consent.revoked_at is null) = {}", read_flag),
}
GIVEN = "select id, user_id, consent_type_id from consents where tenant_id = $1 and user_id = $2 and revoked_at is null"
INSERT = """
    insert into consents (tenant_id, id, user_id, consent_type_id, given_at, given_by)
    select $1, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[])
"""
REVOKE = "update consents set revoked_at = $4, revoked_by = $5 where tenant_id = $1 and user_id = $2 and id = any($3)"
# One that both have given is the survivor's; the other one's is on record as ended.
CARRY_OVER = """
    update consents as consent set user_id = $3,
        revoked_at = case when is_twice and revoked_at is null then $4 else revoked_at end,
        revoked_by = case when is_twice and revoked_at is null then $5 else revoked_by end
    from (
        select theirs.id, exists (
            select from consents as own
            where own.tenant_id = $1 and own.user_id = $3 and own.consent_type_id = theirs.consent_type_id
                and own.revoked_at is null
        ) as is_twice
        from consents as theirs where theirs.tenant_id = $1 and theirs.user_id = $2
    ) as known
    where consent.tenant_id = $1 and consent.id = known.id
"""
GIVEN_NAMES = """
    select consent.user_id, array_agg(type.name order by type.name) as names from consents as consent
    join consent_types as type on type.tenant_id = consent.tenant_id and type.id = consent.consent_type_id
        and type.deleted_at is null
    where (consent.tenant_id, consent.user_id) in (select * from unnest($1::uuid[], $2::uuid[]))
        and consent.revoked_at is null
    group by consent.user_id
"""


class ConsentTypeRef(wire.View, frozen=True):
    """The type of a consent."""

    id: UUID
    name: str


class ConsentUserRef(wire.View, frozen=True):
    """Whose consent it is."""

    id: UUID


class ConsentView(wire.View, frozen=True):
    """A consent: `checked` while it is given. `givenBy` and `revokedBy` are the kind and id of the caller."""

    id: UUID
    type: ConsentTypeRef
    user: ConsentUserRef
    checked: bool
    given_at: str
    given_by: str
    revoked_at: str | None = None
    revoked_by: str | None = None


class Consent(Struct, frozen=True):
    """One consent of a user's, given or just revoked."""

    id: UUID
    user_id: UUID
    type: ConsentType

    @classmethod
    def of(cls, user_id: UUID, kind: ConsentType) -> "Consent":
        """Return a consent that is about to be given."""
        return cls(clock.new_id(), user_id, kind)

    @property
    def payload(self) -> dict[str, str]:
        """What its event says."""
        return {"consentId": str(self.id), "consentTypeId": str(self.type.id), "name": self.type.name}


async def list_consents(db: Db, tenant_id: UUID, own_user_id: UUID | None, listing: Listing) -> Page[ConsentView]:
    """List consents, the newest first, revoked ones too (`isGiven=true` leaves them out); an end user sees the own."""
    head, fixed = scoped(READ, tenant_id, "consent.user_id", own_user_id)
    return await listed(db, listing, head, fixed, FILTERS, _view, id_column="consent.id", order="DESC")


async def get_consent(db: Db, tenant_id: UUID, own_user_id: UUID | None, id: UUID) -> ConsentView:
    """Return one consent."""
    return _view(await find_consent(db, tenant_id, own_user_id, id))


async def show_consent(tx: Tx, tenant_id: UUID, id: UUID) -> ConsentView:
    """Return a consent as this transaction sees it."""
    return _view(await find_consent(tx, tenant_id, None, id))


async def find_consent(db: Db | Tx, tenant_id: UUID, own_user_id: UUID | None, id: UUID) -> Row:
    """Return a consent's row, if the caller may see it. Raises: NotFound."""
    row = await db.fetchrow(f"{READ} and consent.id = $2", tenant_id, id)
    if row is None or own_user_id not in (None, row["user_id"]):
        raise NotFound("There is no such consent.")
    return row


async def read_given(tx: Tx, tenant_id: UUID, user_id: UUID) -> dict[UUID, UUID]:
    """Return the ids of the consents that a user gives now, by the ids of their types."""
    return {row["consent_type_id"]: row["id"] for row in await tx.fetch(GIVEN, tenant_id, user_id)}


async def give(tx: Tx, tenant_id: UUID, given: Sequence[Consent], by: str, now: datetime) -> None:
    """Write down consents that were not given before."""
    if given:
        rows = [(one.id, one.user_id, one.type.id, now, by) for one in given]
        await tx.execute(INSERT, tenant_id, *columns(rows, 5))


async def revoke(tx: Tx, tenant_id: UUID, user_id: UUID, ids: Collection[UUID], by: str, now: datetime) -> None:
    """Write down that a user's consents are given no more."""
    if ids:
        await tx.execute(REVOKE, tenant_id, user_id, list(ids), now, by)


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID, by: str, now: datetime) -> None:
    """Let what one user has agreed to be what another has, who goes on."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id, now, by)


ERASE = "delete from consents where tenant_id = $1 and user_id = any($2::uuid[])"


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Drop what users have agreed to; that it was given and revoked stands in the stream."""
    await tx.execute(ERASE, tenant_id, list(family))


def missing(types: Mapping[UUID, ConsentType], asked: Sequence[UserConsentDefinition] | None) -> list[Fault]:
    """Return what is wrong with the consents of somebody who registers: unknown types, and required ones not given."""
    faults = unknown(types, asked)
    checked = {one.type.id for one in asked or () if one.checked}
    lacking = [kind for kind in types.values() if kind.required and kind.id not in checked]
    faults += [
        Fault("/consentsDefinition", "consent_required", f"The consent {kind.name!r} ({kind.id}) has to be given.")
        for kind in lacking
    ]
    return faults


def unknown(types: Mapping[UUID, ConsentType], asked: Sequence[UserConsentDefinition] | None) -> list[Fault]:
    """Return a fault for each consent of a type that there is not, or that is named twice."""
    faults, seen = [], set()
    for place, one in enumerate(asked or ()):
        pointer = f"/consentsDefinition/{place}/type"
        if one.type.id not in types:
            faults.append(Fault(pointer, "consent_type_unknown", "There is no such consent type."))
        elif one.type.id in seen:
            faults.append(Fault(pointer, "consent_type_twice", "Name each consent type once."))
        seen.add(one.type.id)
    return faults


async def read_given_names(tx: Tx, asked: Collection[tuple[UUID, UUID]]) -> dict[UUID, list[str]]:
    """Return the names of the consents that users (tenant id, user id) give now, by user id."""
    return {row["user_id"]: row["names"] for row in await tx.fetch(GIVEN_NAMES, *columns(asked, 2))}


def _view(row: Row) -> ConsentView:
    return ConsentView(
        row["id"], ConsentTypeRef(row["consent_type_id"], row["type_name"]), ConsentUserRef(row["user_id"]),
        row["revoked_at"] is None, wire.rfc3339(row["given_at"]), row["given_by"],
        wire.rfc3339_or_none(row["revoked_at"]), row["revoked_by"],
    )  # fmt: skip
