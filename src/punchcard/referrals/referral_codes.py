"""The codes by which members invite others, and what came of them. Owns `referral_codes`."""

from collections.abc import Collection, Sequence
from typing import Annotated
from uuid import UUID

import asyncpg
from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import Fault, NameTaken, NotFound
from punchcard.referrals.campaigns import link_of, read_campaign

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 letters and digits, none of which looks like another."""

CHARACTERS = 10


class ReferralCodePatch(wire.Definition):
    """What to change of a code: another text, which no other member has; with it the link, unless it is said too."""

    invite_code: Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^\S(.*\S)?$")] | None = None
    invite_link: Annotated[str, Field(min_length=3, max_length=1024)] | None = None


class ReferralCodeView(wire.View, frozen=True):
    """A member's code in a campaign: how often its link was followed, and how many have registered by it."""

    id: UUID
    campaign: wire.ReferenceView
    user: wire.ReferenceView
    invite_code: str
    invite_link: str
    click_count: int
    register_count: int
    version: int
    created_at: str
    updated_at: str


READ = "select * from referral_codes where tenant_id = $1 and deleted_at is null"
OF_CAMPAIGN = READ + " and campaign_id = $2"
OF_USER = OF_CAMPAIGN + " and user_id = $3"
LOCK = "select from referral_codes where tenant_id = $1 and id = $2 for no key update"
INSERT = """
    insert into referral_codes (tenant_id, id, campaign_id, user_id, invite_code, invite_link)
    values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning *
"""
UPDATE = """
    update referral_codes set invite_code = $3, invite_link = $4, version = version + 1,
                              updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = """
    update referral_codes set deleted_at = clock_timestamp(), version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
HOLD = """
    select code.*, campaign.hourly_max from referral_codes as code
    join campaigns as campaign on campaign.tenant_id = code.tenant_id and campaign.id = code.campaign_id
    where code.tenant_id = $1 and md5(lower(code.invite_code)) = any($2::text[]) and code.deleted_at is null
      and campaign.is_active and campaign.deleted_at is null
    order by code.id for no key update of code
"""
DIGESTS = "select array_agg(md5(lower(code))) from unnest($1::text[]) as code"
COUNT = """
    update referral_codes set click_count = click_count + $3, register_count = register_count + $4,
                              updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
# Of two codes for one campaign the survivor's stays; whoever follows the other's link finds it gone.
DROP_SECOND = """
    update referral_codes as code set deleted_at = clock_timestamp(), version = version + 1
    where tenant_id = $1 and user_id = $2 and deleted_at is null and exists (
        select from referral_codes as kept where kept.tenant_id = $1 and kept.user_id = $3
            and kept.campaign_id = code.campaign_id and kept.deleted_at is null)
"""
CARRY_OVER = "update referral_codes set user_id = $3 where tenant_id = $1 and user_id = $2"
ERASE = """
    update referral_codes set invite_code = 'erased ' || id, invite_link = 'erased', version = version + 1,
                              deleted_at = coalesce(deleted_at, clock_timestamp())
    where tenant_id = $1 and user_id = any($2::uuid[])
"""
FILTERS = {"userId": Filter("user_id::text = {}"), "inviteCode": Filter("lower(invite_code) = lower({})")}


async def list_referral_codes(
    db: Db, tenant_id: UUID, campaign_id: UUID, listing: Listing
) -> Page[ReferralCodeView]:  # fmt: skip
    """List the codes of a campaign. Raises: NotFound."""
    await read_campaign(db, tenant_id, campaign_id)
    return await listed(db, listing, OF_CAMPAIGN, [tenant_id, campaign_id], FILTERS, view, order="ASC")


async def get_referral_code(db: Db, tenant_id: UUID, campaign_id: UUID, id: UUID) -> ReferralCodeView:
    """Return one code of a campaign. Raises: NotFound."""
    return view(await read_code(db, tenant_id, campaign_id, id))


async def patch_referral_code(
    db: Db, tenant_id: UUID, campaign_id: UUID, id: UUID, definition: ReferralCodePatch, expected: wire.Expected
) -> ReferralCodeView:
    """Give a code another text or link; who follows the old one is not counted. Raises: NotFound, NameTaken."""

    async def body(tx: Tx) -> ReferralCodeView:
        row = await read_code(tx, tenant_id, campaign_id, id, lock=True)
        wire.require_version(row["version"], expected)
        code, link = definition.invite_code or row["invite_code"], definition.invite_link
        if link is None:
            campaign = await read_campaign(tx, tenant_id, campaign_id)
            link = link_of(campaign, code) if definition.invite_code else row["invite_link"]
        try:
            updated = await tx.fetchrow(UPDATE, tenant_id, id, code, link)
        except asyncpg.UniqueViolationError:
            detail = "Another code of this tenant reads like that; choose another one."
            raise NameTaken(detail, faults=[Fault("/inviteCode", "name_taken", detail)]) from None
        assert updated is not None
        return view(updated)

    return await db.run(body)


async def delete_referral_code(db: Db, tenant_id: UUID, campaign_id: UUID, id: UUID) -> ReferralCodeView:
    """Take a code out of use; who came by it stays. The member may get another one. Raises: NotFound."""

    async def body(tx: Tx) -> ReferralCodeView:
        await read_code(tx, tenant_id, campaign_id, id, lock=True)
        row = await tx.fetchrow(DELETE, tenant_id, id)
        assert row is not None
        return view(row)

    return await db.run(body)


async def read_code(tx: Db | Tx, tenant_id: UUID, campaign_id: UUID, id: UUID, *, lock: bool = False) -> Row:
    """Return one code of a campaign as it is kept. Raises: NotFound."""
    if lock:
        await tx.execute(LOCK, tenant_id, id)
    row = await tx.fetchrow(OF_CAMPAIGN + " and id = $3", tenant_id, campaign_id, id)
    if row is None:
        raise NotFound("There is no such code in this campaign.")
    return row


async def take_code(tx: Tx, campaign: Row, user_id: UUID) -> Row:
    """Return a member's code in a campaign, made now if there is none; of several who ask at once all get the same."""
    tenant_id, campaign_id = campaign["tenant_id"], campaign["id"]
    while True:
        row = await tx.fetchrow(OF_USER, tenant_id, campaign_id, user_id)
        if row is None:
            code = new_code()
            link = link_of(campaign, code)
            row = await tx.fetchrow(INSERT, tenant_id, clock.new_id(), campaign_id, user_id, code, link)
        if row is not None:  # else somebody else has this text, or has just made the member's
            return row


async def hold_codes(tx: Tx, tenant_id: UUID, texts: Collection[str]) -> dict[str, Row]:
    """Hold the codes of active campaigns that read so, in one order; return them by their text in small letters."""
    digests = await tx.fetchval(DIGESTS, sorted(texts))
    return {row["invite_code"].lower(): row for row in await tx.fetch(HOLD, tenant_id, digests)}


async def count(tx: Tx, tenant_id: UUID, id: UUID, *, clicks: int = 0, registers: int = 0) -> ReferralCodeView:
    """Count what came of a code."""
    row = await tx.fetchrow(COUNT, tenant_id, id, clicks, registers)
    assert row is not None
    return view(row)


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let one member's codes be another's, who goes on."""
    await tx.execute(DROP_SECOND, tenant_id, merged_id, user_id)
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Forget what a person's codes read: somebody may have chosen a name."""
    await tx.execute(ERASE, tenant_id, list(family))


def new_code() -> str:
    """Return a code that nobody guesses: 50 random bits."""
    return "".join(ALPHABET[byte & 31] for byte in clock.random_bytes(CHARACTERS))


def view(row: Row) -> ReferralCodeView:
    """Return what callers see of a code."""
    return ReferralCodeView(
        row["id"], wire.ReferenceView(row["campaign_id"]), wire.ReferenceView(row["user_id"]), row["invite_code"],
        row["invite_link"], row["click_count"], row["register_count"], row["version"],
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]),
    )  # fmt: skip
