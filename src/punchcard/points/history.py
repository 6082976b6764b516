"""What members have earned and spent: ever, and in the current calendar month of the tenant's zone.

Owns `period_points`: for a member whose events are enhanced by it, the sums of a month up to some entry of the ledger.
So no question adds up more than what was posted since the sums were last brought up to date, 50 entries and those of
one commit at most; the first question in a month adds up what was posted in it so far.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from punchcard.db.connection import Tx, columns
from punchcard.engine.enhancement import History

# Entries that may be added up again and again before it pays to keep their sum.
BEHIND_ENTRIES_MAX = 50

# A wallet's entries are numbered in the order of their time, so a month's are those from some number on.
READ = """
    with stood as materialized (
        select wallet.tenant_id, wallet.user_id, wallet.earned, wallet.spent, wallet.entries, month.start,
               coalesce(known.earned, 0) as known_earned, coalesce(known.spent, 0) as known_spent,
               coalesce(known.through_number, before.number, 0) as through_number
        from unnest($1::uuid[], $2::uuid[]) as member (tenant_id, user_id)
        join wallets as wallet using (tenant_id, user_id)
        join tenants as tenant on tenant.id = wallet.tenant_id
        cross join lateral (select date_trunc('month', $3::timestamptz, tenant.time_zone) as start) as month
        left join period_points as known on known.tenant_id = wallet.tenant_id and known.user_id = wallet.user_id
            and known.period_start = month.start
        left join lateral (
            select number from ledger_entries as entry
            where known.user_id is null and entry.tenant_id = wallet.tenant_id and entry.user_id = wallet.user_id
                and entry.recorded_at < month.start
            order by number desc limit 1
        ) as before on true
    ), summed as materialized (
        select stood.*, known_earned + since.earned as earned_in_period, known_spent + since.spent as spent_in_period
        from stood cross join lateral (
            select coalesce(sum(points) filter (where is_earning), 0)::bigint as earned,
                   coalesce(-sum(points) filter (where not is_earning), 0)::bigint as spent
            from ledger_entries as entry cross join lateral (select (points > 0) <> is_undo as is_earning) as kind
            where entry.tenant_id = stood.tenant_id and entry.user_id = stood.user_id
                and entry.number > stood.through_number and account in ('ISSUE', 'REDEMPTION')
        ) as since
    ){kept}
    select tenant_id, user_id, earned, spent, earned_in_period, spent_in_period from summed
"""
KEPT = f""", kept as (
        insert into period_points (tenant_id, user_id, period_start, through_number, earned, spent)
        select tenant_id, user_id, start, entries, earned_in_period, spent_in_period from summed
        where entries - through_number >= {BEHIND_ENTRIES_MAX}
        on conflict (tenant_id, user_id) do update
            set period_start = excluded.period_start, through_number = excluded.through_number,
                earned = excluded.earned, spent = excluded.spent
    )"""  # noqa: S608 - put together from constants
LOOK = READ.format(kept="")
BRING_UP_TO_DATE = READ.format(kept=KEPT)


CARRY_OVER = """
    insert into period_points (tenant_id, user_id, period_start, through_number, earned, spent)
    select id, $2, date_trunc('month', $3::timestamptz, time_zone), $4, $5, $6 from tenants where id = $1
    on conflict (tenant_id, user_id) do update
        set period_start = excluded.period_start, through_number = excluded.through_number,
            earned = excluded.earned, spent = excluded.spent
"""


async def carry_over(
    tx: Tx, tenant_id: UUID, user_id: UUID, both: Iterable[History], through: int, now: datetime
) -> None:
    """Count two members' points of this month as one's, up to the entry of that number; both wallets are held."""
    earned, spent = zip(*((one.earned_in_period, one.spent_in_period) for one in both), strict=True)
    await tx.execute(CARRY_OVER, tenant_id, user_id, now, through, sum(earned), sum(spent))


async def read_histories(
    tx: Tx, members: Iterable[tuple[UUID, UUID]], now: datetime, *, keep: bool
) -> dict[UUID, History]:
    """Return the histories of members, given by tenant and user, by their user ids.

    keep: the caller holds their wallets, and may write.
    """
    asked = sorted(set(members))
    if not asked:
        return {}
    rows = await tx.fetch(BRING_UP_TO_DATE if keep else LOOK, *columns(asked, 2), now)
    return {
        row["user_id"]: History(row["earned"], row["spent"], row["earned_in_period"], row["spent_in_period"])
        for row in rows
    }
