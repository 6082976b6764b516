"""The database: a bounded pool, and transactions whose faults are the engine's own errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from traceback import clear_frames
from typing import Any, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from punchcard import clock
from punchcard.db import keepalive
from punchcard.errors import OutcomeUnknown, StorageFull, Unavailable

Row = asyncpg.Record
T = TypeVar("T")

RETRIES_MAX = 5
RESOLVE_SECONDS_MAX = 5.0

# What means "the server is away or would not answer": before COMMIT was sent, nothing is recorded.
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_RETRIED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_FULL_DETAIL = "Give the database's disk more space; reading goes on meanwhile."


class _Stateless(keepalive.Watched):
    """A connection that needs no RESET when it is given back: nothing here outlives a transaction in the session."""

    def get_reset_query(self) -> str:
        """Return nothing: it saves a round trip for each transaction."""
        return ""


class Tx:
    """One transaction on one connection. Thin: SQL stands where it is used.

    `xid` and `proof`, where they are known, let an outcome be read back when the connection breaks during COMMIT. The
    number alone is no proof: after a crash PostgreSQL gives numbers that had not reached its disk to others. `proof` is
    a query, with its arguments, that finds what this transaction wrote and nobody else writes.
    """

    def __init__(self, connection: "PoolConnectionProxy[Row]") -> None:
        self.fetch = connection.fetch
        self.fetchrow = connection.fetchrow
        self.fetchval = connection.fetchval
        self.execute = connection.execute
        self.xid: int | None = None
        self.proof: tuple[Any, ...] | None = None


class Db:
    """A pool of connections to one database."""

    def __init__(self, pool: "asyncpg.Pool[Row]", acquire_seconds_max: float) -> None:
        self.pool = pool
        self.acquire_seconds_max = acquire_seconds_max

    @classmethod
    async def open(
        cls, url: str, *, size: int = 10, statement_seconds_max: float = 10.0, acquire_seconds_max: float = 1.0
    ) -> "Db":
        """Connect. Raises what asyncpg raises when the server cannot be reached."""
        pool = await asyncpg.create_pool(
            url,
            min_size=min(2, size),
            max_size=size,
            command_timeout=statement_seconds_max,
            timeout=statement_seconds_max,
            max_inactive_connection_lifetime=0,
            connection_class=_Stateless,
            server_settings=keepalive.SESSION
            | {
                "jit": "off",
                # Every statement has its index. A plan that was made while a table was still empty, and is kept, must
                # not read the whole of it once it has grown.
                "enable_seqscan": "off",
                "application_name": "punchcard",
                "timezone": "UTC",
                "lock_timeout": f"{statement_seconds_max * 0.9:.1f}s",
                "idle_in_transaction_session_timeout": "30s",
            },
        )
        return cls(pool, acquire_seconds_max)

    async def close(self) -> None:
        """Close every connection, waiting a little for those in use."""
        try:
            await asyncio.wait_for(self.pool.close(), 5)
        except TimeoutError:
            self.pool.terminate()

    @asynccontextmanager
    async def connection(self) -> "AsyncIterator[PoolConnectionProxy[Row]]":
        """Lend a connection; each statement stands for itself.

        Raises: Unavailable when none is free in time, or the server is away.
        """
        try:
            lent = await self.pool.acquire(timeout=self.acquire_seconds_max)
        except (*_LOST, asyncpg.PostgresError) as fault:
            _let_go(fault)
            raise Unavailable("The database cannot be reached now; try again.") from fault
        try:
            with _named_faults():
                yield lent
        finally:
            # A connection that breaks while it is given back says nothing about what was done with it.
            with suppress(*_LOST, asyncpg.PostgresError):
                await asyncio.shield(self.pool.release(lent, timeout=5))

    @asynccontextmanager
    async def transaction(self, *, remember: bool = False, snapshot: bool = False) -> AsyncIterator[Tx]:
        """Run one transaction: READ COMMITTED, or a read-only snapshot.

        `remember` asks for the transaction's number at once, for callers that do not read it themselves.
        Raises: Unavailable or StorageFull when certainly nothing was recorded, OutcomeUnknown when that is unknown.
        """
        broke_off = False
        async with self.connection() as lent:
            await lent.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if snapshot else "BEGIN")
            tx = Tx(lent)
            try:
                if remember:
                    tx.xid = int(await lent.fetchval("select pg_current_xact_id()::text"))
                yield tx
            except BaseException:
                await _roll_back(lent)
                raise
            try:
                await lent.execute("COMMIT")
            except _LOST:
                _drop(lent)
                broke_off = not snapshot
        # Only now, with no connection held: whatever passes the block above is told to have recorded nothing.
        if broke_off:
            await self._resolve(tx)

    async def _resolve(self, tx: Tx) -> None:
        """Return when `tx` is committed. Raises: Unavailable if it is not, OutcomeUnknown."""
        deadline = asyncio.get_running_loop().time() + RESOLVE_SECONDS_MAX
        while tx.xid is not None and asyncio.get_running_loop().time() < deadline:
            is_there = None
            try:
                is_there = await self._is_there(tx)
            except OutcomeUnknown:
                raise
            except Unavailable:
                pass
            if is_there:
                return
            if is_there is False:
                raise Unavailable("The database broke off before anything was recorded; try again.")
            await asyncio.sleep(0.1)
        raise _outcome_unknown()

    async def _is_there(self, tx: Tx) -> bool | None:
        """Tell whether `tx` is committed; None while it is still under way. Raises: OutcomeUnknown, Unavailable."""
        try:
            status = await self.fetchval("select pg_xact_status($1::text::xid8)", str(tx.xid))
        except asyncpg.InvalidParameterValueError:  # "in the future": PostgreSQL crashed and knows nothing of it
            return False
        if status == "aborted":
            return False
        if status != "committed":
            return None
        if tx.proof is None:
            raise _outcome_unknown()
        return bool(await self.fetchval(*tx.proof))

    async def run(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `body` in a transaction that is remembered, again when the database found a deadlock."""
        for attempt in range(RETRIES_MAX):
            try:
                async with self.transaction(remember=True) as tx:
                    return await body(tx)
            except _RETRIED:
                await asyncio.sleep(clock.jitter_seconds(0.01 * 2**attempt))
        raise Unavailable("Too many requests want the same rows; try again.")

    async def begin(self, tx: Tx) -> None:
        """Do what belongs before a body that somebody else runs, in a transaction with others."""

    async def finish(self, tx: Tx, result: Any) -> None:
        """Do what belongs after such a body has come to a result."""

    async def fetch(self, sql: str, *args: Any) -> list[Row]:
        """Run one statement on its own and return its rows."""
        async with self.connection() as lent:
            return await lent.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Row | None:
        """Run one statement on its own and return its first row."""
        async with self.connection() as lent:
            return await lent.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """Run one statement on its own and return the first value of its first row."""
        async with self.connection() as lent:
            return await lent.fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> str:
        """Run one statement on its own."""
        async with self.connection() as lent:
            return await lent.execute(sql, *args)


class WithinTx(Db):
    """A transaction that is open, as a database: whatever is asked of it is asked within."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    @asynccontextmanager
    async def connection(self) -> "AsyncIterator[Any]":
        """Lend the transaction itself."""
        yield self._tx

    @asynccontextmanager
    async def transaction(self, *, remember: bool = False, snapshot: bool = False) -> AsyncIterator[Tx]:
        """Go on in the transaction."""
        del remember, snapshot
        yield self._tx

    async def run(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Go on in the transaction."""
        return await body(self._tx)


class _named_faults:  # noqa: N801 - reads as the statement it is
    """Turn the driver's faults into the engine's: nothing that passes here was recorded."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: object) -> None:
        if isinstance(fault, asyncpg.DiskFullError):
            raise StorageFull(_FULL_DETAIL) from fault
        if isinstance(fault, _LOST):
            raise Unavailable("The database broke off before anything was recorded; try again.") from fault


def _outcome_unknown() -> OutcomeUnknown:
    return OutcomeUnknown(
        "The database broke off while committing. Repeat the request with the same content or Idempotency-Key: "
        "it is recorded once at most."
    )


def _let_go(fault: BaseException) -> None:
    """Empty the frames that a failed attempt to connect has left.

    The driver's hold the error, and the error holds them: such a circle, with the half-made connection in it, would
    stay in memory until a full garbage collection, and while the database is away each request makes one.
    """
    found: BaseException | None = fault
    while found is not None:
        clear_frames(found.__traceback__)
        found = found.__cause__ or found.__context__


async def _roll_back(connection: "PoolConnectionProxy[Row]") -> None:
    try:
        await connection.execute("ROLLBACK")
    except (*_LOST, asyncpg.PostgresError):
        _drop(connection)


def _drop(connection: "PoolConnectionProxy[Row]") -> None:
    """Close a connection without a word; it may be closed, and given back, already."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


def columns(rows: Iterable[Sequence[Any]], count: int) -> list[tuple[Any, ...]]:
    """Turn rows into the `count` columns that `unnest` takes."""
    return list(zip(*rows, strict=True)) or [()] * count
