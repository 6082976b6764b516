"""Who is in which tier, since when and until when, and the points by which that is judged.

Owns `tier_points` and `tier_stays`. Points are summed up in the transaction of the event that gives them, for all time
and for the year and the month in which they were earned, from the moment a tenant has its first tier. Of a member who
has not been counted yet the sums come from the ledger, once. The caller holds the wallet of whomever he writes about.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from msgspec import Struct, field

from punchcard.db.connection import Tx, columns
from punchcard.engine.tier import EVER, Held, Lost

Wallet = tuple[UUID, UUID]

# Of a member who is not counted yet, what the ledger says.
SUMS = """
    with member as materialized (
        select asked.tenant_id, asked.user_id, tenant.time_zone, exists (
            select from tier_points as kept
            where kept.tenant_id = asked.tenant_id and kept.user_id = asked.user_id and kept.period = 'EVER'
        ) as is_counted
        from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)
        join tenants as tenant on tenant.id = asked.tenant_id
    )
    select member.user_id, kept.period, kept.points, true as is_counted
    from member join tier_points as kept on kept.tenant_id = member.tenant_id and kept.user_id = member.user_id
    where is_counted and kept.period = any($3::text[])
    union all
    select member.user_id, period.key, sum(entry.points)::bigint, false
    from member
    join ledger_entries as entry on entry.tenant_id = member.tenant_id and entry.user_id = member.user_id
    join events as event on event.tenant_id = entry.tenant_id and event.user_id = entry.user_id
        and event.id = entry.event_id
    cross join lateral (
        select least(event.occurred_at, entry.recorded_at) at time zone member.time_zone as local
    ) as earned
    cross join lateral (values ('EVER'), (to_char(local, 'YYYY')), (to_char(local, 'YYYY-MM'))) as period (key)
    where not is_counted and entry.account = 'ISSUE' and (entry.points > 0) <> entry.is_undo
    group by member.user_id, period.key
"""
STAYS = """
    select stay.user_id, stay.tier_id, stay.reached_at, stay.until
    from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)
    join tier_stays as stay using (tenant_id, user_id)
    where stay.lost_at is null
"""
ADD = """
    insert into tier_points as kept (tenant_id, user_id, period, points)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])
    on conflict (tenant_id, user_id, period) do update set points = kept.points + excluded.points
"""
END = """
    update tier_stays as stay set lost_at = ended.at, lost_why = ended.why
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::text[])
         as ended (tenant_id, user_id, tier_id, reached_at, at, why)
    where stay.tenant_id = ended.tenant_id and stay.user_id = ended.user_id and stay.tier_id = ended.tier_id
        and stay.reached_at = ended.reached_at
"""
BEGIN = """
    insert into tier_stays (tenant_id, user_id, tier_id, reached_at, until)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
"""
MOVE = """
    update tier_stays as stay set until = moved.until
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
         as moved (tenant_id, user_id, tier_id, reached_at, until)
    where stay.tenant_id = moved.tenant_id and stay.user_id = moved.user_id and stay.tier_id = moved.tier_id
        and stay.reached_at = moved.reached_at
"""
MERGE = """
    insert into tier_points as kept (tenant_id, user_id, period, points)
    select tenant_id, $3, period, points from tier_points where tenant_id = $1 and user_id = $2
    on conflict (tenant_id, user_id, period) do update set points = kept.points + excluded.points
"""
GIVE_UP = """
    update tier_stays set lost_at = greatest(clock_timestamp(), reached_at), lost_why = 'POINTS'
    where tenant_id = $1 and user_id = $2 and lost_at is null
"""
ENDING = """
    select distinct tenant_id, user_id from (
        select tenant_id, user_id from tier_stays
        where lost_at is null and until <= statement_timestamp() order by until limit $1
    ) as ending
"""


class Standing(Struct):
    """How a member stands: sums of points by period, and the tiers in which the member is.

    is_counted: the sums are kept; else they are the ledger's.
    """

    sums: dict[str, int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    is_counted: bool = False


async def read_standings(
    tx: Tx, members: Collection[Wallet], keys: Iterable[str] | None = None
) -> dict[UUID, Standing]:
    """Return how members stand; of their sums those of `keys`, and EVER among them."""
    found = {user_id: Standing() for _, user_id in members}
    if not found:
        return found
    asked = columns(members, 2)
    for row in await tx.fetch(SUMS, *asked, [EVER, *(keys or ())]):
        standing = found[row["user_id"]]
        standing.is_counted = row["is_counted"]
        standing.sums[row["period"]] = row["points"]
    for row in await tx.fetch(STAYS, *asked):
        found[row["user_id"]].held.append(Held(row["tier_id"], row["reached_at"], row["until"]))
    return found


async def add_points(tx: Tx, sums: Mapping[tuple[UUID, UUID, str], int]) -> None:
    """Add points to what members have earned, by tenant, user and period."""
    if sums:
        await tx.execute(ADD, *columns([(*key, points) for key, points in sorted(sums.items())], 4))


async def change_stays(
    tx: Tx,
    ended: Sequence[tuple[UUID, UUID, Lost]],
    begun: Sequence[tuple[UUID, UUID, Held]],
    moved: Sequence[tuple[UUID, UUID, Held]],
) -> None:
    """Write down stays that have ended and begun, and those whose end has moved."""
    if ended:
        rows = [(*wallet, lost.held.tier_id, lost.held.reached_at, lost.at, lost.why) for *wallet, lost in ended]
        await tx.execute(END, *columns(rows, 6))
    for sql, stays in ((BEGIN, begun), (MOVE, moved)):
        if stays:
            rows = [(*wallet, held.tier_id, held.reached_at, held.until) for *wallet, held in stays]
            await tx.execute(sql, *columns(rows, 5))


async def merge_points(tx: Tx, tenant_id: UUID, source: UUID, target: UUID) -> None:
    """Add what a user has earned to what another has, once both are counted, and end the former's stays.

    The caller holds both wallets.
    """
    standings = await read_standings(tx, [(tenant_id, source), (tenant_id, target)])
    for user_id, standing in standings.items():
        if not standing.is_counted:
            sums = standing.sums or {EVER: 0}
            await add_points(tx, {(tenant_id, user_id, period): points for period, points in sums.items()})
    await tx.execute(MERGE, tenant_id, source, target)
    await tx.execute(GIVE_UP, tenant_id, source)


async def read_ending(tx: Tx, count_max: int) -> list[Wallet]:
    """Return members, some of whose stays have come to their end and were not judged yet."""
    return [(row["tenant_id"], row["user_id"]) for row in await tx.fetch(ENDING, count_max)]
