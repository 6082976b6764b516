"""`punchcard worker`: does the jobs, and answers nobody. For installations that keep that apart from `serve`."""

import asyncio
import signal

import uvloop

from punchcard import logs, tasks
from punchcard.cli import place
from punchcard.cli.options import OK, Data, NoMigrate
from punchcard.config import Settings


def worker(*, data: Data = None, no_migrate: NoMigrate = False) -> int:
    """Do the jobs in the foreground. SIGTERM or Ctrl-C: it ends the step that is at work, then exits 0."""
    settings = place.settings_for(data, worker=True)
    return uvloop.run(_work(settings, may_migrate=not no_migrate))


async def _work(settings: Settings, *, may_migrate: bool) -> int:
    logs.configure(settings)
    with tasks.may_be_called_off() as started:
        async with place.database(settings, tell=logs.tell) as urls:
            await place.make_ready(settings, urls, may_migrate=may_migrate)
            from punchcard.http import runtime  # noqa: PLC0415 - slow, and nothing else needs it

            ended = asyncio.Event()
            async with runtime.running(settings, urls):
                started()
                for number in (signal.SIGTERM, signal.SIGINT):
                    asyncio.get_running_loop().add_signal_handler(number, ended.set)
                print("Punchcard works on jobs", flush=True)
                await ended.wait()
    return OK
