"""What the engine itself costs: CPU of one event from the bytes of its body to the bytes of its answer.

No HTTP and no database: `Paper` answers each statement as PostgreSQL would, from memory, and what that takes is
measured alone and taken off. Events come in batches of 32, as 64 connections make out of single events over two shards.
"""

import asyncio
import gc
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from asyncpg.pgproto import pgproto

from bench.load import Load, Run
from bench.stage import SCHEMA
from punchcard import clock, wire
from punchcard.access.principals import Kind, Principal
from punchcard.access.secrets import Secret
from punchcard.access.snapshot import AccessSnapshot
from punchcard.engine.derivation import compile_derivation, json_value
from punchcard.engine.lineup import Lineup
from punchcard.engine.schema import compile_schema
from punchcard.engine.situation import PointsReaction, Reactor
from punchcard.events import claims, drafts, report, settle
from punchcard.events.catalogue import EventType, Snapshot
from punchcard.events.definition import Report, read_plain, read_report
from punchcard.events.request import Desk, Item, Request
from punchcard.http import hot
from punchcard.http.server import GC_OBJECTS
from punchcard.points import ledger

TOGETHER = 32
MEMBERS = 1_000
ROUNDS = 300


class Paper:
    """Stands for the database and for a transaction on it; members have wallets of 10 entries."""

    def __init__(self, tenant: UUID) -> None:
        wallet = {"tenant_id": tenant, "status": "OPEN", "balance": 100, "entries": 10, "version": 1, "xid": "7"}
        wallet |= {"now": datetime.now(UTC), "proves_identity": False, "due_at": None}
        wallet |= {"in_lots": 0, "pending": 0, "debt": 0}
        names = [f"member-{number:06d}" for number in range(MEMBERS)]
        self.wallets = {name: wallet | {"key": name, "user_id": pgproto.UUID(clock.new_id().bytes)} for name in names}
        self.xid: int | None = None
        self.asked: list[tuple[str, tuple[Any, ...]]] | None = None

    def transaction(self) -> Self:
        """Open a transaction."""
        return self

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Commit."""

    async def fetch(self, sql: str, *columns: Any) -> list[dict[str, Any]]:
        """Answer a statement that returns rows."""
        self._note(sql, columns)
        if sql == drafts.LOCK:
            return [self.wallets[name] for name in columns[1]]
        if sql == claims.CLAIM:
            return [{"event_id": event_id} for event_id in columns[-1]]
        raise NotImplementedError(sql)

    async def fetchval(self, sql: str, *columns: Any) -> datetime:
        """Answer the statement that records events."""
        self._note(sql, columns)
        if sql != settle.RECORD:
            raise NotImplementedError(sql)
        return datetime.now(UTC)

    async def execute(self, sql: str, *columns: Any) -> None:
        """Take a statement that returns nothing."""
        self._note(sql, columns)

    async def again(self, asked: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
        """Answer once more what was asked in one transaction."""
        async with self.transaction():
            for sql, columns in asked:
                if sql == settle.RECORD:
                    await self.fetchval(sql, *columns)
                else:
                    await (self.execute if sql == ledger.POST else self.fetch)(sql, *columns)

    def _note(self, sql: str, columns: tuple[Any, ...]) -> None:
        if self.asked is not None:
            self.asked.append((sql, columns))


class Known:
    """Stands for the catalogue."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    async def snapshot(self, _: UUID) -> Snapshot:
        """Return the one snapshot."""
        return self._snapshot


def _desk(reactors: int) -> tuple[Desk, Principal]:
    tenant, type_id, secret_id = (pgproto.UUID(clock.new_id().bytes) for _ in range(3))
    points = PointsReaction(0, compile_derivation("SUM", [json_value("total")], points_max=Decimal(1_000_000)))
    event_type = EventType(
        type_id, "PURCHASED_COFFEE", 1, True, False, True, compile_schema(SCHEMA),
        Lineup(Reactor(clock.new_id(), number, None, (points,)) for number in range(1, reactors + 1)),
    )  # fmt: skip
    secret = Secret(secret_id, type_id, b"0" * 32)
    snapshot = Snapshot(tenant, 1, {event_type.name: event_type}, AccessSnapshot({}, {secret.digest: secret}, {}))
    paper: Any = Paper(tenant)
    known: Any = Known(snapshot)
    desk = Desk(paper, known, b"k" * 32, timedelta(days=7_000), timedelta(seconds=300))
    return desk, Principal(tenant, Kind.SECRET, str(secret_id), type_id)


def _read(principal: Principal, body: bytes) -> Report:
    return read_plain(principal, body) or read_report(principal, wire.decode(body))


async def _carry_out(desk: Desk, principal: Principal, bodies: list[bytes]) -> list[tuple[int, bytes]]:
    requests = [Request([Item(_read(principal, body))], hot.answer_one) for body in bodies]
    await report.report(desk, requests)
    return [hot.answer_one(request) for request in requests]


async def _spend(desk: Desk, principal: Principal, events: int) -> float:
    run = Run(Load(0, "", "", MEMBERS))
    first, *groups = [[run.body() for _ in range(TOGETHER)] for _ in range(events // TOGETHER + 1)]
    paper: Any = desk.db
    paper.asked = asked = []
    await _carry_out(desk, principal, first)
    paper.asked = None
    start = time.process_time()
    for bodies in groups:
        answers = await _carry_out(desk, principal, bodies)
    answered = time.process_time()
    for _ in groups:
        await paper.again(asked)
    spent = answered - start - (time.process_time() - answered)
    if any(b'"points":' not in answer for _, answer in answers):
        raise RuntimeError(answers[0])
    return 1e6 * spent / (len(groups) * TOGETHER)


def engine_microseconds(*, events: int = 320, reactors: int = 1) -> float:
    """Return microseconds of CPU an event, the least of many short rounds: other work only adds."""
    desk, principal = _desk(reactors)
    gc.freeze()
    gc.set_threshold(GC_OBJECTS, 20, 20)
    return min(asyncio.run(_spend(desk, principal, events)) for _ in range(ROUNDS))


if __name__ == "__main__":
    print(f"{engine_microseconds():.1f} us an event")
