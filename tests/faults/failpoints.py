"""Failpoints: places of the engine at which a server of the tests dies, fails, stands still or loses its connection.

The product has none: what is not there costs nothing and cannot be switched on where it should not be. A child of the
nursery that is told to (`FAILPOINT=place:action:nth`) puts them around the engine's own functions before it becomes
`punchcard`. A place that is no more is an error at once, and each test sees to it that its place was reached.
"""

import asyncio
import functools
import importlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import asyncpg

VARIABLE, REACHED = "FAILPOINT", "FAILPOINT_REACHED"
STALL_SECONDS = 0.3
OF_EVENT = b'"reactedAt"'  # an answer with an event in it

Action = Literal["kill", "raise", "drop", "stall"]


class Place(NamedTuple):
    """A function by its module and name, and whether the place lies before it or after; `of` says who goes there.

    within: its transaction is open there, and one of its arguments.
    """

    module: str
    function: str
    after: bool
    of: Literal["reports", "purchases", "answers"]
    within: bool = True


PLACES = {
    "P1 parsed": Place("punchcard.events.batcher", "report", after=False, of="reports", within=False),
    "P2 validated": Place("punchcard.events.report", "_carry_out", after=False, of="reports"),
    "P3 claimed": Place("punchcard.events.report", "refuse_duplicates", after=True, of="reports"),
    "P4 recorded": Place("punchcard.events.settle", "_record", after=True, of="reports"),
    "P4 webhook queued": Place("punchcard.deliveries.outbox", "queue", after=True, of="reports"),
    "P5 before COMMIT": Place("punchcard.events.report", "_carry_out", after=True, of="reports"),
    "P6 committed": Place("punchcard.events.batcher", "report", after=True, of="reports", within=False),
    "P7 half answered": Place("punchcard.http.transport", "Gathering._flush", after=False, of="answers", within=False),
    "S1 wallets held": Place("punchcard.commands.sale", "_begin", after=True, of="purchases"),
    "S2 points taken": Place("punchcard.commands.sale", "_record", after=False, of="purchases"),
    "S3 before COMMIT": Place("punchcard.commands.sale", "_record", after=True, of="purchases"),
    "S4 committed": Place("punchcard.events.due", "run", after=True, of="purchases", within=False),
}


def actions(name: str) -> list[Action]:
    """Return what can happen at a place: without a transaction there is nothing to lose or to roll back."""
    place = PLACES[name]
    if place.of == "answers":
        return ["kill"]
    return ["kill", "raise", "drop", "stall"] if place.within else ["kill", "stall"]


def arm(told: str, reached: Path) -> None:
    """Put failpoints into this process: `place:action:nth`, and more after commas."""
    for one in told.split(","):
        name, action, nth = one.split(":")
        _arm(name, action, int(nth), reached)


def _arm(name: str, action: str, nth: int, reached: Path) -> None:
    place, hits = PLACES[name], 0
    owner: Any = importlib.import_module(place.module)
    *holders, function = place.function.split(".")
    for holder in holders:
        owner = getattr(owner, holder)
    whole = getattr(owner, function)

    def is_time() -> bool:
        nonlocal hits
        hits += 1
        if hits == nth:
            with reached.open("a") as told:
                told.write(f"{name}:{action}\n")
        return hits == nth

    if place.of == "answers":
        setattr(owner, function, _half_answered(whole, is_time))
        return

    @functools.wraps(whole)
    async def wrapped(*arguments: Any, **options: Any) -> Any:
        if place.after:
            result = await whole(*arguments, **options)
            if is_time():
                await _happen(action, arguments)
            return result
        if is_time():
            await _happen(action, arguments)
        return await whole(*arguments, **options)

    setattr(owner, function, wrapped)


async def _happen(action: str, arguments: tuple[Any, ...]) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "stall":
        await asyncio.sleep(STALL_SECONDS)
    elif action == "raise":
        raise asyncpg.DeadlockDetectedError("a failpoint")
    else:
        (tx,) = [one for one in arguments if hasattr(one, "fetchval")]
        tx.fetchval.__self__.terminate()


def _half_answered(flush: Callable[[Any], None], is_time: Callable[[], bool]) -> Callable[[Any], None]:
    """Return a `_flush` that writes half of what is to be written, and dies once that has left."""

    def halved(gathering: Any) -> None:
        whole = b"".join(gathering._parts)
        if OF_EVENT in whole and is_time():
            gathering._transport.write(whole[: len(whole) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        flush(gathering)

    return halved
