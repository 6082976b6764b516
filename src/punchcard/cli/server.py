"""`punchcard serve`: the server in the foreground, until it is told to stop."""

from typing import Annotated

import uvloop
from cyclopts import Parameter, validators

from punchcard import logs, tasks
from punchcard.cli import place
from punchcard.cli.options import OK, Data, NoMigrate
from punchcard.config import Settings

COUNT = validators.Number(gte=1, lte=16)


def serve(
    *,
    host: Annotated[str | None, Parameter(help="Address to listen on; PUNCHCARD_HOST, else 127.0.0.1.")] = None,
    port: Annotated[
        int | None, Parameter(help="Port to listen on, 0 for a free one; PUNCHCARD_PORT, else 8080.")
    ] = None,
    data: Data = None,
    no_migrate: NoMigrate = False,
    processes: Annotated[
        int, Parameter(help="How many processes answer side by side, one a core.", validator=COUNT)
    ] = 1,
) -> int:
    """Run the server in the foreground. SIGTERM or Ctrl-C: it answers what it has taken on, then exits 0."""
    settings = place.settings_for(data, host=host, port=port)
    return uvloop.run(_serve(settings, processes, may_migrate=not no_migrate))


async def _serve(settings: Settings, count: int, *, may_migrate: bool) -> int:
    """Start the database, then the server; a signal before the server runs calls the start off."""
    logs.configure(settings)
    with tasks.may_be_called_off() as started:
        async with place.database(settings, purpose="serve", tell=logs.tell) as urls:
            await place.make_ready(settings, urls, may_migrate=may_migrate)
            from punchcard.http import processes, server  # noqa: PLC0415 - slow, and nothing else needs it

            with place.addressed(settings) as publish:

                def announce(address: str) -> None:
                    started()
                    publish(address)
                    server.tell(address)

                if count == 1:
                    await server.serve(settings, urls, announce=announce)
                else:
                    await processes.serve(processes.shared(settings, count), urls, count, announce=announce)
    return OK
