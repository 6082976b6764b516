"""Clients that keep an engine busy and do not give up: whatever has no certain outcome is asked again as it was."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from tests.oracle.client import Answer, Reporter
from tests.oracle.crowd import Crowd

PAUSE_SECONDS = 0.01
RETRY_SECONDS = 0.05


class Load:
    """Events of several users, some under an Idempotency-Key, some in batches, and purchases, until told to stop."""

    def __init__(self, crowd: Crowd, users: Sequence[str], reward: str) -> None:
        self.crowd, self.users, self.reward = crowd, users, reward
        self.statuses: Counter[int | None] = Counter()
        self.acknowledged_at = 0.0
        self._numbers = itertools.count(1)
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def acknowledged(self) -> int:
        """How many requests have been answered by 200."""
        return self.statuses[200]

    def start(self) -> None:
        """Start all clients."""
        self._tasks = [asyncio.create_task(self._work(reporter)) for reporter in self.crowd.reporters]

    async def stop(self) -> None:
        """Let each client bring what it is at to an end, then stop."""
        self._stopping = True
        async with asyncio.timeout(120):
            await asyncio.gather(*self._tasks)

    async def abandon(self) -> None:
        """Stop at once, if it runs still."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def more(self, count: int, seconds_max: float = 120) -> None:
        """Wait until so many more requests have been acknowledged. Raises: what a client has met."""
        wanted = self.acknowledged + count
        await until(lambda: self.acknowledged >= wanted or any(task.done() for task in self._tasks), seconds_max)
        for task in self._tasks:
            if task.done():
                task.result()

    async def _work(self, reporter: Reporter) -> None:
        while not self._stopping:
            number = next(self._numbers)
            user, key = self.users[number // 8 % len(self.users)], f"load-{number}"
            if number % 16 == 4:
                await self._insist_on_batch(reporter, [self._event(user, f"{number}.{place}") for place in range(5)])
            elif number % 8 == 0:
                body: dict[str, Any] = {"rewardId": self.reward, "beneficiaryId": user}
                await self._insist(lambda body=body, key=key: reporter.purchase(body, key))  # type: ignore[misc]
            else:
                body = self._event(user, number)
                own = key if number % 2 else None
                await self._insist(lambda body=body, own=own: reporter.event(body, own))  # type: ignore[misc]
            await asyncio.sleep(PAUSE_SECONDS)

    def _event(self, user: str, number: object) -> dict[str, Any]:
        return {"type": "PURCHASED_COFFEE", "subject": user, "payload": {"total": hash(number) % 7 + 1, "n": number}}

    async def _insist_on_batch(self, reporter: Reporter, bodies: list[dict[str, Any]]) -> None:
        """Send a whole batch again and again until each of its events is recorded, now or before (F29)."""
        for attempt in itertools.count():
            answer = await reporter.batch(bodies)
            self.statuses[None if answer is None else answer.status] += 1
            if answer is not None and answer.status == 200:
                told = {verdict["status"] for verdict in answer.data}
                assert told == {200} or (attempt and told <= {200, 409}), answer
                return
            assert answer is None or answer.status == 503, answer
            await asyncio.sleep(RETRY_SECONDS)

    async def _insist(self, ask: Callable[[], Any]) -> None:
        """Ask until the answer is certain; an event that is told to be a duplicate must have been asked before."""
        for attempt in itertools.count():
            answer: Answer | None = await ask()
            self.statuses[None if answer is None else answer.status] += 1
            if answer is not None and answer.status == 200:
                self.acknowledged_at = asyncio.get_running_loop().time()
                return
            if answer is not None and answer.status == 409:
                if answer.code in ("insufficient_points", "out_of_stock"):
                    return
                if answer.code == "event_already_exists":
                    assert attempt, "a duplicate at the first attempt"
                    return
            assert answer is None or answer.status in (409, 503), answer
            await asyncio.sleep(RETRY_SECONDS)


async def until(met: Callable[[], bool], seconds_max: float = 120) -> None:
    """Wait until a condition is met."""
    async with asyncio.timeout(seconds_max):
        while not met():  # noqa: ASYNC110 - another process, without an event to wait for
            await asyncio.sleep(0.01)
