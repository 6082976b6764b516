"""Who came by whose code. Owns `referrals`.

A member is brought by one other, once for ever. One that looks like more than a friend waits: it counts for no tranche
until somebody has looked at it.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import Conflict, NotFound

DEVICE_DAILY_MAX = 5
"""How many one device brings in a day before the next ones wait."""


class Referred(Struct, frozen=True):
    """A member about to be brought by a code, which the caller holds, and how it came about."""

    user_id: UUID
    code: Row
    source: str | None = None
    device: bytes | None = None


class ReferralView(wire.View, frozen=True):
    """A member (`user`) who was brought by another one (`referrer`).

    status: COUNTED, FLAGGED while it waits for somebody to look at it, or REJECTED. flag: CODE_VELOCITY where the code
    has brought many in an hour, DEVICE_VELOCITY where one device has in a day, SAME_PERSON where both became one
    account.
    """

    id: UUID
    user: wire.ReferenceView
    referrer: wire.ReferenceView
    campaign: wire.ReferenceView
    referral_code: wire.ReferenceView
    status: str
    version: int
    created_at: str
    updated_at: str
    source: str | None = None
    flag: str | None = None


READ = "select * from referrals where tenant_id = $1"
LOCK = "select from referrals where tenant_id = $1 and id = $2 for no key update"
RECENT = """
    select (select count(*) from referrals where tenant_id = $1 and code_id = $2
                and created_at > statement_timestamp() - interval '1 hour') as by_code,
           (select count(*) from referrals where tenant_id = $1 and device = $3
                and created_at > statement_timestamp() - interval '1 day') as by_device
"""
INSERT = """
    insert into referrals (tenant_id, id, user_id, campaign_id, code_id, referrer_id, source, device, status, flag)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant_id, user_id) do nothing returning *
"""
DECIDE = """
    update referrals set status = $3, decided_by = $4, version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
CAMPAIGNS = """
    select referral.user_id, referral.campaign_id from referrals as referral
    join unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)
        on asked.tenant_id = referral.tenant_id and asked.user_id = referral.user_id
    join campaigns on campaigns.tenant_id = referral.tenant_id and campaigns.id = referral.campaign_id
    where referral.status = 'COUNTED' and campaigns.is_active and campaigns.deleted_at is null
"""
DETAILS = """
    select referral.* from referrals as referral
    join unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)
        on asked.tenant_id = referral.tenant_id and asked.user_id = referral.user_id
"""
OF_USER = READ + " and user_id = $2"
# Whoever has brought himself, as it turns out, has brought nobody.
REJECT_SELF = """
    update referrals set status = 'REJECTED', flag = 'SAME_PERSON', version = version + 1,
                         updated_at = clock_timestamp()
    where tenant_id = $1 and (user_id, referrer_id) in (($2, $3), ($3, $2))
"""
CARRY_REFERRER = """
    update referrals set referrer_id = $3, updated_at = clock_timestamp() where tenant_id = $1 and referrer_id = $2
"""
CARRY_REFEREE = """
    update referrals set user_id = $3, updated_at = clock_timestamp()
    where tenant_id = $1 and user_id = $2
      and not exists (select from referrals as own where own.tenant_id = $1 and own.user_id = $3)
"""
ERASE = "update referrals set device = null, source = null where tenant_id = $1 and user_id = any($2::uuid[])"
FILTERS = {
    "status": Filter("status = {}"),
    "campaignId": Filter("campaign_id::text = {}"),
    "referrerId": Filter("referrer_id::text = {}"),
    "userId": Filter("user_id::text = {}"),
}


async def list_referrals(db: Db, tenant_id: UUID, listing: Listing) -> Page[ReferralView]:
    """List who came by whose code; those with the status FLAGGED wait for somebody to look at them."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, view, order="DESC")


async def get_referral(db: Db, tenant_id: UUID, id: UUID) -> ReferralView:
    """Return one referral. Raises: NotFound."""
    row = await db.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such referral.")
    return view(row)


async def decide(db: Db, tenant_id: UUID, id: UUID, status: str, decided_by: str) -> ReferralView:
    """Let a referral count, or not, from now on. Raises: NotFound, Conflict where both are one person."""

    async def body(tx: Tx) -> ReferralView:
        await tx.execute(LOCK, tenant_id, id)
        row = await tx.fetchrow(READ + " and id = $2", tenant_id, id)
        if row is None:
            raise NotFound("There is no such referral.")
        if row["flag"] == "SAME_PERSON" and status == "COUNTED":
            raise Conflict("Both accounts have become one, and nobody brings himself.")
        if row["status"] != status:
            row = await tx.fetchrow(DECIDE, tenant_id, id, status, decided_by)
            assert row is not None
        return view(row)

    return await db.run(body)


async def add(tx: Tx, tenant_id: UUID, one: Referred) -> bool:
    """Write down who came by a code, which the caller holds; False: the member was brought before.

    Of those whom a code or a device brings too fast each waits.
    """
    code = one.code
    recent = await tx.fetchrow(RECENT, tenant_id, code["id"], one.device)
    assert recent is not None
    flag = None
    if recent["by_device"] >= DEVICE_DAILY_MAX:
        flag = "DEVICE_VELOCITY"
    if recent["by_code"] >= code["hourly_max"]:
        flag = "CODE_VELOCITY"
    row = await tx.fetchrow(
        INSERT, tenant_id, clock.new_id(), one.user_id, code["campaign_id"], code["id"], code["user_id"], one.source,
        one.device, "COUNTED" if flag is None else "FLAGGED", flag,
    )  # fmt: skip
    return row is not None


async def read_of_user(tx: Tx, tenant_id: UUID, user_id: UUID) -> Row | None:
    """Return by whom a member was brought; None: by nobody."""
    return await tx.fetchrow(OF_USER, tenant_id, user_id)


async def read_campaigns(tx: Tx, asked: Collection[tuple[UUID, UUID]]) -> dict[UUID, Sequence[str]]:
    """Return, by user id, the active campaigns by which members (tenant id, user id) came; none for the others."""
    found = {row["user_id"]: [str(row["campaign_id"])] for row in await tx.fetch(CAMPAIGNS, *columns(asked, 2))}
    return {user_id: found.get(user_id, []) for _, user_id in asked}


async def read_details(tx: Tx, asked: Collection[tuple[UUID, UUID]]) -> dict[UUID, Mapping[str, Any]]:
    """Return, by user id, how members (tenant id, user id) were brought, in ids that may be kept for ever."""
    rows = await tx.fetch(DETAILS, *columns(asked, 2)) if asked else ()
    return {
        row["user_id"]: {
            "id": str(row["id"]), "campaignId": str(row["campaign_id"]), "referrerId": str(row["referrer_id"]),
            "status": row["status"], "registeredAt": wire.rfc3339(row["created_at"]),
        }
        for row in rows
    }  # fmt: skip


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let whom one member brought, and who brought him, be another's, who goes on."""
    await tx.execute(REJECT_SELF, tenant_id, merged_id, user_id)
    await tx.execute(CARRY_REFERRER, tenant_id, merged_id, user_id)
    await tx.execute(CARRY_REFEREE, tenant_id, merged_id, user_id)


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Forget from where a person came; that he was brought, and by which member, stays."""
    await tx.execute(ERASE, tenant_id, list(family))


def device_of(key: bytes, ip_address: str | None, user_agent: str | None) -> bytes | None:
    """Return a digest that stands for a device; nobody without the key can try addresses out."""
    if not ip_address:
        return None
    return hmac.digest(key, f"device {ip_address} {user_agent or ''}".encode(), "sha256")


def view(row: Row) -> ReferralView:
    """Return what callers see of a referral."""
    return ReferralView(
        row["id"], wire.ReferenceView(row["user_id"]), wire.ReferenceView(row["referrer_id"]),
        wire.ReferenceView(row["campaign_id"]), wire.ReferenceView(row["code_id"]), row["status"], row["version"],
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]), row["source"], row["flag"],
    )  # fmt: skip
