"""Databases as released versions left them: `python -m tests.db.released NAME` writes one, on the day of a release.

It is a dump of a small shop, made through the API, in tests/data/schemas/NAME.sql. One that was written stays as it is;
test_upgrade.py migrates all of them.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from punchcard.commands.create_tenant import CreatedTenant, create_tenant
from punchcard.db import binaries, embedded, migrate
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import served, server_environment
from tests.shop import Shop, fixed

FOLDER = Path(__file__).parents[1] / "data" / "schemas"
SECRET_KEY = "of-released-databases-in-tests-alone"
MEMBERS = 5


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    return binaries.find(binaries.account_for(Path("/"))).program(name)


def load(urls: Urls, file: Path) -> None:
    """Fill an empty database as a version left it."""
    command = [program("psql"), urls.owner, "--quiet", "--set=ON_ERROR_STOP=1", f"--file={file}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def environment(urls: Urls) -> dict[str, str]:
    """Return the environment of a server on such a database."""
    return server_environment(urls, PUNCHCARD_SECRET_KEY=SECRET_KEY)


def furnish(address: str, tenant: CreatedTenant) -> None:
    """Let something happen of most kinds that there are."""
    with Shop(address, tenant) as shop:
        users = [shop.cafe("ada"), *(shop.user(f"member-{number}") for number in range(1, MEMBERS))]
        shop.reactor(fixed(2), maxActivations=3)
        shop.done("POST", "/v1/counters/", {"name": "coffees", "eventType": "PURCHASED_COFFEE"})
        offer = {"type": "VOUCHER", "name": "A cup", "price": 5, "purchasable": True, "codeType": "HUMAN"}
        cup = shop.done("POST", "/v1/rewards/", {**offer, "availability": {"start": "2020-01-01"}})["id"]
        for number, user in enumerate(users):
            for total in range(4):
                event = shop.report(user, 10 + number + total).json()["data"]
            voucher = shop.done("POST", "/v1/commands/purchase_reward", {"rewardId": cup, "beneficiaryId": user["id"]})
            shop.done("POST", "/v1/commands/redeem_benefit", {"benefitId": voucher["payload"]["voucherId"]})
        shop.done("POST", f"/v1/events/{event['id']}/reverse", {"share": 0.5})
        adjusted = {"actorId": users[0]["id"], "points": 7, "comment": "A gift"}
        shop.done("POST", "/v1/commands/adjust_points", adjusted)


async def write(file: Path) -> None:
    """Write today's database into a file."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded.running(Path(folder) / "data", purpose="serve", durable=False) as urls:
            await migrate.run(urls.owner, await migrate.role_of(urls.app))
            with served(environment(urls)) as (address, _):
                db = await Db.open(urls.app, size=2)
                tenant = await create_tenant(db, "A shop of long ago")
                await db.close()
                await asyncio.to_thread(furnish, address, tenant)
            command = [program("pg_dump"), urls.owner, "--no-owner", "--no-privileges", f"--file={file}"]
            subprocess.run(command, check=True, env=os.environ)  # noqa: ASYNC221 - nothing else waits


if __name__ == "__main__":
    asyncio.run(write(FOLDER / f"{sys.argv[1]}.sql"))
