"""Staff from the command line: for whoever can reach the database."""

from uuid import UUID

from punchcard.access import password_links, staff
from punchcard.access.audit import Entry, record_operator
from punchcard.access.roles import Role
from punchcard.db.connection import Db, Tx

COMMAND = "punchcard staff"


async def add(db: Db, tenant_id: UUID, email: str, name: str | None, role: Role, hashed: str | None) -> str:
    """Add somebody with a password's hash, or without one; return the token for setting it.

    Raises: NameTaken, Conflict, Invalid.
    """

    async def body(tx: Tx) -> str:
        staff_id = await staff.insert_staff(tx, tenant_id, email, name, role)
        told = {"id": str(staff_id), "email": email, "role": role.value}
        await record_operator(tx, tenant_id, Entry("add", f"{COMMAND} add", "staff", str(staff_id), after=told))
        if hashed is not None:
            await staff.set_password(tx, tenant_id, staff_id, hashed)
        return await password_links.issue(tx, tenant_id, staff_id) if hashed is None else ""

    return await db.run(body)


async def reset(db: Db, tenant_id: UUID, staff_id: UUID, hashed: str | None) -> str:
    """Take somebody's password and sessions away; return the token for setting another, or set it by its hash.

    Raises: NotFound, Conflict.
    """

    async def body(tx: Tx) -> str:
        token = await staff.reset(tx, tenant_id, staff_id)
        if hashed is not None:
            await staff.set_password(tx, tenant_id, staff_id, hashed)
        await record_operator(tx, tenant_id, Entry("reset", f"{COMMAND} reset", "staff", str(staff_id)))
        return token if hashed is None else ""

    return await db.run(body)


async def remove(db: Db, tenant_id: UUID, staff_id: UUID) -> None:
    """Take somebody's ways in and sessions away, for good. Raises: NotFound."""

    async def body(tx: Tx) -> None:
        await staff.remove(tx, tenant_id, staff_id)
        await record_operator(tx, tenant_id, Entry("remove", f"{COMMAND} remove", "staff", str(staff_id)))

    await db.run(body)
