"""The worker: takes jobs that are due, and does their steps one after the other. Any number of them may run."""

import asyncio
import contextlib
from collections.abc import Mapping

import structlog

from punchcard import clock
from punchcard.db import queue
from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.errors import PunchcardError
from punchcard.jobs.kinds import KINDS
from punchcard.jobs.schedule import Schedule
from punchcard.jobs.step import JobKind, Workplace

POLL_SECONDS = 1.0
WAIT, GO_ON = "jobs have to wait", "jobs go on"
TURN_SECONDS = 1.0  # after which a job lets the others go first
PAUSE_SECONDS_MAX = 300.0
REST_SECONDS_MAX = 1.0
SERVER_FAULT = 500

log = structlog.get_logger()


class _Lost(Exception):
    """The job is somebody else's by now, or was cancelled: this step must not be recorded."""


class Worker:
    """One loop over the queue and the schedules."""

    def __init__(
        self, place: Workplace, kinds: Mapping[str, JobKind] = KINDS, *, poll_seconds: float = POLL_SECONDS
    ) -> None:
        self._place, self._db, self._kinds = place, place.db, kinds
        self._lease_seconds = place.settings.job_lease_seconds
        self._poll_seconds = poll_seconds
        self._schedule = Schedule(self._db, kinds)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let `run` return after the step that is at work."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`."""
        is_waiting = False
        while not self._stopping.is_set():
            is_busy = False
            try:
                await self._schedule.tick()
                is_busy = await self.turn()
                if is_waiting:
                    log.info(GO_ON)
                is_waiting = False
            except PunchcardError as error:
                if not is_waiting:  # it is tried each second, for as long as the database is away
                    log.warning(WAIT, reason=error.detail)
                is_waiting = True
            except Exception:  # a fault of ours must not end the work of all
                log.exception("a fault beside the jobs")
            if not is_busy:
                await self._pause(self._poll_seconds)

    async def turn(self) -> bool:
        """Work on the job that has been due for longest, for a second or to its end; False when none is due."""
        job = await queue.claim(self._db, list(self._kinds), self._lease_seconds)
        if job is None:
            return False
        kind = self._kinds[job.kind]
        if job.attempt > kind.attempts_max:
            detail = (
                f"It was begun {kind.attempts_max} times, and each time its process ended before the step was done."
            )
            await queue.fail(self._db, job, detail)
            return True
        await self._work(job, kind)
        return True

    async def _work(self, job: Job, kind: JobKind) -> None:
        began = clock.monotonic_seconds()
        until = began + TURN_SECONDS
        while (following := await self._try_step(job, kind)) is not None:
            job, rest_seconds = following
            took = clock.monotonic_seconds() - began
            await self._pause(min(kind.rest * took, REST_SECONDS_MAX))
            began = clock.monotonic_seconds()
            if rest_seconds or self._stopping.is_set() or clock.monotonic_seconds() > until:
                await queue.release(self._db, job, rest_seconds)
                return

    async def _pause(self, seconds: float) -> None:
        """Wait, unless `stop` says otherwise."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _try_step(self, job: Job, kind: JobKind) -> tuple[Job, float] | None:
        """Do one step, or record why not; return the job as it goes on, and the rest before that, or None."""
        try:
            following, progress = await self._step(job, kind)
        except _Lost:
            return None
        except PunchcardError as error:
            await self._stumble(job, kind, error.detail, is_final=error.status < SERVER_FAULT)
            return None
        except Exception:  # whatever a step raises is the job's outcome
            log.exception("a step failed", job=str(job.id), kind=job.kind, attempt=job.attempt)
            await self._stumble(job, kind, f"A fault of the program: the log has it under {job.id}.", is_final=False)
            return None
        return None if progress.cursor is None else (following, progress.rest_seconds)

    async def _step(self, job: Job, kind: JobKind) -> tuple[Job, Progress]:
        """Do one step and record it, both or neither. Raises: _Lost, and what the step raises."""

        async def body(tx: Tx) -> tuple[Job, Progress]:
            if not await queue.hold(tx, job):
                raise _Lost
            progress = await kind.step(tx, job, self._place)
            following = await queue.advance(tx, job, progress, self._lease_seconds)
            if following is None:
                raise _Lost
            return following, progress

        return await self._db.run(body)

    async def _stumble(self, job: Job, kind: JobKind, detail: str, *, is_final: bool) -> None:
        """Give a job whose step failed another try later on, or end it."""
        if is_final or job.attempt >= kind.attempts_max:
            await queue.fail(self._db, job, detail)
            return
        pause = min(kind.pause_seconds * 2 ** (job.attempt - 1), PAUSE_SECONDS_MAX)
        await queue.retry(self._db, job, detail, pause + clock.jitter_seconds(pause / 4))
