"""Jobs of the product whose process is killed with a step done and not recorded: each happens once all the same."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db import embedded
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import served, server_environment
from tests.points.books import require_right
from tests.referrals.test_referrals import campaign, code_of, register, tranche
from tests.shop import Shop

ROOT = Path(__file__).parents[2]
ROWS = 800
OPEN = "select count(*) from jobs where state in ('QUEUED', 'RUNNING') and tenant_id = $1"
OVERDUE = "update jobs set due_at = statement_timestamp() where state = 'RUNNING' and due_at > statement_timestamp()"


@pytest.fixture
async def quiet(tmp_path: Path, cast: Callable[[Path], None]) -> AsyncIterator[Urls]:
    """Run a database of this test's own, on which nobody else works."""
    cast(tmp_path / "data")
    async with embedded.running(tmp_path / "data", purpose="serve", durable=False) as urls:
        yield urls


async def work_off(db: Db, urls: Urls, shop: Shop) -> int:
    """Let workers work, each until it dies, and the last until nothing is left; return how many died."""
    died = 0
    async with asyncio.timeout(400):
        while await db.fetchval(OPEN, shop.tenant.tenant_id):
            command = [sys.executable, "-m", "tests.jobs.dying", urls.app]
            with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: ASYNC220 - it is to be killed
                while process.poll() is None and await db.fetchval(OPEN, shop.tenant.tenant_id):  # noqa: ASYNC110 - another process ends it
                    await asyncio.sleep(0.05)
                died += process.poll() is not None
                process.kill()
            await db.execute(OVERDUE)
    return died


@pytest.mark.crash
async def test_each_step_happens_once_whoever_is_killed(quiet: Urls) -> None:
    """An import is resumed where it was, a referrer is told once, and what he got is taken back once."""
    db = await Db.open(quiet.app, size=2)
    tenant = await create_tenant(db, "A shop whose workers die")
    environment = server_environment(quiet, PUNCHCARD_WORKER="false")
    with served(environment) as (address, _), Shop(address, tenant) as shop:
        shop.event_type()
        tranche(shop, campaign(shop))
        ada = shop.user()
        bob = register(shop, code_of(shop, ada)["inviteCode"], "bob@example.org").json()["data"]
        event = shop.report(bob, 10).json()["data"]
        profile = {"givenName": "A", "familyName": "B", "emailAddress": "a@example.org"}
        lines = [json.dumps({"externalIdentifier": f"crm-{number}", "profile": profile}) for number in range(ROWS)]
        sent = shop.call("POST", "/v1/users/import", "\n".join(lines).encode(), headers={"Content-Type": NDJSON})
        died = await work_off(db, quiet, shop)
        assert died >= 6  # two attempts of the referrer's step, and of the first and third of the import's four
        job = shop.done("GET", f"/v1/jobs/{sent.json()['data']['id']}")
        assert (job["state"], job["result"]) == ("DONE", {"registered": ROWS, "known": 0, "refused": 0})
        registered = "select count(*) from events join event_types as type on type.id = event_type_id where name = $1"
        assert await db.fetchval(registered, "REGISTERED_ACCOUNT") == ROWS + 2
        assert (shop.balance(ada), await db.fetchval(registered, "REFERRAL_TRANCHE_ACTIVATION")) == (20, 1)
        shop.done("POST", f"/v1/events/{event['id']}/reverse", {})
        assert await work_off(db, quiet, shop) >= 2
        assert (shop.balance(ada), await db.fetchval(registered, "EVENT_REVERSED")) == (0, 2)
        await require_right(db, tenant.tenant_id)
    await db.close()


NDJSON = "application/x-ndjson"
