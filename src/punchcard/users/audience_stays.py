"""Who is in which audience, and was. Owns `audience_stays`. Whoever writes about a member holds the member's wallet."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, page, select
from punchcard.engine.audience import Criterion
from punchcard.errors import NotFound
from punchcard.users.audience_sql import Condition
from punchcard.users.audiences import Audience, read_audience

STAYS_MAX = 200
Wallet = tuple[UUID, UUID]

# The slice first, by the key alone; then its members, however many of them are meant.
SLICE = """
    with slice as materialized (
        select id from users where tenant_id = $1 and id > $2 order by id limit $3
    ), judged as materialized (
        select member.id, member.status in ('ACTIVE', 'RESTRICTED') and {condition} as is_meant,
               stay.user_id is not null as is_in
        from slice join users as member on member.tenant_id = $1 and member.id = slice.id
        join wallets as wallet on wallet.tenant_id = $1 and wallet.user_id = slice.id
        left join audience_stays as stay on stay.tenant_id = $1 and stay.user_id = slice.id and stay.audience_id = $4
            and stay.left_at is null
    )
    select (select count(*) from slice) as looked_at, (select id from slice order by id desc limit 1) as last,
           (select count(*) from judged where is_meant) as meant,
           array(select id from judged where is_meant <> is_in order by id) as differing
"""
# Whether each of several conditions holds for members, and in which of these audiences they are.
JUDGE = """
    select member.id, array[{conditions}]::boolean[] as are_meant, array(
        select stay.audience_id from audience_stays as stay
        where stay.tenant_id = $1 and stay.user_id = member.id and stay.left_at is null
          and stay.audience_id = any($3::uuid[])
    ) as are_in
    from users as member join wallets as wallet on wallet.tenant_id = member.tenant_id and wallet.user_id = member.id
    where member.tenant_id = $1 and member.id = any($2::uuid[])
    order by member.id
"""
OPEN = "member.status in ('ACTIVE', 'RESTRICTED') and {}"
JOIN = """
    insert into audience_stays (tenant_id, user_id, audience_id, joined_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[])
"""
LEAVE = """
    update audience_stays as stay set left_at = gone.at
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) as gone (tenant_id, user_id, audience_id, at)
    where stay.tenant_id = gone.tenant_id and stay.user_id = gone.user_id and stay.audience_id = gone.audience_id
        and stay.left_at is null
"""
NAMES = """
    select stay.user_id, audience.id, audience.name from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)
    join audience_stays as stay using (tenant_id, user_id)
    join audiences as audience on audience.tenant_id = stay.tenant_id and audience.id = stay.audience_id
    where stay.left_at is null and audience.is_active and audience.deleted_at is null
    order by audience.name
"""
SIZE = "select count(*) from audience_stays where tenant_id = $1 and audience_id = $2 and left_at is null"
RESULTS = """
    select stay.user_id as id, stay.joined_at, member.account_number, member.external_identifier
    from audience_stays as stay join users as member on member.tenant_id = stay.tenant_id and member.id = stay.user_id
    where stay.tenant_id = $1 and stay.audience_id = $2 and stay.left_at is null
"""
FILTERS = {"user": Filter("stay.user_id = {}", UUID)}
OF_USER = """
    select stay.*, audience.name, audience.is_active, audience.deleted_at from audience_stays as stay
    join audiences as audience on audience.tenant_id = stay.tenant_id and audience.id = stay.audience_id
    where stay.tenant_id = $1 and stay.user_id = $2 order by stay.joined_at desc, audience.id limit $3
"""
KNOWN = "select exists (select from users where tenant_id = $1 and id = $2)"


class Found(Struct, frozen=True):
    """What a slice of members came to: how many were looked at, the last of them, and who is in it wrongly, or not."""

    looked_at: int
    last: UUID | None
    meant: int
    differing: Sequence[UUID]


class Move(Struct, frozen=True):
    """A member who joins an audience, or leaves it."""

    user_id: UUID
    audience: Audience
    is_joining: bool


class MemberView(wire.View, frozen=True, omit_defaults=False):
    """A member of an audience: the user's `id`, and since when."""

    id: UUID
    account_number: str
    external_identifier: str | None
    joined_at: str


class AudienceStayView(wire.View, frozen=True, omit_defaults=False):
    """A stay of a user in an audience. `isActive`: the audience is there still, and counts."""

    audience_id: UUID
    audience_name: str
    is_active: bool
    joined_at: str
    left_at: str | None


async def find_differing(tx: Tx, tenant_id: UUID, audience: Audience, after: UUID, count_max: int) -> Found:
    """Look at members that follow one by their ids, who are as many as `count_max` at most."""
    condition = Condition([tenant_id, after, count_max, audience.id])
    sql = SLICE.format(condition=condition.of(audience.criterion))
    (row,) = await condition.fetch(tx, sql)
    return Found(row["looked_at"], row["last"], row["meant"], row["differing"])


async def judge(tx: Tx, tenant_id: UUID, user_ids: Collection[UUID], audiences: Sequence[Audience]) -> list[Move]:
    """Return the moves that put members into the audiences that mean them. The caller holds their wallets."""
    if not user_ids or not audiences:
        return []
    condition = Condition([tenant_id, sorted(user_ids), [one.id for one in audiences]])
    conditions = ", ".join(OPEN.format(condition.of(one.criterion)) for one in audiences)
    rows = await condition.fetch(tx, JUDGE.format(conditions=conditions))
    return [
        Move(row["id"], audience, is_meant)
        for row in rows
        for audience, is_meant in zip(audiences, row["are_meant"], strict=True)
        if is_meant is not (audience.id in row["are_in"])
    ]


async def record(tx: Tx, tenant_id: UUID, moves: Sequence[Move], now: datetime) -> None:
    """Write moves down."""
    for sql, is_joining in ((JOIN, True), (LEAVE, False)):
        rows = [(tenant_id, one.user_id, one.audience.id, now) for one in moves if one.is_joining is is_joining]
        if rows:
            await tx.execute(sql, *columns(rows, 4))


GIVE_UP = """
    update audience_stays set left_at = greatest($3, joined_at)
    where tenant_id = $1 and user_id = $2 and left_at is null
"""


async def give_up(tx: Tx, tenant_id: UUID, user_id: UUID, now: datetime) -> None:
    """End the stays of a user who lives on as another; that one is judged at the next event or refresh."""
    await tx.execute(GIVE_UP, tenant_id, user_id, now)


async def is_meant(tx: Tx, tenant_id: UUID, user_id: UUID, criterion: Criterion) -> bool:
    """Tell whether criteria mean a member, whichever audiences there are."""
    condition = Condition([tenant_id, [user_id], []])
    sql = JUDGE.format(conditions=OPEN.format(condition.of(criterion)))
    return any(row["are_meant"][0] for row in await condition.fetch(tx, sql))


async def count(tx: Tx, tenant_id: UUID, audience_id: UUID) -> int:
    """Count the members of an audience."""
    return int(await tx.fetchval(SIZE, tenant_id, audience_id))


async def read_names(tx: Tx, members: Collection[Wallet]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Return the audiences, by id and name, that members are in, by their names."""
    found: dict[UUID, list[tuple[UUID, str]]] = {user_id: [] for _, user_id in members}
    for row in await tx.fetch(NAMES, *columns(members, 2)) if members else ():
        found[row["user_id"]].append((row["id"], row["name"]))
    return found


async def list_results(db: Db, tenant_id: UUID, id: UUID, listing: Listing) -> Page[MemberView]:
    """List the members of an audience, as they are now, in the order of their registration. Raises: NotFound."""
    sql, arguments = select(listing, RESULTS, [tenant_id, id], FILTERS, id_column="stay.user_id", order="ASC")
    async with db.transaction(snapshot=True) as tx:
        await read_audience(tx, tenant_id, id)
        rows = await tx.fetch(sql, *arguments)
    return page(listing, rows, _member)


def _member(row: Row) -> MemberView:
    return MemberView(row["id"], row["account_number"], row["external_identifier"], wire.rfc3339(row["joined_at"]))


async def list_audience_stays(db: Db, tenant_id: UUID, user_id: UUID) -> list[AudienceStayView]:
    """Return the audiences that a user is and was in, the newest first, up to 200. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        if not await tx.fetchval(KNOWN, tenant_id, user_id):
            raise NotFound("There is no such user.")
        rows = await tx.fetch(OF_USER, tenant_id, user_id, STAYS_MAX)
    return [
        AudienceStayView(
            row["audience_id"], row["name"], row["is_active"] and row["deleted_at"] is None,
            wire.rfc3339(row["joined_at"]), wire.rfc3339_or_none(row["left_at"]),
        )
        for row in rows
    ]  # fmt: skip


def by_user(moves: Iterable[Move]) -> Mapping[UUID, list[Move]]:
    """Return moves by the member, those who leave before those who join."""
    found: dict[UUID, list[Move]] = {}
    for move in sorted(moves, key=lambda one: (one.user_id, one.is_joining, one.audience.id)):
        found.setdefault(move.user_id, []).append(move)
    return found
