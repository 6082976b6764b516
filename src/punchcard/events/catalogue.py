"""What the engine knows without asking: each tenant's event types, reactors and keys, compiled and cached.

A snapshot carries the version of the tenant's configuration. Every transaction that reports compares it with the
database's and starts anew with a fresh one when it is old; a refusal is never based on an old one either. So the
cache is exact, across processes, and NOTIFY only makes it cheap.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import structlog
from msgspec import Struct, structs

from punchcard import clock
from punchcard.access.principals import ADMIN, SECRET, Principal
from punchcard.access.roles import REPORTING, require_role
from punchcard.access.snapshot import AccessSnapshot, load_access
from punchcard.access.tenants import load_tenants
from punchcard.db import keepalive
from punchcard.db.connection import Db, Row, Tx
from punchcard.engine.counters import Counter
from punchcard.engine.effects import Badge
from punchcard.engine.facts import NO_PATHS, Path
from punchcard.engine.lineup import Lineup
from punchcard.engine.policy import Policies
from punchcard.engine.schema import Schema
from punchcard.engine.situation import Reactor
from punchcard.engine.tier import Tiers
from punchcard.errors import Unauthenticated
from punchcard.events.intake import Intake, intake_of
from punchcard.events.reach import acting, dealing, limited, looked_at, reach_of, releasing, steps_from, told_by
from punchcard.events.type_settings import Enhancer, TypeSettings, compiled_schema, read_enhancers, read_settings
from punchcard.points.policies import load_policies
from punchcard.points.terms import read_number
from punchcard.reactors.compiled import load_reactors
from punchcard.reactors.counters import load_counters
from punchcard.users.audiences import Audience, load_reactive
from punchcard.users.badges import load_badges
from punchcard.users.tiers import load_tiers

CHANNEL = "punchcard_catalogue"
POLL_SECONDS = 5.0
BROKE = "the connection that listens for changes broke; connecting again"
BACK = "the connection that listens for changes is there again"
TENANTS_RELOAD_SECONDS_MIN = 0.05

LOAD_TYPES = """
    select type.*, version.schema, version.settings, version.enhancers from event_types as type
    join event_type_versions as version on version.tenant_id = type.tenant_id
        and version.event_type_id = type.id and version.version = type.version
    where type.tenant_id = $1
"""
ZONE = "select time_zone from tenants where id = $1"
VERSION = "select version from catalogue_versions where tenant_id = $1"
VERSIONS = "select tenant_id, version from catalogue_versions where tenant_id = any($1::uuid[])"

log = structlog.get_logger()


class Following(Struct, frozen=True):
    """What may follow from a tenant's events: how members stand, and events of these types. badges: all of them."""

    tiers: Tiers | None
    types: Mapping[str, "EventType"]
    badges: Mapping[UUID, Badge] = {}


class Reactive(Struct, frozen=True):
    """The audiences of a tenant that each event about a member may change; types: as in Following."""

    audiences: tuple[Audience, ...]
    types: Mapping[str, "EventType"]


class EventType(Struct, frozen=True, dict=True):
    """An event type as the hot path needs it, with the reactors that live on it; `limited` are those that count.

    policies: the tenant's points policies, None where points are given without terms and caps. facts: what reactors
    look at beside the payload. zone: the tenant's. counters: the tenant's, by name; counting: those of them that count
    events of this type. releases: a reactor makes pending points usable, or takes them back. following: None where
    nothing may follow. terms: their number, kept with each event. reactive: None where there are no such audiences.
    reach: the names of the types of which something may follow in the end. acts: a reactor may award a badge, or give
    a reward.
    """

    id: UUID
    name: str
    version: int
    is_private: bool
    is_intrinsic: bool
    is_active: bool
    schema: Schema | None
    reactors: tuple[Reactor, ...]
    settings: TypeSettings = TypeSettings()
    enhancers: tuple[Enhancer, ...] = ()
    limited: tuple[Reactor, ...] = ()
    intake: Intake = Intake()
    policies: Policies | None = None
    facts: frozenset[Path] = NO_PATHS
    zone: tzinfo = UTC
    counters: Mapping[str, Counter] = {}
    counting: tuple[Counter, ...] = ()
    releases: bool = False
    following: Following | None = None
    terms: int | None = None
    reactive: Reactive | None = None
    reach: frozenset[str] = frozenset()
    acts: bool = False

    @cached_property
    def is_plain(self) -> bool:
        """Whether the payload is all that its reactors look at, and points on no terms all that comes of them."""
        return not (
            self.enhancers or self.facts or self.counting or self.limited or self.policies or self.acts
            or self.releases or self.following or self.reach or self.reactive or self.terms
            or any(reactor.acts or reactor.failing for reactor in self.reactors)
        )  # fmt: skip


class Snapshot(Struct, frozen=True):
    """One tenant's configuration at one version."""

    tenant_id: UUID
    version: int
    types: dict[str, EventType]
    access: AccessSnapshot
    policies: Policies | None = None
    counters: Mapping[str, Counter] = {}
    following: Following = Following(None, {})

    def require(self, principal: Principal, now: datetime) -> None:
        """Refuse a principal whose client, secret or issuer has been taken away since it was read.

        Raises: Unauthenticated.
        """
        if principal.kind is SECRET:
            secret = self.access.secrets_by_id.get(principal.id)
            refusal = "The secret is not known any more." if secret is None else secret.refusal(now)
            if refusal is not None:
                raise Unauthenticated(refusal)
        elif principal.kind is ADMIN:
            # A session is looked up at each call, a moment before this.
            client = self.access.clients.get(principal.id)
            if not principal.is_looked_up and (client is None or client.revoked_at is not None):
                raise Unauthenticated("The token has been revoked; get a new one.")
        elif principal.issuer_id is not None and principal.issuer_id not in self.access.issuer_ids:
            raise Unauthenticated("The token's issuer is not one that this tenant has configured.")

    def require_reporter(self, principal: Principal, now: datetime) -> None:
        """Refuse a principal who may not report, by what is true now. Raises: Unauthenticated, RoleRequired."""
        self.require(principal, now)
        if principal.kind is ADMIN and not principal.is_looked_up:
            require_role(self.access.clients[principal.id].role, REPORTING)


class Catalogue:
    """The snapshots of all tenants. `keep_fresh` runs beside the application."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._snapshots: dict[UUID, Snapshot] = {}
        self._loading: dict[UUID, asyncio.Lock] = {}
        self._tenants: dict[UUID, UUID] = {}
        self._tenants_lock = asyncio.Lock()
        self._tenants_loaded = float("-inf")
        self._notices = 0

    async def tenant_of(self, api_key: UUID) -> UUID | None:
        """Return the tenant that an API key names. Unknown keys cost at most one read in 50 ms, all together."""
        if api_key not in self._tenants:
            asked = clock.monotonic_seconds()
            async with self._tenants_lock:
                if self._tenants_loaded < asked:  # nobody has looked since
                    await asyncio.sleep(max(0.0, self._tenants_loaded + TENANTS_RELOAD_SECONDS_MIN - asked))
                    began = clock.monotonic_seconds()
                    self._tenants = await load_tenants(self._db)
                    self._tenants_loaded = began
        return self._tenants.get(api_key)

    def loaded(self, api_key: UUID) -> Snapshot | None:
        """Return the cached snapshot of the tenant that an API key names; None where one would have to look."""
        tenant_id = self._tenants.get(api_key)
        return None if tenant_id is None else self._snapshots.get(tenant_id)

    async def snapshot(self, tenant_id: UUID) -> Snapshot:
        """Return the cached snapshot, loading it the first time."""
        return self._snapshots.get(tenant_id) or await self._load(tenant_id, 0)

    async def current(self, tenant_id: UUID, tx: Tx | None = None) -> Snapshot:
        """Return a snapshot that is not older than this call; within `tx`, by its connection alone."""
        snapshot = self._snapshots.get(tenant_id)
        version = await (tx or self._db).fetchval(VERSION, tenant_id)
        if snapshot is not None and snapshot.version == version:
            return snapshot
        if tx is not None:
            return await _load(tx, tenant_id)
        return await self._load(tenant_id, version or 0)

    async def _load(self, tenant_id: UUID, version: int) -> Snapshot:
        """Load a snapshot, unless another caller has meanwhile loaded one that is not older than `version`."""
        async with self._loading.setdefault(tenant_id, asyncio.Lock()):
            loaded = self._snapshots.get(tenant_id)
            if loaded is not None and loaded.version >= version:
                return loaded
            notices = self._notices
            async with self._db.transaction(snapshot=True) as tx:
                snapshot = await _load(tx, tenant_id)
            if self._notices == notices:  # else it may be older than what was just announced
                self._snapshots[tenant_id] = snapshot
            return snapshot

    async def keep_fresh(self, url: str) -> None:
        """Drop what others changed, as they say so; look every 5 s besides, since a notice can be lost."""
        is_away = False
        while True:
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                listener = await keepalive.connect(url, seconds_max=POLL_SECONDS, statement_seconds_max=POLL_SECONDS)
                if is_away:
                    log.info(BACK)
                is_away = False
                try:
                    await listener.add_listener(CHANNEL, self._changed)
                    while True:
                        self._drop_old(await listener.fetch(VERSIONS, list(self._snapshots)))
                        await asyncio.sleep(POLL_SECONDS)
                finally:
                    listener.terminate()
            self._snapshots.clear()
            if not is_away:
                log.info(BROKE)
            is_away = True
            await asyncio.sleep(1)

    def _changed(self, *notice: object) -> None:
        self._notices += 1
        self._snapshots.pop(UUID(str(notice[-1])), None)

    def _drop_old(self, versions: Sequence[Row]) -> None:
        for row in versions:
            snapshot = self._snapshots.get(row["tenant_id"])
            if snapshot is not None and snapshot.version < row["version"]:
                del self._snapshots[row["tenant_id"]]


async def _load(tx: Tx, tenant_id: UUID) -> Snapshot:
    version = await tx.fetchval(VERSION, tenant_id)  # first: should the rest be newer, it will be loaded once more
    reactors = await load_reactors(tx, tenant_id)
    are_deals = any(dealing(live) for live in reactors.values())
    zone = await read_zone(tx, tenant_id)
    terms = await read_number(tx, tenant_id)
    policies = await load_policies(tx, tenant_id, zone, are_deals=are_deals)
    counters = await load_counters(tx, tenant_id, zone)
    types: dict[str, EventType] = {}
    tiers = await load_tiers(tx, tenant_id, zone)
    following = Following(tiers, types, await load_badges(tx, tenant_id))
    audiences = await load_reactive(tx, tenant_id)
    reactive = Reactive(audiences, types) if audiences else None
    rows = await tx.fetch(LOAD_TYPES, tenant_id)
    told = told_by(tiers, audiences)
    steps = {row["name"]: told | steps_from(reactors.get(row["id"], ())) for row in rows}
    for row in rows:
        settings, live = read_settings(row["settings"]), Lineup(reactors.get(row["id"], ()))
        reach = reach_of(steps[row["name"]], steps)
        enhancers = read_enhancers(row["enhancers"])
        types[row["name"]] = EventType(
            row["id"], row["name"], row["version"], row["is_private"], row["is_intrinsic"], row["is_active"],
            compiled_schema(row["schema"], settings), live, settings, enhancers,
            limited(live), intake_of(settings, enhancers), policies,
            looked_at(live), zone, counters, tuple(one for one in counters.values() if one.type_id == row["id"]),
            releasing(live),
            following if reach else None, terms, reactive, reach, acting(live),
        )  # fmt: skip
    access = await load_access(tx, tenant_id)
    return Snapshot(tenant_id, version or 0, types, access, policies, counters, following)


async def read_zone(tx: Tx, tenant_id: UUID) -> ZoneInfo:
    """Return the zone in which a tenant's days begin."""
    return clock.zone(await tx.fetchval(ZONE, tenant_id))


def with_reactors(event_type: EventType, reactors: tuple[Reactor, ...], following: Following) -> EventType:
    """Return an event type as it is if these are the reactors that react to it."""
    onward = {name: known.reach for name, known in following.types.items()}
    reactive = () if event_type.reactive is None else event_type.reactive.audiences
    reach = reach_of(told_by(following.tiers, reactive) | steps_from(reactors), onward)
    policies = event_type.policies
    if policies is None and dealing(reactors):
        policies = Policies(event_type.zone)
    return structs.replace(
        event_type, reactors=reactors, limited=limited(reactors), facts=looked_at(reactors),
        releases=releasing(reactors), policies=policies, following=following if reach else None, reach=reach,
        acts=acting(reactors),
    )  # fmt: skip
