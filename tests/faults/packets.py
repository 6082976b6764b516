"""Packets that get lost on their way to sockets of this process.

A filter on a socket is asked of each packet before TCP sees it, so what is lost here is neither taken note of nor
acknowledged: to who is at the other end it is as on a line that loses packets, or is cut. It takes no rights and
touches nobody else's sockets.
"""

import ctypes
import socket
import struct
from typing import Protocol

ATTACH = 26  # SO_ATTACH_FILTER
LOAD, RANDOM = 0x20, 0xFFFFF038  # a number by chance, of 32 bits
BELOW, RETURN = 0x35, 0x06
NOTHING, ALL = 0, 0xFFFFFFFF


class Socket(Protocol):
    """A socket, or what an event loop shows of one."""

    def setsockopt(self, level: int, option: int, value: bytes, /) -> None:
        """Set an option."""


def lose(end: Socket, share: float) -> None:
    """Let so much of what comes to a socket be lost, from 0 to 1, by chance; connections that it accepts inherit it."""
    lost = int(share * ALL)
    kept = [(LOAD, 0, 0, RANDOM), (BELOW, 0, 1, lost), (RETURN, 0, 0, ALL)] if share < 1 else []
    code = b"".join(struct.pack("HBBI", *step) for step in [*kept, (RETURN, 0, 0, NOTHING)])
    place = ctypes.create_string_buffer(code, len(code))
    end.setsockopt(socket.SOL_SOCKET, ATTACH, struct.pack("HL", len(code) // 8, ctypes.addressof(place)))
