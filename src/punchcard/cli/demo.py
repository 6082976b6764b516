"""`punchcard demo`: a coffee shop's programme to look at and to try, on a data folder of its own."""

import asyncio
import json
import os
import shutil
import signal
import sys
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import uvloop
from cyclopts import Parameter
from rich.console import Console

from punchcard import clock, tasks
from punchcard.cli import console, place, show
from punchcard.cli.api import Api, Keys
from punchcard.cli.demo_load import Shown, fill, shown, trickle
from punchcard.cli.demo_programme import NAME
from punchcard.cli.options import OK, Data
from punchcard.config import Settings, default_data_folder
from punchcard.db import postmaster
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls, on_stderr
from punchcard.db.folder import DataFolder
from punchcard.errors import StartRefused

STATE = "demo.json"

State = dict[str, Any]
"""What the folder remembers: the history's `end`, the tenant's keys once it exists, `events` once it is filled."""


def demo(
    *,
    port: Annotated[int | None, Parameter(help="Port to listen on, else 8080; a free one when it is taken.")] = None,
    data: Data = None,
    reset: Annotated[
        bool, Parameter(negative="", show_default=False, help="Throw the demo's data away and start anew.")
    ] = False,
    trickle: Annotated[bool, Parameter(help="Let something happen every few seconds.")] = True,
) -> int:
    """Run a server with a coffee shop's programme: members, rules, rewards and 90 days of made-up history.

    The first start fills its data folder through the API; later ones use it again. Ctrl-C stops everything.
    """
    folder = DataFolder(data or default_data_folder().with_name("punchcard-demo"))
    settings = place.settings_for(folder.root, port=port)
    return uvloop.run(Demo(settings, folder, trickles=trickle).run(reset=reset))


class Demo:
    """One run of the demo: the server, and the one who fills it and speaks for it."""

    def __init__(self, settings: Settings, folder: DataFolder, *, trickles: bool) -> None:
        self._folder, self._trickles = folder, trickles
        port = _free_port(settings)
        self._settings = settings.model_copy(update={"port": port})
        self._moved = "" if port == settings.port else f" (port {settings.port} is taken)"
        self._state: State = {}
        self._story: asyncio.Task[None] | None = None

    async def run(self, *, reset: bool) -> int:
        """Start, serve until a signal, stop. Raises: StartRefused with a sentence."""
        with tasks.may_be_called_off() as started:
            with self._folder.faults_as_sentences():
                self._folder.prepare()
                if reset:
                    await _empty(self._folder)
                self._state = _read_state(self._folder)
            async with place.database(self._settings, purpose="serve") as urls:
                await place.make_ready(self._settings, urls, may_migrate=True)
                await self._tenant(urls)
                from punchcard.http.server import serve  # noqa: PLC0415 - slow, and nothing else needs it

                with place.addressed(self._settings) as publish:

                    def begin(address: str) -> None:
                        started()
                        publish(address)
                        self._begin(address, urls)

                    await serve(self._settings, urls, announce=begin)
                    await self._end()
        return OK

    async def _tenant(self, urls: Urls) -> None:
        """Create the tenant, once; whoever can read the folder's passwords may read its keys."""
        if "apiKey" in self._state:
            return
        from punchcard.commands.create_tenant import create_tenant  # noqa: PLC0415 - slow

        db = await Db.open(urls.app, size=1)
        try:
            made = await create_tenant(db, NAME)
        finally:
            await db.close()
        keys = {"apiKey": str(made.api_key), "clientId": made.client_id, "clientSecret": made.client_secret}
        self._remember(keys)

    def _remember(self, more: State) -> None:
        self._state |= more
        self._folder.write(STATE, json.dumps(self._state))

    def _begin(self, address: str, urls: Urls) -> None:
        self._story = asyncio.create_task(self._tell_story(address, urls))
        self._story.add_done_callback(_stop_when_failed)

    async def _end(self) -> None:
        if self._story is not None:
            failed = self._story.done()
            self._story.cancel()
            (outcome,) = await asyncio.gather(self._story, return_exceptions=True)
            if failed and isinstance(outcome, Exception):
                raise outcome

    async def _tell_story(self, address: str, urls: Urls) -> None:
        keys = Keys(self._state["apiKey"], self._state["clientId"], self._state["clientSecret"])
        async with Api(address, keys) as api:
            if "events" not in self._state:
                end = datetime.fromisoformat(self._state["end"])
                with Console(stderr=True).status("Making up 90 days of a coffee shop, once") as status:
                    events = await fill(api, end, lambda what: status.update(f"Making up a coffee shop: {what}"))
                self._remember({"events": events})
            known = await shown(api, self._state["events"])
            link = await console.link_of(urls, self._settings, UUID(self._state["apiKey"]), address)
            for line in self._lines(address, known, link):
                show.line(line)
            sys.stdout.flush()
            if self._trickles:
                await trickle(api)

    def _lines(self, address: str, known: Shown, link: str) -> list[str]:
        """Return what is printed: two commands that work as they are, and what they need."""
        more = "another visit every few seconds" if self._trickles else "and nothing happens by itself"
        api_key = self._state["apiKey"]
        curl = f"curl -sS -H 'X-Api-Key: {api_key}' -H 'Authorization: Bearer"
        body = {"type": "PURCHASED_COFFEE", "subject": known.member, "payload": {"total": 4.5, "shop": "Old Town"}}
        report = f"-H 'Content-Type: application/json' -d '{json.dumps(body)}' {address}/v1/events"
        return [
            f"{NAME}: 300 made-up members, {known.events:,} events of 90 days; {more}.",
            f"API {address}{self._moved} · API key {api_key}",
            "Ada buys a coffee (as the till: with the secret of the event type); again within a minute is a duplicate:",
            f"{curl} {known.secret}' {report}",
            "What Ada has (as Ada's app: with a token of hers, good for a day):",
            f"{curl} {known.member_token}' {address}/v1/users/{known.member_id}/wallet",
            f"The console, by a link that works once; another: punchcard console link --data {self._folder.root}",
            link,
            f"Ctrl-C stops everything. Data, and an administrator's keys in {STATE}: {self._folder.root}",
        ]


def _free_port(settings: Settings) -> int:
    """Return the port asked for, or 0, which takes a free one, when somebody listens there."""
    from punchcard.http.server import listen  # noqa: PLC0415 - slow, and nothing else needs it

    try:
        listen(settings.host, settings.port).close()
    except StartRefused:
        return 0
    return settings.port


async def _empty(folder: DataFolder) -> None:
    """Remove a demo's data. Raises: StartRefused when the folder is in use, or holds no demo's data."""
    descriptor = folder.try_lock("command")
    if descriptor is None:
        raise StartRefused(f"The demo on {folder.root} is running: stop it first.")
    try:
        _require_demo(folder)
        await postmaster.end_stray(folder, on_stderr)
        for entry in folder.root.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != "punchcard.lock":
                entry.unlink()
    finally:
        os.close(descriptor)


def _require_demo(folder: DataFolder) -> None:
    """Refuse a folder with data that no demo has made: it is somebody's programme."""
    if folder.cluster.exists() and not (folder.root / STATE).exists():
        raise StartRefused(f"{folder.root} holds data that is no demo's: name another folder with --data.")


def _read_state(folder: DataFolder) -> State:
    """Return what the folder remembers; a new one is marked as a demo's before anything else is in it."""
    _require_demo(folder)
    try:
        state: State = json.loads((folder.root / STATE).read_text("utf-8"))
    except FileNotFoundError:
        state = {"end": clock.now().replace(microsecond=0).isoformat()}
        folder.write(STATE, json.dumps(state))
    return state


def _stop_when_failed(story: asyncio.Task[None]) -> None:
    if not story.cancelled() and story.exception() is not None:
        signal.raise_signal(signal.SIGTERM)
