"""`punchcard staff`: people who sign in to the console, from the command line."""

import json
import re
from uuid import uuid4

import httpx2 as httpx

from punchcard.db.embedded import Urls
from tests.cli.conftest import punchcard

LINK = re.compile(r"(https?://[^/]+)/console/set-password#token=(pcn_[0-9A-Za-z]{49})")


def test_somebody_is_added_listed_and_removed(urls: Urls, server: str) -> None:
    """The link that is printed sets a password; the list shows whom it is for; after removal neither opens anything."""
    place = {"DATABASE_URL": urls.app, "MIGRATE_URL": urls.owner, "PUBLIC_URL": server}
    tenant = json.loads(punchcard("tenant", "create", "Staffed", "--json", **place).stdout)["tenantId"]
    email, whose = f"Ada.{uuid4().hex[:8]}@cafe.example", ("--tenant", tenant)
    told = punchcard("staff", "add", email, "--role", "manager", "--json", *whose, **place)
    found = LINK.fullmatch(json.loads(told.stdout)["url"])
    assert found is not None, told.stdout + told.stderr
    assert found[1] == server
    body = {"token": found[2], "password": "seven quiet coffee cups"}
    own = {"Origin": server, "Sec-Fetch-Site": "same-origin"}
    answer = httpx.post(f"{server}/console/password", json=body, headers=own, timeout=60)
    assert (answer.status_code, answer.json()["data"]["role"]) == (200, "MANAGER"), answer.text
    listed = json.loads(punchcard("staff", "list", "--json", *whose, **place).stdout)["staff"]
    assert [(one["email"], one["role"], one["hasPassword"]) for one in listed] == [(email.lower(), "MANAGER", True)]
    assert punchcard("staff", "remove", email, *whose, **place).returncode == 0
    again = punchcard("staff", "reset", email, *whose, **place)
    assert (again.returncode, "Nobody of the staff has the address" in again.stderr) == (1, True)
