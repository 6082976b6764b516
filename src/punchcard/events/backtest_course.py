"""How far a backtest has come: what it goes on from in the next step, in whichever process, and how that is kept."""

import base64
import zlib
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, structs

from punchcard.engine.backtest import Fold, Sum
from punchcard.engine.counters import Tally
from punchcard.engine.limits import Key, Window

FRAME_ENTRIES = 2_000


class Course(Struct):
    """How far a backtest has come. after: the last event that was looked at, up to `until`.

    `snapshot` and `settled` are the border: what is older than `settled` lies behind it. series: the versions of the
    counters that are counted anew.
    """

    after: UUID
    until: UUID
    snapshot: str
    settled: UUID
    total: int
    looked_at: int = 0
    is_complete: bool = True
    fold: Fold = msgspec.field(default_factory=Fold)
    series: list[UUID] = msgspec.field(default_factory=list)


_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_frames, _course = msgspec.msgpack.Decoder(list[bytes]), msgspec.msgpack.Decoder(Course)
_members = msgspec.msgpack.Decoder(dict[UUID, Sum])
_activations = msgspec.msgpack.Decoder(dict[tuple[UUID, UUID], int])
_windows = msgspec.msgpack.Decoder(dict[Key, Window])
_tallies = msgspec.msgpack.Decoder(dict[tuple[UUID, UUID], Tally])


def kept(course: Course) -> str:
    """Return a course as text, to go on from in another process. For a thread: no part of it takes long by itself."""
    fold = course.fold
    bare = structs.replace(fold, members={}, activations={}, windows={}, tallies={})
    frames = [_encoder.encode(structs.replace(course, fold=bare))]
    held: tuple[dict[Any, Any], ...] = (fold.members, fold.activations, fold.windows, fold.tallies)
    for place, entries in enumerate(held):
        some = iter(entries.items())
        while part := dict(islice(some, FRAME_ENTRIES)):
            frames.append(bytes([place]) + _encoder.encode(part))
    return base64.b64encode(zlib.compress(_encoder.encode(frames), 1)).decode()


def resumed(text: str) -> Course:
    """Read a course that was kept; for a thread, as well."""
    first, *frames = _frames.decode(zlib.decompress(base64.b64decode(text)))
    course = _course.decode(first)
    fold = course.fold
    for frame in frames:
        match frame[0]:
            case 0:
                fold.members.update(_members.decode(frame[1:]))
            case 1:
                fold.activations.update(_activations.decode(frame[1:]))
            case 2:
                fold.windows.update(_windows.decode(frame[1:]))
            case _:
                fold.tallies.update(_tallies.decode(frame[1:]))
    return course
