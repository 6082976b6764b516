"""The program of the release before, which goes on answering while a migration runs and after it: R15, F33."""

import contextlib
import json
import subprocess
import sys
import tarfile
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from punchcard.commands.create_tenant import CreatedTenant
from punchcard.db import embedded, migrate
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import ANNOUNCEMENT, served
from tests.db import released
from tests.points.books import require_right
from tests.shop import Shop

ROOT = Path(__file__).parents[2]
LAST = max(released.FOLDER.glob("*.sql"), key=lambda file: [int(part) for part in file.stem.split(".")])
LEAST = 10
"""Reports that are recorded before the migration, and after it."""
PUNCHCARD = (sys.executable, "-m", "punchcard.cli.main")

pytestmark = [pytest.mark.figure(name="R15"), pytest.mark.crash]


def git(*arguments: str) -> bytes:
    """Return what git says; nothing where there is no git, or no history."""
    with contextlib.suppress(FileNotFoundError):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False).stdout
    return b""


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Unpack the sources of the last release: those of the commit that its schema came with."""
    commit = git("log", "--diff-filter=A", "--format=%H", "--", str(LAST)).decode().strip()
    packed = git("archive", commit, "src/punchcard") if commit else b""
    if not packed:
        pytest.skip("the history has no commit of the last release")
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "src"


@pytest.fixture
async def urls(tmp_path: Path) -> AsyncIterator[Urls]:
    """Run a database as the last release left it."""
    async with embedded.running(tmp_path / "data", purpose="serve", durable=False) as found:
        released.load(found, LAST)
        yield found


@contextlib.contextmanager
def serving(sources: Path, urls: Urls) -> Iterator[Shop]:
    """Let the program of these sources make a tenant and serve."""
    environment = released.environment(urls) | {"PYTHONPATH": str(sources)}
    typed(environment, "db", "migrate")  # gives the application its rights, which are not in the dump
    told = json.loads(typed(environment, "tenant", "create", "A shop", "--json"))
    tenant = CreatedTenant(told["tenantId"], told["apiKey"], told["clientId"], told["clientSecret"])
    command = [*PUNCHCARD, "serve", "--port", "0", "--no-migrate"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            assert line.startswith(ANNOUNCEMENT), line
            with Shop(line.removeprefix(ANNOUNCEMENT), tenant) as shop:
                yield shop
        finally:
            process.terminate()
            assert process.wait(60) == 0


def typed(environment: dict[str, str], *arguments: str) -> str:
    """Run one command of the program; return what it prints."""
    done = subprocess.run([*PUNCHCARD, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Till:
    """Reports and sells without a pause, in a thread, until it is told to stop."""

    def __init__(self, shop: Shop, user: Any, cup: str) -> None:
        self.statuses: Counter[int] = Counter()
        self.points = 0
        self._shop, self._user, self._cup = shop, user, cup
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        with Shop(self._shop.address, self._shop.tenant) as shop:
            number = 0
            while not self._is_over.is_set():
                number += 1
                told = [(2, shop.report(self._user, payload={"total": 2, "items": [number]}))]
                bought = {"rewardId": self._cup, "beneficiaryId": self._user["id"]}
                told.append((-1, shop.call("POST", "/v1/commands/purchase_reward", bought)))
                for points, answer in told:
                    self.statuses[answer.status_code] += 1
                    self.points += points * (answer.status_code == 200)

    def more(self) -> None:
        """Wait until more has been recorded."""
        wanted = self.statuses[200] + LEAST
        while self.statuses[200] < wanted:
            self.require_answers()
            assert self._thread.is_alive()
            self._thread.join(0.01)

    def require_answers(self) -> None:
        """Require that each request was carried out, or was told to come again."""
        assert set(self.statuses) <= {200, 503}, self.statuses

    def stop(self) -> None:
        """Bring what it is at to an end."""
        self._is_over.set()
        self._thread.join(90)
        assert not self._thread.is_alive()


async def test_the_program_of_the_release_before_goes_on(before: Path, urls: Urls) -> None:
    """Reports and purchases are answered 2xx or 503 throughout, and the program of today finds every point of them."""
    with serving(before, urls) as shop:
        user = shop.cafe()
        offer = {"type": "VOUCHER", "name": "A cup", "price": 1, "purchasable": True}
        cup = shop.done("POST", "/v1/rewards/", offer | {"availability": {"start": "2020-01-01"}})["id"]
        till = Till(shop, user, cup)
        try:
            till.more()
            await migrate.run(urls.owner, await migrate.role_of(urls.app))
            till.more()
            ready = httpx.get(f"{shop.address}/readyz", timeout=60).status_code
        finally:
            till.stop()
    till.require_answers()
    with served(released.environment(urls)) as (address, _), Shop(address, shop.tenant) as again:
        assert again.balance(user) == till.points
        db = await Db.open(urls.app, size=2)
        await require_right(db, shop.tenant.tenant_id)
        await db.close()
    assert ready == (503 if await migrated(urls, before) else 200)


async def migrated(urls: Urls, sources: Path) -> bool:
    """Tell whether there was anything to migrate: a process with an older schema than the database's is not ready."""
    old = {file.stem for file in (sources / "punchcard/db/migrations").glob("*.sql")}
    return {one.name for one in await migrate.status(urls.app)} != old
