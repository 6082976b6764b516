"""The end of tasks: of those that work in the background, and of a start that is called off."""

import asyncio
import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any

AGAIN_SECONDS = 0.5


async def end(tasks: Collection[asyncio.Future[Any]]) -> None:
    """Cancel tasks until each of them has ended, whatever with.

    Once is not enough: a cancellation that comes together with what is waited for (a connection, an end of time) can be
    taken for that, and a task that then tries again would be waited for without end.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def may_be_called_off() -> Iterator[Callable[[], None]]:
    """Let SIGTERM and SIGINT call a start off, which ends the block, until the yielded function is called.

    From then on the server handles the signals; these must not cut its drain, or the database's stop, short.
    """
    starting, is_called_off = asyncio.current_task(), False

    def call_off() -> None:
        nonlocal is_called_off
        is_called_off = True
        if starting is not None:
            starting.cancel()

    def started() -> None:
        nonlocal starting
        starting = None
        if is_called_off:  # and something on the way has taken the cancellation for its own
            raise asyncio.CancelledError

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, call_off)
    with suppress(asyncio.CancelledError):
        yield started
