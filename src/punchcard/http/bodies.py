"""Bodies at the door: read whole, within a size and a time, and only in forms that are taken."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import Any

from punchcard.errors import Malformed, RequestTimeout, TooLarge, UnsupportedMediaType

Receive = Callable[[], Awaitable[Any]]
Headers = dict[bytes, bytes]


class Gone(Exception):
    """The caller has hung up."""


def headers_of(scope: Any) -> Headers:
    """Return the request's headers by name; of a repeated one, the last."""
    return dict(scope["headers"])


def require_readable(headers: Headers, bytes_max: int) -> None:
    """Refuse a body by what the head says of it. Raises: TooLarge, UnsupportedMediaType for an encoding, Malformed."""
    length = headers.get(b"content-length")
    if length is not None:
        require_within(int(length[:12]) if length.isdigit() else bytes_max + 1, bytes_max)
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
    if length is not None and b"transfer-encoding" in headers:
        raise Malformed("A request has a Content-Length or a Transfer-Encoding, not both.")


async def read_body(receive: Receive, *, bytes_max: int, seconds_max: float) -> bytes:
    """Return a body that is still on its way. Raises: TooLarge, RequestTimeout, Gone."""
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(seconds_max):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                parts.append(message.get("body", b""))
                size, more = size + len(parts[-1]), message.get("more_body", False)
                require_within(size, bytes_max)
    except TimeoutError:
        detail = f"The body did not arrive within {seconds_max:g} s."
        raise RequestTimeout(detail, headers={"Connection": "close"}) from None
    return b"".join(parts)


async def read_parts(receive: Receive, *, bytes_max: int, seconds_max: float) -> AsyncGenerator[bytes]:
    """Yield a body while it comes; each part has so many seconds. Raises: TooLarge, RequestTimeout, Gone."""
    size, more = 0, True
    while more:
        try:
            async with asyncio.timeout(seconds_max):
                message = await receive()
        except TimeoutError:
            detail = f"Nothing of the body has arrived for {seconds_max:g} s."
            raise RequestTimeout(detail, headers={"Connection": "close"}) from None
        if message["type"] == "http.disconnect":
            raise Gone
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        require_within(size, bytes_max)
        yield message.get("body", b"")


def require_within(size: int, bytes_max: int) -> None:
    """Refuse a body of too many bytes. Raises: TooLarge."""
    if size > bytes_max:
        # What is still on its way is not read, so the connection cannot be used again.
        raise TooLarge(f"A body here has at most {bytes_max} bytes.", headers={"Connection": "close"})


def require_media_type(headers: Headers, taken: Iterable[str]) -> str:
    """Return the body's media type, without parameters. Raises: UnsupportedMediaType."""
    sent, _, parameters = headers.get(b"content-type", b"").decode("latin-1").partition(";")
    media = sent.strip().lower()
    charset = parameters.replace('"', "").strip().lower()
    if media not in taken or (charset.startswith("charset=") and charset != "charset=utf-8"):
        raise UnsupportedMediaType(f"Send {' or '.join(taken)}, in UTF-8.")
    return media
