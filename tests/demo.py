"""A demo as a newcomer starts it, and a folder that one has filled: which takes seconds, and is done once in a run."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx

from tests.cli.conftest import without_settings
from tests.ports import free_port

LAST = "Ctrl-C stops everything."


@contextmanager
def running(data: Path, *options: str) -> Iterator[tuple[list[str], "subprocess.Popen[str]"]]:
    """Run the demo until it has said everything; yield its lines. SIGINT has to end it well."""
    command = [sys.executable, "-m", "punchcard.cli.main", "demo", "--data", str(data), *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=without_settings(), stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            lines = []
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                if line.startswith(LAST):
                    break
            assert lines, process.stderr.read()
            yield lines, process
        finally:
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=60)
    # After a kill, the PostgreSQL of before may still be ending; that is said, and is no error.
    said = [line for line in errors.splitlines() if not line.startswith("Stopping the PostgreSQL")]
    assert (process.returncode, rest, said) == (0, "", [])


def fill(data: Path) -> None:
    """Fill a folder by two demos: the first is killed in the middle. Beside it stands what the second said.

    Raises: AssertionError, when the second does not go on, or leaves processes behind.
    """
    kill_while_it_is_filled(data)
    assert "events" not in state_of(data)
    with running(data, "--port", "0", "--no-trickle") as (lines, _):
        assert len(postgres_on(data)) > 1
    assert postgres_on(data) == []
    (data.parent / "first").write_text("\n".join(lines))


def kill_while_it_is_filled(data: Path) -> None:
    """Start a demo on a folder that does not exist, and kill it when the first purchases have been loaded."""
    port = free_port()
    command = [sys.executable, "-m", "punchcard.cli.main", "demo", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, env=without_settings(), stdout=subprocess.PIPE, text=True) as process:
        deadline = datetime.now(UTC) + timedelta(seconds=180)
        while not _has_purchases(port, data):
            assert datetime.now(UTC) < deadline
            time.sleep(0.02)
        process.kill()


def postgres_on(data: Path) -> list[int]:
    """Return the processes that work in a data folder."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                is_ours = str((process / "cwd").readlink()).startswith(str(data))
            except OSError:
                continue
            if is_ours and int(process.name) != os.getpid():
                found.append(int(process.name))
    return found


@contextmanager
def client_of(address: str, keys: dict[str, Any]) -> Iterator[httpx.Client]:
    """Make a client that speaks as the demo's administrator."""
    with httpx.Client(base_url=address, headers={"X-Api-Key": keys["apiKey"]}, timeout=30) as client:
        login = {"client_id": keys["clientId"], "client_secret": keys["clientSecret"]}
        answer = client.post("/oauth/token", json={"grant_type": "client_credentials", **login})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def _has_purchases(port: int, data: Path) -> bool:
    """Tell whether the first batch of the history has been loaded."""
    try:
        with client_of(f"http://127.0.0.1:{port}", state_of(data)) as client:
            return bool(client.get("/v1/events/?limit=1&type=PURCHASED_COFFEE").json().get("data"))
    except (httpx.TransportError, KeyError):
        return False


def state_of(data: Path) -> dict[str, Any]:
    """Return what a demo's folder remembers."""
    try:
        state: dict[str, Any] = json.loads((data / "demo.json").read_text())
    except FileNotFoundError:
        state = {}
    return state
