"""A tenant of its own for each test, and a keyring."""

from uuid import UUID, uuid4

import pytest

from punchcard.access.keyring import Keyring
from punchcard.access.principals import Kind, Principal
from punchcard.access.tenants import insert_tenant
from punchcard.clock import new_api_key
from punchcard.db.connection import Db


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """Return the keys of a made-up installation."""
    return Keyring(b"0123456789abcdef0123456789abcdef")


@pytest.fixture
async def tenant_id(db: Db) -> UUID:
    """Record a tenant."""
    made = uuid4()
    async with db.transaction() as tx:
        await insert_tenant(tx, made, "Corner Coffee", new_api_key())
    return made


@pytest.fixture
def admin(tenant_id: UUID) -> Principal:
    """Return an administrator of that tenant."""
    return Principal(tenant_id, Kind.ADMIN, "client_of_a_test")
