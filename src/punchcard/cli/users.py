"""`punchcard users import`: a file of users sent through the API in parts, each a job of the server's."""

import asyncio
import csv
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter
from cyclopts.types import ExistingFile
from msgspec import Struct, field

from punchcard.cli import show
from punchcard.cli.api import Api
from punchcard.cli.events import keys_of
from punchcard.cli.options import DEFAULT_URL, NOT_HEALTHY, OK, ApiKey, ClientId, Json, Url, examples
from punchcard.errors import StartRefused
from punchcard.users.import_file import CSV, JSON_LINES

PART_BYTES_MAX = 4_000_000  # below what a server takes by default
POLL_SECONDS = 0.5
FAILURES_KEPT_MAX = 1_000
PAGE = 1_000
SUCCESS = 200

app = App(name="users", help="Users in bulk.")


class Part(Struct, frozen=True):
    """A part of a file, with its head where it is CSV. before: how many rows stand before it."""

    content: bytes
    before: int


class Failure(Struct, frozen=True):
    """A row that nobody was registered for."""

    row: int
    code: str
    pointer: str
    detail: str


class Summary(Struct):
    """What became of a file. `known` rows are of members that there were already."""

    registered: int = 0
    known: int = 0
    refused: int = 0
    failures: list[Failure] = field(default_factory=list)


@app.command(
    name="import",
    help_epilogue=examples(
        "export PUNCHCARD_API_KEY=... PUNCHCARD_CLIENT_ID=...",
        "export PUNCHCARD_CLIENT_SECRET=...",
        "punchcard users import members.csv",
        "punchcard users import members.jsonl --json | jq .failures",
    ),
)
def import_(
    file: Annotated[ExistingFile, Parameter(help="A user a row: CSV with a head (*.csv), or JSON Lines.")],
    /,
    *,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
    client_id: ClientId = None,
    json: Json = False,
) -> int:
    """Register the users of a file. Interrupted, it goes on when it is run again; nobody is registered twice.

    Members are known by externalIdentifier or authIdentifier. The client's
    secret is read from PUNCHCARD_CLIENT_SECRET alone: anybody on the machine
    can see a command's options. Exits 3 when rows were refused; standard
    error says which.
    """
    keys = keys_of(api_key, client_id, os.environ.get("PUNCHCARD_CLIENT_SECRET"))
    summary = asyncio.run(_import(file, Api(url, keys)))
    if json:
        show.as_json(msgspec.to_builtins(summary))
    else:
        show.line(f"{summary.registered:,} registered, {summary.known:,} known before, {summary.refused:,} refused.")
    return OK if summary.refused == 0 else NOT_HEALTHY


async def _import(path: Path, api: Api) -> Summary:
    media = CSV if path.suffix.lower() == ".csv" else JSON_LINES
    summary = Summary()
    async with api:
        for part in csv_parts(path) if media == CSV else line_parts(path):
            answer = await api.send("POST", "/v1/users/import", part.content, media=media)
            if answer.status != SUCCESS:
                raise StartRefused(f"The rows after number {part.before} were not taken: {answer.sentence}")
            job = await _ended(api, answer.data, part.before)
            for name in ("registered", "known", "refused"):
                setattr(summary, name, getattr(summary, name) + job["result"][name])
            if job["result"]["refused"]:
                await _tell(api, summary, job["id"], part.before)
    return summary


async def _ended(api: Api, job: Any, before: int) -> Any:
    """Wait for a job's end, and show how far it is where somebody is watching."""
    while job["state"] in ("QUEUED", "RUNNING"):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{before + job['done']:,} rows")
        await asyncio.sleep(POLL_SECONDS)
        job = await api.done("GET", f"/v1/jobs/{job['id']}")
    if job["state"] != "DONE":
        raise StartRefused(f"The job {job['id']} is {job['state']}: {job.get('error') or 'run the command again'}")
    return job


async def _tell(api: Api, summary: Summary, job_id: str, before: int) -> None:
    """Tell the rows that were refused, by their numbers in the file."""
    query = f"?limit={PAGE}"
    while query:
        answer = await api.send("GET", f"/v1/user_imports/{job_id}/refused{query}")
        for row in answer.data:
            failure = Failure(before + row["row"], row["code"], row["pointer"], row["detail"])
            if len(summary.failures) < FAILURES_KEPT_MAX:
                summary.failures.append(failure)
            sys.stderr.write(f"row {failure.row}: {failure.code} {failure.pointer}: {failure.detail}\n")
        following = answer.body["page"].get("next")
        query = f"?limit={PAGE}&cursor={following}" if following else ""


def line_parts(path: Path, bytes_max: int = PART_BYTES_MAX) -> Iterator[Part]:
    """Cut JSON Lines into parts: always in the same places."""
    lines: list[bytes] = []
    size = before = 0
    with path.open("rb") as file:
        for line in file:
            if not line.strip():
                continue
            if lines and size + len(line) > bytes_max:
                yield Part(b"".join(lines), before)
                lines, size, before = [], 0, before + len(lines)
            lines.append(line)
            size += len(line)
    if lines:
        yield Part(b"".join(lines), before)


def csv_parts(path: Path, bytes_max: int = PART_BYTES_MAX) -> Iterator[Part]:
    """Cut CSV into parts, each with the head: always in the same places, and never within a cell."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            rows: list[str] = []
            size = before = 0
            for row in _records(file, head):
                if rows and size + len(row) > bytes_max // 4:  # a character has 4 bytes at most
                    yield Part((head + "".join(rows)).encode(), before)
                    rows, size, before = [], 0, before + len(rows)
                rows.append(row)
                size += len(row)
            if rows:
                yield Part((head + "".join(rows)).encode(), before)
    except UnicodeDecodeError as fault:
        raise StartRefused(f"{path} is not in UTF-8: byte {fault.start} cannot be read. Save it as UTF-8.") from None


def _records(file: io.TextIOWrapper, head: str) -> Iterator[str]:
    """Yield the rows as they stand, which may have several lines."""
    delimiter = ";" if ";" in head and "," not in head else ","
    seen: list[str] = []

    def lines() -> Iterator[str]:
        for line in file:
            seen.append(line)
            yield line

    for cells in csv.reader(lines(), delimiter=delimiter):
        if cells:
            yield "".join(seen)
        seen.clear()
