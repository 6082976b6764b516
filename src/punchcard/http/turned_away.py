"""Reports that find the queue full: how they are known without being read, and the answer, which is made beforehand.

At twice the capacity every second request is turned away, and what that costs is taken from those that could be
recorded. So nothing of such a report is looked at, not even who sends it.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from punchcard import clock
from punchcard.errors import Unavailable
from punchcard.events.batcher import FULL
from punchcard.http import metrics, problems
from punchcard.http.asked import head_of
from punchcard.http.direct import PATH

HELD_SECONDS = 0.25
PACE_SECONDS = 0.02
KEPT_MAX = 10_000

_LINES = (b"POST /v1/events HTTP/1.1\r\n", b"POST /v1/events/ HTTP/1.1\r\n")
_LENGTH = re.compile(rb":[ \t]*(\d{1,9})[ \t]*\r\n")
_KEPT_ALIVE = b"\r\nconnection: keep-alive\r\n"
_UNUSUAL = (b"transfer-encoding", b"expect", b"upgrade")
_HEADS_MAX = 256
"""Heads that are remembered, as a connection mostly says the same again."""


def is_whole_report(data: bytes) -> bool:
    """Tell whether bytes that begin a request are one report, no more and no less, with a head of the usual kind.

    What is not as simple as that is for a parser to judge: a no does not say that it is none.
    """
    if not data.startswith(_LINES):
        return False
    end = data.find(b"\r\n\r\n") + 4
    return end == len(data) - _length_in(data[:end])


@lru_cache(maxsize=_HEADS_MAX)
def _length_in(head: bytes) -> int:
    """Return the length of the body that a head announces.

    -1, which no body has: there is no head, or it says more about the body, or about the connection.
    """
    head = head.lower()
    if (
        head.count(b"\n") != head.count(b"\r\n")
        or head.count(b"connection") != head.count(_KEPT_ALIVE)
        or any(word in head for word in _UNUSUAL)
    ):
        return -1
    before, _, after = head.partition(b"content-length")
    found = _LENGTH.match(after)
    return int(found[1]) if found and before.endswith(b"\r\n") and b"content-length" not in after else -1


def _made(request_id: str, headers: Mapping[str, str]) -> bytes:
    status, body, own = problems.problem(Unavailable(FULL), request_id)
    head = {**head_of({**own, **headers}, request_id), "content-length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return STATUS_LINE[status] + lines.encode() + b"\r\n" + body


_ID = clock.request_id()
_PARTS, _LAST_PARTS = (_made(_ID, headers).split(_ID.encode()) for headers in ({}, {"connection": "close"}))


def turned_away(*, goes_on: bool) -> bytes:
    """Return the whole answer to a report that finds the queue full, under a request id of its own, and count it.

    goes_on: whether the connection does.
    """
    metrics.ANSWERS.observe("POST", PATH, Unavailable.status, HELD_SECONDS)
    return clock.request_id().encode().join(_PARTS if goes_on else _LAST_PARTS)


class TurnedAway:
    """Those who found the queue full, and are told so a moment later, many at once.

    Each connection can be turned away only so often in a second, even if it asks again at once instead of after what
    Retry-After says: so that who does not listen takes less from those who are recorded.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._kept: deque[tuple[float, Callable[[], None]]] = deque()

    def keep(self, tell: Callable[[], None]) -> None:
        """Call `tell` in a moment; at once call the eldest where too many are kept."""
        if not self._kept:
            self._loop.call_later(HELD_SECONDS, self._tell)
        self._kept.append((self._loop.time() + HELD_SECONDS, tell))
        if len(self._kept) > KEPT_MAX:
            self._kept.popleft()[1]()

    def _tell(self) -> None:
        now = self._loop.time()
        while self._kept and self._kept[0][0] <= now:
            self._kept.popleft()[1]()
        if self._kept:
            self._loop.call_at(max(self._kept[0][0], now + PACE_SECONDS), self._tell)
