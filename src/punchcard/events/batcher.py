"""The batcher: everybody who waits shares one commit.

Reports queue up in shards, by a hash of the subject's name, so that two batches of one process seldom want the same
wallet. A shard's next batch starts as soon as its last commit has returned; there is no timer, so a lone report waits
for nobody. Tenants whose events much follows from share a shard of their own, and nobody else waits for what is written
there. A batch that breaks unexpectedly is carried out one by one: a poisoned event harms only its sender.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from zlib import crc32

import asyncpg
import structlog

from punchcard import clock, tasks
from punchcard.db.connection import RETRIES_MAX
from punchcard.errors import PunchcardError, Unavailable, for_lack_of_memory
from punchcard.events.report import report
from punchcard.events.request import Desk, Request

FULL = "More events are waiting than can be written soon; try again in a second."

log = structlog.get_logger()

Done = Callable[[Request, Exception | None], None]
"""What is told that a request is carried out, or why it is not, in the turn of the loop that ends its commit."""

Waiting = tuple[Request, Done]
_COLLIDED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class Batcher:
    """The queues of one process. A request is done once its transaction is committed."""

    def __init__(self, desk: Desk, *, shards: int, queue_events_max: int, commit_events_max: int) -> None:
        self._desk, self._shards = desk, shards
        self._queues: list[deque[Waiting]] = [deque() for _ in range(shards + 1)]  # the last one: of long chains
        self._awake = [asyncio.Event() for _ in self._queues]
        self._queue_events_max = queue_events_max
        self._commit_events_max = commit_events_max
        self._waiting = 0
        self._tasks = [asyncio.create_task(self._work(shard)) for shard in range(shards + 1)]

    @property
    def waiting(self) -> int:
        """How many reports have been taken in and not been answered."""
        return self._waiting

    @property
    def is_full(self) -> bool:
        """Whether no more can wait."""
        return self._waiting >= self._queue_events_max

    def queue(self, request: Request, done: Done) -> None:
        """Carry out a request of one report, together with others; `done` must raise nothing.

        Raises: Unavailable when the queue is full. `done` gets the database's being away, and what `report` raises.
        """
        if self.is_full:
            raise Unavailable(FULL)
        said = request.items[0].report
        shard = crc32((said.subject or said.principal.id).encode()) % self._shards
        if self._desk.long_chains.had_by(said.principal.tenant_id):
            shard = self._shards
        self._queues[shard].append((request, done))
        self._waiting += 1
        self._awake[shard].set()

    async def submit(self, request: Request) -> None:
        """Queue a request of one report, and return once it is done. Raises: Unavailable; see `report`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.queue(request, lambda _, fault: _answer(done, fault))
        await done

    async def submit_alone(self, request: Request) -> None:
        """Carry out a request in a transaction of its own: a batch, which may be refused as a whole.

        Raises: Unavailable when too much is waiting or the database is away; see `report`.
        """
        if self._waiting + len(request.items) > self._queue_events_max:
            raise Unavailable(FULL)
        self._waiting += len(request.items)
        try:
            fault = await self._attempt([request])
        finally:
            self._waiting -= len(request.items)
        if fault is not None:
            raise fault

    async def close(self) -> None:
        """Finish what is waiting, then stop."""
        while self._waiting:  # noqa: ASYNC110 - once in a process's life, and nothing that could be missed
            await asyncio.sleep(0.01)
        await tasks.end(self._tasks)

    async def _work(self, shard: int) -> None:
        queue, awake = self._queues[shard], self._awake[shard]
        while True:
            await awake.wait()
            awake.clear()
            while queue:
                size = min(len(queue), self._commit_events_max)
                await self._carry_out([queue.popleft() for _ in range(size)])

    async def _carry_out(self, batch: Sequence[Waiting]) -> None:
        fault = await self._attempt([request for request, _ in batch])
        for request, done in batch:
            # An error of ours is true of every request; anything else came from one of them, but from which?
            alone = (
                fault
                if fault is None or isinstance(fault, PunchcardError) or len(batch) == 1
                else (await self._attempt([request]))
            )
            self._waiting -= 1
            try:
                done(request, alone)
            except Exception:
                with suppress(MemoryError):
                    log.exception("the answer to a report broke")  # and with it nobody else's

    async def _attempt(self, requests: Sequence[Request]) -> Exception | None:
        for attempt in range(RETRIES_MAX):
            try:
                await report(self._desk, requests)
            except _COLLIDED:
                await asyncio.sleep(clock.jitter_seconds(0.01 * 2**attempt))
            except PunchcardError as error:
                return error
            except Exception as fault:  # the shard must live on, whatever one batch came to
                with suppress(MemoryError):
                    log.exception("a batch of reports broke", size=len(requests))
                return for_lack_of_memory(fault) or fault
            else:
                return None
        return Unavailable("Too many requests want the same rows; try again.")


def _answer(done: "asyncio.Future[None]", fault: Exception | None) -> None:
    if done.done():
        return
    if fault is None:
        done.set_result(None)
    else:
        done.set_exception(fault)
