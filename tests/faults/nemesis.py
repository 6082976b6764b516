"""The nemesis: whatever can happen to an engine and its PostgreSQL, in an order that one seed chooses.

Each kind happens once before any happens again. What this machine does not allow (to mount a small disk, to trace a
process) is left out, and said.
"""

import asyncio
import os
import random
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import asyncpg
import psutil

from .clock import Clock
from .conftest import Engine
from .proxy import CUT_AFTER, CUT_AT, CUT_BEFORE, Proxy
from .test_kills import end_connections, kill_a_backend

LEFT_BYTES = 300_000
FULL_SECONDS = 1.0
SLOW = "inject=fdatasync,fsync:delay_enter=50000"
FAILS = "inject=fdatasync:error=EIO:when=1"
TRACED_SECONDS = 2.0
LOST_SECONDS = 1.0
CLOCK_STEPS = (-90, 3_600)


class Nemesis:
    """Does one thing after another to an engine that reaches PostgreSQL by a proxy."""

    def __init__(
        self, engine: Engine, proxy: Proxy, seed: int, disk: Path | None = None, clock: Clock | None = None
    ) -> None:
        """`disk`: where a small file system is mounted that the data folder lies on, if one could be.

        `clock`: PostgreSQL's, if it has one of its own.
        """
        self.done: Counter[str] = Counter()
        self._engine, self._proxy, self._disk = engine, proxy, disk
        self._chance = random.Random(seed)
        self._deck: list[str] = []
        self.kinds: dict[str, Callable[[], Awaitable[None]]] = {
            "engine killed": self._kill,
            "SIGTERM, and another number of processes": self._replace,
            "PostgreSQL killed": self._kill_postgres,
            "a backend killed": lambda: kill_a_backend(engine),
            "connections ended": lambda: end_connections(engine),
            "PostgreSQL stands still": self._stand_still,
            "cut during COMMIT": self._cut,
            "connections reset": self._reset,
            "connections silent": self._fall_silent,
            "packets lost": self._lose,
            "pool squeezed": self._squeeze,
        }
        if shutil.which("strace") and os.geteuid() == 0:
            self.kinds |= {"slow fsync": lambda: self._trace(SLOW), "fsync fails with EIO": lambda: self._trace(FAILS)}
        if disk is not None:
            self.kinds["disk full"] = self._fill
        if clock is not None:
            self.kinds |= {f"database clock {by:+d} s": partial(self._step, clock, by) for by in CLOCK_STEPS}

    async def strike(self) -> str:
        """Let the next thing happen, and wait until PostgreSQL answers again; return its name."""
        if not self._deck:
            self._deck = self._chance.sample(sorted(self.kinds), len(self.kinds))
        kind = self._deck.pop()
        await self.kinds[kind]()
        await self._engine.answering()
        self.done[kind] += 1
        return kind

    async def _kill(self) -> None:
        """Kill the server; of several processes one, which is followed by another."""
        if self._engine.count == 1:
            self._engine.kill()
            await self._engine.start()
        else:
            children = psutil.Process(self._engine.process.pid).children()
            self._chance.choice(sorted(children, key=lambda child: child.pid)).kill()

    async def _replace(self) -> None:
        self._engine.process.terminate()
        assert await asyncio.to_thread(self._engine.process.wait, 60) == 0
        self._engine.count = 3 - self._engine.count
        await self._engine.start()

    async def _kill_postgres(self) -> None:
        self._engine.signal(signal.SIGKILL, everybody=self._chance.random() < 0.5)

    async def _stand_still(self) -> None:
        self._engine.signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(self._chance.uniform(0.1, 2))
        finally:
            self._engine.signal(signal.SIGCONT)

    async def _cut(self) -> None:
        met = self._proxy.commits_met
        self._proxy.arm(self._chance.choice([CUT_BEFORE, CUT_AT, CUT_AFTER]), after=self._chance.randrange(20))
        async with asyncio.timeout(120):
            while self._proxy.commits_met == met:  # noqa: ASYNC110 - another thread
                await asyncio.sleep(0.01)

    async def _reset(self) -> None:
        self._proxy.reset()

    async def _fall_silent(self) -> None:
        self._proxy.cut()

    async def _lose(self) -> None:
        self._proxy.lose(self._chance.uniform(0.05, 0.3))
        await asyncio.sleep(LOST_SECONDS)
        self._proxy.lose(0)

    async def _squeeze(self) -> None:
        """Hold all wallets, so that every connection waits, for longer than anybody waits for one."""
        connection = await asyncpg.connect(self._engine.url())
        try:
            async with connection.transaction():
                await connection.execute("select from wallets order by tenant_id, user_id for update")
                await asyncio.sleep(self._chance.uniform(0.5, 2))
        finally:
            await connection.close()

    async def _trace(self, what: str) -> None:
        """Let calls that write to the disk be slow, or fail, in all processes that PostgreSQL has now."""
        processes = [word for pid in self._engine.processes() for word in ("-p", str(pid))]
        command = ["strace", "-qq", "-f", "-e", "trace=fdatasync,fsync", "-e", what, "-o", os.devnull, *processes]
        tracer = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
        await asyncio.sleep(TRACED_SECONDS)
        if tracer.returncode is None:
            tracer.terminate()
        await tracer.wait()

    async def _step(self, clock: Clock, seconds: int) -> None:
        clock.step(seconds)

    async def _fill(self) -> None:
        assert self._disk is not None
        filler = self._disk / "filler"
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, self._free() - LEFT_BYTES))
        await asyncio.sleep(FULL_SECONDS)
        filler.unlink()

    def _free(self) -> int:
        assert self._disk is not None
        found = os.statvfs(self._disk)
        return found.f_bavail * found.f_frsize


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[bool]:
    """Mount a file system in memory; yield False where that is not allowed, and it is only a folder."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "none", str(place)]
    is_mounted = False
    if os.geteuid() == 0 and shutil.which("mount"):
        is_mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    yield is_mounted
    if is_mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)
