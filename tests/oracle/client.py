"""A client that speaks HTTP by itself, and writes down what it asked and how that ended.

Small enough to see that it adds nothing: no retries, no redirects, one request at a time on a connection. What a
client cannot know (the connection broke, or nothing came in time) is `Broken`, and goes into the journal as unknown.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from tests.oracle.journal import Journal, Outcome

OUTCOME_UNKNOWN = "outcome_unknown"


class Broken(Exception):
    """No whole answer came: what became of the request is not known."""


class NeverSent(Broken):
    """Nobody listened: the request did not leave."""


class Answer:
    """Status, headers with their names in small letters, and the body read as JSON."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers = status, headers
        self.json: Any = json.loads(body) if body else None

    def __repr__(self) -> str:
        return f"Answer({self.status}, {self.json})"

    @property
    def code(self) -> str | None:
        """The code of a problem."""
        return self.json.get("code") if isinstance(self.json, dict) else None

    @property
    def data(self) -> Any:
        """What the answer is about, if it is a success."""
        assert self.status == 200, self
        return self.json["data"]


class Client:
    """One connection to one server, opened when it is needed; use it for one request at a time."""

    def __init__(self, address: str, headers: Mapping[str, str], *, seconds_max: float = 60.0) -> None:
        parts = urlsplit(address)
        assert parts.hostname is not None
        self._host, self._port = parts.hostname, parts.port or 80
        self._headers = dict(headers)
        self._seconds_max = seconds_max
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def connect(self) -> None:
        """Open the connection, again when the server has closed it meanwhile. Raises: NeverSent."""
        if self._streams is not None and self._streams[0].at_eof():
            self.close()
        if self._streams is None:
            try:
                self._streams = await asyncio.wait_for(
                    asyncio.open_connection(self._host, self._port), self._seconds_max
                )
            except (OSError, TimeoutError) as fault:
                raise NeverSent(str(fault)) from fault

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send one request and return its answer; `_` in a header's name stands for `-`. Raises: Broken."""
        await self.connect()
        assert self._streams is not None
        reader, writer = self._streams
        try:
            async with asyncio.timeout(self._seconds_max):
                writer.write(self._request(method, path, body, headers))
                await writer.drain()
                return await self._answer(reader)
        except (OSError, EOFError, TimeoutError, ValueError) as fault:
            self.close()
            raise Broken(repr(fault)) from fault

    def _request(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {
            "Host": f"{self._host}:{self._port}",
            **self._headers,
            **named,
            "Content-Length": str(len(content)),
            **({} if body is None else {"Content-Type": "application/json"}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.close()
        return Answer(status, headers, body)


class Reporter:
    """A client whose requests stand in a journal."""

    def __init__(self, client: Client, journal: Journal) -> None:
        self.client, self._journal = client, journal

    async def event(self, body: dict[str, Any], key: str | None = None, **headers: str) -> Answer | None:
        """Report one event; None when no answer came."""
        return await self._write_down("event", "/v1/events", body, key, headers)

    async def purchase(self, body: dict[str, Any], key: str | None = None, **headers: str) -> Answer | None:
        """Buy one reward; None when no answer came."""
        return await self._write_down("purchase", "/v1/commands/purchase_reward", body, key, headers)

    async def batch(self, bodies: list[dict[str, Any]], *, atomic: bool = False, **headers: str) -> Answer | None:
        """Report several events in one request, each with a line of its own in the journal; None without an answer."""
        numbers = [self._journal.invoke("event", body) for body in bodies]
        try:
            answer = await self.client.call(
                "POST", "/v1/events/batch" + ("?atomic=true" if atomic else ""), bodies, **headers
            )
        except Broken as fault:
            for number in numbers:
                self._journal.end(number, "fail" if isinstance(fault, NeverSent) else "unknown")
            return None
        if answer.status != 200:
            for number in numbers:
                self._journal.end(number, outcome_of(answer.status, answer.code), answer.status, answer.json)
            return answer
        for number, verdict in zip(numbers, answer.data, strict=True):
            told = verdict.get("event") or verdict.get("problem")
            self._journal.end(number, outcome_of(verdict["status"], told.get("code")), verdict["status"], told)
        return answer

    async def _write_down(
        self, kind: str, path: str, body: dict[str, Any], key: str | None, headers: dict[str, str]
    ) -> Answer | None:
        number = self._journal.invoke(kind, body, key)
        try:
            answer = await self.client.call(
                "POST", path, body, **headers, **({} if key is None else {"Idempotency_Key": key})
            )
        except Broken as fault:
            self._journal.end(number, "fail" if isinstance(fault, NeverSent) else "unknown")
            return None
        told = answer.data if answer.status == 200 else answer.json
        self._journal.end(number, outcome_of(answer.status, answer.code), answer.status, told)
        return answer


def outcome_of(status: int, code: str | None) -> Outcome:
    """Say what an answer promises: a success is recorded, a 4xx and most 503 are not; nothing else is sure."""
    if status == 200:
        return "ok"
    if 400 <= status < 500 or (status == 503 and code != OUTCOME_UNKNOWN):
        return "fail"
    return "unknown"
