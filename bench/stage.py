"""What all contenders stand on: one durable PostgreSQL, a tenant each, the same members, one reactor."""

import asyncio
import contextlib
import json
import os
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import psutil

from bench.load import Load, Measured
from punchcard.commands.create_tenant import create_tenant
from punchcard.db import binaries, embedded, migrate
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.db.postmaster import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS_MAX = 30.0
CLIENTS_PGBENCH = 32
BUSY_SHARE_MAX = 0.15
MEMBERS_AT_ONCE = 50_000

SCHEMA = {
    "type": "object",
    "required": ["total"],
    "properties": {
        "total": {"type": "number", "minimum": 0},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["sku", "price", "quantity"],
                "properties": {
                    "sku": {"type": "string"},
                    "price": {"type": "number"},
                    "quantity": {"type": "integer", "minimum": 1},
                },
            },
        },
    },
}
POINTS = {"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "total"}]}
MEMBERS = """
    with member as (
        insert into users (tenant_id, id, account_number, profile)
        select $1, uuidv7(), 'member-' || lpad(number::text, greatest(6, length(number::text)), '0'),
               '{"givenName": "Ada", "familyName": "Member"}'
        from generate_series($2::integer, $3::integer - 1) as number returning tenant_id, id, account_number
    ), named as (
        insert into user_keys (tenant_id, key, user_id, proves_identity)
        select tenant_id, key, id, false from member, unnest(array[id::text, account_number]) as key
    )
    insert into wallets (tenant_id, user_id) select tenant_id, id from member
"""


class Shop(msgspec.Struct, frozen=True):
    """One tenant with its members, and what is needed to report for them."""

    tenant: UUID
    api_key: str
    bearer: str
    members: int
    event_type: UUID
    reactor_version: int
    token: str = ""


class Stage:
    """The running database and the server under test; makes shops, and sets contenders going."""

    def __init__(self, urls: Urls, db: Db) -> None:
        self.urls, self.db = urls, db
        self.postgres = next(child for child in psutil.Process().children(recursive=True) if child.name() == "postgres")
        self.engine: psutil.Process | None = None
        self.port = 0
        self.patience_seconds = 60.0

    async def shop(
        self, members: int, *, reactors: int = 1, said: Mapping[str, Any] | None = None, constraints: Sequence[Any] = ()
    ) -> Shop:
        """Make a tenant of `members` members, with one event type and `reactors` reactors that give points on it.

        `said` is what the event type says besides. `constraints`: of further reactors, which give points as well.
        """
        tenant = await create_tenant(self.db, "A shop")
        key = str(tenant.api_key)
        granted = self._call(key, "", "/oauth/token", {
            "client_id": tenant.client_id, "client_secret": tenant.client_secret, "grant_type": "client_credentials",
        })  # fmt: skip
        token = granted["access_token"]
        name = "PURCHASED_COFFEE"
        body = {"name": name, "description": "A purchase", "isPrivate": True, "schema": SCHEMA, **(said or {})}
        self._call(key, token, "/v1/event_types/", body)
        for number, constraint in enumerate([*[None] * reactors, *constraints]):
            reaction = {"type": "POINTS", "points": POINTS}
            self._call(key, token, "/v1/event_reactors/", {
                "name": f"Reactor {number}", "eventType": name, "reactions": [reaction], "constraint": constraint,
            })  # fmt: skip
        secret = self._call(key, token, f"/v1/event_types/{name}/secret")["data"]["secret"]
        for start in range(0, members, MEMBERS_AT_ONCE):
            await self.db.execute(MEMBERS, tenant.tenant_id, start, min(start + MEMBERS_AT_ONCE, members))
        version = await self.db.fetchval("select max(id) from reactor_versions where tenant_id = $1", tenant.tenant_id)
        sql = "select id from event_types where tenant_id = $1 and name = $2"
        type_id = await self.db.fetchval(sql, tenant.tenant_id, name)
        await self.tidy()
        return Shop(tenant.tenant_id, key, secret, members, UUID(str(type_id)), version, token)

    def call(self, shop: Shop, path: str, body: Any = None) -> Any:
        """Call the engine as a shop's administrator."""
        return self._call(shop.api_key, shop.token, path, body)

    def _call(self, api_key: str, token: str, path: str, body: Any = None) -> Any:
        headers = {"X-Api-Key": api_key, "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - our own
            return json.load(answer)

    async def tidy(self) -> None:
        """Do what autovacuum would have done by now."""
        connection = await asyncpg.connect(self.urls.owner)
        try:
            await connection.execute(
                "vacuum (analyze) users, user_keys, wallets, events, ledger_entries, claims, rewards, vouchers, lots"
            )
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def serving(self, *, processes: int = 1, **settings: str) -> AsyncIterator[None]:
        """Run a new `punchcard serve` on this database; until the block ends, it is the engine.

        `settings` are further ones, without their prefix.
        """
        earlier = self.engine, self.port
        environment = os.environ | {
            "PUNCHCARD_DATABASE_URL": self.urls.app,
            "PUNCHCARD_MIGRATE_URL": self.urls.owner,
            "PUNCHCARD_SECRET_KEY": "0" * 64,
            "PUNCHCARD_KEY_RATE_LIMIT": "0",
            **{f"PUNCHCARD_{name}": value for name, value in settings.items()},
        }
        self.port = free_port()
        command = [sys.executable, "-m", "punchcard.cli.main", "serve", "--port", str(self.port)]
        command += ["--processes", str(processes)] if processes > 1 else []
        try:
            async with _running(command, environment, self.port) as self.engine:
                yield
        finally:
            self.engine, self.port = earlier

    @contextlib.asynccontextmanager
    async def naive(
        self, shop: Shop, module: str = "bench.naive", *, event_type: UUID | None = None
    ) -> AsyncIterator[int]:
        """Run N1 for one shop, or what else is to stand beside the engine; yield its port."""
        port = free_port()
        environment = os.environ | {
            "BENCH_DATABASE_URL": self.urls.app,
            "BENCH_TENANT": str(shop.tenant),
            "BENCH_EVENT_TYPE": str(event_type or shop.event_type),
            "BENCH_REACTOR_VERSION": str(shop.reactor_version),
            "BENCH_BEARER": shop.bearer if event_type is None else shop.token,
            "BENCH_PORT": str(port),
        }
        async with _running([sys.executable, "-m", module], environment, port):
            yield port

    def load(self, shop: Shop, *, port: int = 0, **fields: Any) -> Load:
        """Return a load on one shop, at the engine unless another `port` is named."""
        given: dict[str, Any] = {"subjects": shop.members, **fields}
        return Load(port=port or self.port, api_key=shop.api_key, bearer=shop.bearer, **given)

    async def pgbench(self, shop: Shop, seconds: float) -> Measured:
        """Run the same statements, one event a transaction, from pgbench: P."""
        program = binaries.find(binaries.account_for(Path("/"))).program("pgbench")
        command = [program, "-n", "-M", "prepared", "-c", str(CLIENTS_PGBENCH), "-j", "1", "-T", str(round(seconds))]
        for name, value in (
            ("members", shop.members), ("tenant", shop.tenant), ("event_type", shop.event_type),
            ("reactor_version", shop.reactor_version),
        ):  # fmt: skip
            command += ["-D", f"{name}={value}"]
        command += ["-f", str(Path(__file__).with_name("pgbench.sql")), self.urls.app]
        done = await _output(command)
        said = dict(line.split(" = ", 1) for line in done.decode().splitlines() if " = " in line)
        rate = float(said["tps"].split()[0])
        return Measured(round(rate * seconds), 0, seconds, float(said["latency average"].split()[0]), 0.0, 0.0)

    async def quiet(self) -> None:
        """Wait until other work leaves the machine alone for half a second, as long as there is patience for it."""
        deadline = time.monotonic() + self.patience_seconds
        while time.monotonic() < deadline:
            before = _machine_cpu()
            await asyncio.sleep(0.5)
            idle, whole = (now - then for now, then in zip(_machine_cpu(), before, strict=True))
            if idle > (1 - BUSY_SHARE_MAX) * whole:
                return

    def memory_bytes(self) -> int:
        """Return how much memory the engine holds."""
        assert self.engine is not None
        return int(self.engine.memory_info().rss)

    def cpu_seconds(self) -> tuple[float, float]:
        """Return the CPU that the engine and PostgreSQL have used so far."""
        assert self.engine is not None
        spent = self.engine.cpu_times()
        total = sum(self.postgres.cpu_times()[:4])
        for child in self.postgres.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += sum(child.cpu_times()[:2])
        return spent.user + spent.system, total


def _machine_cpu() -> tuple[float, float]:
    """Return the idle and the whole CPU seconds of the machine so far."""
    spent = psutil.cpu_times()
    return spent.idle + getattr(spent, "iowait", 0.0), sum(spent[:8])


async def send(load: Load) -> Measured:
    """Carry a load out in a process of its own."""
    done = await _output([sys.executable, "-m", "bench.load"], msgspec.json.encode(load))
    measured = msgspec.json.decode(done, type=Measured)
    if measured.failed:
        raise RuntimeError(f"{measured.failed} requests failed, the first with: {measured.failure}")
    return measured


async def _output(command: list[str], given: bytes = b"") -> bytes:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )  # fmt: skip
    said, errors = await process.communicate(given)
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed: {errors.decode()[-2_000:]}")
    return said


@contextlib.asynccontextmanager
async def _running(command: list[str], environment: dict[str, str], port: int) -> AsyncIterator[psutil.Process]:
    """Run a server until the block ends, once it takes connections."""
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(START_SECONDS_MAX):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Stage]:
    """Run a new PostgreSQL with durable settings, and the engine on it."""
    async with embedded.running(folder, purpose="serve") as urls:
        await migrate.run(urls.owner, await migrate.role_of(urls.app))
        db = await Db.open(urls.app, size=2, statement_seconds_max=120)
        try:
            stage = Stage(urls, db)
            async with stage.serving():
                yield stage
        finally:
            await db.close()
