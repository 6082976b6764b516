"""The data folder of an embedded PostgreSQL: what lies where, who holds it, and how to reach its PostgreSQL.

    punchcard.lock     held (flock) by the process that owns PostgreSQL here; says who and what for
    credentials.json   passwords of the three roles, made at the first start
    connection.json    the port, while PostgreSQL takes connections
    postgres.log       what PostgreSQL says; postgres.log.1 is the one before
    postgres/          PostgreSQL's own data
    new.*/             a cluster that is being made

Everything is readable for its owner alone.
"""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from punchcard.clock import random_bytes
from punchcard.errors import StartRefused

Purpose = Literal["serve", "command"]

DATABASE = "punchcard"
ROLE_SUPER, ROLE_OWNER, ROLE_APP = "punchcard_super", "punchcard_owner", "punchcard_app"
OURS = {"punchcard.lock", "credentials.json", "connection.json", "postgres.log", "postgres.log.1", "postgres"}
# A new file system's own folder, and what the program keeps beside the data: keys, a demo's memory, the address.
HARMLESS = {"lost+found", "secret.key", "secret_key", "demo.json", "server.json"}
CLEAR_TRIES, CLEAR_SECONDS = 40, 0.05
LOG_BYTES_MAX = 16 * 1024 * 1024
FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Passwords of the bootstrap superuser, the owner role and the application role."""

    super_password: str
    owner_password: str
    app_password: str


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds the folder."""

    pid: int
    purpose: Purpose


class DataFolder:
    """Paths and small files of one data folder."""

    def __init__(self, root: Path) -> None:
        self.root = root = root.absolute()
        self.cluster = root / "postgres"
        self.log = root / "postgres.log"

    def prepare(self) -> None:
        """Create the folder, or make sure that it is ours.

        Raises: StartRefused when the folder holds something else; OSError as it comes.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {entry.name for entry in self.root.iterdir()}
        if names - HARMLESS and not names & OURS:
            detail = (
                f"{self.root} is not empty and no data folder of punchcard: "
                "name an empty or a new folder with --data or PUNCHCARD_DATA."
            )
            raise StartRefused(detail)

    def write(self, name: str, text: str) -> None:
        """Replace a small file in one step, readable for the folder's owner alone."""
        path = self.root / name
        draft = self.root / f"{name}.{os.getpid()}"
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - opened with a mode
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
                self.hand_over(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what a process that was killed left half-made; the caller holds the lock."""
        for cluster in self.root.glob("new.*"):
            for _ in range(CLEAR_TRIES):  # the killed one's initdb may still be dying, and writing
                shutil.rmtree(cluster, ignore_errors=True)
                if not cluster.exists():
                    break
                time.sleep(CLEAR_SECONDS)
        for draft in self.root.glob("*.json.*"):
            draft.unlink(missing_ok=True)

    def hand_over(self, descriptor: int) -> None:
        """Give a file that root made here to the folder's owner, who may be the next to start."""
        if os.getuid() == 0:
            owner = self.root.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)

    def credentials(self) -> Credentials:
        """Return the roles' passwords, making them up before the cluster exists.

        Raises: StartRefused when the cluster exists and its passwords are lost.
        """
        try:
            return Credentials(**json.loads((self.root / "credentials.json").read_text("utf-8")))
        except FileNotFoundError:
            if self.cluster.exists():
                detail = f"{self.root / 'credentials.json'} is missing: restore it together with the data folder."
                raise StartRefused(detail) from None
        except (ValueError, TypeError):
            detail = f"{self.root / 'credentials.json'} cannot be read: restore it from a backup."
            raise StartRefused(detail) from None
        made = Credentials(*(random_bytes(32).hex() for _ in range(3)))
        self.write("credentials.json", json.dumps(asdict(made)))
        return made

    def url(self, role: str, port: int, database: str = DATABASE) -> str:
        """Return the URL at which `role` reaches the PostgreSQL on `port`."""
        known = self.credentials()
        passwords = {
            ROLE_SUPER: known.super_password,
            ROLE_OWNER: known.owner_password,
            ROLE_APP: known.app_password,
        }
        # It has no certificate, and every attempt to find that out costs a round trip and a TLS context.
        return f"postgresql://{role}:{passwords[role]}@127.0.0.1:{port}/{database}?sslmode=disable"

    def publish(self, port: int) -> None:
        """Tell other processes of this folder where its PostgreSQL listens."""
        self.write("connection.json", json.dumps({"port": port, "pid": os.getpid()}))

    def withdraw(self) -> None:
        """Take back what `publish` told."""
        with contextlib.suppress(OSError):
            (self.root / "connection.json").unlink(missing_ok=True)

    def published_port(self, pid: int) -> int | None:
        """Return the port that process `pid` published, or None."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((self.root / "connection.json").read_text("utf-8"))
            return int(told["port"]) if told["pid"] == pid else None
        return None

    def try_lock(self, purpose: Purpose) -> int | None:
        """Return the descriptor that holds the folder until it is closed, or None when somebody else holds it."""
        descriptor = os.open(self.root / "punchcard.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        with contextlib.suppress(OSError):  # a full disk must not keep anybody from reading what is there
            os.ftruncate(descriptor, 0)
            os.write(descriptor, json.dumps({"pid": os.getpid(), "purpose": purpose}).encode())
        self.hand_over(descriptor)
        self.withdraw()
        return descriptor

    def holder(self) -> Holder | None:
        """Return who holds the lock, or None while that cannot be told."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((self.root / "punchcard.lock").read_text("utf-8"))
            return Holder(int(told["pid"]), told["purpose"])
        return None

    def cap_log(self) -> None:
        """Keep the log below its limit; PostgreSQL appends, so that it goes on at the start of the emptied file."""
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > LOG_BYTES_MAX:
                self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
                os.truncate(self.log, 0)

    def nearly_full(self) -> bool:
        """Tell whether a disk has less than 1 MiB left for users other than root."""
        return any(free < 1024 * 1024 for free in self.free_bytes().values())

    def free_bytes(self) -> dict[str, int]:
        """Return what is left, for users other than root, on the disks of the data and of the write-ahead log."""
        free = {}
        for holds, place in (("data", self.root), ("log", self.cluster / "pg_wal")):
            with contextlib.suppress(OSError):
                state = os.statvfs(place)
                free[holds] = state.f_bavail * state.f_frsize
        return free

    def full(self) -> StartRefused:
        """Return the sentence for a full disk."""
        detail = f"The disk that holds {self.root} is full: free some space and start again; nothing recorded is lost."
        return StartRefused(detail)

    @contextlib.contextmanager
    def faults_as_sentences(self) -> Iterator[None]:
        """Turn an OSError met in the folder into a StartRefused that says what to do."""
        try:
            yield
        except OSError as fault:
            if fault.errno in FULL:
                raise self.full() from fault
            reason = (fault.strerror or str(fault)).lower()
            place = fault.filename if fault.filename and isinstance(fault.filename, str | Path) else self.root
            if fault.errno in FORBIDDEN:
                detail = (
                    f"{place} cannot be used by this user ({reason}): "
                    "grant the right to write there, or name another folder with --data or PUNCHCARD_DATA."
                )
            else:
                detail = (
                    f"{self.root} cannot be the data folder ({reason}): name another with --data or PUNCHCARD_DATA."
                )
            raise StartRefused(detail) from fault
