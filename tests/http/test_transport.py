"""What a connection keeps of the requests that it has answered (http/transport.py)."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from punchcard.http.transport import Protocol, body_at_hand, respond

REQUEST = b"POST /v1/other HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
REQUESTS = 20


class Echo:
    """An application that answers with what it was sent."""

    def is_full(self) -> bool:
        """Take everything."""
        return False

    async def __call__(self, scope: Any, *_: Any) -> None:
        """Answer one request."""
        body = body_at_hand(scope)
        assert body is not None
        assert respond(scope, 200, {"content-length": str(len(body))}, body)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Serve the application on a port."""
    echo = Echo()
    config = uvicorn.Config(echo, http=Protocol, ws="none", lifespan="off", log_config=None, proxy_headers=False)
    config.load()
    config.loaded_app = echo
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: Protocol(config, ServerState(), {}), "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_a_request_that_was_answered_is_gone(port: int) -> None:
    """A request is freed, its body with it, as soon as it is answered, not when the collector comes by."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    gc.collect()
    gc.disable()
    try:
        for _ in range(REQUESTS):
            writer.write(REQUEST)
            assert (await reader.readuntil(b"{}")).startswith(b"HTTP/1.1 200 ")
        left = [one for one in gc.get_objects() if isinstance(one, RequestResponseCycle)]
    finally:
        gc.enable()
        writer.close()
        await writer.wait_closed()
    assert len(left) <= 1  # the connection has the last one
