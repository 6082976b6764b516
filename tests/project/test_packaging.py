"""The wheel is whole: whoever installs it needs no Node.js and no checkout."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import hatch_build
from punchcard.errors import NotFound
from punchcard.http.asked import Asked
from punchcard.http.console import Console

ROOT = Path(__file__).parents[2]
SERVE = """
import asyncio, sys
from punchcard.http.console import Console
from punchcard.http.asked import Asked
import punchcard
assert punchcard.__file__.startswith(sys.argv[1]), punchcard.__file__
asked = Asked("GET", {}, b"", b"", "", "")
status, body, headers = asyncio.run(Console().answer(None, asked, {"path": "users"}))
print(status, headers["Content-Type"], body.decode())
"""


@pytest.mark.skipif(bool(os.environ.get("PUNCHCARD_SKIP_CONSOLE")), reason="the console is left out")
def test_a_wheel_brings_the_console(tmp_path: Path) -> None:
    """A wheel holds the built console with its compressed forms, and serves it from where it was installed."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("punchcard/console/")]
        archive.extractall(tmp_path / "installed")
    assert "punchcard/console/index.html" in names
    scripts = [name for name in names if name.endswith(".js")]
    assert scripts
    assert all(f"{name}.br" in names for name in scripts if (tmp_path / "installed" / name).stat().st_size >= 1024)
    environment = {"PATH": "/nowhere", "PYTHONPATH": str(tmp_path / "installed")}
    program = [sys.executable, "-c", SERVE, str(tmp_path / "installed")]
    told = subprocess.run(program, env=environment, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert told.startswith("200 text/html; charset=utf-8 <!doctype html>")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Make a source tree with a console of one file."""
    (tmp_path / "console/src").mkdir(parents=True)
    (tmp_path / "console/package.json").write_text("{}")
    (tmp_path / "console/src/main.ts").write_text("1")
    return tmp_path


def test_the_console_is_built_when_its_sources_change(tree: Path) -> None:
    """A change, a new and a renamed source file call for a build; tests, and what a build makes, do not."""
    console = tree / "console"
    known = hatch_build.digest(console)
    for name in ("src/main.test.ts", "node_modules/x.js", "dist/index.html", "src/api/generated/x.ts", "README.md"):
        (console / name).parent.mkdir(parents=True, exist_ok=True)
        (console / name).write_text("other")
    assert hatch_build.digest(console) == known
    seen = {known}
    (console / "src/more.ts").write_text("2")
    seen.add(hatch_build.digest(console))
    (console / "src/more.ts").rename(console / "src/other.ts")
    seen.add(hatch_build.digest(console))
    (console / "src/main.ts").write_text("3")
    seen.add(hatch_build.digest(console))
    assert len(seen) == 4


def test_what_is_built_already_needs_no_node(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the stamp fits nothing is run, and with PUNCHCARD_SKIP_CONSOLE nothing is looked at."""
    output = tree / hatch_build.OUTPUT
    output.mkdir(parents=True)
    (output / hatch_build.STAMP).write_text(hatch_build.digest(tree / "console"))
    monkeypatch.delenv("PUNCHCARD_SKIP_CONSOLE", raising=False)
    assert not hatch_build.build(tree)
    monkeypatch.setenv("PUNCHCARD_SKIP_CONSOLE", "1")
    shutil.rmtree(output)
    assert not hatch_build.build(tree)
    assert not output.exists()


async def test_without_a_console_that_is_said(tmp_path: Path) -> None:
    """Where the console was left out, its addresses say how to get it, and are no empty pages."""
    with pytest.raises(NotFound, match=r"\./dev setup"):
        await Console(tmp_path / "console").answer(Any, Asked("GET", {}, b"", b"", "", ""), {"path": "users"})  # type: ignore[arg-type]  # the runtime is not looked at


BUILD = "import hatch_build, pathlib, sys; print(hatch_build.build(pathlib.Path(sys.argv[1])))"


@pytest.mark.skipif(bool(os.environ.get("PUNCHCARD_SKIP_CONSOLE")), reason="the console is left out")
def test_two_builds_at_once_are_one(tmp_path: Path) -> None:
    """Of two processes that build the same tree, one does, and the other waits for it and finds it done."""
    console = tmp_path / "console"
    left_out = shutil.ignore_patterns("node_modules", "dist", "generated", "*.test.*")
    shutil.copytree(ROOT / "console", console, ignore=left_out)
    (console / "node_modules").symlink_to(ROOT / "console/node_modules")
    entry = re.search(r'<script type="module" src="/([^"]+)"', (console / "index.html").read_text())
    assert entry is not None
    (console / entry[1]).write_text("document.title = 'Small'\n")  # all of the console takes ten seconds
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(process.communicate()[0].split()[-1] for process in started) == ["False", "True"]
    output = tmp_path / hatch_build.OUTPUT
    assert (output / hatch_build.STAMP).read_text() == hatch_build.digest(console)
    page = (output / "index.html").read_text()
    named = re.findall(r'(?:src|href)="/console/(assets/[^"]+)"', page)
    assert named
    assert [name for name in named if not (output / name).is_file()] == []
