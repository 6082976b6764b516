"""Counts what a test sends before it ends: `pytest -p tests.seeded.plugin`."""

from typing import Any

import httpx2
import pytest

from tests.oracle import client

COUNTED = "requests sent: "
sent = 0


def pytest_configure() -> None:
    """Count what is sent by either kind of client."""
    send, call = httpx2.Client.send, client.Client.call

    def counted_send(self: Any, *arguments: Any, **options: Any) -> Any:
        global sent  # noqa: PLW0603 - one count a process
        sent += 1
        return send(self, *arguments, **options)

    async def counted_call(self: Any, *arguments: Any, **options: Any) -> Any:
        global sent  # noqa: PLW0603 - the same
        sent += 1
        return await call(self, *arguments, **options)

    httpx2.Client.send = counted_send  # type: ignore[method-assign]
    client.Client.call = counted_call  # type: ignore[method-assign]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many requests it took."""
    terminalreporter.write_line(f"{COUNTED}{sent}")
