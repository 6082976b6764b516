"""Answers leave whole: one write a connection, after the loop's turn, instead of one for the head and one for the body.

A commit answers all who shared it in one turn of the loop; what they get is written when the last answer is made.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle


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


def body_at_hand(scope: Any) -> bytes | None:
    """Return the request's body if all of it has arrived, as nearly always; it is then taken, as `receive` takes it."""
    cycle: RequestResponseCycle | None = scope["state"].get("cycle")
    if cycle is None or cycle.more_body or cycle.disconnected or cycle.waiting_for_100_continue:
        return None
    body, cycle.body = bytes(cycle.body), bytearray()
    cycle.flow.resume_reading()
    cycle.message_event.clear()
    return body


def respond(scope: Any, status: int, head: Mapping[str, str], body: bytes) -> bool:
    """Send a whole answer at once; tell whether that could be done, else nothing was sent.

    Uvicorn looks at every name and value with regular expressions, which costs more than making the answer: here the
    head is looked at once, as one text. What is not the usual case is left to it.
    """
    cycle: RequestResponseCycle | None = scope["state"].get("cycle")
    if (
        cycle is None
        or scope["method"] == "HEAD"
        or cycle.disconnected
        or not cycle.keep_alive
        or cycle.flow.write_paused
        or "connection" in head
    ):
        return False
    lines = "".join([f"{name}: {value}\r\n" for name, value in head.items()])
    if lines.count("\n") != len(head) or lines.count("\r") != len(head) or "\0" in lines:
        return False
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    cycle.transport.write(STATUS_LINE[status] + lines.encode("latin-1") + b"\r\n" + body)
    cycle.message_event.set()
    cycle.on_response()
    return True


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

    def on_headers_complete(self) -> None:
        """Start the application, which may answer through the cycle itself: see `respond`."""
        super().on_headers_complete()
        self.scope["state"]["cycle"] = self.cycle

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
