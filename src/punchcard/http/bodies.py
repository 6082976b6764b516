"""Bodies at the door: read whole, within a size and a time, and only in forms that are taken."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from punchcard.errors import Malformed, RequestTimeout, TooLarge, UnsupportedMediaType

Receive = Callable[[], Awaitable[Any]]
Headers = dict[bytes, bytes]


_LATE = "the body is late"


class Gone(Exception):
    """The caller has hung up."""


def headers_of(scope: Any) -> Headers:
    """Return the request's headers by name; of a repeated one, the last."""
    return dict(scope["headers"])


async def read_body(receive: Receive, headers: Headers, *, bytes_max: int, seconds_max: float) -> bytes:
    """Return the body.

    Raises: TooLarge, UnsupportedMediaType for an encoding, RequestTimeout, Malformed, Gone.
    """
    length = headers.get(b"content-length")
    if length is not None and (not length.isdigit() or int(length[:12]) > bytes_max):
        raise _too_large(bytes_max)
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
    if length is not None and b"transfer-encoding" in headers:
        raise Malformed("A request has a Content-Length or a Transfer-Encoding, not both.")
    message = await _next(receive, seconds_max)
    if not message.get("more_body"):
        return _within(message.get("body", b""), bytes_max)
    try:
        async with asyncio.timeout(seconds_max):
            return await _rest(receive, message.get("body", b""), bytes_max)
    except TimeoutError:
        raise _too_slow(seconds_max) from None


async def _next(receive: Receive, seconds_max: float) -> Any:
    task = asyncio.current_task()
    assert task is not None
    # Nearly always the message is there already: a bare timer costs a fifth of what asyncio.timeout does.
    timer = asyncio.get_running_loop().call_later(seconds_max, task.cancel, _LATE)
    try:
        message = await receive()
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_LATE,) or task.uncancel() > 0:
            raise
        raise _too_slow(seconds_max) from None
    finally:
        timer.cancel()
    if message["type"] == "http.disconnect":
        raise Gone
    return message


async def _rest(receive: Receive, first: bytes, bytes_max: int) -> bytes:
    parts, size = [first], len(first)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > bytes_max:
            raise _too_large(bytes_max)
        if not message.get("more_body"):
            return _within(b"".join(parts), bytes_max)


def _within(body: bytes, bytes_max: int) -> bytes:
    if len(body) > bytes_max:
        raise _too_large(bytes_max)
    return body


def _too_large(bytes_max: int) -> TooLarge:
    # What is still on its way is not read, so the connection cannot be used again.
    return TooLarge(f"A body here has at most {bytes_max} bytes.", headers={"Connection": "close"})


def _too_slow(seconds_max: float) -> RequestTimeout:
    return RequestTimeout(f"The body did not arrive within {seconds_max:g} s.", headers={"Connection": "close"})


def require_media_type(headers: Headers, taken: Iterable[str]) -> str:
    """Return the body's media type, without parameters. Raises: UnsupportedMediaType."""
    sent, _, parameters = headers.get(b"content-type", b"").decode("latin-1").partition(";")
    media = sent.strip().lower()
    charset = parameters.replace('"', "").strip().lower()
    if media not in taken or (charset.startswith("charset=") and charset != "charset=utf-8"):
        raise UnsupportedMediaType(f"Send {' or '.join(taken)}, in UTF-8.")
    return media
