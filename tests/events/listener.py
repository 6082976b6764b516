"""A reader of the event stream, as a browser's EventSource reads it: a thread that keeps what it was told."""

import contextlib
import json
import threading
import time
from typing import Any, Self

import httpx2 as httpx

WAIT_SECONDS = 60


class Listener:
    """Reads a stream until it is closed. `messages` are (event, id, data); `last` is the id to resume from."""

    def __init__(
        self, address: str, headers: dict[str, str], last: str | None = None, pause: float = 0, **query: str
    ) -> None:
        self.messages: list[tuple[str, str, Any]] = []
        self.last, self._pause, self.is_over = last, pause, False
        self._changed = threading.Condition()
        # Nothing is verified by plain HTTP, and reading the authorities takes 25 ms of CPU.
        self._client = httpx.Client(base_url=address, timeout=WAIT_SECONDS, verify=False)
        if last is not None:
            headers = headers | {"Last-Event-ID": last}
        self._stream = self._client.stream("GET", "/v1/events/stream", params=query, headers=headers)
        self.answer = self._stream.__enter__()
        assert self.answer.status_code == 200, self.answer.read()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.wait(lambda: self.last is not None or self.is_over)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._pause = 0
        with contextlib.suppress(Exception):
            stream = self.answer.extensions["network_stream"]
            stream.get_extra_info("socket").shutdown(2)
        self._thread.join(WAIT_SECONDS)
        self._client.close()

    @property
    def events(self) -> list[Any]:
        """The events told so far."""
        return [data for name, _, data in self.messages if name == "event"]

    @property
    def ids(self) -> list[str]:
        """Their ids."""
        return [event["id"] for event in self.events]

    def wait(self, condition: Any) -> None:
        """Wait until a condition holds."""
        with self._changed:
            assert self._changed.wait_for(condition, WAIT_SECONDS), self.messages[-3:]

    def _read(self) -> None:
        fields: dict[str, str] = {}
        with contextlib.suppress(httpx.TransportError, httpx.StreamError, OSError):
            for line in self.answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                    continue
                with self._changed:
                    self.last = fields.get("id", self.last)
                    if "data" in fields:
                        self.messages.append((fields["event"], fields["id"], json.loads(fields["data"])))
                    self._changed.notify_all()
                fields = {}
                if self._pause:
                    time.sleep(self._pause)
        with self._changed:
            self.is_over = True
            self._changed.notify_all()
