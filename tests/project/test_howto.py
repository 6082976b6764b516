"""What the pages of docs/howto/ tell integrators to type works, line by line, in this order."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.project.newcomer import ROOT, Installation

HOWTO = ROOT / "docs/howto"
PAGES = sorted(page.name for page in HOWTO.glob("*.md"))
SHELL = re.compile(r"(?ms)^```sh\n(.*?)^```$")
SAVED = re.compile(r"(?ms)Save this as `(\w+\.py)`.*?^```python\n(.*?)^```$")


def typed(newcomer: Installation, page: str, folder: Path, *more: str) -> list[str]:
    """Save a page's programs, type its lines after those of the README beside it, then `more`; return the output."""
    text = (HOWTO / page).read_text()
    for name, program in SAVED.findall(text):
        (folder / name).write_text(newcomer.here(program))
    lines = "".join([*SHELL.findall((HOWTO / "README.md").read_text()), *SHELL.findall(text), *more])
    return newcomer.run("sh", "-euc", newcomer.here(lines), folder=folder).splitlines()


def answers(lines: list[str]) -> list[Any]:
    """Return the answers among the lines; none is a problem."""
    found = [json.loads(line) for line in lines if line.startswith("{")]
    assert [answer for answer in found if answer["status"] != "success"] == []
    return [answer["data"] for answer in found]


def test_a_till(newcomer: Installation, tmp_path: Path) -> None:
    """Three receipts count, the last with the secret that followed; the first secret ends revoked.

    Then what the page promises: a till with a secret that is none loses nothing, and what is refused holds up nobody.
    """
    mishaps = "! TILL_SECRET=pcs_none python3 till.py 8-1 card-4711 2 \npython3 till.py 8-2 nobody 2"
    lines = typed(newcomer, "till.md", tmp_path, mishaps)
    *_, event, old, revoked = answers(lines)
    assert event["points"] == 12
    assert event["reporter"] == f"secret:{old['id']}"
    assert (old["revokedAt"], old["successorId"] is not None) == (None, True)
    assert revoked["revokedAt"] is not None

    told = [line for line in lines if not line.startswith("{")]
    assert told[:3] == ["receipt 7-000124: 8 points", "receipt 7-000125: 3 points", "receipt 8-1: 2 points"]
    assert told[3].startswith("receipt 8-2 is refused: ")
    with closing(sqlite3.connect(tmp_path / "till.db")) as file:
        assert file.execute("select number from receipts").fetchall() == [("8-2",)]


def test_a_web_shop(newcomer: Installation, tmp_path: Path) -> None:
    """Of three lines two count, and of 1,501 orders all but the one of nobody."""
    lines = typed(newcomer, "web-shop.md", tmp_path)
    verdicts = answers(lines)[-1]
    assert [verdict["status"] for verdict in verdicts] == [200, 200, 422]
    assert [verdict["event"]["points"] for verdict in verdicts[:2]] == [80, 14]
    told = [line for line in lines if not line.startswith("{")]
    assert told[0] == "1500 orders count"
    assert len(told) == 2
    assert told[1].startswith("order B-1500 does not: ")


def test_an_app(newcomer: Installation, tmp_path: Path) -> None:
    """A member checks in twice, and the second time at once again."""
    lines = typed(newcomer, "app.md", tmp_path)
    assert answers(lines)[-1]["points"] == 5
    visits = "your last visits: Old Town, Harbour"
    assert [line for line in lines if not line.startswith("{")] == [
        "checked in: 5 points", visits, "you have checked in here just now", visits,
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_line_of_code_is_run(page: str) -> None:
    """No page has code that these tests leave out: shell lines, and programs that are saved under a name."""
    text = (HOWTO / page).read_text()
    assert len(re.findall(r"(?m)^```\w+$", text)) == len(SHELL.findall(text)) + len(SAVED.findall(text))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Every link from a page into the repository leads to a file."""
    named = re.findall(r"\]\(([^)#:]+)", (HOWTO / page).read_text())
    assert [name for name in named if not (HOWTO / name).exists()] == []


def test_codes_that_they_name_exist() -> None:
    """Every error code in the table of answers stands on the reference page."""
    known = (ROOT / "docs/reference/errors.md").read_text()
    rows = re.findall(r"(?m)^\| [\d, ]+ \| `(\w+)` \|", (HOWTO / "README.md").read_text())
    assert len(rows) > 2
    assert [code for code in rows if f"`{code}`" not in known] == []
