"""Replay: what members have, rebuilt from a tenant's stream, and compared with what is recorded.

Wallets, lots, entries and counts; counters, points for tiers, badges, attributes and vouchers as far as events tell.

One member after the other, in memory, in one read-only snapshot: nothing is written, nobody waits. Each event is judged
again with the reactor versions, the points policies and the facts that are pinned with it. Equal to the byte is told by
a hash of all of it, worked out once of what the events come to and once of what is recorded.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, field

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.engine.counters import Counter
from punchcard.engine.replay import Life, Told
from punchcard.engine.situation import EVERYBODY, Occurrence, Reactor
from punchcard.engine.verdicts import unpack
from punchcard.events.catalogue import read_zone
from punchcard.events.counting import facts_of_row
from punchcard.events.due import ACTIVE_AT, REPORTER
from punchcard.events.follow_ups import CAUSED_BY
from punchcard.events.intrinsic_types import BY_TIME
from punchcard.events.replay_record import Everybody, Record
from punchcard.events.replaying import Replayed
from punchcard.events.replaying_beside import Beside, ask
from punchcard.points import state
from punchcard.points.state_beside import read_lines
from punchcard.points.terms import FIRST, load_terms
from punchcard.reactors.compiled import read_versions_in_order
from punchcard.reactors.counters import load_counters

SLICE_WALLETS = 100
CHUNK_EVENTS = 500
KEPT_MAX = 100
MEMBER_DIFFERENCES_MAX = 5
WALLETS = """
    select *, exists (
        select from events as event join event_types as type on type.tenant_id = event.tenant_id
            and type.id = event.event_type_id and type.name = 'ACCOUNTS_MERGED'
        where event.tenant_id = wallet.tenant_id and event.user_id = wallet.user_id
    ) as was_merged
    from wallets as wallet where tenant_id = $1 and user_id > $2 order by user_id limit $3
"""
EVENTS = """
    select event.*, type.name as type_name from events as event
    join event_types as type on type.tenant_id = event.tenant_id and type.id = event.event_type_id
    where event.tenant_id = $1 and event.user_id = $2 and event.id > $3 order by event.id limit $4
"""
ENTRIES = """
    select * from ledger_entries where tenant_id = $1 and user_id = $2 and event_id = any($3::uuid[]) order by number
"""
MOVES = """
    select move.* from lot_moves as move
    where tenant_id = $1 and user_id = $2 and entry = any($3::bigint[]) order by entry, lot, target
"""
UNDONE = """
    select event_id, max(to_share) as share from event_reversals where tenant_id = $1 and user_id = $2 group by event_id
"""
LOTS = "select * from lots where tenant_id = $1 and user_id = $2 order by number"
TERMS_SINCE = """
    select first.created_at, exists (
        select from points_policy_versions as version where version.tenant_id = $1
            and version.created_at < first.created_at
    ) as had_policies
    from points_terms as first where first.tenant_id = $1 and first.number = $2
"""


class Difference(Struct, frozen=True, rename="camel"):
    """What the events come to (`expected`), and what is recorded (`found`); place: an event or a lot."""

    user_id: UUID
    what: str
    place: str
    expected: str
    found: str


class Outcome(Struct, rename="camel"):
    """What a replay has come to.

    taken: events whose own postings only the ledger tells, as recorded. unpinned: events from before policies were
    pinned. merged: members whose accounts were merged, which are not replayed. Of the differences the first are kept.
    """

    tenant_id: UUID
    wallets: int = 0
    events: int = 0
    entries: int = 0
    taken: int = 0
    unpinned: int = 0
    merged: int = 0
    difference_count: int = 0
    differences: list[Difference] = field(default_factory=list)
    state_hash: str = state.BEGIN
    replayed_hash: str = state.BEGIN

    @property
    def is_equal(self) -> bool:
        """Tell whether the events come to what is recorded."""
        return not self.difference_count and self.state_hash == self.replayed_hash

    def add(self, user_id: UUID, found: Sequence[tuple[str, str, str, str]]) -> None:
        """Add the differences of one member."""
        self.difference_count += len(found)
        room = max(KEPT_MAX - len(self.differences), 0)
        self.differences += [Difference(user_id, *one) for one in found[: min(room, MEMBER_DIFFERENCES_MAX)]]


async def replay(db: Db, tenant_id: UUID, progress: Callable[[int], None] = lambda _: None) -> Outcome:
    """Replay a tenant's events. progress: told of the wallets that are done."""
    async with db.transaction(snapshot=True) as tx:
        replaying = _Replay(tx, tenant_id)
        await replaying.begin()
        async for wallet in _wallets(tx, tenant_id):
            await replaying.member(wallet)
            progress(replaying.outcome.wallets)
        await replaying.end()
    return replaying.outcome


async def _wallets(tx: Tx, tenant_id: UUID) -> AsyncIterator[Row]:
    after = UUID(int=0)
    while rows := await tx.fetch(WALLETS, tenant_id, after, SLICE_WALLETS):
        for row in rows:
            yield row
        after = rows[-1]["user_id"]


class _Replay:
    """One tenant's replay, in one snapshot: the versions that judged, compiled once, and what it has come to."""

    def __init__(self, tx: Tx, tenant_id: UUID) -> None:
        self._tx, self._tenant_id = tx, tenant_id
        self._terms: dict[int, Any] = {}
        self._reactors: dict[tuple[int, int], tuple[tuple[int, str], Reactor]] = {}
        self._pinned_since: datetime | None = None
        self._counters: list[Counter] = []
        self._everybody = Everybody()
        self.outcome = Outcome(tenant_id)

    async def begin(self) -> None:
        """Find out since when policies are pinned, and which counters there are."""
        row = await self._tx.fetchrow(TERMS_SINCE, self._tenant_id, FIRST)
        self._pinned_since = row["created_at"] if row is not None and row["had_policies"] else None
        zone = await read_zone(self._tx, self._tenant_id)
        self._counters = list((await load_counters(self._tx, self._tenant_id, zone)).values())

    async def member(self, wallet: Row) -> None:
        """Replay one member, and compare."""
        user_id, outcome = wallet["user_id"], self.outcome
        recorded = (await state.digests(self._tx, self._tenant_id, [user_id]))[user_id]
        outcome.wallets += 1
        outcome.entries += wallet["entries"]
        outcome.state_hash = state.chain(outcome.state_hash, user_id, recorded)
        is_merged = wallet["was_merged"] or wallet["status"] == "MERGED"
        undone = {row["event_id"]: row["share"] for row in await self._tx.fetch(UNDONE, self._tenant_id, user_id)}
        lived = Replayed(Life.begin(user_id), self._everybody, frozenset(undone))
        beside = Beside(await ask(self._tx, self._tenant_id, user_id), self._counters, undone)
        after = UUID(int=0)
        while records := await self._records(user_id, after):
            for record in records:
                beside.take(record, *lived.take(record))
            outcome.events += len(records)
            after = records[-1].id
        await self._close_beside(lived, beside)
        digest = await self._close(lived, wallet)
        if is_merged:  # what came over from another account is not told by this one's events
            outcome.merged += 1
            digest = recorded
        else:
            outcome.taken += lived.taken
            outcome.add(user_id, lived.differences)
        outcome.replayed_hash = state.chain(outcome.replayed_hash, user_id, digest)

    async def end(self) -> None:
        """Compare what is counted over everybody."""
        activations, windows = await state.read_counts(self._tx, self._tenant_id, [EVERYBODY])
        expected = list(state.count_lines(self._everybody.activations, self._everybody.windows))
        found = list(state.count_lines(activations, windows))
        if expected != found:
            self.outcome.add(EVERYBODY, [("counts", "", str(expected), str(found))])
        for lines, name in ((found, "state_hash"), (expected, "replayed_hash")):
            digest = state.Digest()
            for line in lines:
                digest.add("count", line)
            setattr(self.outcome, name, state.chain(getattr(self.outcome, name), EVERYBODY, digest.value()))

    async def _close(self, lived: Replayed, wallet: Row) -> str:
        """Compare what a member has in the end; return the digest of what the events come to."""
        user_id = lived.life.user_id
        rows = await self._tx.fetch(LOTS, self._tenant_id, user_id)
        recorded = {row["number"]: tuple(state.plain(row[name]) for name in state.LOT) for row in rows}
        lots = {line[0]: line for line in lived.lot_lines()}
        for number in sorted(lots.keys() | recorded.keys()):
            if lots.get(number) != recorded.get(number):
                lived.differ("lot", str(number), lots.get(number), recorded.get(number))
        for name, value in lived.sums_now().items():
            if value != wallet[name]:
                lived.differ(f"wallet.{name}", "", value, wallet[name])
        counted = await state.read_counts(self._tx, self._tenant_id, [user_id])
        situation = lived.life.situation
        lines = list(
            state.count_lines(
                {key: count for key, count in situation.activations.items() if key[0] == user_id},
                {key: window for key, window in situation.windows.items() if key[0] == user_id},
            )
        )
        if lines != list(state.count_lines(*counted)):
            lived.differ("counts", "", lines, list(state.count_lines(*counted)))
        for part, values in (("lot", lots.values()), ("count", lines), ("wallet", [lived.sums_now().values()])):
            for line in values:
                lived.digest.add(part, list(line))
        return lived.digest.value()

    async def _close_beside(self, lived: Replayed, beside: Beside) -> None:
        """Compare what a member has beside the wallet in the end."""
        user_id = lived.life.user_id
        recorded = (await read_lines(self._tx, self._tenant_id, [user_id]))[user_id]
        for part, lines in beside.lines(recorded).items():
            lost = [line for line in lines if line not in recorded[part]]
            found = [line for line in recorded[part] if line not in lines]
            for place in range(max(len(lost), len(found))):
                told = [some[place] if place < len(some) else None for some in (lost, found)]
                lived.differ(part, str((told[0] or told[1] or ("",))[0]), *told)
            for line in lines:
                lived.digest.add(part, line)

    async def _records(self, user_id: UUID, after: UUID) -> list[Record]:
        rows = await self._tx.fetch(EVENTS, self._tenant_id, user_id, after, CHUNK_EVENTS)
        entries: dict[UUID, list[Row]] = {row["id"]: [] for row in rows}
        found = await self._tx.fetch(ENTRIES, self._tenant_id, user_id, list(entries)) if rows else []
        moves: dict[int, list[Row]] = {row["number"]: [] for row in found}
        for row in found:
            entries[row["event_id"]].append(row)
        for row in await self._tx.fetch(MOVES, self._tenant_id, user_id, list(moves)) if moves else []:
            moves[row["entry"]].append(row)
        return [await self._record(row, entries[row["id"]], moves) for row in rows]

    async def _record(self, row: Row, entries: Sequence[Row], moves: dict[int, list[Row]]) -> Record:
        number = row["terms"] or FIRST
        if number not in self._terms:
            self._terms[number] = await load_terms(self._tx, self._tenant_id, number)
        policies = self._terms[number]
        self.outcome.unpinned += self._pinned_since is not None and row["reported_at"] < self._pinned_since
        verdicts = list(unpack(msgspec.json.decode(row["verdicts"])))
        context = {} if row["context"] is None else wire.read_stored(row["context"])
        facts = facts_of_row(row, policies.zone) | context.get("facts", {})
        told = Told(
            Occurrence(row["user_id"], facts["payload"], row["occurred_at"]), row["reported_at"], facts, verdicts,
            await self._judges([one.reactor_version_id for one in verdicts], number),
            policies,
        )  # fmt: skip
        active_at = context.get(ACTIVE_AT)
        return Record(
            row["id"], row["event_type_id"], row["type_name"], wire.read_stored(row["payload"]), row["points"], told,
            row["type_name"] in BY_TIME and row["reporter"] == REPORTER and CAUSED_BY not in context,
            CAUSED_BY in context, None if active_at is None else datetime.fromisoformat(active_at),
            [tuple(state.values_of(entry, state.ENTRY)) for entry in entries],
            [tuple(state.values_of(move, state.MOVE)) for entry in entries for move in moves[entry["number"]]],
        )  # fmt: skip

    async def _judges(self, versions: Sequence[int], number: int) -> list[Reactor]:
        """Return the reactors that judged, in the order in which they reacted, compiled for the zone of that time."""
        missing = [version for version in versions if (version, number) not in self._reactors]
        if missing:
            zone = self._terms[number].zone.key
            for version, rank, reactor in await read_versions_in_order(self._tx, self._tenant_id, missing, zone):
                self._reactors[version, number] = (rank, reactor)
        found = [self._reactors[version, number] for version in versions]
        return [reactor for _, reactor in sorted(found, key=lambda one: one[0])]
