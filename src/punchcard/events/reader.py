"""A reader of the event stream: what it wants, how far it has come, and what waits for it."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

LAST_ID = UUID(int=(1 << 128) - 1)
WAITING_EVENTS_MAX = 2_000
WAITING_BYTES_MAX = 4 * 1024 * 1024


class Place(Struct, frozen=True):
    """A place in a tenant's stream: after the event `id` of the transaction `xid`, recorded or read at `at`."""

    xid: int
    id: UUID
    at: datetime

    def is_before(self, other: "Place") -> bool:
        """Tell whether something may lie between this place and another."""
        return (self.xid, self.id) < (other.xid, other.id)


class Told(Struct):
    """An event on its way to readers, who share its body, the JSON of an EventView, and what is sent of it."""

    place: Place
    type_id: UUID
    type_name: str
    user_id: UUID
    body: bytes
    frame: bytes = b""


class Wanted(Struct, frozen=True):
    """Which events a reader wants: all, or those of a type (name or id), of a user."""

    type: str | None = None
    user_id: UUID | None = None

    def takes(self, told: Told) -> bool:
        """Tell whether an event is wanted."""
        return self.type in (None, told.type_name, str(told.type_id)) and self.user_id in (None, told.user_id)


class Reader:
    """One reader. What waits for it is bounded: who reads too slowly is sent away, and may come back for the rest."""

    def __init__(self, wanted: Wanted, place: Place, *, was_reset: bool = False) -> None:
        self.wanted, self.place, self.was_reset = wanted, place, was_reset
        self.is_live = False
        self.is_slow = False
        self.ended = asyncio.Event()
        self._waiting: deque[Told] = deque()
        self._bytes = 0
        self._awake = asyncio.Event()

    def tell(self, told: Sequence[Told]) -> None:
        """Let events wait for the reader; what it has seen before is left out."""
        if not self.is_live or self.ended.is_set():
            return
        # Judged by what is left from before: one look may well find more than the limit.
        if told and (len(self._waiting) > WAITING_EVENTS_MAX or self._bytes > WAITING_BYTES_MAX):
            self.is_slow = True
            self._waiting.clear()
            self.end()
            return
        for one in told:
            if self.place.is_before(one.place) and self.wanted.takes(one):
                self._waiting.append(one)
                self._bytes += len(one.body)
        if self._waiting:
            self._awake.set()

    async def take(self, seconds: float) -> list[Told]:
        """Return what waits, when something does: nothing after so many seconds, or at the end."""
        if not self._waiting and not self.ended.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._awake.wait()
            except TimeoutError:
                return []
        self._awake.clear()
        taken = list(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return taken

    def end(self) -> None:
        """Send the reader away."""
        self.ended.set()
        self._awake.set()
