"""Many clients at once, over one server or several, with one journal, and the oracle's word at the end."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import UUID

from tests.oracle.check import examine
from tests.oracle.client import Answer, Client, Reporter
from tests.oracle.dump import dump
from tests.oracle.findings import Findings
from tests.oracle.journal import Journal, read

T = TypeVar("T")
Call = Callable[[Reporter], Awaitable[T]]


class Crowd:
    """`size` clients that take the addresses in turn."""

    def __init__(
        self, addresses: Sequence[str], headers: Mapping[str, str], path: Path, size: int, *, seconds_max: float = 60.0
    ) -> None:
        self.journal = Journal(path)
        self.reporters = [
            Reporter(Client(addresses[place % len(addresses)], headers, seconds_max=seconds_max), self.journal)
            for place in range(size)
        ]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for reporter in self.reporters:
            reporter.client.close()
        self.journal.close()

    async def at_once(self, calls: Sequence[Call[T]]) -> list[T]:
        """Carry out one call a client, all released together once every connection stands."""
        reporters = self.reporters[: len(calls)]
        assert len(reporters) == len(calls)
        await asyncio.gather(*(reporter.client.connect() for reporter in reporters))
        return await asyncio.gather(*(call(reporter) for call, reporter in zip(calls, reporters, strict=True)))

    async def work_off(self, calls: Iterable[Call[T]]) -> list[T]:
        """Carry out calls with all clients, each taking the next when it is done with one; results as they came."""
        left, done = iter(calls), []

        async def work(reporter: Reporter) -> None:
            for call in left:
                answer = await call(reporter)
                done.append(answer)

        await asyncio.gather(*(work(reporter) for reporter in self.reporters))
        return done

    async def verdict(self, url: str, tenant_id: UUID, title: str = "") -> Findings:
        """Ask the oracle, print what it counted, and fail on any fault."""
        findings = examine(read(self.journal.path), await dump(url, tenant_id))
        print(f"{title}: {findings}")  # noqa: T201 - the figures are what the test is for
        assert not findings.faults, str(findings)
        return findings


def event(body: dict[str, Any], key: str | None = None) -> Call[Any]:
    """Return the call that reports an event."""
    return lambda reporter: reporter.event(body, key)


def purchase(body: dict[str, Any], key: str | None = None) -> Call[Any]:
    """Return the call that buys a reward."""
    return lambda reporter: reporter.purchase(body, key)


def adjust(body: dict[str, Any]) -> Call[Answer]:
    """Return the call that adjusts points, which holds a connection of its own while it waits."""
    return lambda reporter: reporter.client.call("POST", "/v1/commands/adjust_points", body)
