"""PostgreSQL's programs as children of this process: another user where needs be, and never left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from punchcard.db.binaries import Account

PROGRAM_POLL_SECONDS = 0.02


@contextlib.contextmanager
def command_for(account: Account | None, folder: Path) -> Iterator[tuple[list[str], str, tuple[int, ...]]]:
    """Yield the start of a command line, the folder's name for the child, and which descriptors to pass on.

    The account may not be allowed to enter the folder's parents, so it gets the folder as an open descriptor.
    """
    become = [sys.executable, "-I", "-S", str(Path(__file__).with_name("become.py"))]
    if account is None:
        yield [*become, "-", "-", str(os.getpid())], str(folder), ()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        prefix = [*become, str(account.uid), str(account.gid), str(os.getpid())]
        yield prefix, f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)


def environment() -> dict[str, str]:
    """Return the environment of every PostgreSQL program: none of ours reaches it."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def start(
    command: Sequence[str], passed: Sequence[int], *, stdout: int | IO[bytes], stderr: int | IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Start a command line that `command_for` began, in a session of its own: a Ctrl-C is for us to handle.

    SIGINT is held back in the child until `become.py` heeds it. A Python that is just starting can lose it (an
    interrupted import is told of, and forgotten), and PostgreSQL would never learn that it was to stop.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd="/",
            env=environment(),
            start_new_session=True,
            pass_fds=passed,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


async def run(command: Sequence[str], passed: Sequence[int]) -> str | None:
    """Run such a command line to its end; return what it said when it failed. Called off, it ends with its children.

    What it says must be short (64 KiB): it is read at the end.
    """
    with start(command, passed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            while process.poll() is None:  # noqa: ASYNC110 - another process, without an event to wait for
                await asyncio.sleep(PROGRAM_POLL_SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        said = process.stderr.read() if process.stderr else b""
    return said.decode("utf-8", "replace") if process.returncode else None
