"""Reports answered without a task: begun as their last byte arrives, answered in the turn that ends their commit.

A task a request, and the dozen awaits in it, cost as much as the engine does. What is not the usual case (a caller whom
nobody here knows yet, a body that is still on its way, a connection about to end) goes the usual way.
"""

from collections.abc import Callable, Mapping

from punchcard import clock
from punchcard.events.request import Request
from punchcard.http import hot, metrics, problems
from punchcard.http.asked import Answer, Asked, head_of
from punchcard.http.bodies import Headers, require_readable, require_within
from punchcard.http.runtime import Runtime

PATH = "/v1/events/"

Send = Callable[[int, Mapping[str, str], bytes], None]
"""Takes a whole answer: status, head, body."""


class Direct:
    """One report that is answered without a task."""

    __slots__ = ("_asked", "_send", "_started")

    def __init__(self, headers: Headers, body: bytes, address: str, send: Send) -> None:
        self._started = clock.monotonic_seconds()
        self._asked = Asked("POST", headers, b"", body, address, clock.request_id())
        self._send = send

    def begin(self, runtime: Runtime) -> bool:
        """Begin, or answer what is wrong; False, with nothing done, where it has to go the usual way."""
        asked, bytes_max = self._asked, runtime.settings.body_bytes_max
        try:
            require_readable(asked.headers, bytes_max)
            require_within(len(asked.body), bytes_max)
            return hot.begin_one(runtime, asked, self._done)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is answered
            self._answer(problems.failed(fault, asked.request_id, PATH))
            return True

    def _done(self, request: Request, fault: Exception | None) -> None:
        try:
            if fault is not None:
                raise fault
            answer = hot.answered(request)
        except Exception as found:  # noqa: BLE001 - whatever it is, it is answered
            answer = problems.failed(found, self._asked.request_id, PATH)
        self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        status, body, headers = answer
        metrics.ANSWERS.observe("POST", PATH, status, clock.monotonic_seconds() - self._started)
        asked = self._asked
        head = head_of({**headers, **asked.limits} if asked.limits else headers, asked.request_id)
        head["content-length"] = str(len(body))
        self._send(status, head, body)
