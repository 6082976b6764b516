"""Attributes: what replaces what, and what of it is a fact."""

from typing import Any
from uuid import UUID

from punchcard.db.connection import Db, Tx
from punchcard.users.attributes import Assignment, SubjectType, assign, read_enabled
from tests.shop import Shop


class Books:
    """A user's attributes, set in transactions of their own."""

    def __init__(self, shop: Shop, db: Db) -> None:
        self._user, self._db = shop.cafe(), db
        self._event = UUID(shop.report(self._user).json()["data"]["id"])
        self._subject = (shop.tenant.tenant_id, SubjectType.USER, UUID(self._user["id"]))

    async def set(self, *pairs: tuple[str, Any], enabled: bool = True, beside: bool = False) -> dict[str, Any]:
        """Set keys to values in one transaction; return the facts."""

        async def body(tx: Tx) -> dict[str, Any]:
            now = await tx.fetchval("select clock_timestamp()")
            given = [Assignment(self._subject, key, value, enabled, self._event, 7, 0, beside) for key, value in pairs]
            await assign(tx, given, now)
            return (await read_enabled(tx, [self._subject]))[self._subject[2]]

        return await self._db.run(body)

    async def history(self) -> list[tuple[str, str, bool]]:
        """Return every row: key, value, and whether it stands."""
        rows = await self._db.fetch(
            "select key, value, replaced_at is null as stands from attributes where subject_id = $1 order by id",
            self._subject[2],
        )
        return [tuple(row) for row in rows]


async def test_a_value_replaces_what_stands_under_its_key(shop: Shop, db: Db) -> None:
    """The last value of a key is the fact, whatever its kind; what it replaced stays in the books."""
    books = Books(shop, db)

    assert await books.set(("size", "L"), ("club", {"since": 2020})) == {"size": "L", "club": {"since": 2020}}
    assert await books.set(("size", "M"), ("size", "S")) == {"size": "S", "club": {"since": 2020}}
    assert await books.history() == [
        ("size", '"L"', False), ("club", '{"since":2020}', True), ("size", '"M"', False), ("size", '"S"', True),
    ]  # fmt: skip


async def test_the_same_value_changes_nothing(shop: Shop, db: Db) -> None:
    """Setting what stands writes no row, however the value is written; 1 and 1.0 are the same."""
    books = Books(shop, db)
    await books.set(("count", 1))
    await books.set(("count", 1.0), ("count", 1))
    assert len(await books.history()) == 1


async def test_values_beside_each_other(shop: Shop, db: Db) -> None:
    """Set beside others, a key has several values, each once; one that replaces takes all of them away."""
    books = Books(shop, db)
    await books.set(("shop", "north"), beside=True)
    assert await books.set(("shop", "south"), ("shop", "north"), beside=True) == {"shop": ["north", "south"]}
    assert await books.set(("shop", "west")) == {"shop": "west"}


async def test_a_disabled_attribute_is_no_fact(shop: Shop, db: Db) -> None:
    """A disabled attribute is kept and not seen; enabling it again brings it back."""
    books = Books(shop, db)
    await books.set(("vip", True))
    assert await books.set(("vip", True), enabled=False) == {}
    assert await books.set(("vip", True)) == {"vip": True}
