"""A newcomer: a server that was started as README.md says, and a shell in which the pages' lines are typed."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
START_SECONDS_MAX = 120
BLOCKS: list[tuple[str, str]] = re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", README)

# Stands in for curl where there is none: as much of it as the pages need.
CURL = """#!{python}
import sys, urllib.error, urllib.request
words, headers, data, url, method = sys.argv[1:], {{}}, [], "", None
while words:
    word = words.pop(0)
    if word == "-H":
        name, value = words.pop(0).split(":", 1)
        headers[name] = value.strip()
    elif word == "-d":
        data.append(words.pop(0))
    elif word == "--data-binary":
        data.append(open(words.pop(0).removeprefix("@")).read())
    elif word == "-X":
        method = words.pop(0)
    elif word in ("-w", "--retry"):
        words.pop(0)
    elif word != "-sS":
        url = word
request = urllib.request.Request(url, "&".join(data).encode() or None, headers, method=method)
try:
    print(urllib.request.urlopen(request).read().decode())
except urllib.error.HTTPError as refused:
    print(refused.read().decode())
"""


def block(language: str, containing: str) -> str:
    """Return the README's one block in a language that contains a text."""
    found = [text for kind, text in BLOCKS if kind == language and containing in text]
    assert len(found) == 1, f"{len(found)} blocks in {language} with {containing!r}"
    return found[0]


@dataclass(frozen=True)
class Installation:
    """A server that was started as the README says, and the environment of a newcomer's shell."""

    url: str
    environment: dict[str, str]

    def run(self, *command: str, folder: Path = ROOT) -> str:
        """Run a command as the newcomer does, and return what it printed."""
        done = subprocess.run(
            command, cwd=folder, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def here(self, text: str) -> str:
        """Return a README's text with this server's address."""
        assert "http://127.0.0.1:8080" in text
        return text.replace("http://127.0.0.1:8080", self.url)


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server is ready; fail when it has ended or takes too long."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail("the server was not ready in time")


def as_written(command: str, data: Path) -> list[str]:
    """Return a README's command as words, with this checkout's program and another data folder."""
    words = shlex.split(command)
    assert words[0] == ".venv/bin/punchcard"
    assert "./data" in words
    return [str(Path(sys.executable).parent / "punchcard"), *(str(data) if w == "./data" else w for w in words[1:])]


@contextmanager
def moved_in(folder: Path) -> Iterator[Installation]:
    """Start the server and create the tenant by the README's two commands; the server has to end well."""
    data, port = folder / "data", free_port()
    tools = folder / "bin"
    tools.mkdir()
    if shutil.which("curl") is None:
        (tools / "curl").write_text(CURL.format(python=sys.executable))
        (tools / "curl").chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHCARD_")}
    environment["PATH"] = f"{Path(sys.executable).parent}:{tools}:{environment['PATH']}"
    url = f"http://127.0.0.1:{port}"
    command = [*as_written(block("sh", "punchcard serve"), data), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as server:
        try:
            wait_until_ready(url, server)
            made = subprocess.run(
                as_written(block("sh", "tenant create"), data),
                env=environment,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert made.returncode == 0, made.stderr
            told = json.loads(made.stdout)
            keys = {
                "API_KEY": told["apiKey"],
                "CLIENT_ID": told["clientId"],
                "CLIENT_SECRET": told["clientSecret"],
            }
            yield Installation(url, environment | keys)
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(120) == 0
