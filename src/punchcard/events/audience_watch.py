"""Audiences that follow events: once all that a transaction does is written, its members are judged anew, in it.

Criteria are judged by the database, so this comes after everything else, and once a round: who joins an audience by the
first of two events and leaves it by the second, both in one transaction, was never in it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from punchcard import clock
from punchcard.db.connection import Tx
from punchcard.events.catalogue import EventType, Reactive
from punchcard.events.follow_ups import ENGINE
from punchcard.events.intrinsic_types import AUDIENCE_JOINED, AUDIENCE_LEFT
from punchcard.events.request import Draft
from punchcard.users import audience_stays
from punchcard.users.audience_stays import Move, by_user


async def after(tx: Tx, events: Sequence[Draft], now: datetime, *, place: int) -> list[Draft]:
    """Let the members about whom these events are join and leave reactive audiences; return the events of it.

    The events are written, and the caller holds the wallets. place: after how many events of this instant they come.
    """
    reactive: dict[UUID, Reactive] = {}
    members: dict[UUID, set[UUID]] = {}
    for draft in events:
        if draft.event_type.reactive is not None:
            reactive[draft.tenant_id] = draft.event_type.reactive
            members.setdefault(draft.tenant_id, set()).add(draft.user_id)
    told: list[Draft] = []
    for tenant_id in sorted(members):
        one = reactive[tenant_id]
        moves = await audience_stays.judge(tx, tenant_id, members[tenant_id], one.audiences)
        await audience_stays.record(tx, tenant_id, moves, now)
        told += drafts_of(tenant_id, one.types, moves, now, place=place + len(told))
    return told


def drafts_of(
    tenant_id: UUID, types: Mapping[str, EventType], moves: Sequence[Move], now: datetime, *, place: int = 0
) -> list[Draft]:
    """Draft the events of members who have joined and left, where the audience tells of it."""
    told = [
        move
        for moved in by_user(moves).values()
        for move in moved
        if (move.audience.tells_joined if move.is_joining else move.audience.tells_left)
    ]
    return [
        Draft(
            move.user_id, {"audienceId": str(move.audience.id), "audienceName": move.audience.name}, now, event_id,
            tenant_id, types[AUDIENCE_JOINED if move.is_joining else AUDIENCE_LEFT], ENGINE, None,
        )
        for event_id, move in zip(clock.stream_ids(now, place + len(told))[place:], told, strict=True)
    ]  # fmt: skip
