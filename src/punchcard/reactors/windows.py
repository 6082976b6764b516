"""What counts against reactors' limits, and points policies' caps, in a stretch of time. Owns `activation_windows`.

A user's windows are guarded by that user's wallet, which the caller holds; those over everybody are rows that are made
when they are first asked for and locked here, in the order of their key, after the wallets.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from punchcard.db.connection import Tx, columns
from punchcard.engine.limits import Window
from punchcard.engine.situation import EVERYBODY

Key = tuple[UUID, UUID, UUID, str]
"""Tenant id, user id or EVERYBODY, counter id, stretch of time."""

READ = """
    select tenant_id, user_id, counter_id, stretch, count, points, fired_at from activation_windows
    where (tenant_id, user_id, counter_id, stretch) in
          (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]))
"""
LOCK = READ + " order by tenant_id, user_id, counter_id, stretch for no key update"
START = """
    insert into activation_windows (tenant_id, user_id, counter_id, stretch, count, points)
    select tenant_id, user_id, counter_id, stretch, 0, 0
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) as new (tenant_id, user_id, counter_id, stretch)
    order by tenant_id, user_id, counter_id, stretch
    on conflict do nothing
"""
WRITE = """
    insert into activation_windows as current (tenant_id, user_id, counter_id, stretch, count, points, fired_at)
    select tenant_id, user_id, counter_id, stretch, count, points,
           array(select fired::timestamptz from json_array_elements_text(fired_at) as fired)
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::bigint[], $7::json[])
         as new (tenant_id, user_id, counter_id, stretch, count, points, fired_at)
    on conflict (tenant_id, user_id, counter_id, stretch) do update
        set count = excluded.count, points = excluded.points, fired_at = excluded.fired_at
"""


CARRY_OVER = """
    with gone as (
        delete from activation_windows where tenant_id = $1 and user_id = $2
        returning counter_id, stretch, count, points, fired_at
    )
    insert into activation_windows as current (tenant_id, user_id, counter_id, stretch, count, points, fired_at)
    select $1, $3, gone.* from gone
    on conflict (tenant_id, user_id, counter_id, stretch) do update
        set count = current.count + excluded.count, points = current.points + excluded.points,
            fired_at = (select coalesce(array_agg(fired order by fired), '{}') from (
                select fired from unnest(current.fired_at || excluded.fired_at) as fired order by fired desc limit 1000
            ) as newest)
"""


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Count for one user what was counted for another, who is given up; the caller holds both wallets."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


async def read(tx: Tx, keys: Collection[Key], *, lock: bool = True) -> dict[Key, Window]:
    """Return the windows that exist. With `lock`, those over everybody are held until the transaction ends."""
    own = [key for key in keys if key[1] != EVERYBODY]
    shared = sorted(key for key in keys if key[1] == EVERYBODY)
    rows = await tx.fetch(READ, *columns(own, 4)) if own else []
    if shared and lock:
        await tx.execute(START, *columns(shared, 4))
    if shared:
        rows += await tx.fetch(LOCK if lock else READ, *columns(shared, 4))
    return {
        (row["tenant_id"], row["user_id"], row["counter_id"], row["stretch"]): Window(
            row["count"], row["points"], list(row["fired_at"])
        )
        for row in rows
    }


async def write(tx: Tx, windows: Mapping[Key, Window]) -> None:
    """Keep what windows have come to; the caller holds them, by their wallets or by `read`."""
    if not windows:
        return
    rows = [(*key, window.count, window.points, _times(window)) for key, window in windows.items()]
    await tx.execute(WRITE, *columns(rows, 7))


def _times(window: Window) -> str:
    # As JSON: unnest would take an array of arrays apart altogether.
    return "[" + ", ".join(f'"{fired.isoformat()}"' for fired in window.fired_at) + "]"
