"""The ASGI application: finds the route, reads the body, carries the call out, and answers, also when it fails."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from functools import cache
from typing import Any

from msgspec import Struct
from starlette.routing import compile_path

from punchcard import clock, tasks, wire
from punchcard.errors import MethodNotAllowed, NotFound, PunchcardError
from punchcard.http import arguments, binding, health, hot, live, metrics, oauth, problems, sessions, sign_in
from punchcard.http.asked import Answer, Asked, head_of
from punchcard.http.bodies import Gone, Headers, headers_of, read_body, read_parts, require_readable, require_within
from punchcard.http.console import Console
from punchcard.http.direct import Direct, Send
from punchcard.http.live import Stream
from punchcard.http.openapi import document
from punchcard.http.routes import ROUTES, Route
from punchcard.http.runtime import Runtime
from punchcard.http.transport import body_at_hand, respond
from punchcard.http.turned_away import TurnedAway

Lane = Callable[[Runtime, Asked, Mapping[str, str]], Awaitable[Answer | Stream | wire.Flow]]


class Bound(Struct, frozen=True):
    """A route that can be called. `label` stands for it in the metrics; `takes_parts`: it reads the body itself."""

    label: str
    lane: Lane
    bytes_max: int
    takes_parts: bool = False


class App:
    """The application over one runtime. Paths are taken with and without a slash at their end."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._turned_away = runtime, TurnedAway()
        self._static: dict[str, dict[str, Bound]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Bound]]] = []
        for route in ROUTES:
            self._add(route.method, route.path, _lane(route))
        self._add("POST", "/oauth/token", oauth.token)
        self._add("POST", "/v1/oauth/token", oauth.token)
        for (method, path), lane in {**sessions.LANES, **sign_in.LANES}.items():
            self._add(method, path, lane)
        pages = Console().answer
        for path in ("/console", "/console/{path:path}"):
            self._add("GET", path, pages)
            self._add("HEAD", path, pages)
        for path, lane in health.LANES.items():
            self._add("GET", path, lane)
        self._add("GET", "/openapi.json", _document)
        self._add("GET", "/problems/{code}", problems.show)

    def _add(self, method: str, path: str, lane: Lane) -> None:
        settings = self._runtime.settings
        takes_parts = path.endswith("/upload")
        bytes_max = settings.upload_bytes_max if takes_parts else settings.body_bytes_max
        if path.endswith(("/batch", "/import", "/create_bulk")):
            bytes_max = settings.batch_bytes_max
        bound = Bound(path, lane, bytes_max, takes_parts)
        stem = path.rstrip("/")
        if "{" not in path:
            self._static.setdefault(stem, {})[method] = bound
            return
        pattern = pattern_of(stem)
        known = next((methods for found, methods in self._patterns if found == pattern), None)
        if known is None:
            known = {}
            self._patterns.append((pattern, known))
        known[method] = bound

    def is_full(self) -> bool:
        """Tell whether a report would be turned away, whatever it says."""
        return self._runtime.batcher.is_full

    def turn_away(self, tell: Callable[[], None]) -> None:
        """Let a report that finds the queue full be told so, in a moment."""
        self._turned_away.keep(tell)

    def report(self, headers: Headers, body: bytes, address: str, send: Send) -> bool:
        """Take a `POST /v1/events` that is here whole, and `send` its answer; False: call the application for it."""
        return Direct(headers, body, address, send).begin(self._runtime)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            raise NotImplementedError(f"{scope['type']} is not served")
        started = clock.monotonic_seconds()
        request_id = clock.request_id()
        label, answered = "none", None
        try:
            bound, path = self._find(scope["method"], scope["path"])
            label = bound.label
            answered = await self._answer(bound, path, scope, receive, request_id)
            status, body, headers = (200, b"", {}) if isinstance(answered, Stream | wire.Flow) else answered
        except Gone:
            return
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is answered
            status, body, headers = problems.failed(fault, request_id, label)
        metrics.ANSWERS.observe(scope["method"], label, status, clock.monotonic_seconds() - started)
        if isinstance(answered, Stream):
            await _begin(send, 200, head_of(live.HEADERS, request_id))
            await answered.carry_on(send, receive, scope["state"]["abort"])
            return
        if isinstance(answered, wire.Flow):
            await _begin(send, 200, head_of(_file(answered), request_id))
            await send_parts(answered, send, receive, scope["state"]["abort"])
            return
        head = head_of(headers, request_id)
        head["content-length"] = str(len(body))
        if not respond(scope, status, head, body):
            await _begin(send, status, head)
            await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, bound: Bound, path: Mapping[str, str], scope: Any, receive: Any, request_id: str
    ) -> Answer | Stream | wire.Flow:
        headers = headers_of(scope)
        seconds_max = self._runtime.settings.body_seconds_max
        require_readable(headers, bound.bytes_max)
        body = b"" if bound.takes_parts else body_at_hand(scope)
        if body is None:
            body = await read_body(receive, bytes_max=bound.bytes_max, seconds_max=seconds_max)
        require_within(len(body), bound.bytes_max)
        address = scope["client"][0] if scope.get("client") else ""
        asked = Asked(scope["method"], headers, scope["query_string"], body, address, request_id)
        if bound.takes_parts:
            asked.parts = read_parts(receive, bytes_max=bound.bytes_max, seconds_max=seconds_max)
        try:
            answered = await bound.lane(self._runtime, asked, path)
        except PunchcardError as error:
            # What was not read of a body is on its way still, so the connection cannot be used again.
            closing = {"Connection": "close"} if bound.takes_parts else {}
            error.headers = {**error.headers, **asked.limits, **closing}
            raise
        if not asked.limits or isinstance(answered, Stream | wire.Flow):
            return answered
        status, body, more = answered
        return status, body, {**more, **asked.limits}

    def _find(self, method: str, path: str) -> tuple[Bound, Mapping[str, str]]:
        stem = path.rstrip("/")
        methods, found = self._static.get(stem), None
        if methods is None and "\0" not in path:
            for pattern, known in self._patterns:
                found = pattern.fullmatch(stem)
                if found is not None:
                    methods = known
                    break
        if methods is None:
            raise NotFound("There is no such path; /openapi.json lists them.")
        bound = methods.get(method)
        if bound is None:
            allowed = ", ".join(sorted(methods))
            raise MethodNotAllowed(f"This path takes {allowed}.", headers={"Allow": allowed})
        return bound, found.groupdict() if found else {}


def _file(flow: wire.Flow) -> Mapping[str, str]:
    return {"Content-Type": flow.MEDIA_TYPE, "Content-Disposition": f'attachment; filename="{flow.file_name}"'}


async def send_parts(
    flow: wire.Flow, send: Any, receive: Callable[[], Awaitable[Any]], abort: Callable[[], None]
) -> None:
    """Send what is made on the way, for as long as somebody takes it.

    One that breaks off, or is not taken, is cut: nobody shall hold it to be whole.
    """
    sending = asyncio.ensure_future(_sent(flow, send))
    gone = asyncio.ensure_future(receive())
    try:
        await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        if not sending.done():
            return
        error = sending.exception()
        if isinstance(error, PunchcardError | TimeoutError):
            abort()
        elif error is not None:
            raise error
    finally:
        await tasks.end((sending, gone))


async def _sent(flow: wire.Flow, send: Any) -> None:
    async with aclosing(flow.parts) as parts:
        async for part in parts:
            await live.put(send, part)
        await live.put(send, b"", more=False)


@cache
def pattern_of(stem: str) -> re.Pattern[str]:
    """Return what the paths of a route match."""
    return compile_path(stem.replace("{name}", "{name:path}"))[0]  # names of settings have slashes


@cache
def _described() -> bytes:
    return wire.encode(document(ROUTES))


async def _document(_: Runtime, __: Asked, ___: Mapping[str, str]) -> Answer:
    # Made when it is first asked for, and beside the loop: it takes longer than all else that a start does.
    return 200, await asyncio.to_thread(_described), {"Content-Type": "application/json"}


def _lane(route: Route) -> Lane:
    if route.streams:
        return route.operation
    if route.operation is hot.report_one:
        return lambda runtime, asked, _: hot.report_one(runtime, asked)
    if route.operation is hot.report_batch:
        return lambda runtime, asked, _: hot.report_batch(runtime, asked)
    made = arguments.planned(route)
    return lambda runtime, asked, path: binding.answer(made, runtime, asked, path)


async def _begin(send: Any, status: int, head: Mapping[str, str]) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
