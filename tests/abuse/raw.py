"""HTTP by hand, byte for byte: for requests that no client library would send."""

import contextlib
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answered:
    """One answer, as it came; status 0 when the connection ended without one."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body, read as JSON."""
        return json.loads(self.body)


def connect(address: str, seconds: float = 60) -> socket.socket:
    """Open a connection to a server's address."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 80), timeout=seconds)


def exchange(address: str, request: bytes, *, seconds: float = 60) -> Answered:
    """Send bytes on a connection of their own; return the first answer."""
    with connect(address, seconds) as wire:
        with contextlib.suppress(OSError):  # the server may answer and close before it has read all
            wire.sendall(request)
        return read_answer(wire)


def read_answer(wire: socket.socket) -> Answered:
    """Read one answer with a Content-Length, and nothing of the one that may follow it."""
    got = b""
    while not got.endswith(b"\r\n\r\n"):
        more = _receive(wire, 1)
        if not more:
            return Answered(0, {}, got)
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        more = _receive(wire, length - len(body))
        if not more:
            break
        body += more
    return Answered(int(first.split()[1]), headers, body)


def _receive(wire: socket.socket, most: int) -> bytes:
    try:
        return wire.recv(most)
    except OSError:
        return b""


def post(path: str, headers: dict[str, str], body: bytes, *, framing: bytes | None = None) -> bytes:
    """Write a POST; `framing` stands in the place of Content-Length."""
    framed = f"Content-Length: {len(body)}\r\n".encode() if framing is None else framing
    named = {"Content-Type": "application/json", **headers}
    lines = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in named.items())
    return f"POST {path} HTTP/1.1\r\nHost: punchcard\r\n".encode() + lines + framed + b"\r\n" + body
