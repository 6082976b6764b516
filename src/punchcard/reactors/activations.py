"""How often a reactor has fired, where it has a limit. Owns `activations`.

A count of one user is guarded by that user's wallet, which the caller holds; a count over everybody has a row from
the reactor's first version on and is locked here, in the order of its key, after the wallets.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from punchcard.db.connection import Tx, columns
from punchcard.engine.situation import EVERYBODY

Counter = tuple[UUID, UUID, UUID]
"""Tenant id, user id or EVERYBODY, counter id."""

START = "insert into activations (tenant_id, user_id, counter_id, count) values ($1, $2, $3, 0) on conflict do nothing"
READ = """
    select tenant_id, user_id, counter_id, count from activations
    where (tenant_id, user_id, counter_id) in (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]))
"""
LOCK = READ + " order by tenant_id, user_id, counter_id for no key update"
COUNT = """
    insert into activations as current (tenant_id, user_id, counter_id, count)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[])
    on conflict (tenant_id, user_id, counter_id) do update set count = current.count + excluded.count
"""


CARRY_OVER = """
    with gone as (delete from activations where tenant_id = $1 and user_id = $2 returning counter_id, count)
    insert into activations as current (tenant_id, user_id, counter_id, count) select $1, $3, gone.* from gone
    on conflict (tenant_id, user_id, counter_id) do update set count = current.count + excluded.count
"""


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Count for one user what was counted for another, who is given up; the caller holds both wallets."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


async def start(tx: Tx, tenant_id: UUID, counter_id: UUID) -> None:
    """Give a counter its row over everybody, which later events lock."""
    await tx.execute(START, tenant_id, EVERYBODY, counter_id)


async def read(tx: Tx, counters: Collection[Counter], *, lock: bool = True) -> dict[Counter, int]:
    """Return the counts that exist. With `lock`, those over everybody are held until the transaction ends."""
    own = sorted({counter for counter in counters if counter[1] != EVERYBODY})
    shared = sorted({counter for counter in counters if counter[1] == EVERYBODY})
    rows = await tx.fetch(READ, *columns(own, 3)) if own else []
    if shared:
        rows += await tx.fetch(LOCK if lock else READ, *columns(shared, 3))
    return {(row["tenant_id"], row["user_id"], row["counter_id"]): row["count"] for row in rows}


UNCOUNT = """
    update activations as current set count = greatest(current.count - undone.times, 0)
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[]) as undone (tenant_id, user_id, counter_id, times)
    where current.tenant_id = undone.tenant_id and current.user_id = undone.user_id
        and current.counter_id = undone.counter_id
"""


async def uncount(tx: Tx, undone: Iterable[Counter]) -> None:
    """Take one from the count of each counter, as often as it is named; those over everybody are locked in order."""
    sums: dict[Counter, int] = {}
    for counter in undone:
        sums[counter] = sums.get(counter, 0) + 1
    if sums:
        await read(tx, sums.keys(), lock=True)
        await tx.execute(UNCOUNT, *columns([(*counter, times) for counter, times in sorted(sums.items())], 4))


async def count(tx: Tx, fired: Iterable[Counter]) -> None:
    """Add one to the count of each counter, as often as it is named."""
    sums: dict[Counter, int] = {}
    for counter in fired:
        sums[counter] = sums.get(counter, 0) + 1
    if sums:
        await tx.execute(COUNT, *columns([(*counter, more) for counter, more in sorted(sums.items())], 4))
