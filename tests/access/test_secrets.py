"""Secrets of event types, as the database has them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from punchcard.access import credential, secrets
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Kind, Principal
from punchcard.access.secret_uses import SecretUses
from punchcard.access.secrets import NewSecret
from punchcard.access.snapshot import load_access
from punchcard.clock import now
from punchcard.db.connection import Db, Row
from punchcard.db.embedded import Urls
from punchcard.errors import Conflict, Invalid, NameTaken, NotFound, PreconditionFailed, PunchcardError, Unavailable
from punchcard.http.auth import VerifiedTokens, authenticate
from punchcard.jobs.secret_uses import write_uses, write_uses_once
from punchcard.wire import ANY_VERSION, Expected

DAY = timedelta(days=1)


class Till:
    """One event type and its secrets."""

    def __init__(self, db: Db, keyring: Keyring, tenant_id: UUID, event_type_id: UUID) -> None:
        self.db, self.keyring, self.tenant_id, self.event_type_id = db, keyring, tenant_id, event_type_id

    async def issue(self, name: str = "till", expires_at: datetime | None = None) -> NewSecret:
        """Issue a secret in a transaction of its own."""
        async with self.db.transaction() as tx:
            new = secrets.draw(name, expires_at)
            return await secrets.issue(tx, self.keyring, self.tenant_id, self.event_type_id, new)

    async def row(self, secret_id: UUID) -> Row:
        """Return a secret's row."""
        row = await self.db.fetchrow("select * from event_type_secrets where id = $1", secret_id)
        assert row is not None
        return row

    async def rotate(self, old: NewSecret, overlap: timedelta) -> NewSecret:
        """Rotate a secret in a transaction of its own."""
        new, row = secrets.draw(old.name), await self.row(old.id)
        async with self.db.transaction() as tx:
            await secrets.rotate(tx, self.keyring, row, overlap, new)
        return new

    async def change(self, secret: NewSecret, expected: Expected = ANY_VERSION, **changed: Any) -> None:
        """Change a secret in a transaction of its own."""
        row = await self.row(secret.id)
        async with self.db.transaction() as tx:
            await secrets.change(tx, row, changed, expected)

    async def revoke(self, secret: NewSecret) -> bool:
        """Revoke a secret in a transaction of its own."""
        async with self.db.transaction() as tx:
            return await secrets.revoke(tx, self.tenant_id, secret.id)

    async def expire(self, secret: NewSecret) -> None:
        """Let a secret have expired a second ago."""
        sql = "update event_type_secrets set expires_at = clock_timestamp() - interval '1 s' where id = $1"
        await self.db.execute(sql, secret.id)

    async def caller(self, secret: NewSecret, tenant_id: UUID | None = None) -> Principal:
        """Knock at the tenant's door, or another's."""
        asked = tenant_id or self.tenant_id
        async with self.db.transaction(snapshot=True) as tx:
            access = await load_access(tx, asked)
        return authenticate(secret.text, asked, access, keyring=self.keyring, verified=VerifiedTokens(), now=now())

    async def statuses(self, *shown: NewSecret) -> list[int]:
        """Return the statuses that these secrets are answered with."""
        found = []
        for secret in shown:
            try:
                await self.caller(secret)
                found.append(200)
            except PunchcardError as fault:
                found.append(fault.status)
        return found

    async def newest(self) -> str:
        """Reveal the newest live secret."""
        return await secrets.reveal(self.db, self.keyring, self.tenant_id, self.event_type_id)


@pytest.fixture
async def till(db: Db, keyring: Keyring, tenant_id: UUID) -> Till:
    """Record an event type."""
    made, sql = uuid4(), "insert into event_types (tenant_id, id, name, is_private) values ($1, $2, 'SALE', true)"
    await db.execute(sql, tenant_id, made)
    return Till(db, keyring, tenant_id, made)


async def test_issued_secrets_open_and_can_be_shown_again(till: Till) -> None:
    """Several are valid at once, and the newest is revealed; stored are only a digest and the sealed form."""
    first = await till.issue("north")
    assert await till.newest() == first.text
    second = await till.issue("south")
    assert await till.newest() == second.text
    for secret in (first, second):
        assert (await till.caller(secret)).event_type_id == till.event_type_id
        row = await till.row(secret.id)
        assert row["digest"] == credential.digest(secret.text)
        assert secret.text.encode() not in row["sealed"]
        assert secrets.opened(till.keyring, row) == secret.text
        assert secrets.hint(till.keyring, row) == secret.text[:8]


async def test_secret_of_one_tenant_is_unknown_to_another(till: Till) -> None:
    """The same secret is 404 at another tenant, and cannot be revealed there (T06)."""
    secret, other = await till.issue(), uuid4()
    with pytest.raises(PunchcardError) as caught:
        await till.caller(secret, other)
    assert caught.value.status == 404
    with pytest.raises(NotFound):
        await secrets.reveal(till.db, till.keyring, other, till.event_type_id)


async def test_secret_sealed_for_another_row_is_not_shown(till: Till) -> None:
    """A sealed secret that was copied over another one does not open there, and has no hint."""
    first, second = await till.issue("north"), await till.issue("south")
    sealed = (await till.row(first.id))["sealed"]
    await till.db.execute("update event_type_secrets set sealed = $2 where id = $1", second.id, sealed)
    with pytest.raises(Unavailable):
        await till.newest()
    assert secrets.hint(till.keyring, await till.row(second.id)) is None


# names -------------------------------------------------------------------------------------------


async def test_name_is_free_again_when_its_secret_has_ended(till: Till) -> None:
    """A live secret keeps its name; a revoked or expired one makes way, and an expired one is succeeded."""
    first = await till.issue()
    with pytest.raises(NameTaken):
        await till.issue()
    await till.revoke(first)
    second = await till.issue()
    await till.expire(second)
    third = await till.issue()
    assert (await till.row(second.id))["successor_id"] == third.id
    assert await till.statuses(first, second, third) == [401, 401, 200]


async def test_expired_secret_that_was_succeeded_comes_back_with_an_end_only(till: Till) -> None:
    """Made valid again it stands beside the one that has its name now, as in an overlap, and never without an end."""
    first = await till.issue()
    await till.expire(first)
    second = await till.issue()
    with pytest.raises(Invalid):
        await till.change(first, expires_at=None)
    await till.change(first, expires_at=datetime.now(UTC) + DAY)
    assert await till.statuses(first, second) == [200, 200]


async def test_names_are_unique_in_the_schema(till: Till) -> None:
    """What writes past the program cannot give two current secrets one name, nor a rotated one no end."""
    first = await till.issue()
    await till.issue("other")
    with pytest.raises(asyncpg.UniqueViolationError):
        await till.db.execute("update event_type_secrets set name = 'other' where id = $1", first.id)
    with pytest.raises(asyncpg.CheckViolationError):
        await till.db.execute("update event_type_secrets set successor_id = id where id = $1", first.id)


async def test_at_most_fifty_are_live(till: Till) -> None:
    """The fifty-first is refused, and so is a rotation or a return that would make it; one that ends makes room."""
    made = [await till.issue(f"till {number}") for number in range(secrets.LIVE_MAX)]
    with pytest.raises(Conflict):
        await till.issue("one more")
    with pytest.raises(Conflict):
        await till.rotate(made[0], DAY)
    await till.rotate(made[0], timedelta(0))
    await till.expire(made[1])
    await till.issue("one more")
    with pytest.raises(Conflict):
        await till.change(made[1], expires_at=None)


# rotation, expiry, revocation --------------------------------------------------------------------


async def test_rotated_secret_opens_during_the_overlap(till: Till) -> None:
    """The old secret opens beside the new one until its overlap has passed, and with 0 not at all (T04)."""
    first = await till.issue()
    second = await till.rotate(first, timedelta(minutes=5))
    assert await till.statuses(first, second) == [200, 200]
    assert await till.newest() == second.text
    third = await till.rotate(second, timedelta(0))
    await till.expire(first)
    assert await till.statuses(first, second, third) == [401, 401, 200]
    assert (await till.row(second.id))["revoked_at"] is not None


async def test_rotation_never_prolongs_a_secret(till: Till) -> None:
    """An old secret that ends before the overlap does keeps its end."""
    end = datetime.now(UTC) + timedelta(minutes=1)
    first = await till.issue(expires_at=end)
    second = await till.rotate(first, DAY)
    assert (await till.row(first.id))["expires_at"] == end
    assert (await till.row(second.id))["expires_at"] is None


async def test_only_the_last_of_a_line_is_rotated(till: Till) -> None:
    """A secret is rotated once; after that its successor is, so that no two have one name. A revoked one is not."""
    first = await till.issue()
    second = await till.rotate(first, DAY)
    with pytest.raises(Conflict, match=str(second.id)):
        await till.rotate(first, DAY)
    await till.revoke(second)
    with pytest.raises(Conflict):
        await till.rotate(second, DAY)


async def test_expired_secret_can_be_rotated_and_stays_expired(till: Till) -> None:
    """A chain that comes late gets a new secret; the old one does not live again."""
    first = await till.issue()
    await till.expire(first)
    second = await till.rotate(first, DAY)
    assert await till.statuses(first, second) == [401, 200]


async def test_revoked_secret_is_refused_and_not_revealed(till: Till) -> None:
    """After its revocation a secret is 401, unlike one that never was; it is revoked once, and for good (T04)."""
    secret = await till.issue()
    assert await till.revoke(secret)
    assert not await till.revoke(secret)
    assert await till.statuses(secret) == [401]
    with pytest.raises(NotFound):
        await till.newest()
    with pytest.raises(Conflict):
        await till.change(secret, expires_at=None)


async def test_expiry_lies_ahead(till: Till) -> None:
    """A secret that would have expired already is not made, and none is changed into one."""
    yesterday = datetime.now(UTC) - DAY
    secret = await till.issue()
    with pytest.raises(Invalid):
        await till.issue("late", yesterday)
    with pytest.raises(Invalid):
        await till.change(secret, expires_at=yesterday)
    with pytest.raises(PreconditionFailed):
        await till.change(secret, Expected(7), name="other")


async def test_what_ended_long_ago_is_not_loaded(till: Till) -> None:
    """For 90 days an ended secret is told from one that never was: 401; then it is 404 like any other."""
    secret = await till.issue()
    for days, status in ((89, 401), (91, 404)):
        sql = "update event_type_secrets set expires_at = clock_timestamp() - $2::interval where id = $1"
        await till.db.execute(sql, secret.id, timedelta(days=days))
        assert await till.statuses(secret) == [status]


# last use ----------------------------------------------------------------------------------------


async def last_use(till: Till, secret: NewSecret) -> datetime | None:
    """Return when a secret was used last, as written."""
    used: datetime | None = await till.db.fetchval(
        "select last_used_at from event_type_secret_uses where tenant_id = $1 and secret_id = $2",
        till.tenant_id, secret.id,
    )  # fmt: skip
    return used


async def test_last_use_only_goes_forward_and_moves_no_configuration(till: Till) -> None:
    """It is written from memory; what another process wrote later stays, and no cache is dropped by it."""
    first, second = await till.issue("north"), await till.issue("south")
    version = await till.db.fetchval("select version from catalogue_versions where tenant_id = $1", till.tenant_id)
    uses, before = SecretUses(), await till.db.fetchval("select clock_timestamp()")
    for secret in (first, second):
        uses.note(await till.caller(secret))
    await uses.write(till.db)
    written = await last_use(till, first)
    assert written is not None
    assert written >= before

    await till.db.execute(
        "update event_type_secret_uses set last_used_at = last_used_at + interval '1 day' where secret_id = $1",
        first.id,
    )
    uses.note(await till.caller(first))
    uses.note(Principal(till.tenant_id, Kind.SECRET, str(uuid4())))
    await uses.write(till.db)
    assert await last_use(till, first) == written + DAY
    now_is = await till.db.fetchval("select version from catalogue_versions where tenant_id = $1", till.tenant_id)
    assert now_is == version


async def test_last_use_lies_within_the_validity(till: Till) -> None:
    """A process that has not heard of a revocation yet cannot make it seem that the secret was used after it."""
    secret = await till.issue()
    uses, principal = SecretUses(), await till.caller(secret)
    await till.revoke(secret)
    uses.note(principal)
    await uses.write(till.db)
    assert await last_use(till, secret) == (await till.row(secret.id))["revoked_at"]


async def test_uses_are_written_when_the_loop_ends(till: Till) -> None:
    """A loop that is cancelled writes what it has seen; a write that is cancelled loses nothing."""
    secret, uses = await till.issue(), SecretUses()
    loop = asyncio.create_task(write_uses(till.db, uses))
    await asyncio.sleep(0)
    uses.note(await till.caller(secret))
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop
    assert await last_use(till, secret) is not None

    await till.db.execute("delete from event_type_secret_uses where secret_id = $1", secret.id)
    uses.note(await till.caller(secret))
    writing = asyncio.create_task(uses.write(till.db))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await uses.write(till.db)
    assert await last_use(till, secret) is not None


async def test_uses_wait_for_a_database_that_is_away(till: Till, urls: Urls) -> None:
    """What could not be written is written the next time."""
    secret, uses = await till.issue(), SecretUses()
    uses.note(await till.caller(secret))
    gone = await Db.open(urls.app, size=1)
    await gone.close()
    await write_uses_once(gone, uses)
    assert await last_use(till, secret) is None
    await write_uses_once(till.db, uses)
    assert await last_use(till, secret) is not None
