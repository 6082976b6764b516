"""The job that takes an erased person out of what was answered under Idempotency-Keys, some hundreds of answers a step.

An answer about the member alone goes with its key, which callers may have made of a name. One about many, such as a
batch's, stays under its key without what it said of the member.
"""

from collections.abc import Sequence
from typing import Any

from punchcard import wire
from punchcard.commands.erase_person import TRACES
from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.engine.redaction import without
from punchcard.errors import Malformed
from punchcard.events import idempotency
from punchcard.jobs.step import Workplace

KIND = TRACES
STEP_ANSWERS = 500


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Look through some answers of the tenant."""
    del place
    ids = [str(one) for one in job.input["userIds"]]
    after = ("", "") if job.cursor is None else (str(job.cursor[0]), str(job.cursor[1]))
    rows = await idempotency.read_following(tx, job.tenant_id, after, STEP_ANSWERS)
    found = [row for row in rows if any(one.encode() in row["body"] for one in ids)]
    rewritten = []
    dropped = []
    for row in found:
        told = _data(row["body"])
        if isinstance(told, list):
            body = wire.encode({"status": "success", "data": without(told, ids)})
            rewritten.append((row["principal"], row["key"], body))
        else:
            dropped.append((row["principal"], row["key"]))
    await idempotency.rewrite(tx, job.tenant_id, dropped, rewritten)
    done = job.done + len(rows)
    following = _last(rows) if len(rows) == STEP_ANSWERS else None
    return Progress(following, done, result={"answers": done})


def _data(body: bytes) -> Any:
    try:
        told = wire.decode(body)
    except Malformed:
        return None
    return told.get("data") if isinstance(told, dict) else None


def _last(rows: Sequence[Any]) -> list[str]:
    return [rows[-1]["principal"], rows[-1]["key"]]
