"""Idempotency keys: the same request again gets the first answer again, in the first one's transaction.

Owns `idempotency_keys`. A key belongs to one tenant and one principal, and is remembered for 30 days (a setting).
It wins over the content rule for duplicates: it is looked up before the request is judged.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from punchcard.access.principals import Principal
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.errors import KeyInFlight, KeyMalformed, KeyReused, PunchcardError

KEY_CHARACTERS_MAX = 255

# A lock for the transaction's life that does not wait: whoever holds it is still at work on the same key.
HOLD = "select pg_try_advisory_xact_lock(hashed) from unnest($1::bigint[]) as hashed"
RECALL = """
    select tenant_id, principal, key, request_digest, status, body from idempotency_keys
    where (tenant_id, principal, key) in (select * from unnest($1::uuid[], $2::text[], $3::text[]))
"""
REMEMBER = """
    insert into idempotency_keys (tenant_id, principal, key, request_digest, status, body)
    values ($1, $2, $3, $4, $5, $6)
"""
PROOF = """
    select exists (
        select from idempotency_keys where tenant_id = $1 and principal = $2 and key = $3 and body = $4
    )
"""
FORGET = "delete from idempotency_keys where created_at < clock_timestamp() - $1::interval"


class Key(Struct, frozen=True):
    """An Idempotency-Key with whose it is, and the digest of the request that came with it."""

    principal: Principal
    text: str
    request_digest: bytes

    @property
    def identity(self) -> tuple[object, str, str]:
        """What makes two keys the same."""
        return (self.principal.tenant_id, self.principal.key_owner, self.text)

    @property
    def lock(self) -> int:
        """The advisory lock that stands for it: 63 bits of its identity."""
        return int.from_bytes(hashlib.blake2b(repr(self.identity).encode(), digest_size=8).digest()) >> 1


class Remembered(Struct, frozen=True):
    """The first answer."""

    status: int
    body: bytes


def read_key(principal: Principal, text: str | None, *request: bytes) -> Key | None:
    """Return the key of a request, whose identity is `request`. Raises: KeyMalformed."""
    if text is None:
        return None
    if not (1 <= len(text) <= KEY_CHARACTERS_MAX and text.isascii() and text.isprintable()):
        raise KeyMalformed(f"Write an Idempotency-Key of 1 to {KEY_CHARACTERS_MAX} printable ASCII characters.")
    digest = hashlib.blake2b(digest_size=16)
    for part in request:
        digest.update(len(part).to_bytes(8) + part)
    return Key(principal, text, digest.digest())


async def hold(tx: Tx, locks: Sequence[int]) -> list[bool]:
    """Take advisory locks until the transaction ends, without waiting; say which could be had."""
    return [bool(free) for (free,) in await tx.fetch(HOLD, locks)]


async def recall(tx: Tx, keys: Sequence[Key]) -> list[Remembered | PunchcardError | None]:
    """Say for each key what it stands for: the first answer, an error (in use, or another request), or nothing yet."""
    held = await hold(tx, [key.lock for key in keys])
    rows = await tx.fetch(RECALL, *columns([key.identity for key in keys], 3))
    known = {(row["tenant_id"], row["principal"], row["key"]): row for row in rows}
    found: list[Remembered | PunchcardError | None] = []
    seen: set[tuple[object, str, str]] = set()
    for key, free in zip(keys, held, strict=True):
        row = known.get(key.identity)
        if row is None:
            in_use = not free or key.identity in seen
            found.append(_in_flight() if in_use else None)
        elif row["request_digest"] != key.request_digest:
            found.append(KeyReused("This Idempotency-Key came with another request before; use a new key."))
        else:
            found.append(Remembered(row["status"], row["body"]))
        seen.add(key.identity)
    return found


def _in_flight() -> KeyInFlight:
    detail = "A request with this Idempotency-Key is still being worked on; try again in a second."
    return KeyInFlight(detail, headers={"Retry-After": "1"})


async def remember(tx: Tx, key: Key, status: int, body: bytes) -> None:
    """Keep the answer to a request, in the transaction that carries the request out."""
    tx.proof = tx.proof or (PROOF, *key.identity, body)
    await tx.execute(REMEMBER, *key.identity, key.request_digest, status, body)


DROP_OWN = "delete from idempotency_keys where tenant_id = $1 and principal = any($2::text[])"
FOLLOWING = """
    select principal, key, body from idempotency_keys where tenant_id = $1 and (principal, key) > ($2, $3)
    order by principal, key limit $4
"""
DROP = """
    delete from idempotency_keys
    where tenant_id = $1 and (principal, key) in (select * from unnest($2::text[], $3::text[]))
"""
REWRITE = """
    update idempotency_keys as known set body = new.body
    from unnest($2::text[], $3::text[], $4::bytea[]) as new (principal, key, body)
    where known.tenant_id = $1 and known.principal = new.principal and known.key = new.key
"""


async def drop_own(tx: Tx, tenant_id: UUID, principals: Sequence[str]) -> None:
    """Drop the keys of callers, who are named by them."""
    await tx.execute(DROP_OWN, tenant_id, principals)


async def read_following(tx: Tx, tenant_id: UUID, after: tuple[str, str], count_max: int) -> list[Row]:
    """Return the answers that follow one, in the order of their keys."""
    return await tx.fetch(FOLLOWING, tenant_id, *after, count_max)


async def rewrite(
    tx: Tx, tenant_id: UUID, dropped: Sequence[tuple[str, str]], rewritten: Sequence[tuple[str, str, bytes]]
) -> None:
    """Drop some answers with their keys, and put others in the place of some."""
    if dropped:
        await tx.execute(DROP, tenant_id, *columns(dropped, 2))
    if rewritten:
        await tx.execute(REWRITE, tenant_id, *columns(rewritten, 3))


async def forget(db: Db, days: int) -> None:
    """Drop the keys that are older than `days`."""
    await db.execute(FORGET, timedelta(days=days))
