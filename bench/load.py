"""The load generator: a process of its own that speaks HTTP by hand, so that it is never what is measured.

Reads one `Load` as JSON from standard input and writes one `Measured` to standard output. Each connection has one
request under way; every event is another one, about a random member or always the same.
"""

import asyncio
import random
import sys
import time
from array import array
from typing import Any

import msgspec
import uvloop

CONNECT_SECONDS_MAX = 10
PACE_SECONDS = 0.001


class Load(msgspec.Struct):
    """What to send. `subjects` members take turns at random; `events` > 1 makes each request a batch.

    Ends after `seconds`, or after `requests` where that is above 0. What is answered in the first `warm_up_seconds`
    is not counted. `cloud_events` sends each event as a CloudEvent with an id of its own. `bodies`, all of one length,
    are sent at random instead of events; of `paths` one is read at random instead. `padding` bytes are added to each
    event. A `rate` above 0 is that of requests a second, sent as long as a connection is free, whether those before
    are answered or not: what is then refused by 503 and Retry-After is counted, and is no failure.
    """

    port: int
    api_key: str
    bearer: str
    subjects: int
    path: str = "/v1/events"
    connections: int = 64
    events: int = 1
    requests: int = 0
    seconds: float = 5.0
    warm_up_seconds: float = 1.0
    cloud_events: bool = False
    bodies: list[str] = []
    paths: list[str] = []
    padding: int = 0
    rate: float = 0.0


class Measured(msgspec.Struct):
    """What came of it: events recorded, over how many seconds, latencies of the requests, the generator's CPU.

    refused: requests answered by 503, and how long the slowest hundredth of those waited for it.
    """

    events: int
    failed: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_share: float
    failure: str = ""
    refused: int = 0
    refused_p99_ms: float = 0.0

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


# All values have a fixed width, so a request is one formatting and its length is known before.
EVENT = (
    b'{"type":"PURCHASED_COFFEE","subject":"member-%06d","payload":{"total":%05.2f,"currency":"EUR","store":"Harbour",'
    b'"items":[{"sku":"C-0417","price":3.20,"quantity":2},{"sku":"B-0033","price":2.85,"quantity":1}],'
    b'"receipt":"%016x"}}'
)

CLOUD_EVENT = (
    b'{"specversion":"1.0","type":"org.example.PURCHASED_COFFEE","source":"/tills/7","id":"%016x",'
    b'"subject":"member-%06d","data":{"total":%05.2f,"currency":"EUR","store":"Harbour",'
    b'"items":[{"sku":"C-0417","price":3.20,"quantity":2},{"sku":"B-0033","price":2.85,"quantity":1}],'
    b'"receipt":"%016x"}}'
)
MEDIA = {
    (False, False): "application/json",
    (False, True): "application/json",
    (True, False): "application/cloudevents+json",
    (True, True): "application/cloudevents-batch+json",
}


class Run:
    """The state that all connections share."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.failed = 0
        self.failure = ""
        self.sent = 0
        self.latencies = array("d")
        self.refusals = array("d")
        self.count_from = time.perf_counter() + load.warm_up_seconds
        self.end = self.count_from + load.seconds
        self.open = load.connections
        self.free: list[Connection] = []
        self.done = asyncio.get_running_loop().create_future()
        self._receipt = random.getrandbits(62)
        self._padding = random.randbytes((load.padding + 1) // 2).hex()[: load.padding].encode()
        self._bodies = [body.encode() for body in load.bodies]
        self._paths = [f"GET {path} HTTP/1.1\r\n{self._caller()}\r\n".encode() for path in load.paths]
        size, media = len(self.body()), MEDIA[load.cloud_events, load.events > 1]
        self._head = (
            f"POST {load.path} HTTP/1.1\r\n{self._caller()}Content-Type: {media}\r\nContent-Length: {size}\r\n\r\n"
        ).encode()

    def _caller(self) -> str:
        load = self.load
        return f"Host: 127.0.0.1:{load.port}\r\nX-Api-Key: {load.api_key}\r\nAuthorization: Bearer {load.bearer}\r\n"

    def body(self) -> bytes:
        """Return the body of a request that nobody has sent yet."""
        load = self.load
        if self._bodies:
            return random.choice(self._bodies)
        if load.events == 1:
            return self._event()
        return b"[" + b",".join(self._event() for _ in range(load.events)) + b"]"

    def _event(self) -> bytes:
        self._receipt += 1
        chance = random.random()
        values = (int(chance * self.load.subjects), 10 + chance * 89, self._receipt)
        made = CLOUD_EVENT % (self._receipt, *values) if self.load.cloud_events else EVENT % values
        return made[:-2] + b',"note":"' + self._padding + b'"}}' if self._padding else made

    def next(self) -> bytes | None:
        """Return the next request, or None when it is over."""
        if time.perf_counter() >= self.end or (self.load.requests and self.sent >= self.load.requests):
            return None
        self.sent += 1
        return random.choice(self._paths) if self._paths else self._head + self.body()

    def answered(self, started: float, answer: bytes) -> None:
        """Count one answer."""
        now = time.perf_counter()
        good = answer.startswith(b"HTTP/1.1 200")
        if good and self.load.events > 1:
            good = answer.count(b'"status":200') == self.load.events
        if self.load.rate and answer.startswith(b"HTTP/1.1 503") and b"retry-after: " in answer:
            if started >= self.count_from:
                self.refusals.append(now - started)
        elif not good:
            self.failed += 1
            self.failure = self.failure or answer[:2_000].decode("latin-1")
        elif started >= self.count_from:
            self.latencies.append(now - started)

    async def pace(self) -> None:
        """Let requests go at their rate, as many at once as are due and connections are free."""
        due = time.perf_counter()
        while time.perf_counter() < self.end:
            while due <= time.perf_counter():
                due += 1 / self.load.rate
                if self.free:
                    self.free.pop().send()
            await asyncio.sleep(PACE_SECONDS)
        for connection in self.free:
            connection.send()

    def closed(self) -> None:
        """One connection has nothing more to do."""
        self.open -= 1
        if not self.open and not self.done.done():
            self.done.set_result(None)


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._buffer = b""
        self._size = 0
        self._started = 0.0

    def connection_made(self, transport: Any) -> None:
        """Send the first request."""
        self._transport = transport
        self._go_on()

    def _go_on(self) -> None:
        run = self._run
        if run.load.rate and time.perf_counter() < run.end:
            run.free.append(self)
        else:
            self.send()

    def send(self) -> None:
        """Send the next request, or close when it is over."""
        request = self._run.next()
        if request is None:
            self._transport.close()
            return
        self._started = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take what has arrived; once the answer is whole, send the next request."""
        self._buffer = self._buffer + data if self._buffer else data
        if not self._size:
            head = self._buffer.find(b"\r\n\r\n")
            at = self._buffer.find(b"content-length: ", 0, head)
            if head < 0 or at < 0:
                return
            self._size = head + 4 + int(self._buffer[at + 16 : self._buffer.index(b"\r\n", at)])
        if len(self._buffer) >= self._size:
            answer, self._buffer, self._size = self._buffer, b"", 0
            self._run.answered(self._started, answer)
            self._go_on()

    def connection_lost(self, _: Exception | None) -> None:
        """Tell that this connection is done."""
        self._run.closed()


async def drive(load: Load) -> Measured:
    """Carry one load out."""
    loop = asyncio.get_running_loop()
    run = Run(load)
    cpu, started = time.process_time(), time.perf_counter()
    for _ in range(load.connections):
        await asyncio.wait_for(
            loop.create_connection(lambda: Connection(run), "127.0.0.1", load.port), CONNECT_SECONDS_MAX
        )
    pace = asyncio.create_task(run.pace()) if load.rate else None
    await asyncio.wait_for(run.done, load.warm_up_seconds + load.seconds + 30)
    now = time.perf_counter()
    if pace is not None:
        await pace
    found, refused = sorted(run.latencies), sorted(run.refusals)
    return Measured(
        len(found) * load.events, run.failed, max(1e-9, now - run.count_from), _at(found, 0.5), _at(found, 0.99),
        (time.process_time() - cpu) / (now - started), run.failure, len(refused), _at(refused, 0.99),
    )  # fmt: skip


def _at(found: list[float], share: float) -> float:
    """Return the milliseconds below which a share of sorted seconds lies."""
    return 1_000 * found[min(len(found) - 1, int(share * len(found)))] if found else 0.0


if __name__ == "__main__":
    result = uvloop.run(drive(msgspec.json.decode(sys.stdin.buffer.read(), type=Load)))
    sys.stdout.buffer.write(msgspec.json.encode(result))
