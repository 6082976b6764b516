"""The end of tasks that work in the background."""

import asyncio
from collections.abc import Collection
from typing import Any

AGAIN_SECONDS = 0.5


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
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
