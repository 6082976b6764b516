"""Background tasks are ended for good."""

import asyncio
import contextlib
import os
import signal

from punchcard import tasks


async def test_one_that_takes_a_cancellation_for_its_own_is_ended_too() -> None:
    """A task that tries again after it was cancelled, as one may by accident, is cancelled until it ends."""
    tried = 0

    async def keep_trying() -> None:
        nonlocal tried
        while tried < 2:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            tried += 1
        await asyncio.sleep(60)

    stubborn, obedient = asyncio.create_task(keep_trying()), asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    async with asyncio.timeout(60):
        await tasks.end([stubborn, obedient])
    assert (tried, stubborn.cancelled(), obedient.cancelled()) == (2, True, True)


async def test_a_failure_before_the_end_is_no_failure_of_the_end() -> None:
    """A task that has failed already is ended; its error was its own."""

    async def fail() -> None:
        raise OSError

    failed = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await tasks.end([failed])
    await tasks.end([])


async def test_a_start_that_was_called_off_never_serves() -> None:
    """A start whose cancellation was lost on the way ends when it says that it has begun."""
    steps: list[str] = []

    async def start() -> None:
        with tasks.may_be_called_off() as started:
            asyncio.get_running_loop().call_soon(signalled)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            steps.append("lost")
            started()
            steps.append("served")

    def signalled() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    try:
        async with asyncio.timeout(60):
            await asyncio.create_task(start())
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)
    assert steps == ["lost"]
