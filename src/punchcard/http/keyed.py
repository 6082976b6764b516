"""Idempotency-Keys for every operation that changes something: the answer is kept in the change's own transaction."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from punchcard.db.connection import Db, Tx
from punchcard.errors import PunchcardError
from punchcard.events import idempotency
from punchcard.events.idempotency import Key, Remembered

T = TypeVar("T")


class Replayed(Exception):
    """The key stands for an answer that was given before."""

    def __init__(self, remembered: Remembered) -> None:
        super().__init__()
        self.remembered = remembered


class KeyedDb(Db):
    """The database for one request with a key: what it runs is recorded together with its answer, once."""

    def __init__(self, db: Db, key: Key, encode: Callable[[Any], tuple[int, bytes]]) -> None:
        super().__init__(db.pool, db.acquire_seconds_max)
        self._key, self._encode = key, encode

    async def run(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `body` unless the key is known. Raises: Replayed, KeyReused, KeyInFlight, and what `body` raises."""

        async def keyed(tx: Tx) -> T:
            await self.begin(tx)
            result = await body(tx)
            await self.finish(tx, result)
            return result

        return await super().run(keyed)

    async def begin(self, tx: Tx) -> None:
        """Look the key up, and hold it. Raises: Replayed, KeyReused, KeyInFlight."""
        await self._recall(tx)

    async def finish(self, tx: Tx, result: Any) -> None:
        """Keep the answer under the key."""
        await idempotency.remember(tx, self._key, *self._encode(result))

    async def look(self) -> None:
        """Look the key up before the request is judged, since it wins over what the request says by now."""
        async with self.transaction(snapshot=True) as tx:
            await self._recall(tx)

    async def _recall(self, tx: Tx) -> None:
        (found,) = await idempotency.recall(tx, [self._key])
        if isinstance(found, Remembered):
            raise Replayed(found)
        if isinstance(found, PunchcardError):
            raise found
