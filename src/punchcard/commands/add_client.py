"""Make a client from the command line: for whoever can reach the database, an owner who lost the secret among them."""

from uuid import UUID

from punchcard.access.audit import Entry, record_operator
from punchcard.access.clients import insert_client
from punchcard.access.roles import Role
from punchcard.db.connection import Db, Tx


async def add_client(db: Db, tenant_id: UUID, name: str, role: Role) -> tuple[str, str]:
    """Make a client of a role; return its id, and its secret, which cannot be had again. Raises: Conflict."""

    async def body(tx: Tx) -> tuple[str, str]:
        client_id, secret = await insert_client(tx, tenant_id, name, role)
        told = {"id": client_id, "name": name, "role": role.value}
        await record_operator(
            tx, tenant_id, Entry("add_client", "punchcard client add", "clients", client_id, after=told)
        )
        return client_id, secret

    return await db.run(body)
