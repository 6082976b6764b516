"""The lines of docs/howto/backup.md and upgrade.md, typed on an engine that is being reported to; balances compared."""

import contextlib
import json
import re
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import served
from tests.project.newcomer import ROOT, Installation, moved_in

SHELL = re.compile(r"(?ms)^```sh\n(.*?)^```$")
MEMBERS = 3

pytestmark = pytest.mark.figure(name="R16")


class Shop:
    """A tenant with a few members, as its administrator calls it at an address."""

    def __init__(self, url: str, environment: dict[str, str]) -> None:
        self.url, self._headers = url, {"X-Api-Key": environment["API_KEY"], "Content-Type": "application/json"}
        self.reported: list[int] = []
        asked = {"client_id": environment["CLIENT_ID"], "client_secret": environment["CLIENT_SECRET"]}
        self._headers["Authorization"] = (
            "Bearer " + self._send("/oauth/token", {"grant_type": "client_credentials", **asked})["access_token"]
        )

    def _send(self, path: str, body: Any = None, **headers: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data, self._headers | headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)

    def call(self, path: str, body: Any = None) -> Any:
        """Call an operation; return its data."""
        return self._send(path, body)["data"]

    def open(self) -> None:
        """Make an event type, a reactor and members."""
        self.call("/v1/event_types/", {"name": "BOUGHT_TEA", "description": "Tea", "isPrivate": True})
        points = {"operation": "SUM", "arguments": [{"type": "NUMBER", "value": "3"}]}
        reactions = [{"type": "POINTS", "points": points}]
        self.call("/v1/event_reactors/", {"name": "Three", "eventType": "BOUGHT_TEA", "reactions": reactions})
        for number in range(MEMBERS):
            profile = {"givenName": "Ada", "familyName": "B", "emailAddress": f"a{number}@example.org"}
            self.call("/v1/users/", {"authIdentifier": f"ada-{number}", "profile": profile})

    def report(self, number: int) -> None:
        """Report one event that no other equals, under a key of its own."""
        body = {"type": "BOUGHT_TEA", "subject": f"ada-{number % MEMBERS}", "payload": {"number": number}}
        self._send("/v1/events", body, **{"Idempotency-Key": f"tea-{number}"})
        self.reported.append(number)

    def balances(self) -> dict[str, int]:
        """Return each member's balance."""
        return {one["accountNumber"]: one["balance"] for one in self.call("/v1/users/summary")}

    def earned(self) -> Counter[str]:
        """Return what each member's events gave."""
        accounts = {one["id"]: one["accountNumber"] for one in self.call("/v1/users/?limit=1000")}
        earned: Counter[str] = Counter()
        for event in self.call("/v1/events/?type=BOUGHT_TEA&limit=1000"):
            earned[accounts[event["subject"]]] += event["points"]
        return earned

    def differences(self) -> int:
        """Let the books be counted again; return in how many places they differ."""
        job = self.call("/v1/integrity/check", {})
        while job["state"] in ("QUEUED", "RUNNING"):
            time.sleep(0.05)
            job = self.call(f"/v1/jobs/{job['id']}")
        assert job["state"] == "DONE", job
        return int(job["result"]["differences"])


@contextlib.contextmanager
def reported_to(shop: Shop) -> Iterator[None]:
    """Report events one after the other until the block ends."""
    is_over = threading.Event()

    def report() -> None:
        number = 100
        while not is_over.wait(0.1):  # well below the rate of a key
            shop.report(number)
            number += 1

    working = threading.Thread(target=report, daemon=True)
    working.start()
    try:
        yield
    finally:
        is_over.set()
        working.join()


def typed(installation: Installation, page: str, folder: Path) -> str:
    """Type a page's lines in a folder that has `./data`, one by one; return what was printed."""
    text = (ROOT / "docs/howto" / page).read_text()
    lines = "\n\n".join(SHELL.findall(text)).split("\n\n")
    return "".join(installation.run("sh", "-euc", line, folder=folder) for line in lines if line.strip())


def test_what_the_page_backs_up_can_be_restored(tmp_path: Path) -> None:
    """R16: dump and copy are whole as of one moment of the load; secrets open, balances agree, and it goes on.

    F39: who sends again what was reported, before that moment and after it, has each of it once.
    """
    with moved_in(tmp_path) as newcomer:
        shop = Shop(newcomer.url, newcomer.environment)
        shop.open()
        for number in range(30):
            shop.report(number)
        secret = shop.call("/v1/event_types/BOUGHT_TEA/secret")["secret"]
        with reported_to(shop):
            typed(newcomer, "backup.md", tmp_path)
        after = shop.balances()
    for name in ("restored", "copied"):
        environment = {key: value for key, value in newcomer.environment.items() if not key.startswith("PUNCHCARD_")}
        with served(environment, "--data", str(tmp_path / name)) as (address, _):
            again = Shop(address, newcomer.environment)
            found = again.balances()
            assert found.keys() == after.keys()
            assert 90 <= sum(found.values()) <= sum(after.values())
            assert found == again.earned()
            assert again.differences() == 0
            assert again.call("/v1/event_types/BOUGHT_TEA/secret")["secret"] == secret
            for number in shop.reported:
                again.report(number)
            assert again.balances() == after
            again.report(1_000_000)
            assert sum(again.balances().values()) == sum(after.values()) + 3
    assert (tmp_path / "loyalty.dump").stat().st_mode & 0o777 == 0o600


def test_the_lines_of_the_page_about_upgrades_work(tmp_path: Path) -> None:
    """The page's commands run beside a server, and nothing is pending where nothing was released."""
    with moved_in(tmp_path) as newcomer:
        said = typed(newcomer, "upgrade.md", tmp_path)
    assert "Nothing was pending." in said
