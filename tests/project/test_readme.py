"""What README.md tells newcomers to type works, word by word."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.newcomer import README, ROOT, Installation, block


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
