"""Tranches of campaigns with the reactors that do what they say: made, changed and ended together.

One reactor reacts to events of the tranche's type about members who came by the campaign, the other one to
REFERRAL_TRANCHE_ACTIVATION about whoever invited them.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, WithinTx
from punchcard.errors import Fault, Invalid
from punchcard.events.intrinsic_types import REFERRAL_TRANCHE_ACTIVATION
from punchcard.reactors.definitions import (
    Constrained,
    EventReactorDefinition,
    EventReactorPatch,
    MaxActivations,
    Reactions,
)
from punchcard.reactors.reactions import TELL_REFERRER, Referred
from punchcard.reactors.reactors import change_reactor, close_reactor, create_reactor, give_to_tranche, stored
from punchcard.referrals import tranches
from punchcard.referrals.campaigns import read_campaign
from punchcard.referrals.tranches import TrancheView

TYPE_NAME = "select name from event_types where tenant_id = $1 and id = $2"


class TrancheDefinition(Constrained):
    """A new tranche: an event of this type, about a member who came by the campaign, for which `constraint` holds.

    The member gets `reactions`, whoever has invited him `referrerReactions`. maxActivations: how often one member can
    reach it; left out: with each event.
    """

    name: Annotated[str, Field(min_length=2, max_length=1024)]
    event_type: str | Referred
    reactions: Reactions
    constraint: wire.Json | str | None = None
    max_activations: MaxActivations | None = None
    effectivity: wire.Effectivity | None = None
    referrer_reactions: Reactions | None = None


class TranchePatch(Constrained):
    """What to change of a tranche; what was counted goes on. deleteReferrerReactions: whoever invites gets nothing."""

    name: Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[\x00-\x7F]+$")] | None = None
    constraint: wire.Json | str | None = None
    max_activations: MaxActivations | None = None
    reactions: Reactions | None = None
    effectivity: wire.Effectivity | None = None
    referrer_reactions: Reactions | None = None
    delete_referrer_reactions: wire.Flag = False


async def create_tranche(db: Db, tenant_id: UUID, campaign_id: UUID, definition: TrancheDefinition) -> TrancheView:
    """Create a tranche, which can be reached from now on. Raises: NotFound, Invalid."""
    tranche_id = clock.new_id()
    content = _content(definition)

    async def body(tx: Tx) -> TrancheView:
        await read_campaign(tx, tenant_id, campaign_id, lock=True)
        wanted = definition.event_type
        rule = {name: value for name, value in content.items() if name != "referrerReactions"}
        given = {
            "name": f"Tranche {tranche_id}",
            "eventType": wanted if isinstance(wanted, str) else {"id": str(wanted.id)},
            **rule,
        }
        asked = wire.read(EventReactorDefinition, given)
        asked = asked.model_copy(update={"reactions": [*asked.reactions, TELL_REFERRER]})
        reactor = await create_reactor(WithinTx(tx), tenant_id, asked)
        type_id = reactor.event_type.id
        if await tx.fetchval(TYPE_NAME, tenant_id, type_id) == REFERRAL_TRANCHE_ACTIVATION:
            detail = "Tranches are reached by other events; reactors react to this one."
            raise wire.invalid([Fault("/eventType", "event_type_refused", detail)])
        await give_to_tranche(tx, tenant_id, reactor.id, tranche_id, campaign_id)
        referrer = await _for_referrer(tx, tenant_id, tranche_id, content.get("referrerReactions"))
        return await tranches.insert_tranche(
            tx, tenant_id, tranche_id, campaign_id, definition.name, type_id, reactor.id, referrer, content
        )

    return await db.run(body)


async def patch_tranche(
    db: Db, tenant_id: UUID, campaign_id: UUID, id: UUID, definition: TranchePatch, expected: wire.Expected
) -> TrancheView:
    """Change a tranche. Raises: NotFound, PreconditionFailed, Invalid."""
    changed = _content(definition)

    async def body(tx: Tx) -> TrancheView:
        row = await tranches.read_tranche(tx, tenant_id, campaign_id, id, lock=True)
        wire.require_version(row["version"], expected)
        rule = {name: value for name, value in changed.items() if name != "referrerReactions"}
        if rule:
            asked = wire.read(EventReactorPatch, rule)
            if asked.reactions is not None:
                asked = asked.model_copy(update={"reactions": [*asked.reactions, TELL_REFERRER]})
            await change_reactor(tx, tenant_id, row["reactor_id"], asked)
        content = wire.decode(row["content"].encode()) | changed
        referrer = row["referrer_reactor_id"]
        if definition.delete_referrer_reactions:
            content["referrerReactions"] = []
            if referrer is not None:
                await close_reactor(tx, tenant_id, referrer)
            referrer = None
        elif changed.get("referrerReactions") is not None:
            referrer = await _change_for_referrer(tx, row, changed["referrerReactions"])
        return await tranches.update_tranche(tx, row, definition.name or row["name"], referrer, content)

    return await db.run(body)


async def delete_tranche(db: Db, tenant_id: UUID, campaign_id: UUID, id: UUID) -> TrancheView:
    """End a tranche: nobody reaches it any more, and what was given stays. Raises: NotFound."""

    async def body(tx: Tx) -> TrancheView:
        row = await tranches.read_tranche(tx, tenant_id, campaign_id, id, lock=True)
        # The one for whoever invites stays: what was reached before may not have been told yet.
        await close_reactor(tx, tenant_id, row["reactor_id"])
        return await tranches.drop_tranche(tx, row)

    return await db.run(body)


async def _for_referrer(tx: Tx, tenant_id: UUID, tranche_id: UUID, reactions: Any) -> UUID | None:
    """Make the reactor for whoever invites, where the tranche has something for him."""
    if not reactions:
        return None
    given = {
        "name": f"Tranche {tranche_id}, referrer",
        "eventType": REFERRAL_TRANCHE_ACTIVATION,
        "constraint": f'payload.trancheId == "{tranche_id}"',
        "reactions": reactions,
    }
    try:
        reactor = await create_reactor(WithinTx(tx), tenant_id, wire.read(EventReactorDefinition, given))
    except Invalid as refused:
        raise _of_referrer(refused) from None
    await give_to_tranche(tx, tenant_id, reactor.id, tranche_id, None)
    return reactor.id


async def _change_for_referrer(tx: Tx, row: Row, reactions: Any) -> UUID | None:
    tenant_id, referrer = row["tenant_id"], row["referrer_reactor_id"]
    if referrer is None:
        made: UUID | None = await _for_referrer(tx, tenant_id, row["id"], reactions)
        return made
    try:
        await change_reactor(tx, tenant_id, referrer, wire.read(EventReactorPatch, {"reactions": reactions}))
    except Invalid as refused:
        raise _of_referrer(refused) from None
    found: UUID = referrer
    return found


def _of_referrer(refused: Invalid) -> Invalid:
    """Return a refusal whose pointers lead to where the reactions stand in a tranche."""
    faults = [
        Fault(one.pointer.replace("/reactions", "/referrerReactions", 1), one.code, one.detail)
        for one in refused.faults
    ]
    return wire.invalid(faults)


def _content(definition: TrancheDefinition | TranchePatch) -> dict[str, Any]:
    """Return what is given of a tranche, as it is kept; null takes a field away."""
    given: Mapping[str, Any] = definition.model_dump(
        mode="json", by_alias=True, exclude_unset=True,
        include={"constraint", "max_activations", "effectivity"},
    )  # fmt: skip
    content = dict(given)
    for name, reactions in (("reactions", definition.reactions), ("referrerReactions", definition.referrer_reactions)):
        if reactions is not None:
            content[name] = wire.decode(wire.encode(stored(reactions)))
    return content
