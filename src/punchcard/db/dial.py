"""One connection to a database, for work outside the pool: migrations, checks, waiting for a server."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import asyncpg

from punchcard.db import keepalive
from punchcard.errors import StartRefused

CONNECT_SECONDS_MAX = 10.0
CLOSE_SECONDS_MAX = 5.0


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Yield a connection, closed at the end of the block.

    Raises: StartRefused with one sentence, which never shows the password, when there is no connecting, when the role
    may not do what the block does, or when the connection breaks meanwhile.
    """
    with faults_as_sentences(url):
        connection = await keepalive.connect(url, seconds_max=CONNECT_SECONDS_MAX)
    try:
        yield connection
    except asyncpg.InsufficientPrivilegeError as fault:
        detail = (
            f"The role of the URL may not do this at {place_of(url)} ({fault}): name the role that owns the tables, "
            "in PUNCHCARD_MIGRATE_URL if it is not the application's."
        )
        raise StartRefused(detail) from fault
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as fault:
        raise StartRefused(f"The database at {place_of(url)} could not go on ({fault}): try again.") from fault
    finally:
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await connection.close(timeout=CLOSE_SECONDS_MAX)


@contextlib.contextmanager
def faults_as_sentences(url: str) -> Iterator[None]:
    """Turn whatever keeps a connection from being made into a StartRefused that says what to do."""
    try:
        yield
    except asyncpg.InvalidAuthorizationSpecificationError as fault:
        detail = f"The database at {place_of(url)} refuses this user ({fault}): check the name and the password."
        raise StartRefused(detail) from fault
    except asyncpg.InvalidCatalogNameError as fault:
        detail = f"There is no such database at {place_of(url)} ({fault}): create it or correct the URL."
        raise StartRefused(detail) from fault
    except asyncpg.PostgresError as fault:
        detail = f"The database at {place_of(url)} takes no connection now ({fault}): try again."
        raise StartRefused(detail) from fault
    except (OSError, TimeoutError, asyncpg.InternalClientError) as fault:
        reason = "it took too long" if isinstance(fault, TimeoutError) else str(fault)
        detail = f"The database at {place_of(url)} cannot be reached ({reason}): is it running, is the URL right?"
        raise StartRefused(detail) from fault
    except (ValueError, asyncpg.InterfaceError) as fault:
        detail = f"The database URL cannot be used ({fault}): write postgresql://user:password@host:5432/name."
        raise StartRefused(detail, exit_code=2) from fault


def place_of(url: str) -> str:
    """Return host, port and database of a URL, without user and password."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        if parts.hostname:
            return f"{parts.hostname}:{parts.port or 5432}{parts.path}"
    return "the given URL"
