"""The queue of purchases: all who wait share the next commit, as reports of events do.

A sale starts as soon as the one before it has returned, so a lone buyer waits for nobody, and a reward that everybody
wants is locked once a commit and not once a buyer. A sale that breaks unexpectedly is carried out one by one.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

import structlog

from punchcard.commands.sale import Order, Outcome, sell
from punchcard.db.connection import Tx
from punchcard.errors import PunchcardError, Unavailable, for_lack_of_memory
from punchcard.events import due
from punchcard.events.event import EventView
from punchcard.events.request import Desk

WAITING_MAX = 10_000
SALE_MAX = 64

log = structlog.get_logger()

Waiting = tuple[Order, "asyncio.Future[EventView]"]


class Purchases:
    """The queue of one process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queue: deque[Waiting] = deque()
        self._work: asyncio.Task[None] | None = None

    async def buy(self, order: Order) -> EventView:
        """Carry out an order, together with others. Raises: what answers it, Unavailable when too many wait."""
        if len(self._queue) >= WAITING_MAX:
            raise Unavailable("More purchases are waiting than can be carried out soon; try again in a second.")
        done: asyncio.Future[EventView] = asyncio.get_running_loop().create_future()
        self._queue.append((order, done))
        if self._work is None:
            self._work = asyncio.create_task(self._work_off())
        return await done

    async def _work_off(self) -> None:
        try:
            while self._queue:
                batch = self._next()
                if batch:
                    await self._carry_out(batch)
        finally:
            self._work = None

    def _next(self) -> list[Waiting]:
        """Take the orders for the next sale: one a member, in the order in which they came."""
        batch: list[Waiting] = []
        later: list[Waiting] = []
        members = set()
        while self._queue and len(batch) < SALE_MAX:
            order, done = self._queue.popleft()
            if done.cancelled():
                continue
            if order.user_id in members:
                later.append((order, done))
                continue
            members.add(order.user_id)
            batch.append((order, done))
        self._queue.extendleft(reversed(later))
        return batch

    async def _carry_out(self, batch: Sequence[Waiting]) -> None:
        outcomes = await self._attempt([order for order, _ in batch])
        for (order, done), outcome in zip(batch, outcomes, strict=True):
            told = outcome
            if told is None:  # it broke, and perhaps because of another one
                (told,) = await self._attempt([order])
            if done.done():
                continue
            if isinstance(told, EventView):
                done.set_result(told)
            else:
                done.set_exception(told or AssertionError("a sale to one tells why it broke"))

    async def _attempt(self, orders: Sequence[Order]) -> Sequence[Outcome | None]:
        async def body(tx: Tx) -> list[Outcome]:
            return await sell(self._desk, tx, orders)

        try:
            return await due.run(self._desk, body)
        except PunchcardError as error:
            return [error.as_value()] * len(orders)
        except Exception as fault:
            if (unknown := for_lack_of_memory(fault)) is not None:
                return [unknown.as_value()] * len(orders)
            log.exception("a sale broke", size=len(orders))
            return [None] * len(orders) if len(orders) > 1 else [fault]
