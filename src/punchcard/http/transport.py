"""Answers leave whole: one write a connection, after the loop's turn, instead of one for the head and one for the body.

A commit answers all who shared it in one turn of the loop; what they get is written when the last answer is made.
"""

import asyncio
import weakref
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from punchcard.http.turned_away import is_whole_report, turned_away


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


def _cycle_of(scope: Any) -> RequestResponseCycle | None:
    """Return the cycle that a scope belongs to.

    It is not held: the two in a circle would stay in memory, the request's body with them, until a garbage collection.
    """
    found = scope["state"].get("cycle")
    return None if found is None else found()


def body_at_hand(scope: Any) -> bytes | None:
    """Return the request's body if all of it has arrived, as nearly always; it is then taken, as `receive` takes it."""
    cycle = _cycle_of(scope)
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
    cycle = _cycle_of(scope)
    if (
        cycle is None
        or scope["method"] == "HEAD"
        or cycle.disconnected
        or not cycle.keep_alive
        or cycle.flow.write_paused
        or "connection" in head
    ):
        return False
    lines = _lines(head)
    if lines is None:
        return False
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    cycle.transport.write(STATUS_LINE[status] + lines + body)
    cycle.message_event.set()
    cycle.on_response()
    return True


def _lines(head: Mapping[str, str]) -> bytes | None:
    """Return a head as it is sent, with the line that ends it; None where a value would break out of its line."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in head.items()])
    if lines.count("\n") != len(head) or lines.count("\r") != len(head) or "\0" in lines:
        return None
    return lines.encode("latin-1") + b"\r\n"


class _Unheard:
    def set(self) -> None:
        """Wake nobody."""


class Exchange:
    """A report that is answered without a task, in the place that uvicorn's cycle has on a connection."""

    __slots__ = ("_protocol", "disconnected", "keep_alive", "response_complete")
    message_event = _Unheard()

    def __init__(self, protocol: "Protocol") -> None:
        self._protocol = protocol
        self.disconnected = self.response_complete = False
        self.keep_alive = True

    def send(self, status: int, head: Mapping[str, str], body: bytes) -> None:
        """Send the whole answer."""
        protocol = self._protocol
        if self.disconnected or protocol.transport.is_closing():
            return
        if head.get("connection") == "close":
            self.keep_alive = False
        elif not self.keep_alive:
            head = {**head, "connection": "close"}
        lines = _lines(head)
        assert lines is not None, "no value of ours has more than one line"
        self.response_complete = True
        protocol.transport.write(STATUS_LINE[status] + lines + body)
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()

    def turn_away(self) -> None:
        """Send the answer of those who find the queue full."""
        protocol = self._protocol
        if self.disconnected or protocol.transport.is_closing():
            return
        self.response_complete = True
        protocol.transport.write(turned_away(goes_on=self.keep_alive))
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()


HEAD_BYTES_MAX = 65_536
REPORTS = (b"/v1/events", b"/v1/events/")


class Protocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol over a gathering transport, with a bound for heads, which its parser lacks.

    A report that arrives whole, while the connection has nothing else to do, is given to the application at once; a
    task is made for every other request, as uvicorn does it.
    """

    _head_bytes = 0
    _is_between = True
    """Whether what arrives next begins a request."""
    _report: bytes | None = None
    """The body of what may be such a report, as far as it has arrived."""
    _idle_since: float | None = None
    cycle: RequestResponseCycle | Exchange | None  # type: ignore[assignment]  # uvicorn's own, or what stands for it

    def connection_made(self, transport: Any) -> None:
        """Take a new connection."""
        super().connection_made(Gathering(transport, self.loop))  # type: ignore[arg-type]  # a transport by its methods

    def on_message_begin(self) -> None:
        """Begin a request; what the application needs to know of it is put together once it is called."""
        self._is_between = False
        self.url, self.headers, self.expect_100_continue, self._report = b"", [], False, None

    def on_headers_complete(self) -> None:
        """Wait for the body of a report; start the application for every other request."""
        if self.url in REPORTS and self._may_be_at_once():
            self._report = b""
        else:
            self._start()

    def _is_at_rest(self) -> bool:
        return (self.cycle is None or self.cycle.response_complete) and not self.flow.write_paused

    def _may_be_at_once(self) -> bool:
        parser = self.parser
        return (
            self._is_at_rest()
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
        )

    def _start(self) -> None:
        """Start the application; let it cut the connection, and answer through the cycle itself: see `respond`."""
        url, headers, expects, begun = self.url, self.headers, self.expect_100_continue, self._report
        super().on_message_begin()
        self.url, self.expect_100_continue, self._report = url, expects, None
        self.headers.extend(headers)
        self.scope["state"]["abort"] = self.transport.abort
        super().on_headers_complete()
        self.scope["state"]["cycle"] = weakref.ref(self.cycle)  # it has the scope: see _cycle_of
        if begun:
            super().on_body(begun)

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        if self._report is None:
            super().on_body(body)
        else:
            self._report += body

    def on_message_complete(self) -> None:
        """Give a whole report to the application, or end the body of another request."""
        self._is_between = True
        if self._report is not None:
            before, exchange = self.cycle, Exchange(self)
            self.cycle = exchange
            if self.app.is_full():
                self._report = None
                self.app.turn_away(exchange.turn_away)
                return
            if self.app.report(dict(self.headers), self._report, self.client[0] if self.client else "", exchange.send):
                self._report = None
                return
            self.cycle = before
            self._start()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with a request that waits on this connection, or else give the next one some time to come.

        One timer a connection, which looks how long it has been idle, instead of one a request.
        """
        self._idle_since = self.loop.time()
        if self.pipeline or self.timeout_keep_alive_task is None:
            super().on_response_complete()
        elif not self.transport.is_closing():
            self.server_state.total_requests += 1
            self.flow.resume_reading()

    def _unset_keepalive_if_required(self) -> None:
        if self.transport.is_closing():
            super()._unset_keepalive_if_required()

    def timeout_keep_alive_handler(self) -> None:
        """Hang up when nothing has come for so long; look again when it has."""
        self.timeout_keep_alive_task = None
        if self._idle_since is None:  # something is under way; its end sets a timer
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def data_received(self, data: bytes) -> None:
        """Take what has arrived; hang up when it only makes a head longer that is too long already."""
        before = self.cycle
        self._idle_since = None
        if self._is_between and self.app.is_full() and self._is_at_rest() and is_whole_report(data):
            self.cycle = exchange = Exchange(self)
            self.app.turn_away(exchange.turn_away)
            return
        super().data_received(data)
        if self._report is not None and not self.transport.is_closing():  # the rest is on its way, within a time
            self._start()
        if self.cycle is not before or not getattr(before, "response_complete", True):  # None before the first request
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response("The request's head is too long.")
