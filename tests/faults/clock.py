"""A clock of PostgreSQL's own that tests can set back and forward, by libfaketime; nobody else's is touched.

The library is loaded into the processes that are started within the block, and reads how far the clock is off from a
file, at each look at the clock. Clocks that only go forward, by which timers run, are left as they are.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from punchcard.db import spawn

LIBRARY = "vendor/libfaketime/src/libfaketime.so.1"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where the C library keeps what is named
SHARED_BYTES = 4_096
TRIED_SECONDS = 1_000_000
NOT_HERE = "libfaketime cannot be loaded here, so no process has a clock of its own"
TRY = "import time; print(time.time())"


class Clock:
    """A clock that is off by so many seconds."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.seconds = 0
        self._file = folder / "clock"
        self.step(0)

    def step(self, seconds: int) -> None:
        """Set the clock forward, or back, at once and for all who see it."""
        self.seconds += seconds
        beside = self._file.with_suffix(".new")
        beside.write_text(f"{self.seconds:+d}s\n")
        beside.chmod(0o644)
        beside.rename(self._file)

    def is_obeyed(self) -> bool:
        """Tell whether a process that is started with it sees this clock."""
        self.step(TRIED_SECONDS)
        done = subprocess.run(
            [sys.executable, "-S", "-c", TRY], env=self.environment, capture_output=True, text=True, check=False
        )
        ours = subprocess.run([sys.executable, "-S", "-c", TRY], capture_output=True, text=True, check=True)
        self.step(-TRIED_SECONDS)
        return done.returncode == 0 and float(done.stdout) - float(ours.stdout) > TRIED_SECONDS / 2


@contextmanager
def made() -> Iterator[Clock | None]:
    """Yield a clock; None where the library is not there, or cannot be loaded."""
    found = importlib.util.find_spec("libfaketime")
    places = [Path(place) / LIBRARY for place in (found.submodule_search_locations or [])] if found else []
    if not places or not places[0].exists() or not SHARED_MEMORY.is_dir():
        yield None
        return
    # Another account runs PostgreSQL, and has to reach all of it.
    folder = Path(tempfile.mkdtemp(prefix="clock-"))
    folder.chmod(0o755)
    shutil.copyfile(places[0], folder / "clock.so")
    names = f"punchcard-{folder.name}", f"punchcard-{folder.name}-m"
    try:
        _share(*names)
        clock = Clock(folder, {
            "LD_PRELOAD": str(folder / "clock.so"), "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_RESET": "1", "FAKETIME_SHARED": f"/{names[0]} /{names[1]}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        })  # fmt: skip
        yield clock if clock.is_obeyed() else None
    finally:
        (SHARED_MEMORY / f"sem.{names[0]}").unlink(missing_ok=True)
        (SHARED_MEMORY / names[1]).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _share(semaphore: str, memory: str) -> None:
    """Make what the library shares among processes, for every account: left to itself it makes it for one."""
    library = ctypes.CDLL(None, use_errno=True)
    library.sem_open.restype = ctypes.c_void_p
    before = os.umask(0)
    try:
        made = library.sem_open(f"/{semaphore}".encode(), os.O_CREAT | os.O_EXCL, 0o666, 1)
        assert made, os.strerror(ctypes.get_errno())
        place = SHARED_MEMORY / memory
        place.write_bytes(bytes(SHARED_BYTES))
        place.chmod(0o666)
    finally:
        os.umask(before)


@contextmanager
def of_postgres() -> Iterator[Clock | None]:
    """Let every PostgreSQL that is started within the block have a clock of its own."""
    usual = spawn.environment
    with made() as clock:
        if clock is not None:
            added = clock.environment
            spawn.environment = lambda: usual() | added
        try:
            yield clock
        finally:
            spawn.environment = usual
