"""A database that may lose points is refused, and `doctor` has something to say about it."""

import socket
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from punchcard.db import arrays, checks, migrate
from punchcard.db.connection import Db
from punchcard.db.dial import connected
from punchcard.db.embedded import Urls
from punchcard.db.folder import ROLE_APP
from punchcard.errors import StartRefused
from tests.conftest import LENT_SECONDS_MAX

from .conftest import Database

TCP = socket.IPPROTO_TCP
OURS = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
    *((TCP, name) for name in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)),
)

ARRAYS = """
    select type.oid::int as number, (element.oid::int, element.typname::text) as element,
        type.typdelim::text as delimiter
    from pg_type as type join pg_type as element on element.oid = type.typelem where type.oid::int = any($1::int[])
"""


async def test_forgetful_server_is_refused_unless_allowed_by_name(database: Database) -> None:
    """fsync, full_page_writes and synchronous_commit off: refused with their names, taken when it is allowed."""
    with pytest.raises(StartRefused, match="fsync and full_page_writes and synchronous_commit off"):
        await checks.require_durable(database.app, allow_unsafe=False)
    await checks.require_durable(database.app, allow_unsafe=True)


async def test_setting_of_the_role_counts(database: Database) -> None:
    """What matters is what holds for the application's own connections, not the server's default."""
    admin = await asyncpg.connect(database.superuser)
    await admin.execute(f"ALTER ROLE {ROLE_APP} SET synchronous_commit = on")
    try:
        with pytest.raises(StartRefused, match="fsync and full_page_writes off"):
            await checks.require_durable(database.app, allow_unsafe=False)
    finally:
        await admin.execute(f"ALTER ROLE {ROLE_APP} RESET synchronous_commit")
        await admin.close()


async def test_findings_on_two_roles(database: Database) -> None:
    """A migrated database with two roles: only the durability of this test server is found wanting."""
    await migrate.run(database.owner, ROLE_APP)
    levels = {finding.code: finding.level for finding in await checks.findings(database.app)}
    assert levels == {
        "server_version": "ok",
        "durability": "fault",
        "data_checksums": "ok",
        "role_superuser": "ok",
        "two_roles": "ok",
        "secret_key": "ok",
        "standbys": "ok",
        "migrations": "ok",
    }


async def test_findings_on_one_role_that_may_do_everything(database: Database) -> None:
    """A superuser that runs the application, and nothing migrated: each is a finding that says what to do."""
    found = {finding.code: finding for finding in await checks.findings(database.superuser)}
    assert found["role_superuser"].level == "warning"
    assert found["migrations"].level == "fault"
    assert "punchcard db migrate" in found["migrations"].detail
    await migrate.run(database.superuser, None)
    found = {finding.code: finding for finding in await checks.findings(database.superuser)}
    assert found["two_roles"].level == "warning"
    assert "PUNCHCARD_MIGRATE_URL" in found["two_roles"].detail


async def test_one_owner_without_superuser(database: Database) -> None:
    """The owner's role used for the application is a finding too."""
    await migrate.run(database.owner, None)
    found = {finding.code: finding.level for finding in await checks.findings(database.owner)}
    assert (found["role_superuser"], found["two_roles"]) == ("ok", "warning")


@pytest.mark.parametrize(
    ("url", "words", "code"),
    [
        ("postgresql://someone:hidden@127.0.0.1:1/nowhere", "127.0.0.1:1/nowhere cannot be reached", 1),
        ("postgresql://someone:hidden@no-such-host.invalid/nowhere", "cannot be reached", 1),
        ("mysql://someone:hidden@127.0.0.1/nowhere", "URL cannot be used", 2),
    ],
)
async def test_connection_that_fails_is_one_sentence(url: str, words: str, code: int) -> None:
    """A server that is not there, or a URL that is none, gives a sentence without the password."""
    with pytest.raises(StartRefused, match=words) as refused:
        async with connected(url):
            pass
    assert refused.value.exit_code == code
    assert "hidden" not in str(refused.value)


async def test_wrong_password_and_database_are_sentences(database: Database) -> None:
    """A wrong password and a missing database each say so."""
    head, _, tail = database.app.rpartition("@")
    with pytest.raises(StartRefused, match="check the name and the password"):
        async with connected(f"{head}wrong@{tail}"):
            pass
    with pytest.raises(StartRefused, match="no such database"):
        async with connected(database.superuser.replace("?", "_missing?")):
            pass


async def test_what_the_applications_sessions_are_bound_by(db: Db) -> None:
    """F17, F19, F37: who waits for a lock, leaves a transaction open, or is gone, is ended; times are UTC."""
    names = ["idle_in_transaction_session_timeout", "lock_timeout", "TimeZone", "application_name"]
    names += ["tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout"]
    shown = [await db.fetchval(f"show {name}") for name in names]
    async with db.connection() as lent:
        inner: Any = lent
        end = inner._transport.get_extra_info("socket")
    assert [end.getsockopt(*option) for option in OURS] == [1, 5, 2, 3, 11_000]
    assert shown == ["30s", "9s", "UTC", "punchcard", "5", "2", "3", "11000"]


async def test_arrays_are_known_without_asking(urls: Urls) -> None:
    """What the driver is told of PostgreSQL's arrays is what the server says, and no connection asks for it."""
    opened = await Db.open(urls.app, size=1, acquire_seconds_max=LENT_SECONDS_MAX)
    rows = await opened.fetch(ARRAYS, list(arrays.OF))
    given = [uuid4()], [Decimal("0.10")], ["a,b", None], [datetime(2026, 3, 1, tzinfo=UTC)], [2**40]
    taken = await opened.fetchrow("select $1::uuid[], $2::numeric[], $3::text[], $4::timestamptz[], $5::int8[]", *given)
    asked = await opened.fetchval("select count(*) from pg_prepared_statements where statement like '%type' || 'info%'")
    await opened.close()
    assert {row["number"]: row["element"] for row in rows} == arrays.OF
    assert {row["delimiter"] for row in rows} == {","}
    assert tuple(taken or ()) == given
    assert asked == 0
