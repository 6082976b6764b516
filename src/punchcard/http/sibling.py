"""One of several processes that serve side by side, as `processes.py` starts it: `python -m punchcard.http.sibling`.

It is told what to do in a line on its standard input, which stays open as long as the parent lives.
"""

import os
import signal
import socket
import sys
import threading
import time

import msgspec
import structlog
import uvloop

from punchcard import tasks
from punchcard.config import Settings
from punchcard.db.embedded import Urls
from punchcard.errors import StartRefused
from punchcard.http import server
from punchcard.http.processes import READY, Orders

SAID_AGAIN_SECONDS = 0.5

log = structlog.get_logger()


def main() -> int:
    """Serve until SIGTERM, or until the parent is gone. Returns the exit status."""
    orders = msgspec.json.decode(sys.stdin.buffer.readline(), type=Orders)
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        uvloop.run(_serve(orders))
    except StartRefused as fault:
        log.critical("a process cannot start", reason=str(fault))
        return 1
    return 0


async def _serve(orders: Orders) -> None:
    """Serve; a signal calls the start off, and from then on is for the server."""

    def ready(_: str) -> None:
        started()
        sys.stdout.buffer.write(READY)
        sys.stdout.flush()

    with tasks.may_be_called_off() as started:
        settings, urls = Settings.model_validate(orders.settings), Urls(orders.app_url, orders.owner_url)
        listening = socket.socket(fileno=orders.listening)
        await server.serve(settings, urls, announce=ready, listening=listening, sibling=orders.sibling)


def _follow_parent() -> None:
    """End as by SIGTERM when the parent has ended, however it did; said again, as nobody may have listened yet."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    while True:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(SAID_AGAIN_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
