"""Import of users from a file (POST /v1/users/import), as a job: some hundreds of rows a step, each once.

A row whose externalIdentifier, or without one authIdentifier, a member has already is passed over: so a file may come
again, with more rows, and registers nobody twice. The same file is the same import.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from pydantic import ValidationError

from punchcard import wire
from punchcard.access.principals import Kind, Principal
from punchcard.commands.register_account import register
from punchcard.db import queue
from punchcard.db.connection import Db, Tx
from punchcard.db.queue import Job, Progress
from punchcard.errors import Invalid, Malformed, PunchcardError
from punchcard.jobs.jobs import JobView, show
from punchcard.jobs.step import Workplace
from punchcard.users import imports
from punchcard.users.definitions import UserDefinition
from punchcard.users.import_file import CSV, JSON, JSON_LINES, RowFault, read_file
from punchcard.users.users import read_known

KIND = "import_users"
STEP_ROWS = 250
REST = 2.0
"""A file can wait, a till cannot."""
UNNAMED = RowFault(
    "identifier_required", "Give the row an externalIdentifier or an authIdentifier, by which it is known."
)


class UserFile(wire.Upload, frozen=True):
    """Users, one a row: JSON Lines as POST /v1/users/ takes them, or CSV with the fields' names in its first line."""

    MEDIA_TYPES: ClassVar[tuple[str, ...]] = (CSV, JSON_LINES, JSON)


class _Row(Struct, frozen=True):
    """A row that can be registered."""

    id: UUID
    definition: UserDefinition

    @property
    def name(self) -> tuple[str, str]:
        """By which name the row is known."""
        external, auth = self.definition.external_identifier, self.definition.auth_identifier
        return ("external", external) if external is not None else ("auth", wire.subject_key(auth or ""))


async def import_users(db: Db, principal: Principal, file: UserFile) -> JobView:
    """Take a file of users to be registered by a job, whose `id` tells the progress; the same file is the same job.

    Raises: Malformed for a file that cannot be read.
    """
    tenant_id = principal.tenant_id
    rows = await asyncio.to_thread(read_file, file.media, file.body)
    if not rows:
        raise Malformed("The file has no rows.")
    digest = hashlib.sha256(file.media.encode() + b"\n" + file.body).digest()

    async def body(tx: Tx) -> JobView:
        known = await imports.find_import(tx, tenant_id, digest)
        while known is None:
            asked = {"by": principal.id, "rows": len(rows)}
            import_id = await queue.enqueue(tx, tenant_id, KIND, asked)
            if await imports.insert_import(tx, tenant_id, import_id, digest, principal.name, rows):
                return await show(tx, tenant_id, import_id)
            await queue.cancel(tx, tenant_id, import_id)
            known = await imports.find_import(tx, tenant_id, digest)
        return await show(tx, tenant_id, known)

    return await db.run(body)


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Register some of a file's users."""
    total, counts = int(job.input["rows"]), {"registered": 0, "known": 0, **(job.cursor or {})}
    waiting = await imports.read_waiting(tx, job.tenant_id, job.id, STEP_ROWS)
    refused: list[tuple[UUID, RowFault]] = []
    rows: list[_Row] = []
    for one in waiting:
        read = _read(one.content)
        if isinstance(read, RowFault):
            refused.append((one.id, read))
        else:
            rows.append(_Row(one.id, read))
    new, known = await _apart(tx, job.tenant_id, rows)
    principal = Principal(job.tenant_id, Kind.ADMIN, str(job.input["by"]))
    outcomes = await register(place.desk, tx, principal, [row.definition for row in new]) if new else []
    done = list(known)
    for row, outcome in zip(new, outcomes, strict=True):
        if isinstance(outcome, PunchcardError):
            refused.append((row.id, _fault(outcome)))
        else:
            done.append(row.id)
    await imports.settle_rows(tx, job.tenant_id, done, refused)
    counts["registered"] += len(done) - len(known)
    counts["known"] += len(known)
    is_last = len(waiting) < STEP_ROWS
    looked_at = total if is_last else job.done + len(waiting)
    result = {**counts, "refused": looked_at - counts["registered"] - counts["known"]} if is_last else None
    return Progress(None if is_last else counts, looked_at, total, result)


def _read(content: str) -> UserDefinition | RowFault:
    try:
        definition = UserDefinition.model_validate(given := wire.read_stored(content))
    except ValidationError as found:
        (first, *_) = wire.faults_of(found.errors(include_url=False, include_input=False), given=given)
        return RowFault(first.code, first.detail, first.pointer)
    named = definition.external_identifier is not None or definition.auth_identifier is not None
    return definition if named else UNNAMED


async def _apart(tx: Tx, tenant_id: UUID, rows: Sequence[_Row]) -> tuple[list[_Row], list[UUID]]:
    """Tell rows of new members from those of members that there are, or that stand above in the file."""
    taken = await read_known(tx, tenant_id, [row.name for row in rows]) if rows else set()
    new: list[_Row] = []
    known: list[UUID] = []
    for row in rows:
        if row.name in taken:
            known.append(row.id)
        else:
            taken.add(row.name)
            new.append(row)
    return new, known


def _fault(error: PunchcardError) -> RowFault:
    first = error.faults[0] if error.faults else None
    if first is None:
        return RowFault(error.code, error.detail)
    # A schema's sentence repeats the value that it refuses.
    says_value = isinstance(error, Invalid) and first.pointer.startswith("/profile/attributes")
    return RowFault(
        first.code, "The attribute does not fit profileSchema." if says_value else first.detail, first.pointer
    )
