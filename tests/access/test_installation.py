"""Where the installation's secret is kept, and that all processes agree on it."""

import asyncio
import contextlib
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from punchcard.access import keyring
from punchcard.access.keyring import Keyring, is_key_in_database, open_keyring
from punchcard.config import Settings, load
from punchcard.db.connection import Db
from punchcard.errors import StartRefused

KEY = "a secret key that is long enough for anyone"
CREATE = "import sys, pathlib; from punchcard.access import keyring; print(keyring._create(pathlib.Path(sys.argv[1])))"


@pytest.fixture
async def fresh(db: Db) -> AsyncIterator[Db]:
    """Return a database that no keyring was opened on; its own is put back afterwards."""
    before = await db.fetchrow("select * from installation")
    await db.execute("delete from installation")
    yield db
    await db.execute("delete from installation")
    if before is not None:
        await db.execute("insert into installation values ($1, $2, $3)", *before.values())


def without_key() -> Settings:
    """Return settings that name no key, whatever the environment has."""
    return load().model_copy(update={"secret_key": None})


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return [entry.name for entry in folder.iterdir()]


async def refused(db: Db, settings: Settings, key_file: Path | None) -> str:
    """Return the sentence with which opening is refused."""
    with pytest.raises(StartRefused) as caught:
        await open_keyring(db, settings, key_file)
    return str(caught.value)


async def test_key_of_the_settings_is_not_kept(fresh: Db, tmp_path: Path) -> None:
    """A key from the environment is written nowhere, and wins over a file."""
    first = await open_keyring(fresh, load(secret_key=KEY), tmp_path / "secret.key")
    assert first.token_key == Keyring(KEY.encode()).token_key
    assert names(tmp_path) == []
    assert not await is_key_in_database(fresh)


async def test_another_key_is_refused(fresh: Db, tmp_path: Path) -> None:
    """A database that was sealed with one key does not start with another, nor without."""
    await open_keyring(fresh, load(secret_key=KEY), None)
    assert "PUNCHCARD_SECRET_KEY" in await refused(fresh, load(secret_key=KEY + "!"), None)
    assert "PUNCHCARD_SECRET_KEY" in await refused(fresh, without_key(), None)
    assert "put " in await refused(fresh, without_key(), tmp_path / "secret.key")
    assert names(tmp_path) == []
    assert (await open_keyring(fresh, load(secret_key=KEY), None)).check == Keyring(KEY.encode()).check


async def test_key_file_is_made_once_for_its_owner_alone(fresh: Db, tmp_path: Path) -> None:
    """The file is made with mode 0600, taken again, and as good as its content in the environment."""
    file = tmp_path / "secret.key"
    first = await open_keyring(fresh, without_key(), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names(tmp_path) == ["secret.key"]
    assert len(bytes.fromhex(file.read_text())) == 32
    again = await open_keyring(fresh, without_key(), file)
    moved = await open_keyring(fresh, load(secret_key=file.read_text().strip()), None)
    assert first.token_key == again.token_key == moved.token_key
    assert not await is_key_in_database(fresh)


async def test_lost_or_damaged_key_file_is_refused(fresh: Db, tmp_path: Path) -> None:
    """A file that is gone, empty or another's is told in a sentence, and none is made in its place."""
    file = tmp_path / "secret.key"
    await open_keyring(fresh, without_key(), file)
    file.rename(tmp_path / "moved")
    assert str(file) in await refused(fresh, without_key(), file)
    assert not file.exists()
    file.write_text("")
    assert str(file) in await refused(fresh, without_key(), file)
    file.write_text("00" * 32)
    assert "PUNCHCARD_SECRET_KEY" in await refused(fresh, without_key(), file)
    file.unlink()
    file.mkdir()
    assert str(file) in await refused(fresh, without_key(), file)


async def test_key_file_that_cannot_be_written_is_told(fresh: Db, tmp_path: Path) -> None:
    """A folder that is not there is a sentence and no traceback."""
    assert "cannot be kept" in await refused(fresh, without_key(), tmp_path / "missing" / "secret.key")


async def test_key_in_the_database_is_the_last_resort(fresh: Db, tmp_path: Path) -> None:
    """Without settings and file the key is kept in the database, found there again, and doctor can tell."""
    first = await open_keyring(fresh, without_key(), None)
    assert await is_key_in_database(fresh)
    assert (await open_keyring(fresh, without_key(), None)).token_key == first.token_key
    assert (await open_keyring(fresh, without_key(), tmp_path / "secret.key")).token_key == first.token_key
    kept = await fresh.fetchval("select secret_key from installation")
    assert (await open_keyring(fresh, load(secret_key=kept), None)).token_key == first.token_key


async def test_two_that_start_at_once_agree_by_the_database(fresh: Db) -> None:
    """Eight openings at once on a new database end up with one key."""
    opened = await asyncio.gather(*(open_keyring(fresh, without_key(), None) for _ in range(8)))
    assert len({ring.token_key for ring in opened}) == 1


async def test_two_that_start_at_once_agree_by_the_file(fresh: Db, tmp_path: Path) -> None:
    """Eight openings at once on a new folder end up with one key."""
    opened = await asyncio.gather(*(open_keyring(fresh, without_key(), tmp_path / "secret.key") for _ in range(8)))
    assert len({ring.token_key for ring in opened}) == 1


def test_processes_that_make_the_file_at_once_agree(tmp_path: Path) -> None:
    """Several processes on one folder read the same key, whoever made it, and leave no draft behind."""
    file = tmp_path / "secret.key"
    command = [sys.executable, "-c", CREATE, str(file)]
    with contextlib.ExitStack() as stack:
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
        running = [stack.enter_context(process) for process in started]
        said = {process.communicate(timeout=60)[0] for process in running}
    assert said == {f"{file.read_bytes().strip()!r}\n"}
    assert names(tmp_path) == ["secret.key"]


def test_draft_of_a_killed_process_is_in_nobodys_way(tmp_path: Path) -> None:
    """A draft that was left half-written is not taken for the key."""
    (tmp_path / f"secret.key.{os.getpid()}.dead").write_text("00")
    made = keyring._create(tmp_path / "secret.key")
    assert len(made) == 64
