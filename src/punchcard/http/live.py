"""`GET /v1/events/stream`: events as they are recorded, as Server-Sent Events.

    id: …                   where a reader goes on: sent back as Last-Event-ID, which a browser does by itself
    event: event            data: an EventView
    event: reset            the place to go on from is too old or unknown; the stream begins anew, with a gap before it
    : …                     nothing for 15 s; the id moves on with it

Credentials are looked at again every 15 s: a stream ends with the session or the token that opened it.
"""

import asyncio
import base64
import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from msgspec import Struct

from punchcard import clock, tasks, wire
from punchcard.access.principals import Kind, Principal
from punchcard.access.roles import LOOKING
from punchcard.errors import Fault, Forbidden, Malformed, PunchcardError, SubjectUnknown, Unauthenticated
from punchcard.events.reader import Place, Reader, Told, Wanted
from punchcard.events.tail import Tail
from punchcard.http import metrics
from punchcard.http.asked import Asked
from punchcard.http.door import admitted, authorized, identified
from punchcard.http.runtime import Runtime
from punchcard.users.users import find_user

BEAT_SECONDS = 15.0
RETRY_MS = 2_000
GRACE_SECONDS = 1.0
TAKEN_SECONDS_MAX = 30.0
CHUNK_BYTES = 65_536
QUERIED = ("type", "subject", "lastEventId")
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
_MAC_BYTES = 16
_PLACE_BYTES = 8 + 16 + 8

Send = Callable[[Any], Any]


class Stream(Struct):
    """An answer that goes on: events for one reader, until the reader, the server or the session is gone."""

    runtime: Runtime
    asked: Asked
    tail: Tail
    reader: Reader
    closing: AsyncExitStack
    key: bytes

    async def carry_on(self, send: Send, receive: Callable[[], Any], abort: Callable[[], None]) -> None:
        """Send events after the headers have been sent; `abort` cuts a connection that takes nothing more."""
        writing = asyncio.ensure_future(self._write(send))
        gone = asyncio.ensure_future(receive())
        ended = asyncio.ensure_future(self.reader.ended.wait())
        try:
            await asyncio.wait((writing, gone, ended), return_when=asyncio.FIRST_COMPLETED)
            if not gone.done() and not writing.done():
                await asyncio.wait((writing, gone), timeout=GRACE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not gone.done() and (not writing.done() or writing.exception() is not None):
                abort()
        finally:
            await tasks.end((writing, gone, ended))
            if self.reader.is_slow:
                metrics.STREAM_CUT_OFF.inc()
            await self.closing.aclose()

    async def _write(self, send: Send) -> None:
        reset = b"event: reset\ndata: {}\n" if self.reader.was_reset else b""
        first = f"retry: {RETRY_MS}\n".encode() + reset + self._id(self.reader.place) + b"\n"
        await put(send, first)
        with suppress(PunchcardError):  # a stream that breaks ends, and is taken up again by its reader
            async for told in self.tail.catch_up(self.reader):
                await self._send(send, told)
            await self._live(send)
        await put(send, b"", more=False)

    async def _live(self, send: Send) -> None:
        looked = beaten = clock.monotonic_seconds()
        while not self.reader.ended.is_set():
            now = clock.monotonic_seconds()
            told = await self.reader.take(max(0.0, min(looked, beaten) + BEAT_SECONDS - now))
            now = clock.monotonic_seconds()
            if told:
                await self._send(send, told)
                beaten = now
            elif now - beaten >= BEAT_SECONDS:
                await put(send, self._beat())
                beaten = now
            if now - looked >= BEAT_SECONDS:
                if not await self._may_go_on():
                    return
                looked = now

    def _beat(self) -> bytes:
        """Say that nothing has come; a reader of few events need not go back far after a break."""
        return b": nothing new\n" + self._id(self.tail.place) + b"\n"

    async def _send(self, send: Send, told: Sequence[Told]) -> None:
        frames: list[bytes] = []
        size = 0
        for one in told:
            frames.append(self._frame(one))
            size += len(frames[-1])
            if size >= CHUNK_BYTES:
                await put(send, b"".join(frames))
                frames, size = [], 0
        if frames:
            await put(send, b"".join(frames))

    def _frame(self, told: Told) -> bytes:
        if not told.frame:  # the first of a tenant's readers makes it for all
            # White space in a payload that was stored with line breaks; each line is data of its own.
            data = b"\ndata: ".join(told.body.splitlines())
            told.frame = self._id(told.place) + b"event: event\ndata: " + data + b"\n\n"
        return told.frame

    def _id(self, place: Place) -> bytes:
        return b"id: " + write_place(self.key, place).encode() + b"\n"

    async def _may_go_on(self) -> bool:
        try:
            principal = await identified(self.runtime, self.asked, renew=False)
        except (Unauthenticated, Forbidden):
            return False
        except PunchcardError:  # the database is away: what was true a moment ago may still be
            return True
        is_reader = principal.kind is Kind.ADMIN and principal.role in LOOKING
        return is_reader and principal.tenant_id == self.tail.tenant_id


async def stream_events(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Stream:
    """Follow the events as they are recorded, as Server-Sent Events (`text/event-stream`).

    Each message has an `id`, `event: event`, and an event as its `data`. Sent back as the header Last-Event-ID, or as
    `lastEventId`, the id resumes without a hole or a repeat; without one the stream begins now. `event: reset` says
    that it could not be resumed from there (after an hour, for one): read the list of events, and go on from here.
    """
    # A browser comes back by itself, so this is nothing that somebody at the console has done.
    principal = await admitted(runtime, asked, renew=False)
    principal = await authorized(runtime, principal, {}, who=(Kind.ADMIN,), roles=LOOKING)
    query = _query(asked)
    key = runtime.keyring.cursor_key + principal.tenant_id.bytes
    wanted = await _wanted(runtime, principal, query)
    named = asked.header(b"last-event-id") or query.get("lastEventId") or ""
    closing = AsyncExitStack()
    tail, reader = await closing.enter_async_context(
        runtime.tails.reading(principal.tenant_id, wanted, read_place(key, named) if named else None)
    )
    return Stream(runtime, asked, tail, reader, closing, key)


async def put(send: Send, body: bytes, *, more: bool = True) -> None:
    """Send a part of the answer. Raises: TimeoutError when the reader has taken nothing for too long."""
    async with asyncio.timeout(TAKEN_SECONDS_MAX):
        await send({"type": "http.response.body", "body": body, "more_body": more})
        await asyncio.sleep(0)  # what is sent is written in the loop's next turn: only then is it known to be too much


def _query(asked: Asked) -> dict[str, str]:
    try:
        pairs = parse_qsl(asked.query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10)
    except ValueError:
        raise Malformed("The query cannot be read.") from None
    query = dict(pairs)
    if len(query) < len(pairs) or any("\0" in value for value in query.values()):
        raise Malformed("The query names a parameter twice, or holds a NUL character.")
    unknown = [Fault(f"/{name[:100]}", "unknown_parameter", "There is no such parameter.") for name in query]
    unknown = [fault for fault, name in zip(unknown, query, strict=True) if name not in QUERIED]
    if unknown:
        raise wire.invalid(unknown)
    return query


async def _wanted(runtime: Runtime, principal: Principal, query: Mapping[str, str]) -> Wanted:
    subject = query.get("subject")
    if subject is None:
        return Wanted(query.get("type"))
    user_id = await find_user(runtime.db, principal.tenant_id, subject)
    if user_id is None:
        detail = "No user goes by that id, account number or authIdentifier."
        raise SubjectUnknown(detail, faults=[Fault("/subject", "subject_unknown", detail)])
    return Wanted(query.get("type"), user_id)


# places on the wire ----------------------------------------------------------------------------------

NOWHERE = Place(1 << 63, UUID(int=0), datetime(1970, 1, 1, tzinfo=UTC))


def write_place(key: bytes, place: Place) -> str:
    """Write a place as an opaque text that cannot be forged."""
    milliseconds = (place.at - clock.EPOCH) // timedelta(milliseconds=1)
    packed = place.xid.to_bytes(8) + place.id.bytes + milliseconds.to_bytes(8)
    return base64.urlsafe_b64encode(_mac(key, packed) + packed).decode()


def read_place(key: bytes, text: str) -> Place:
    """Read what `write_place` wrote for this tenant; anything else is NOWHERE, from which nobody can go on."""
    try:
        whole = base64.b64decode(text, altchars=b"-_", validate=True)
    except ValueError:
        return NOWHERE
    packed = whole[_MAC_BYTES:]
    if len(packed) != _PLACE_BYTES or not hmac.compare_digest(whole[:_MAC_BYTES], _mac(key, packed)):
        return NOWHERE
    at = clock.EPOCH + timedelta(milliseconds=int.from_bytes(packed[24:]))
    return Place(int.from_bytes(packed[:8]), UUID(bytes=packed[8:24]), at)


def _mac(key: bytes, packed: bytes) -> bytes:
    return hmac.digest(key, b"stream" + packed, "sha256")[:_MAC_BYTES]
