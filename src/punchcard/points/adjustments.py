"""Adjustments that wait for a second administrator, and those that have waited. Owns `adjustments`.

Whoever asks may not approve: the schema refuses it too. An adjustment is resolved once, since its row is held, and
nobody resolves one that has expired.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import AdjustmentResolved, NotFound, SamePrincipal

WAITS = timedelta(days=7)

STATUS = """case when status = 'PENDING' and expires_at <= statement_timestamp() then 'EXPIRED' else status end"""
READ = f"select *, {STATUS} as stands from adjustments where tenant_id = $1"  # noqa: S608 - put together from constants
FILTERS = {
    "status": Filter(f"{STATUS} = {{}}"),
    "user": Filter("user_id = (select user_id from user_keys where tenant_id = $1 and key = {})", wire.subject_key),
}
INSERT = """
    with begun as (select clock_timestamp() as now)
    insert into adjustments (tenant_id, id, user_id, points, impact, liability_handling, reason, requested_by,
                             requested_at, expires_at)
    select $1, $2, $3, $4, $5, $6, $7, $8, now, now + $9::interval from begun
"""
HOLD = "select from adjustments where tenant_id = $1 and id = $2 for update"
CARRY_OVER = "update adjustments set user_id = $3 where tenant_id = $1 and user_id = $2 and event_id is null"
RESOLVE = """
    update adjustments set status = $3, resolved_by = $4, resolved_at = statement_timestamp(), event_id = $5
    where tenant_id = $1 and id = $2 and status = 'PENDING'
"""


class Adjustment(Struct, frozen=True):
    """What is to be done: `points` are what the balance changes by.

    impact: EARN, SPEND or NONE. liability_handling: BYPASS or REJECT_EVENT.
    """

    user_id: UUID
    points: int
    impact: str
    liability_handling: str
    reason: str


class AdjustmentView(wire.View, frozen=True):
    """An adjustment that waits for a second administrator, or has done so.

    `points` are what the balance changes by. `status` is PENDING, APPROVED, REJECTED or EXPIRED; an approved one names
    its POINTS_ADJUSTED event.
    """

    id: UUID
    user_id: UUID
    points: int
    impact_type: str
    liability_handling_policy: str
    reason: str
    status: str
    requested_by: str
    requested_at: str
    expires_at: str
    resolved_by: str | None = None
    resolved_at: str | None = None
    event_id: UUID | None = None


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let what was asked for one user be meant for another, who goes on."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


ERASE = """
    update adjustments set reason = 'erased',
        status = case status when 'PENDING' then 'REJECTED' else status end,
        resolved_at = coalesce(resolved_at, clock_timestamp()), resolved_by = coalesce(resolved_by, $3)
    where tenant_id = $1 and user_id = any($2::uuid[])
"""


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID], by: str) -> None:
    """Drop what administrators wrote of users, and reject what waits."""
    await tx.execute(ERASE, tenant_id, list(family), by)


async def list_adjustments(db: Db, tenant_id: UUID, listing: Listing) -> Page[AdjustmentView]:
    """List the adjustments that wait for a second administrator or have done so, the newest first."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, view, order="DESC")


async def get_adjustment(db: Db, tenant_id: UUID, id: UUID) -> AdjustmentView:
    """Return one adjustment that waits for a second administrator or has done so."""
    return view(await read(db, tenant_id, id))


async def ask(tx: Tx, tenant_id: UUID, adjustment: Adjustment, by: str) -> AdjustmentView:
    """Keep an adjustment, asked for `by` a principal, until a second administrator has looked at it."""
    adjustment_id = clock.new_id()
    await tx.execute(
        INSERT, tenant_id, adjustment_id, adjustment.user_id, adjustment.points, adjustment.impact,
        adjustment.liability_handling, adjustment.reason, by, WAITS,
    )  # fmt: skip
    return view(await read(tx, tenant_id, adjustment_id))


async def hold(tx: Tx, tenant_id: UUID, id: UUID) -> Row:
    """Hold an adjustment that is to be resolved. Raises: NotFound, AdjustmentResolved."""
    await tx.execute(HOLD, tenant_id, id)
    row = await read(tx, tenant_id, id)
    if row["stands"] == "EXPIRED":
        raise AdjustmentResolved(f"It expired at {wire.rfc3339(row['expires_at'])}: ask for it again.")
    if row["stands"] != "PENDING":
        detail = f"It was {row['stands'].lower()} at {wire.rfc3339(row['resolved_at'])}."
        if row["event_id"] is None:
            raise AdjustmentResolved(detail)
        raise AdjustmentResolved(detail, eventId=str(row["event_id"]))
    return row


def require_another(row: Row, by: str) -> None:
    """Make sure that somebody else asked for an adjustment. Raises: SamePrincipal."""
    if by == row["requested_by"]:
        raise SamePrincipal("Whoever asked for an adjustment does not approve it: let another administrator do so.")


async def resolve(tx: Tx, tenant_id: UUID, id: UUID, by: str, event_id: UUID | None) -> AdjustmentView:
    """Say who resolved an adjustment, which the caller holds, and which event came of it; None: it was rejected."""
    status = "REJECTED" if event_id is None else "APPROVED"
    done = await tx.execute(RESOLVE, tenant_id, id, status, by, event_id)
    assert done == "UPDATE 1", "it is held, and waits"
    return view(await read(tx, tenant_id, id))


async def read(db: Db | Tx, tenant_id: UUID, id: UUID) -> Row:
    """Return the row of an adjustment, with how it `stands` by now. Raises: NotFound."""
    row = await db.fetchrow(f"{READ} and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such adjustment.")
    return row


def view(row: Row) -> AdjustmentView:
    """Return an adjustment as administrators see it."""
    return AdjustmentView(
        row["id"], row["user_id"], row["points"], row["impact"], row["liability_handling"], row["reason"],
        row["stands"], row["requested_by"], wire.rfc3339(row["requested_at"]), wire.rfc3339(row["expires_at"]),
        row["resolved_by"], wire.rfc3339_or_none(row["resolved_at"]), row["event_id"],
    )  # fmt: skip
