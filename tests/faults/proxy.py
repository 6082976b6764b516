"""A way to PostgreSQL that can break at the worst moment: it knows a COMMIT when it passes, and loses what it shall.

That of a transaction that only reads is none: the server reads on its own account, whenever its catalogue is old.
Runs in a thread with a loop of its own, so that a test may block while connections go through.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from . import packets

Mode = Literal["before", "after", "at", "hold", "silent"]
CUT_BEFORE: Mode = "before"
CUT_AFTER: Mode = "after"
CUT_AT: Mode = "at"
HOLD: Mode = "hold"
SILENT: Mode = "silent"
"""What to do with the next COMMIT: cut instead of passing it on; pass it on and cut once PostgreSQL has answered; pass
it on and cut at once; keep it back, and every new connection too, until `release`; keep it back for ever, and let all
connections that there are fall silent."""

STARTUP_CODES = {196608, 80877102}  # protocol 3.0, and a request to cancel; before them encryption may be asked for
QUERY, BEGIN, COMMIT, READS = b"Q", b"BEGIN", b"COMMIT\0", b"READ ONLY\0"
LINGER_NOT = struct.pack("ii", 1, 0)  # a connection that is closed so is reset


class Proxy:
    """Listens on a port of its own and passes everything on to one server. `arm` it for the next COMMIT."""

    def __init__(self, url: str) -> None:
        """Lead to the PostgreSQL at `url`."""
        self._parts = urlsplit(url)
        self._mode: Mode | None = None
        self._skipped = 0
        self._loop = asyncio.new_event_loop()
        self._held = threading.Event()
        self._open = asyncio.Event()
        self._open.set()
        self._ended = asyncio.Event()
        self._listening: list[Any] = []
        self._ends: dict[asyncio.StreamWriter, asyncio.StreamWriter] = {}
        self.bytes_a_second: int | None = None
        """How much of PostgreSQL's answers passes on each connection; None: as much as comes."""
        self.commits_met = 0
        self.port = 0

    @property
    def url(self) -> str:
        """The URL that leads through here."""
        credentials = self._parts.netloc.rpartition("@")[0]
        return urlunsplit(self._parts._replace(netloc=f"{credentials}@127.0.0.1:{self.port}"))

    def arm(self, mode: Mode, *, after: int = 0) -> None:
        """Say what is to become of the next COMMIT, or of one after so many others."""
        self._held.clear()
        self._mode, self._skipped = mode, after

    async def held(self) -> None:
        """Wait until a COMMIT is kept back."""
        assert await asyncio.to_thread(self._held.wait, 60)

    def release(self) -> None:
        """Cut the connection whose COMMIT is kept back, without passing it on, and let new connections through."""
        self._loop.call_soon_threadsafe(self._open.set)

    def lead_to(self, url: str) -> None:
        """Lead new connections to another PostgreSQL, and reset those that there are."""
        self._parts = urlsplit(url)
        self.reset()

    def lose(self, share: float) -> None:
        """Let so much be lost, from 0 to 1, of what comes on the connections that there are, and on new ones."""
        for end in (*self._listening, *self._sockets()):
            packets.lose(end, share)

    def cut(self) -> None:
        """Let the connections that there are fall silent for ever, at both of their ends; new ones get through."""
        for end in self._sockets():
            packets.lose(end, 1)

    def reset(self) -> None:
        """Reset the connections that there are, at both of their ends."""
        for end in self._sockets():
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        for both in list(self._ends.items()):
            for writer in both:
                self._loop.call_soon_threadsafe(writer.transport.abort)

    def ports(self) -> tuple[set[int], set[int]]:
        """Return the ports by which the engine, and PostgreSQL, know the connections that there are."""
        both = list(self._ends.items())
        engine = {client.get_extra_info("peername")[1] for client, _ in both}
        return engine, {there.get_extra_info("sockname")[1] for _, there in both}

    def _sockets(self) -> list[Any]:
        return [writer.get_extra_info("socket") for both in list(self._ends.items()) for writer in both]

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """Pass connections on for as long as the block lasts."""
        started = threading.Event()

        async def listen() -> None:
            async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
                self._listening = list(server.sockets)
                self.port = server.sockets[0].getsockname()[1]
                started.set()
                await self._ended.wait()
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await asyncio.sleep(0)  # what was aborted is closed in the loop's next round

        thread = threading.Thread(target=self._loop.run_until_complete, args=[listen()], daemon=True)
        thread.start()
        assert started.wait(60)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._ended.set)
            thread.join(60)
            self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Python 3.11 logs an error for each connection whose task ends as cancelled.
        with suppress(asyncio.CancelledError):
            try:
                await self._open.wait()
                await self._pass_on(reader, writer)
            finally:
                writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        except OSError:
            return
        answered = asyncio.Event()
        self._ends[writer] = there[1]
        back = asyncio.create_task(self._pass(there[0], writer, answered))
        try:
            with suppress(OSError, EOFError):
                await self._forward(reader, there[1], writer, answered)
        finally:
            del self._ends[writer]
            back.cancel()
            there[1].transport.abort()

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        there: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        answered: asyncio.Event,
    ) -> None:
        """Pass messages on, one by one, until the connection ends or is to be cut."""
        code = 0
        while code not in STARTUP_CODES:
            head = await reader.readexactly(8)
            size, code = struct.unpack("!ii", head)
            there.write(head + await reader.readexactly(size - 8))
        only_reads = False
        while True:
            head = await reader.readexactly(5)
            text = await reader.readexactly(struct.unpack("!i", head[1:])[0] - 4)
            message, is_query = head + text, head[:1] == QUERY
            if is_query and text.startswith(BEGIN):
                only_reads = text.endswith(READS)
            mode = self._fate() if is_query and text == COMMIT and not only_reads else None
            if mode in (CUT_AT, CUT_AFTER):
                answered.clear()
                client.muted = True  # type: ignore[attr-defined]  # nothing that PostgreSQL says reaches the client
            if mode not in (CUT_BEFORE, HOLD, SILENT):
                there.write(message)
                await there.drain()
            if mode == CUT_AFTER:
                await answered.wait()
            if mode == HOLD:
                self._open.clear()
                self._held.set()
                await self._open.wait()
            if mode == SILENT:
                self.cut()
                await self._ended.wait()
            if mode is not None:
                return

    def _fate(self) -> Mode | None:
        """Say what is to become of the COMMIT that has just come."""
        if self._mode is None or self._skipped:
            self._skipped = max(0, self._skipped - 1)
            return None
        mode, self._mode = self._mode, None
        self.commits_met += 1
        return mode

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answered: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self.bytes_a_second:
                    await asyncio.sleep(len(data) / self.bytes_a_second)
                if not getattr(writer, "muted", False):
                    writer.write(data)
                    await writer.drain()
                answered.set()
        if not getattr(writer, "muted", False):
            writer.transport.abort()
        answered.set()
