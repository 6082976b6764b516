"""Events judged one after the other, with all that follows from each, in memory: nothing is written here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, structs

from punchcard.db.connection import Tx
from punchcard.engine.counters import Counter, Number
from punchcard.engine.decide import decide
from punchcard.engine.effects import attributes_after, badges_after
from punchcard.engine.enhancement import seen_by_rules
from punchcard.engine.facts import NO_TIER, Member, asks_for_tier, pinned
from punchcard.engine.situation import Decision, Occurrence, Situation
from punchcard.events import counting, enhance, gather, known, tier_watch
from punchcard.events.counting import Counting
from punchcard.events.enhance import Enhancing
from punchcard.events.follow_ups import Chain, of_effects
from punchcard.events.long_chains import LONG
from punchcard.events.request import Desk, Draft
from punchcard.events.tier_watch import Watch

Judged = tuple[Draft, Decision]


class Judgement(Struct, frozen=True):
    """The events in their order, each followed by what follows from it, and how members stand afterwards.

    is_plain: nothing comes of them but points on no terms.
    """

    judged: list[Judged]
    watch: Watch | None = None
    is_plain: bool = False


async def judge(
    desk: Desk, tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime, *, lock: bool = True
) -> Judgement:
    """Run enhancers and reactors over events in their order, and over what follows; `situation` moves on.

    The caller holds the wallets. lock: it records what comes of it.
    """
    situation.now = now
    if all([draft.event_type.is_plain for draft in drafts]):  # noqa: C419 - a list is quicker, and mostly all is looked at
        return Judgement([(draft, decide(draft, draft.event_type.reactors, situation)) for draft in drafts], None, True)
    expected = gather.expected(drafts, now)
    await gather.gather(tx, expected, situation, lock=lock)
    if any(
        draft.event_type.enhancers or draft.event_type.facts or draft.event_type.counting or draft.event_type.following
        for draft in drafts
    ):
        judging = await _begin(desk, tx, expected, situation, now, lock=lock)
        judged: list[Judged] = []
        for draft in drafts:
            chain = judging.judge_chain(draft)
            if len(chain) > LONG:
                desk.long_chains.note(draft.tenant_id)
            judged += chain
        return Judgement(judged, judging.watch)
    return Judgement(
        [(draft, decide(draft, draft.event_type.reactors, situation, draft.event_type.policies)) for draft in drafts]
    )


async def _begin(
    desk: Desk, tx: Tx, expected: Sequence[Draft], situation: Situation, now: datetime, *, lock: bool
) -> "_Judging":
    """Read what events look at beside the payload that was reported, and what they are counted for."""
    asking = [(draft.tenant_id, draft.user_id, draft.event_type.enhancers) for draft in expected]
    enhancing = await enhance.begin(tx, asking, situation, now, keep=lock)
    members = await known.members_of(tx, expected)
    counted = await counting.begin(tx, expected, situation)
    follows = any(draft.event_type.following for draft in expected)
    watch = await tier_watch.begin(tx, expected, now) if follows else None
    return _Judging(situation, now, desk.follow_ups_max, enhancing, members, counted, watch)


class _Judging(Struct):
    """What is known of the members of a commit's events, moved on by each event."""

    situation: Situation
    now: datetime
    budget: int
    enhancing: Enhancing
    members: dict[UUID, Member]
    counted: Counting
    watch: Watch | None

    def judge_chain(self, root: Draft) -> list[Judged]:
        """Judge an event, then all that follows from it."""
        chain, judged = Chain(root, self.budget, self.now), []
        for draft in chain.drafts():
            decision = self._judge(draft)
            judged.append((draft, decision))
            if draft.event_type.following is not None:
                chain.follow(draft, decision, of_effects(draft, decision, self.situation))
                if self.watch is not None:
                    chain.follow(draft, decision, self.watch.follow(draft, decision))
        return judged

    def _judge(self, draft: Draft) -> Decision:
        event_type, subject = draft.event_type, self.situation.subjects[draft.user_id]
        tier = self._tier(draft)
        enhanced = self.enhancing.enhance(event_type.enhancers, draft.user_id, tier)
        seen = Occurrence(draft.user_id, seen_by_rules(draft.payload, enhanced), draft.occurred_at)
        facts: dict[str, Any] | None = None
        added: list[tuple[Counter, Number]] = []
        if event_type.facts or event_type.counting:
            member = self.members.get(draft.user_id)
            if member is not None and asks_for_tier(event_type.facts):
                member = structs.replace(member, tier=_seen(tier))
            facts = known.gather(draft, seen.payload, subject, member)
            facts["counters"], added = self.counted.facts(draft, facts)
        decision = decide(seen, event_type.reactors, self.situation, event_type.policies, facts)
        decision.enhanced = enhanced
        decision.pinned = None if facts is None else pinned(facts, event_type.facts)
        self.counted.follow(draft, added)
        self.enhancing.follow(draft.user_id, decision)
        if decision.effects:
            self._move_on(draft.user_id, decision)
        return decision

    def _tier(self, draft: Draft) -> dict[str, Any] | None:
        """Return the member's tier as it is before the event; None where the member is in none."""
        tier = None if self.watch is None else self.watch.tier_of((draft.tenant_id, draft.user_id))
        return None if tier is None else {"id": str(tier.id), "name": tier.name, "priority": tier.priority}

    def _move_on(self, user_id: UUID, decision: Decision) -> None:
        """Let rules over later events see what reactions have made of the member."""
        member = self.members.get(user_id)
        if member is not None:
            self.members[user_id] = structs.replace(
                member,
                attributes=attributes_after(member.attributes, decision.effects),
                badges=badges_after(member.badges, decision.effects),
            )


def _seen(tier: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return a tier as rules see it."""
    return NO_TIER if tier is None else {"tier": tier["name"], "tierId": tier["id"], "tierPriority": tier["priority"]}
