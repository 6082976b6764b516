"""Answers leave whole: one write a connection, after the loop's turn, instead of one for the head and one for the body.

A commit answers all who shared it in one turn of the loop; what they get is written when the last answer is made.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Gathering:
    """A transport that keeps what is written until the loop's next turn, or until it is closed."""

    __slots__ = ("_loop", "_parts", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep `data` for the next turn."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        """Write what is left, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._parts:
            parts, self._parts = self._parts, []
            self._transport.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


HEAD_BYTES_MAX = 65_536


class Protocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol over a gathering transport, with a bound for heads, which its parser lacks."""

    _head_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Take a new connection."""
        super().connection_made(Gathering(transport, self.loop))  # type: ignore[arg-type]  # a transport by its methods

    def on_message_begin(self) -> None:
        """Begin a request; let the application cut a connection whose other end takes nothing more."""
        super().on_message_begin()
        self.scope["state"]["abort"] = self.transport.abort

    def data_received(self, data: bytes) -> None:
        """Take what has arrived; hang up when it only makes a head longer that is too long already."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before or not getattr(before, "response_complete", True):  # None before the first request
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response("The request's head is too long.")
