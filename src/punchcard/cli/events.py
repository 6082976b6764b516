"""`punchcard events import`: a file of events sent through the API, again and again if need be, and counted once."""

import asyncio
import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
from cyclopts import App, Parameter
from cyclopts.types import ExistingFile
from msgspec import Struct, field
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from punchcard import wire
from punchcard.cli import show
from punchcard.cli.api import Answer, Api, Keys
from punchcard.cli.jsonl import Batch, Row, batches, body_of
from punchcard.cli.options import DEFAULT_URL, NOT_HEALTHY, OK, USAGE, ApiKey, ClientId, Json, Url, examples
from punchcard.errors import StartRefused

NDJSON = "application/x-ndjson"
DUPLICATE, REUSED, TAKEN = "event_already_exists", "idempotency_key_reused", "name_taken"
SUCCESS, CONFLICT, UNFIT = 200, 409, 422
FAILURES_KEPT_MAX = 100
SUBJECTS_KEPT_MAX = 50_000
SUBJECT_CHARACTERS_MAX = 128
REGISTERED_AT_ONCE = 8

app = App(name="events", help="Events in bulk.")


class Failure(Struct, frozen=True):
    """A row that was not recorded."""

    line: int
    status: int
    code: str
    detail: str


class Summary(Struct, rename="camel"):
    """What became of a file. `recordedBefore` of those `recorded` had been recorded by an earlier run.

    `quarantined` wait for an administrator, since their event type keeps what does not fit it.
    """

    rows: int = 0
    recorded: int = 0
    recorded_before: int = 0
    duplicates: int = 0
    quarantined: int = 0
    refused: int = 0
    registered: int = 0
    failures: list[Failure] = field(default_factory=list)


@app.command(
    name="import",
    help_epilogue=examples(
        "export PUNCHCARD_API_KEY=... PUNCHCARD_CLIENT_ID=...",
        "export PUNCHCARD_CLIENT_SECRET=...",
        "punchcard events import baskets.jsonl",
        "punchcard events import baskets.jsonl --register",
        "punchcard events import baskets.jsonl --json | jq .failures",
    ),
)
def import_(
    file: Annotated[ExistingFile, Parameter(help="One event a line, as POST /v1/events takes it; JSON Lines.")],
    /,
    *,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
    client_id: ClientId = None,
    register: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="Register subjects that nobody goes by yet, as of their first event."
        ),
    ] = False,
    batch: Annotated[int, Parameter(help="Rows sent together, 1 to 1000.")] = 500,
    label: Annotated[str, Parameter(help="Tells imports apart whose files begin alike.")] = "",
    json: Json = False,
) -> int:
    """Send a file of events through the API. Interrupted, it goes on when it is run again.

    A file that this client has imported already changes nothing, for as long
    as the server remembers (30 days, a setting). Rows that were refused are
    tried again. The client's secret is read from PUNCHCARD_CLIENT_SECRET
    alone: anybody on the machine can see a command's options. Exits 3 when
    rows were not recorded; standard error says which.
    """
    if not 1 <= batch <= 1_000:  # noqa: PLR2004 - what a server takes by default
        raise StartRefused("--batch takes 1 to 1000 rows.", USAGE)
    keys = keys_of(api_key, client_id, os.environ.get("PUNCHCARD_CLIENT_SECRET"))
    summary = asyncio.run(_import(file, Importer(Api(url, keys), register=register), batch, label))
    if json:
        show.as_json(msgspec.to_builtins(summary))
    else:
        show.line(_said(summary))
    return OK if summary.recorded == summary.rows else NOT_HEALTHY


def keys_of(api_key: str | None, client_id: str | None, client_secret: str | None) -> Keys:
    """Return what proves who calls. Raises: StartRefused when something is missing."""
    if not (api_key and client_id and client_secret):
        detail = "Set PUNCHCARD_API_KEY, PUNCHCARD_CLIENT_ID and PUNCHCARD_CLIENT_SECRET: what tenant create printed."
        raise StartRefused(detail, USAGE)
    return Keys(api_key, client_id, client_secret)


def _said(summary: Summary) -> str:
    text = f"{summary.recorded:,} of {summary.rows:,} rows are recorded"
    if summary.recorded_before:
        text += f", {summary.recorded_before:,} of them since an earlier run"
    told = (summary.duplicates, "duplicates"), (summary.quarantined, "in quarantine"), (summary.refused, "refused")
    for count, what in told:
        text += f"; {count:,} {what}" if count else ""
    return text + (f"; {summary.registered:,} members registered." if summary.registered else ".")


async def _import(path: Path, importer: "Importer", rows_max: int, label: str) -> Summary:
    async with importer.api:
        with path.open("rb") as file, _progress(file) as advance:
            for batch in batches(file, rows_max, label):
                await importer.send(batch)
                advance(batch.read_bytes)
    return importer.summary


@contextlib.contextmanager
def _progress(file: BinaryIO) -> Iterator[Any]:
    """Show how far the file has been sent, where somebody is watching."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(Path(file.name).name, total=os.fstat(file.fileno()).st_size)
        yield lambda read_bytes: progress.advance(task, read_bytes - progress.tasks[0].completed)


class Importer:
    """Sends batches, one after the other so that a subject's events keep their order, and counts."""

    def __init__(self, api: Api, *, register: bool) -> None:
        self.api, self.summary = api, Summary()
        self._registers = register
        self._known: set[str] = set()

    async def send(self, batch: Batch) -> None:
        """Send one batch; whatever cannot be recorded is told and counted. Raises: StartRefused."""
        self.summary.rows += len(batch.rows) + len(batch.unreadable)
        for line in batch.unreadable:
            self._failed(Failure(line.number, 400, "malformed", line.reason))
        if batch.rows and self._registers:
            await self._register(batch.rows)
        rows, key = batch.rows, batch.key
        while rows:
            answer = await self.api.send("POST", "/v1/events/batch", body_of(rows), media=NDJSON, key=key)
            if answer.status != SUCCESS:
                raise _stopped(answer, rows)
            rows = self._counted(rows, answer)
            key = f"import-{hashlib.blake2b(key.encode() + body_of(rows), digest_size=16).hexdigest()}"

    def _counted(self, rows: Sequence[Row], answer: Answer) -> list[Row]:
        """Count what became of rows; return those to try again: refused by an earlier run, and perhaps not now."""
        again = []
        for row, verdict in zip(rows, answer.data, strict=True):
            if verdict["status"] == SUCCESS:
                self.summary.recorded += 1
                self.summary.recorded_before += answer.replayed
                continue
            if "quarantined" in verdict:
                self.summary.quarantined += 1
                continue
            problem = verdict["problem"]
            if answer.replayed and problem["code"] != DUPLICATE:
                again.append(row)
            else:
                self._failed(Failure(row.number, verdict["status"], problem["code"], problem["detail"]))
        return again

    def _failed(self, failure: Failure) -> None:
        if failure.code == DUPLICATE:
            self.summary.duplicates += 1
        else:
            self.summary.refused += 1
        if len(self.summary.failures) < FAILURES_KEPT_MAX:
            self.summary.failures.append(failure)
        sys.stderr.write(f"line {failure.line}: {failure.status} {failure.code}: {failure.detail}\n")

    async def _register(self, rows: Sequence[Row]) -> None:
        """Register those subjects of rows that nobody goes by, as of the first thing that they did."""
        if len(self._known) > SUBJECTS_KEPT_MAX:
            self._known.clear()
        named = {row.subject for row in rows if row.subject and len(row.subject) <= SUBJECT_CHARACTERS_MAX}
        unseen = sorted(named - self._known)
        firsts: dict[str, datetime] = {}
        for row in rows:
            if row.subject is not None and row.occurred_at is not None:
                firsts[row.subject] = min(row.occurred_at, firsts.get(row.subject, row.occurred_at))
        for start in range(0, len(unseen), REGISTERED_AT_ONCE):
            asked = unseen[start : start + REGISTERED_AT_ONCE]
            await asyncio.gather(*(self._register_one(subject, firsts.get(subject)) for subject in asked))
        self._known |= named

    async def _register_one(self, subject: str, came_at: datetime | None) -> None:
        member: dict[str, Any] = {"authIdentifier": subject, "profile": profile_of(subject)}
        came = {} if came_at is None else {"registeredAt": wire.rfc3339(came_at)}
        answer = await self.api.send("POST", "/v1/users/", msgspec.json.encode(member | came))
        if came and answer.status == UNFIT:  # as the event is going to be, whose time cannot be
            answer = await self.api.send("POST", "/v1/users/", msgspec.json.encode(member))
        if answer.status == SUCCESS:
            self.summary.registered += 1
        elif (answer.status, answer.code) != (CONFLICT, TAKEN):
            sys.stderr.write(f"{subject!r} cannot be registered: {answer.sentence}\n")


def profile_of(subject: str) -> dict[str, str]:
    """Return a profile for somebody of whom only a name in another system is known; the address reaches nobody."""
    digest = hashlib.blake2b(subject.encode(), digest_size=10).hexdigest()
    return {"givenName": subject[:64], "familyName": "(imported)", "emailAddress": f"{digest}@import.invalid"}


def _stopped(answer: Answer, rows: Sequence[Row]) -> StartRefused:
    first, last = rows[0].number, rows[-1].number
    if answer.code == REUSED:
        return StartRefused(
            f"Lines {first} to {last} begin like an earlier import and go on otherwise, so nothing of them was sent: "
            "run the file as it was, with the same --batch; put new rows into a file of their own, "
            "or say with --label that this is another import."
        )
    return StartRefused(f"Lines {first} to {last} were not taken: {answer.status} {answer.sentence}")
