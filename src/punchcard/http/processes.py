"""Several processes that serve side by side on one address: started, watched, and ended together.

Each has a socket of its own on the one port (SO_REUSEPORT), and the kernel spreads connections over them. The sockets
are the parent's: when a process is killed, whoever is connecting waits in its socket for the next one. The parent
answers nobody. Should it be killed itself, its children see the pipe to them end, finish what they have taken on, and
go.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct
from pydantic import SecretStr

from punchcard import clock, tasks
from punchcard.access.buckets import shared_memory
from punchcard.config import Settings
from punchcard.db.embedded import Urls
from punchcard.errors import StartRefused
from punchcard.http.server import BACKLOG, listen, tell
from punchcard.http.siblings import Sibling

START_SECONDS_MAX = 60.0
STAYS_SECONDS = 10.0
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.2, 5.0
END_SECONDS = 10.0
SAID_AGAIN_SECONDS = 1.0
CONNECTIONS_TOGETHER = 84
"""Of the embedded PostgreSQL's connections, how many are for the processes."""

READY = b"ready\n"

log = structlog.get_logger()


class Orders(Struct):
    """What a child is told as it starts: one line of JSON. listening: its socket's descriptor."""

    settings: dict[str, object]
    app_url: str
    owner_url: str
    sibling: Sibling
    listening: int


async def serve(settings: Settings, urls: Urls, count: int, *, announce: Callable[[str], None] = tell) -> None:
    """Answer by `count` processes until SIGTERM or SIGINT, then let all of them finish what they have taken on.

    Raises: StartRefused when the address cannot be listened on, or a process does not start.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="punchcard-"))
        sockets = listen_together(settings.host, settings.port, count)
        for each in sockets:
            stack.callback(each.close)
        buckets = shared_memory()
        stack.callback(os.close, buckets)
        family = [
            _Child(settings, urls, Sibling(one, buckets, folder), sockets[one - 1]) for one in range(1, count + 1)
        ]
        await _run(family, stopping, lambda: announce("http://{}:{}".format(*sockets[0].getsockname()[:2])))


async def _run(family: Sequence["_Child"], stopping: asyncio.Event, announce: Callable[[], None]) -> None:
    """Start the children, the first one alone since it may make keys, and watch them until all is to end."""
    watching: list[asyncio.Task[None]] = []
    try:
        await family[0].start()
        await asyncio.gather(*(child.start() for child in family[1:]))
        announce()
        watching = [asyncio.create_task(child.watch()) for child in family]
        await stopping.wait()
    finally:
        await tasks.end(watching)
        await asyncio.gather(*(child.end() for child in family))


class _Child:
    """One of the processes, and the one after it where it ends by itself."""

    def __init__(self, settings: Settings, urls: Urls, sibling: Sibling, listening: socket.socket) -> None:
        self._seconds = settings.drain_seconds_max + END_SECONDS
        self._sibling, self._listening = sibling, listening
        self._orders = Orders(
            {name: _plain(value) for name, value in settings}, urls.app, urls.owner, sibling, listening.fileno()
        )
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and return when it answers. Raises: StartRefused."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "punchcard.http.sibling", stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, pass_fds=(self._listening.fileno(), self._sibling.buckets),
            start_new_session=True,  # a Ctrl-C in the terminal is for the parent
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(msgspec.json.encode(self._orders) + b"\n")
            await self._process.stdin.drain()
        said = b""
        with contextlib.suppress(TimeoutError):
            said = await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS_MAX)
        if said != READY:
            await self.end()
            raise StartRefused(f"Process {self._sibling.number} did not start: what it said stands above.")

    async def watch(self) -> None:
        """Start it again whenever it ends, after a pause that grows while none of them stays."""
        pause = PAUSE_SECONDS
        while self._process is not None:
            began = clock.monotonic_seconds()
            status = await self._process.wait()
            stayed = clock.monotonic_seconds() - began > STAYS_SECONDS
            pause = PAUSE_SECONDS if stayed else min(2 * pause, PAUSE_SECONDS_MAX)
            log.warning("a process ended, and is started again", process=self._sibling.number, status=status)
            await asyncio.sleep(pause)
            with contextlib.suppress(StartRefused):
                await self.start()

    async def end(self) -> None:
        """Let it finish what it has taken on, then end it."""
        process = self._process
        if process is None:
            return
        until = clock.monotonic_seconds() + self._seconds
        ended = asyncio.ensure_future(process.wait())
        while not ended.done() and clock.monotonic_seconds() < until:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()  # said again, as one that has just begun may not have listened
            await asyncio.wait([ended], timeout=SAID_AGAIN_SECONDS)
        if not ended.done():
            log.warning("a process did not end in time, and is killed", process=self._sibling.number)
            process.kill()
        await ended


def _plain(value: object) -> object:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, Path) else value


def shared(settings: Settings, count: int) -> Settings:
    """Return the settings of each of so many processes."""
    changes: dict[str, object] = {
        "auth_failures_per_minute_max": -(-settings.auth_failures_per_minute_max // count),
    }
    if not settings.database_url:
        most = max(4, CONNECTIONS_TOGETHER // count - 2)
        changes["database_connections"] = min(settings.database_connections, most)
    return settings.model_copy(update=changes)


def listen_together(host: str, port: int, count: int) -> list[socket.socket]:
    """Return so many sockets that listen on one address. Raises: StartRefused where somebody else listens there."""
    first = listen(host, port)  # without sharing: another server on this port is a mistake
    address, family = first.getsockname(), first.family
    first.close()
    made: list[socket.socket] = []
    try:
        for _ in range(count):
            one = socket.socket(family, socket.SOCK_STREAM)
            made.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            one.bind(address)
        for one in made:
            one.listen(BACKLOG)
            one.setblocking(False)
    except OSError as fault:
        for one in made:
            one.close()
        raise StartRefused(f"Cannot listen on {host} port {address[1]}: {fault.strerror}.") from None
    return made
