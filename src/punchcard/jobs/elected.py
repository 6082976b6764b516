"""One worker of several processes: the one whose connection holds a lock of the database. When it ends, another is it.

Nothing depends on there being one alone: jobs are done once by any number of workers. It is for the machine's sake.
"""

import asyncio
import contextlib
from collections.abc import Callable

import asyncpg

from punchcard.db import keepalive
from punchcard.jobs.worker import Worker

ELECTION = 0x45_6C_65_63  # "Elec": the same number in every release
LOOK_SECONDS = 1.0
TRY = "select pg_try_advisory_lock($1)"


class Elected:
    """A worker that works while it is the one."""

    def __init__(self, url: str, make: Callable[[], Worker]) -> None:
        self._url, self._make = url, make
        self._worker: Worker | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let `run` return after the step that is at work."""
        self._stopping.set()
        if self._worker is not None:
            self._worker.stop()

    async def run(self) -> None:
        """Wait to be elected, then work; until `stop`."""
        while not self._stopping.is_set():
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                connection = await keepalive.connect(self._url, seconds_max=5, statement_seconds_max=5)
                try:
                    await self._stand(connection)
                finally:
                    connection.terminate()
            await self._rest()

    async def _stand(self, connection: asyncpg.Connection) -> None:
        while not await connection.fetchval(TRY, ELECTION):
            await self._rest()
            if self._stopping.is_set():
                return
        self._worker = self._make()
        working = asyncio.create_task(self._worker.run())
        try:
            if self._stopping.is_set():
                self._worker.stop()
            while not working.done():
                await asyncio.wait([working], timeout=LOOK_SECONDS)
                if not self._stopping.is_set():
                    await connection.fetchval("select true")  # who has lost the connection is it no more
        finally:
            self._worker.stop()
            await working

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), LOOK_SECONDS)
