"""Who has a badge: the other way round than a member's own badges."""

from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db, Row
from punchcard.db.listing import Listing, Page, page, select
from punchcard.errors import NotFound
from punchcard.users.badges import READ

HOLDERS = """
    select * from (
        select held.user_id as id, member.account_number, member.external_identifier, held.count, held.last_earned_at
        from (
            select tenant_id, user_id, sum(change)::int as count,
                   max(earned_at) filter (where change > 0) as last_earned_at
            from earned_badges where tenant_id = $1 and badge_id = $2
            group by tenant_id, user_id having sum(change) > 0
        ) as held join users as member on member.tenant_id = $1 and member.id = held.user_id
    ) as holder where true
"""


class HolderView(wire.View, frozen=True, omit_defaults=False):
    """A member who has the badge: the user's `id`, how often it was earned, and when last."""

    id: UUID
    account_number: str
    external_identifier: str | None
    count: int
    last_earned_at: str


async def list_badge_holders(db: Db, tenant_id: UUID, id: UUID, listing: Listing) -> Page[HolderView]:
    """List the members who have a badge, in the order of their ids. Raises: NotFound."""
    sql, arguments = select(listing, HOLDERS, [tenant_id, id], {}, id_column="id", order="ASC")
    async with db.transaction(snapshot=True) as tx:
        if await tx.fetchrow(f"{READ} and id = $2", tenant_id, id) is None:
            raise NotFound("There is no such badge.")
        rows = await tx.fetch(sql, *arguments)
    return page(listing, rows, _view)


def _view(row: Row) -> HolderView:
    return HolderView(
        row["id"], row["account_number"], row["external_identifier"], row["count"],
        wire.rfc3339(row["last_earned_at"]),
    )  # fmt: skip
