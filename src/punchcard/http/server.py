"""The server: one process, one socket, until it is told to stop."""

import asyncio
import gc
import resource
import socket
from collections.abc import Callable

import uvicorn

from punchcard import logs
from punchcard.config import Settings
from punchcard.db.embedded import Urls
from punchcard.errors import StartRefused
from punchcard.http.app import App
from punchcard.http.runtime import Runtime, running
from punchcard.http.siblings import Sibling
from punchcard.http.transport import Protocol

BACKLOG = 2_048
OPEN_FILES_MAX = 65_536
GC_OBJECTS = 20_000
SIGNAL_SECONDS = 0.01


class _Server(uvicorn.Server):
    """Turns readiness off, and ends the streams, as soon as a signal asks it to stop."""

    def __init__(self, config: uvicorn.Config, runtime: Runtime, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._runtime, self._announce = runtime, announce
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: object) -> None:
        self._runtime.draining = True
        self._loop.call_soon_threadsafe(self._runtime.tails.end)
        super().handle_exit(sig, frame)  # type: ignore[arg-type]  # the frame is passed on

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # Signals come here by now. One that came a moment before still waits in the loop, and calls the start off.
        await asyncio.sleep(SIGNAL_SECONDS)
        self._announce()
        await super().startup(sockets)


def tell(address: str) -> None:
    """Print where the server listens: what a person waits for, and a program that has started it."""
    print(f"Punchcard listens on {address}", flush=True)  # noqa: T201


async def serve(
    settings: Settings,
    urls: Urls,
    *,
    announce: Callable[[str], None] = tell,
    listening: socket.socket | None = None,
    sibling: Sibling | None = None,
) -> None:
    """Answer until SIGTERM or SIGINT, then finish what was taken on. `announce` gets the address.

    listening: a socket that listens already. sibling: one of several that serve side by side. Raises: StartRefused when
    it cannot listen.
    """
    logs.configure(settings)
    _allow_connections()
    listening = listen(settings.host, settings.port) if listening is None else listening
    try:
        async with running(settings, urls, sibling) as runtime:
            _calm_collector()
            host, port = listening.getsockname()[:2]
            server = _Server(_config(settings, runtime), runtime, lambda: announce(f"http://{host}:{port}"))
            await server.serve(sockets=[listening])
    finally:
        listening.close()


def _allow_connections() -> None:
    """Open as many files as this process may: usually it may have a thousand, and each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES_MAX)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _calm_collector() -> None:
    """Leave what was loaded for good out of the collector's rounds, and make them rarer: requests make no cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_OBJECTS, 20, 20)


def _config(settings: Settings, runtime: Runtime) -> uvicorn.Config:
    return uvicorn.Config(
        App(runtime),
        loop="none",
        http=Protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=round(settings.drain_seconds_max),
        backlog=BACKLOG,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises: StartRefused with what to do."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(BACKLOG)
    except OSError as fault:
        detail = (
            f"Cannot listen on {host} port {port}: {fault.strerror}. Choose another with --port, or 0 for a free one."
        )
        raise StartRefused(detail) from None
    made.setblocking(False)
    return made
