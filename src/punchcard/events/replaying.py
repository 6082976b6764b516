"""A member's life replayed beside what is recorded of it: each event judged again, and every difference named."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct, field, structs

from punchcard.engine import awaiting, earning
from punchcard.engine.holdings import Account, Holdings, Lot, Move
from punchcard.engine.limits import Window
from punchcard.engine.lots import settle as let_pass
from punchcard.engine.making_room import under_caps, under_limits
from punchcard.engine.policy import idle_until
from punchcard.engine.policy import terms as terms_of
from punchcard.engine.replay import Life, verdict_parts
from punchcard.engine.reversal import WhenSpent
from punchcard.engine.situation import EVERYBODY, Decision, Occurrence, Posting, Verdict
from punchcard.engine.undoing import WHOLE, Entry, Share, undo, with_open_ended
from punchcard.engine.verdicts import LISTED
from punchcard.events.due import passing
from punchcard.events.intrinsic_types import BY_TIME, EVENT_REVERSED, POINTS_ACTIVATED, POINTS_CANCELLED
from punchcard.events.replay_record import Everybody, Record
from punchcard.points import lots as kept_lots
from punchcard.points.ledger import Sums
from punchcard.points.outlook import OPEN_ENDED
from punchcard.points.reversals import POINTS_MAX
from punchcard.points.state import SUMS, Digest, lot_line

ACCOUNTS = {"EARN": "ISSUE", "SPEND": "REDEMPTION", "NONE": "ADJUSTMENT"}
WHEN_SPENT = {
    "within_balance": WhenSpent.WITHIN_BALANCE, "debt": WhenSpent.DEBT, "refuse": WhenSpent.REFUSE,
}  # fmt: skip


class Replayed(Struct):
    """A member while the events go by. kept: what is needed of events that are undone later.

    waiting, moved: what time has done in one transaction, until its events come. lines: entries that are not digested
    yet, after the number `digested`. taken: events whose own postings nothing but the entries tell. differences: what,
    where, expected, found.
    """

    life: Life
    everybody: Everybody
    undone_later: frozenset[UUID]
    sums: Sums = field(default_factory=Sums)
    digest: Digest = field(default_factory=Digest)
    kept: dict[UUID, tuple[Record, list[Verdict], list[Entry]]] = field(default_factory=dict)
    waiting: list[tuple[str, Posting]] = field(default_factory=list)
    moved: dict[int, Sequence[Move]] = field(default_factory=dict)
    lines: dict[int, tuple[tuple[Any, ...], list[tuple[Any, ...]]]] = field(default_factory=dict)
    digested: int = 0
    active_at: datetime | None = None
    taken: int = 0
    differences: list[tuple[str, str, str, str]] = field(default_factory=list)

    def take(self, record: Record) -> tuple[Decision, Sequence[Posting]]:
        """Judge the next event, and compare what it comes to with what is recorded; return that, and the postings."""
        own = self._own(record)
        decision = self.life.judge(record.told)
        self.everybody.count(record.told, decision)
        entries: list[tuple[Any, ...]] = []
        moves: list[tuple[Any, ...]] = []
        for posting in (*own, *decision.postings):
            entries.append(_entry(record, posting))
            moved = self._carry_out(posting, record.told.reported_at)
            moves += sorted((posting.number, *structs.astuple(move)) for move in moved)
            self.sums.add(posting)
        if record.type_name == "POINTS_ADJUSTED" and record.payload["kind"] == "NONE":
            self._count_as_adjusted(int(record.payload["points"]))
        moves = [(entry, lot, source, target, points) for entry, lot, source, target, points in moves]
        self._compare(record, own, decision, entries, sorted(moves, key=lambda move: (move[0], move[1], move[3])))
        if record.id in self.undone_later:
            self._keep(record, decision, [*own, *decision.postings], moves)
        if record.told.policies.asks_for_activity and record.type_name not in BY_TIME:
            self.active_at = record.told.reported_at
        return decision, [*own, *decision.postings]

    # what a command, or time, posted by itself ---------------------------------------------------

    def _own(self, record: Record) -> list[Posting]:
        payload, subject = record.payload, self.life.subject
        if record.follows:
            return []
        if record.is_by_time:
            return self._by_time(record)
        self.waiting.clear()
        match record.type_name:
            case "PURCHASED_REWARD":
                price = int(payload["price"])
                self._count(record, price, spent=True)
                return [earning.move(subject, -price, account="REDEMPTION")] if price else []
            case "POINTS_ADJUSTED":
                return [self._adjusted(record)]
            case x if x in {POINTS_ACTIVATED, POINTS_CANCELLED}:
                posting = awaiting.release(
                    subject, self._named(payload), record.told.reported_at, cancels=x == POINTS_CANCELLED
                )
                return [] if posting is None else [posting]
            case x if x == EVENT_REVERSED:
                return self._reversed(record)
        return self._as_recorded(record)

    def _as_recorded(self, record: Record) -> list[Posting]:
        """Take what a command posted from the ledger, where the event does not tell it."""
        rows = [row for row in record.entries if row[2] is None]
        self.taken += bool(rows)
        return [
            structs.replace(earning.move(self.life.subject, row[5], account=row[4]), is_undo=row[9]) for row in rows
        ]

    def _by_time(self, record: Record) -> list[Posting]:
        policies, subject, now = record.told.policies, self.life.subject, record.told.reported_at
        if not self.waiting:
            active_at = record.active_at or self.active_at
            lapses = None if active_at is None else idle_until(policies.expiries, active_at, policies.zone)
            change = let_pass(structs.replace(self._holdings(), idle_until=lapses), now)
            self.waiting = [(name, posting) for name, _, posting in passing(subject, change)]
            # All of it at once: what reactors make of it comes after it.
            self.moved = {posting.number: self._carry_out(posting, now) for _, posting in self.waiting}
        if not self.waiting or self.waiting[0][0] != record.type_name:
            return []
        return [self.waiting.pop(0)[1]]

    def _adjusted(self, record: Record) -> Posting:
        payload, subject, policies = record.payload, self.life.subject, record.told.policies
        points, account = int(payload["points"]), ACCOUNTS[payload["kind"]]
        bypasses = payload.get("liabilityHandlingPolicy") == "BYPASS"
        if not bypasses and points < 0 and payload["kind"] == "SPEND":
            self._count(record, -points, spent=True)
        if bypasses or points < 0:
            return earning.move(subject, points, account=account)
        if payload["kind"] == "EARN":
            self._count(record, points, spent=False)
        now = record.told.reported_at
        agreed = terms_of(policies, None, now)
        if agreed is None:
            return earning.move(subject, points, account=account)
        return earning.give(subject, points, agreed, now, pending=False, account=account)

    def _count(self, record: Record, points: int, *, spent: bool) -> None:
        """Count what a command moved against the caps of that time."""
        policies, event = record.told.policies, Occurrence(self.life.user_id, {}, record.told.reported_at)
        for cap in policies.spend_caps if spent else policies.earn_caps:
            self.life.situation.windows.setdefault(earning.key_of(cap, event), Window()).points += points

    def _named(self, payload: Mapping[str, Any]) -> dict[int, Lot]:
        pending = {number: lot for number, lot in self.life.lots.items() if lot.is_pending and lot.remaining}
        if "awaits" in payload:
            return {number: lot for number, lot in pending.items() if lot.awaits == payload["awaits"]}
        named = {told.get("number") for told in payload["lots"]}
        return {number: lot for number, lot in pending.items() if number in named}

    def _reversed(self, record: Record) -> list[Posting]:
        payload, life = record.payload, self.life
        first, fired, entries = self.kept.get(UUID(payload["eventId"]), (None, [], []))
        if first is None:
            return []
        end = int(Decimal(str(payload["shareInAll"])) * WHOLE)
        share = Share(end - int(Decimal(str(payload["share"])) * WHOLE), end)
        now = record.told.reported_at
        holdings = with_open_ended(self._holdings(every=True), POINTS_MAX)
        undoing = undo(entries, holdings, life.subject, now, share, WHEN_SPENT[payload["policy"]], None)
        life.lots |= {number: lot for number, lot in undoing.holdings.lots.items() if number != OPEN_ENDED}
        self._make_room(first, fired, share)
        return undoing.postings

    def _make_room(self, first: Record, fired: Sequence[Verdict], share: Share) -> None:
        event, told, situation = first.told.event, first.told, self.life.situation
        by_version = {reactor.version_id: reactor for reactor in told.reactors}
        judged = [(by_version[one.reactor_version_id], one) for one in fired]
        counters, rooms = under_limits(event, judged, share)
        price = int(first.payload["price"]) if first.type_name == "PURCHASED_REWARD" else 0
        rooms |= under_caps(told.policies, event, fired, share, price, told.reported_at)
        for counter in counters:
            counts = self.everybody.activations if counter[0] == EVERYBODY else situation.activations
            counts[counter] = max(counts.get(counter, 0) - 1, 0)
        for key, room in rooms.items():
            windows = self.everybody.windows if key[0] == EVERYBODY else situation.windows
            if key in windows:
                room.make(windows[key])

    def _holdings(self, *, every: bool = False) -> Holdings:
        subject = self.life.subject
        held = {number: lot for number, lot in self.life.lots.items() if every or lot.remaining}
        if open_ended := subject.balance - subject.in_lots:
            held[OPEN_ENDED] = Lot(OPEN_ENDED, open_ended, open_ended, datetime.min.replace(tzinfo=UTC))
        return Holdings(held, subject.debt)

    # what follows --------------------------------------------------------------------------------

    def _carry_out(self, posting: Posting, now: datetime) -> Sequence[Any]:
        if posting.lots is None:
            return []
        if posting.number in self.moved:
            return self.moved.pop(posting.number)
        open_lots = {number: lot for number, lot in self.life.lots.items() if lot.remaining}
        moved = list(kept_lots.carry_out(open_lots, posting, now))
        if not posting.lots.is_applied:
            self.life.lots |= open_lots
        return moved

    def _count_as_adjusted(self, points: int) -> None:
        self.sums.adjusted += points
        self.sums.earned -= max(points, 0)
        self.sums.spent -= max(-points, 0)

    def _keep(
        self, record: Record, decision: Decision, postings: Sequence[Posting], moves: Sequence[tuple[Any, ...]]
    ) -> None:
        fired = [one for one in decision.verdicts if one.code in LISTED]
        entries = [
            Entry(
                posting.number, posting.reactor_version_id, posting.reaction, posting.account, posting.points,
                posting.lots is not None and posting.lots.is_pending, posting.is_undo, posting.number in self.life.lots,
                tuple(Move(lot, Account(source), Account(target), points)
                      for entry, lot, source, target, points in moves if entry == posting.number),
            )
            for posting in postings
        ]  # fmt: skip
        self.kept[record.id] = (structs.replace(record, entries=(), moves=()), fired, entries)

    def _compare(
        self,
        record: Record,
        own: Sequence[Posting],
        decision: Decision,
        entries: Sequence[tuple[Any, ...]],
        moves: Sequence[tuple[Any, ...]],
    ) -> None:
        points = decision.points + sum(posting.points_of_balance for posting in own)
        expected_parts, found_parts = verdict_parts(decision.verdicts), verdict_parts(record.told.verdicts)
        found_parts = {version: part for version, part in found_parts.items() if version in expected_parts}
        for what, expected, found in (
            ("verdicts", expected_parts, found_parts), ("points", points, record.points),
            ("entries", list(entries), list(record.entries)), ("lot_moves", list(moves), list(record.moves)),
        ):  # fmt: skip
            if expected != found:
                self.differ(what, str(record.id), expected, found)
        self.lines |= {row[0]: (row, [move for move in moves if move[0] == row[0]]) for row in entries}
        while self.digested + 1 in self.lines:  # in the order of numbers, which is not quite that of events
            self.digested += 1
            entry, moved = self.lines.pop(self.digested)
            self.digest.add("entry", entry)
            for move in moved:
                self.digest.add("move", move)

    def differ(self, what: str, place: str, expected: object, found: object) -> None:
        """Name a difference: what the events come to, and what is recorded."""
        self.differences.append((what, place, str(expected), str(found)))

    def sums_now(self) -> dict[str, int]:
        """Return the wallet's sums as they are now."""
        subject, sums = self.life.subject, self.sums
        found = {
            "balance": subject.balance, "pending": subject.pending, "debt": subject.debt, "in_lots": subject.in_lots,
            "entries": subject.entries, "earned": sums.earned, "spent": sums.spent, "expired": sums.expired,
            "adjusted": sums.adjusted,
        }  # fmt: skip
        return {name: found[name] for name in SUMS}

    def lot_lines(self) -> list[tuple[Any, ...]]:
        """Return the lots as they are now."""
        return [lot_line(lot) for _, lot in sorted(self.life.lots.items())]


def _entry(record: Record, posting: Posting) -> tuple[Any, ...]:
    is_pending = posting.lots is not None and posting.lots.is_pending
    return (
        posting.number, record.id, posting.reactor_version_id, posting.reaction, str(posting.account), posting.points,
        posting.balance_after, is_pending, posting.owed, posting.is_undo,
    )  # fmt: skip
