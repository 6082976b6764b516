"""What rules can see of events that are being judged: gathered where reactors ask for more than the payload."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import structs

from punchcard import clock
from punchcard.db.connection import Tx
from punchcard.engine.enhancement import seen_by_rules
from punchcard.engine.facts import NO_TIER, Facts, Member, Path, asks_for_tier, of_event, of_member, of_wallet
from punchcard.engine.situation import Decision, Subject
from punchcard.engine.tier import Tier
from punchcard.events import tier_watch
from punchcard.events.catalogue import Following
from punchcard.events.recorded import channel_of
from punchcard.events.request import Draft
from punchcard.referrals.referrals import read_campaigns
from punchcard.users import attributes, audience_stays, earned_badges
from punchcard.users.attributes import SubjectType
from punchcard.users.consents import read_given_names
from punchcard.users.users import read_members

Asked = tuple[UUID, UUID]
"""Tenant id, user id."""


async def members_of(tx: Tx, drafts: Sequence[Draft]) -> dict[UUID, Member]:
    """Return the users of those drafts whose reactors look at them."""
    asked = {
        (draft.tenant_id, draft.user_id)
        for draft in drafts
        if any(path[0] == "user" for path in draft.event_type.facts)
    }
    paths = {path for draft in drafts for path in draft.event_type.facts} if asked else ()
    return await read_seen(tx, asked, paths) if asked else {}


async def read_seen(tx: Tx, asked: Collection[Asked], paths: Iterable[Path]) -> dict[UUID, Member]:
    """Return users (tenant id, user id) as rules see them that look at these paths."""
    members = await read_members(tx, asked)
    if members:
        looked_at = {path[:2] for path in paths}
        for name, read in _READERS.items():
            if ("user",) in looked_at or ("user", name) in looked_at:
                found = await read(tx, asked)
                named = {"audienceIds": "audience_ids"}.get(name, name)
                members = {one: structs.replace(member, **{named: found[one]}) for one, member in members.items()}
    return members


async def read_now(
    tx: Tx, asked: Collection[Asked], paths: Collection[Path], following: Following | None
) -> dict[UUID, Member]:
    """Return users as rules see them now, their tiers too; nothing of it is held."""
    members = await read_seen(tx, asked, paths)
    if not asks_for_tier(paths):
        return members
    watch = await tier_watch.watch(tx, dict.fromkeys(asked, following), clock.now())
    tiers = {wallet[1]: None if watch is None else watch.tier_of(wallet) for wallet in asked}
    return {user_id: _in_tier(member, tiers[user_id]) for user_id, member in members.items()}


def _in_tier(member: Member, tier: Tier | None) -> Member:
    if tier is None:
        return structs.replace(member, tier=NO_TIER)
    return structs.replace(member, tier={"tier": tier.name, "tierId": str(tier.id), "tierPriority": tier.priority})


async def _read_consents(tx: Tx, asked: Collection[Asked]) -> dict[UUID, Sequence[str]]:
    given = await read_given_names(tx, asked)
    return {user_id: given.get(user_id, []) for _, user_id in asked}


async def _read_attributes(tx: Tx, asked: Collection[Asked]) -> dict[UUID, dict[str, Any]]:
    return await attributes.read_enabled(tx, [(tenant_id, SubjectType.USER, user_id) for tenant_id, user_id in asked])


async def _read_badges(tx: Tx, asked: Collection[Asked]) -> dict[UUID, Sequence[str]]:
    held = await earned_badges.read_held(tx, asked)
    return {user_id: [str(one.badge_id) for one in badges] for user_id, badges in held.items()}


async def _read_audiences(tx: Tx, asked: Collection[Asked]) -> dict[UUID, Sequence[str]]:
    known = await audience_stays.read_names(tx, asked)
    return {user_id: [name for _, name in audiences] for user_id, audiences in known.items()}


async def _read_audience_ids(tx: Tx, asked: Collection[Asked]) -> dict[UUID, Sequence[str]]:
    known = await audience_stays.read_names(tx, asked)
    return {user_id: [str(audience_id) for audience_id, _ in audiences] for user_id, audiences in known.items()}


_READERS: Mapping[str, Callable[[Tx, Collection[Asked]], Awaitable[Mapping[UUID, Any]]]] = {
    "consents": _read_consents,
    "attributes": _read_attributes,
    "badges": _read_badges,
    "audiences": _read_audiences,
    "audienceIds": _read_audience_ids,
    "campaigns": read_campaigns,
}


def gather(draft: Draft, payload: Mapping[str, Any], subject: Subject, member: Member | None) -> dict[str, Any]:
    """Return the facts of an event about to be judged; the wallet is as it stands before it."""
    facts = of_event(draft.event_type.name, draft.occurred_at, channel_of(draft.reporter), draft.event_type.zone)
    facts |= {"payload": payload, "wallet": of_wallet(subject.balance, subject.pending)}
    if member is not None:
        facts["user"] = of_member(member, draft.occurred_at)
    return facts


def of_judged(draft: Draft, decision: Decision) -> Facts:
    """Return the facts of an event that was judged and not recorded: the same as once it is."""
    facts = of_event(draft.event_type.name, draft.occurred_at, channel_of(draft.reporter), draft.event_type.zone)
    return {"payload": seen_by_rules(draft.payload, decision.enhanced), **facts, **(decision.pinned or {})}
