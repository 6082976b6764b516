"""The stream at the console: it lasts as long as the session, and keeps nobody signed in."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from punchcard import config
from punchcard.access import sessions
from punchcard.access.sessions import Seen
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.http import live
from punchcard.http.app import App
from punchcard.http.runtime import Runtime, running
from tests.http.browser import Browser, link_for
from tests.shop import Shop

SECONDS_MAX = 60


class Reader:
    """One request for the stream at an application in this process; `sent` is what came."""

    def __init__(self, app: App, cookie: str, query: bytes = b"") -> None:
        self.sent = b""
        self.status = 0
        self.hung_up = asyncio.Event()
        self.came = asyncio.Event()
        self._begun = False
        self.scope = {
            "type": "http", "method": "GET", "path": "/v1/events/stream", "query_string": query, "client": ("x", 1),
            "headers": [(b"host", b"127.0.0.1"), (b"cookie", cookie.encode())], "state": {"abort": self.hung_up.set},
        }  # fmt: skip
        self.task = asyncio.create_task(app(self.scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        """Give the empty body, then wait for the end."""
        if not self._begun:
            self._begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Keep what the application says."""
        self.status = message.get("status", self.status)
        self.sent += message.get("body", b"")
        self.came.set()

    async def until(self, text: bytes) -> None:
        """Wait until something has been said."""
        async with asyncio.timeout(SECONDS_MAX):
            while text not in self.sent:
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def runtime(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    """Open a server's parts in this process, with a short beat."""
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    settings = config.load(database_url=urls.app, stream_readers_max=1)
    async with running(settings, urls) as opened:
        yield opened


@pytest.fixture
async def session(db: Db, shop: Shop) -> str:
    """Sign in; return the session's token."""
    return await sessions.begin(db, await link_for(db, shop), 1_800, 43_200, Seen("", ""))


async def test_a_stream_ends_with_its_session(runtime: Runtime, session: str, db: Db) -> None:
    """While nothing happens there are beats with an id; after signing out the stream ends, and leaves nothing."""
    reader = Reader(App(runtime), f"punchcard_session={session}")
    await reader.until(b": nothing new\nid: ")
    assert (reader.status, runtime.tails.readers) == (200, 1)
    await sessions.end(db, session)
    await asyncio.wait_for(reader.task, SECONDS_MAX)
    assert runtime.tails.readers == 0
    again = Reader(App(runtime), f"punchcard_session={session}")
    await asyncio.wait_for(again.task, SECONDS_MAX)
    assert again.status == 401


async def test_a_stream_keeps_nobody_signed_in(runtime: Runtime, session: str, db: Db, shop: Shop) -> None:
    """An open stream is nothing that a person does: the idle time goes on, and ends it."""
    soon = "update console_sessions set idle_expires_at = clock_timestamp() + interval '1 second' where tenant_id = $1"
    reader = Reader(App(runtime), f"punchcard_session={session}")
    await reader.until(b": nothing new\n")
    await db.execute(soon, shop.tenant.tenant_id)  # the beats within this second put nothing off
    await asyncio.wait_for(reader.task, SECONDS_MAX)
    assert reader.status == 200


async def test_readers_are_limited(runtime: Runtime, session: str) -> None:
    """One reader more than the setting allows is told to come back later; when one has left, the next is taken."""
    app, cookie = App(runtime), f"punchcard_session={session}"
    first = Reader(app, cookie)
    await first.until(b"id: ")
    second = Reader(app, cookie)
    await asyncio.wait_for(second.task, SECONDS_MAX)
    assert second.status == 503
    first.hung_up.set()
    await asyncio.wait_for(first.task, SECONDS_MAX)
    third = Reader(app, cookie)
    await third.until(b"id: ")
    third.hung_up.set()
    await third.task


async def test_the_console_follows_the_stream_by_its_cookie(server: str, db: Db, shop: Shop) -> None:
    """A page of the console opens the stream with nothing but the cookie; another site's page cannot."""
    with Browser(server) as browser:
        browser.sign_in(await link_for(db, shop))
        url = f"{server}/v1/events/stream"
        with browser.http.stream("GET", url, headers=browser.headers("GET")) as answer:
            assert answer.headers["Content-Type"] == "text/event-stream"
            assert next(answer.iter_lines()) == "retry: 2000"
        assert browser.call("GET", url, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
