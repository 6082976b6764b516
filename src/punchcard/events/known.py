"""What rules can see of events that are being judged: gathered where reactors ask for more than the payload."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import structs

from punchcard.db.connection import Tx
from punchcard.engine.enhancement import seen_by_rules
from punchcard.engine.facts import Facts, Member, Path, of_event, of_member, of_wallet
from punchcard.engine.situation import Decision, Subject
from punchcard.events.recorded import channel_of
from punchcard.events.request import Draft
from punchcard.users.consents import read_given_names
from punchcard.users.users import read_members


async def members_of(tx: Tx, drafts: Sequence[Draft]) -> dict[UUID, Member]:
    """Return the users of those drafts whose reactors look at them."""
    asked = {
        (draft.tenant_id, draft.user_id)
        for draft in drafts
        if any(path[0] == "user" for path in draft.event_type.facts)
    }
    paths = {path for draft in drafts for path in draft.event_type.facts} if asked else ()
    return await read_seen(tx, asked, paths) if asked else {}


async def read_seen(tx: Tx, asked: Collection[tuple[UUID, UUID]], paths: Iterable[Path]) -> dict[UUID, Member]:
    """Return users (tenant id, user id) as rules see them that look at these paths."""
    members = await read_members(tx, asked)
    if members and not {path[:2] for path in paths}.isdisjoint({("user",), ("user", "consents")}):
        given = await read_given_names(tx, asked)
        members = {one: structs.replace(member, consents=given.get(one, [])) for one, member in members.items()}
    return members


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
