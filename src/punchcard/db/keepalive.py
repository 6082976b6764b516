"""Connections of which either end notices that the other is gone without a word.

A host has lost its power, or a line is cut: nothing arrives then, neither an end nor an error. As systems are set up,
the first question whether anybody is there comes after two hours. For so long PostgreSQL would keep the locks of an
engine that is no more, and an engine lend connections that lead nowhere. Here both ask after seconds, and give a
connection up that answers nothing.
"""

import socket
from collections.abc import Collection
from typing import Any

import asyncpg

from punchcard.db import arrays

IDLE_SECONDS = 5
ASK_SECONDS = 2
ASKS_MAX = 3
SILENT_SECONDS_MAX = IDLE_SECONDS + ASK_SECONDS * ASKS_MAX

SESSION = {
    "tcp_keepalives_idle": str(IDLE_SECONDS),
    "tcp_keepalives_interval": str(ASK_SECONDS),
    "tcp_keepalives_count": str(ASKS_MAX),
    "tcp_user_timeout": f"{SILENT_SECONDS_MAX}s",
}
"""What PostgreSQL is told of its end of a connection. Where it cannot, it leaves things as they are."""

# By the names of the system's options: not every system has all of them.
_OURS = {
    "TCP_KEEPIDLE": IDLE_SECONDS,
    "TCP_KEEPINTVL": ASK_SECONDS,
    "TCP_KEEPCNT": ASKS_MAX,
    "TCP_USER_TIMEOUT": SILENT_SECONDS_MAX * 1_000,
}


class Watched(asyncpg.Connection):
    """A connection whose own end is watched so, and which knows PostgreSQL's own arrays."""

    def __init__(self, protocol: Any, transport: Any, *others: Any) -> None:
        super().__init__(protocol, transport, *others)
        end = transport.get_extra_info("socket")
        if end.family in (socket.AF_INET, socket.AF_INET6):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _OURS.items():
                if hasattr(socket, name):
                    end.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    async def _introspect_types(self, typeoids: Collection[int], timeout: float | None) -> Any:  # noqa: ASYNC109 - its name
        """Return what types are, as the driver asks for it; should it ask otherwise one day, it asks the server."""
        return arrays.described(typeoids) or await super()._introspect_types(typeoids, timeout)  # type: ignore[misc]


async def connect(url: str, *, seconds_max: float, statement_seconds_max: float | None = None) -> asyncpg.Connection:
    """Open one connection that both ends watch. Raises what asyncpg raises."""
    return await asyncpg.connect(
        url,
        timeout=seconds_max,
        command_timeout=statement_seconds_max,
        connection_class=Watched,
        server_settings=SESSION,
    )
