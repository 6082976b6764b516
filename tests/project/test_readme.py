"""What README.md tells newcomers to type works, word by word."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
START_SECONDS_MAX = 60
BLOCKS: list[tuple[str, str]] = re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", README)

# Stands in for curl where there is none: as much of it as the README needs.
CURL = """#!{python}
import sys, urllib.error, urllib.request
words, headers, data, url = sys.argv[1:], {{}}, [], ""
while words:
    word = words.pop(0)
    if word == "-H":
        name, value = words.pop(0).split(":", 1)
        headers[name] = value.strip()
    elif word == "-d":
        data.append(words.pop(0))
    elif word != "-sS":
        url = word
request = urllib.request.Request(url, "&".join(data).encode() or None, headers)
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

    def run(self, *command: str) -> str:
        """Run a command as the newcomer does, and return what it printed."""
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def here(self, text: str) -> str:
        """Return a README's text with this server's address."""
        assert "http://127.0.0.1:8080" in text
        return text.replace("http://127.0.0.1:8080", self.url)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Start the server and create the tenant by the README's two commands; the server has to end well."""
    folder = tmp_path_factory.mktemp("readme")
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
                timeout=60,
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
        assert server.wait(60) == 0


def test_first_event_in_python_then_in_curl(newcomer: Installation) -> None:
    """The Python program gives Ada 45 points, and the curl lines 32 more; sent again, they are a 409."""
    said = newcomer.run(sys.executable, "-c", newcomer.here(block("python", "urlopen")))
    assert re.fullmatch(r"45 points for event [0-9a-f-]{36}; Ada has 45\n", said)

    lines = newcomer.here(block("sh", "curl"))
    answer = json.loads(newcomer.run("sh", "-euc", lines))
    assert (answer["status"], answer["data"]["points"]) == ("success", 32)

    again = json.loads(newcomer.run("sh", "-euc", lines))
    assert (again["status"], again["title"]) == (409, "Event Already Exists")


def test_commands_that_it_names_exist() -> None:
    """Every verb of `./dev` and of `punchcard` in the README is one that the program has."""
    told = subprocess.run([sys.executable, ROOT / "dev", "help"], capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"\./dev (\w+)", README)) - set(re.findall(r"\./dev (\w+)", told)) == set()
    punchcard = Path(sys.executable).parent / "punchcard"
    for verb in set(re.findall(r"punchcard ((?:serve|demo|doctor|(?:tenant|events) \w+))\b", README)):
        subprocess.run([punchcard, *verb.split(), "--help"], capture_output=True, check=True)


def test_files_that_it_names_exist() -> None:
    """Every link into the repository, and every file named as evidence, is there."""
    named = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(r"`((?:tests|bench|docs)/[^`*]+)`", README)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_settings_that_it_names_exist() -> None:
    """Every variable in the README is a setting on the reference page."""
    known = (ROOT / "docs/reference/settings.md").read_text()
    assert [name for name in re.findall(r"PUNCHCARD_\w+", README) if f"`{name}`" not in known] == []


@pytest.mark.parametrize(
    "page",
    ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/decisions/README.md", "docs/tutorial/first-event.md"],
)
def test_links_of_the_other_pages_lead_somewhere(page: str) -> None:
    """Every link from a page into the repository leads to a file."""
    file = ROOT / page
    named = re.findall(r"\]\(([^)#:]+)\)", file.read_text())
    assert [name for name in named if not (file.parent / name).exists()] == []


def test_it_is_short() -> None:
    """The README stays under 200 lines."""
    assert len(README.splitlines()) < 200


def test_architecture_has_a_line_for_every_folder() -> None:
    """Every package of the product is explained in ARCHITECTURE.md."""
    told = (ROOT / "ARCHITECTURE.md").read_text()
    packages = [path.parent.name for path in (ROOT / "src/punchcard").glob("*/__init__.py")]
    assert [name for name in packages if f"`src/punchcard/{name}/`" not in told] == []
