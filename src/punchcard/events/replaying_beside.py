"""What a member has beside the wallet, replayed: counters, points for tiers, badges, attributes, vouchers.

Each follows from the events, and from what reactors, judged again, have come to. What no event tells is taken as it is
recorded: that a member's past has been counted, attributes that a call has set or ended, that a voucher has expired.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from punchcard import wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.counters import PAST, Counter, Tally, adds, count
from punchcard.engine.effects import AwardBadge, GiveReward, SetAttributes
from punchcard.engine.situation import Decision, Posting
from punchcard.engine.tier import counted, keys_of
from punchcard.engine.undoing import WHOLE
from punchcard.events.follow_ups import voucher_of
from punchcard.events.intrinsic_types import BADGE_EARNED, EVENT_REVERSED
from punchcard.events.replay_record import Record
from punchcard.points.state_beside import BESIDE, Line, in_order, plain
from punchcard.rewards.vouchers import BOUGHT, GIVEN
from punchcard.users.attributes import Assignment, History, SubjectType

PURCHASED, REDEEMED, EXPIRED, REFUNDED = "PURCHASED", "REDEEMED", "EXPIRED", "REFUNDED"
STATUS_OF = {"REDEEMED_VOUCHER": REDEEMED, "BURNED_VOUCHER": "BURNED", "VOUCHER_REFUNDED": REFUNDED}

ASKED = """
    select erased_at is not null as is_erased, (
        select coalesce(array_agg(series_id), '{}') from counter_values
        where tenant_id = $1 and user_id = $2 and stretch = 'PAST'
    ) as pasts, exists (
        select from tier_points where tenant_id = $1 and user_id = $2 and period = 'EVER'
    ) as is_in_tiers
    from users where tenant_id = $1 and id = $2
"""
BY_CALLS = """
    select event_id, key, value::text, is_enabled, created_at,
           case when replaced_by is null then replaced_at end as ended_at
    from attributes
    where tenant_id = $1 and user_id = $2
      and (event_id is null or replaced_at is not null and replaced_by is null)
    order by id
"""


class Asked(Struct, frozen=True):
    """What is taken as recorded of a member. calls: (when, ends what or None, sets what), in their order."""

    member: tuple[UUID, UUID]
    is_erased: bool
    is_in_tiers: bool
    pasts: frozenset[UUID]
    calls: Sequence[tuple[datetime, Row, bool]]


async def ask(tx: Tx, tenant_id: UUID, user_id: UUID) -> Asked:
    """Read what no event tells."""
    row = await tx.fetchrow(ASKED, tenant_id, user_id)
    assert row is not None, "every wallet is a user's"
    calls = []
    for one in await tx.fetch(BY_CALLS, tenant_id, user_id):
        if one["ended_at"] is not None:
            calls.append((one["ended_at"], one, True))
        if one["event_id"] is None:
            calls.append((one["created_at"], one, False))
    calls.sort(key=lambda call: (call[0], not call[2]))  # at one instant what ends goes first
    return Asked((tenant_id, user_id), row["is_erased"], row["is_in_tiers"], frozenset(row["pasts"]), calls)


class Beside(Struct):
    """One member while the events go by. undone: how far events are undone in the end, in millionths."""

    asked: Asked
    counters: Sequence[Counter]
    undone: Mapping[UUID, int]
    tallies: dict[UUID, Tally] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    badges: dict[UUID, list[Line]] = field(default_factory=dict)
    vouchers: dict[str, tuple[Line, str]] = field(default_factory=dict)
    attributes: History = field(default_factory=History)
    called: int = 0

    def take(self, record: Record, decision: Decision, postings: Sequence[Posting]) -> None:
        """Move on by an event that was judged again."""
        self._count(record)
        points = sum(counted(posting) for posting in postings)
        told = record.told
        if points and self.asked.is_in_tiers:
            for key in keys_of(min(told.event.occurred_at, told.reported_at), told.policies.zone):
                self.sums[key] = self.sums.get(key, 0) + points
        self._let_calls(told.reported_at)
        for effect in decision.effects:
            self._do(record, effect.reactor_version_id, effect.act)
        self._command(record)

    def _count(self, record: Record) -> None:
        if self.undone.get(record.id) == WHOLE:
            return  # it is as if it had never been counted
        told = record.told
        for counter in self.counters:
            if counter.takes_past:
                counts = counter.series_id in self.asked.pasts
            else:
                counts = counter.since is None or told.reported_at >= counter.since
            added = adds(counter, record.type_id, told.facts) if counts else None
            if added is not None:
                count(counter, self.tallies.setdefault(counter.series_id, Tally()), told.event.occurred_at, added)

    def _let_calls(self, until: datetime | None) -> None:
        """Let calls set and end attributes up to an instant; None: all that are left."""
        while self.called < len(self.asked.calls):
            at, row, ends = self.asked.calls[self.called]
            if until is not None and at >= until:
                return
            self.called += 1
            tenant_id, user_id = self.asked.member
            one = Assignment(
                (tenant_id, SubjectType.USER, user_id), row["key"], wire.read_stored(row["value"]), row["is_enabled"],
                row["event_id"], beside_others=True,
            )  # fmt: skip
            if ends:
                self.attributes.end(one)
            else:
                self.attributes.assign(one)

    def _do(self, record: Record, version_id: int, act: Any) -> None:
        if isinstance(act, AwardBadge):
            earned = (str(record.id), str(act.badge_id), version_id, act.number, 1)
            self.badges.setdefault(record.id, []).append(earned)
        elif isinstance(act, GiveReward):
            given = str(voucher_of(record.id, version_id, act.number))
            line = (given, str(record.id), str(act.reward_id), GIVEN, 0, version_id, act.number)
            self.vouchers[given] = (line, GIVEN)
        elif isinstance(act, SetAttributes):
            tenant_id, user_id = self.asked.member
            subject = (tenant_id, SubjectType.USER, user_id)
            for one in act.attributes:
                self.attributes.assign(
                    Assignment(subject, one.key, one.value, one.is_enabled, record.id, version_id, act.number)
                )

    def _command(self, record: Record) -> None:
        """Do what a command did by itself."""
        payload = record.payload
        if record.type_name == BADGE_EARNED and not record.follows:
            self.badges[record.id] = [(str(record.id), payload["badgeId"], None, None, 1)]
        elif record.type_name == "PURCHASED_REWARD":
            bought, reward = payload["voucherId"], payload["rewardId"]
            line = (bought, str(record.id), reward, BOUGHT, int(payload["price"]), None, None)
            self.vouchers[bought] = (line, PURCHASED)
        elif record.type_name in STATUS_OF:
            self._become(payload["voucherId"], STATUS_OF[record.type_name])
        elif record.type_name == EVENT_REVERSED:
            self._undo(record)

    def _become(self, voucher_id: str, status: str) -> None:
        if voucher_id in self.vouchers:
            self.vouchers[voucher_id] = (self.vouchers[voucher_id][0], status)

    def _undo(self, record: Record) -> None:
        event_id = UUID(record.payload["eventId"])
        if record.payload["shareInAll"] != 1:
            return
        taken = [(str(record.id), *line[1:-1], -1) for line in self.badges.get(event_id, ())]
        if taken:
            self.badges.setdefault(record.id, []).extend(taken)
        self.attributes.take_back(event_id, record.id)
        for what, _, voucher_id in (str(one).partition(" ") for one in record.payload["undone"]):
            if what == "voucher" and voucher_id:
                self._become(voucher_id, REFUNDED)

    def lines(self, recorded: Mapping[str, Sequence[Line]]) -> dict[str, list[Line]]:
        """Return what the events come to, by part."""
        self._let_calls(None)
        known = {str(counter.series_id) for counter in self.counters}
        expired = {line[0] for line in recorded["vouchers"] if line[-1] == EXPIRED}
        found: dict[str, list[Line]] = {part: [] for part in BESIDE}
        found["counters"] = [line for line in recorded["counters"] if line[0] not in known]
        for series_id, tally in self.tallies.items():
            for stretch, value in tally.values.items():
                if stretch != PAST and (value.count or value.total):
                    found["counters"].append((str(series_id), stretch, value.count, plain(Decimal(value.total))))
            for unit, runs in tally.runs.items():
                found["counters"] += [
                    (str(series_id), unit.value, *run) for run in zip(runs.firsts, runs.lasts, strict=True)
                ]
        found["tier_points"] = [(key, points) for key, points in self.sums.items() if points]
        found["badges"] = [line for lines in self.badges.values() for line in lines]
        found["attributes"] = list(recorded["attributes"]) if self.asked.is_erased else self.attributes.lines()
        found["vouchers"] = [
            (*line, EXPIRED if line[0] in expired and status in {PURCHASED, GIVEN, REDEEMED} else status)
            for line, status in self.vouchers.values()
        ]
        return {part: in_order(lines) for part, lines in found.items()}
