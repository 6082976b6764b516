"""`punchcard users import`: parts that are cut alike each time, and rows that are told by their numbers in the file."""

import csv
import io
import json
from pathlib import Path

import pytest

from punchcard.cli.users import csv_parts, line_parts
from tests.cli.conftest import punchcard
from tests.shop import Shop

HEAD = "externalIdentifier,givenName,familyName,emailAddress,streetAddress"


def written(path: Path, count: int) -> list[str]:
    """Write a CSV file whose cells have newlines, quotes and commas; return its ids."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD.split(","))
        for number in range(count):
            writer.writerow([f"crm-{number}", "Ada", "B", f"{number}@example.org", f'1, "Street"\r\n{number}'])
    return [f"crm-{number}" for number in range(count)]


@pytest.mark.parametrize("bytes_max", [400, 1_000, 10**6])
def test_csv_is_cut_between_rows_and_never_within_a_cell(tmp_path: Path, bytes_max: int) -> None:
    """Each part has the head and whole rows, and all parts together have every row once, in order."""
    ids = written(tmp_path / "members.csv", 50)

    parts = list(csv_parts(tmp_path / "members.csv", bytes_max))

    rows = [list(csv.DictReader(io.StringIO(part.content.decode(), newline=""))) for part in parts]
    assert [row["externalIdentifier"] for part in rows for row in part] == ids
    assert all(part.before == sum(map(len, rows[:place])) for place, part in enumerate(parts))
    assert all('Street"\r\n' in row["streetAddress"] for part in rows for row in part)


def test_lines_are_cut_between_lines(tmp_path: Path) -> None:
    """Empty lines count for nothing, and the last line needs no end."""
    (tmp_path / "members.jsonl").write_text("\n".join(f'{{"n": {number}}}\n' for number in range(20)) + '{"n": 20}')

    parts = list(line_parts(tmp_path / "members.jsonl", 40))

    read = [json.loads(line)["n"] for part in parts for line in part.content.decode().splitlines()]
    assert read == list(range(21))


def test_the_command_registers_a_file_once_and_tells_rows_that_were_refused(shop: Shop, tmp_path: Path) -> None:
    """Run twice it changes nothing; a refused row makes exit code 3 and is told by its number."""
    file = tmp_path / "members.csv"
    written(file, 30)
    with file.open("a") as more:
        more.write("crm-x,=cmd,B,x@example.org,\n")
    keys = shop.tenant
    settings = {
        "URL": shop.address, "API_KEY": str(keys.api_key), "CLIENT_ID": keys.client_id,
        "CLIENT_SECRET": keys.client_secret,
    }  # fmt: skip

    first = punchcard("users", "import", str(file), "--json", **settings)
    again = punchcard("users", "import", str(file), "--json", **settings)

    assert (first.returncode, again.returncode) == (3, 3), first.stderr
    told = json.loads(first.stdout)
    assert (told["registered"], told["refused"], told["failures"][0]["row"]) == (30, 1, 31)
    assert "row 31: formula /givenName" in first.stderr
    assert len(shop.done("GET", "/v1/users/")) == 30
