"""What a reactor goes through: a draft is published, a live one paused and resumed, an ended one resumed or cloned."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.errors import Conflict
from punchcard.reactors.definitions import Ascii64
from punchcard.reactors.reactors import (
    INSERT,
    ReactorView,
    insert_version,
    merged,
    new_version,
    read_reactor,
    require_free,
    view,
)

SET_STATE = """
    update reactors set state = $3, ended_at = null, updated_at = clock_timestamp() where tenant_id = $1 and id = $2
"""


class CloneDefinition(wire.Definition):
    """A copy of a reactor: its name, and whether it reacts at once."""

    name: Ascii64
    state: Annotated[str, Field(pattern="^(DRAFT|LIVE)$")] = "DRAFT"


async def publish_reactor(db: Db, tenant_id: UUID, id: UUID) -> ReactorView:
    """Let a draft react. One that is live already stays so. Raises: NotFound, Conflict when it is paused or ended."""
    return await _move(db, tenant_id, id, {"DRAFT": "LIVE"}, "LIVE", "Only a draft is published; resume this one.")


async def pause_reactor(db: Db, tenant_id: UUID, id: UUID) -> ReactorView:
    """Let a live reactor rest. Raises: NotFound, Conflict when it is a draft or ended."""
    return await _move(db, tenant_id, id, {"LIVE": "PAUSED"}, "PAUSED", "Only a live reactor is paused.")


async def resume_reactor(db: Db, tenant_id: UUID, id: UUID) -> ReactorView:
    """Let a paused reactor react again; an ended one does so as a new version, and its counts go on.

    Raises: NotFound, Conflict when it is a draft.
    """
    wrong = "A draft is published, and not resumed."
    return await _move(db, tenant_id, id, {"PAUSED": "LIVE", "ENDED": "LIVE"}, "LIVE", wrong)


async def clone_reactor(db: Db, tenant_id: UUID, id: UUID, definition: CloneDefinition) -> ReactorView:
    """Create a reactor like this one, with counts of its own: a draft, unless it is to be live. Raises: NotFound."""
    clone_id = clock.new_id()

    async def body(tx: Tx) -> ReactorView:
        row = await read_reactor(tx, tenant_id, id)
        require_free(row)
        await tx.execute(INSERT, tenant_id, clone_id, row["event_type_id"], definition.state)
        given = merged(row, {"name": definition.name, "counter_id": clone_id})
        await insert_version(tx, tenant_id, row["event_type_id"], clone_id, 1, given)
        return view(await read_reactor(tx, tenant_id, clone_id))

    return await db.run(body)


async def _move(db: Db, tenant_id: UUID, id: UUID, ways: dict[str, str], already: str, wrong: str) -> ReactorView:
    async def body(tx: Tx) -> ReactorView:
        row = await read_reactor(tx, tenant_id, id, lock=True)
        require_free(row)
        if row["state"] != already:
            await _take(tx, row, ways, wrong)
        return view(await read_reactor(tx, tenant_id, id))

    return await db.run(body)


async def _take(tx: Tx, row: Row, ways: dict[str, str], wrong: str) -> None:
    state = ways.get(row["state"])
    if state is None:
        raise Conflict(wrong)
    if row["state"] == "ENDED":
        await new_version(tx, row, {})
    await tx.execute(SET_STATE, row["tenant_id"], row["id"], state)
