"""`punchcard serve` as whoever supervises it meets it: it starts, answers, stops when told, and leaves nothing."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from tests.ports import free_port


def serve(data: Path, port: int) -> "subprocess.Popen[str]":
    """Start a server without any setting from outside."""
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("PUNCHCARD_")}
    return subprocess.Popen(
        [sys.executable, "-m", "punchcard.cli.main", "serve", "--port", str(port), "--data", str(data)],
        env=inherited,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until_live(server: "subprocess.Popen[str]", port: int, seconds: float = 60) -> None:
    """Wait until the server answers that it lives."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    pytest.fail("the server does not answer")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_when_told(data: Path, number: signal.Signals) -> None:
    """SIGTERM and Ctrl-C end a running server with exit code 0, and its PostgreSQL with it."""
    port = free_port()
    with serve(data, port) as server:
        try:
            wait_until_live(server, port)
            server.send_signal(number)
            output, _ = server.communicate(timeout=60)
        finally:
            server.kill()
    assert server.returncode == 0, output
    assert "Traceback" not in output
    assert not (data / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize("sign", ["punchcard.lock", "new.*/postgres/*", "postgres.log", "connection.json"])
def test_stops_when_told_while_it_starts(data: Path, sign: str) -> None:
    """SIGTERM calls a start off at once, whatever it is at: exit code 0, and no PostgreSQL is left.

    It is at its begin, at making the cluster, at starting PostgreSQL, or at the migrations.
    """
    with serve(data, free_port()) as server:
        while server.poll() is None and not any(data.glob(sign)) and not (data / "connection.json").exists():
            time.sleep(0.002)
        server.send_signal(signal.SIGTERM)
        output, _ = server.communicate(timeout=60)
    assert server.returncode == 0, output
    assert "Traceback" not in output
    assert not any(works_on(process, data) for process in psutil.process_iter())


def works_on(process: psutil.Process, data: Path) -> bool:
    """Tell whether a process is a PostgreSQL of that folder."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
        return Path(process.cwd()).is_relative_to(data)
    return False


LAST_MOMENT = """
import os, signal, sys
from punchcard.cli.main import main
from punchcard.http import server
server._calm_collector = lambda: os.kill(os.getpid(), signal.SIGTERM)
main()
"""


def test_stops_when_told_at_the_last_moment(data: Path) -> None:
    """SIGTERM after everything is open, and before the server itself takes signals, is not lost: exit code 0."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHCARD_")}
    command = [sys.executable, "-c", LAST_MOMENT, "serve", "--port", "0", "--data", str(data)]
    done = subprocess.run(command, env=kept, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
