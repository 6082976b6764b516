"""`punchcard serve --processes 2`: as exact as one process, and nothing is left behind whoever is killed."""

import asyncio
import contextlib
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import psutil
import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.jobs.elected import ELECTION
from tests.conftest import faults_in, served, server_environment
from tests.jobs.conftest import ended
from tests.shop import Shop

SIBLING = "punchcard.http.sibling"
EVENTS = "/v1/events/"
BUY = "/v1/commands/purchase_reward"
HOLDER = "select pid from pg_locks where locktype = 'advisory' and objid = $1 and granted"


def children(pid: int) -> dict[int, psutil.Process]:
    """Return the processes that serve, by their ids."""
    return {one.pid: one for one in psutil.Process(pid).children(recursive=True) if is_sibling(one)}


def is_sibling(process: psutil.Process) -> bool:
    """Tell whether a process serves; one that has just ended does not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return SIBLING in process.cmdline()
    return False


class Scrape:
    """What one answer of `/metrics` tells: `text`, and the numbers of the `processes` in it."""

    def __init__(self, address: str) -> None:
        self.text = httpx.get(f"{address}/metrics", timeout=60).text
        self.processes = set(re.findall(r'process="(\d)"', self.text))

    def answers(self, route: str) -> int:
        """Return how many requests of a route all processes together have answered."""
        counts = re.findall(rf'(?m)^punchcard_request_seconds_count{{.*route="{route}".*}} (\S+)$', self.text)
        return int(sum(map(float, counts)))


def wait_for(what: object, is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def tells_of_all(address: str) -> bool:
    """Tell whether a scrape has both processes, all their answers, and once what the database counts.

    A process tells the other what it counts once a second, and the kernel says which of them has answered how many.
    """
    scrape = Scrape(address)
    assert len(re.findall(r"(?m)^punchcard_jobs{", scrape.text)) == 3
    assert scrape.answers(EVENTS) <= 24
    return scrape.processes == {"1", "2"} and (scrape.answers(EVENTS), scrape.answers(BUY)) == (24, 48)


@contextlib.contextmanager
def family(urls: Urls, log: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """Serve by two processes; yield the address and the parent's id."""
    with served(server_environment(urls, **settings), "--processes", "2", log=log) as (address, process):
        yield address, process.pid
        process.terminate()
        assert process.wait(60) == 0
    assert not faults_in(log)


@pytest.mark.crash
async def test_two_processes_are_as_exact_as_one(urls: Urls, db: Db, tmp_path: Path) -> None:
    """Twins count once, balance and stock are exact, a caller has one bucket in both; the metrics tell of both."""
    tenant = await create_tenant(db, "A shop of two processes")
    rate = {"PUNCHCARD_USER_RATE_LIMIT": "1", "PUNCHCARD_USER_RATE_BURST": "10"}
    with family(urls, tmp_path / "log", **rate) as (address, pid), Shop(address, tenant) as shop:
        user = shop.cafe()
        body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 30}}
        told_of = await at_once(address, shop.headers(), "/v1/events", [body] * 24)
        assert told_of == {200: 1, 409: 23}
        offer = {"type": "VOUCHER", "name": "A cup", "purchasable": True, "availability": {"start": "2020-01-01"}}
        cup = shop.done("POST", "/v1/rewards/", {**offer, "price": 10})["id"]
        bought = {"rewardId": cup, "beneficiaryId": user["id"]}
        assert await at_once(address, shop.headers(), BUY, [bought] * 24) == {
            200: 3,
            409: 21,
        }
        last = shop.done("POST", "/v1/rewards/", {**offer, "price": 0, "stockCapacity": 2})["id"]
        bought = {"rewardId": last, "beneficiaryId": user["id"]}
        assert await at_once(address, shop.headers(), BUY, [bought] * 24) == {
            200: 2,
            409: 22,
        }
        assert shop.balance(user) == 0
        member = shop.headers(shop.user_token(user))
        path = f"/v1/users/{user['id']}/wallet"
        began = time.monotonic()
        admitted = (await at_once(address, member, path, [None] * 24))[200]
        assert 10 <= admitted <= 11 + (time.monotonic() - began)
        wait_for("all answers of both are told", lambda: tells_of_all(address))
        assert len(children(pid)) == 2


async def at_once(address: str, headers: dict[str, str], path: str, bodies: list[object]) -> Counter[int]:
    """Send requests at once, each on a connection of its own; count the statuses."""

    async def one(body: object) -> int:
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60, verify=False) as client:
            answer = await (client.get(path) if body is None else client.post(path, json=body))
            return answer.status_code

    return Counter(await asyncio.gather(*(one(body) for body in bodies)))


@pytest.mark.crash
async def test_a_killed_process_is_started_again_and_another_works(urls: Urls, db: Db, tmp_path: Path) -> None:
    """Whoever connects meanwhile waits; what the killed one had elected itself to do, the other one does."""
    tenant = await create_tenant(db, "A shop whose processes die")
    with family(urls, tmp_path / "log") as (address, pid), Shop(address, tenant) as shop:
        user, first = shop.cafe(), children(pid)
        for killed in first.values():
            killed.kill()
            killed.wait(60)
            wait_for("it is started again", lambda: len(children(pid)) == 2)
        assert set(children(pid)) & set(first) == set()
        body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}
        assert await at_once(address, shop.headers(), "/v1/events", [body] * 12) == {200: 1, 409: 11}
        job = shop.done("POST", "/v1/integrity/check", {})
        row = await ended(db, job["id"])
        assert row["state"] == "DONE"
        assert len(await db.fetch(HOLDER, ELECTION)) == 1


@pytest.mark.crash
def test_a_killed_parent_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its children and its PostgreSQL end by themselves, and the folder can be served again."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHCARD_")}
    arguments = ("--data", str(tmp_path / "data"), "--processes", "2")
    with served(environment, *arguments) as (_, process):
        found = psutil.Process(process.pid).children(recursive=True)
        assert sum(SIBLING in one.cmdline() for one in found) == 2
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
        gone, left = psutil.wait_procs(found, timeout=60)
        assert (len(gone), left) == (len(found), [])
    with served(environment, *arguments) as (address, _):
        assert httpx.get(f"{address}/readyz", timeout=60).status_code == 200
