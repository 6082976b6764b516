"""Bytes on disk by table, index and log."""

import asyncpg
from msgspec import Struct

from bench.stage import Stage

SIZES = """
    select relname as name, relkind = 'i' as is_index,
           case when relkind = 'i' then pg_relation_size(oid) else pg_table_size(oid) end as bytes
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')
"""
LOG = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"


class Disk(Struct, frozen=True):
    """Bytes of tables (what lies out of line among them), of indexes, and of the write-ahead log so far."""

    tables: dict[str, int]
    indexes: dict[str, int]
    log: int

    def since(self, before: "Disk") -> "Disk":
        """Return what was added."""
        return Disk(
            {name: size - before.tables.get(name, 0) for name, size in self.tables.items()},
            {name: size - before.indexes.get(name, 0) for name, size in self.indexes.items()},
            self.log - before.log,
        )

    @property
    def kept(self) -> int:
        """Bytes of tables and indexes."""
        return sum(self.tables.values()) + sum(self.indexes.values())


async def disk(stage: Stage) -> Disk:
    """Measure, once everything that is dirty has been written."""
    connection = await asyncpg.connect(stage.urls.owner)
    try:
        rows = await connection.fetch(SIZES)
        tables, indexes = (
            {row["name"]: row["bytes"] for row in rows if row["is_index"] is kind} for kind in (False, True)
        )
        return Disk(tables, indexes, int(await connection.fetchval(LOG)))
    finally:
        await connection.close()
