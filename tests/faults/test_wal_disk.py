"""The file system of the write-ahead log runs out of space, which PostgreSQL does not survive (F13)."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from punchcard.db.folder import ROLE_OWNER
from tests.oracle.crowd import Crowd, event

from .conftest import Engine, shop_of
from .test_outages import recovered

pytestmark = [pytest.mark.crash, pytest.mark.figure(name="N02")]

SMALL, ENOUGH = "size=40m", "size=120m"
"""In segments of 16 MB: two, and seven."""
FREE = 'punchcard_disk_free_bytes{holds="log"} '


@pytest.fixture
def narrow(engine: Engine) -> Iterator[Engine]:
    """Return an engine whose log has a file system of its own, with room for two segments; not started."""
    log = engine.folder.cluster / "pg_wal"
    kept = log.with_name("kept")
    log.rename(kept)
    log.mkdir()
    owner = kept.stat()
    options = f"{SMALL},mode=700,uid={owner.st_uid},gid={owner.st_gid}"
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", log], capture_output=True, check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount a small file system to fill")
    subprocess.run(["cp", "-a", f"{kept}/.", log], check=True)
    yield engine
    engine.stop()
    subprocess.run(["umount", "-l", log], check=True)


def large(user: str) -> dict[str, Any]:
    """Return an event that does not compress."""
    text = "".join(uuid4().hex for _ in range(7_500))
    return {"type": "PURCHASED_COFFEE", "subject": user, "payload": {"total": 1, "items": [text]}}


async def test_the_disk_of_the_log_is_full(narrow: Engine, tmp_path: Path) -> None:
    """F13: 503 until there is space, then all goes on without anybody's doing, and nothing acknowledged is lost."""
    await narrow.start()
    told = narrow.data.parent / "log"
    async with (
        shop_of(narrow.address, narrow.url(ROLE_OWNER)) as shop,
        Crowd([narrow.address], shop.headers(), tmp_path / "journal", 4) as crowd,
    ):
        user, client = shop.cafe()["id"], crowd.reporters[0].client
        (free,) = [line for line in shop.http.get("/metrics").text.splitlines() if line.startswith(FREE)]
        assert 0 < float(free.removeprefix(FREE)) < 40 * 2**20
        acknowledged = 0
        while "is full" not in told.read_text():
            answers = await crowd.at_once([event(large(user)) for _ in range(4)])
            assert {answer.status for answer in answers} <= {200, 503}
            acknowledged += sum(answer.status == 200 for answer in answers)
            await asyncio.sleep(0.05)
        assert acknowledged
        assert (await client.call("GET", "/readyz")).status == 503
        assert (await client.call("GET", "/livez")).status == 200
        subprocess.run(["mount", "-o", f"remount,{ENOUGH}", narrow.folder.cluster / "pg_wal"], check=True)  # noqa: ASYNC221 - short
        await recovered(client)
        answers = await crowd.work_off([event(large(user)) for _ in range(8)])
        assert {answer.status for answer in answers} == {200}
        title = f"the log's disk was full after {acknowledged} events"
        await crowd.verdict(narrow.url(), shop.tenant.tenant_id, title)
