"""One member's life, judged again event by event from nothing: wallet, lots, entries and counts. Pure.

What reactors gave is decided anew, by the versions that judged and the facts that are pinned; it is not copied. What
is counted over everybody is not one member's: how far a limit of that kind was used up is taken from the verdict, and
what is counted is added up over all members afterwards.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, field, structs

from punchcard.engine.awaiting import ACTIVATED
from punchcard.engine.decide import decide
from punchcard.engine.effects import Act, AwardBadge, Badge, GiveReward, Stock
from punchcard.engine.facts import Facts
from punchcard.engine.firing import counter_of, window_of
from punchcard.engine.holdings import Lot
from punchcard.engine.limits import Key, Window
from punchcard.engine.lineup import Lineup
from punchcard.engine.period import Duration
from punchcard.engine.policy import Policies
from punchcard.engine.situation import EVERYBODY, Code, Decision, Occurrence, Reactor, Situation, Subject, Verdict
from punchcard.engine.verdicts import LISTED, planned


class Told(Struct, frozen=True):
    """A recorded event: what was reported and when, what rules saw, how it was judged, and by what.

    reactors: those that judged, in the order in which they reacted. Stock and badges are not to be had again: what a
    reactor lacked is taken from its verdict.
    """

    event: Occurrence
    reported_at: datetime
    facts: Facts
    verdicts: Sequence[Verdict]
    reactors: Sequence[Reactor]
    policies: Policies


class Life(Struct):
    """A member's state as the events have made it so far."""

    user_id: UUID
    subject: Subject
    situation: Situation
    lots: dict[int, Lot] = field(default_factory=dict)

    @classmethod
    def begin(cls, user_id: UUID) -> "Life":
        """Return a member before the first event."""
        subject = Subject(0, 0)
        return cls(user_id, subject, Situation({user_id: subject}))

    def judge(self, told: Told) -> Decision:
        """Judge an event again; the wallet moves on, but for its lots."""
        situation = self.situation
        situation.now = told.reported_at
        releases = any(reaction.release for reactor in told.reactors for reaction in reactor.reactions)
        situation.waiting = {self.user_id: self._waiting()} if releases else {}
        for key in [key for key in situation.windows if key[0] == EVERYBODY]:
            del situation.windows[key]
        situation.activations = {key: one for key, one in situation.activations.items() if key[0] != EVERYBODY}
        by_version = {verdict.reactor_version_id: verdict for verdict in told.verdicts}
        for reactor in told.reactors:
            self._use_up(told.event, reactor, by_version[reactor.version_id])
        situation.stock, situation.badges = _had(told.reactors, by_version)
        reactors = [_as_it_failed(reactor, by_version[reactor.version_id]) for reactor in told.reactors]
        return decide(told.event, Lineup(tuple(reactors)), situation, told.policies, told.facts)

    def _waiting(self) -> dict[str, dict[int, Lot]]:
        found: dict[str, dict[int, Lot]] = {}
        for lot in self.lots.values():
            if lot.is_pending and lot.remaining and lot.awaits is not None:
                found.setdefault(lot.awaits, {})[lot.number] = lot
        return found

    def _use_up(self, event: Occurrence, reactor: Reactor, verdict: Verdict) -> None:
        """Let limits over everybody stand as the verdict says they stood."""
        reached = verdict.detail if verdict.code is Code.LIMIT_REACHED else ()
        if reactor.counts_everybody and reactor.max_activations is not None and len(reached) == 1:
            self.situation.activations[counter_of(event, reactor)] = reached[0]
        given, cut = _given(verdict)
        for limit in reactor.limits:
            if not limit.counts_everybody:
                continue
            window = self.situation.windows.setdefault(window_of(event, reactor, limit), Window())
            if len(reached) > 1 and reached[1] == limit.most and (reached[2] == "points") is limit.of_points:
                # Limits of times and of points may share a window: only what this one counts had come so far.
                if limit.of_points:
                    window.points = reached[0]
                else:
                    window.count, window.fired_at = reached[0], [event.occurred_at] * reached[0]
            elif limit.of_points and cut:
                window.points = max(limit.most - given, 0)


def _had(reactors: Sequence[Reactor], by_version: Mapping[int, Verdict]) -> tuple[dict[UUID, Stock], dict[UUID, Badge]]:
    """Return what there was of rewards and badges, as far as verdicts say that it was lacking."""
    stock: dict[UUID, Stock] = {}
    badges: dict[UUID, Badge] = {}
    given = Counter(
        act.reward_id
        for reactor in reactors
        for act in _done(reactor, by_version[reactor.version_id])
        if isinstance(act, GiveReward)
    )
    for reactor in reactors:
        verdict = by_version[reactor.version_id]
        code, *detail = verdict.detail[0] if verdict.code is Code.FAILED else (verdict.code, *verdict.detail)
        if code not in {Code.OUT_OF_STOCK, Code.UNAVAILABLE}:
            continue
        (lacking,) = (act for act in reactor.acts if act.number == detail[0])
        if isinstance(lacking, AwardBadge):
            badges[lacking.badge_id] = Badge("", is_active=False)
        elif isinstance(lacking, GiveReward):
            before = sum(
                isinstance(act, GiveReward) and act.reward_id == lacking.reward_id and act.number < lacking.number
                for act in reactor.acts
            )
            left = max(given[lacking.reward_id], before) if code == Code.OUT_OF_STOCK else None
            stock[lacking.reward_id] = Stock("", left, is_available=code == Code.OUT_OF_STOCK)
    return stock, badges


def _done(reactor: Reactor, verdict: Verdict) -> Sequence[Act]:
    if verdict.code is Code.FIRED:
        return reactor.acts
    return reactor.failing.acts if verdict.code is Code.FAILED and reactor.failing is not None else ()


def _as_it_failed(reactor: Reactor, verdict: Verdict) -> Reactor:
    """Leave out what a reactor does where it does not fire, if that could not be done: the verdict keeps no reason."""
    is_whole = reactor.failing is None or not reactor.failing.acts or verdict.code is Code.FAILED
    return reactor if is_whole else structs.replace(reactor, failing=None)


def _given(verdict: Verdict) -> tuple[int, bool]:
    """Return the points that a verdict gave, and whether a limit of points cut some off."""
    if verdict.code not in LISTED:
        return 0, False
    told = [planned(one) for one in verdict.detail[int(verdict.code is Code.FAILED) :]]
    cut = any(one.points != one.asked and not one.words for one in told)
    return sum(max(one.points, 0) for one in told if one.side != ACTIVATED), cut


def counted_over_everybody(
    event: Occurrence, decision: Decision, reactors: Iterable[Reactor]
) -> tuple[list[tuple[UUID, UUID]], dict[Key, tuple[int, bool, bool]]]:
    """Return what an event counts for over everybody: activations, and windows with the points that it gave.

    Of a window besides whether it is a rolling one, and whether the reactor fired.
    """
    by_version = {reactor.version_id: reactor for reactor in reactors}
    activations: list[tuple[UUID, UUID]] = []
    windows: dict[Key, tuple[int, bool, bool]] = {}
    for verdict in decision.verdicts:
        if verdict.code not in LISTED:
            continue
        reactor, has_fired = by_version[verdict.reactor_version_id], verdict.code is Code.FIRED
        if has_fired and reactor.max_activations is not None and reactor.counts_everybody:
            activations.append(counter_of(event, reactor))
        given, _ = _given(verdict)
        for limit in reactor.limits:
            if limit.counts_everybody:
                windows[window_of(event, reactor, limit)] = (given, isinstance(limit.per, Duration), has_fired)
    return activations, windows


def verdict_parts(verdicts: Iterable[Verdict]) -> dict[int, tuple[Any, ...]]:
    """Return verdicts in a form in which they can be compared."""
    parts = {}
    for verdict in verdicts:
        is_listed = verdict.code in LISTED
        whole = verdict.detail[: len(verdict.detail) if not is_listed else int(verdict.code is Code.FAILED)]
        told = [planned(one) for one in verdict.detail[len(whole) :]]
        detail = [(one.number, one.points, one.asked, one.words, one.side, one.act) for one in told]
        parts[verdict.reactor_version_id] = (verdict.code.value, msgspec.json.encode(whole), *detail)
    return parts
