"""The command line as scripts meet it: a process, its output and its exit code."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from punchcard.db import embedded
from punchcard.db.embedded import Urls
from tests.nursery import nursery

Command = Callable[..., subprocess.CompletedProcess[str]]


def without_settings(**variables: str) -> dict[str, str]:
    """Return this process's environment with no settings but `variables`, which lack their prefix."""
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("PUNCHCARD_")}
    return inherited | {f"PUNCHCARD_{name}": value for name, value in variables.items()}


def punchcard(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one command with no settings but `variables`."""
    with (
        tempfile.TemporaryFile("w+") as errors,
        nursery().start(arguments, without_settings(**variables), errors) as process,
    ):
        printed = process.stdout.read()
        status = process.wait(120)
        errors.seek(0)
        return subprocess.CompletedProcess(arguments, status, printed, errors.read())


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Name a data folder that does not exist yet."""
    yield tmp_path / "data"
    shutil.rmtree(tmp_path / "data", ignore_errors=True)


@pytest.fixture(scope="session")
async def served(
    tmp_path_factory: pytest.TempPathFactory, cast: Callable[[Path], None]
) -> AsyncIterator[tuple[Path, Urls]]:
    """Hold a migrated data folder as a server does, for as long as the tests run."""
    folder = tmp_path_factory.mktemp("served") / "data"
    cast(folder)
    async with embedded.running(folder, purpose="serve") as urls:
        yield folder, urls
    shutil.rmtree(folder)
