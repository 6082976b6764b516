"""Ports for servers that a test has to know the address of beforehand, or that come back on the same one."""

import contextlib
import secrets
import socket

FIRST, COUNT = 20_000, 12_000
"""Below those that a system gives to whoever asks for any: no other server of the tests gets one in between."""


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    while True:
        port = FIRST + secrets.randbelow(COUNT)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
