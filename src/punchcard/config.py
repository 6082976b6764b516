"""Every setting: its unit, default and bounds. Read from `PUNCHCARD_*` in the environment.

The reference page `docs/reference/settings.md` lists what stands here, and a test compares the two.
"""

import os
from pathlib import Path
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from punchcard.errors import StartRefused

FOLLOW_UPS_MAX = 10_000


def default_data_folder() -> Path:
    """Return the folder of this user's embedded database: XDG's data home, or the system's when root."""
    home = os.environ.get("XDG_DATA_HOME")
    if home:
        return Path(home) / "punchcard"
    return Path("/var/lib/punchcard") if os.getuid() == 0 else Path.home() / ".local/share/punchcard"


class Settings(BaseSettings):
    """The settings of one process. Sizes end in their unit; a limit is the largest value still taken."""

    model_config = SettingsConfigDict(env_prefix="PUNCHCARD_", extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(None, description="PostgreSQL 15 or newer; none: an embedded one")
    migrate_url: SecretStr | None = Field(None, description="the owner role's URL, for migrations; none: database_url")
    data: Path = Field(default_factory=default_data_folder, description="folder of the embedded database")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    secret_key: SecretStr | None = Field(
        None, min_length=32, description="seals secrets and signs tokens; none: kept beside the data"
    )
    allow_unsafe_durability: Literal["", "tests", "demo"] = Field(
        "", description="take a database that may lose acknowledged events, by name of the purpose"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")
    database_connections: int = Field(10, ge=4, le=200, description="connections to the database, at most")
    database_seconds_max: float = Field(10.0, gt=0, le=300, description="longest wait for one statement")
    acquire_seconds_max: float = Field(1.0, gt=0, le=60, description="longest wait for a free connection")
    report_shards: int = Field(2, ge=1, le=64, description="connections that write reported events")
    queue_events_max: int = Field(10_000, ge=1, le=1_000_000, description="events waiting to be written, at most")
    commit_events_max: int = Field(256, ge=1, le=1_000, description="events written in one transaction, at most")
    body_bytes_max: int = Field(262_144, ge=1_024, le=16_777_216, description="largest body")
    batch_bytes_max: int = Field(5_242_880, ge=1_024, le=67_108_864, description="largest body of a batch")
    upload_bytes_max: int = Field(
        268_435_456, ge=1_024, le=1 << 40, description="largest file of codes, which is read while it comes"
    )
    batch_events_max: int = Field(1_000, ge=1, le=10_000, description="most events in a batch")
    body_seconds_max: float = Field(20.0, gt=0, le=600, description="longest time for a body to arrive")
    occurred_past_days_max: int = Field(7_305, ge=0, le=36_500, description="how far back occurredAt may lie")
    occurred_future_seconds_max: int = Field(300, ge=0, le=31_536_000, description="how far ahead occurredAt may lie")
    public_url: str | None = Field(
        None, pattern=r"^https?://[^/?#\s]+$", description="address at which browsers reach the server; none: its own"
    )
    sign_in_seconds_max: int = Field(900, ge=1, le=86_400, description="life of a link that signs in to the console")
    session_seconds_max: int = Field(43_200, ge=60, le=604_800, description="longest session of the console")
    session_idle_seconds_max: int = Field(1_800, ge=60, le=604_800, description="longest pause within a session")
    oidc_issuer: str | None = Field(
        None,
        pattern=r"^https?://[^?#\s]+$",
        description="OpenID Connect provider by which staff sign in; none: no such",
    )
    oidc_client_id: str | None = Field(None, min_length=1, description="this server's id at that provider")
    oidc_client_secret: SecretStr | None = Field(None, description="its secret there; none: a public client")
    oidc_name: str = Field("single sign-on", max_length=60, description="how the console calls that provider")
    oidc_roles: str = Field(
        "",
        pattern=r"^$|^[^=,\s]+=(OWNER|MANAGER|SUPPORT|VIEWER)(,[^=,\s]+=(OWNER|MANAGER|SUPPORT|VIEWER))*$",
        description="roles of people who are new, by their e-mail's domain: `cafe.example=VIEWER,…`; none: nobody new",
    )
    oidc_tenant: UUID | None = Field(None, description="whose staff new people become; none: the only tenant's")
    stream_readers_max: int = Field(200, ge=1, le=10_000, description="readers of the event stream at once, at most")
    token_seconds: int = Field(3_600, ge=60, le=86_400, description="life of a machine's access token")
    user_token_seconds: int = Field(900, ge=60, le=86_400, description="life of an end user's token minted here")
    auth_failures_per_minute_max: int = Field(
        300, ge=0, le=1_000_000, description="failed authentications of one address before 429; 0: no limit"
    )
    key_rate_limit: int = Field(
        100, ge=0, le=1_000_000, description="requests a second of one secret or client; 0: no limit"
    )
    key_rate_burst: int = Field(400, ge=1, le=1_000_000, description="requests at once of one secret or client")
    key_rate_limit_max: int = Field(
        1_000, ge=1, le=1_000_000, description="highest rate, and burst, that a tenant may set for its own keys"
    )
    user_rate_limit: int = Field(5, ge=0, le=1_000_000, description="requests a second of one end user; 0: no limit")
    user_rate_burst: int = Field(50, ge=1, le=1_000_000, description="requests at once of one end user")
    processes: int = Field(
        1, ge=1, le=1_000, description="processes that serve side by side: each takes its share of the rate limits"
    )
    duplicates_max: int = Field(
        10_000, ge=0, le=1_000_000, description="refused duplicates kept of each tenant, at most"
    )
    duplicate_days: int = Field(30, ge=1, le=90, description="how long a refused duplicate is kept")
    quarantine_max: int = Field(
        10_000, ge=0, le=1_000_000, description="reports of each tenant waiting in quarantine, at most"
    )
    follow_ups_max: int = Field(
        100, ge=0, le=FOLLOW_UPS_MAX, description="events that may follow from one reported event, at most"
    )
    idempotency_days: int = Field(30, ge=1, le=365, description="how long an Idempotency-Key is remembered")
    worker: bool = Field(True, description="do the jobs in this process; false: `punchcard worker` does them")
    job_lease_seconds: float = Field(30.0, ge=1, le=3_600, description="silence after which another takes a job over")
    job_days: int = Field(30, ge=1, le=3_650, description="how long a job that has ended is kept")
    drain_seconds_max: float = Field(30.0, gt=0, le=600, description="longest wait for requests under way at a stop")

    @model_validator(mode="after")
    def _has_a_whole_provider(self) -> Self:
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise ValueError("PUNCHCARD_OIDC_ISSUER needs PUNCHCARD_OIDC_CLIENT_ID")
        return self


def load(**overrides: Any) -> Settings:
    """Read the settings; `overrides` that are not None win over the environment.

    Raises: StartRefused, naming the variable that cannot be used and why.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as fault:
        first = fault.errors()[0]
        if not first["loc"]:
            raise StartRefused(f"{first['msg'].removeprefix('Value error, ')}.", exit_code=2) from None
        name = "PUNCHCARD_" + "_".join(map(str, first["loc"])).upper()
        raise StartRefused(f"{name} cannot be used: {first['msg']}.", exit_code=2) from None
