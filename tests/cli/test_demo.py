"""`punchcard demo` as a newcomer meets it: few lines, commands that work when pasted, and nothing left behind."""

import json
import re
import shlex
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from punchcard.cli.demo_history import OPEN_HOURS, history, members
from tests.cli.conftest import punchcard
from tests.demo import LAST, client_of, running, state_of

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial/first-event.md"


def run(command: str) -> Any:
    """Run a line of the demo as it was printed; without curl, send what it says."""
    if shutil.which("curl"):
        done = subprocess.run(["sh", "-euc", command], capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)
    words = shlex.split(command)
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1] if "-d" in words else None
    return httpx.request("POST" if body else "GET", words[-1], headers=headers, content=body).json()


@pytest.fixture(scope="module")
def filled(copy_demo: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder whose first demo was killed while it was filled; the next one filled it, and left it."""
    data = tmp_path_factory.mktemp("demo") / "data"
    copy_demo(data)
    yield data
    shutil.rmtree(data)


def test_at_most_twelve_lines(filled: Path) -> None:
    """A run prints at most 12 lines, with the address, the API key and how to stop."""
    lines = (filled.parent / "first").read_text().splitlines()
    assert len(lines) <= 12
    assert lines[1].startswith("API http://127.0.0.1:")
    assert "API key" in lines[1]
    assert lines[-1].startswith(LAST)


def test_one_that_was_killed_while_it_was_filled_goes_on(filled: Path) -> None:
    """Killed in the middle of the first start, the next one ends with the same number of events as any other."""
    state = state_of(filled)
    purchases = state["events"] - 300 - len(list(history(members(), datetime.fromisoformat(state["end"]))))
    assert 0 < purchases <= 12
    assert f"{state['events']:,} events" in (filled.parent / "first").read_text().splitlines()[0]


def test_the_commands_work_as_printed(filled: Path) -> None:
    """On the second start: the first command reports an event, the second shows its points in the wallet."""
    with running(filled, "--port", "0", "--no-trickle") as (lines, _):
        assert lines[0] == (filled.parent / "first").read_text().splitlines()[0], "the data is used again"
        report, wallet = (line for line in lines if line.startswith("curl "))
        before = run(wallet)["data"]
        event = run(report)["data"]
        after = run(wallet)["data"]
        assert (event["type"], event["points"]) == ("PURCHASED_COFFEE", 4)
        assert after["balance"] == before["balance"] + 4
        assert after["entries"][0]["eventId"] == event["id"]
        assert run(report)["title"] == "Event Already Exists"


@pytest.mark.skipif(shutil.which("curl") is None, reason="its commands are curl")
def test_the_tutorial_works_on_the_demo(filled: Path) -> None:
    """The tutorial's commands, pasted one after the other, come to what the tutorial says."""
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", TUTORIAL.read_text())
    with running(filled, "--port", "0", "--no-trickle") as (lines, _):
        script = "\n".join(blocks)
        for name, value in (("API", lines[1].split()[1]), ("DEMO", str(filled / "demo.json"))):
            script, count = re.subn(rf"(?m)^{name}=.*$", f"{name}={value}", script)
            assert count == 1
        told = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=60, check=True).stdout
    assert re.search(r"^event [0-9a-f-]{36}\n", told)
    assert '"points":9,' in told
    assert told.endswith("\n8\n")


def test_a_taken_port_is_no_obstacle(filled: Path) -> None:
    """When somebody listens on the port, the demo takes a free one and says so."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(filled, "--port", str(port), "--no-trickle") as (lines, _):
            assert f"(port {port} is taken)" in lines[1]
            assert httpx.get(lines[1].split()[1] + "/readyz").status_code == 200


def test_it_trickles(filled: Path) -> None:
    """With the trickle, events keep coming by themselves."""
    keys = json.loads((filled / "demo.json").read_text())
    with running(filled, "--port", "0") as (lines, _), client_of(lines[1].split()[1], keys) as client:
        newest = newest_event(client)
        deadline = datetime.now(UTC) + timedelta(seconds=60)
        while newest_event(client) == newest:
            assert datetime.now(UTC) < deadline
            time.sleep(0.2)  # a processor that is asked without a pause has none left for the demo


def newest_event(client: httpx.Client) -> str:
    """Return the id of the newest event."""
    return str(client.get("/v1/events/?limit=1&order=DESC").json()["data"][0]["id"])


def test_reset_spares_what_no_demo_has_made(data: Path) -> None:
    """`demo` and `demo --reset` refuse a folder with a programme of somebody's own, and leave it as it is."""
    made = punchcard("tenant", "create", "Corner Coffee", "--data", str(data))
    assert made.returncode == 0, made.stderr
    for options in ([], ["--reset"]):
        done = punchcard("demo", "--data", str(data), *options)
        assert (done.returncode, done.stdout) == (1, "")
        assert "holds data that is no demo's" in done.stderr
    assert "Corner Coffee" in punchcard("tenant", "list", "--data", str(data)).stdout


def test_the_history_is_the_same_each_time_and_plausible() -> None:
    """The same end gives the same history: in order, within opening hours, and busier on Saturdays than on Sundays."""
    end = datetime(2026, 3, 1, 12, tzinfo=UTC)
    events = list(history(members(), end))
    assert events == list(history(members(), end))
    assert len({member.name for member in members()}) == 300
    moments = [datetime.fromisoformat(event["occurredAt"]) for event in events]
    assert moments == sorted(moments)
    assert end - timedelta(days=91) < moments[0]
    assert moments[-1] < end
    purchases = [moment for event, moment in zip(events, moments, strict=True) if event["type"] == "PURCHASED_COFFEE"]
    assert all(
        OPEN_HOURS[moment.weekday()][0] <= moment.hour <= OPEN_HOURS[moment.weekday()][1] for moment in purchases
    )
    days = Counter(moment.weekday() for moment in purchases)
    assert days[5] > days[6]
    types = {"PURCHASED_COFFEE", "VISITED_SHOP", "RATED_VISIT", "PAID_WITH_POINTS"}
    assert {event["type"] for event in events} == types
