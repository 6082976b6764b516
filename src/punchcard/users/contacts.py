"""E-mail addresses and telephone numbers that belong to one member alone. Owns `user_contacts`.

A tenant that allows no duplicates has a row for each contact of its members, whose key is the guard under any race; one
that allows them has none. Closed accounts hold no contacts: whoever has left may come back.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Tx, columns
from punchcard.engine.membership import FIELDS, Contact, contacts_of
from punchcard.errors import Conflict, NameTaken
from punchcard.users.users import taken

SLICE = 5_000

INSERT = """
    insert into user_contacts (tenant_id, kind, value, user_id)
    select $1, * from unnest($2::text[], $3::text[], $4::uuid[])
    on conflict do nothing returning kind, user_id
"""
FREE = "delete from user_contacts where tenant_id = $1 and user_id = any($2::uuid[])"
FREE_KINDS = "delete from user_contacts where tenant_id = $1 and kind = any($2::text[])"
MEMBERS = """
    select id, profile from users where tenant_id = $1 and id > $2 and status <> 'CLOSED' order by id limit $3
"""


async def take_contacts(
    tx: Tx, tenant_id: UUID, profiles: Mapping[UUID, Mapping[str, Any]], unique: Collection[Contact]
) -> dict[UUID, NameTaken]:
    """Write down whose contacts are whose; return, by user id, whose belong to somebody else already."""
    rows = sorted(
        (kind.value, value, user_id)
        for user_id, profile in profiles.items()
        for kind, value in contacts_of(profile, unique).items()
    )
    if not rows:
        return {}
    had = {(row["kind"], row["user_id"]) for row in await tx.fetch(INSERT, tenant_id, *columns(rows, 3))}
    lost = {user_id: Contact(kind) for kind, _, user_id in rows if (kind, user_id) not in had}
    if lost:
        await free_contacts(tx, tenant_id, lost)
    return {user_id: taken(f"/profile/{FIELDS[kind]}") for user_id, kind in lost.items()}


async def free_contacts(tx: Tx, tenant_id: UUID, user_ids: Collection[UUID]) -> None:
    """Let others have the contacts of users."""
    await tx.execute(FREE, tenant_id, list(user_ids))


async def change_uniqueness(tx: Tx, tenant_id: UUID, before: Collection[Contact], after: Collection[Contact]) -> None:
    """Write down all members' contacts of kinds that become unique, and forget those that may be shared from now on.

    The caller holds the tenant, so that nobody registers meanwhile. Raises: Conflict when members share one already.
    """
    gone, new = set(before) - set(after), set(after) - set(before)
    if gone:
        await tx.execute(FREE_KINDS, tenant_id, sorted(gone))
    last, shared = UUID(int=0), 0
    while new:
        rows = await tx.fetch(MEMBERS, tenant_id, last, SLICE)
        if not rows:
            break
        last = rows[-1]["id"]
        shared += await _take(tx, tenant_id, [(row["id"], wire.decode(row["profile"].encode())) for row in rows], new)
    if shared:
        fields = " or ".join(FIELDS[kind] for kind in sorted(new))
        detail = (
            f"{shared} contacts of members belong to another member too: let no two have the same {fields}, by changes "
            "or merges, then forbid duplicates."
        )
        raise Conflict(detail, shared=shared)


async def _take(
    tx: Tx, tenant_id: UUID, members: Sequence[tuple[UUID, Mapping[str, Any]]], kinds: Collection[Contact]
) -> int:
    rows = sorted(
        (kind.value, value, user_id)
        for user_id, profile in members
        for kind, value in contacts_of(profile, kinds).items()
    )
    had = await tx.fetch(INSERT, tenant_id, *columns(rows, 3)) if rows else []
    return len(rows) - len(had)
