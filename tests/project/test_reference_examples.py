"""What pages of docs/reference/ tell to type works, line by line, in this order."""

import json
import re
from pathlib import Path

import pytest

from tests.project.newcomer import ROOT, Installation

REFERENCE = ROOT / "docs/reference"
SHELL = re.compile(r"(?ms)^```sh\n(.*?)^```$")
PAGES = ("alerts.md", "referrals.md", "roles-and-audit.md", "users.md")


@pytest.mark.parametrize("page", PAGES)
def test_the_lines_of_a_page_work(newcomer: Installation, tmp_path: Path, page: str) -> None:
    """Every call of the page succeeds, after those of docs/howto/README.md, which get a token."""
    first = SHELL.findall((ROOT / "docs/howto/README.md").read_text())
    text = "".join([*first, *SHELL.findall((REFERENCE / page).read_text())])
    lines = newcomer.run("sh", "-euc", newcomer.here(text), folder=tmp_path).splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert [one for one in told if one.get("status") != "success" and "access_token" not in one] == []
