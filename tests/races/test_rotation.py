"""Secrets are rotated and revoked while tills report at full speed through two processes."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from punchcard.db.connection import Db
from tests.oracle.client import Client

from .conftest import Town

PATH = "/v1/event_types/PURCHASED_COFFEE/secrets/"
TILLS = 12
ROTATIONS = 60
LIVE_MAX = 30
MILLISECOND = timedelta(milliseconds=1)  # what an instant on the wire is rounded to
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Line:
    """One secret: valid in all that was answered before `ends_after`, and not in what was sent from `ended_by` on."""

    id: str
    text: str
    succeeded: datetime = FOREVER
    ends_after: datetime = FOREVER
    ended_by: datetime = FOREVER
    uses: int = 0


@dataclass(frozen=True)
class Call:
    """One report: with which secret, between which instants, and what came of it."""

    line: Line
    sent: datetime
    answered: datetime
    status: int
    told: str

    @property
    def is_right(self) -> bool:
        """Tell whether the answer is what the secret's validity asks for; at the very moment of its end both are."""
        if self.answered < self.line.ends_after:
            return self.status == 200
        return self.status == 401 or self.sent < self.line.ended_by


@dataclass
class Tills:
    """Tills that report without a pause, each with a secret that it picks anew for each report."""

    town: Town
    pick: Callable[[int], Line]
    calls: list[Call] = field(default_factory=list)
    is_over: bool = False
    answered: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def work(self, number: int, user: Any) -> None:
        """Report until it is over."""
        key = {"X-Api-Key": str(self.town.shop.tenant.api_key)}
        async with AsyncExitStack() as stack:
            clients: dict[str, Client] = {}
            while not self.is_over:
                line = self.pick(number)
                if line.text not in clients:  # a connection a secret, so that its headers are made once
                    headers = key | {"Authorization": f"Bearer {line.text}"}
                    server = self.town.servers[number % len(self.town.servers)]
                    clients[line.text] = await stack.enter_async_context(Client(server, headers))
                sent = datetime.now(UTC)
                answer = await clients[line.text].call("POST", "/v1/events", self.town.purchase(user))
                told = "" if answer.status == 200 else answer.json["detail"]
                line.uses += answer.status == 200
                async with self.answered:
                    self.calls.append(Call(line, sent, datetime.now(UTC), answer.status, told))
                    self.answered.notify_all()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when something holds, looking after each answer."""
        async with self.answered:
            await self.answered.wait_for(holds)

    async def used(self, line: Line, uses: int) -> None:
        """Return when so many reports with a secret have been taken."""
        await self.until(lambda: line.uses >= uses)

    async def tried(self, line: Line, times: int) -> None:
        """Return when somebody has tried a secret so many times more."""
        before = len(self.calls)
        await self.until(lambda: sum(call.line is line for call in self.calls[before:]) >= times)

    def wrong(self) -> list[tuple[str, datetime, datetime, int, str]]:
        """Return the answers that no validity explains."""
        return [
            (call.line.id, call.sent, call.answered, call.status, call.told) for call in self.calls if not call.is_right
        ]


async def with_tills(town: Town, tills: Tills, users: Sequence[Any], keeper: Any) -> None:
    """Let the tills report while an administrator does something."""
    async with asyncio.TaskGroup() as group:
        for number, user in enumerate(users):
            group.create_task(tills.work(number, user))
        try:
            await keeper()
        finally:
            tills.is_over = True
    assert tills.wrong() == [], f"{len(tills.wrong())} of {len(tills.calls)} answers at {town.servers}"


async def require_recorded(db: Db, town: Town, tills: Tills) -> None:
    """Require that each secret has the events that were answered with 200, and not one more."""
    sql = "select reporter, count(*) from events where tenant_id = $1 and reporter like 'secret:%' group by reporter"
    recorded = {row["reporter"]: row["count"] for row in await db.fetch(sql, town.shop.tenant.tenant_id)}
    assert recorded == Counter(f"secret:{call.line.id}" for call in tills.calls if call.status == 200)


async def test_rotating_under_load_refuses_no_valid_report(town: Town, db: Db) -> None:
    """60 rotations in a row: a secret is taken as soon as it is known and until its overlap is over, and not longer."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(TILLS - 1))]
    made = town.shop.done("POST", PATH, {"name": "Chain"})
    lines, choice = [Line(made["id"], made["secret"])], random.Random(4)
    # Half of the tills take the newest secret as soon as it is there; the others are late, some of them too late.
    tills = Tills(town, lambda number: lines[-1] if number % 4 < 2 else choice.choice(lines[-LIVE_MAX - 10 :]))

    async def rotate() -> None:
        async with AsyncExitStack() as stack:
            admins = itertools.cycle(
                [await stack.enter_async_context(Client(server, town.shop.headers())) for server in town.servers]
            )
            for _ in range(ROTATIONS):
                old = lines[-1]
                await tills.used(old, TILLS)
                answer = await next(admins).call("POST", f"{PATH}{old.id}/rotate", {"overlapSeconds": 1})
                until = datetime.fromisoformat(answer.data["bothValidUntil"])
                old.ends_after, old.ended_by, old.succeeded = until, until + MILLISECOND, datetime.now(UTC)
                lines.append(Line(answer.data["id"], answer.data["secret"]))
                await tills.until(lambda: sum(line.ended_by > datetime.now(UTC) for line in lines) <= LIVE_MAX)
            await tills.used(lines[-1], TILLS)

    await with_tills(town, tills, users, rotate)
    await require_recorded(db, town, tills)
    taken = [call for call in tills.calls if call.status == 200]
    late = [call for call in taken if call.sent > call.line.succeeded]
    refused = [call.told for call in tills.calls if call.status == 401]
    print(f"{len(taken)} taken, {len(late)} of them within an overlap, {len(refused)} refused")  # noqa: T201 - to be read
    assert late
    assert refused
    assert all("expired at" in told for told in refused)


async def test_a_revocation_under_load_holds_at_once_everywhere(town: Town, db: Db) -> None:
    """Secrets are revoked one after the other: each is taken until then, and by neither process from then on."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(TILLS - 1))]
    made = [town.shop.done("POST", PATH, {"name": f"Till {number}"}) for number in range(TILLS)]
    lines = [Line(secret["id"], secret["secret"]) for secret in made]
    # Pairs of tills at different processes share a secret.
    tills = Tills(town, lambda number: lines[number // 2 * 2])

    async def revoke() -> None:
        async with Client(town.servers[0], town.shop.headers()) as admin:
            for line in lines[::2]:
                await tills.used(line, 20)
                line.ends_after = datetime.now(UTC)
                assert (await admin.call("DELETE", PATH + line.id)).status == 200
                line.ended_by = datetime.now(UTC)
                await tills.tried(line, 10)

    await with_tills(town, tills, users, revoke)
    await require_recorded(db, town, tills)
    assert all("revoked" in call.told for call in tills.calls if call.status != 200)
    assert {call.line.id for call in tills.calls if call.status == 401} == {line.id for line in lines[::2]}
