"""`punchcard console link`: one line that a person clicks and a script reads."""

import json
import re
from pathlib import Path

from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.cli.conftest import punchcard
from tests.conftest import served as running
from tests.conftest import server_environment

LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/console/sign-in#token=(pcl_[0-9A-Za-z]{49})")


def test_needs_a_server(data: Path) -> None:
    """Without a server on the folder, a sentence says so, and nothing is made."""
    refused = punchcard("console", "link", "--data", str(data))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "No server runs on" in refused.stderr
    assert not data.exists()


def test_prints_a_link_to_the_server_that_runs_on_the_folder(data: Path) -> None:
    """A server tells the folder where it listens; the link leads there, and after it has ended there is none."""
    environment = {"PUNCHCARD_DATA": str(data)}
    with running({**without_database(), **environment}) as (address, _):
        missing = punchcard("console", "link", "--data", str(data))
        assert "There is no tenant yet" in missing.stderr
        assert punchcard("tenant", "create", "Corner Coffee", "--data", str(data)).returncode == 0
        told = punchcard("console", "link", "--data", str(data), "--json")
        url = json.loads(told.stdout)["url"]
        found = LINK.fullmatch(url)
        assert found is not None, url
        assert found[1] == address
        other = LINK.fullmatch(punchcard("console", "link", "--data", str(data)).stdout.strip())
        assert other is not None
        assert other[2] != found[2]
        elsewhere = punchcard("console", "link", "--data", str(data), "--url", "https://points.example")
        assert elsewhere.stdout.startswith("https://points.example/console/sign-in#token=")
        assert punchcard("tenant", "create", "Second", "--data", str(data)).returncode == 0
        assert "name one with --tenant" in punchcard("console", "link", "--data", str(data)).stderr
    assert punchcard("console", "link", "--data", str(data)).returncode == 1


async def test_with_a_database_of_ones_own(urls: Urls, db: Db) -> None:
    """With a database URL the link has the public address, else the one of the settings; the tenant is named by id."""
    made = punchcard("tenant", "create", "Linked", "--json", DATABASE_URL=urls.app, MIGRATE_URL=urls.owner)
    tenant = json.loads(made.stdout)["tenantId"]
    settings = {"DATABASE_URL": urls.app, "MIGRATE_URL": urls.owner}
    for variables, address in (
        ({"PUBLIC_URL": "https://points.example"}, "https://points.example"),
        ({"HOST": "0.0.0.0", "PORT": "9000"}, "http://127.0.0.1:9000"),
    ):
        told = punchcard("console", "link", "--tenant", tenant, **settings, **variables)
        assert told.stdout.startswith(f"{address}/console/sign-in#token=pcl_"), told.stderr
    assert await db.fetchval("select count(*) from sign_in_links where tenant_id = $1", tenant) == 2
    unknown = punchcard("console", "link", "--tenant", "00000000-0000-4000-8000-000000000000", **settings)
    assert unknown.returncode == 1
    assert "There is no tenant 00000000" in unknown.stderr


def without_database() -> dict[str, str]:
    """Return the environment of a server with an embedded database."""
    nowhere = Urls("", "")
    kept = server_environment(nowhere)
    return {name: value for name, value in kept.items() if not name.startswith("PUNCHCARD_")}
