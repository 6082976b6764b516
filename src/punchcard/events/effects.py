"""What reactions do beside points, recorded: each kind by the noun that it is about, for all events at once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import structlog
from msgspec import Struct

from punchcard import wire
from punchcard.db import queue
from punchcard.db.connection import Tx
from punchcard.deliveries import outbox
from punchcard.deliveries.outbox import Queued
from punchcard.engine.effects import (
    TRANCHE_STATUS,
    Act,
    AwardBadge,
    CallWebhook,
    GiveReward,
    RunHandler,
    SetAttributes,
)
from punchcard.events.event import EventView
from punchcard.events.follow_ups import DEPTH_MAX, voucher_of
from punchcard.events.judging import Judged
from punchcard.events.request import Draft
from punchcard.referrals import tranche_activations
from punchcard.referrals.tranche_activations import Reached
from punchcard.rewards import rewards, vouchers
from punchcard.rewards.vouchers import GIVEN, Voucher
from punchcard.users import attributes, earned_badges
from punchcard.users.attributes import Assignment, SubjectType
from punchcard.users.earned_badges import Earning

log = structlog.get_logger()

TELL_REFERRER = "tell_referrer"
"""The job that reports a tranche about whoever invited the member. Its input has the activation's id."""


class Done(Struct, frozen=True):
    """An act, the version of the reactor that did it, and the event that it reacted to, as it is recorded."""

    draft: Draft
    event: EventView
    version_id: int
    act: Act


async def record(tx: Tx, judged: Sequence[Judged], events: Sequence[EventView], now: datetime) -> None:
    """Write what reactions did to events that are written; their wallets and rewards are held."""
    done = [
        Done(draft, event, effect.reactor_version_id, effect.act)
        for (draft, decision), event in zip(judged, events, strict=True)
        for effect in decision.effects
    ]
    for kind, write in _WRITERS.items():
        acts = [one for one in done if isinstance(one.act, kind)]
        if acts:
            await write(tx, acts, now)


async def _earn(tx: Tx, done: Sequence[Done], now: datetime) -> None:
    earnings = [
        Earning(one.draft.tenant_id, one.draft.user_id, one.act.badge_id, one.draft.id, one.version_id, one.act.number)
        for one in done
        if isinstance(one.act, AwardBadge)
    ]
    await earned_badges.earn(tx, earnings, now)


async def _assign(tx: Tx, done: Sequence[Done], now: datetime) -> None:
    assignments = [
        Assignment(
            (one.draft.tenant_id, SubjectType.USER, one.draft.user_id), given.key, given.value, given.is_enabled,
            one.draft.id, one.version_id, one.act.number,
        )
        for one in done
        if isinstance(one.act, SetAttributes)
        for given in one.act.attributes
    ]  # fmt: skip
    await attributes.assign(tx, assignments, now)


async def _give(tx: Tx, done: Sequence[Done], now: datetime) -> None:
    counts: dict[rewards.Reward, int] = {}
    given = []
    for one in done:
        if isinstance(one.act, GiveReward):
            draft, act = one.draft, one.act
            reward = draft.tenant_id, act.reward_id
            counts[reward] = counts.get(reward, 0) + 1
            voucher_id = voucher_of(draft.id, one.version_id, act.number)
            given.append(
                Voucher(
                    voucher_id,
                    draft.tenant_id,
                    draft.user_id,
                    act.reward_id,
                    draft.id,
                    0,
                    now,
                    GIVEN,
                    one.version_id,
                    act.number,
                )
            )
    await rewards.take_given(tx, counts)
    await vouchers.give_vouchers(tx, given)
    for tenant_id, reward_id in await rewards.note_low(tx, counts):
        log.warning("little is left of a reward", tenantId=str(tenant_id), rewardId=str(reward_id))


async def _queue(tx: Tx, done: Sequence[Done], now: datetime) -> None:
    calls = [
        Queued(
            one.draft.tenant_id, one.draft.user_id, one.draft.id, one.version_id, one.act.number, one.act.url,
            one.act.headers, message(one.event),
        )
        for one in done
        if isinstance(one.act, CallWebhook)
    ]  # fmt: skip
    await outbox.queue(tx, calls, now)


async def _reach(tx: Tx, done: Sequence[Done], _: datetime) -> None:
    """Write down that tranches are reached, and have whoever invited the member told, with his own wallet held."""
    reached = [
        Reached(one.draft.tenant_id, one.draft.user_id, one.draft.id, one.version_id, one.draft.depth + 1)
        for one in done
        if isinstance(one.act, RunHandler) and one.act.handler == TRANCHE_STATUS and one.draft.depth < DEPTH_MAX
    ]
    for row in await tranche_activations.add(tx, reached) if reached else ():
        await queue.enqueue(tx, row["tenant_id"], TELL_REFERRER, {"activationId": str(row["id"])})


def message(event: EventView) -> str:
    """Return what a webhook is sent of an event: `{type, timestamp, data}`, as Standard Webhooks proposes."""
    return wire.text({"type": event.type, "timestamp": event.reported_at, "data": event})


_WRITERS: Mapping[type[Act], Callable[[Tx, Sequence[Done], datetime], Awaitable[None]]] = {
    AwardBadge: _earn,
    SetAttributes: _assign,
    GiveReward: _give,
    CallWebhook: _queue,
    RunHandler: _reach,
}
