"""`punchcard` in a tenth of the time: forked from a process that has read their code already.

Tests start and kill dozens of servers and type hundreds of commands, and importing the code is most of what each costs.
One process a test run imports it, does nothing else, and forks a child for each start: the child becomes `punchcard`
with the arguments, environment and outputs that it is told. From then on it is a process like one started by
`subprocess`: it has a process id, is killed by it, and says how it ended. That `punchcard` starts without a nursery
is for the tests of `serve`, `demo`, `worker`, the pages and the packages to show.
"""

import array
import atexit
import contextlib
import functools
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

GREETING = b"ready"
STDERR = 2
MESSAGE_BYTES_MAX = 1 << 18


class Child:
    """A process that the nursery has forked; as `subprocess.Popen`, as far as the tests need it."""

    def __init__(self, pid: int, ended: socket.socket, stdout: IO[str]) -> None:
        self.pid, self.stdout = pid, stdout
        self.returncode: int | None = None
        self._ended = ended

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.wait(60)

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; return its exit status, negative for a signal. Raises: TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("punchcard", timeout or 0)
            self.returncode = int(self._ended.recv(64) or b"-9")
            self._ended.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without warning."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that has read the code, and forks."""

    def __init__(self) -> None:
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__)), str(there.fileno())],
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        assert self._here.recv(64) == GREETING

    @property
    def pid(self) -> int:
        """Its process id: what it is limited to, its children are."""
        return self._process.pid

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], log: IO[Any] | None = None) -> Child:
        """Start `punchcard` with arguments; its errors go to `log`, else where ours go."""
        read, write = os.pipe()
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        errors = STDERR if log is None else log.fileno()
        message = json.dumps([list(arguments), dict(environment), str(Path.cwd())]).encode()
        rights = array.array("i", [write, errors, far.fileno()])
        self._here.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        pid = int(self._here.recv(64))
        os.close(write)
        far.close()
        return Child(pid, near, os.fdopen(read, "r", encoding="utf-8"))

    def close(self) -> None:
        """End the nursery; it has no children by now."""
        self._here.close()
        self._process.wait(60)


@functools.cache
def nursery() -> Nursery:
    """Return the nursery of this test run, which ends with it."""
    made = Nursery()
    atexit.register(made.close)
    return made


# In the nursery's process --------------------------------------------------------------------------


def attend(calls: socket.socket) -> None:
    """Fork a child for each message, and tell how each ended, until the tests have gone."""
    running: dict[int, socket.socket] = {}
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    calls.send(GREETING)
    while True:
        ready, _, _ = select.select([calls, woken], [], [])
        if woken in ready:
            woken.recv(1_024)
            reap(running)
        if calls in ready:
            message, rights, _, _ = socket.recv_fds(calls, MESSAGE_BYTES_MAX, 3)
            if not message:
                return
            ended = socket.socket(fileno=rights.pop())
            pid = os.fork()
            if pid == 0:
                become(message, rights)
            for descriptor in rights:
                os.close(descriptor)
            running[pid] = ended
            calls.send(str(pid).encode())


def reap(running: dict[int, socket.socket]) -> None:
    """Tell how each child ended that has."""
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with running.pop(pid) as ended, contextlib.suppress(OSError):
            ended.send(str(os.waitstatus_to_exitcode(status)).encode())


def become(message: bytes, outputs: Sequence[int]) -> None:
    """Be `punchcard` in this child, which ends with it."""
    arguments, environment, folder = json.loads(message)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for number, descriptor in enumerate(outputs, 1):
        os.dup2(descriptor, number)
    os.closerange(3, 256)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    if failpoints := os.environ.pop("FAILPOINT", None):
        from tests.faults import failpoints as faults  # noqa: PLC0415 - nobody else needs it

        faults.arm(failpoints, Path(os.environ.pop("FAILPOINT_REACHED")))
    sys.argv = ["punchcard", *arguments]
    from punchcard.cli import main  # noqa: PLC0415 - read before the fork

    status = 1
    try:
        main.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])
    import punchcard.commands.create_tenant
    import punchcard.http.server  # noqa: F401 - read, so that children need not
    from punchcard.cli.main import app
    from punchcard.http.app import pattern_of
    from punchcard.http.arguments import planned
    from punchcard.http.routes import ROUTES

    for command in app:
        app[command]
    for route in ROUTES:
        planned(route)
        pattern_of(route.path.rstrip("/"))
    gc.collect()
    gc.freeze()  # or each child would look through all of this, and so copy it

    attend(socket.socket(fileno=int(sys.argv[1])))
