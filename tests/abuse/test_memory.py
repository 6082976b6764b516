"""Oversized, deep, compressed and slow bodies: refused early, and memory stays flat (row T16)."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2 as httpx
import psutil
import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.abuse.raw import Answered, connect, exchange, post, read_answer
from tests.conftest import served, server_environment
from tests.shop import Shop

MIB = 1024 * 1024
BODY_MAX = 262_144
GROWTH_BYTES_MAX = 24 * MIB


class Served:
    """A server of this file's own, with a shop on it; `growth` is measured in its resident memory."""

    def __init__(self, shop: Shop, process: psutil.Process) -> None:
        self.shop, self._process = shop, process
        self.headers = shop.headers()

    def post(self, path: str, body: bytes, *, framing: bytes | None = None, encoding: str | None = None) -> Answered:
        """Send one POST by hand."""
        headers = self.headers if encoding is None else self.headers | {"Content-Encoding": encoding}
        return exchange(self.shop.address, post(path, headers, body, framing=framing), seconds=30)

    def growth(self, work: Callable[[], None]) -> int:
        """Do the work once to warm up, then ten times; return the bytes by which the process has grown."""
        work()
        before = self._process.memory_info().rss
        for _ in range(10):
            work()
        grown: int = self._process.memory_info().rss - before
        return grown


@pytest.fixture(scope="module")
async def running(db: Db, urls: Urls) -> AsyncIterator[Served]:
    """Run a server that waits 1 s at most for a body."""
    tenant = await create_tenant(db, "A shop that is flooded")
    environment = server_environment(urls, PUNCHCARD_BODY_SECONDS_MAX="1")
    with served(environment) as (address, process), Shop(address, tenant) as shop:
        shop.event_type("VISITED_SHOP", private=False, schema=None)
        yield Served(shop, psutil.Process(process.pid))


def event(payload: bytes) -> bytes:
    """Write an event around a payload."""
    return b'{"type": "VISITED_SHOP", "payload": %s}' % payload


def keys(count: int) -> bytes:
    """Write an object of so many keys."""
    return b"{%s}" % b",".join(b'"%x":1' % key for key in range(count))


BODIES: dict[str, tuple[str, Callable[[], bytes], int]] = {
    "100,000 nested arrays": ("/v1/events", lambda: event(b"[" * 100_000 + b"]" * 100_000), 400),
    "100,000 nested arrays in a batch": ("/v1/events/batch", lambda: b"[" * 100_000 + b"]" * 100_000, 400),
    "20,000 nested objects": ("/v1/events", lambda: event(b'{"a":' * 20_000 + b"1" + b"}" * 20_000), 400),
    "a million keys": ("/v1/events", lambda: event(keys(1_000_000)), 413),
    "400,000 keys in a batch": ("/v1/events/batch", lambda: b"[%s]" % event(keys(400_000)), 200),
    "10 MB of text": ("/v1/events", lambda: event(b'{"a": "%s"}' % (b"x" * 10_000_000)), 413),
    "10 MB of text in a batch": ("/v1/events/batch", lambda: b'["%s"]' % (b"x" * 10_000_000), 413),
    "a million zeros": ("/v1/events/batch", lambda: b"[%s0]" % (b"0," * 1_000_000), 413),
    "a number of 250,000 digits": ("/v1/events", lambda: event(b'{"a": %s}' % (b"9" * 250_000)), 400),
    "a fraction of 250,000 digits": ("/v1/events", lambda: event(b'{"a": 0.%s}' % (b"9" * 250_000)), 422),
    "one byte too many": ("/v1/events", lambda: b" " * (BODY_MAX + 1), 413),
}  # fmt: skip
"""Each is made when it is sent, and not in each process that only looks which tests there are."""


@pytest.mark.parametrize(("path", "made", "status"), BODIES.values(), ids=BODIES)
def test_a_huge_body_leaves_nothing_behind(running: Served, path: str, made: Callable[[], bytes], status: int) -> None:
    """T16: deep, wide and long bodies are refused with 400 or 413, ten times over, and memory stays flat."""
    body = made()

    def send() -> None:
        answer = running.post(path, body)
        assert answer.status in (status, 0)  # 0: answered and closed before all was sent

    assert running.post(path, body).status in (status, 0)
    assert running.growth(send) < GROWTH_BYTES_MAX
    assert running.shop.http.get("/livez").status_code == 200


def test_a_declared_size_is_refused_before_it_arrives(running: Served) -> None:
    """T16: a Content-Length over the limit is 413 with Connection: close, before one byte of the body was sent."""
    for length in (BODY_MAX + 1, 10**12, 10**30):
        answer = running.post("/v1/events", b"", framing=f"Content-Length: {length}\r\n".encode())
        assert answer.status in (413, 400)  # 400: a length that the parser cannot hold
    assert running.post("/v1/events", b"", framing=b"Content-Length: 262145\r\n").headers["connection"] == "close"


def test_a_chunked_body_is_counted_as_it_comes(running: Served) -> None:
    """T16: without a declared size, 413 is answered as soon as the limit is passed, long before 100 MB are sent."""
    chunk = b"%x\r\n%s\r\n" % (65_536, b" " * 65_536)
    head = post("/v1/events", running.headers, b"", framing=b"Transfer-Encoding: chunked\r\n")

    def flood() -> None:
        with connect(running.shop.address, 5) as wire:
            wire.sendall(head)
            sent = 0
            try:
                while sent < 100 * MIB:
                    wire.sendall(chunk)
                    sent += 65_536
            except OSError:
                pass
            assert sent < 20 * MIB
            assert read_answer(wire).status in (413, 0)

    assert running.growth(flood) < GROWTH_BYTES_MAX


def test_compressed_bodies_are_not_opened(running: Served) -> None:
    """T16: a gzip bomb is 415, as is every Content-Encoding, and costs nothing."""
    bomb = gzip.compress(b" " * (100 * MIB))

    def send() -> None:
        for encoding in ("gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP"):
            assert running.post("/v1/events", bomb, encoding=encoding).status == 415

    assert running.growth(send) < GROWTH_BYTES_MAX


def test_a_slow_body_is_408(running: Served) -> None:
    """T16: a body that does not arrive in time is 408, whether it stalls or drips; fifty of them hold up nobody."""
    head = post("/v1/events", running.headers, b"", framing=b"Content-Length: 1000\r\n")
    stalled = [connect(running.shop.address) for _ in range(50)]
    dripping = connect(running.shop.address)
    stop = threading.Event()
    for wire in (*stalled, dripping):
        wire.sendall(head + b"{")
    thread = threading.Thread(target=drip, args=(dripping, stop))
    thread.start()
    try:
        started = time.monotonic()
        assert running.shop.http.get("/livez").status_code == 200
        assert running.shop.call("GET", "/v1/events/").status_code == 200
        assert time.monotonic() - started < 1
        answers = [read_answer(wire) for wire in (*stalled, dripping)]
    finally:
        stop.set()
        thread.join()
        for wire in (*stalled, dripping):
            wire.close()
    assert {answer.status for answer in answers} == {408}
    assert {answer.json()["code"] for answer in answers} == {"request_timeout"}


def drip(wire: socket.socket, stop: threading.Event) -> None:
    """Send a byte every 50 ms."""
    while not stop.wait(0.05):
        try:
            wire.sendall(b" ")
        except OSError:
            return


def test_a_broken_off_body_records_nothing(running: Served) -> None:
    """T16: a caller that hangs up in the middle of a body leaves no event, no error and no memory behind."""
    user = running.shop.user()
    body = b'{"type": "VISITED_SHOP", "subject": "%s"}' % user["id"].encode()

    def hang_up() -> None:
        for cut in (1, len(body) // 2, len(body) - 1):
            with connect(running.shop.address) as wire:
                wire.sendall(post("/v1/events", running.headers, b"", framing=b"Content-Length: %d\r\n" % len(body)))
                wire.sendall(body[:cut])

    assert running.growth(hang_up) < GROWTH_BYTES_MAX
    found: Any = running.shop.done("GET", f"/v1/events/?subject={user['id']}&type=VISITED_SHOP")
    assert found == []


@pytest.mark.parametrize("line", [b"X-%d: %s\r\n", b"%d%s"])
def test_long_heads_are_bounded(running: Served, line: bytes) -> None:
    """T16: a request whose head does not end, in many headers or in one, is cut off early, and memory stays flat."""

    def endless() -> None:
        with connect(running.shop.address, 5) as wire:
            wire.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nX: ")
            sent = 0
            with contextlib.suppress(OSError):
                while sent < 100 * MIB:
                    wire.sendall(line % (sent, b"x" * 65_536))
                    sent += 65_536
            assert sent < 20 * MIB

    assert running.growth(endless) < GROWTH_BYTES_MAX
    with httpx.Client(base_url=running.shop.address) as client:
        assert client.get("/livez", headers={"X-Long": "x" * 30_000}).status_code == 200
        for _ in range(200):
            assert client.get("/livez", headers={"X-Long": "x" * 1_000}).status_code == 200
