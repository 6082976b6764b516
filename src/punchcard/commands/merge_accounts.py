"""Make two accounts of one person one (POST /v1/users/{id}/merge).

Points go over by postings, each lot on its own terms; counts, claims, consents and vouchers become the survivor's. What
has happened stays where it was recorded, and the survivor's lists show it. Both ids, and all other names, lead to the
survivor from then on. Both wallets are held, in their one order: whoever reports meanwhile waits, and reaches the
survivor.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs
from pydantic import Field, model_validator

from punchcard import clock, wire
from punchcard.access import clients, staff
from punchcard.access.membership import hold_terms
from punchcard.access.principals import Principal
from punchcard.db.connection import Row, Tx
from punchcard.engine import merging
from punchcard.engine.holdings import Lot
from punchcard.engine.lineup import Lineup
from punchcard.engine.situation import Posting, Situation
from punchcard.errors import Conflict, Fault, NotFound, UserMerged
from punchcard.events import due, duplicates, near_duplicates, quarantine, recounting
from punchcard.events.refused import carry_over_claims
from punchcard.events.request import Desk, Draft
from punchcard.events.settle import settle
from punchcard.points import adjustments, history, ledger, lots, merges
from punchcard.reactors import activations, windows
from punchcard.referrals import referral_codes, referrals, tranche_activations
from punchcard.rewards import vouchers
from punchcard.users import attributes, audience_stays, consents, contacts, earned_badges, tier_stays, users
from punchcard.users.definitions import UserView

Caused = tuple[UUID, UUID]
"""A user's id, and that of the event of the merge there."""

TYPE = "ACCOUNTS_MERGED"
CARRIED = (
    near_duplicates, quarantine, duplicates, activations, windows, adjustments, vouchers, clients, staff,
    referral_codes, tranche_activations, referrals,
)  # fmt: skip


class MergeDefinition(wire.Definition):
    """The other account: `into` which this one goes, or `from` which it takes everything; one of the two."""

    into: UUID | None = None
    source: UUID | None = Field(None, alias="from")

    @model_validator(mode="after")
    def _is_one(self) -> "MergeDefinition":
        if (self.into is None) == (self.source is None):
            raise ValueError("Name the other user by into or by from, and not by both.")
        return self


class _Pair(Struct, frozen=True):
    """The wallets of both, as they are held; `now` is the time once they are."""

    merged: Row
    survivor: Row
    now: datetime


async def merge_accounts(desk: Desk, principal: Principal, id: UUID, definition: MergeDefinition) -> UserView:
    """Make one of two accounts of the same person; return the survivor, whom both ids name from then on.

    Raises: NotFound, Invalid for an unknown user or the same one, Conflict when an account is closed.
    """
    tenant_id = principal.tenant_id
    merged_id, survivor_id = (id, definition.into) if definition.into else (definition.source, id)
    assert merged_id is not None
    assert survivor_id is not None

    async def body(tx: Tx) -> UserView:
        terms = await hold_terms(tx, tenant_id)
        pair = await _hold(tx, tenant_id, merged_id, survivor_id, id)
        both = await _move_points(desk, tx, principal, pair)
        for table in CARRIED:
            await table.carry_over(tx, tenant_id, merged_id, survivor_id)
        snapshot = await desk.catalogue.current(tenant_id, tx)
        await recounting.merge(tx, tenant_id, snapshot.counters.values(), merged_id, survivor_id)
        await carry_over_claims(desk, tx, snapshot, merged_id, survivor_id, pair.now)
        await tier_stays.merge_points(tx, tenant_id, merged_id, survivor_id)
        await audience_stays.give_up(tx, tenant_id, merged_id, pair.now)
        await earned_badges.carry_over(tx, tenant_id, *both)
        await attributes.carry_over(tx, tenant_id, *both, pair.now)
        await consents.carry_over(tx, tenant_id, merged_id, survivor_id, principal.name, pair.now)
        await contacts.free_contacts(tx, tenant_id, [merged_id, survivor_id])
        user = await users.give_up(tx, tenant_id, merged_id, survivor_id)
        profile = wire.decode(bytes(user.profile))
        for refusal in (await contacts.take_contacts(tx, tenant_id, {survivor_id: profile}, terms.unique)).values():
            raise refusal
        return user

    return await due.run(desk, body)


async def _hold(tx: Tx, tenant_id: UUID, merged_id: UUID, survivor_id: UUID, named: UUID) -> _Pair:
    """Hold both wallets, if the accounts can be made one; `named` is the one in the path."""
    rows = {row["user_id"]: row for row in await ledger.hold(tx, [(tenant_id, merged_id), (tenant_id, survivor_id)])}
    if named not in rows:
        raise NotFound("There is no such user.")
    pointer = "/from" if named == survivor_id else "/into"
    for user_id in (merged_id, survivor_id):
        if user_id not in rows:
            raise wire.invalid([Fault(pointer, "subject_unknown", "There is no such user.")])
        if rows[user_id]["status"] == ledger.MERGED:
            raise UserMerged(user_id)
    if merged_id == survivor_id:
        raise wire.invalid([Fault(pointer, "same_user", "Both are one account already; name another.")])
    for row in rows.values():
        if row["status"] == "CLOSED":
            raise Conflict(f"The account {row['user_id']} is closed, and closed accounts stay as they are.")
    now = max(row["now"] for row in rows.values())
    ledger.require_settled(rows.values(), now)
    return _Pair(rows[merged_id], rows[survivor_id], now)


async def _move_points(desk: Desk, tx: Tx, principal: Principal, pair: _Pair) -> tuple[Caused, Caused]:
    """Report the merge, of the merged account and of the survivor, and move the points; return both events."""
    merged, survivor, now = pair.merged, pair.survivor, pair.now
    tenant_id, merged_id, survivor_id = merged["tenant_id"], merged["user_id"], survivor["user_id"]
    held = (await lots.read_open(tx, [(tenant_id, merged_id)]))[tenant_id, merged_id]
    _require_few(held)
    histories = await history.read_histories(
        tx, [(tenant_id, merged_id), (tenant_id, survivor_id)], now, keep=False
    )  # fmt: skip
    subjects = {row["user_id"]: ledger.subject_of(row) for row in (merged, survivor)}
    left = merging.leave(subjects[merged_id], held)
    entered = merging.enter(
        subjects[survivor_id], held, merged["balance"] - merged["in_lots"], merged["debt"]
    )  # fmt: skip
    through = subjects[survivor_id].entries
    drafts = await _drafts(desk, tx, principal, pair, left, entered)
    gone_id, event_id = [UUID(event.id) for event in await settle(desk, tx, drafts, Situation(subjects), now)]
    await merges.write_merge(tx, merged, survivor_id, gone_id, event_id, now)
    await ledger.carry_over(tx, merged, survivor_id)
    await history.carry_over(tx, tenant_id, survivor_id, histories.values(), through, now)
    return (merged_id, gone_id), (survivor_id, event_id)


def _require_few(held: dict[int, Lot]) -> None:
    if len(held) > merging.LOTS_MAX:
        detail = f"More than {merging.LOTS_MAX} lots cannot go over at once; let some run out, or adjust them, first."
        raise Conflict(detail)


async def _drafts(
    desk: Desk, tx: Tx, principal: Principal, pair: _Pair, left: list[Posting], entered: list[Posting]
) -> list[Draft]:
    """Draft the event of both; reactors look at the survivor's alone."""
    merged, survivor, now = pair.merged, pair.survivor, pair.now
    snapshot = await desk.catalogue.current(principal.tenant_id, tx)
    payload = {
        "survivorId": str(survivor["user_id"]),
        "mergedId": str(merged["user_id"]),
        "points": merged["balance"],
        "pending": merged["pending"],
    }
    event_type = snapshot.types[TYPE]
    silent = structs.replace(event_type, reactors=Lineup(), limited=(), facts=frozenset(), enhancers=())
    ids = clock.stream_ids(now, 2)
    return [
        Draft(row["user_id"], payload, now, event_id, snapshot.tenant_id, kind, principal.name, None, own)
        for row, event_id, kind, own in (
            (merged, ids[0], silent, left), (survivor, ids[1], event_type, entered),
        )
    ]  # fmt: skip
