"""What a kind of job is: a function that does one step, and when the clock asks for it."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from punchcard.config import Settings
from punchcard.db.connection import Db, Tx
from punchcard.db.queue import Job, Progress
from punchcard.events.request import Desk


class Workplace(Struct, frozen=True):
    """What a step may use beside its transaction."""

    desk: Desk
    settings: Settings

    @property
    def db(self) -> Db:
        """The database, for reading apart from the step's transaction. What a step writes, it writes in that."""
        return self.desk.db


Step = Callable[[Tx, Job, Workplace], Awaitable[Progress]]
"""Do one bounded piece, best within a second, in `tx`, which also records the progress that is returned.

It may be begun several times and is done once, so its only effects are in `tx`. A PunchcardError below 500 ends the
job as FAILED with its sentence; any other exception is tried again.
"""


class JobKind(Struct, frozen=True):
    """A kind of job.

    cron: the crontab line by which the clock asks for it, in the tenant's zone (the installation's: UTC); None: never.
    attempts_max: how often one step is begun before the job is FAILED. pause_seconds: before the second attempt; it
    doubles with each, up to five minutes. rest: how much time is left to others after each step, in times of what it
    took, a second at most.
    """

    step: Step
    cron: str | None = None
    for_each_tenant: bool = True
    attempts_max: int = 8
    pause_seconds: float = 1.0
    rest: float = 0.0
