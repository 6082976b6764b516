"""Codes: what is shown at a till. Owns `codes`.

Two codes that differ in case, spaces or hyphens alone are the same one, and a code stands once in a tenant. It is found
by a keyed digest and kept sealed besides: whoever reads the table can use none of them. A code of a pool waits there
until a voucher takes it; others are drawn for one voucher, or are one text for all the vouchers of a reward.
"""

import asyncio
import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from uuid import UUID

from msgspec import Struct

from punchcard import clock
from punchcard.db.connection import Row, Tx, columns

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What can be read out and typed without a mistake: no 0 and O, no 1, I and L."""

GROUPS_OTP, GROUPS_HUMAN, GROUP = 6, 2, 4
"""Characters of a drawn code: 24 in groups of 4, which is 118 random bits, and 8, which is 39, where people read it."""

DRAWS_MAX = 20
SLICE = 200
TEMPLATE_PLACE = "{code}"

INSERT = """
    insert into codes (tenant_id, id, pool_id, digest, sealed)
    select $1, new.id, $2, new.digest, new.sealed
    from unnest($3::uuid[], $4::bytea[], $5::bytea[]) as new (id, digest, sealed)
    on conflict (tenant_id, digest) do nothing returning id
"""
INSERT_OWN = """
    insert into codes (tenant_id, id, digest, sealed, is_shared, taken_at)
    values ($1, $2, $3, $4, $5, statement_timestamp())
    on conflict (tenant_id, digest) do nothing returning id
"""
# Whoever takes codes at the same moment passes over those that another one is taking.
TAKE = """
    with taken as materialized (
        select id from codes where tenant_id = $1 and pool_id = $2 and taken_at is null
        order by id limit $3 for no key update skip locked
    )
    update codes set taken_at = clock_timestamp() from taken
    where codes.tenant_id = $1 and codes.id = taken.id returning codes.id
"""
GIVE_BACK = """
    update codes set taken_at = null where tenant_id = $1 and id = any($2::uuid[]) and pool_id is not null
"""
LEFT = """
    select count(*) from (
        select from codes where tenant_id = $1 and pool_id = $2 and taken_at is null limit $3
    ) as waiting
"""
BY_ID = "select * from codes where tenant_id = $1 and id = $2"
BY_IDS = "select id, sealed from codes where tenant_id = $1 and id = any($2::uuid[])"
BY_DIGEST = "select * from codes where tenant_id = $1 and digest = $2"
DELETE = """
    delete from codes where tenant_id = $1 and pool_id = $2 and id = any($3::uuid[]) and taken_at is null returning id
"""


class Vault(Struct, frozen=True):
    """Keys for codes: one for their digests, and what seals and opens their texts, each in a context."""

    digest_key: bytes
    seal: Callable[[bytes, bytes], bytes]
    unseal: Callable[[bytes, bytes], bytes]

    def digest(self, tenant_id: UUID, text: str) -> bytes:
        """Return what a code is found by."""
        folded = fold(text).encode()
        return hashlib.blake2b(tenant_id.bytes + folded, key=self.digest_key, digest_size=16).digest()

    def close(self, tenant_id: UUID, id: UUID, text: str) -> bytes:
        """Seal a code; it can be opened as that code of that tenant alone."""
        return self.seal(text.encode(), tenant_id.bytes + id.bytes)

    def open(self, tenant_id: UUID, id: UUID, sealed: bytes) -> str:
        """Return a code's text."""
        return self.unseal(sealed, tenant_id.bytes + id.bytes).decode()


def fold(text: str) -> str:
    """Return a code without case, spaces and hyphens; empty: it is no code."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).upper() if not _is_gap(each))


def _is_gap(character: str) -> bool:
    return character.isspace() or character == "_" or unicodedata.category(character) == "Pd"


def draw(groups: int, template: str | None) -> str:
    """Draw a code of so many groups of characters, in the place that a template has for it."""
    count = groups * GROUP
    number = int.from_bytes(clock.random_bytes(count + 16))
    characters = []
    for _ in range(count):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    drawn = "-".join("".join(characters[place : place + GROUP]) for place in range(0, count, GROUP))
    return drawn if template is None else template.replace(TEMPLATE_PLACE, drawn)


async def add_to_pool(tx: Tx, vault: Vault, tenant_id: UUID, pool_id: UUID, texts: Sequence[str]) -> list[UUID | None]:
    """Add codes to a pool: their ids, None for those that stand in the tenant already, or before in `texts`."""
    rows: dict[bytes, tuple[UUID, bytes, bytes]] = {}
    ids: list[UUID | None] = []
    for place, text in enumerate(texts):
        if place % SLICE == SLICE - 1:
            await asyncio.sleep(0)  # no other request waits for the whole of an upload
        digest = vault.digest(tenant_id, text)
        if digest in rows:
            ids.append(None)
            continue
        code_id = clock.new_id()
        rows[digest] = (code_id, digest, vault.close(tenant_id, code_id, text))
        ids.append(code_id)
    # By digest, so that two uploads of the same codes wait for each other in one order.
    ordered = [rows[digest] for digest in sorted(rows)]
    written = {row["id"] for row in await tx.fetch(INSERT, tenant_id, pool_id, *columns(ordered, 3))}
    return [code_id if code_id in written else None for code_id in ids]


async def add_shared(tx: Tx, vault: Vault, tenant_id: UUID, text: str) -> UUID | None:
    """Add one text for many vouchers; None when such a code stands in the tenant already."""
    return await _add_own(tx, vault, tenant_id, text, is_shared=True)


async def draw_for_voucher(tx: Tx, vault: Vault, tenant_id: UUID, *, readable: bool, template: str | None) -> Row:
    """Draw a code for one voucher, which nobody has."""
    groups = GROUPS_HUMAN if readable else GROUPS_OTP
    for _ in range(DRAWS_MAX):
        code_id = await _add_own(tx, vault, tenant_id, draw(groups, template), is_shared=False)
        if code_id is not None:
            return await read(tx, tenant_id, code_id)
    raise AssertionError("of so many readable codes hardly any can be left")


async def _add_own(tx: Tx, vault: Vault, tenant_id: UUID, text: str, *, is_shared: bool) -> UUID | None:
    code_id = clock.new_id()
    digest, sealed = vault.digest(tenant_id, text), vault.close(tenant_id, code_id, text)
    found: UUID | None = await tx.fetchval(INSERT_OWN, tenant_id, code_id, digest, sealed, is_shared)
    return found


async def take(tx: Tx, tenant_id: UUID, pool_id: UUID, count: int) -> list[UUID]:
    """Take codes out of a pool, as many as there are up to `count`, which nobody else is taking."""
    return [row["id"] for row in await tx.fetch(TAKE, tenant_id, pool_id, count)]


async def give_back(tx: Tx, tenant_id: UUID, ids: Sequence[UUID]) -> None:
    """Put codes back into their pools, where they have one; nobody has seen them."""
    await tx.execute(GIVE_BACK, tenant_id, ids)


async def left(tx: Tx, tenant_id: UUID, pool_id: UUID, most: int) -> int:
    """Return how many codes wait in a pool, counting up to `most`."""
    count: int = await tx.fetchval(LEFT, tenant_id, pool_id, most)
    return count


async def read(tx: Tx, tenant_id: UUID, id: UUID) -> Row:
    """Return a code that there is."""
    row = await tx.fetchrow(BY_ID, tenant_id, id)
    assert row is not None, "a foreign key holds it"
    return row


async def find(tx: Tx, vault: Vault, tenant_id: UUID, text: str) -> Row | None:
    """Return the code that somebody has typed."""
    return await tx.fetchrow(BY_DIGEST, tenant_id, vault.digest(tenant_id, text))


async def delete_waiting(tx: Tx, tenant_id: UUID, pool_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Delete codes of a pool that nobody has taken; return those deleted."""
    return [row["id"] for row in await tx.fetch(DELETE, tenant_id, pool_id, ids)]
