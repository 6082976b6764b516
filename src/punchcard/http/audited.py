"""What takes a manager or an owner, and is no reading, is written to the audit log, with the object before and after.

No operation has to think of it: the object is what the operation's own GET shows, read in the same transaction. What
is to be in the log by that must do its writing in one `db.run`; a test walks all operations.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import wire
from punchcard.access import audit
from punchcard.access.audit import Entry
from punchcard.access.principals import Kind, Principal
from punchcard.access.roles import Role
from punchcard.db.connection import Db, Tx, WithinTx
from punchcard.errors import PunchcardError
from punchcard.http.routes import ROUTES, Route

T = TypeVar("T")
Show = Callable[[Route, Db, Mapping[str, str]], Awaitable[Any]]
"""Calls a GET operation with a database and the parts of its path."""

TOLD_WITHOUT_CONTENT = frozenset({"users", "consents", "attributes", "adjustments", "codes", "commands", "vouchers"})
"""Collections whose objects hold what is known of members, or codes: of them the log says who did what to which one."""

LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"


def is_audited(route: Route) -> bool:
    """Tell whether an operation changes what only managers or owners may change."""
    return route.method != "GET" and Kind.ADMIN in route.who and set(route.roles) <= {Role.OWNER, Role.MANAGER}


class Object(Struct, frozen=True):
    """What an operation is done to: the GET that shows it, if there is one, and whether the operation makes it."""

    kind: str
    shown_by: Route | None
    is_made: bool


def object_of(route: Route) -> Object:
    """Find what an operation is done to, by its path: the object that it names, or the one that it makes there."""
    reading = {one.path.rstrip("/"): one for one in ROUTES if one.method == "GET" and not one.streams}
    stem = route.path.rstrip("/")
    if route.method == "POST" and not stem.endswith("}"):
        for path, one in reading.items():
            head, _, tail = path.rpartition("/")
            if head == stem and tail.startswith("{"):
                return Object(_kind(path), one, is_made=True)
    while stem.count("/") > 1:
        found = reading.get(stem)
        if found is not None and (stem.endswith("}") or "{" not in stem) and not _is_list(found):
            return Object(_kind(stem), found, is_made=False)
        stem = stem.rpartition("/")[0]
    return Object(route.path.split("/")[2], None, is_made=False)


def _is_list(route: Route) -> bool:
    return any(getattr(kind, "__name__", "") == "Listing" for kind in route.operation.__annotations__.values())


def _kind(path: str) -> str:
    return next(part for part in reversed(path.split("/")) if part and not part.startswith("{"))


class AuditedDb(Db):
    """The database for one operation that is audited: what it runs is recorded together with who ran it."""

    def __init__(self, db: Db, record: "Recorder") -> None:
        super().__init__(db.pool, db.acquire_seconds_max)
        self._db, self._record = db, record

    async def run(self, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `body`, and record it in the same transaction. Raises: what `body` raises."""
        return await self._db.run(lambda tx: self._record.around(tx, body))


class Recorder(Struct):
    """Records one request."""

    route: Route
    object: Object
    principal: Principal
    path: Mapping[str, str]
    request_id: str
    show: Show

    async def around(self, tx: Tx, body: Callable[[Tx], Awaitable[T]]) -> T:
        """Read the object, carry `body` out, read it again, and write the entry."""
        # Of two who change one object at once, the second must see as `before` what the first has left.
        place = self.route.path.format_map(self.path)
        await tx.execute(LOCK, f"{self.principal.tenant_id} {place}")
        before = None if self.object.is_made else await self._shown(tx, self.path)
        result = await body(tx)
        made, after = self._made(result), None
        if made is not None and made != _id(before):  # it is another one that was made: a copy, a successor
            after = await self._shown(tx, {**self.path, self._parameter: made})
        if after is not None:
            before = None
        elif not self.object.is_made:
            after = await self._shown(tx, self.path)
        if self.object.shown_by is None and self._may_be_told:
            after = _plain(result)
        object_id = made or _id(after) or _id(before)
        entry = Entry(
            self.route.name, f"{self.route.method} {place}", self.object.kind, object_id, before, after,
            self.request_id,
        )  # fmt: skip
        await audit.record(tx, self.principal, entry)
        return result

    @property
    def _parameter(self) -> str:
        """The part of the path that names the object."""
        path = "" if self.object.shown_by is None else self.object.shown_by.path.rstrip("/")
        return path.rpartition("/")[2].strip("{}")

    def _made(self, result: Any) -> str | None:
        """Return the id in an answer: the object's, or the name by which its path goes."""
        found = getattr(result, "id", None) or getattr(result, self._parameter, None)
        return str(found) if isinstance(found, UUID | str) else None

    @property
    def _may_be_told(self) -> bool:
        return (
            self.route.path.split("/")[2] not in TOLD_WITHOUT_CONTENT and self.object.kind not in TOLD_WITHOUT_CONTENT
        )

    async def _shown(self, tx: Tx, path: Mapping[str, str]) -> Any:
        if self.object.shown_by is None or not self._may_be_told:
            return None
        try:
            return _plain(await self.show(self.object.shown_by, WithinTx(tx), path))
        except PunchcardError:  # it is not there, or not any more
            return None


def _plain(shown: Any) -> Any:
    """Return a view as the JSON that it is on the wire."""
    return None if isinstance(shown, wire.Flow | wire.Document) else msgspec.json.decode(wire.encode(shown))


def _id(shown: Any) -> str | None:
    return str(shown["id"]) if isinstance(shown, dict) and "id" in shown else None
