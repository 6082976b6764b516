"""What a tenant's fan-outs, and slow clients, do to the time that others wait: as a ratio within one run (R12, R20)."""

import contextlib
import random
import statistics
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.abuse.raw import connect, post
from tests.conftest import served, server_environment
from tests.shop import Shop
from tests.sizes import TIER

from .test_overload import MEMBERS, loaded, vacuumed

pytestmark = pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it: times are compared")

ROUNDS = 3
CONNECTIONS = 32
SLOW = 500
RATIO_MAX = 2.0

Beside = Callable[[], "contextlib.AbstractContextManager[None]"]


@pytest.fixture
async def neighbours(urls: Urls, db: Db) -> AsyncIterator[tuple[Shop, Shop]]:
    """Run a server for two tenants: one of many members, and one that is up to something."""
    many, other = await create_tenant(db, "A shop as usual"), await create_tenant(db, "Another shop")
    with (
        served(server_environment(urls)) as (address, _),
        Shop(address, many) as shop,
        Shop(address, other) as second,
    ):
        shop.event_type()
        shop.reactor()
        for number in range(MEMBERS):
            shop.user(f"member-{number:06d}")
        yield shop, second


async def compared(urls: Urls, shop: Shop, beside: Beside, what: str) -> list[tuple[float, float]]:
    """Return what the slowest hundredth waits before and after something, and beside it, in ms, round by round."""
    secret = shop.done("GET", "/v1/event_types/PURCHASED_COFFEE/secret")["secret"]
    waits = []
    for _ in range(ROUNDS):
        await vacuumed(urls)
        before = await loaded(shop, secret, connections=CONNECTIONS)
        with beside():
            during = await loaded(shop, secret, connections=CONNECTIONS)
        after = await loaded(shop, secret, connections=CONNECTIONS)
        waits.append(((before.p99_ms + after.p99_ms) / 2, during.p99_ms))
        print(f"{what}: p99 {before.p99_ms:.1f}, {during.p99_ms:.1f}, {after.p99_ms:.1f} ms")  # noqa: T201 - the figures
    ratio = min(during / without for without, during in waits)
    print(f"overload: {what}: p99 of others {ratio:.2f} times what it is without")  # noqa: T201 - the figure
    return waits


@contextlib.contextmanager
def meanwhile(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Let a thread work, which ends itself once the event that it gets is set: at the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def fanning_out(shop: Shop, took: list[float]) -> Beside:
    """Return what reports, one after the other, events of which each is followed by as many as may.

    took: gets how long each of them has taken, in ms.
    """
    shop.event_type()
    badge = shop.done("POST", "/v1/badges/", {"internalName": "First"})
    award: dict[str, Any] = {"type": "BADGE", "badge": badge["id"]}
    shop.reactor(reactions=[award])
    shop.reactor(None, "BADGE_EARNED", name="Ten", reactions=[award] * 10)
    users = [shop.user() for _ in range(4)]

    @contextlib.contextmanager
    def beside() -> Iterator[None]:
        sent: set[int] = set()

        def report(stop: threading.Event) -> None:
            with httpx.Client(base_url=shop.address, headers=shop.headers(), timeout=60) as client:
                while not stop.is_set():
                    payload = {"total": random.getrandbits(40)}
                    body = {"type": "PURCHASED_COFFEE", "subject": random.choice(users)["id"], "payload": payload}
                    started = time.monotonic()
                    sent.add(client.post("/v1/events", json=body).status_code)
                    took.append(1_000 * (time.monotonic() - started))

        with meanwhile(report):
            yield
        assert sent == {200}

    return beside


@pytest.mark.figure(name="R12")
async def test_fan_outs_hold_up_nobody_else(urls: Urls, neighbours: tuple[Shop, Shop]) -> None:
    """R12: beside a tenant whose every event is followed by a hundred, others wait for two of them more at most.

    Its reports have a line of their own, after the first of them; the processors they share with all.
    """
    shop, other = neighbours
    took: list[float] = []
    waits = await compared(urls, shop, fanning_out(other, took), "fan-outs")
    own = statistics.median(took)
    print(f"{len(took)} fan-outs, {own:.1f} ms each")  # noqa: T201 - the figures
    assert min(during - RATIO_MAX * without for without, during in waits) <= 2 * own


@pytest.mark.figure(name="R20")
async def test_slow_clients_hold_up_nobody_else(urls: Urls, neighbours: tuple[Shop, Shop]) -> None:
    """R20: beside 500 clients whose bodies come byte by byte, others wait twice as long at most."""
    shop, other = neighbours
    head = post("/v1/events", other.headers(), b"", framing=b"Content-Length: 1000\r\n")

    @contextlib.contextmanager
    def dripping() -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            wires = [stack.enter_context(connect(other.address)) for _ in range(SLOW)]
            for wire in wires:
                wire.sendall(head)

            def drip(stop: threading.Event) -> None:
                while not stop.wait(0.5):
                    for wire in wires:
                        with contextlib.suppress(OSError):
                            wire.sendall(b" ")

            with meanwhile(drip):
                yield

    waits = await compared(urls, shop, dripping, "slow clients")
    assert min(during / without for without, during in waits) <= RATIO_MAX
