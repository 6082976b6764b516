"""One PostgreSQL server process: make its cluster, start it, wait until it answers, stop it, end a stray one."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import asyncpg

from punchcard.db import spawn
from punchcard.db.binaries import Account, Binaries
from punchcard.db.folder import ROLE_SUPER, DataFolder
from punchcard.errors import StartRefused

Tell = Callable[[str], None]

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Payloads are personal data: no statement, parameter or key value may reach the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB"}

SERVER_POLL_SECONDS = 0.02
PROGRESS_SECONDS = 5.0
FAST_STOP_SECONDS = 60.0
IMMEDIATE_STOP_SECONDS = 10.0
ASK_SECONDS = 2.0
# What PostgreSQL says while the processes of a killed one are still ending.
ENDING = ("pre-existing shared memory block", "already exists")
PORT_TAKEN = ("could not bind", "could not create any TCP/IP sockets")
START_ATTEMPTS = 5
ENDING_SECONDS = 30.0


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def now() -> float:
    """Return seconds on the event loop's clock."""
    return asyncio.get_running_loop().time()


async def make_cluster(folder: DataFolder, binaries: Binaries, account: Account | None, *, durable: bool) -> None:
    """Run initdb beside the final place and rename, so that a cluster is there whole or not at all.

    Raises: StartRefused with initdb's reason; OSError as it comes.
    """
    # A new name each time: the initdb of an owner that was just killed may still be ending in the old one.
    scratch = Path(tempfile.mkdtemp(prefix="new.", dir=folder.root))
    password = scratch / "password"
    password.touch(mode=0o600)
    password.write_text(folder.credentials().super_password + "\n", "utf-8")
    if account:
        for path in (password, scratch):
            os.chown(path, account.uid, account.gid)
    try:
        with spawn.command_for(account, scratch) as (prefix, place, passed):
            command = [*prefix, binaries.program("initdb"), f"--pgdata={place}/postgres", f"--username={ROLE_SUPER}"]
            command += [f"--pwfile={place}/password", "--auth-local=scram-sha-256", "--auth-host=scram-sha-256"]
            command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            command += ["--data-checksums", "--no-instructions", "--no-clean", *([] if durable else ["--no-sync"])]
            said = await spawn.run(command, passed)
        if said is not None:
            raise _sentence(folder, said, "make its files")  # before there is space again
        (scratch / "postgres").rename(folder.cluster)
    finally:
        folder.clear()
    descriptor = os.open(folder.root, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def adopt_files(cluster: Path, account: Account) -> None:
    """Give a cluster that belongs to root, a restored backup for instance, to the account that will run it."""
    for folder, _, files in os.walk(cluster):
        for path in (Path(folder), *(Path(folder) / file for file in files)):
            os.lchown(path, account.uid, account.gid)


class Postmaster:
    """A PostgreSQL server on a cluster, our direct child."""

    def __init__(self, folder: DataFolder, binaries: Binaries, *, durable: bool, tell: Tell) -> None:
        self._folder, self._binaries, self._tell = folder, binaries, tell
        self._settings = SETTINGS | (DURABLE if durable else FORGETFUL)
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start, self._url = 0, ""
        self.port = 0

    async def start(self, account: Account | None, port: int = 0) -> None:
        """Start and return when PostgreSQL takes connections, however long recovery takes.

        Raises: StartRefused with PostgreSQL's reason; OSError as it comes.
        """
        attempts, deadline = 0, now() + ENDING_SECONDS
        while True:
            self.port = port or free_port()
            self._url = self._folder.url(ROLE_SUPER, self.port, "postgres")  # raises before there is a process to leave
            self._spawn(account)
            if await self._answers():
                return
            said = self._said()
            attempts += 1
            if any(words in said for words in ENDING) and now() < deadline:
                await asyncio.sleep(0.1)
            elif not any(words in said for words in PORT_TAKEN) or attempts >= START_ATTEMPTS:
                raise _sentence(self._folder, said, "start")

    def running(self) -> bool:
        """Tell whether the process is there."""
        return self._process is not None and self._process.poll() is None

    async def stop(self) -> None:
        """Stop fast (clients are disconnected, everything is written), then harder when that takes too long."""
        if self._process is None:
            return
        process, url = self._process, self._url
        try:
            await _end(lambda: process.poll() is None, process.send_signal, is_recovering=await _is_recovering(url))
        finally:
            # Called off while it waited, or for nothing: a process is never left behind, nor unwaited.
            if process.poll() is None:
                process.kill()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(IMMEDIATE_STOP_SECONDS)
            self._process = None

    def _spawn(self, account: Account | None) -> None:
        self._folder.cap_log()
        with (
            spawn.command_for(account, self._folder.cluster) as (prefix, place, passed),
            open(os.open(self._folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log,  # noqa: PTH123 - opened with a mode
        ):
            self._folder.hand_over(log.fileno())
            self._log_start = log.tell()
            command = [*prefix, self._binaries.program("postgres"), "-D", place, "-p", str(self.port)]
            for name, value in self._settings.items():
                command += ["-c", f"{name}={value}"]
            self._process = spawn.start(command, passed, stdout=log, stderr=log)

    def _said(self) -> str:
        with self._folder.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode("utf-8", "replace")

    async def _answers(self) -> bool:
        """Wait until PostgreSQL answers (True) or has ended (False)."""
        started = told = now()
        while self.running():
            try:
                connection = await asyncpg.connect(self._url, timeout=5)
            except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
                if now() - told > PROGRESS_SECONDS:
                    told = now()
                    self._tell(f"PostgreSQL is recovering {self._folder.root}, {told - started:.0f} s so far")
                await asyncio.sleep(SERVER_POLL_SECONDS)
            except asyncpg.InvalidPasswordError:
                # Another server that took the port in between, or passwords that are not this cluster's.
                await asyncio.sleep(SERVER_POLL_SECONDS * 10)
                if self.running():
                    await self.stop()
                    detail = f"The passwords in {self._folder.root / 'credentials.json'} are not this cluster's."
                    raise StartRefused(detail) from None
            else:
                await connection.close()
                return True
        return False


async def end_stray(folder: DataFolder, tell: Tell) -> None:
    """Stop a PostgreSQL on this cluster whose owner has died; the caller holds the folder's lock."""
    pid_file = folder.cluster / "postmaster.pid"
    try:
        lines = pid_file.read_text("utf-8").split("\n")
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, ValueError, IndexError):
        return
    if _works_on(pid, folder.cluster):
        tell(f"Stopping the PostgreSQL (process {pid}) that an earlier punchcard left on {folder.root}")
        is_recovering = await _is_recovering(folder.url(ROLE_SUPER, port, "postgres"))
        await _end(
            lambda: _works_on(pid, folder.cluster), lambda number: os.kill(pid, number), is_recovering=is_recovering
        )
    if sys.platform == "linux":
        # Otherwise an unrelated process that has got the same id would keep PostgreSQL from starting. One that is
        # still ending is found by PostgreSQL itself, through its shared memory.
        pid_file.unlink(missing_ok=True)


def _works_on(pid: int, cluster: Path) -> bool:
    """Tell whether process `pid` is a PostgreSQL of this cluster, which is always its working folder."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cwd").samefile(cluster)
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


async def _is_recovering(url: str) -> bool:
    """Tell whether a PostgreSQL lets nobody in: it is starting, and may not even listen yet, or recovers."""
    try:
        connection = await asyncpg.connect(url, timeout=ASK_SECONDS)
    except asyncpg.CannotConnectNowError as refusal:
        return "shutting down" not in str(refusal)
    except ConnectionRefusedError:
        return True
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return False


async def _end(alive: Callable[[], bool], send: Callable[[int], None], *, is_recovering: bool) -> None:
    """Ask a PostgreSQL to end, in three steps that grow harsher; nothing acknowledged is lost by any of them.

    One that recovers has nothing to write, and is asked by the second step at once: PostgreSQL 18 never ends when it
    is told to stop fast between the death of a backend and the begin of redo (its I/O workers are not told).
    """
    fast = [] if is_recovering else [(signal.SIGINT, FAST_STOP_SECONDS)]
    for number, seconds in (
        *fast,
        (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS),
        (signal.SIGKILL, IMMEDIATE_STOP_SECONDS),
    ):
        deadline = now() + seconds
        with contextlib.suppress(ProcessLookupError):
            send(number)
        while alive() and now() < deadline:  # noqa: ASYNC110 - another process, without an event to wait for
            await asyncio.sleep(SERVER_POLL_SECONDS)
        if not alive():
            return


def _sentence(folder: DataFolder, said: str, attempt: str) -> StartRefused:
    """Return one sentence for what a PostgreSQL program said before it ended."""
    if "No space left on device" in said or folder.nearly_full():
        return folder.full()
    lines = [line for line in said.splitlines() if any(word in line for word in ("FATAL", "PANIC", "error:"))]
    reason = (lines or said.strip().splitlines() or ["it gave no reason"])[-1].strip().rstrip(".")
    return StartRefused(f"PostgreSQL could not {attempt} ({reason}): see {folder.log}.")
