"""`punchcard events import`: real baskets come to the right points, however often and however badly they are sent."""

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from punchcard.db.connection import Db
from tests.cli.conftest import punchcard, without_settings
from tests.shop import Shop

BASKETS = Path(__file__).parents[1] / "data" / "grocery_baskets.jsonl"
LINES = BASKETS.read_text().splitlines()
TYPE = "PURCHASED_GROCERIES"
TOTAL = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "minimum": 0}}}
BONUS = {"operation": "SUM", "arguments": [{"type": "NUMBER", "value": "25"}]}


def expected() -> dict[str, int]:
    """Work every household's points out by themselves: exact decimals, and nothing of ours."""
    points: dict[str, int] = defaultdict(int)
    large: dict[str, int] = defaultdict(int)
    for line in LINES:
        event = json.loads(line, parse_float=Decimal, parse_int=Decimal)
        household, total = event["subject"], event["payload"]["total"]
        large[household] += total >= 50
        points[household] += int(total) + (25 if total >= 50 and large[household] <= 3 else 0)
    return dict(points)


EXPECTED = expected()


@pytest.fixture
def grocery(shop: Shop) -> Shop:
    """Make a tenant with the two reactors of a grocery chain, and nobody registered."""
    shop.event_type(TYPE, schema=TOTAL)
    shop.reactor(event_type=TYPE)
    large = {"properties": {"total": {"minimum": 50}}}
    shop.reactor(BONUS, TYPE, constraint=large, maxActivations=3, activationContext="SUBJECT")
    return shop


def variables(shop: Shop, **more: str) -> dict[str, str]:
    """Return the settings that name the shop."""
    keys = shop.tenant
    named = {"API_KEY": str(keys.api_key), "CLIENT_ID": keys.client_id, "CLIENT_SECRET": keys.client_secret}
    return {"URL": shop.address, **named, **more}


def imported(shop: Shop, file: Path, *options: str, code: int = 0, **more: str) -> dict[str, Any]:
    """Import a file and return the summary."""
    done = punchcard("events", "import", str(file), "--json", *options, **variables(shop, **more))
    assert done.returncode == code, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def counts(summary: Mapping[str, Any]) -> tuple[int, int, int]:
    """Return how many rows there were, are recorded, and had been recorded before."""
    return summary["rows"], summary["recorded"], summary["recordedBefore"]


def balances(shop: Shop) -> dict[str, int]:
    """Return every member's balance by its name in the shop's own system."""
    users = shop.done("GET", "/v1/users/?limit=1000")
    return {user["authIdentifier"]: shop.balance(user) for user in users}


def event_count(shop: Shop) -> int:
    """Return how many events of the baskets' type are recorded."""
    count, path = 0, f"/v1/events/?limit=1000&type={TYPE}"
    cursor = ""
    while True:
        page = shop.call("GET", path + cursor).json()
        count += len(page["data"])
        if "next" not in page["page"]:
            return count
        cursor = f"&cursor={page['page']['next']}"


def test_the_baskets_are_those_that_their_origin_describes() -> None:
    """The file has 2,676 baskets of 150 households that come to 13,093.81, and binary fractions would lose cents."""
    totals = [json.loads(line, parse_float=Decimal, parse_int=Decimal)["payload"]["total"] for line in LINES]
    assert (len(LINES), len(EXPECTED), sum(totals)) == (2_676, 150, Decimal("13093.81"))
    assert sum(int(float(total) * 100) != total * 100 for total in totals) == 57


@pytest.mark.figure(name="R10")
def test_every_balance_is_right_and_a_second_time_changes_nothing(grocery: Shop) -> None:
    """All baskets under both reactors give each balance of a separate decimal computation; again: nothing changes."""
    first = imported(grocery, BASKETS, "--register")
    assert (counts(first), first["registered"]) == ((2_676, 2_676, 0), 150)
    assert balances(grocery) == EXPECTED
    came = {one["authIdentifier"]: one["createdAt"] for one in grocery.done("GET", "/v1/users/?limit=1000")}
    event = json.loads(LINES[0])
    assert came[event["subject"]] == event["occurredAt"]
    second = imported(grocery, BASKETS, "--register")
    assert (counts(second), second["registered"]) == ((2_676, 2_676, 2_676), 0)
    assert event_count(grocery) == 2_676
    assert balances(grocery) == EXPECTED


async def test_it_changes_nothing_when_the_claims_are_long_gone(grocery: Shop, db: Db, tmp_path: Path) -> None:
    """A week later, when nothing would be seen as a duplicate any more, the keys still hold."""
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join(LINES[:30]))
    imported(grocery, file, "--register")
    before = balances(grocery)
    await db.execute("delete from claims where tenant_id = $1", grocery.tenant.tenant_id)
    assert counts(imported(grocery, file)) == (30, 30, 30)
    assert event_count(grocery) == 30
    assert balances(grocery) == before


@pytest.mark.figure(name="R10")
def test_an_import_that_was_killed_goes_on(grocery: Shop) -> None:
    """Killed after some batches, the same command does the rest; each basket counts once."""
    command = [sys.executable, "-m", "punchcard.cli.main", "events", "import", str(BASKETS), "--register", "--batch=20"]
    with subprocess.Popen(command, env=without_settings(**variables(grocery)), stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while event_count(grocery) < 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    rows, recorded, before = counts(imported(grocery, BASKETS, "--register", "--batch=20"))
    assert (rows, recorded) == (2_676, 2_676)
    assert 200 <= before < 2_676
    assert event_count(grocery) == 2_676
    assert balances(grocery) == EXPECTED


@pytest.mark.figure(name="R10")
def test_shuffled_and_by_many_at_once(grocery: Shop, tmp_path: Path) -> None:
    """In any order, by four clients at once that register the same households: the same balances."""
    shuffled = LINES.copy()
    random.Random(4).shuffle(shuffled)
    files = [tmp_path / f"{number}.jsonl" for number in range(4)]
    for number, file in enumerate(files):
        file.write_text("\n".join(shuffled[number::4]))
    with ThreadPoolExecutor(4) as pool:
        summaries = list(pool.map(lambda file: imported(grocery, file, "--register", "--batch=100"), files))
    assert sum(summary["recorded"] for summary in summaries) == 2_676
    assert sum(summary["registered"] for summary in summaries) == 150
    assert balances(grocery) == EXPECTED


@asynccontextmanager
async def careless_network(address: str) -> AsyncIterator[str]:
    """Pass connections on to `address`, and lose every fifth answer."""
    host, _, port = address.removeprefix("http://").partition(":")
    answers = 0

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, loses: bool) -> None:
        nonlocal answers
        while chunk := await reader.read(1 << 20):
            answers += loses
            if loses and answers % 5 == 0:
                break
            writer.write(chunk)
            await writer.drain()
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, downstream = await asyncio.open_connection(host, int(port))
        there = asyncio.create_task(carry(reader, downstream, loses=False))
        await carry(upstream, writer, loses=True)
        there.cancel()
        downstream.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


@pytest.mark.figure(name="R10")
async def test_a_network_that_loses_answers(grocery: Shop, tmp_path: Path) -> None:
    """Where every fifth answer gets lost after the server's commit, nothing is lost and nothing counts twice."""
    file = tmp_path / "some.jsonl"
    file.write_text("\n".join(LINES[:30]))
    async with careless_network(grocery.address) as address:
        summary = await asyncio.to_thread(imported, grocery, file, "--register", "--batch=3", URL=address)
    assert summary["recorded"] == 30
    assert event_count(grocery) == 30


def test_refused_rows_are_named_and_tried_again(grocery: Shop, tmp_path: Path) -> None:
    """Rows that cannot be recorded are told with their line; the next run tries them again, and only them."""
    file = tmp_path / "mixed.jsonl"
    event = {"type": TYPE, "subject": "late", "payload": {"total": 3, "basketId": "1"}}
    known = grocery.user("early")
    rows = [
        json.dumps(event | {"subject": "early"}),
        "not json",
        json.dumps(event),
        "",
        json.dumps(event | {"subject": "early", "payload": {"total": -1}}),
        json.dumps(event | {"subject": "early", "occurredAt": "2026-01-01T00:00:00Z"}),
    ]
    file.write_text("\n".join(rows) + "\n")
    first = imported(grocery, file, code=3)
    assert counts(first) == (5, 1, 0)
    assert [(failure["line"], failure["code"]) for failure in first["failures"]] == [
        (2, "malformed"),
        (3, "subject_unknown"),
        (5, "payload_invalid"),
        (6, "event_already_exists"),
    ]
    grocery.user("late")
    again = imported(grocery, file, code=3)
    assert counts(again) == (5, 2, 1)
    assert [failure["line"] for failure in again["failures"]] == [2, 6, 5]
    assert balances(grocery) == {"early": 3, "late": 3}
    assert known["authIdentifier"] == "early"


@pytest.mark.parametrize("change", ["more rows", "another batch size"])
def test_a_changed_file_is_refused_rather_than_counted_twice(grocery: Shop, tmp_path: Path, change: str) -> None:
    """A file that has grown, or is cut otherwise, records nothing a second time; a label makes it another import."""
    file = tmp_path / "growing.jsonl"
    file.write_text("\n".join(LINES[:40]))
    imported(grocery, file, "--register")
    options = ["--batch=30"] if change == "another batch size" else []
    if not options:
        file.write_text("\n".join(LINES[:41]))
    done = punchcard("events", "import", str(file), *options, **variables(grocery))
    assert done.returncode == 1
    assert "begin like an earlier import and go on otherwise" in done.stderr
    assert event_count(grocery) == 40


def test_what_keeps_an_import_from_starting_is_one_sentence(shop: Shop, tmp_path: Path) -> None:
    """No keys: exit 2; a server that is not there, or keys that it does not take: exit 1; never a traceback."""
    path = str(tmp_path / "one.jsonl")
    Path(path).write_text(LINES[0])
    cases = {
        2: punchcard("events", "import", path, URL=shop.address),
        1: punchcard("events", "import", path, **variables(shop, URL="http://127.0.0.1:1")),
        -1: punchcard("events", "import", path, **variables(shop, CLIENT_SECRET="wrong")),
    }
    for code, done in cases.items():
        assert (done.returncode, done.stdout) == (abs(code), "")
        assert done.stderr.startswith("punchcard: ")
        assert done.stderr.count("\n") == 1
    assert punchcard("events", "import", "nowhere.jsonl", **variables(shop)).returncode == 2


def test_what_waits_in_quarantine_is_counted_apart(shop: Shop, tmp_path: Path) -> None:
    """A row that its event type keeps, instead of refusing it, is neither recorded nor refused."""
    user = shop.cafe()
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"settings": {"onInvalid": "quarantine"}})
    rows = [{"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}} for total in (1, -1, 2)]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    summary = imported(shop, file, code=3)
    assert (summary["rows"], summary["recorded"], summary["quarantined"], summary["refused"]) == (3, 2, 1, 0)
    assert summary["failures"] == []
