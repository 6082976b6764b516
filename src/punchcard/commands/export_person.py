"""Everything that is known of one person, as one JSON document (GET /v1/users/{id}/export), sent while it is read.

Each part is a table's rows about the member, and about accounts that were made one with this, under the table's name;
fields are the columns. Long ones are read page by page, so that no connection waits for a slow reader.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

from msgspec import Struct
from pydantic.alias_generators import to_camel

from punchcard import wire
from punchcard.db.connection import Db
from punchcard.users.users import read_family, read_user

ROWS_AT_ONCE = 500

OMITTED = ("tenant_id", "verdicts", "recorded_in", "digest", "fingerprint", "counter_id", "device", "referrer_id")
"""Columns that say nothing of a person."""

PAGE = """
    select to_json(part)::text as row, {key} as key from {table} as part
    where tenant_id = $1 and {owner} = $2 and ($3::{type} is null or {key} > $3) order by {key} limit $4
"""


class Part(Struct, frozen=True):
    """One table of the document. key: what its rows of one member are read by, in this order."""

    table: str
    key: str = "id"
    type: str = "uuid"
    owner: str = "user_id"


PARTS = (
    Part("users", owner="id"),
    Part("user_keys", "key", "text"),
    Part("consents"),
    Part("attributes"),
    Part("wallets", "user_id"),
    Part("events"),
    Part("ledger_entries", "number", "bigint"),
    Part("lots", "number", "bigint"),
    Part("vouchers"),
    Part("earned_badges"),
    Part("tier_points", "period", "text"),
    Part("tier_stays", "tier_id::text || reached_at", "text"),
    Part("audience_stays", "audience_id::text || joined_at", "text"),
    Part("counter_values", "series_id::text || stretch", "text"),
    Part("adjustments"),
    Part("quarantine"),
    Part("duplicates"),
    Part("outbox"),
    Part("referral_codes"),
    Part("referrals"),
)
"""What is told. Left out is what follows from it: counts of reactors, fingerprints, moves between lots."""


class PersonFlow(wire.Flow, frozen=True):
    """One JSON document about one person."""

    MEDIA_TYPE: ClassVar[str] = "application/json"


async def export_person(db: Db, tenant_id: UUID, id: UUID) -> PersonFlow:
    """Return all that is known of a member as one JSON document: profile, names, consents, events, points and more.

    Raises: NotFound.
    """
    async with db.transaction(snapshot=True) as tx:
        await read_user(tx, tenant_id, id)
        family = await read_family(tx, tenant_id, id)
    return PersonFlow(_document(db, tenant_id, family), f"user-{id}.json")


async def _document(db: Db, tenant_id: UUID, family: Sequence[UUID]) -> AsyncGenerator[bytes, None]:
    yield b"{"
    for place, part in enumerate(PARTS):
        yield (b"," if place else b"") + wire.encode(to_camel(part.table)) + b":["
        separator = b""
        for user_id in family:
            async for rows in _pages(db, tenant_id, part, user_id):
                yield separator + b",\n".join(rows)
                separator = b",\n"
        yield b"]"
    yield b"}"


async def _pages(db: Db, tenant_id: UUID, part: Part, user_id: UUID) -> AsyncIterator[list[bytes]]:
    sql = PAGE.format(table=part.table, key=part.key, type=part.type, owner=part.owner)
    last: Any = None
    while rows := await db.fetch(sql, tenant_id, user_id, last, ROWS_AT_ONCE):
        yield [_told(row["row"]) for row in rows]
        last = rows[-1]["key"]
        if len(rows) < ROWS_AT_ONCE:
            return


def _told(row: str) -> bytes:
    fields = wire.read_stored(row)
    return wire.encode(
        {to_camel(name): value for name, value in fields.items() if name not in OMITTED and value is not None}
    )
