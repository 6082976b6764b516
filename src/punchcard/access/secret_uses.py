"""When each secret was used last: noted in memory and written now and then, so that no report waits for it.

Owns `event_type_secret_uses`. A process that is killed takes its last few seconds of notes along; one that is told to
stop writes them first.
"""

from datetime import timedelta
from uuid import UUID

from punchcard.access.principals import Principal
from punchcard.clock import monotonic_seconds
from punchcard.db.connection import Db, columns

# An instant within the secret's validity, whatever a process believed that was behind for a moment. In the order of the
# key, so that processes that write at once wait for each other and do not lock each other out.
WRITE = """
insert into event_type_secret_uses as known (tenant_id, secret_id, last_used_at)
select tenant_id, id, least(clock_timestamp() - used.ago, expires_at, revoked_at)
from unnest($1::uuid[], $2::uuid[], $3::interval[]) as used (tenant_id, id, ago)
join event_type_secrets using (tenant_id, id)
order by tenant_id, id
on conflict (tenant_id, secret_id) do update set last_used_at = excluded.last_used_at
where known.last_used_at < excluded.last_used_at
"""


class SecretUses:
    """The uses that one process has seen since it last wrote them down."""

    def __init__(self) -> None:
        self._seen: dict[tuple[UUID, str], float] = {}

    def note(self, principal: Principal) -> None:
        """Note that somebody was admitted with a secret, just now."""
        self._seen[principal.tenant_id, principal.id] = monotonic_seconds()

    async def write(self, db: Db) -> None:
        """Write down what was seen, in one statement; what cannot be written now stays for the next time."""
        seen, self._seen = self._seen, {}
        if not seen:
            return
        now = monotonic_seconds()
        rows = [(tenant, UUID(secret), timedelta(seconds=now - at)) for (tenant, secret), at in seen.items()]
        try:
            await db.execute(WRITE, *columns(rows, 3))
        except BaseException:
            self._seen = seen | self._seen
            raise
