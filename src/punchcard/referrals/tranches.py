"""Tranches: what members who were invited can reach, and what both sides get for it. Owns `tranches`.

What a tranche does, its reactors do; they are made and changed with it, in commands/tranches.py.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import NotFound
from punchcard.referrals.campaigns import read_campaign


class TrancheView(wire.View, frozen=True):
    """A tranche: an event of this type about a member who came by the campaign reaches it, where `constraint` holds.

    The member gets `reactions`; REFERRAL_TRANCHE_ACTIVATION is reported about whoever has invited him, who gets
    `referrerReactions`. maxActivations: how often one member can reach it; null: with each event.
    """

    id: UUID
    campaign: wire.ReferenceView
    name: str
    event_type: wire.ReferenceView
    reactor: wire.ReferenceView
    reactions: msgspec.Raw
    referrer_reactions: msgspec.Raw
    constraint: msgspec.Raw
    max_activations: int | None
    effectivity: msgspec.Raw
    version: int
    created_at: str
    updated_at: str
    referrer_reactor: wire.ReferenceView | None = None


READ = "select * from tranches where tenant_id = $1 and deleted_at is null"
OF_CAMPAIGN = READ + " and campaign_id = $2"
LOCK = "select from tranches where tenant_id = $1 and id = $2 for no key update"
INSERT = """
    insert into tranches (tenant_id, id, campaign_id, name, event_type_id, reactor_id, referrer_reactor_id, content)
    values ($1, $2, $3, $4, $5, $6, $7, $8) returning *
"""
UPDATE = """
    update tranches set name = $3, referrer_reactor_id = $4, content = $5, version = version + 1,
                        updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = """
    update tranches set deleted_at = clock_timestamp(), version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
BY_REACTOR = READ + " and reactor_id = any($2::uuid[])"
FILTERS = {"name": Filter("name = {}"), "eventType": Filter("event_type_id::text = {}")}


async def list_tranches(db: Db, tenant_id: UUID, campaign_id: UUID, listing: Listing) -> Page[TrancheView]:
    """List the tranches of a campaign. Raises: NotFound."""
    await read_campaign(db, tenant_id, campaign_id)
    return await listed(db, listing, OF_CAMPAIGN, [tenant_id, campaign_id], FILTERS, view, order="ASC")


async def get_tranche(db: Db, tenant_id: UUID, campaign_id: UUID, id: UUID) -> TrancheView:
    """Return one tranche of a campaign. Raises: NotFound."""
    return view(await read_tranche(db, tenant_id, campaign_id, id))


async def read_tranche(tx: Db | Tx, tenant_id: UUID, campaign_id: UUID, id: UUID, *, lock: bool = False) -> Row:
    """Return one tranche of a campaign as it is kept. Raises: NotFound."""
    if lock:
        await tx.execute(LOCK, tenant_id, id)
    row = await tx.fetchrow(OF_CAMPAIGN + " and id = $3", tenant_id, campaign_id, id)
    if row is None:
        raise NotFound("There is no such tranche in this campaign.")
    return row


async def insert_tranche(
    tx: Tx, tenant_id: UUID, id: UUID, campaign_id: UUID, name: str, event_type_id: UUID, reactor_id: UUID,
    referrer_reactor_id: UUID | None, content: Mapping[str, Any],
) -> TrancheView:  # fmt: skip
    """Write a tranche, whose reactors are there."""
    row = await tx.fetchrow(
        INSERT, tenant_id, id, campaign_id, name, event_type_id, reactor_id, referrer_reactor_id, wire.text(content)
    )
    assert row is not None
    return view(row)


async def update_tranche(
    tx: Tx, row: Row, name: str, referrer_reactor_id: UUID | None, content: Mapping[str, Any]
) -> TrancheView:
    """Write what a tranche, which the caller holds, has become."""
    updated = await tx.fetchrow(
        UPDATE, row["tenant_id"], row["id"], name, referrer_reactor_id, wire.text(content)
    )  # fmt: skip
    assert updated is not None
    return view(updated)


async def drop_tranche(tx: Tx, row: Row) -> TrancheView:
    """Take a tranche out of force; what was reached stays."""
    dropped = await tx.fetchrow(DELETE, row["tenant_id"], row["id"])
    assert dropped is not None
    return view(dropped)


async def read_by_reactors(tx: Db | Tx, tenant_id: UUID, reactor_ids: list[UUID]) -> dict[UUID, Row]:
    """Return the tranches whose reactors these are, by the reactor's id."""
    return {row["reactor_id"]: row for row in await tx.fetch(BY_REACTOR, tenant_id, reactor_ids)}


def view(row: Row) -> TrancheView:
    """Return what callers see of a tranche."""
    content = wire.decode(row["content"].encode())
    parts = {name: wire.raw(wire.text(content.get(name))) for name in ("constraint", "effectivity")}
    referrer = row["referrer_reactor_id"]
    return TrancheView(
        row["id"], wire.ReferenceView(row["campaign_id"]), row["name"], wire.ReferenceView(row["event_type_id"]),
        wire.ReferenceView(row["reactor_id"]), wire.raw(wire.text(content["reactions"])),
        wire.raw(wire.text(content.get("referrerReactions") or [])), parts["constraint"],
        content.get("maxActivations"), parts["effectivity"], row["version"], wire.rfc3339(row["created_at"]),
        wire.rfc3339(row["updated_at"]), None if referrer is None else wire.ReferenceView(referrer),
    )  # fmt: skip
